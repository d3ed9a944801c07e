"""Meetings from the plan to their end. The agenda is in agenda.py, who came in attendance.py, votes in motions.py (办法 第14-16条)."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.references import next_reference
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_digits, required_text
from casework.workflow import check_move, lock, move
from ethics.actions import minutes
from ethics.enums import AttendanceRole, ItemKind, MeetingStatus, Office
from ethics.models import AgendaItem, Committee, CommitteeMeeting, CommitteeMember
from ethics.review_access import check_can_run_committee
from ethics.review_workflow import APPLICATION, MEETING

PRESIDING = (Office.CHAIR, Office.VICE_CHAIR)
_TIME = re.compile(r"([01]?\d|2[0-3])[:：时点]([0-5]\d)分?")


@transaction.atomic
def plan(
    *,
    committee: Committee,
    held_on: dt.date,
    begins: str,
    place: str,
    chair: CommitteeMember,
    by: User,
    is_video: bool = False,
    is_emergency: bool = False,
) -> CommitteeMeeting:
    """A meeting with its number. `chair`: who presides, the chair or a vice-chair serving that day."""
    check_can_run_committee(by, committee)

    if not committee.runs_here:
        raise InputRefused(_("这个委员会不在本系统开展审查，不能安排会议。"), field="committee")
    meeting = CommitteeMeeting(
        committee=committee, number=next_reference("ethics_meeting", year=held_on.year), status=MeetingStatus.PLANNED
    )
    _arrange(meeting, held_on, begins, place, chair, is_video, is_emergency)
    save_record(meeting, by=by, reason="安排会议")
    _note(meeting, "meeting_planned", by)
    return meeting


@transaction.atomic
def edit(
    *,
    meeting: CommitteeMeeting,
    held_on: dt.date,
    begins: str,
    place: str,
    chair: CommitteeMember,
    by: User,
    is_video: bool = False,
    is_emergency: bool = False,
) -> CommitteeMeeting:
    """Another day, place or presiding member, while the meeting has not begun. Unchanged values write nothing (E20)."""
    check_can_run_committee(by, meeting.committee)
    if meeting.status != MeetingStatus.PLANNED:
        raise MoveRefused(_("会议已经开始、结束或者取消，不能再修改安排。"))
    lock(meeting, MEETING)

    _arrange(meeting, held_on, begins, place, chair, is_video, is_emergency)
    if not is_video and meeting.attendances.filter(is_remote=True).exists():
        raise InputRefused(_("已经登记了视频参会的人，不能改为现场会议。"), field="is_video")
    if save_record(meeting, by=by, reason="修改会议安排"):
        _note(meeting, "meeting_edited", by)
    return meeting


@transaction.atomic
def begin(*, meeting: CommitteeMeeting, by: User) -> CommitteeMeeting:
    """Open the meeting: not before its day, and with whoever presides. Quorum is a matter of each item (E8)."""
    check_can_run_committee(by, meeting.committee)
    check_move(MEETING, meeting, "open")

    if meeting.held_on > timezone.localdate():
        raise MoveRefused(_("会议安排在 %(day)s，还不能开会。") % {"day": meeting.held_on})
    there = meeting.attendances.filter(role=AttendanceRole.MEMBER)
    if not there.filter(member=meeting.chair).exists():
        raise MoveRefused(
            _("主持人 %(name)s 还没有登记到会。请先登记到会，或者在会议安排中改由到会的副主任委员主持。")
            % {"name": meeting.chair}
        )
    meeting.opened_at, meeting.opened_by = timezone.now(), by
    move(MEETING, meeting, "open", by=by, article="ST 14", data={"meeting": meeting.number})
    return meeting


@transaction.atomic
def close(*, meeting: CommitteeMeeting, by: User) -> CommitteeMeeting:
    """End the meeting once every item is reconciled (E24). Of two secretaries the second is told in a sentence."""
    check_can_run_committee(by, meeting.committee)
    check_move(MEETING, meeting, "close")

    meeting.closed_at, meeting.closed_by = timezone.now(), by
    move(MEETING, meeting, "close", by=by, data={"meeting": meeting.number, "items": meeting.items.count()})
    minutes.generate(meeting=meeting, by=by)
    return meeting


@transaction.atomic
def cancel(*, meeting: CommitteeMeeting, reason: str, by: User) -> CommitteeMeeting:
    """The meeting does not take place: applications on its agenda wait for another one."""
    check_can_run_committee(by, meeting.committee)
    check_move(MEETING, meeting, "cancel")

    reason = required_text(reason, limit=300, field="reason", field_label=_("取消原因"))
    for item in meeting.items.filter(kind=ItemKind.REVIEW, result="").select_related("application__dossier"):
        _put_off(item, by)
    move(MEETING, meeting, "cancel", by=by, reason=reason, data={"meeting": meeting.number})
    return meeting


def _put_off(item: AgendaItem, by: User) -> None:
    assert item.application is not None  # the database wants one for a review
    data = {"meeting": item.meeting.number, "item": item.pk}
    move(APPLICATION, item.application, "adjourn", by=by, reason="会议取消", data=data)
    item.is_adjourned, item.result = True, "会议取消，延期再议"
    save_record(item, by=by, reason="会议取消", fields=["is_adjourned", "result"])


def _arrange(
    meeting: CommitteeMeeting,
    held_on: dt.date,
    begins: str,
    place: str,
    chair: CommitteeMember,
    is_video: bool,
    is_emergency: bool,
) -> None:
    """Write the arrangements into the record, each checked against the committee of that day."""
    committee = meeting.committee
    if not committee.stands_on(held_on):
        raise InputRefused(_("这个委员会在会议当天不存在，请核对日期。"), field="held_on")
    if chair.committee_id != committee.pk or chair.office not in PRESIDING:
        raise InputRefused(_("会议由主任委员或者其指定的副主任委员主持。"), field="chair", article="ST 14")
    if not chair.sits_on(held_on):
        raise InputRefused(
            _("%(name)s 的任期为 %(start)s 至 %(end)s，会议当天不在任。")
            % {"name": chair, "start": chair.starts_on, "end": chair.last_day},
            field="chair",
        )
    if is_video and not committee.has_video_rules:
        raise InputRefused(_("委员会还没有视频会议制度，不能召开视频会议。"), field="is_video", article="ST 14")
    meeting.held_on, meeting.begins, meeting.chair = held_on, _clean_time(begins), chair
    meeting.place = required_text(place, limit=120, field="place", field_label=_("地点"), multiline=False)
    meeting.is_video, meeting.is_emergency = is_video, is_emergency


def _clean_time(text: str) -> str:
    typed = _TIME.fullmatch(clean_digits(text).replace("：", ":"))
    if typed is None:
        raise InputRefused(_("请按“09:30”的格式填写开始时间。"), field="begins")
    return f"{int(typed[1]):02d}:{typed[2]}"


def _note(meeting: CommitteeMeeting, kind: str, by: User) -> None:
    data = {"meeting": meeting.number, "held_on": meeting.held_on.isoformat(), "chair": meeting.chair_id}
    record_event(dossier=meeting.dossier, type=kind, by=by, subject=meeting, data=data)
