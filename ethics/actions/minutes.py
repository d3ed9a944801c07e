"""Minutes: made from what the meeting recorded, edited by the secretary, approved by whoever presided (办法 第16条; E24)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import required_text
from casework.workflow import lock
from ethics.enums import MeetingStatus
from ethics.models import CommitteeMeeting
from ethics.presenters import minutes_text
from ethics.review_access import check_can_run_committee, check_is_member, check_sees_every_item
from ethics.review_workflow import MEETING


@transaction.atomic
def generate(*, meeting: CommitteeMeeting, by: User) -> CommitteeMeeting:
    """The text anew from the records of the meeting; what was edited before is in the history."""
    _check_open_to_edit(meeting, by)

    meeting.minutes = minutes_text.generate(meeting)
    return _keep(meeting, by, "生成会议记录")


@transaction.atomic
def write(*, meeting: CommitteeMeeting, text: str, by: User) -> CommitteeMeeting:
    """The text as edited. The heading of every item stays: minutes thinner than the meeting are refused (E24)."""
    _check_open_to_edit(meeting, by)
    check_sees_every_item(by, meeting)
    lock(meeting, MEETING)

    text = required_text(text, limit=60_000, field="text", field_label=_("会议记录"))
    places = meeting.items.order_by("position").values_list("position", flat=True)
    wanted = [*(minutes_text.heading(place) for place in places), minutes_text.END]
    if minutes_text.headings_of(text) != wanted:
        raise InputRefused(
            _("每项议题的标题行都要保留，次序不变，每个标题自成一行：%(headings)s。") % {"headings": "、".join(wanted)},
            field="text",
        )
    meeting.minutes = text
    return _keep(meeting, by, "修改会议记录")


@transaction.atomic
def approve(*, meeting: CommitteeMeeting, by: User) -> CommitteeMeeting:
    """Whoever presided approves with the own account. For a chair without one the secretary records that it was done."""
    if meeting.chair.user_id is None:
        check_can_run_committee(by, meeting.committee)
    elif meeting.chair.user_id != by.pk:
        raise AccessDenied(_("会议记录由主持人 %(name)s 本人核准。") % {"name": meeting.chair})
    else:
        check_is_member(by, meeting.committee, meeting.held_on)
    if meeting.status != MeetingStatus.CLOSED:
        raise MoveRefused(_("会议结束以后才能核准会议记录。"))
    if meeting.minutes_approved_at is not None:
        raise MoveRefused(_("会议记录已经核准。"))
    lock(meeting, MEETING)

    meeting.minutes_approved_at, meeting.minutes_approved_by = timezone.now(), by
    save_record(meeting, by=by, reason="核准会议记录", fields=["minutes_approved_at", "minutes_approved_by"])
    record_event(
        dossier=meeting.dossier,
        type="minutes_approved",
        by=by,
        subject=meeting,
        reason="" if meeting.chair.user_id else "主持人没有账号，由秘书登记核准",
        data={"meeting": meeting.number, "chair": meeting.chair_id},
    )
    return meeting


def _check_open_to_edit(meeting: CommitteeMeeting, by: User) -> None:
    check_can_run_committee(by, meeting.committee)
    if meeting.status not in {MeetingStatus.OPEN, MeetingStatus.CLOSED}:
        raise MoveRefused(_("会议还没有开，没有会议记录。"))
    if meeting.minutes_approved_at is not None:
        raise MoveRefused(_("会议记录已经核准，不能再改。"))


def _keep(meeting: CommitteeMeeting, by: User, reason: str) -> CommitteeMeeting:
    if save_record(meeting, by=by, reason=reason, fields=["minutes"]):
        data = {"meeting": meeting.number, "characters": len(meeting.minutes)}
        record_event(dossier=meeting.dossier, type="minutes_written", by=by, subject=meeting, data=data)
    return meeting
