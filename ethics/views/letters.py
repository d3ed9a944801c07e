"""Letters of a review: the list, one letter to read, print and take as a Word file, its delivery, its recall.

The applicant reads the own letters on own pages: the dossier itself stays closed to them.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import permitted
from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.views.forms import attempt
from ethics.actions import letters
from ethics.forms.expert_reviews import DeliverForm, RecallForm
from ethics.letter_docx import DOCX, letter_docx
from ethics.models import ReviewLetter
from ethics.presenters.application_letters import letter_rows, letter_state, letter_steps, letter_text, own_letter_state
from ethics.review_access import check_can_keep_letter, get_application_for, get_letter_for, get_own_letter
from ethics.views.pages import bound


@require_safe
def letter_list(request: HttpRequest, reference: str) -> HttpResponse:
    application = get_application_for(request.user, reference)
    found = application.letters.select_related("recalled_by").order_by("-pk")
    context = {"application": application, "rows": letter_rows(found)}
    return render(request, "ethics/letter_list.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    letter = get_letter_for(request.user, pk)
    _note_reading(request, letter)
    may_keep = permitted(check_can_keep_letter, request.user, letter) is None
    context = {
        "letter": letter,
        "shown": letter_text(letter),
        "state": letter_state(letter),
        "about": letter.application or letter.activity,
        "above": _above(letter),
        "docx_url": reverse("ethics:letter-docx", args=[letter.pk]),
        "steps": letter_steps(letter) if may_keep else [],
    }
    return render(request, "ethics/letter_detail.html", context)


@require_safe
def docx(request: HttpRequest, pk: int) -> HttpResponse:
    return _as_file(request, get_letter_for(request.user, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    letter = get_letter_for(request.user, pk)
    check_can_keep_letter(request.user, letter)
    form = bound(DeliverForm, request)
    if request.method == "POST" and form.is_valid():
        done, _row = attempt(form, letters.deliver, letter=letter, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已登记送达。"))
            return redirect("ethics:letter-detail", pk=letter.pk)
    return _form_page(request, letter, form, heading=_("登记文书送达"), danger=False)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    letter = get_letter_for(request.user, pk)
    check_can_keep_letter(request.user, letter)
    form = bound(RecallForm, request)
    if request.method == "POST" and form.is_valid():
        done, made = attempt(form, letters.recall, letter=letter, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已发收回通知，原文书保留。"))
            return redirect("ethics:letter-detail", pk=made.pk)
    return _form_page(request, letter, form, heading=_("收回文书"), danger=True)


@require_safe
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter to the applicant, for the applicant."""
    letter = get_own_letter(request.user, pk)
    _note_reading(request, letter)
    context = {
        "letter": letter,
        "shown": letter_text(letter),
        "state": own_letter_state(letter),
        "docx_url": reverse("ethics:own-letter-docx", args=[letter.pk]),
        "may_confirm": letter.delivered_on is None and letter.application is not None,
    }
    return render(request, "ethics/letter_own.html", context)


@require_safe
def own_docx(request: HttpRequest, pk: int) -> HttpResponse:
    return _as_file(request, get_own_letter(request.user, pk))


def _above(letter: ReviewLetter) -> str:
    """The page a letter belongs to."""
    if letter.application is not None:
        return letter.application.get_absolute_url()
    assert letter.activity is not None
    return letter.activity.get_absolute_url()


def _form_page(request: HttpRequest, letter: ReviewLetter, form: object, *, heading: str, danger: bool) -> HttpResponse:
    context = {
        "letter": letter,
        "form": form,
        "heading": heading,
        "danger": danger,
        "above": _above(letter),
        "back": reverse("ethics:letter-detail", args=[letter.pk]),
    }
    return render(request, "ethics/letter_form.html", context, status=422 if getattr(form, "errors", None) else 200)


def _note_reading(request: HttpRequest, letter: ReviewLetter) -> None:
    record_access(kind=AccessKind.READ, by=request.user, what=f"letter:{letter.number}", dossier=letter.dossier)


def _as_file(request: HttpRequest, letter: ReviewLetter) -> HttpResponse:
    record_access(
        kind=AccessKind.EXPORT,
        by=request.user,
        what=f"letter:{letter.number}",
        dossier=letter.dossier,
        data={"sha256": letter.sha256},
    )
    response = HttpResponse(letter_docx(letter_text(letter)), content_type=DOCX)
    name = f"{letter.number} {letter.get_kind_display()}.docx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
