"""Votes and the end of a vote: the member's own hand, or the secretary's for a member without an account."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casework.idempotency import once
from ethics.actions import conflicts, motions
from ethics.forms.meetings import ConflictForm, CorrectVoteForm, VoteForm
from ethics.models import Attendance
from ethics.presenters import meeting as shown
from ethics.presenters.minutes_text import title_of
from ethics.review_access import check_can_run_committee, get_attendance_for, get_item_for, get_motion_for
from ethics.tallies import current_votes, subject_of
from ethics.views.pages import bound
from ethics.views.step_pages import press, step_page

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@once
def cast(request: HttpRequest, pk: int, attendance_pk: int) -> HttpResponse:
    """The vote of one person on the list; a vote that is there already is corrected, with a reason."""
    motion = get_motion_for(request.user, pk)
    place = _place(request, attendance_pk, motion.item.meeting_id)
    motions.check_may_cast(request.user, place)
    before = current_votes(motion.votes.all()).get(place.member_id or 0)
    form_class = VoteForm if before is None else CorrectVoteForm
    initial = None if before is None else {"choice": before.choice, "dissent": before.dissent}
    back = shown.item_url(motion.item)
    return step_page(
        request,
        bound(form_class, request, initial=initial),
        motions.cast if before is None else motions.correct,
        fixed={"motion": motion, "attendance": place},
        heading=_("表决：%(decision)s") % {"decision": motion.decision_label},
        about=_("%(name)s · %(title)s") % {"name": place, "title": title_of(motion.item)},
        hint=motion.text,
        submit=_("提交表决") if before is None else _("更正表决"),
        said=_("表决已记录。"),
        back=back,
        crumbs=[(motion.item.meeting.number, motion.item.meeting.get_absolute_url()), (_("议题"), back)],
    )


@require_POST
@once
def close(request: HttpRequest, pk: int) -> HttpResponse:
    motion = get_motion_for(request.user, pk)
    check_can_run_committee(request.user, motion.item.meeting.committee)
    return press(request, motions.close, motion=motion, said=_("表决已结束。"), back=shown.item_url(motion.item))


@require_http_methods(FORM)
@once
def declare(request: HttpRequest, pk: int, attendance_pk: int) -> HttpResponse:
    """What a member without an account said, written down by the secretary."""
    item = get_item_for(request.user, pk)
    check_can_run_committee(request.user, item.meeting.committee)
    place, application = _place(request, attendance_pk, item.meeting_id), subject_of(item)
    if place.member is None or application is None:
        raise Http404
    back = shown.item_url(item)
    return step_page(
        request,
        bound(ConflictForm, request),
        conflicts.declare,
        fixed={"application": application, "member": place.member},
        heading=_("登记利益冲突声明"),
        about=_("%(name)s · %(title)s") % {"name": place, "title": title_of(item)},
        hint=_("这名委员没有账号，由秘书按本人所说登记。"),
        said=_("声明已登记。"),
        back=back,
        crumbs=[(item.meeting.number, item.meeting.get_absolute_url()), (_("议题"), back)],
    )


def _place(request: HttpRequest, pk: int, meeting_pk: int) -> Attendance:
    """Somebody on the attendance list of this very meeting."""
    place = get_attendance_for(request.user, pk)
    if place.meeting_id != meeting_pk:
        raise Http404
    return place
