"""Rows of the pages that belong to the house itself: the calendar and the audit lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from casework.access import visible_dossiers
from casework.calendar_rows import current_calendar
from casework.calendars import LIBRARY_YEARS
from casework.enums import ClockEventKind
from casework.events import EVENT_TYPES
from casework.models import AccessEvent, CalendarDay, ClockEvent, Dossier, Event

SHOWN = 200
REGISTERS = {
    "accounts": gettext_lazy("账号登记簿"),
    "calendar": gettext_lazy("放假安排"),
    "rules": gettext_lazy("规则登记簿"),
    "directory": gettext_lazy("主体名录"),
    "credit": gettext_lazy("诚信核查登记簿"),
    "custodians": gettext_lazy("保管人登记簿"),
}


def calendar_years(on: dt.date) -> list[dict[str, Any]]:
    """Last year, this year and the two that follow: confirmed by which source, or provisional."""
    calendar = current_calendar()
    rows = []
    for year in range(on.year - 1, on.year + 3):
        confirmed = calendar.is_confirmed(dt.date(year, 6, 15))
        source = _("内置，已逐日核对") if year in LIBRARY_YEARS else _("已录入通知") if confirmed else _("尚未录入")
        rows.append({"year": year, "is_confirmed": confirmed, "source": source})
    return rows


def entered_notices() -> list[dict[str, Any]]:
    """The notices that were entered, newest first."""
    grouped = CalendarDay.objects.values("source_notice", "confirmed")
    return list(grouped.annotate(count=Count("pk"), first=Min("date"), last=Max("date")).order_by("-last"))


def moved_deadlines(user: User, notice_no: str) -> list[dict[str, Any]]:
    """Deadlines whose due day this notice moved, as far as the person may see their dossiers."""
    moved = ClockEvent.objects.filter(
        kind=ClockEventKind.RECOMPUTED, reason=notice_no, deadline__dossier__in=visible_dossiers(user)
    )
    rows = moved.select_related("deadline__dossier__handler").order_by("-pk")[:SHOWN]
    return [
        {
            "reference": row.deadline.dossier.reference,
            "label": row.deadline.label,
            "handler": row.deadline.dossier.handler,
            "before": row.due_before,
            "after": row.due_after,
        }
        for row in rows
        if row.due_before != row.due_after
    ]


def _dossier_name(dossier: Dossier) -> str:
    """The number of a dossier; registers have a word instead of a number."""
    _prefix, is_register, name = dossier.reference.partition("register:")
    return str(REGISTERS.get(name, name)) if is_register else dossier.reference


def event_rows(events: list[Event]) -> list[dict[str, Any]]:
    """Events as an auditor reads them: when, who, what, on which dossier, why."""
    return [
        {
            "at": event.at,
            "actor": event.actor_label,
            "title": EVENT_TYPES[event.type].label if event.type in EVENT_TYPES else event.type,
            "dossier": _dossier_name(event.dossier),
            "seq": event.seq,
            "reference": event.reference if event.reference != event.dossier.reference else "",
            "reason": event.reason,
            "article": event.article,
        }
        for event in events
    ]


def access_rows(rows: list[AccessEvent]) -> list[dict[str, Any]]:
    """Readings, searches, exports and downloads as an auditor reads them."""
    return [
        {
            "at": row.at,
            "actor": row.actor_label,
            "title": row.get_kind_display(),
            "dossier": _dossier_name(row.dossier) if row.dossier else "",
            "what": row.what,
            "purpose": row.purpose,
        }
        for row in rows
    ]
