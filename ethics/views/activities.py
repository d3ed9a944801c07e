"""Listed activities and their follow-ups."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.idempotency import once
from ethics.access import check_can_keep, get_activity_for, get_follow_up_for, get_unit_for
from ethics.actions import activities, follow_ups
from ethics.forms.register import ActivityForm, ApproveForm, EndForm, ExpertForm, FollowUpForm, TerminateForm
from ethics.views.pages import bound, form_page


@require_http_methods(["GET", "HEAD", "POST"])
@once
def enter(request: HttpRequest, reference: str) -> HttpResponse:
    unit = get_unit_for(request.user, reference)
    check_can_keep(request.user, unit)
    form = bound(ActivityForm, request, committees=unit.committees.order_by("pk"))
    return form_page(
        request,
        form,
        activities.enter,
        unit=unit,
        fixed={"unit": unit},
        heading=_("登记清单活动"),
        said=_("清单活动已登记。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def expert(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_activity_for(request.user, pk)
    check_can_keep(request.user, activity.unit)
    form = bound(ExpertForm, request)
    return form_page(
        request,
        form,
        activities.record_expert,
        unit=activity.unit,
        fixed={"activity": activity},
        heading=_("登记专家复核"),
        about=activity.title,
        said=_("已登记专家复核结果。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_activity_for(request.user, pk)
    check_can_keep(request.user, activity.unit)
    form = bound(ApproveForm, request)
    return form_page(
        request,
        form,
        activities.approve,
        unit=activity.unit,
        fixed={"activity": activity},
        heading=_("登记批准"),
        about=activity.title,
        said=_("已登记批准，平台登记和跟踪审查的期限已开始计算。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_activity_for(request.user, pk)
    check_can_keep(request.user, activity.unit)
    form = bound(EndForm, request)
    return form_page(
        request,
        form,
        activities.complete,
        unit=activity.unit,
        fixed={"activity": activity},
        heading=_("登记完成"),
        about=activity.title,
        said=_("已登记完成。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def terminate(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_activity_for(request.user, pk)
    check_can_keep(request.user, activity.unit)
    form = bound(TerminateForm, request)
    return form_page(
        request,
        form,
        activities.terminate,
        unit=activity.unit,
        fixed={"activity": activity},
        heading=_("登记终止"),
        about=activity.title,
        danger=True,
        said=_("已登记终止。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def follow_up_record(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up = get_follow_up_for(request.user, pk)
    check_can_keep(request.user, follow_up.unit)
    form = bound(FollowUpForm, request)
    return form_page(
        request,
        form,
        follow_ups.record,
        unit=follow_up.unit,
        fixed={"follow_up": follow_up},
        heading=_("登记跟踪审查"),
        about=follow_up.activity.title,
        said=_("已登记跟踪审查。"),
    )
