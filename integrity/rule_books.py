"""The rule books decisions on misconduct are checked by. Loading and rebuilding belong to casework."""

from __future__ import annotations

from casework import rule_books
from casework.rule_books import book_of, current_rule_set, rule_set_on
from casework.rulebook import RuleBook

__all__ = ["book_of", "current_books", "current_rule_set", "rule_set_on", "shipped_books"]


def shipped_books() -> list[RuleBook]:
    """The rule books of this release, read from their files: for commands that must answer without a database."""
    return rule_books.shipped_books("integrity")


def current_books() -> list[RuleBook]:
    """The newest version of every stored rule set on misconduct: those that list the outcomes a decision may have.

    Books of other apps know no outcome of a decision and must never be chosen for one.
    """
    return [book for book in rule_books.current_books() if book.of_kind("outcome")]
