"""How a deadline was counted, laid out for reading: runs of equal days, and weeks of a calendar. No tags in here.

A day is any value with date, counted, n, kind (workday, makeup, weekend, holiday, start, rollover), zh and en.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

LONGEST_CALENDAR = 70
CELL_CLASSES = {"makeup": "mk", "start": "start", "pause": "pause"}


@dataclass(frozen=True)
class DayRun:
    """Consecutive days with the same reason; both ends belong to it."""

    first: dt.date
    last: dt.date
    counted: bool
    text: str


@dataclass(frozen=True)
class DayCell:
    date: dt.date
    css: str
    text: str


@dataclass(frozen=True)
class WeekRow:
    """Monday to Sunday; None where the count says nothing about a day. `label` is the month where one begins."""

    label: str
    cells: tuple[DayCell | None, ...]


def runs_of(lines: Sequence[Any], words: Callable[[Any], str]) -> list[DayRun]:
    """Group day lines; `words` gives the sentence of one line in the language of the page."""
    groups: list[list[Any]] = []
    for line in lines:
        if groups and _continues(groups[-1][-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [DayRun(group[0].date, group[-1].date, bool(group[0].counted), _run_text(group, words)) for group in groups]


def weeks_of(lines: Sequence[Any], due: dt.date | None, words: Callable[[Any], str]) -> list[WeekRow]:
    """Calendar rows over the days of the lines; empty without lines or when a calendar would be too long to read."""
    if not lines or (lines[-1].date - lines[0].date).days > LONGEST_CALENDAR:
        return []
    by_date = {line.date: line for line in lines}
    monday = lines[0].date - dt.timedelta(days=lines[0].date.weekday())
    rows: list[WeekRow] = []
    while monday <= lines[-1].date:
        days = [monday + dt.timedelta(days=offset) for offset in range(7)]
        cells = tuple(_cell(by_date[day], due, words) if day in by_date else None for day in days)
        begins = next((day for day in days if day.day == 1), None) or (None if rows else lines[0].date)
        rows.append(WeekRow(_("%(month)s月") % {"month": begins.month} if begins else "", cells))
        monday += dt.timedelta(days=7)
    return rows


def _continues(before: Any, line: Any) -> bool:
    """A counted working day joins the one before; any other day only where the sentence is the same."""
    if line.date - before.date != dt.timedelta(days=1) or line.kind != before.kind or line.counted != before.counted:
        return False
    return (line.kind == "workday" and line.counted) or line.zh == before.zh


def _run_text(group: Sequence[Any], words: Callable[[Any], str]) -> str:
    first, last = group[0], group[-1]
    if len(group) == 1 or first.n is None or last.n is None:
        return words(first)
    return _("第 %(first)s 至 %(last)s 个工作日") % {"first": first.n, "last": last.n}


def _cell(line: Any, due: dt.date | None, words: Callable[[Any], str]) -> DayCell:
    if line.date == due:
        return DayCell(line.date, "due", words(line))
    return DayCell(line.date, CELL_CLASSES.get(line.kind, "wd" if line.counted else "off"), words(line))
