"""Registrations, annual reports, spot checks, violations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casework.idempotency import once
from ethics.access import (
    check_can_keep,
    check_can_refer,
    get_filing_for,
    get_registration_for,
    get_report_for,
    get_spot_check_for,
    get_unit_for,
    get_violation_for,
)
from ethics.actions import filings, registrations, reports, spot_checks, violations
from ethics.enums import ViolationKind
from ethics.forms.register import FilingForm, RectifyForm, RegistrationForm, ReportForm, SpotCheckForm, ViolationForm
from ethics.models import Application, ReviewUnit
from ethics.views.pages import bound, form_page


@require_http_methods(["GET", "HEAD", "POST"])
@once
def registration_record(request: HttpRequest, pk: int) -> HttpResponse:
    registration = get_registration_for(request.user, pk)
    check_can_keep(request.user, registration.unit)
    form = bound(
        RegistrationForm,
        request,
        initial={
            "registered_on": registration.registered_on,
            "platform_no": registration.platform_no,
        },
    )
    return form_page(
        request,
        form,
        registrations.record,
        unit=registration.unit,
        fixed={"registration": registration},
        heading=_("登记平台登记情况"),
        about=str(registration.committee or registration.activity),
        said=_("已登记。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def filing_record(request: HttpRequest, pk: int) -> HttpResponse:
    filing = get_filing_for(request.user, pk)
    check_can_keep(request.user, filing.unit)
    form = bound(FilingForm, request, initial={"filed_on": filing.filed_on, "filing_no": filing.filing_no})
    return form_page(
        request,
        form,
        filings.record,
        unit=filing.unit,
        fixed={"filing": filing},
        heading=_("登记机构备案情况"),
        about=str(filing),
        said=_("已登记。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def report_record(request: HttpRequest, pk: int) -> HttpResponse:
    report = get_report_for(request.user, pk)
    check_can_keep(request.user, report.unit)
    form = bound(ReportForm, request, initial={"submitted_on": report.submitted_on})
    return form_page(
        request,
        form,
        reports.record,
        unit=report.unit,
        fixed={"report": report},
        heading=_("登记年度报告"),
        about=str(report),
        said=_("已登记。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def spot_check_record(request: HttpRequest, reference: str) -> HttpResponse:
    unit = get_unit_for(request.user, reference)
    check_can_keep(request.user, unit)
    form = bound(SpotCheckForm, request)
    return form_page(
        request,
        form,
        spot_checks.record,
        unit=unit,
        fixed={"unit": unit},
        heading=_("登记抽查"),
        said=_("抽查已登记。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def spot_check_rectify(request: HttpRequest, pk: int) -> HttpResponse:
    check = get_spot_check_for(request.user, pk)
    check_can_keep(request.user, check.unit)
    form = bound(RectifyForm, request)
    return form_page(
        request,
        form,
        spot_checks.rectify,
        unit=check.unit,
        fixed={"check": check},
        heading=_("登记整改完成"),
        about=check.findings,
        said=_("已登记整改完成。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def violation_record(request: HttpRequest, reference: str) -> HttpResponse:
    unit = get_unit_for(request.user, reference)
    check_can_keep(request.user, unit)
    initial = violation_initial(request, unit)
    form = bound(ViolationForm, request, activities=unit.activities.order_by("pk"), initial=initial)
    return form_page(
        request,
        form,
        violations.record,
        unit=unit,
        fixed={"unit": unit},
        heading=_("登记违规"),
        said=_("违规已登记。需要时可以移送科研诚信。"),
    )


def violation_initial(request: HttpRequest, unit: ReviewUnit) -> dict[str, Any]:
    """What a link to the form filled in beforehand: kind, activity or application of this unit. Nonsense is left out."""
    found: dict[str, Any] = {}
    kind, key, number = (request.GET.get(name, "") for name in ("kind", "activity", "application"))
    if kind in ViolationKind.values:
        found["kind"] = kind
    is_key = key.isascii() and key.isdecimal() and len(key) <= 18
    activity = unit.activities.filter(pk=int(key)).first() if is_key else None
    application = None
    if number and "\0" not in number:
        applications = Application.objects.visible_to(request.user).filter(unit=unit, dossier__reference=number)
        application = applications.select_related("activity").first()
    about = activity or application
    if about is not None:
        found["concerned"] = "、".join(one for one in (unit.organization.name, about.leader_name) if one)[:200]
        found["activity"] = activity or (application.activity if application else None)
    if application is not None and application.start_on is not None and found.get("kind") == ViolationKind.V2:
        found["facts"] = _("“%(title)s”（%(number)s）写明的开始日期为 %(start)s，早于批准。") % {
            "title": application.title,
            "number": application.dossier.reference,
            "start": application.start_on,
        }
    return found


@require_POST
@once
def violation_refer(request: HttpRequest, pk: int) -> HttpResponse:
    """One click: the violation becomes a lead of integrity."""
    violation = get_violation_for(request.user, pk)
    check_can_refer(request.user, violation.unit)
    violations.refer(violation=violation, by=request.user)
    messages.success(request, _("已移送科研诚信受理，材料按现在的内容固定。"))
    return redirect(violation.unit)
