"""Who is kept out of what, for security administrators: one proposes to lift an exclusion, another one confirms."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import (
    check_can_confirm_lift,
    check_can_propose_lift,
    get_exclusion_for,
    keepable_exclusions,
)
from casework.actions import grants
from casework.enums import AccessKind
from casework.events import record_access
from casework.forms.exclusions import LiftForm
from casework.idempotency import once
from casework.models import Exclusion
from casework.paging import page
from casework.presenters.exclusions import exclusion_rows, lift_facts
from casework.views.forms import attempt


@require_safe
def exclusion_list(request: HttpRequest) -> HttpResponse:
    """The exclusions in force, newest first. Reading them is on record."""
    shown = page(keepable_exclusions(request.user), request)
    record_access(kind=AccessKind.READ, by=request.user, what="exclusions")
    context = {"rows": exclusion_rows(shown.rows, request.user), "page": shown}
    return render(request, "casework/exclusion_list.html", context)


@require_http_methods(["GET", "POST"])
@once
def exclusion_propose_lift(request: HttpRequest, pk: int) -> HttpResponse:
    exclusion = get_exclusion_for(request.user, pk)
    check_can_propose_lift(request.user, exclusion)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _row = attempt(form, grants.propose_lift, exclusion=exclusion, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已提出，等另一位安全管理员确认。确认之前，排除继续有效。"))
            return redirect("casework:exclusion-list")
    return _page(request, exclusion, form, title=_("提出解除排除"), submit=_("提出"))


@require_http_methods(["GET", "POST"])
@once
def exclusion_lift(request: HttpRequest, pk: int) -> HttpResponse:
    exclusion = get_exclusion_for(request.user, pk)
    check_can_confirm_lift(request.user, exclusion)
    form = forms.Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _row = attempt(form, grants.lift, exclusion=exclusion, by=request.user)
        if done:
            messages.success(request, _("排除已解除，此人按原有的角色和授权可以查看。"))
            return redirect("casework:exclusion-list")
    return _page(request, exclusion, form, title=_("确认解除排除"), submit=_("确认解除"), danger=True)


def _page(request: HttpRequest, exclusion: Exclusion, form: forms.Form, **words: object) -> HttpResponse:
    context = {"form": form, "facts": lift_facts(exclusion, request.user), **words}
    return render(request, "casework/exclusion_lift.html", context, status=422 if form.errors else 200)
