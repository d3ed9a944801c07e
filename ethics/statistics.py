"""Numbers of ethics review from plain rows: decisions by kind, days they took, follow-ups in time. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Decided:
    """One round that was decided: the outcome in force, when it was accepted and decided, and its last day."""

    application: int
    committee: int | None
    outcome: str
    procedure: str
    accepted_on: dt.date
    decided_on: dt.date
    due_on: dt.date

    @property
    def days(self) -> int:
        return (self.decided_on - self.accepted_on).days

    @property
    def is_late(self) -> bool:
        """Later than the rules had it when the round began, whatever was extended since."""
        return self.decided_on > self.due_on


@dataclass(frozen=True)
class Due:
    """A follow-up that was done, or fell due without being done."""

    pk: int
    due_on: dt.date
    done_on: dt.date | None

    @property
    def is_punctual(self) -> bool:
        return self.done_on is not None and self.done_on <= self.due_on


@dataclass(frozen=True)
class Numbers:
    """What one table shows. `median_days` and the shares are None where there is nothing to count."""

    decided: int
    by_outcome: dict[str, int]
    median_days: float | None
    late: int
    simple: int
    simple_percent: int | None


def percent(part: int, whole: int) -> int | None:
    """Rounded half up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None


def numbers(rows: Sequence[Decided], outcomes: Iterable[str], *, simple: str = "simple") -> Numbers:
    """Counts of these rounds; every outcome stands in the table, also those that did not occur."""
    quick = sum(row.procedure == simple for row in rows)
    return Numbers(
        decided=len(rows),
        by_outcome={outcome: sum(row.outcome == outcome for row in rows) for outcome in outcomes},
        median_days=float(median(row.days for row in rows)) if rows else None,
        late=sum(row.is_late for row in rows),
        simple=quick,
        simple_percent=percent(quick, len(rows)),
    )


def followed(rows: Iterable[Due], year: int, today: dt.date) -> list[Due]:
    """The follow-ups a year answers for: due in it, and by today either done or past their last day."""
    return [row for row in rows if row.due_on.year == year and (row.done_on is not None or row.due_on < today)]


def by_committee(rows: Iterable[Decided]) -> dict[int | None, list[Decided]]:
    """Committee → its rounds, in the order of the rows."""
    found: dict[int | None, list[Decided]] = {}
    for row in rows:
        found.setdefault(row.committee, []).append(row)
    return found
