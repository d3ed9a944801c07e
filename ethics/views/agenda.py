"""Items of an agenda: add, page, discussion, motion, conclusion, adjournment, reconciliation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from ethics.actions import agenda, motions
from ethics.enums import ItemKind, ReviewOutcome
from ethics.forms.meetings import (
    AdjournForm,
    ConcludeForm,
    ItemForm,
    MotionForm,
    NoteForm,
    PlaceForm,
    SettleForm,
)
from ethics.models import AgendaItem, CommitteeMeeting
from ethics.presenters import meeting as shown
from ethics.presenters import meeting_choices as choices
from ethics.presenters.minutes_text import title_of
from ethics.review_access import (
    check_can_run,
    check_can_run_committee,
    get_application_for,
    get_item_for,
    get_meeting_for,
)
from ethics.tallies import DECISIONS, sitting_of, undeclared_sentence
from ethics.views.pages import bound
from ethics.views.step_pages import press, step_page
from ethics.wording import said_result

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@once
def add(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = get_meeting_for(request.user, pk)
    check_can_run_committee(request.user, meeting.committee)
    members = choices.serving_members(meeting.committee, meeting.held_on)
    form = bound(ItemForm, request, subjects=choices.subjects_of(meeting, request.user), members=members)
    return step_page(
        request,
        form,
        _add,
        fixed={"meeting": meeting},
        heading=_("列入议题"),
        said=_("已列入议程。"),
        about=meeting.number,
        back=meeting.get_absolute_url(),
        crumbs=[(meeting.number, meeting.get_absolute_url())],
    )


def _add(*, meeting: CommitteeMeeting, subject: str, by: User, **values: Any) -> AgendaItem:
    return agenda.add(meeting=meeting, by=by, **choices.subject_from(subject), **values)


@require_http_methods(FORM)
@once
def place(request: HttpRequest, reference: str) -> HttpResponse:
    """Put this application on the agenda of one of the planned meetings."""
    application = get_application_for(request.user, reference)
    check_can_run(request.user, application)
    committee = application.committee
    meetings = choices.meetings_for(committee) if committee is not None else []
    members = CommitteeMeeting.objects.none() if committee is None else committee.members.select_related("person")
    form = bound(PlaceForm, request, meetings=meetings, members=members)
    return step_page(
        request,
        form,
        _place,
        fixed={"application": application},
        heading=_("列入会议议程"),
        hint="" if meetings else _("还没有安排会议。请先在“审查会议”中安排一次会议。"),
        said=_("已列入议程。请通知委员声明利益冲突情况。"),
        about=application.title,
        back=application.get_absolute_url(),
        crumbs=[(application.title, application.get_absolute_url())],
    )


def _place(*, application: Any, meeting: int, by: User, **values: Any) -> AgendaItem:
    chosen = get_meeting_for(by, meeting)
    return agenda.add(meeting=chosen, kind=ItemKind.REVIEW, application=application, by=by, **values)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_item_for(request.user, pk)
    record_access(
        kind=AccessKind.READ, by=request.user, what=f"ethics:item {item.meeting.number}", dossier=item.dossier
    )
    shown.read_motions(item)
    sitting = sitting_of(item)
    context = {
        "item": item,
        "meeting": item.meeting,
        "title": title_of(item),
        "kind": shown.kind_label(item),
        "result": said_result(item.result),
        "about_url": shown.about_url(item),
        "state": shown.item_state(item),
        "facts": shown.sitting_facts(sitting),
        "findings": sitting.findings() if item.kind in DECISIONS and not item.result else (),
        "undeclared": undeclared_sentence(sitting),
        "is_votable": item.kind in DECISIONS,
        "motions": shown.motion_rows(item, sitting, request.user),
        "steps": shown.item_steps(item, sitting, request.user),
        "to_declare": shown.to_declare(sitting, item, request.user),
        "runs": shown.runs(request.user),
    }
    return render(request, "ethics/meeting_item.html", context)


@require_http_methods(FORM)
@once
def note(request: HttpRequest, pk: int) -> HttpResponse:
    item = _kept(request, pk)
    members = choices.serving_members(item.meeting.committee, item.meeting.held_on)
    initial = {"discussion": item.discussion, "lead_reviewer": item.lead_reviewer_id}
    form = bound(NoteForm, request, members=members, initial=initial)
    return step_page(
        request,
        form,
        agenda.note,
        fixed={"item": item},
        heading=_("记录讨论、指定主审"),
        submit=_("保存"),
        said=_("已保存。"),
        **_of(item),
    )


@require_http_methods(FORM)
@once
def put(request: HttpRequest, pk: int) -> HttpResponse:
    item = _kept(request, pk)
    decisions = DECISIONS[ItemKind(item.kind)].choices if item.kind in DECISIONS else []
    return step_page(
        request,
        bound(MotionForm, request, decisions=decisions),
        motions.put,
        fixed={"item": item},
        heading=_("提出动议"),
        submit=_("付表决"),
        said=_("动议已付表决。有账号的委员在自己的页面表决，没有账号的由秘书代为登记。"),
        **_of(item),
    )


@require_http_methods(FORM)
@once
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    item = _kept(request, pk)
    motion = agenda.carried(item)
    decision = motion.decision if motion is not None else ""
    form = bound(
        ConcludeForm,
        request,
        wants_changes=decision in {ReviewOutcome.APPROVE_AFTER_REV, ReviewOutcome.REREVIEW},
        wants_months=item.kind == ItemKind.REVIEW and decision == ReviewOutcome.APPROVE,
    )
    carried = (
        _("表决通过的结论：%(decision)s。结论不能在这里更改。") % {"decision": motion.decision_label} if motion else ""
    )
    return step_page(
        request,
        form,
        agenda.conclude,
        fixed={"item": item},
        heading=_("登记结论"),
        hint=carried or _("没有动议通过，不能登记结论。可以另提动议，或者延期再议。"),
        said=_("结论已登记。"),
        **_of(item),
    )


@require_http_methods(FORM)
@once
def adjourn(request: HttpRequest, pk: int) -> HttpResponse:
    item = _kept(request, pk)
    return step_page(
        request,
        bound(AdjournForm, request),
        agenda.adjourn,
        fixed={"item": item},
        heading=_("延期再议"),
        hint=_("没有作出决定，不等于不予批准；以后可以列入另一次会议。"),
        said=_("已登记延期再议。"),
        **_of(item),
    )


@require_http_methods(FORM)
@once
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    item = _kept(request, pk)
    return step_page(
        request,
        bound(SettleForm, request),
        agenda.settle,
        fixed={"item": item},
        heading=_("记录结果"),
        submit=_("保存"),
        said=_("结果已记录。"),
        **_of(item),
    )


@require_POST
@once
def reconcile(request: HttpRequest, pk: int) -> HttpResponse:
    item = _kept(request, pk)
    return press(request, agenda.reconcile, item=item, said=_("议题结果已核对。"), back=item.meeting.get_absolute_url())


def _kept(request: HttpRequest, pk: int) -> AgendaItem:
    """The item, for the secretary of its committee."""
    item = get_item_for(request.user, pk)
    check_can_run_committee(request.user, item.meeting.committee)
    return item


def _of(item: AgendaItem) -> dict[str, Any]:
    """Where a step about an item leads back to."""
    back = shown.item_url(item)
    crumbs = [(item.meeting.number, item.meeting.get_absolute_url()), (shown.kind_label(item), back)]
    return {"about": title_of(item), "back": back, "crumbs": crumbs}
