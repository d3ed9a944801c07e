"""Statistics of ethics review: a year, the list behind each number, and the same as an Excel file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.people import may
from accounts.permissions import Permission
from casework.enums import AccessKind
from casework.events import record_access
from ethics.access import check_can_export
from ethics.exports import XLSX, tables_xlsx
from ethics.forms.activity_life import StatisticsForm
from ethics.life_access import check_can_see_statistics
from ethics.presenters import statistics as shown
from ethics.stored_rules import rules

MOST = 500


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The numbers of a year, of one committee or all that this person may see."""
    check_can_see_statistics(request.user)
    form, year, names = _asked(request)
    context = {
        "form": form,
        "year": year.asked.year,
        "outcomes": shown.outcome_rows(year),
        "decided": year.counted.decided,
        "numbers": shown.number_rows(year),
        "committees": shown.committee_rows(year, names),
        "clause": rules().clause("deadline", "D2"),
        "may_export": may(request.user, Permission.EXPORT_ETHICS),
    }
    return render(request, "ethics/statistics_overview.html", context)


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The rows one number was counted from."""
    check_can_see_statistics(request.user)
    form, year, _names = _asked(request)
    what = request.GET.get("what", "")
    rows = shown.behind(year, what)
    context = {
        "form": form,
        "what": what,
        "year": year.asked.year,
        "heading": shown.heading_of(what),
        "rows": rows[:MOST],
        "count": len(rows),
        "most": MOST,
    }
    return render(request, "ethics/statistics_list.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The tables of the page as a file; taking it out is recorded."""
    check_can_see_statistics(request.user)
    check_can_export(request.user)
    _form, year, names = _asked(request)
    kinds = [(row["label"], row["count"], row["share"]) for row in shown.outcome_rows(year)]
    others = [(row["label"], row["value"], row["share"]) for row in shown.number_rows(year)]
    committees = [
        (row["name"], row["decided"], row["median"], row["late"], row["simple"])
        for row in shown.committee_rows(year, names)
    ]
    content = tables_xlsx(
        [
            (_("审查结论"), (_("审查结论"), _("件数"), _("占比（%）")), kinds),
            (_("其他数字"), (_("项目"), _("数字"), _("占比（%）")), others),
            (_("按委员会"), (_("委员会"), _("决定"), _("天数中位数"), _("超期"), _("简易程序")), committees),
        ]
    )
    data = {"year": year.asked.year, "committee": year.asked.committee, "rows": len(kinds + others) + len(committees)}
    record_access(kind=AccessKind.EXPORT, by=request.user, what="ethics:statistics", data=data)
    response = HttpResponse(content, content_type=XLSX)
    name = f"科技伦理审查统计-{year.asked.year}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _asked(request: HttpRequest) -> tuple[StatisticsForm, shown.Year, dict[int, str]]:
    user: Any = request.user
    today = timezone.localdate()
    names = shown.committees_for(user)
    years = shown.years_since(rules().in_force_from.year, today)
    given = {"year": str(today.year), **{key: request.GET[key] for key in ("year", "committee") if key in request.GET}}
    form = StatisticsForm(given, years=years, committees=[(str(pk), name) for pk, name in names])
    right = form.cleaned_data if form.is_valid() else {"year": "", "committee": ""}
    if not form.is_valid():
        form = StatisticsForm(
            {"year": str(today.year)}, years=years, committees=[(str(pk), name) for pk, name in names]
        )
    year = int(right["year"] or today.year)
    committee = int(right["committee"]) if right["committee"] else None
    return form, shown.year_of(user, shown.Question(year, committee, today)), dict(names)
