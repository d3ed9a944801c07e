"""Who must be reminded of a day that comes: thresholds passed and days overdue, minus what was sent already. Pure.

A run that was missed is made up for by the next one, and a run repeated sends nothing twice (E7).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from casework.rulebook import RuleBook
from ethics.rules import first_with


@dataclass(frozen=True, order=True)
class Reminder:
    """One reminder of one due day: `falls_on` a threshold ahead of it or a day overdue. Equal ones are the same one."""

    falls_on: date
    due: date

    @property
    def days_ahead(self) -> int:
        """Days left on the day it falls on; negative when overdue."""
        return (self.due - self.falls_on).days


def thresholds_of(books: Iterable[RuleBook]) -> tuple[int, ...]:
    """How many days ahead reminders go out (setting `reminder_days`)."""
    books = tuple(books)
    return tuple(first_with(books, "setting", "reminder_days").clause("setting", "reminder_days").numbers["days"])


def reminders_to_send(
    thresholds: Iterable[int], *, due: date, on: date, sent: Collection[Reminder] = (), known_since: date | None = None
) -> tuple[Reminder, ...]:
    """All that should have been sent by `on` and was not, oldest first.

    `known_since` is the day the duty came up: a threshold before it was never missed, a duty due next week does not
    start with a reminder 60 days ahead.
    """
    days = {due - timedelta(days=ahead) for ahead in thresholds}
    days |= {due + timedelta(days=late) for late in range(1, (on - due).days + 1)}
    wanted = {Reminder(day, due) for day in days if day <= on and (known_since is None or day >= known_since)}
    return tuple(sorted(wanted - set(sent)))
