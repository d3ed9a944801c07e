"""Meetings of an ethics committee walked to a point by the real actions. All names are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from ethics.actions import agenda, attendance, conflicts, meetings, members, motions
from ethics.models import (
    AgendaItem,
    Application,
    Attendance,
    Committee,
    CommitteeMeeting,
    CommitteeMember,
    Motion,
    Vote,
)
from tests.factories.ethics import member_of
from tests.factories.people import person
from tests.factories.reviews import accepted, seats


def planned(committee: Committee, *, by: User, held_on: dt.date | None = None, **values: Any) -> CommitteeMeeting:
    """A meeting today, presided by the chair."""
    given: dict[str, Any] = {"begins": "09:30", "place": "三楼会议室", "chair": seats(committee)[0]} | values
    return meetings.plan(committee=committee, held_on=held_on or timezone.localdate(), by=by, **given)


def widened(committee: Committee, extra: int, *, by: User) -> Committee:
    """The committee with so many more members, each with an account."""
    for number in range(extra):
        member = member_of(committee, by=by, name=f"委员增{number}", categories=(), sex="male")
        members.link_account(member=member, user=person(Role.COMMITTEE), by=by)
    return committee


def declare_none(application: Application, there: Sequence[CommitteeMember], secretary: User) -> None:
    for member in there:
        conflicts.declare(
            application=application, member=member, answer="none", text="没有合作。", by=member.user or secretary
        )


def recuse(application: Application, member: CommitteeMember, secretary: User) -> None:
    conflicts.declare(
        application=application, member=member, answer="conflict", text="共同承担项目。", by=member.user or secretary
    )


def at_the_table(
    committee: Committee, *, secretary: User, present: Sequence[CommitteeMember] | None = None, **values: Any
) -> AgendaItem:
    """An application on the first item of a meeting under way; everybody present has declared. `values`: of the draft."""
    application = accepted(committee, secretary=secretary, **values).application
    there = list(seats(committee) if present is None else present)
    meeting = planned(committee, by=secretary)
    item = agenda.add(meeting=meeting, kind="review", application=application, by=secretary)
    attendance.record(meeting=meeting, present=there, by=secretary)
    declare_none(application, there, secretary)
    meetings.begin(meeting=meeting, by=secretary)
    return item


def place_of(meeting: CommitteeMeeting, member: CommitteeMember) -> Attendance:
    return meeting.attendances.select_related("meeting", "member__person").get(member=member)


def vote(motion: Motion, member: CommitteeMember, choice: str, secretary: User, dissent: str = "") -> Vote:
    by = member.user or secretary
    place = place_of(motion.item.meeting, member)
    return motions.cast(motion=motion, attendance=place, choice=choice, by=by, dissent=dissent)


def voted(item: AgendaItem, choices: str, *, secretary: User, decision: str = "approve", text: str = "") -> Motion:
    """A motion put, voted on by those present in their order (y, n, a; - for nobody), and closed."""
    motion = motions.put(item=item, decision=decision, text=text, by=secretary)
    words = {"y": "yes", "n": "no", "a": "abstain"}
    there = [row.member for row in item.meeting.attendances.exclude(member=None).order_by("pk")]
    for member, letter in zip(there, choices, strict=False):
        if letter in words:
            vote(motion, member, words[letter], secretary)
    return motions.close(motion=motion, by=secretary)
