"""When is the n-th working day after a day, and why? Works on a machine without tables too, from the built-in years."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from casework.calendar_rows import current_calendar
from casework.calendars import Due, WorkCalendar
from casework.plain_days import day_argument

# About forty years: no term is longer, and the answer lists every day.
LONGEST = 10_000


class Command(BaseCommand):
    help = "Count working days: the due day, whether it is provisional, and each day on the way."
    requires_system_checks: Any = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="start", required=True, type=day_argument, help="not counted itself")
        parser.add_argument("--days", required=True, type=int, help="working days")
        parser.add_argument("--json", action="store_true", help="as JSON: due, provisional, explanation")

    def handle(self, *args: Any, **options: Any) -> None:
        result = count(options["start"], options["days"])
        if options["json"]:
            self.stdout.write(json.dumps(as_plain(result), ensure_ascii=False))
            return
        for line in result.explanation:
            self.stdout.write(f"{line.date} {line.zh}")
        self.stdout.write(f"{result.due}{' 暂定' if result.provisional else ''}")


def count(start: dt.date, days: int) -> Due:
    """The due day, or CommandError (exit code 2) for a number of days nobody can wait for."""
    if days < 0:
        raise CommandError("--days must not be negative", returncode=2)
    if days > LONGEST:
        raise CommandError(f"--days must not be more than {LONGEST}", returncode=2)
    try:
        return calendar_at_hand().add_working_days(start, days)
    except OverflowError as error:
        raise CommandError(f"--from {start}: the term ends beyond the calendar", returncode=2) from error


def calendar_at_hand() -> WorkCalendar:
    """The calendar with the entered notices, or the library alone where there is no database."""
    try:
        return current_calendar()
    except DatabaseError:
        return WorkCalendar()


def as_plain(result: Due) -> dict[str, Any]:
    lines = [{**line._asdict(), "date": line.date.isoformat()} for line in result.explanation]
    return {"due": str(result.due), "provisional": result.provisional, "explanation": lines}
