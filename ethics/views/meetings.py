"""Meetings: list, plan, page, edit, begin, close, cancel, who came, the minutes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.paging import page
from ethics.access import get_committee_for
from ethics.actions import attendance, meetings, minutes
from ethics.enums import MeetingStatus
from ethics.forms.meetings import (
    AttendanceForm,
    CancelForm,
    GuestForm,
    LeaveMeetingForm,
    MeetingForm,
    MinutesForm,
)
from ethics.minutes_docx import DOCX, minutes_docx
from ethics.models import CommitteeMeeting
from ethics.presenters import meeting as shown
from ethics.presenters import meeting_choices as choices
from ethics.presenters import meeting_head as head
from ethics.presenters.minutes_text import for_reader
from ethics.review_access import (
    check_can_run_committee,
    check_sees_every_item,
    check_sees_reviews,
    get_attendance_for,
    get_meeting_for,
)
from ethics.views.pages import bound
from ethics.views.step_pages import press, step_page

PAGE = 25
FORM = ["GET", "HEAD", "POST"]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Meetings of the committees this person keeps or sits in, newest first."""
    check_sees_reviews(request.user)
    visible = CommitteeMeeting.objects.visible_to(request.user).select_related(
        "committee__unit__organization", "chair__person"
    )
    found = page(visible, request, size=PAGE)
    context = {
        "page": found,
        "rows": [{"meeting": one, "pill": head.meeting_pill(one)} for one in found.rows],
        "committees": choices.committees_to_plan(request.user),
    }
    return render(request, "ethics/meeting_list.html", context)


@require_http_methods(FORM)
@once
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    committee = get_committee_for(request.user, pk)
    check_can_run_committee(request.user, committee)
    form = bound(MeetingForm, request, chairs=choices.chairs_of(committee))
    return step_page(
        request,
        form,
        meetings.plan,
        fixed={"committee": committee},
        heading=_("安排审查会议"),
        about=committee.name,
        back=reverse("ethics:meeting-list"),
        said=_("会议已安排。请列入议题并登记到会。"),
    )


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = get_meeting_for(request.user, pk)
    record_access(kind=AccessKind.READ, by=request.user, what=f"ethics:meeting {meeting.number}")
    items = shown.items_of(meeting, request.user)
    context = {
        "meeting": meeting,
        "pill": head.meeting_pill(meeting),
        "facts": head.meeting_facts(meeting),
        "items": shown.item_rows(items, request.user),
        "attendance": head.attendance_rows(meeting, items, request.user),
        "steps": [
            *shown.meeting_steps(meeting, items, request.user),
            *choices.minutes_steps(meeting, request.user),
        ],
        "gate": choices.gate_rows(meeting, request.user),
        "minutes": _minutes_seen(meeting, items),
        "runs": shown.runs(request.user),
        "is_over": meeting.status in {MeetingStatus.CLOSED, MeetingStatus.CANCELLED},
    }
    return render(request, "ethics/meeting_detail.html", context)


@require_http_methods(FORM)
@once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _kept(request, pk)
    names = ("held_on", "begins", "place", "chair", "is_video", "is_emergency")
    initial = {name: getattr(meeting, name) for name in names}
    form = bound(MeetingForm, request, chairs=choices.chairs_of(meeting.committee), initial=initial)
    return step_page(
        request,
        form,
        meetings.edit,
        fixed={"meeting": meeting},
        heading=_("修改会议安排"),
        submit=_("保存"),
        said=_("已保存。"),
        **_of(meeting),
    )


@require_POST
@once
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _kept(request, pk)
    return press(request, meetings.begin, meeting=meeting, said=_("会议开始。"), back=meeting.get_absolute_url())


@require_POST
@once
def close(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _kept(request, pk)
    said = _("会议已结束，会议记录已经生成，请核对后由主持人核准。")
    return press(request, meetings.close, meeting=meeting, said=said, back=meeting.get_absolute_url())


@require_http_methods(FORM)
@once
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _kept(request, pk)
    return step_page(
        request,
        bound(CancelForm, request),
        meetings.cancel,
        fixed={"meeting": meeting},
        heading=_("取消会议"),
        hint=_("列入议程的申请恢复为待审查，可以列入另一次会议。"),
        danger=True,
        said=_("会议已取消。"),
        **_of(meeting),
    )


@require_http_methods(FORM)
@once
def attend(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _kept(request, pk)
    members = choices.not_yet_there(meeting)
    form = bound(AttendanceForm, request, members=members, is_video=meeting.is_video)
    return step_page(
        request,
        form,
        attendance.record,
        fixed={"meeting": meeting},
        heading=_("登记到会"),
        said=_("到会情况已登记。"),
        **_of(meeting),
    )


@require_http_methods(FORM)
@once
def guest(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _kept(request, pk)
    return step_page(
        request,
        bound(GuestForm, request),
        attendance.record_guest,
        fixed={"meeting": meeting},
        heading=_("登记列席人员"),
        hint=_("顾问专家、秘书和列席人员不参加表决。"),
        said=_("已登记。"),
        **_of(meeting),
    )


@require_http_methods(FORM)
@once
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_attendance_for(request.user, pk)
    check_can_run_committee(request.user, one.meeting.committee)
    form = bound(LeaveMeetingForm, request, places=choices.places_of(one.meeting, request.user))
    return step_page(
        request,
        form,
        attendance.leave,
        fixed={"attendance": one},
        heading=_("登记离会"),
        hint=_("从所选议题起不再计入到会。误登记到会的，选第 1 项。"),
        said=_("已登记离会。"),
        **{**_of(one.meeting), "about": str(one)},
    )


@require_http_methods(FORM)
@once
def write_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _kept(request, pk)
    check_sees_every_item(request.user, meeting)
    form = bound(MinutesForm, request, initial={"text": meeting.minutes})
    return step_page(
        request,
        form,
        minutes.write,
        fixed={"meeting": meeting},
        heading=_("修改会议记录"),
        submit=_("保存"),
        said=_("会议记录已保存。"),
        **_of(meeting),
    )


@require_POST
@once
def make_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _kept(request, pk)
    said = _("已按会议数据生成会议记录。")
    return press(request, minutes.generate, meeting=meeting, said=said, back=meeting.get_absolute_url())


@require_POST
@once
def approve_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = get_meeting_for(request.user, pk)
    said = _("会议记录已核准。")
    return press(request, minutes.approve, meeting=meeting, said=said, back=meeting.get_absolute_url())


@require_safe
def minutes_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes as a Word file; taking them out is recorded. Only what the reader may see is in it."""
    meeting = get_meeting_for(request.user, pk)
    text = _minutes_seen(meeting, shown.items_of(meeting, request.user)) or _("还没有会议记录。")
    record_access(kind=AccessKind.EXPORT, by=request.user, what=f"ethics:minutes {meeting.number}")
    response = HttpResponse(minutes_docx(meeting, text), content_type=DOCX)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"会议记录-{meeting.number}.docx")
    return response


def _minutes_seen(meeting: CommitteeMeeting, items: list) -> str:
    return for_reader(meeting.minutes, {item.position for item in items})


def _kept(request: HttpRequest, pk: int) -> CommitteeMeeting:
    """The meeting, for the secretary of its committee."""
    meeting = get_meeting_for(request.user, pk)
    check_can_run_committee(request.user, meeting.committee)
    return meeting


def _of(meeting: CommitteeMeeting) -> dict:
    """Where a step about a meeting leads back to."""
    return {
        "about": meeting.number,
        "back": meeting.get_absolute_url(),
        "crumbs": [(meeting.number, meeting.get_absolute_url())],
    }
