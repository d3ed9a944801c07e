"""Who came to a meeting, in the room or by video, and who left before which item. Only members vote (办法 第14条)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import lock
from ethics.enums import AttendanceRole, MeetingStatus
from ethics.models import Attendance, CommitteeMeeting, CommitteeMember, Vote
from ethics.review_access import check_can_run_committee
from ethics.review_workflow import MEETING

OPEN_FOR_ATTENDANCE = (MeetingStatus.PLANNED, MeetingStatus.OPEN)


@transaction.atomic
def record(
    *, meeting: CommitteeMeeting, present: Sequence[CommitteeMember], by: User, remote: Sequence[CommitteeMember] = ()
) -> list[Attendance]:
    """The members who are there; those already on the list stay as they are. Nobody is taken off it: who left is `leave`."""
    _check_open(meeting, by)

    known = set(meeting.attendances.exclude(member=None).values_list("member_id", flat=True))
    wanted = [(one, False) for one in present] + [(one, True) for one in remote]
    if not wanted and not known:
        raise InputRefused(_("请选择到会的委员。"), field="present")
    made = []
    for member, is_remote in wanted:
        if member.pk not in known:
            known.add(member.pk)
            made.append(_let_in(meeting, member, is_remote, by))
    return made


@transaction.atomic
def record_guest(
    *,
    meeting: CommitteeMeeting,
    role: str,
    name: str,
    by: User,
    expertise: str = "",
    has_interest: bool = False,
    is_remote: bool = False,
) -> Attendance:
    """A consultant, secretary or observer. None of them votes; a consultant with a direct interest does not advise either,
    and is nobody's expert of the field (办法 第14条)."""
    _check_open(meeting, by)

    if role not in AttendanceRole.values or role == AttendanceRole.MEMBER:
        raise InputRefused(_("请选择身份。委员请在到会名单中勾选。"), field="role")
    name = required_text(name, limit=100, field="name", field_label=_("姓名"), multiline=False)
    expertise = clean_text(expertise, limit=120, field="expertise", field_label=_("专业领域"), multiline=False)
    if role == AttendanceRole.CONSULTANT and not expertise:
        raise InputRefused(_("请写明顾问专家的专业领域。"), field="expertise")
    _check_remote(meeting, is_remote)
    if meeting.attendances.filter(role=role, name=name).exists():
        raise InputRefused(_("这个人已经在到会名单上。"), field="name")
    guest = Attendance(
        meeting=meeting,
        role=role,
        name=name,
        fields=expertise,
        has_interest=has_interest and role == AttendanceRole.CONSULTANT,
        is_remote=is_remote,
    )
    save_record(guest, by=by, reason="登记到会")
    _note(guest, "attendance_recorded", by)
    return guest


@transaction.atomic
def leave(*, attendance: Attendance, position: int, by: User) -> Attendance:
    """Gone for good before the item at this position; 1 for somebody put on the list by mistake."""
    meeting = attendance.meeting
    _check_open(meeting, by)

    if attendance.left_before is not None:
        raise MoveRefused(_("已经登记离会。"))
    if not meeting.items.filter(position=position).exists():
        raise InputRefused(_("请选择议题。"), field="position")
    later = Vote.objects.filter(member=attendance.member_id, motion__item__meeting=meeting)
    if attendance.member_id is not None and later.filter(motion__item__position__gte=position).exists():
        # Without the number of the item: who registers it may be kept out of that one (E13).
        raise InputRefused(
            _("%(name)s 已经对这一项或者以后的议题表决，不可能在此之前离会。") % {"name": attendance},
            field="position",
        )
    attendance.left_before = position
    save_record(attendance, by=by, reason="登记离会", fields=["left_before"])
    _note(attendance, "attendance_left", by)
    return attendance


def _check_open(meeting: CommitteeMeeting, by: User) -> None:
    check_can_run_committee(by, meeting.committee)
    if meeting.status not in OPEN_FOR_ATTENDANCE:
        raise MoveRefused(_("会议已经结束或者取消，不能再改到会名单。"))
    lock(meeting, MEETING)


def _let_in(meeting: CommitteeMeeting, member: CommitteeMember, is_remote: bool, by: User) -> Attendance:
    if member.committee_id != meeting.committee_id or not member.sits_on(meeting.held_on):
        raise InputRefused(
            _("%(name)s 的任期为 %(start)s 至 %(end)s，会议当天不是在任委员，不能作为委员到会。")
            % {"name": member, "start": member.starts_on, "end": member.last_day},
            field="present",
        )
    _check_remote(meeting, is_remote)
    attendance = Attendance(meeting=meeting, role=AttendanceRole.MEMBER, member=member, is_remote=is_remote)
    save_record(attendance, by=by, reason="登记到会")
    _note(attendance, "attendance_recorded", by)
    return attendance


def _check_remote(meeting: CommitteeMeeting, is_remote: bool) -> None:
    if is_remote and not meeting.is_video:
        raise InputRefused(_("这不是视频会议，不能登记视频参会。"), field="remote", article="ST 14")


def _note(attendance: Attendance, kind: str, by: User) -> None:
    data = {
        "meeting": attendance.meeting.number,
        "attendance": attendance.pk,
        "attendance_role": attendance.role,
        "member": attendance.member_id,
        "is_remote": attendance.is_remote,
        "left_before": attendance.left_before,
    }
    record_event(dossier=attendance.dossier, type=kind, by=by, subject=attendance, data=data)
