"""Rows of the Today page for members of committees and for who keeps their meetings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.today import TodayRow, register_today
from ethics.enums import MeetingStatus
from ethics.models import CommitteeMeeting
from ethics.presenters import member_desk
from ethics.presenters.meeting_choices import gate_url

MOST = 40


@register_today
def declarations(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Applications this member has to declare on before the dossier opens."""
    if Permission.SIT_ON_COMMITTEE not in standing(user, on).permissions:
        return
    for one in member_desk.to_declare(user, on):
        yield TodayRow(
            title=one.title,
            url=gate_url(one),
            reference="",
            note=_("声明后才能查看卷宗"),
            action_label=_("声明利益冲突情况"),
            action_url=gate_url(one),
            article="ST 8",
        )


@register_today
def votes(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Open motions this member has not voted on."""
    if Permission.SIT_ON_COMMITTEE not in standing(user, on).permissions:
        return
    for one in member_desk.to_vote(user):
        row = member_desk.vote_row(one, user)
        yield TodayRow(
            title=row["title"],
            url=row["url"],
            reference=row["reference"],
            note=_("正在表决"),
            action_label=_("表决"),
            action_url=row["url"],
            due_on=row["due_on"],
        )


@register_today
def meetings(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Planned meetings of today and later, running ones, and minutes that wait for approval."""
    rights = standing(user, on).permissions
    if not rights & {Permission.SIT_ON_COMMITTEE, Permission.RUN_REVIEWS}:
        return
    keeps = Permission.RUN_REVIEWS in rights
    found = CommitteeMeeting.objects.visible_to(user, on).select_related("committee", "chair")
    live = found.filter(status__in=(MeetingStatus.PLANNED, MeetingStatus.OPEN))
    closed = found.filter(status=MeetingStatus.CLOSED, minutes_approved_at=None)
    for one in [*live.order_by("held_on", "pk")[:MOST], *closed.order_by("held_on", "pk")[:MOST]]:
        row = _meeting_row(one, user, keeps)
        if row is not None:
            yield row


def _meeting_row(meeting: CommitteeMeeting, user: User, keeps: bool) -> TodayRow | None:
    """None for minutes somebody else approves."""
    label = _("打开会议")
    due_on: dt.date | None = meeting.held_on
    if meeting.status == MeetingStatus.CLOSED:
        approves = meeting.chair.user_id == user.pk or (meeting.chair.user_id is None and keeps)
        if not approves:
            return None
        label, due_on = _("核准会议记录"), None
    return TodayRow(
        title=_("审查会议 %(day)s %(time)s") % {"day": meeting.held_on, "time": meeting.begins},
        url=meeting.get_absolute_url(),
        reference=meeting.number,
        note=meeting.committee.name,
        action_label=label,
        action_url=reverse("ethics:meeting-detail", args=[meeting.pk]),
        due_on=due_on,
    )
