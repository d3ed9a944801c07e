"""Files for the national platform and for other systems, and the annual report prefilled. Taking one out is recorded."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from casework.enums import AccessKind
from casework.events import record_access
from casework.refusals import InputRefused
from ethics import platform_export
from ethics.access import check_can_export, check_can_keep, get_report_for
from ethics.annual_report import DOCX, facts_of, report_docx
from ethics.exports import XLSX
from ethics.models import ReviewUnit
from ethics.presenters.platform import mapping_rows

FILES = {"committees": "委员会和委员", "activities": "清单活动"}


@require_safe
def fields(request: HttpRequest) -> HttpResponse:
    """The mapping in force, what may be put into it, and the files."""
    check_can_export(request.user)
    try:
        mapped, refusal = platform_export.mapping(), ""
    except InputRefused as refused:
        mapped, refusal = None, refused.reason
    context = {"mapped": mapped, "refusal": refusal, "sheets": mapping_rows(mapped)}
    return render(request, "ethics/platform_fields.html", context)


@require_safe
def export(request: HttpRequest, sheet: str) -> HttpResponse:
    """Committees with members, or the listed activities, by the mapping in force."""
    check_can_export(request.user)
    if sheet not in FILES:
        raise Http404
    mapped, on = platform_export.mapping(), timezone.localdate()
    units = ReviewUnit.objects.visible_to(request.user, on)
    if sheet == "committees":
        found = platform_export.platform_committees(units, on)
        members = platform_export.serving_members(found, on)
        content, count = platform_export.platform_xlsx(
            [(mapped.sheets["committees"], found), (mapped.sheets["members"], members)]
        )
    else:
        rows = platform_export.platform_activities(units)
        content, count = platform_export.platform_xlsx([(mapped.sheets["activities"], rows)])
    record_access(kind=AccessKind.EXPORT, by=request.user, what=f"ethics:platform:{sheet}", data={"rows": count})
    return _file(content, XLSX, f"平台登记-{FILES[sheet]}-{on}.xlsx")


@require_safe
def committees(request: HttpRequest) -> HttpResponse:
    """Committees with members, in the form the import of this system reads."""
    check_can_export(request.user)
    on = timezone.localdate()
    units = ReviewUnit.objects.visible_to(request.user, on)
    content, count = platform_export.committees_xlsx(platform_export.platform_committees(units, on))
    record_access(kind=AccessKind.EXPORT, by=request.user, what="ethics:committees", data={"rows": count})
    return _file(content, XLSX, f"委员会和委员-{on}.xlsx")


@require_safe
def report_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The annual report of a committee, filled in from the register, to be finished in Word."""
    report = get_report_for(request.user, pk)
    check_can_keep(request.user, report.unit)
    content = report_docx(facts_of(report, request.user, timezone.localdate()))
    record_access(
        kind=AccessKind.EXPORT,
        by=request.user,
        what=report.dossier.reference,
        dossier=report.dossier,
        data={"annual_report": report.pk, "year": report.year},
    )
    return _file(content, DOCX, f"{report.unit}-{report.year}年度科技伦理审查工作报告.docx")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
