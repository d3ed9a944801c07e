"""The supervision ledger: the main screen, and the same rows as an Excel file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.enums import AccessKind
from casework.events import record_access
from casework.paging import page
from ethics.access import check_can_export, check_can_see_ethics
from ethics.exports import XLSX, ledger_xlsx
from ethics.forms.register import LedgerForm
from ethics.life_access import check_can_see_statistics
from ethics.models import ReviewUnit
from ethics.presenters.ledger import ledger_rows, region_sums, with_rows
from ethics.querysets import ReviewUnitQuerySet
from ethics.regions import region_names

PAGE = 25


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Units with what is registered, reported, followed up and overdue; sums per county below."""
    check_can_see_ethics(request.user)
    on, regions = timezone.localdate(), region_names()
    form = LedgerForm(request.GET, regions=list(regions.items()))
    visible = ReviewUnit.objects.visible_to(request.user, on)
    found = page(with_rows(_filtered(visible, form), on), request, size=PAGE)
    context = {
        "form": form,
        "is_filtered": bool(form.is_valid() and (form.cleaned_data["region"] or form.cleaned_data["overdue"])),
        "page": found,
        "rows": ledger_rows(found.rows, regions, on),
        "sums": region_sums(visible, regions, on) if found.is_first else [],
        "may_see_statistics": permitted(check_can_see_statistics, request.user) is None,
        "may_keep": may(request.user, Permission.KEEP_ETHICS),
        "may_export": may(request.user, Permission.EXPORT_ETHICS),
    }
    return render(request, "ethics/ledger.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered ledger as a file; taking it out is recorded."""
    check_can_export(request.user)
    on, regions = timezone.localdate(), region_names()
    form = LedgerForm(request.GET, regions=list(regions.items()))
    units = _filtered(ReviewUnit.objects.visible_to(request.user, on), form)
    content, count = ledger_xlsx(with_rows(units, on).order_by("region_code", "pk"), regions, on)
    filters = (
        {"region": form.cleaned_data["region"], "overdue": form.cleaned_data["overdue"]} if form.is_valid() else {}
    )
    record_access(kind=AccessKind.EXPORT, by=request.user, what="ethics:ledger", data={"rows": count, **filters})
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"科技伦理监管台账-{on}.xlsx")
    return response


def _filtered(units: ReviewUnitQuerySet, form: LedgerForm) -> ReviewUnitQuerySet:
    if not form.is_valid():
        return units
    units = units.in_region(form.cleaned_data["region"])
    return units.with_overdue(timezone.localdate()) if form.cleaned_data["overdue"] else units
