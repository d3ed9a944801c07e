"""The secretary's desk: applications as a list, one application, and the first answer to it. Members read the same page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from casework.access import check_right
from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.paging import page
from casework.presenters import history_rows
from casework.rule_books import read_once
from casework.views.forms import attempt
from casework.workflow import check_move
from ethics import review_access as access
from ethics.actions import acceptance, materials
from ethics.actions.acceptance import usual_procedure
from ethics.forms.applications import ReplaceForm
from ethics.forms.reception import AcceptForm, ApplicationListForm, CompareForm, ReturnForm
from ethics.models import Application, ReviewUnit
from ethics.presenters import application as shown
from ethics.presenters import version_diff
from ethics.review_books import proposal_for
from ethics.review_workflow import APPLICATION
from ethics.views.pages import bound

PAGE = 25
FORM = ["GET", "HEAD", "POST"]


@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """Newest first, those this person may see."""
    check_right(request.user, Permission.SEE_REVIEWS)
    form = ApplicationListForm(request.GET, committees=shown.committees_of_list(request.user))
    chosen = form.cleaned_data if form.is_valid() else ApplicationListForm.NOTHING
    found = page(shown.filtered(request.user, **chosen), request, size=PAGE)
    context = {
        "form": form,
        "rows": shown.list_rows(found.rows, timezone.now()),
        "page": found,
        "is_filtered": any(chosen.values()),
    }
    return render(request, "ethics/application_list.html", context)


@require_safe
@read_once()
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One application; reading it is on record."""
    application = access.get_application_for(request.user, reference)
    record_access(kind=AccessKind.READ, by=request.user, what=reference, dossier=application.dossier)
    context = shown.detail_page(application, request.user, timezone.now(), request.GET.get("events", ""))
    return render(request, "ethics/application_detail.html", context)


@require_safe
def history(request: HttpRequest, reference: str) -> HttpResponse:
    application = access.get_application_for(request.user, reference)
    access.check_reads_events(request.user)
    rows = history_rows(shown.history_records(application), words=shown.history_words())
    return render(request, "ethics/application_history.html", {"application": application, "rows": rows})


@require_safe
def compare(request: HttpRequest, reference: str) -> HttpResponse:
    """Two submitted versions side by side; the last two unless others are asked for."""
    application = access.get_application_for(request.user, reference)
    versions = version_diff.versions_of(application, request.user)
    form = CompareForm(request.GET, versions=versions)
    before, after = version_diff.chosen(versions, form.cleaned_data if form.is_valid() else {})
    initial = {"before": before.pk if before else "", "after": after.pk if after else ""}
    context = {
        "application": application,
        "form": CompareForm(initial=initial, versions=versions),
        "before": before,
        "after": after,
        "rows": version_diff.differences(before.content, after.content) if before and after else [],
    }
    return render(request, "ethics/application_compare.html", context)


@require_http_methods(FORM)
@once
def accept(request: HttpRequest, reference: str) -> HttpResponse:
    """The proposal of triage with every reason; the secretary confirms, or departs from it with a reason (R3)."""
    application = access.get_application_for(request.user, reference)
    access.check_can_run(request.user, application)
    check_move(APPLICATION, application, "accept")
    proposal = proposal_for(application, timezone.localdate())
    form = bound(
        AcceptForm,
        request,
        units=ReviewUnit.objects.visible_to(request.user),
        committees=access.committees_to_choose(),
        initial={
            "unit": application.unit.organization.name if application.unit else application.unit_name,
            "committee": application.committee_id,
            "procedure": usual_procedure(application, proposal),
        },
    )
    if request.method == "POST" and form.is_valid():
        given = {"application": application, "by": request.user, **form.cleaned_data}
        done, _review = attempt(form, acceptance.accept, **given)
        if done:
            messages.success(request, _("已受理，受理通知书已经发给申请人。"))
            return redirect(application)
    more = {"triage": shown.proposal_context(proposal), "twins": shown.twin_rows(application, request.user)}
    return _answer(request, reference, "accept", form, **more)


@require_http_methods(FORM)
@once
def return_incomplete(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that is missing, told once (第10条)."""
    application = access.get_application_for(request.user, reference)
    access.check_can_run(request.user, application)
    check_move(APPLICATION, application, "return_incomplete")
    offered, preselected = shown.return_choices(application, timezone.localdate())
    form: Any = bound(ReturnForm, request, offered=offered, initial={"items": preselected})
    if request.method == "POST" and form.is_valid():
        given = {"application": application, "by": request.user, **form.values()}
        done, _application = attempt(form, acceptance.return_incomplete, **given)
        if done:
            messages.success(request, _("已告知申请人补正。"))
            return redirect(application)
    return _answer(request, reference, "return", form)


@require_http_methods(FORM)
@once
def material_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """A wrong file is replaced, not the dossier rejected; the applicant is told by letter (E23)."""
    material = access.get_material_for(request.user, pk)
    application = access.get_application_for(request.user, material.application.dossier.reference)
    access.check_can_run(request.user, application)
    form = bound(ReplaceForm, request)
    if request.method == "POST" and form.is_valid():
        done, _material = attempt(form, materials.replace, material=material, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("材料已更换，申请人将收到告知书；原来的版本仍然保存。"))
            return redirect(application)
    return _answer(request, application.dossier.reference, "replace", form, material=material)


def _answer(request: HttpRequest, reference: str, name: str, form: Any, **more: Any) -> HttpResponse:
    """The form page, with the application read afresh."""
    application: Application = access.get_application_for(request.user, reference)
    context = {"application": application, "form": form, **more}
    return render(request, f"ethics/application_{name}.html", context, status=422 if form.errors else 200)
