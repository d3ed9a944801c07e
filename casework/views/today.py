"""The Today page: overdue, due within three working days, waiting for others; one next action per row."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.calendar_rows import current_calendar
from casework.calendars import WorkCalendar
from casework.presenters import countdown
from casework.today import TodayRow, rows_for


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    calendar = current_calendar()
    lists: dict[str, list[dict[str, Any]]] = {"late": [], "soon": [], "later": [], "waiting": []}
    for row in rows_for(request.user, on):
        shown = _shown(row, calendar, on)
        lists[shown["list"]].append(shown)
    context = {**lists, "on": on, "is_empty": not any(lists.values()), "search_url": reverse("search:search")}
    return render(request, "casework/today.html", context)


def _shown(row: TodayRow, calendar: WorkCalendar, on: Any) -> dict[str, Any]:
    """A row as the todo component takes it: days as the biggest thing, counted in working days."""
    shown: dict[str, Any] = {
        "list": "waiting" if row.group == "waiting" else "later",
        "state": "",
        "days": None,
        "unit": _("工作日"),
        "title": row.title,
        "url": row.url,
        "ref": row.reference,
        "meta": row.note,
        "article": row.article,
        "mark": row.mark,
        "action_label": row.action_label,
        "action_url": row.action_url,
        "provisional": row.provisional,
        "waiting_for": row.waiting_for,
        "waited": calendar.working_days_between(row.since, on) if row.since else None,
        "due_on": row.due_on,
    }
    if row.due_on is None:
        return shown
    days, state = countdown(calendar, row.due_on, on)
    shown |= {"days": days, "prefix": _("逾期") if state == "late" else _("还有"), "state": state}
    if row.group != "waiting":
        shown["list"] = state or "later"
    return shown
