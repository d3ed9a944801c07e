"""The procedures beside the meeting: naming, confirming, waiver, revision, extension, appeal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.idempotency import once
from casework.rule_books import read_once
from ethics.actions import appeals, extensions, reviewers, revisions, waivers
from ethics.forms.procedures import (
    AnswerForm,
    AppealForm,
    ConfirmForm,
    ExtendForm,
    NameForm,
    OwnAppealForm,
    StillOpenForm,
    VerifyForm,
    WhyForm,
)
from ethics.models import Application
from ethics.presenters.procedure_pages import (
    appeal_facts,
    compare_url,
    confirm_start,
    longest_interval,
    revision_facts,
    round_facts,
    waiver_facts,
)
from ethics.presenters.workload import candidates
from ethics.procedure_access import (
    check_may_answer,
    check_may_name,
    check_may_verify,
    get_appeal_for,
    get_assignment_for,
    round_of,
)
from ethics.review_access import check_can_run, check_is_applicant, get_application_for, get_own_application
from ethics.review_books import books_of
from ethics.simple_procedure import least_reviewers
from ethics.views.pages import bound, taken

ANY = ["GET", "HEAD", "POST"]


def form_page(
    request: HttpRequest,
    form: forms.Form,
    action: Callable[..., Any],
    *,
    application: Application,
    fixed: dict[str, Any],
    heading: str,
    said: str | Callable[[Any], str],
    template: str = "ethics/procedure_form.html",
    back: str = "",
    **shown: Any,
) -> HttpResponse:
    """`fixed`: what the action takes beside the form's values. `said`: what is told afterwards. `shown`: for the template."""
    back = back or application.get_absolute_url()
    done = taken(request, form, action, said=said, back=back, **fixed)
    if done is not None:
        return done
    context = {"form": form, "application": application, "heading": heading, "back": back, "submit": heading, **shown}
    return render(request, template, context, status=422 if form.errors else 200)


def for_secretary(request: HttpRequest, reference: str) -> Application:
    """An application this person runs, or 404 / 403."""
    application = get_application_for(request.user, reference)
    check_can_run(request.user, application)
    return application


@require_http_methods(ANY)
@once
@read_once()
def name_reviewers(request: HttpRequest, reference: str) -> HttpResponse:
    application = get_application_for(request.user, reference)
    seat = check_may_name(request.user, application)
    review = round_of(application)
    known = candidates(application, timezone.localdate())
    words = {one.member.pk: one.words for one in known if not one.hindrance}
    return form_page(
        request,
        bound(NameForm, request, words=words, by_secretary=seat is None),
        reviewers.name,
        application=application,
        fixed={"application": application},
        heading=_("指定审查委员"),
        said=_("已指定审查委员，等待委员声明和提交意见。"),
        template="ethics/reviewers_name.html",
        rule=least_reviewers(books_of(review)),
        named=[one.member.person.name for one in known if one.is_named],
        hindered=[one for one in known if one.hindrance and not one.is_named],
    )


