"""Cases: list, opening, the page of one case, its moves, hand-over, closing and reopening."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.people import may, people_with
from accounts.permissions import Permission
from casework.access import permitted
from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.paging import page
from casework.views.forms import attempt
from integrity import access
from integrity.actions import cases
from integrity.case_terms import INVESTIGATE
from integrity.enums import Regime
from integrity.forms.cases import (
    AssignForm,
    AttachLeadForm,
    CaseListForm,
    CaseReasonForm,
    CloseCaseForm,
    OpenCaseForm,
)
from integrity.models import Case
from integrity.presenters import case_forms
from integrity.presenters import cases as rows
from integrity.subjects import visible_units


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """Newest first, those this person may see; filters by status and by handler."""
    form = CaseListForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {"status": "", "mine": False}
    shown = page(rows.filtered(request.user, status=chosen["status"], mine=chosen["mine"]), request)
    context = {
        "form": form,
        "rows": rows.list_rows(shown.rows, timezone.localdate()),
        "page": shown,
        "may_open": may(request.user, Permission.OPEN_CASES),
    }
    return render(request, "integrity/case_list.html", context)


@require_safe
def case_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of one case; reading it is on record."""
    case = read_case(request, reference, "case")
    context = rows.case_page(case, request.user, on=timezone.localdate(), group=request.GET.get("events", ""))
    return render(request, "integrity/case_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def case_open(request: HttpRequest) -> HttpResponse:
    """Open a case from leads in this officer's hands, or on own motion."""
    access.check_can_open_case(request.user)
    leads = rows.leads_to_open(request.user)
    chosen = [lead for lead in leads if lead.dossier.reference == request.GET.get("lead")]
    initial: dict[str, Any] = {"regime": Regime.RESEARCH_MISCONDUCT}
    if chosen:
        initial |= {"leads": [chosen[0].dossier.reference], "title": chosen[0].summary}
    choices = {"leads": leads, "sources": case_forms.sources(), "units": visible_units(request.user)}
    form = OpenCaseForm(request.POST or None, initial=initial, **choices)
    if request.method == "POST" and form.is_valid():
        done, case = attempt(form, cases.open_case, **form.values(), by=request.user)
        if done:
            messages.success(request, _("已立案，编号 %(reference)s。") % {"reference": case})
            return redirect(case)
    context = {"form": form, "units": case_forms.unit_names(request.user), "term": case_forms.term(INVESTIGATE)}
    return render(request, "integrity/case_open.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def case_lead_attach(request: HttpRequest, reference: str) -> HttpResponse:
    """Join a further lead to the case."""
    case = access.get_case_for(request.user, reference)
    access.check_can_handle_case(request.user, case)
    form = AttachLeadForm(request.POST or None, leads=rows.leads_to_open(request.user))
    if request.method == "POST" and form.is_valid():
        lead = form.by_reference[form.cleaned_data["lead"]]
        done, _link = attempt(
            form, cases.attach_lead, case=case, lead=lead, reason=form.cleaned_data["reason"], by=request.user
        )
        if done:
            messages.success(request, _("线索已经并入本案。"))
            return redirect(case)
    return form_page(request, "integrity/case_lead_attach.html", form, case=case)


@require_POST
@once
def case_begin_investigation(request: HttpRequest, reference: str) -> HttpResponse:
    return _step(request, reference, cases.begin_investigation, _("调查开始。"))


@require_POST
@once
def case_begin_deliberation(request: HttpRequest, reference: str) -> HttpResponse:
    return _step(request, reference, cases.begin_deliberation, _("案件进入审议。"))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def case_close(request: HttpRequest, reference: str) -> HttpResponse:
    case = access.get_case_for(request.user, reference)
    access.check_can_handle_case(request.user, case)
    form = CloseCaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _case = attempt(form, cases.close_case, case=case, reason=form.cleaned_data["reason"], by=request.user)
        if done:
            messages.success(request, _("案件已经结案。"))
            return redirect(case)
    return form_page(request, "integrity/case_close.html", form, case=case, cite=case_forms.cite(case, "221-30"))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def case_reopen(request: HttpRequest, reference: str) -> HttpResponse:
    case = access.get_case_for(request.user, reference)
    access.check_can_assign_case(request.user, case)
    form = CaseReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _case = attempt(form, cases.reopen, case=case, reason=form.cleaned_data["reason"], by=request.user)
        if done:
            messages.success(request, _("案件重新调查。"))
            return redirect(case)
    return form_page(request, "integrity/case_reopen.html", form, case=case)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def case_assign(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the case to another officer; shows what each has in hand."""
    case = access.get_case_for(request.user, reference)
    access.check_can_assign_case(request.user, case)
    people = rows.assignable(case, people_with(Permission.HANDLE_CASES), request.user)
    form = AssignForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        handler = form.by_pk[form.cleaned_data["handler"]]
        reason = form.cleaned_data["reason"]
        done, _case = attempt(form, cases.assign_handler, case=case, handler=handler, reason=reason, by=request.user)
        if done:
            messages.success(request, _("案件已经交给%(name)s办理。") % {"name": handler})
            return redirect(case)
    return form_page(request, "integrity/case_assign.html", form, case=case, cite=case_forms.cite(case, "221-45"))


def read_case(request: HttpRequest, reference: str, what: str) -> Case:
    """Load a case for reading and put the reading on record; `what` names the page."""
    case = access.get_case_for(request.user, reference)
    record_access(kind=AccessKind.READ, by=request.user, what=f"{what}:{case.pk}", dossier=case.dossier)
    return case


def handles(request: HttpRequest, case: Case) -> bool:
    """May this person handle the case? For pages that show a form only to those who may send it."""
    return permitted(access.check_can_handle_case, request.user, case) is None


def form_page(request: HttpRequest, template: str, form: forms.Form | None, **context: Any) -> HttpResponse:
    """The page of a form; shown again after a refusal with status 422 and everything that was typed.

    Without a form it is a page to read.
    """
    refused = form is not None and form.is_bound
    return render(request, template, {"form": form, **context}, status=422 if refused else 200)


def _step(request: HttpRequest, reference: str, action: Callable[..., Any], said: str) -> HttpResponse:
    case = access.get_case_for(request.user, reference)
    action(case=case, by=request.user)
    messages.success(request, said)
    return redirect(case)
