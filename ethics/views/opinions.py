"""Opinions of named reviewers: written by their author, read, returned."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from casework.access import permitted
from casework.idempotency import once
from casework.refusals import AccessDenied
from ethics.actions import opinions
from ethics.enums import ApplicationStatus, Procedure
from ethics.forms.procedures import OpinionForm, WhyForm
from ethics.models import ReviewerOpinion
from ethics.presenters.application_procedure import readable, state_of
from ethics.presenters.procedure_pages import about, checklist_rows, opinion_facts
from ethics.procedure_access import check_is_reviewer, committee_of, get_opinion_for
from ethics.review_access import check_can_run, get_application_for, seat_of
from ethics.review_books import books_of
from ethics.simple_procedure import checklist_of, newest
from ethics.views.pages import bound
from ethics.views.procedures import form_page


@require_http_methods(["GET", "HEAD", "POST"])
@once
def give(request: HttpRequest, reference: str) -> HttpResponse:
    application = get_application_for(request.user, reference)
    assignment = check_is_reviewer(request.user, application)
    last = assignment.opinions.order_by("-number").first()
    return form_page(
        request,
        bound(OpinionForm, request, items=checklist_of(books_of(assignment.review)), initial=_start(last)),
        opinions.give,
        application=application,
        fixed={"application": application},
        heading=_("提交审查意见"),
        said=lambda _row: (
            _("审查意见已提交。")
            if application.status == ApplicationStatus.IN_REVIEW
            else _("审查意见已提交。按规定，这份申请已转为会议审查。")
        ),
        template="ethics/opinion_give.html",
        facts=about(application),
        returned=last.returned_reason if last else "",
    )


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    opinion = get_opinion_for(request.user, pk)
    assignment = opinion.assignment
    application = assignment.review.application
    seat = seat_of(request.user, committee_of(application))
    if opinion not in readable(assignment, state_of(application), seat):
        raise AccessDenied(_("您提交自己的审查意见之后，才能查看其他委员的意见。"))
    returns = (
        application.status == ApplicationStatus.IN_REVIEW
        and assignment.review.procedure == Procedure.SIMPLE
        and assignment.released_on is None
        and newest(assignment) == opinion
        and permitted(check_can_run, request.user, application) is None
    )
    context = {
        "opinion": opinion,
        "application": application,
        "facts": opinion_facts(opinion),
        "rows": checklist_rows(opinion),
        "returns": returns,
    }
    return render(request, "ethics/opinion_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    opinion = get_opinion_for(request.user, pk)
    application = opinion.assignment.review.application
    check_can_run(request.user, application)
    return form_page(
        request,
        bound(WhyForm, request, label=_("退回原因"), help_text=_("委员据此重新提交一版，原来的一版保留。")),
        opinions.send_back,
        application=application,
        fixed={"opinion": opinion},
        heading=_("退回审查意见"),
        about=opinion.assignment.member.person.name,
        said=_("已退回，等待委员重新提交。"),
    )


def _start(last: ReviewerOpinion | None) -> dict[str, Any]:
    """A returned opinion is where its author goes on from; the conclusion is chosen anew (E4)."""
    if last is None:
        return {}
    rows = {f"{name}_{key}": said[name] for key, said in last.checklist.items() for name in ("verdict", "comment")}
    return rows | {
        "has_doubt": last.has_doubt,
        "asks_meeting": last.asks_meeting,
        "sees_changed_risk": last.sees_changed_risk,
        "text": last.text,
    }
