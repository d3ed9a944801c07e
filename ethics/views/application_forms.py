"""The form page of one application: load, one call, redirect or show the form again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ethics.models import Application
from ethics.views.pages import taken


def application_form_page(
    request: HttpRequest,
    form: forms.Form,
    action: Callable[..., Any],
    *,
    application: Application,
    heading: str,
    said: str,
    back: str,
    fixed: dict[str, Any],
    template: str = "ethics/recorded_form.html",
    more: Callable[[dict[str, Any]], dict[str, Any]] | dict[str, Any] | None = None,
    danger: bool = False,
) -> HttpResponse:
    """`back`: where the step leads and where “cancel” goes. `more`: what the template wants beside the form, told
    what was typed. `said`: afterwards."""
    # A refusal takes its field out of what the form holds: what was typed is kept before.
    typed = dict(form.cleaned_data) if request.method == "POST" and form.is_valid() else {}
    done = taken(request, form, action, said=said, back=back, **fixed)
    if done is not None:
        return done
    context = {
        "form": form,
        "application": application,
        "heading": heading,
        "back": back,
        "danger": danger,
        **((more(typed) if callable(more) else more) or {}),
    }
    return render(request, template, context, status=422 if form.errors else 200)
