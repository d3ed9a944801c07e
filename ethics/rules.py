"""Ethics review as pure functions: which rule sets apply on a day. No ORM, request or clock here.

The rules themselves: `composition.py` committees, `quorum.py` an item of a meeting and a panel, `voting.py` counting,
`triage.py` procedures and waivers, `terms.py` days and hours, `reminders.py` who is told when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from casework.rulebook import RuleBook, RulebookError, in_force


class RuleRefused(ValueError):
    """A value no rule can be applied to. `zh` and `en` are sentences; `field` names the value."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(zh)
        self.field = field
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class Applicable:
    """The rule sets in force, each base before what is laid over it, and the regimes asked for that had none that day."""

    books: tuple[RuleBook, ...]
    without: tuple[str, ...]


def applicable(books: Collection[RuleBook], regimes: Iterable[str], on: date) -> Applicable:
    """The rule set of each regime in force on the day, with the regime it stands on (AI2026 and SC stand on ST2023).

    RulebookError for a regime none of the books belongs to.
    """
    found: dict[str, RuleBook | None] = {}
    for regime in regimes:
        _add(books, regime, on, found)
    chosen = tuple(book for book in found.values() if book is not None)
    return Applicable(chosen, tuple(regime for regime, book in found.items() if book is None))


def _add(books: Collection[RuleBook], regime: str, on: date, found: dict[str, RuleBook | None]) -> None:
    known = [book for book in books if book.regime == regime]
    if not known:
        raise RulebookError(f"没有“{regime}”的规则集。", f"There is no rule set for “{regime}”.")
    if regime in found:
        return
    current = sorted(in_force(known, on), key=lambda book: (book.in_force_from, book.version))
    book = current[-1] if current else None
    if book is not None and book.has("setting", "base"):
        _add(books, book.clause("setting", "base").numbers["regime"], on, found)
    found[regime] = book


def first_with(books: Iterable[RuleBook], kind: str, key: str) -> RuleBook:
    """The first of the rule sets that holds the entry; RulebookError if none does."""
    for book in books:
        if book.has(kind, key):
            return book
    raise RulebookError(f"适用的规则集中没有 {kind}“{key}”。", f"No rule set that applies has the {kind} “{key}”.")
