"""Cards of deadlines: how long is left, how the day was counted, which article demands it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from casework.enums import ClockStatus, ClockUnit
from casework.models import Deadline

SOON_DAYS = 5
# The Today page counts the same three.
SOON_WORKING_DAYS = 3


def clock_cards(
    deadlines: Iterable[Deadline], on: dt.date, labels: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Cards of the deadlines still open, the nearest first. `labels`: deadline key → a better name for this page."""
    live = [row for row in deadlines if row.status in {ClockStatus.RUNNING, ClockStatus.PAUSED}]
    live.sort(key=lambda row: (row.due_on is None, row.due_on or on, row.pk))
    return [clock_card(row, on, label=(labels or {}).get(row.key, "")) for row in live]


def clock_card(deadline: Deadline, on: dt.date, *, label: str = "") -> dict[str, Any]:
    """Context `clock` of _components/clock.html: days left or overdue, how the day was counted, the article."""
    due, clause = deadline.due_on, deadline.clause
    lines = [SimpleNamespace(**{**line, "date": dt.date.fromisoformat(line["date"])}) for line in deadline.explanation]
    name = label or (clause.text if clause else deadline.label)
    words = {
        "start": deadline.started_on.isoformat(),
        "amount": deadline.amount,
        "unit": _("个工作日") if deadline.unit == ClockUnit.WORKING_DAYS else ClockUnit(deadline.unit).label,
    }
    working = _working_days_left(deadline, on)
    return {
        "label": name,
        "due": due,
        "days": working if working is not None else (abs((due - on).days) if due else None),
        "unit": _("个工作日") if working is not None else _("天"),
        "state": clock_state(deadline, on),
        "progress": _progress(deadline, on),
        "provisional": deadline.provisional,
        "sentence": _("自 %(start)s 起算 %(amount)s %(unit)s，起算当日不计入。") % words,
        "article": clause.article if clause else "",
        "mark": clause.mark if clause else "",
        "lines": lines,
    }


def clock_state(deadline: Deadline, on: dt.date) -> str:
    """late, soon or "" for a deadline as it stands that day; a paused one is never late."""
    if deadline.due_on is None:
        return ""
    if deadline.due_on < on:
        return "late"
    working = _working_days_left(deadline, on)
    if working is not None:
        return "soon" if working <= SOON_WORKING_DAYS else ""
    return "soon" if (deadline.due_on - on).days <= SOON_DAYS else ""


def _working_days_left(deadline: Deadline, on: dt.date) -> int | None:
    """Days still counted by a clock of working days, read off its own explanation; None for other clocks and once late."""
    if deadline.unit != ClockUnit.WORKING_DAYS or deadline.due_on is None or deadline.due_on < on:
        return None
    last = deadline.due_on.isoformat()
    return sum(1 for line in deadline.explanation if line["counted"] and on.isoformat() < line["date"] <= last)


def _progress(deadline: Deadline, on: dt.date) -> int | None:
    if deadline.due_on is None:
        return None
    whole = max((deadline.due_on - deadline.started_on).days, 1)
    return max(0, min(100, round(100 * (on - deadline.started_on).days / whole)))
