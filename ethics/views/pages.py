"""What the form pages of this app share: one call, then the redirect, or the form again; and the page of a unit's forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casework.views.forms import attempt
from ethics.models import ReviewUnit


def taken(
    request: HttpRequest,
    form: forms.Form,
    action: Callable[..., Any],
    *,
    said: str | Callable[[Any], str],
    back: Any,
    **fixed: Any,
) -> HttpResponse | None:
    """Take the step a form was sent for: the redirect to `back` once it is done, None while the form is to be shown.

    `fixed`: what the action takes beside the form's values. `said`: afterwards, or what says it of the action's result.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    done, row = attempt(form, action, by=request.user, **fixed, **form.cleaned_data)
    if not done:
        return None
    messages.success(request, said if isinstance(said, str) else said(row))
    return redirect(back)


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
    done = taken(request, form, action, said=said, back=unit, **fixed)
    if done is not None:
        return done
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
