"""Cards of deadlines: how long is left, how the day was counted, which article demands it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from casework.calendar_rows import current_calendar
from casework.calendars import WorkCalendar
from casework.enums import ClockStatus, ClockUnit
from casework.models import Deadline

SOON_WORKING_DAYS = 3


def countdown(calendar: WorkCalendar, due_on: dt.date, on: dt.date) -> tuple[int, str]:
    """(working days left or overdue, "late", "soon" or ""): the one count of every page, so that no two disagree."""
    if due_on < on:
        # a due day passed on a day off is late from the first hour, with zero working days
        return max(1, calendar.working_days_between(due_on, on)), "late"
    left = calendar.working_days_between(on, due_on)
    return left, _nearness(left)


def clock_cards(
    deadlines: Iterable[Deadline], on: dt.date, labels: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Cards of the deadlines still open, the nearest first. `labels`: deadline key → a better name for this page."""
    live = [row for row in deadlines if row.status in {ClockStatus.RUNNING, ClockStatus.PAUSED}]
    live.sort(key=lambda row: (row.due_on is None, row.due_on or on, row.pk))
    explained = all(row.due_on is None or _explained_days(row, on) is not None for row in live)
    calendar = WorkCalendar() if explained else current_calendar()
    return [clock_card(row, on, calendar, label=(labels or {}).get(row.key, "")) for row in live]


def clock_card(deadline: Deadline, on: dt.date, calendar: WorkCalendar, *, label: str = "") -> dict[str, Any]:
    """Context `clock` of _components/clock.html: days left or overdue, how the day was counted, the article."""
    clause = deadline.clause
    lines = [SimpleNamespace(**{**line, "date": dt.date.fromisoformat(line["date"])}) for line in deadline.explanation]
    name = label or (clause.text if clause else deadline.label)
    words = {
        "start": deadline.started_on.isoformat(),
        "amount": deadline.amount,
        "unit": _("个工作日") if deadline.unit == ClockUnit.WORKING_DAYS else ClockUnit(deadline.unit).label,
    }
    days, state = _countdown_of(deadline, on, calendar)
    return {
        "label": name,
        "due": deadline.due_on,
        "days": days,
        "unit": _("个工作日"),
        "state": state,
        "progress": _progress(deadline, on),
        "provisional": deadline.provisional,
        "sentence": _("自 %(start)s 起算 %(amount)s %(unit)s，起算当日不计入。") % words,
        "article": clause.article if clause else "",
        "mark": clause.mark if clause else "",
        "lines": lines,
    }


def _countdown_of(deadline: Deadline, on: dt.date, calendar: WorkCalendar) -> tuple[int | None, str]:
    if deadline.due_on is None:
        return None, ""
    left = _explained_days(deadline, on)
    return countdown(calendar, deadline.due_on, on) if left is None else (left, _nearness(left))


def _explained_days(deadline: Deadline, on: dt.date) -> int | None:
    """What the calendar would count, read off the explanation of a clock of working days that runs; else None.

    A holiday notice writes the explanation anew, so both agree; most pages need no calendar this way.
    """
    if (
        deadline.unit != ClockUnit.WORKING_DAYS
        or deadline.due_on is None
        or not deadline.started_on <= on <= deadline.due_on
    ):
        return None
    last = deadline.due_on.isoformat()
    return sum(1 for line in deadline.explanation if line["counted"] and on.isoformat() < line["date"] <= last)


def _nearness(left: int) -> str:
    return "soon" if left <= SOON_WORKING_DAYS else ""


def clock_state(deadline: Deadline, on: dt.date, calendar: WorkCalendar) -> str:
    """late, soon or "" for a deadline as it stands that day; a paused one is never late."""
    return countdown(calendar, deadline.due_on, on)[1] if deadline.due_on else ""


def _progress(deadline: Deadline, on: dt.date) -> int | None:
    if deadline.due_on is None:
        return None
    whole = max((deadline.due_on - deadline.started_on).days, 1)
    return max(0, min(100, round(100 * (on - deadline.started_on).days / whole)))
