"""A meeting itself as people see it: its arrangements, why it was cancelled, who is on the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from casework.models import Event
from ethics.enums import MeetingStatus
from ethics.models import AgendaItem, Attendance, CommitteeMeeting
from ethics.presenters.meeting import runs

Row = dict[str, Any]
MEETING_PILLS = {
    MeetingStatus.PLANNED: "",
    MeetingStatus.OPEN: "go",
    MeetingStatus.CLOSED: "done",
    MeetingStatus.CANCELLED: "",
}


def meeting_pill(meeting: CommitteeMeeting) -> Row:
    status = MeetingStatus(meeting.status)
    return {"label": status.label, "kind": MEETING_PILLS[status]}


def meeting_facts(meeting: CommitteeMeeting) -> list[tuple[str, Any]]:
    """Of a cancelled meeting also why, as it was noted then: one query."""
    cancelled = meeting.status == MeetingStatus.CANCELLED
    form = _("视频会议") if meeting.is_video else _("现场会议")
    return [
        (_("委员会"), meeting.committee.name),
        (_("时间"), f"{meeting.held_on} {meeting.begins}"),
        (_("地点"), meeting.place),
        (_("形式"), _("应急审查，%(form)s") % {"form": form} if meeting.is_emergency else form),
        (_("主持人"), f"{meeting.chair.person.name}（{meeting.chair.get_office_display()}）"),
        *([(_("取消原因"), _cancelled_why(meeting))] if cancelled else []),
    ]


def _cancelled_why(meeting: CommitteeMeeting) -> str:
    told = Event.objects.filter(dossier=meeting.dossier, type="meeting_cancelled", subject_pk=str(meeting.pk))
    return str(told.order_by("-pk").values_list("reason", flat=True).first() or "")


def left_words(attendance: Attendance, items: Sequence[AgendaItem]) -> str:
    """Before which item somebody left, counted among those the reader sees."""
    later = [n for n, item in enumerate(items, start=1) if item.position >= (attendance.left_before or 0)]
    return _("第 %(n)s 项议题前离会") % {"n": later[0]} if later else _("已离会")


def attendance_rows(meeting: CommitteeMeeting, items: list[AgendaItem], user: User) -> list[Row]:
    """Who is on the list: one query. `url`: to register that somebody left."""
    can_leave = runs(user) and meeting.status in {MeetingStatus.PLANNED, MeetingStatus.OPEN}
    rows = []
    for one in meeting.attendances.select_related("member__person").order_by("pk"):
        notes = [one.fields] if one.fields else []
        if one.is_remote:
            notes.append(_("视频"))
        if one.has_interest:
            notes.append(_("有直接利益关系"))
        if one.left_before is not None:
            notes.append(left_words(one, items) if runs(user) else _("已离会"))
        rows.append(
            {
                "name": str(one),
                "role": one.member.get_office_display() if one.member else one.get_role_display(),
                "notes": "；".join(notes),
                "url": reverse("ethics:attendance-leave", args=[one.pk])
                if can_leave and one.left_before is None
                else "",
            }
        )
    return rows
