"""The numbers of a review held elsewhere, counted by every rule set it was held under. Nothing is believed unseen (E5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from casework.findings import Finding
from casework.rulebook import RuleBook
from ethics.enums import Procedure
from ethics.rules import first_with
from ethics.voting import Count, Tally, count

ALL_POSITIVE = "all_named_members_positive"


@dataclass(frozen=True)
class Counted:
    """What a round was counted to: `rows` as a decision keeps them, `against` every count that does not carry it."""

    rows: tuple[dict[str, Any], ...]
    against: tuple[Finding, ...]


def count_meeting(books: Iterable[RuleBook], procedure: str, tally: Tally) -> Counted:
    """The votes for the stated decision under each rule set: all of them must carry it."""
    counts = [(book, one) for book in books for one in _counts(book, procedure, tally)]
    return Counted(
        rows=tuple(_row(book, one, tally) for book, one in counts),
        against=tuple(one.finding for _book, one in counts if not one.is_carried),
    )


def count_reviewers(books: Sequence[RuleBook], reviewers: Sequence[str]) -> tuple[dict[str, Any], int]:
    """The row of the simple procedure, all named reviewers positive, and how many the rules want at least."""
    book = first_with(books, "meeting_rule", "S_REVIEWERS")
    rule = book.clause("meeting_rule", "S_REVIEWERS")
    row = {
        "regime": book.regime,
        "key": ALL_POSITIVE,
        "article": rule.article,
        "mark": rule.mark,
        "base": len(reviewers),
        "needed": len(reviewers),
        "yes": len(reviewers),
        "no": 0,
        "abstain": 0,
        "outcome": "carried",
        "reviewers": list(reviewers),
    }
    return row, int(rule.numbers["value"])


def _counts(book: RuleBook, procedure: str, tally: Tally) -> Iterable[Count]:
    """A rule set that does not know the procedure still counts votes as in its general one."""
    for key in (procedure, Procedure.GENERAL.value):
        if book.has("procedure", key):
            rule = book.clause("procedure", key).numbers.get("pass", "")
            return [count(book, rule, tally)] if rule and book.has("vote_rule", rule) else []
    return []


def _row(book: RuleBook, counted: Count, tally: Tally) -> dict[str, Any]:
    return {
        "regime": book.regime,
        "key": counted.rule.key,
        "article": counted.rule.article,
        "mark": counted.rule.mark,
        "base": counted.base,
        "needed": counted.needed,
        "yes": tally.yes,
        "no": tally.no,
        "abstain": tally.abstain,
        "outcome": counted.outcome,
        "members": tally.members,
        "present": tally.present,
        "recused": tally.recused,
        "zh": counted.finding.zh,
        "en": counted.finding.en,
    }
