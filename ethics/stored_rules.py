"""The rule sets stored here, and the last days that follow from them. The counting is in terms.py; no number in code."""

from __future__ import annotations

import datetime as dt

from casework.rule_books import book_of, current_rule_set, newest_sets
from casework.rulebook import Clause, RuleBook
from ethics.enums import COMMITTEE_REGIMES, DueKind, Regime
from ethics.reminders import thresholds_of
from ethics.terms import annual_report_due, due_day, followup_due

BASE, HUMAN = "st2023", "hs2023"
# Duty → code of the rule set, kind and key of the entry.
_CLAUSES = {
    DueKind.COMMITTEE_REGISTRATION: (BASE, "deadline", "D7"),
    DueKind.COMMITTEE_FILING: (HUMAN, "deadline", "D10"),
    DueKind.ACTIVITY_REGISTRATION: (BASE, "deadline", "D8"),
    DueKind.ANNUAL_REPORT: (BASE, "time_limit", "D9"),
    DueKind.FOLLOW_UP: (BASE, "deadline", "D6"),
}


def committee_registration_due(set_up_on: dt.date) -> dt.date:
    return due_day(rules().deadline("D7"), set_up_on)


def committee_filing_due(set_up_on: dt.date) -> dt.date:
    """The last day to file a committee for research involving people; never before that regulation was in force."""
    book = rules(HUMAN)
    return due_day(book.deadline("D10"), max(set_up_on, book.in_force_from))


def activity_registration_due(approved_on: dt.date) -> dt.date:
    return due_day(rules().deadline("D8"), approved_on)


def follow_up_due(after: dt.date, *, is_listed: bool, months: int | None = None) -> dt.date:
    """The latest day of the next follow-up after the approval or the last one; `months`: a shorter interval that was set.

    RuleRefused for an interval longer than the rules allow.
    """
    return followup_due([rules()], after, is_listed=is_listed, months=months).day


def adverse_event_clause() -> Clause | None:
    """The entry that has a serious adverse event told at once; None where no stored rule set has it."""
    stored = next((one for one in newest_sets() if one.regime == Regime.HS2023), None)
    book = book_of(stored) if stored is not None else None
    return book.clause("time_limit", "D11") if book is not None and book.has("time_limit", "D11") else None


def report_due(year: int) -> dt.date | None:
    """The last day for the report on a year; None for a year whose report was due before the rules were in force."""
    book = rules()
    due_on = annual_report_due(book, year).day
    return due_on if due_on >= book.in_force_from else None


def reminder_days() -> tuple[int, ...]:
    """How many days ahead somebody is reminded."""
    return thresholds_of([rules()])


def term_warning_days() -> int:
    """How many days ahead the end of a term is shown."""
    return int(rules().clause("setting", "term_warning").numbers["days"])


def rules(code: str = BASE) -> RuleBook:
    """A regulation, the base one if none is named, as it stands in the database."""
    return book_of(current_rule_set(code))


def committee_books() -> list[RuleBook]:
    """The newest stored rule sets that say how a committee is composed, and no others."""
    return [book_of(rule_set) for rule_set in newest_sets() if rule_set.regime in COMMITTEE_REGIMES]


def clause_of(kind: DueKind, *, is_listed: bool = True) -> Clause | None:
    """The entry a duty rests on, for its article and mark; a rectification has none: the bureau sets its day.

    A follow-up rests on another entry where the activity is not on the list.
    """
    place = _CLAUSES.get(kind) if is_listed or kind != DueKind.FOLLOW_UP else (BASE, "deadline", "D5")
    if place is None:
        return None
    code, *entry = place
    return rules(code).clause(*entry)
