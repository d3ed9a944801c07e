"""Notices in any status, reached by walking the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone

from accounts.models import User
from casework.models import Event
from integrity.models import Decision
from notices.actions import notices, publication, reviews
from notices.actions.notices import Content
from notices.enums import NameProfile, NoticeStatus, ReviewVerdict, WithdrawalReason
from notices.models import MaskedSpan, Notice, NoticeField
from tests.factories.decisions import decision_at
from tests.factories.people import person

S = NoticeStatus
ROAD = [S.DRAFT, S.REVIEW, S.APPROVED, S.PUBLISHED]
EARLY = "社会影响重大，经局务会研究提前公布。"
FACTS = (
    "经查，周砚清（身份证号 510802197903121234）在论文《骨缺损修复研究》图 3 中改写标注。"
    "2026年9月3日，举报人提供原始影像。联系电话 13800006789。"
)


def notice_at(
    status: NoticeStatus | str = NoticeStatus.DRAFT,
    *,
    decisions: Sequence[Decision] = (),
    publisher: User | None = None,
    reviewers: Sequence[User] = (),
    title: str = "关于一起论文造假行为处理结果的通报",
    intro: str = "经调查认定，现将处理结果通报如下。",
    name_profile: str = NameProfile.FULL,
    **changes: Any,
) -> Notice:
    """A notice in this status, read anew. Published ones go out early for a recorded reason.

    `changes`: fields of Content to set before review, e.g. `until` or `allow_indexing`. Expired ones ended yesterday.
    """
    goal = S(status)
    by = publisher or person("publisher")
    made = notices.draft(
        decisions=list(decisions) or [decision_at("effective")],
        title=title,
        intro=intro,
        name_profile=name_profile,
        by=by,
    )
    if changes:
        made = change(made, by=by, **changes)
    reached = ROAD.index(goal) if goal in ROAD else ROAD.index(S.APPROVED if goal == S.SCHEDULED else S.PUBLISHED)
    if reached >= ROAD.index(S.REVIEW):
        to_review(made, by)
    if reached >= ROAD.index(S.APPROVED):
        approve(made, reviewers)
    if reached >= ROAD.index(S.PUBLISHED):
        publication.publish(notice=fresh(made), exception_reason=EARLY, by=by)
    _end(made, goal, by)
    return fresh(made)


def draft_from(decision: Decision, by: User, **changes: Any) -> Notice:
    """A draft of this decision alone; `changes`: other title, introduction or profile of names."""
    values: dict[str, Any] = {"title": "通报", "intro": "", "name_profile": NameProfile.FULL} | changes
    return notices.draft(decisions=[decision], by=by, **values)


def content_of(notice: Notice, **changes: Any) -> Content:
    """The content as the edit page would send it back, with some of it changed."""
    kept = MaskedSpan.objects.filter(field__notice=notice, dropped=False).values_list("pk", flat=True)
    content = Content(
        title=notice.title,
        intro=notice.intro,
        name_profile=notice.name_profile,
        until=notice.until,
        allow_indexing=notice.allow_indexing,
        included=frozenset(notice.fields.filter(included=True).values_list("pk", flat=True)),
        kept=frozenset(kept),
    )
    return replace(content, **changes)


def change(notice: Notice, *, by: User | None = None, **changes: Any) -> Notice:
    """Save the edit page with these changes; read anew."""
    known = fresh(notice)
    notices.edit(
        notice=known, content=content_of(known, **changes), seen_hash=known.content_hash, by=by or known.drafted_by
    )
    return fresh(notice)


def to_review(notice: Notice, by: User | None = None) -> Notice:
    """Secrecy check, then review."""
    known = fresh(notice)
    notices.check_secrecy(notice=known, note="", by=by or known.drafted_by)
    notices.send_to_review(notice=fresh(notice), by=by or known.drafted_by)
    return fresh(notice)


def opinion(
    notice: Notice, verdict: str = ReviewVerdict.APPROVE, *, by: User | None = None, comment: str = ""
) -> Notice:
    """One opinion of a reviewer on the content as it stands."""
    known = fresh(notice)
    reviews.give(
        notice=known, verdict=verdict, comment=comment, seen_hash=known.content_hash, by=by or person("reviewer")
    )
    return fresh(notice)


def approve(notice: Notice, reviewers: Sequence[User] = ()) -> Notice:
    """Both reviewers agree."""
    for reviewer in reviewers or (person("reviewer"), person("reviewer")):
        opinion(notice, by=reviewer)
    return fresh(notice)


def correct(notice: Notice, *, note: str = "更正论文题名。", **changes: Any) -> Notice:
    """Begin a correction, change something, have it approved again and publish the new version."""
    by = notice.drafted_by
    notices.begin_correction(notice=fresh(notice), note=note, by=by)
    if changes:
        change(notice, by=by, **changes)
    to_review(notice, by)
    approve(notice)
    publication.publish(notice=fresh(notice), exception_reason=EARLY, by=by)
    return fresh(notice)


def withdraw(notice: Notice, *, text: str = "所依据的决定已经变更。", by: User | None = None) -> Notice:
    known = fresh(notice)
    publication.withdraw(notice=known, reason=WithdrawalReason.DECISION_CHANGED, text=text, by=by or known.drafted_by)
    return fresh(notice)


def field_of(notice: Notice, key: str) -> NoticeField:
    """The field of this fact, of a notice with one decision."""
    return notice.fields.get(key=key)


def events_of(notice: Notice, kind: str) -> list[Event]:
    """What the trail of the notice says of this kind, oldest first."""
    return list(Event.objects.filter(dossier=notice.dossier, type=kind).order_by("seq"))


def fresh(notice: Notice) -> Notice:
    """The notice as the database holds it, as a request would load it."""
    return Notice.objects.select_related("dossier", "drafted_by", "secrecy_checked_by").get(pk=notice.pk)


def _end(notice: Notice, goal: NoticeStatus, by: User) -> None:
    today = timezone.localdate()
    if goal == S.SCHEDULED:
        publication.schedule(notice=fresh(notice), day=today + dt.timedelta(days=1), exception_reason=EARLY, by=by)
    if goal == S.WITHDRAWN:
        withdraw(notice, by=by)
    if goal == S.EXPIRED:
        day_after = (fresh(notice).until or today) + dt.timedelta(days=1)
        publication.expire_due(by=by, on=day_after)
