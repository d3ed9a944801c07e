"""The composition of a stored committee as of a day: its rows put to the rule sets that apply (ethics.composition)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError
from django.db.models import Prefetch, Q

from casework.findings import Finding
from casework.rulebook import RuleBook
from ethics import composition
from ethics.check_input import answer_stated
from ethics.models import Committee, CommitteeMember, IntegrityFlag
from ethics.rules import applicable
from ethics.stored_rules import committee_books


@dataclass(frozen=True)
class Assessment:
    """`breaks_on`: the first day the composition does not comply, the day asked about when it does not comply then."""

    findings: tuple[Finding, ...] = ()
    coming: composition.Break | None = None
    breaks_on: dt.date | None = None
    seats: int = 0
    without: tuple[str, ...] = ()


def assess(
    committee: Committee,
    on: dt.date,
    *,
    members: Iterable[CommitteeMember] | None = None,
    books: Sequence[RuleBook] | None = None,
    flagged: Collection[int] = (),
) -> Assessment:
    """What the rules say about the committee that day. Nothing for a committee not set up yet, or dissolved.

    `flagged`: keys of members under an integrity flag, where the reader may know of it. `members` and `books` spare their
    queries: the rows with person and undertakings, and the newest rule sets.
    """
    if not committee.stands_on(on):
        return Assessment()
    stated = stated_committee(committee, members, flagged)
    found = applicable(committee_books() if books is None else books, committee.regimes, on)
    findings = composition.check_committee(found.books, stated, on)
    coming = composition.next_break(found.books, stated, on) if found.books else None
    if coming is not None and committee.dissolved_on is not None and coming.on > committee.dissolved_on:
        coming = None
    is_broken = any(finding.level == "error" for finding in findings)
    breaks_on = on if is_broken else coming.on if coming else None
    return Assessment(findings, coming, breaks_on, len(stated.serving(on)), found.without)


def stored_answers(books: Sequence[RuleBook], on: dt.date) -> list[dict[str, Any]]:
    """Every committee of the register that stands that day, answered as `check_committees` answers; none without a database."""
    members = CommitteeMember.objects.select_related("person").prefetch_related("undertakings").order_by("pk")
    standing = Committee.objects.standing_on(on).select_related("unit__organization").order_by("pk")
    try:
        committees = list(standing.prefetch_related(Prefetch("members", members)))
        flagged = flagged_members(committees, on)
    except DatabaseError:
        return []
    return [
        answer_stated(f"{one.unit} · {one}", stated_committee(one, one.members.all(), flagged), one.regimes, books, on)
        for one in committees
    ]


def flagged_members(committees: Iterable[Committee], on: dt.date) -> set[int]:
    """Members under an integrity flag that day. For those who keep the unit only (ADR 0016)."""
    flags = IntegrityFlag.objects.filter(member__committee__in=committees, raised_on__lte=on)
    return set(flags.filter(Q(cleared_on=None) | Q(cleared_on__gt=on)).values_list("member", flat=True))


def stated_committee(
    committee: Committee, members: Iterable[CommitteeMember] | None = None, flagged: Collection[int] = ()
) -> composition.Committee:
    """The rows as plain values: one member per term, because office and categories belong to the term."""
    if members is None:
        members = committee.members.select_related("person").prefetch_related("undertakings").order_by("pk")
    return composition.Committee(
        tuple(
            composition.Member(
                name=member.person.name,
                terms=(composition.Term(member.starts_on, member.last_day),),
                office=member.office,
                sex=member.sex,
                is_external=member.is_external,
                categories=frozenset(member.categories),
                papers=frozenset(paper.kind for paper in member.undertakings.all()),
                has_credit_record=member.pk in flagged,
            )
            for member in members
        )
    )
