"""The member's desk, and the gate before a dossier: nothing but what is needed to judge until the member has declared."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from casework.access import check_right
from casework.idempotency import once
from casework.views.forms import attempt
from ethics.actions import conflicts
from ethics.enums import ConflictAnswer
from ethics.forms.meetings import ConflictForm
from ethics.presenters import member_desk
from ethics.review_access import get_gate_for, has_declared
from ethics.views.pages import bound


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for this member: to declare, to vote, to review; and the coming meetings."""
    check_right(request.user, Permission.SIT_ON_COMMITTEE)
    context = member_desk.desk_of(request.user, timezone.localdate())
    return render(request, "ethics/meeting_desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def gate(request: HttpRequest, reference: str) -> HttpResponse:
    application, member = get_gate_for(request.user, reference)
    form = bound(ConflictForm, request)
    if request.method == "POST" and form.is_valid():
        done, _row = attempt(
            form,
            conflicts.declare,
            application=application,
            member=member,
            by=request.user,
            **form.cleaned_data,
        )
        if done and form.cleaned_data["answer"] == ConflictAnswer.CONFLICT:
            messages.success(request, _("已登记回避。这份卷宗不再对您开放，您的表决权也不计入。"))
            return redirect(reverse("ethics:member-desk"))
        if done:
            messages.success(request, _("声明已登记，卷宗已对您开放。"))
            return redirect(application.get_absolute_url())
    context = {
        "form": form,
        "title": application.title,
        "facts": member_desk.gate_facts(application),
        "suggestions": conflicts.suggestions(application, member),
        "has_declared": has_declared(application, member),
        "dossier_url": application.get_absolute_url(),
    }
    return render(request, "ethics/meeting_gate.html", context, status=422 if form.errors else 200)
