"""Who must sit on an ethics committee: CM1–CM10 as of a day, and the day the composition will first break. Pure.

The members required, the categories and the papers come from the rule sets handed in; a person judges the findings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Protocol

from casework.findings import Finding, Words, make_finding
from casework.rulebook import Clause, RuleBook
from ethics.rules import first_with

CHAIR = "chair"
VICE_CHAIR = "vice_chair"
SEXES = ("female", "male")
EXTERNAL, LAY, BOTH_SEXES = "external", "lay_external", "both_sexes"
ONE_DAY = timedelta(days=1)


class Seat(Protocol):
    """Whoever can represent a category, on a committee or in a meeting."""

    @property
    def sex(self) -> str: ...
    @property
    def is_external(self) -> bool: ...
    @property
    def categories(self) -> Collection[str]: ...


@dataclass(frozen=True)
class Term:
    """A term of office, both days included; without a last day it goes on."""

    first: date
    last: date | None = None

    def includes(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(frozen=True)
class Member:
    """A member with all terms. Who resigns serves up to the last day of the term as it was cut short."""

    name: str
    terms: tuple[Term, ...]
    office: str = "member"
    sex: str = ""
    is_external: bool = False
    categories: frozenset[str] = frozenset()
    papers: frozenset[str] = frozenset()
    has_credit_record: bool = False

    def serves_on(self, on: date) -> bool:
        return any(term.includes(on) for term in self.terms)


@dataclass(frozen=True)
class Committee:
    members: tuple[Member, ...]
    in_minzu_area: bool = False

    def serving(self, on: date) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.serves_on(on))


@dataclass(frozen=True)
class Break:
    """The first day on which the committee no longer complies, what then is wrong, and whose term made it so."""

    on: date
    reasons: tuple[Words, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Case:
    """One rule put to the committee of one day."""

    book: RuleBook
    rule: Clause
    committee: Committee
    on: date

    @property
    def serving(self) -> tuple[Member, ...]:
        return self.committee.serving(self.on)

    def finding(self, check: str = "", *, field: str = "members", **values: Any) -> Finding:
        return make_finding(self.book, check or self.rule.numbers["rule"], field=field, rule=self.rule, **values)


def check_committee(books: Iterable[RuleBook], committee: Committee, on: date) -> tuple[Finding, ...]:
    """Everything in the composition of that day that departs from the rule sets, rule by rule."""
    return tuple(_findings(books, committee, on, {**BY_COMPOSITION, **BY_MEMBER}))


def next_break(books: Sequence[RuleBook], committee: Committee, on: date) -> Break | None:
    """The first later day on which terms end or begin so that a rule breaks that holds on `on`; None if none will.

    What is wrong already is told by `check_committee`, not here.
    """
    known = {_what(finding) for finding in _findings(books, committee, on, BY_COMPOSITION)}
    for day in _turning_days(committee, on):
        fresh = [one for one in _findings(books, committee, day, BY_COMPOSITION) if _what(one) not in known]
        if fresh:
            return Break(day, tuple(_reasons(books[0], committee, day)), tuple(fresh))
    return None


def break_ahead(books: Sequence[RuleBook], coming: Break | None, on: date) -> tuple[Finding, ...]:
    """A warning per rule that will break, once the day is near enough (setting `term_warning`)."""
    if coming is None:
        return ()
    days = first_with(books, "setting", "term_warning").clause("setting", "term_warning").numbers["days"]
    if coming.on - on > timedelta(days=days):
        return ()
    return tuple(_ahead(books[0], coming, finding) for finding in coming.findings)


def missing_categories(seats: Collection[Seat], wanted: Iterable[str]) -> tuple[str, ...]:
    """The categories nobody covers. One person may cover several; no rule forbids it."""
    return tuple(category for category in wanted if not _is_covered(seats, category))


def wanted_categories(rule: Clause, in_minzu_area: bool) -> tuple[str, ...]:
    """The categories a composition rule asks for, with the one only ethnic autonomous areas need."""
    extra = rule.numbers.get("extra_if_minzu_area")
    return (*rule.numbers["value"], *([extra] if extra and in_minzu_area else []))


def last_day_of_term(first: date, years: int) -> date:
    """The last day of a term of so many years, its first day counted: five years from 2021-03-01 end on 2026-02-28.

    A term from 29 February ends on the 28th of its last year, as `integrity.periods` reckons bans.
    """
    if (first.month, first.day) == (2, 29):
        return date(first.year + years, 2, 28)
    return first.replace(year=first.year + years) - ONE_DAY


Check = Callable[[_Case], Iterator[Finding]]


def _findings(books: Iterable[RuleBook], committee: Committee, on: date, checks: dict[str, Check]) -> Iterator[Finding]:
    for book in books:
        for rule in book.of_kind("committee_rule"):
            if rule.numbers["rule"] in checks:
                yield from checks[rule.numbers["rule"]](_Case(book, rule, committee, on))


def _members_min(case: _Case) -> Iterator[Finding]:
    found, value = len(case.serving), case.rule.numbers["value"]
    if found < value:
        yield case.finding(found=found, value=value)


def _members_odd(case: _Case) -> Iterator[Finding]:
    if len(case.serving) % 2 == 0:
        yield case.finding(found=len(case.serving))


def _chair_count(case: _Case) -> Iterator[Finding]:
    found, value = sum(one.office == CHAIR for one in case.serving), case.rule.numbers["value"]
    if found != value:
        yield case.finding(field="members.office", found=found, value=value)


def _vice_chair(case: _Case) -> Iterator[Finding]:
    found = sum(one.office == VICE_CHAIR for one in case.serving)
    low, high = case.rule.numbers["value"]
    if not low <= found <= high:
        yield case.finding(field="members.office", found=found, low=low, high=high)


def _categories(case: _Case) -> Iterator[Finding]:
    wanted = wanted_categories(case.rule, case.committee.in_minzu_area)
    for category in missing_categories(case.serving, wanted):
        name = case.book.clause("member_category", category)
        yield case.finding(field=f"categories.{category}", category=name)


def _term_years(case: _Case) -> Iterator[Finding]:
    years = case.rule.numbers["value"]
    for place, member in enumerate(case.committee.members):
        for term in member.terms:
            limit = last_day_of_term(term.first, years)
            field = f"members.{place}.terms"
            if not term.includes(case.on):
                continue
            if term.last is None:
                yield case.finding("term_open", field=field, name=member.name, limit=limit)
            elif term.last > limit:
                yield case.finding(
                    field=field, name=member.name, first=term.first, last=term.last, value=years, limit=limit
                )


def _signed(case: _Case) -> Iterator[Finding]:
    for place, member in enumerate(case.committee.members):
        for paper in case.rule.numbers["value"]:
            if member.serves_on(case.on) and paper not in member.papers:
                name = case.book.clause("member_paper", paper)
                yield case.finding(field=f"members.{place}.papers", name=member.name, paper=name)


def _clean(case: _Case) -> Iterator[Finding]:
    for place, member in enumerate(case.committee.members):
        if member.serves_on(case.on) and member.has_credit_record:
            yield case.finding(field=f"members.{place}", name=member.name)


# What a term that ends can break, and what only the person concerned can.
BY_COMPOSITION: dict[str, Check] = {
    "members_min": _members_min,
    "members_odd": _members_odd,
    "chair_count": _chair_count,
    "vice_chair": _vice_chair,
    "categories_required": _categories,
}
BY_MEMBER: dict[str, Check] = {
    "term_years_max": _term_years,
    "member_signed": _signed,
    "member_integrity_clean": _clean,
}


def _is_covered(seats: Collection[Seat], category: str) -> bool:
    if category == EXTERNAL:
        return any(seat.is_external for seat in seats)
    if category == BOTH_SEXES:
        return {seat.sex for seat in seats} >= set(SEXES)
    if category == LAY:
        return any(seat.is_external and LAY in seat.categories for seat in seats)
    return any(category in seat.categories for seat in seats)


def _what(finding: Finding) -> tuple[str, str, str]:
    """Which rule is broken where, whatever the numbers of the day."""
    return finding.code, finding.article, finding.field


def _turning_days(committee: Committee, on: date) -> list[date]:
    """The later days on which somebody serves for the first time or no longer."""
    days = set()
    for member in committee.members:
        for term in member.terms:
            days.add(term.first)
            if term.last is not None and term.last < date.max:
                days.add(term.last + ONE_DAY)
    return sorted(day for day in days if day > on)


def _reasons(book: RuleBook, committee: Committee, day: date) -> Iterator[Words]:
    before = day - ONE_DAY
    for member in committee.members:
        if member.serves_on(before) and not member.serves_on(day):
            told = make_finding(book, "term_ends", name=member.name, last=before)
            yield Words(told.zh, told.en)
        elif member.serves_on(day) and not member.serves_on(before):
            told = make_finding(book, "term_begins", name=member.name, first=day)
            yield Words(told.zh, told.en)


def _ahead(book: RuleBook, coming: Break, finding: Finding) -> Finding:
    what = Words(finding.zh, finding.en)
    told = make_finding(book, "break_ahead", on=coming.on, reasons=coming.reasons, finding=what)
    return replace(finding, level=told.level, zh=told.zh, en=told.en)
