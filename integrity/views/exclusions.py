"""Keeping a colleague out of a lead or a case (221号 第45条)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from casework.idempotency import once
from casework.models import Dossier
from casework.views.forms import attempt
from integrity import access
from integrity.actions import exclusions
from integrity.forms.exclusions import ExcludeForm
from integrity.presenters import case_forms
from integrity.views.cases import form_page
from integrity.views.leads import step_page


@require_http_methods(["GET", "POST"])
@once
def lead_exclude(request: HttpRequest, reference: str) -> HttpResponse:
    """A colleague is involved: from now on they see nothing of this lead, nor of its case."""
    lead = access.get_lead_for(request.user, reference)
    access.check_can_exclude_from_lead(request.user, lead)
    form = ExcludeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _row = attempt(form, exclusions.exclude_from_lead, lead=lead, by=request.user, **form.cleaned_data)
        if done:
            _tell(request, lead.dossier, form.cleaned_data["user"])
            return redirect("integrity:lead-list" if form.cleaned_data["user"] == request.user else lead)
    intro = _("排除后任何授权都不能越过，由此立案的案件也看不到；解除须两人办理。")
    words = {"title": _("排除知悉"), "intro": intro, "submit": _("排除"), "article": "221-45", "danger": True}
    return step_page(request, lead, form, **words)


@require_http_methods(["GET", "POST"])
@once
def case_exclude(request: HttpRequest, reference: str) -> HttpResponse:
    """A colleague is involved: from now on they see nothing of this case, its leads, notices and shares."""
    case = access.get_case_for(request.user, reference)
    access.check_can_exclude_from_case(request.user, case)
    form = ExcludeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _row = attempt(form, exclusions.exclude_from_case, case=case, by=request.user, **form.cleaned_data)
        if done:
            _tell(request, case.dossier, form.cleaned_data["user"])
            return redirect("integrity:case-list" if form.cleaned_data["user"] == request.user else case)
    return form_page(request, "integrity/case_exclude.html", form, case=case, cite=case_forms.cite(case, "221-45"))


def _tell(request: HttpRequest, dossier: Dossier, user: User) -> None:
    messages.success(request, _("已排除知悉。此人从现在起看不到这份卷宗。"))
    if user.pk == dossier.handler_id:
        messages.warning(request, _("此人是承办人，请科室负责人改派。"))
