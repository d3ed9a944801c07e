"""The one form page of reviews: a step about a meeting, an item, a motion or an application, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ethics.views.pages import taken


def step_page(
    request: HttpRequest,
    form: forms.Form,
    action: Callable[..., Any],
    *,
    heading: str,
    said: str,
    back: str,
    fixed: dict[str, Any],
    about: str = "",
    hint: str = "",
    submit: str = "",
    danger: bool = False,
    leads_to: str = "",
    crumbs: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """`fixed`: what the action takes beside the form's values. `back`: the address of what the step is about; `leads_to`
    where it leads when that is another one."""
    done = taken(request, form, action, said=said, back=leads_to or back, **fixed)
    if done is not None:
        return done
    context = {
        "form": form,
        "heading": heading,
        "about": about,
        "hint": hint,
        "submit": submit or heading,
        "danger": danger,
        "back": back,
        "crumbs": crumbs,
    }
    return render(request, "ethics/meeting_form.html", context, status=422 if form.errors else 200)


def press(request: HttpRequest, action: Callable[..., Any], *, said: str, back: str, **fixed: Any) -> HttpResponse:
    """A step without a form. A refusal is a page of its own, with its sentence."""
    action(by=request.user, **fixed)
    messages.success(request, said)
    return redirect(back)
