"""What can be tried with leads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from accounts.models import User
from casework.actors import REPORTER
from integrity.actions import cases, duplicates, leads, messages
from integrity.models import Case, Lead
from tests.factories.cases import own_motion
from tests.factories.leads import TICKS, report
from tests.walks.twins import MAY, CaseTwin, LeadTwin
from tests.walks.world import WHY, Act, World

MOST_WAITING, MOST_LEADS, MOST_CASES = 2, 5, 2


def lead_row(twin: LeadTwin) -> Lead:
    return Lead.objects.select_related("dossier").get(pk=twin.pk)


def arrivals(world: World) -> Iterator[Act]:
    """What comes from outside the house."""
    if sum(lead.waits for lead in world.leads) < MOST_WAITING and len(world.leads) < MOST_LEADS:
        yield Act("report", "reporter", True, report, lambda made: world.leads.append(LeadTwin(made[0].pk)))
    for twin in world.leads:
        if twin.status == "need_more":
            yield Act(
                "answer",
                "reporter",
                True,
                lambda twin=twin: messages.reply(lead=lead_row(twin), body="第 12 卷第 3 期。", by=REPORTER),
                lambda _, twin=twin: twin.become(status="submitted"),
            )


def on_lead(world: World, twin: LeadTwin, name: str, by: User) -> Iterator[Act]:
    row = partial(lead_row, twin)
    assesses = name in MAY["assess"]
    ready = assesses and twin.waits and twin.summarised
    if not (assesses and twin.summarised):
        # Once is enough for a walk; a second summary would be allowed.
        yield Act(
            "summarise",
            name,
            assesses,
            lambda: leads.summarise(lead=row(), summary="论文图片重复使用", by=by),
            lambda _: twin.become(summarised=True),
        )
    yield Act(
        "ask more",
        name,
        assesses and twin.status == "submitted",
        lambda: messages.ask_more(lead=row(), body="请补充期刊和卷期。", by=by),
        lambda _: twin.become(status="need_more"),
    )
    for handler in ("officer", "every"):
        yield Act(
            "accept",
            name,
            ready,
            lambda handler=handler: leads.accept(lead=row(), ticks=TICKS, handler=world.people[handler], by=by),
            lambda _, handler=handler: twin.become(status="accepted", handler=handler),
        )
    yield Act("accept with a condition missing", name, False, lambda: leads.accept(lead=row(), ticks=TICKS[1:], by=by))
    yield Act(
        "propose refusal",
        name,
        ready,
        lambda: leads.propose_refusal(lead=row(), ground="no_evidence", reason=WHY, by=by),
        lambda _: twin.become(status="refusal_proposed", proposer=name),
    )
    confirms = name in MAY["refuse"] and twin.status == "refusal_proposed" and name != twin.proposer
    yield Act(
        "refuse", name, confirms, lambda: leads.refuse(lead=row(), by=by), lambda _: twin.become(status="not_accepted")
    )
    yield Act(
        "send back",
        name,
        confirms,
        lambda: leads.send_back(lead=row(), reason=WHY, by=by),
        lambda _: twin.become(status="submitted"),
    )
    yield Act(
        "transfer",
        name,
        assesses and twin.waits,
        lambda: leads.transfer(lead=row(), unit="市教育局", reason=WHY, by=by),
        lambda _: twin.become(status="transferred"),
    )
    yield from on_pairs(world, twin, name, by)
    yield from on_opening(world, twin, name, by)


def on_pairs(world: World, twin: LeadTwin, name: str, by: User) -> Iterator[Act]:
    assesses = name in MAY["assess"]
    for other in world.leads:
        fits = other is not twin and other.status != "duplicate"
        fits = fits and not any(one.repeats is twin for one in world.leads)
        yield Act(
            "mark duplicate",
            name,
            assesses and fits and (twin.waits or twin.status == "accepted"),
            lambda other=other: duplicates.mark(lead=lead_row(twin), original=lead_row(other), reason=WHY, by=by),
            lambda _, other=other: twin.become(before=twin.status, status="duplicate", repeats=other),
        )
    yield Act(
        "undo duplicate",
        name,
        assesses and twin.status == "duplicate",
        lambda: duplicates.undo(lead=lead_row(twin), reason=WHY, by=by),
        lambda _: twin.become(status=twin.before, repeats=None),
    )


def on_own_motion(world: World, name: str, by: User) -> Iterator[Act]:
    """A case without a lead, with the source it came from."""
    if len(world.cases) < MOST_CASES:
        yield Act(
            "open case on own motion",
            name,
            name in MAY["handle"],
            lambda: cases.open_case(title="论文数据造假", source=own_motion(), by=by),
            lambda made: world.cases.append(CaseTwin(made.pk, name)),
        )


def on_opening(world: World, twin: LeadTwin, name: str, by: User) -> Iterator[Act]:
    """A case is opened by the officer the lead was given to, from an accepted lead, and once."""
    if len(world.cases) >= MOST_CASES:
        return

    def remember(made: Case) -> None:
        twin.become(status="linked")
        world.cases.append(CaseTwin(made.pk, name))

    yield Act(
        "open case",
        name,
        name in MAY["handle"] and twin.status == "accepted" and twin.handler == name,
        lambda: cases.open_case(title="论文数据造假", leads=[lead_row(twin)], by=by),
        remember,
    )
