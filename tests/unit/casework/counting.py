"""A calendar and days written short, for the tests of periods."""

from __future__ import annotations

import datetime as dt

from casework.calendars import Due, WorkCalendar, due_on

DAY = dt.timedelta(days=1)
CALENDAR = WorkCalendar()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def due(start: str, amount: int, unit: str, pauses=(), extensions=()) -> Due:
    stops = [(day(first), day(until) if until else None) for first, until in pauses]
    return due_on(CALENDAR, start=day(start), amount=amount, unit=unit, pauses=stops, extensions=extensions)
