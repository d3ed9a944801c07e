"""The public list: what anybody reads, and the desk of those who draft and publish it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.idempotency import once
from casework.paging import page
from casework.refusals import InputRefused, MoveRefused
from casework.views.forms import attempt
from ethics.access import check_can_keep, get_activity_for
from ethics.actions import public_entries
from ethics.forms.activity_life import PublicEntryForm, WithdrawEntryForm
from ethics.life_access import check_can_draft, check_is_second, get_entry_for, visible_entries
from ethics.models import PublicEntry, ReviewUnit
from ethics.presenters import public as rows
from ethics.presenters.activity import entry_row
from ethics.views.pages import bound

PAGE_SIZE = 20


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Approved activities as published; needs no login and reads the allow-listed columns only."""
    words = rows.words_of(request.GET.get("q", ""))
    shown = PublicEntry.objects.public_on(timezone.localdate()).matching(words)
    found = page(shown.only(*rows.PUBLIC_COLUMNS), request, size=PAGE_SIZE)
    context = {"page": found, "rows": [rows.public_row(one) for one in found.rows], "q": " ".join(words)}
    return render(request, "ethics/public_approvals.html", context)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Every entry this person may write or let out, the newest first."""
    check_can_draft(request.user)
    entries = visible_entries(request.user).select_related("drafted_by", "activity")
    found, today = page(entries, request, size=PAGE_SIZE), timezone.localdate()
    context = {"page": found, "rows": [rows.desk_row(one, today) for one in found.rows]}
    return render(request, "ethics/public_desk.html", context)


@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry exactly as the public will read it, with who wrote it and what may be done."""
    found = get_entry_for(request.user, pk)
    row = entry_row(found, request.user)
    sees = ReviewUnit.objects.visible_to(request.user).filter(pk=found.activity.unit_id).exists()
    context = {"row": row, "activity_url": found.activity.get_absolute_url() if sees else ""}
    return render(request, "ethics/public_entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_activity_for(request.user, pk)
    check_can_draft(request.user)
    check_can_keep(request.user, activity.unit)
    form = bound(PublicEntryForm, request, initial=rows.first_words(activity))
    if request.method == "POST" and form.is_valid():
        done, made = attempt(form, public_entries.draft, activity=activity, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("公开稿已起草，须由另一人审核后公开。"))
            return redirect("ethics_public:entry", made.pk)
    context = {
        "form": form,
        "heading": _("起草公开名单条目"),
        "submit": _("交审核"),
        "about": activity.title,
        "cancel_url": activity.get_absolute_url(),
    }
    return render(request, "ethics/public_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_entry_for(request.user, pk)
    form = bound(PublicEntryForm, request, initial={name: getattr(found, name) for name in rows.WRITTEN})
    if request.method == "POST" and form.is_valid():
        done, _row = attempt(form, public_entries.edit, entry=found, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已保存。修改人不能自己审核公开。"))
            return redirect("ethics_public:entry", pk)
    back = reverse("ethics_public:entry", args=[pk])
    context = {"form": form, "heading": _("修改公开稿"), "submit": _("保存"), "cancel_url": back}
    return render(request, "ethics/public_form.html", context, status=422 if form.errors else 200)


@require_POST
@once
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_entry_for(request.user, pk)
    check_is_second(request.user, found)
    try:
        public_entries.publish(entry=found, by=request.user)
    except (InputRefused, MoveRefused) as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, _("已审核公开。"))
    return redirect("ethics_public:entry", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_entry_for(request.user, pk)
    form = bound(WithdrawEntryForm, request)
    if request.method == "POST" and form.is_valid():
        done, _row = attempt(form, public_entries.withdraw, entry=found, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已撤下，公众不再能看到。"))
            return redirect("ethics_public:entry", pk)
    context = {
        "form": form,
        "heading": _("撤下公开"),
        "submit": _("撤下公开"),
        "cancel_url": reverse("ethics_public:entry", args=[pk]),
        "about": found.title,
        "danger": True,
    }
    return render(request, "ethics/public_form.html", context, status=422 if form.errors else 200)