@require_http_methods(ANY)
@once
def reviewer_release(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = get_assignment_for(request.user, pk)
    application = assignment.review.application
    check_may_name(request.user, application)
    return form_page(
        request,
        bound(WhyForm, request, label=_("解除指定原因"), limit=200),
        reviewers.release,
        application=application,
        fixed={"assignment": assignment},
        heading=_("解除指定"),
        about=assignment.member.person.name,
        note=_("已提交的意见保留。解除后请另行指定委员。"),
        danger=True,
        said=_("已解除指定，请另行指定委员。"),
    )


@require_http_methods(ANY)
@once
def simple_confirm(request: HttpRequest, reference: str) -> HttpResponse:
    application = for_secretary(request, reference)
    review = round_of(application)
    return form_page(
        request,
        bound(ConfirmForm, request, most_months=longest_interval(review), initial={"basis": confirm_start(review)}),
        reviewers.confirm,
        application=application,
        fixed={"application": application},
        heading=_("登记简易程序批准"),
        said=_("已登记批准，审查决定书已签发。结果请在下次会议上报告。"),
        facts=round_facts(application, review),
    )


@require_http_methods(ANY)
@once
def simple_to_meeting(request: HttpRequest, reference: str) -> HttpResponse:
    application = for_secretary(request, reference)
    return form_page(
        request,
        bound(WhyForm, request, label=_("转为会议审查的原因")),
        reviewers.send_to_meeting,
        application=application,
        fixed={"application": application},
        heading=_("转为会议审查"),
        note=_("审查期限不变，已提交的意见保留。"),
        said=_("已转为会议审查，请列入会议议程。"),
    )


@require_http_methods(ANY)
@once
def waiver_confirm(request: HttpRequest, reference: str) -> HttpResponse:
    application = for_secretary(request, reference)
    return form_page(
        request,
        bound(WhyForm, request, label=_("免除审查的理由"), help_text=_("写进告知书。")),
        waivers.confirm,
        application=application,
        fixed={"application": application},
        heading=_("确认免除审查"),
        facts=waiver_facts(application, round_of(application)),
        note=_("免除伦理审查不等于免除知情同意，告知书会写明。"),
        said=_("已确认免除审查，告知书已签发。"),
    )


@require_http_methods(ANY)
@once
def waiver_refuse(request: HttpRequest, reference: str) -> HttpResponse:
    application = for_secretary(request, reference)
    return form_page(
        request,
        bound(WhyForm, request, label=_("不予免除的理由")),
        waivers.refuse,
        application=application,
        fixed={"application": application},
        heading=_("不予免除，转为会议审查"),
        note=_("审查期限不变。"),
        said=_("已转为会议审查，请列入会议议程。"),
    )


def _revision_page(
    request: HttpRequest, reference: str, form: type[forms.Form], action: Callable[..., Any], **kwargs: Any
) -> HttpResponse:
    application = get_application_for(request.user, reference)
    check_may_verify(request.user, application)
    review, asked = revisions.asked_changes(application)
    return form_page(
        request,
        bound(form, request),
        action,
        application=application,
        fixed={"application": application},
        template="ethics/revision_form.html",
        facts=revision_facts(application, asked),
        compare_url=compare_url(application, review),
        **kwargs,
    )


@require_http_methods(ANY)
@once
def revision_verify(request: HttpRequest, reference: str) -> HttpResponse:
    return _revision_page(
        request,
        reference,
        VerifyForm,
        revisions.verify,
        heading=_("核实修改稿"),
        submit=_("已落实，登记批准"),
        said=_("修改要求已核实落实。"),
    )


@require_http_methods(ANY)
@once
def revision_return(request: HttpRequest, reference: str) -> HttpResponse:
    return _revision_page(
        request,
        reference,
        StillOpenForm,
        revisions.send_back,
        heading=_("退回修改稿"),
        said=_("已退回修改稿，告知书已签发。"),
    )


@require_http_methods(ANY)
@once
def extend(request: HttpRequest, reference: str) -> HttpResponse:
    application = for_secretary(request, reference)
    review = round_of(application)
    extensions.check_may_be_extended(review)
    return form_page(
        request,
        bound(ExtendForm, request),
        extensions.extend,
        application=application,
        fixed={"application": application},
        heading=_("延长审查期限"),
        facts=[(_("现在的决定期限"), review.last_day)],
        said=_("已延长审查期限，告知书已签发。"),
    )


@require_http_methods(ANY)
@once
def appeal_record(request: HttpRequest, reference: str) -> HttpResponse:
    application = for_secretary(request, reference)
    return form_page(
        request,
        bound(AppealForm, request),
        appeals.record,
        application=application,
        fixed={"application": application},
        heading=_("登记书面申诉"),
        facts=appeal_facts(appeals.appealable(application)),
        said=_("已登记申诉。"),
    )


@require_http_methods(ANY)
@once
def own_appeal(request: HttpRequest, reference: str) -> HttpResponse:
    application = get_own_application(request.user, reference)
    check_is_applicant(request.user, application)
    return form_page(
        request,
        bound(OwnAppealForm, request),
        appeals.file,
        application=application,
        fixed={"application": application},
        heading=_("提出申诉"),
        facts=appeal_facts(appeals.appealable(application)),
        note=_("申诉由作出决定的委员会答复。"),
        said=_("申诉已提交，请等待委员会答复。"),
        back=f"/ethics/own/{application.dossier.reference}/",
        is_own=True,
    )


@require_http_methods(ANY)
@once
def appeal_answer(request: HttpRequest, pk: int) -> HttpResponse:
    appeal = get_appeal_for(request.user, pk)
    application = appeal.decision.review.application
    check_may_answer(request.user, application)
    return form_page(
        request,
        bound(AnswerForm, request),
        appeals.answer,
        application=application,
        fixed={"appeal": appeal},
        heading=_("答复申诉"),
        template="ethics/appeal_answer.html",
        facts=appeal_facts(appeal.decision, appeal),
        file=appeal.file,
        said=_("已答复申诉，申诉答复书已签发。"),
    )
