"""Respondents and allegations, the report, the notice before a decision, the statement."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.views.forms import attempt
from integrity import access
from integrity.actions import hearings, respondents
from integrity.case_terms import STATEMENT, statement_due
from integrity.enums import CaseStatus
from integrity.forms.cases import (
    NEW_ORGANIZATION,
    NEW_PERSON,
    AllegationForm,
    PrenoticeForm,
    ReportForm,
    RespondentForm,
    StatementForm,
    SubjectSearchForm,
)
from integrity.models import Case, Respondent
from integrity.presenters import case_forms
from integrity.presenters.cases import respondent_row
from integrity.subjects import visible_subjects
from integrity.views.cases import form_page, handles, read_case


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("identifier")
@once
def case_respondent_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Search the directory by ?q=, pick somebody or enter somebody new, with role and first allegation."""
    case = access.get_case_for(request.user, reference)
    access.check_can_handle_case(request.user, case)
    respondents.check_open_to_changes(case)
    search = SubjectSearchForm(request.GET)
    typed = search.cleaned_data["q"] if search.is_valid() else ""
    categories = case_forms.categories(case)
    form = RespondentForm(
        request.POST or None,
        subjects=case_forms.subject_choices(request.user, typed),
        categories=categories,
        initial={"name": typed},
    )
    if request.method == "POST" and form.is_valid():
        done, respondent = attempt(form, _add_respondent, filled=form, case=case, request=request)
        if done:
            messages.success(request, _("已增加被调查人%(name)s。") % {"name": respondent})
            return redirect(case)
    return form_page(
        request,
        "integrity/case_respondent_add.html",
        form,
        case=case,
        search=search,
        typed=typed,
        categories=categories,
        units=case_forms.unit_names(request.user),
    )


def _add_respondent(*, filled: RespondentForm, case: Case, request: HttpRequest) -> Respondent:
    """Subject, respondent and allegation: three actions, one transaction (held by `once`)."""
    typed = filled.cleaned_data
    if typed["subject"] in {NEW_PERSON, NEW_ORGANIZATION}:
        subject = respondents.register_subject(
            name=typed["name"],
            organization_kind=typed["kind"] if typed["subject"] == NEW_ORGANIZATION else "",
            identifier_kind=typed["identifier_type"],
            identifier=typed["identifier"],
            is_another=typed["is_another"],
            by=request.user,
        )
    else:
        subject = visible_subjects(request.user).get(pk=typed["subject"])
    respondent = respondents.add_respondent(case=case, subject=subject, by=request.user, **filled.respondent())
    respondents.add_allegation(respondent=respondent, by=request.user, **filled.allegation())
    return respondent


@require_http_methods(["GET", "HEAD", "POST"])
@once
def case_allegation_add(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """A further allegation against a respondent."""
    respondent = access.get_respondent_for(request.user, reference, pk)
    case = respondent.case
    access.check_can_handle_case(request.user, case)
    categories = case_forms.categories(case)
    form = AllegationForm(request.POST or None, categories=categories)
    if request.method == "POST" and form.is_valid():
        done, _allegation = attempt(
            form, respondents.add_allegation, respondent=respondent, by=request.user, **form.allegation()
        )
        if done:
            messages.success(request, _("已增加对%(name)s的指控。") % {"name": respondent})
            return redirect(case)
    template = "integrity/case_allegation_add.html"
    return form_page(request, template, form, case=case, respondent=respondent, categories=categories)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def case_report(request: HttpRequest, reference: str) -> HttpResponse:
    """All versions of the report; whoever handles the case may record one while the stage allows it."""
    if request.method == "POST":
        case = access.get_case_for(request.user, reference)
        access.check_can_handle_case(request.user, case)
    else:
        case = read_case(request, reference, "report")
    form = None
    if request.method == "POST" or (_report_open(case) and handles(request, case)):
        replacing = case.status != CaseStatus.INVESTIGATING
        form = ReportForm(request.POST or None, allegations=case_forms.allegations(case), replacing=replacing)
    if form is not None and request.method == "POST" and form.is_valid():
        names = ("text", "made_on", "proposed_handling")
        typed: dict[str, Any] = {name: form.cleaned_data[name] for name in names}
        typed["reason"] = form.cleaned_data.get("reason", "")
        done, report = attempt(
            form, hearings.record_report, case=case, conclusions=form.conclusions(), by=request.user, **typed
        )
        if done:
            messages.success(request, _("调查报告第 %(n)s 版已登记。") % {"n": report.version})
            return redirect(case)
    context = {"case": case, "reports": case_forms.report_rows(case), "cite": case_forms.cite(case, "221-26")}
    return form_page(request, "integrity/case_report.html", form, **context)


def _report_open(case: Case) -> bool:
    return case.status in {CaseStatus.INVESTIGATING, CaseStatus.REPORT_READY}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def case_prenotice(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Record the notice before a decision, served on one respondent."""
    respondent = access.get_respondent_for(request.user, reference, pk)
    case = respondent.case
    access.check_can_handle_case(request.user, case)
    form = PrenoticeForm(request.POST or None, initial=_prenotice_initial(case))
    if request.method == "POST" and form.is_valid():
        done, notice = attempt(
            form, hearings.serve_prenotice, respondent=respondent, by=request.user, **form.cleaned_data
        )
        if done:
            messages.success(request, _("已记录告知，陈述申辩到 %(day)s 届满。") % {"day": notice.due_on})
            return redirect(case)
    context = {"case": case, "respondent": respondent, "term": case_forms.term(STATEMENT, case)}
    context["cite"] = case_forms.cite(case, "221-29")
    return form_page(request, "integrity/case_prenotice.html", form, **context)


def _prenotice_initial(case: Case) -> dict[str, Any]:
    reports = case_forms.report_rows(case)
    return {"intended": reports[0]["proposed_handling"] if reports else "", "served_on": timezone.localdate()}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def case_statement(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What the respondent was told and answered; the handler records the answer while it is missing."""
    respondent = access.get_respondent_for(request.user, reference, pk)
    case, notice = respondent.case, getattr(respondent, "statement_request", None)
    if request.method == "POST":
        access.check_can_handle_case(request.user, case)
    else:
        record_access(kind=AccessKind.READ, by=request.user, what=f"statement:{pk}", dossier=case.dossier)
    form = None
    is_waiting = notice is not None and not notice.answer_kind and case.status == CaseStatus.HEARING_RESPONDENT
    if request.method == "POST" or (is_waiting and handles(request, case)):
        form = StatementForm(request.POST or None)
    if form is not None and request.method == "POST" and form.is_valid():
        done, _notice = attempt(
            form, hearings.record_statement, respondent=respondent, by=request.user, **form.cleaned_data
        )
        if done:
            messages.success(request, _("已记录%(name)s的陈述申辩情况。") % {"name": respondent})
            return redirect(case)
    context = {
        "case": case,
        "respondent": respondent,
        "row": respondent_row(respondent),
        "notice": notice,
        "due": statement_due(notice) if notice else None,
        "again_url": reverse("integrity:case-prenotice", args=[reference, pk]) if is_waiting else "",
    }
    return form_page(request, "integrity/case_statement.html", form, **context)
