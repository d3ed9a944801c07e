"""What can be tried with public notices."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils import timezone

from accounts.models import User
from casework.actors import SYSTEM
from notices.actions import notices, publication, reviews
from notices.models import Notice
from tests.walks.decision_acts import decision_row
from tests.walks.twins import IN_FORCE, IN_WORK, MAY, DecisionTwin, NoticeTwin
from tests.walks.world import WHY, Act, World

MOST_NOTICES = 3


def notice_row(twin: NoticeTwin) -> Notice:
    return Notice.objects.select_related("dossier").get(pk=twin.pk)


def on_publishing(world: World, twin: DecisionTwin, name: str, by: User) -> Iterator[Act]:
    """A notice is drafted from an established finding in force that no other notice in work rests on."""
    if len(world.notices) >= MOST_NOTICES:
        return
    used = any(one.decision is twin and one.status != "withdrawn" for one in world.notices)
    yield Act(
        "draft notice",
        name,
        name in MAY["publish"] and twin.status in IN_FORCE and twin.kind != "cleared" and not used,
        lambda: notices.draft(
            decisions=[decision_row(twin)], title="关于一起科研失信案件的通报", intro="", name_profile="full", by=by
        ),
        lambda made: world.notices.append(NoticeTwin(made.pk, twin, {name})),
    )


def on_notice(world: World, twin: NoticeTwin, name: str, by: User) -> Iterator[Act]:
    row = partial(notice_row, twin)
    publishes = name in MAY["publish"]
    in_force = twin.decision.status in IN_FORCE
    number = twin.text + 1
    changed = {"status": "draft", "checker": "", "opinions": {}, "writers": {*twin.writers, name}}
    yield Act(
        "edit notice",
        name,
        publishes and twin.status in IN_WORK,
        lambda: _edit(row(), number, by),
        lambda _: twin.become(text=number, **changed),
    )
    yield Act(
        "check secrecy",
        name,
        publishes and twin.status == "draft",
        lambda: notices.check_secrecy(notice=row(), note="", by=by),
        lambda _: twin.become(checker=name),
    )
    yield Act(
        "send notice to review",
        name,
        publishes and twin.status == "draft" and in_force and bool(twin.checker),
        lambda: notices.send_to_review(notice=row(), by=by),
        lambda _: twin.become(status="review", opinions={}),
    )
    for verdict in ("approve", "return"):
        yield Act(
            f"review notice: {verdict}",
            name,
            twin.status == "review" and twin.may_review(name),
            lambda verdict=verdict: _give(row(), verdict, by),
            lambda _, verdict=verdict: twin.hear(name, verdict),
        )
    yield from on_publication(twin, name, by, in_force)
    yield Act(
        "begin correction",
        name,
        publishes and twin.status == "published",
        lambda: notices.begin_correction(notice=row(), note="更正期限。", by=by),
        lambda _: twin.become(**changed),
    )
    yield Act(
        "withdraw notice",
        name,
        publishes and twin.status != "withdrawn",
        lambda: publication.withdraw(notice=row(), reason="error", text="内容有误。", by=by),
        lambda _: twin.become(status="withdrawn", on_show=False),
    )


def on_publication(twin: NoticeTwin, name: str, by: User, in_force: bool) -> Iterator[Act]:
    """The decisions of the walk are served today, so the appeal window is open and publishing needs its reason."""
    row = partial(notice_row, twin)
    may = name in MAY["publish"] and name not in twin.opinions and in_force
    today = timezone.localdate()
    yield Act(
        "publish notice",
        name,
        may and twin.status in {"approved", "scheduled"},
        lambda: publication.publish(notice=row(), exception_reason=WHY, by=by),
        lambda _: twin.become(status="published", on_show=True),
    )
    yield Act("publish notice early without a reason", name, False, lambda: publication.publish(notice=row(), by=by))
    yield Act(
        "schedule notice",
        name,
        may and twin.status == "approved",
        lambda: publication.schedule(notice=row(), day=today, exception_reason=WHY, by=by),
        lambda _: twin.become(status="scheduled"),
    )


def on_due(world: World) -> Iterator[Act]:
    """The nightly run: what is scheduled comes out, unless its decision fell meanwhile."""
    waiting = [one for one in world.notices if one.status == "scheduled"]
    if not waiting:
        return

    def publish(result: Any) -> None:
        for one in waiting:
            if one.decision.status in IN_FORCE:
                one.become(status="published", on_show=True)

    yield Act(
        "publish what is due",
        "system",
        True,
        lambda: publication.publish_due(by=SYSTEM, on=timezone.localdate()),
        publish,
    )


def _edit(notice: Notice, number: int, by: User) -> Notice:
    fields = list(notice.fields.prefetch_related("spans"))
    changed = notices.Content(
        title=notice.title,
        intro=f"经调查核实，现予通报（第 {number} 稿）。",
        name_profile=notice.name_profile,
        until=notice.until,
        allow_indexing=False,
        included=[field.pk for field in fields],
        kept=[span.pk for field in fields for span in field.spans.all() if not span.dropped],
    )
    return notices.edit(notice=notice, content=changed, seen_hash=notice.content_hash, by=by)


def _give(notice: Notice, verdict: str, by: User) -> Any:
    return reviews.give(notice=notice, verdict=verdict, comment=WHY, seen_hash=notice.content_hash, by=by)
