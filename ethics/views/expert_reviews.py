"""The expert re-review of an application: its page, the pack for the province, and each step of the relay."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.refusals import MoveRefused
from casework.storage import StoreError
from ethics.actions import expert_reviews, starts
from ethics.enums import MemberCategory, ReviewOutcome
from ethics.forms.expert_reviews import USUAL_AUTHORITY, AnswerForm, ConcludeForm, PutOffForm, ReceiveForm, RequestForm
from ethics.models import Application, Committee, ExpertReview, Review, ReviewUnit
from ethics.presenters.application_expert import expert_of, expert_page, hours_left, latest_review
from ethics.presenters.expert_pack import expert_pack
from ethics.review_access import check_can_run, check_can_take_pack, get_application_for
from ethics.review_books import books_of
from ethics.rules import first_with
from ethics.views.application_forms import application_form_page
from ethics.views.pages import bound
from ethics.views.recorded import violation_address

FEW, MANY = 9, 30


@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    application, review = _loaded(request, reference)
    record_access(kind=AccessKind.READ, by=request.user, what=f"expert:{reference}", dossier=application.dossier)
    return render(request, "ethics/expert_detail.html", expert_page(application, review, request.user))


@require_safe
def pack(request: HttpRequest, reference: str) -> HttpResponse:
    """The papers for the province as one .zip; taking them out is recorded."""
    application, review = _loaded(request, reference)
    check_can_take_pack(request.user, application)
    try:
        content, entries = expert_pack(application, review)
    except StoreError as error:
        raise MoveRefused(_("有材料在存储中缺失或被改动，不能报送。请立即告知系统管理员。")) from error
    record_access(
        kind=AccessKind.EXPORT,
        by=request.user,
        what=f"expert-pack:{reference}",
        dossier=application.dossier,
        data={"files": [one["sha256"] for one in entries]},
    )
    response = HttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"专家复核材料-{reference}.zip")
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@once
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    application, _review = _loaded(request, reference)
    check_can_run(request.user, application)
    centres = Committee.objects.standing_on(timezone.localdate()).filter(
        is_service_centre=True, unit__in=ReviewUnit.objects.visible_to(request.user)
    )
    form = bound(RequestForm, request, centres=centres.order_by("pk"), initial={"authority": USUAL_AUTHORITY})
    return application_form_page(
        request,
        form,
        expert_reviews.request,
        application=application,
        fixed={"application": application},
        heading=_("申请专家复核"),
        said=_("已登记申请，请下载材料包，连同申请函报送复核机关。"),
        back=_page_of(reference),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def receive(request: HttpRequest, reference: str) -> HttpResponse:
    application, expert = _relayed(request, reference)
    form = bound(ReceiveForm, request, initial={"received_on": expert.received_on})
    return application_form_page(
        request,
        form,
        expert_reviews.receive,
        application=application,
        fixed={"expert": expert},
        heading=_("登记复核机关收到日期"),
        said=_("已登记，答复期限已开始计算。"),
        back=_page_of(reference),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    application, expert = _relayed(request, reference)
    places = MANY if "many" in request.GET else FEW
    form = bound(AnswerForm, request, places=places, categories=_panel_categories(expert.review))
    return application_form_page(
        request,
        form,
        expert_reviews.answer,
        application=application,
        fixed={"expert": expert},
        heading=_("登记复核答复"),
        said=_("复核答复已登记，请按复核意见作出决定。"),
        back=_page_of(reference),
        template="ethics/expert_answer.html",
        more={
            "few": FEW,
            "is_long": places == MANY,
            "most": MANY,
            "hours": hours_left(expert.review, timezone.now()),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def conclude(request: HttpRequest, reference: str) -> HttpResponse:
    application, expert = _relayed(request, reference)
    disagreed = expert.outcome == expert_reviews.DISAGREE
    form = bound(
        ConcludeForm, request, must_say_why=disagreed, initial={"reasons": "" if disagreed else _passed(expert)}
    )
    return application_form_page(
        request,
        form,
        expert_reviews.conclude,
        application=application,
        fixed={"expert": expert},
        heading=_("按复核意见决定不予批准") if disagreed else _("按复核意见决定批准"),
        said=_("已登记不予批准。") if disagreed else _("已登记批准，平台登记和跟踪审查的期限已开始计算。"),
        back=application.get_absolute_url(),
        danger=disagreed,
        template="ethics/expert_conclude.html",
        more=lambda typed: _conclusion(application, expert, typed, disagreed=disagreed),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def put_off(request: HttpRequest, reference: str) -> HttpResponse:
    application = get_application_for(request.user, reference)
    check_can_run(request.user, application)
    form = bound(PutOffForm, request, initial={"start_on": application.start_on})
    return application_form_page(
        request,
        form,
        starts.put_off,
        application=application,
        fixed={"application": application},
        heading=_("推迟开始日期"),
        said=_("开始日期已改，原日期留在修改记录中。"),
        back=application.get_absolute_url(),
    )


def _loaded(request: HttpRequest, reference: str) -> tuple[Application, Review]:
    """An application whose committee passed it for re-review, or Http404."""
    application = get_application_for(request.user, reference)
    review = latest_review(application)
    if review is None or not review.preliminary:
        raise Http404
    return application, review


def _relayed(request: HttpRequest, reference: str) -> tuple[Application, ExpertReview]:
    """One whose re-review was asked for, for whoever runs the review."""
    application, review = _loaded(request, reference)
    check_can_run(request.user, application)
    expert = expert_of(review)
    if expert is None:
        raise Http404
    # The action moves this very application: one object for the page and for the step.
    review.application = application
    return application, expert


def _panel_categories(review: Review) -> list[tuple[str, Any]]:
    """The categories a panel must have, as the rule set of the review names them."""
    book = first_with(books_of(review), "meeting_rule", "P_CATEGORIES")
    wanted = book.clause("meeting_rule", "P_CATEGORIES").numbers["value"]
    return [(one, MemberCategory(one).label) for one in wanted]


def _passed(expert: ExpertReview) -> str:
    return str(expert.review.preliminary["reasons"])


def _conclusion(
    application: Application, expert: ExpertReview, typed: dict[str, Any], *, disagreed: bool
) -> dict[str, Any]:
    return {
        "expert": expert,
        "hours": hours_left(expert.review, timezone.now()),
        "disagreed": disagreed,
        "violation_url": ""
        if disagreed
        else violation_address(application, {**typed, "outcome": ReviewOutcome.APPROVE}),
        "put_off_url": reverse("ethics:expert-put-off", args=[application.dossier.reference]),
    }


def _page_of(reference: str) -> str:
    return reverse("ethics:expert-detail", args=[reference])
