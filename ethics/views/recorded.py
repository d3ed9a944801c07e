"""A review held elsewhere, recorded from the page of its unit: what was asked, the acceptance, the decision."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casework.idempotency import once
from casework.views.forms import attempt
from ethics.access import check_can_keep, get_unit_for
from ethics.actions import materials, recorded, recorded_waivers
from ethics.enums import ApplicationStatus, Procedure, ReviewOutcome, ViolationKind
from ethics.forms.recorded import (
    AcceptForm,
    EnterForm,
    MeetingDecisionForm,
    PaperForm,
    SimpleDecisionForm,
    VerifyForm,
    WaiveForm,
    WithdrawForm,
)
from ethics.models import Application, ReviewUnit
from ethics.presenters.application_expert import latest_review
from ethics.presenters.application_recorded import (
    activities_to_review,
    circumstance_choices,
    committees_for,
    decision_hints,
    facts_to_begin_with,
    ground_choices,
    paper_choices,
    proposal_rows,
)
from ethics.review_access import check_can_run, get_application_for
from ethics.review_books import books_on
from ethics.views.application_forms import application_form_page
from ethics.views.pages import bound


@require_http_methods(["GET", "HEAD", "POST"])
@once
def enter(request: HttpRequest, reference: str) -> HttpResponse:
    unit = get_unit_for(request.user, reference)
    check_can_keep(request.user, unit)
    form = bound(
        EnterForm,
        request,
        initial=_about(request, unit),
        activities=activities_to_review(unit, request.user),
        committees=committees_for(unit, request.user),
        circumstances=circumstance_choices(),
        grounds=ground_choices(),
    )
    if request.method == "POST" and form.is_valid():
        done, application = attempt(form, recorded.enter, unit=unit, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已登记审查申请。下一步登记委员会的受理。"))
            return redirect(application)
    context = {"form": form, "unit": unit}
    return render(request, "ethics/recorded_enter.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def paper(request: HttpRequest, reference: str) -> HttpResponse:
    application = _handled(request, reference)
    form = bound(PaperForm, request, papers=paper_choices(application))
    return application_form_page(
        request,
        form,
        materials.add,
        application=application,
        fixed={"application": application},
        heading=_("上传审查材料"),
        said=_("材料已上传。"),
        back=application.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def accept(request: HttpRequest, reference: str) -> HttpResponse:
    application = _handled(request, reference)
    form = bound(AcceptForm, request)
    return application_form_page(
        request,
        form,
        recorded.accept,
        application=application,
        fixed={"application": application},
        heading=_("登记受理"),
        said=_("受理已登记，决定的期限已开始计算。"),
        back=application.get_absolute_url(),
        template="ethics/recorded_accept.html",
        more={"proposal": proposal_rows(application)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def waive(request: HttpRequest, reference: str) -> HttpResponse:
    application = _handled(request, reference)
    recorded_waivers.check_may_be_told(application)
    form = bound(WaiveForm, request, books=books_on(application, timezone.localdate()))
    return application_form_page(
        request,
        form,
        recorded_waivers.waive,
        application=application,
        fixed={"application": application},
        heading=_("登记免除审查"),
        said=_("免除审查已登记。"),
        back=application.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    application = _handled(request, reference)
    review = latest_review(application)
    is_simple = review is not None and review.procedure == Procedure.SIMPLE
    form = bound(SimpleDecisionForm if is_simple else MeetingDecisionForm, request)
    return application_form_page(
        request,
        form,
        recorded.decide,
        application=application,
        fixed={"application": application},
        heading=_("登记审查决定"),
        said=_("审查决定已登记。"),
        back=application.get_absolute_url(),
        template="ethics/recorded_decide.html",
        more=lambda typed: _beside(application, typed),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def verify(request: HttpRequest, reference: str) -> HttpResponse:
    application = _handled(request, reference)
    form = bound(VerifyForm, request)
    return application_form_page(
        request,
        form,
        recorded.verify,
        application=application,
        fixed={"application": application},
        heading=_("登记修改稿核实通过"),
        said=_("已登记批准。"),
        back=application.get_absolute_url(),
        template="ethics/recorded_decide.html",
        more=lambda typed: _beside(application, {**typed, "outcome": ReviewOutcome.APPROVE}),
    )


@require_POST
@once
def resubmit(request: HttpRequest, reference: str) -> HttpResponse:
    application = _handled(request, reference)
    recorded.resubmit(application=application, by=request.user)
    messages.success(request, _("已登记重新提交。下一步登记委员会的受理。"))
    return redirect(application)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    application = _handled(request, reference)
    form = bound(WithdrawForm, request)
    return application_form_page(
        request,
        form,
        recorded.withdraw,
        application=application,
        fixed={"application": application},
        heading=_("撤回登记"),
        said=_("已撤回，记录保留。"),
        back=application.get_absolute_url(),
        danger=True,
    )


def _about(request: HttpRequest, unit: ReviewUnit) -> dict[str, Any]:
    """What the record begins with where it was opened from the page of an activity."""
    asked = request.GET.get("activity", "")
    offered = activities_to_review(unit, request.user)
    found = offered.filter(pk=asked).first() if asked.isascii() and asked.isdecimal() and len(asked) <= 18 else None
    return facts_to_begin_with(found, request.user) if found is not None else {}


def violation_address(application: Application, typed: dict[str, Any]) -> str:
    """Where V2 is recorded, filled in beforehand, when what was typed approves what was to begin earlier; else empty (E12)."""
    decided_on, start_on = typed.get("decided_on"), application.start_on
    approves = typed.get("outcome") == ReviewOutcome.APPROVE
    if not (approves and decided_on and start_on and start_on < decided_on and application.unit):
        return ""
    words = {"kind": ViolationKind.V2.value, "application": application.dossier.reference}
    return f"{reverse('ethics:violation-record', args=[application.unit.dossier.reference])}?{urlencode(words)}"


def _beside(application: Application, typed: dict[str, Any]) -> dict[str, Any]:
    return {
        "violation_url": violation_address(application, typed),
        "put_off_url": reverse("ethics:expert-put-off", args=[application.dossier.reference]),
        "papers_url": reverse("ethics:recorded-paper", args=[application.dossier.reference]),
        "left": recorded.missing_papers(application),
        "hints": decision_hints(application, timezone.localdate()),
        "is_revised": application.status == ApplicationStatus.AWAITING_REVISION,
    }


def _handled(request: HttpRequest, reference: str) -> Application:
    """An application this person runs the review of."""
    application = get_application_for(request.user, reference)
    check_can_run(request.user, application)
    return application
