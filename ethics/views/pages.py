"""The one form page of this app: load, one call, redirect to the unit or show the form again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casework.views.forms import attempt
from ethics.models import ReviewUnit


def form_page(
    request: HttpRequest,
    form: forms.Form,
    action: Callable[..., Any],
    *,
    unit: ReviewUnit,
    heading: str,
    said: str,
    about: str = "",
    submit: str = "",
    danger: bool = False,
    fixed: dict[str, Any],
) -> HttpResponse:
    """`fixed`: what the action takes beside the form's values. `about`: the record the form is about. `said`: afterwards."""
    if request.method == "POST" and form.is_valid():
        done, _row = attempt(form, action, by=request.user, **fixed, **form.cleaned_data)
        if done:
            messages.success(request, said)
            return redirect(unit)
    context = {
        "form": form,
        "unit": unit,
        "heading": heading,
        "about": about,
        "submit": submit or heading,
        "danger": danger,
    }
    return render(request, "ethics/unit_form.html", context, status=422 if form.errors else 200)


def bound(form: type[forms.Form], request: HttpRequest, **options: Any) -> forms.Form:
    """The form with what was sent, or as it is first shown."""
    return form(request.POST or None, request.FILES or None, **options)
