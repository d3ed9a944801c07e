"""What the pages of an application offer to tick: entries of the rule sets that apply, in their words, with their article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casework.rulebook import Clause, RuleBook
from casework.templatetags.casework import article as article_in_words
from casework.templatetags.casework import mark_word
from ethics.enums import Regime
from ethics.models import Application
from ethics.review_books import regimes_of
from ethics.rule_books import known_books
from ethics.rules import applicable
from ethics.wording import say

Choices = list[tuple[str, str]]

# Triage adds it by itself; nobody claims it.
NEVER_OFFERED = frozenset({"default_meeting"})


def offered_books(application: Application, on: dt.date) -> tuple[RuleBook, ...]:
    """The rule sets of the application, and the AI measures: ticking "AI" is what brings them in."""
    return applicable(known_books(), [*regimes_of(application), Regime.AI2026.value], on).books


def ordered_books() -> list[RuleBook]:
    """Every rule set in force, the base first: where several have an entry, its words are the ones to read."""
    return sorted(known_books(), key=lambda book: list(Regime.values).index(book.regime))


def choices_of(books: Sequence[RuleBook], kind: str) -> Choices:
    """(key, label) of every entry of this kind; one entry of several rule sets is offered once, with all its articles."""
    found: dict[str, list[Clause]] = {}
    for book in books:
        for clause in book.of_kind(kind):
            if clause.key not in NEVER_OFFERED:
                found.setdefault(clause.key, []).append(clause)
    return [(key, _label(key if kind == "review_item" else "", clauses)) for key, clauses in found.items()]


def has_waiver(books: Iterable[RuleBook]) -> bool:
    """Does a rule set that applies know the waiver of review at all?"""
    return any(book.has("procedure", "waiver") for book in books)


def clause_words(books: Iterable[RuleBook], kind: str, key: str) -> str:
    """The words of an entry; the key itself where no rule set knows it any more."""
    found = next((book.clause(kind, key) for book in books if book.has(kind, key)), None)
    return capfirst(say(found)) if found is not None else key


def material_words(key: str, books: Iterable[RuleBook] | None = None) -> str:
    """What a paper of an application is called, from its key."""
    if key.startswith("partner_approvals:"):
        return _("%(country)s的审查批准文件") % {"country": key.partition(":")[2]}
    if key == "written_entrustment":
        return _("书面委托文件")
    if key == "state_approval":
        return _("包含伦理审查的行政审批文件")
    known = list(ordered_books() if books is None else books)
    regime, _dot, rest = key.partition(".")
    named = [book for book in known if book.regime == regime] if rest else known
    return clause_words(named, "material", rest or key)


def _label(lead: str, clauses: Sequence[Clause]) -> str:
    """First line the words, second the articles: choice labels of two lines are set that way."""
    words = f"{lead} {say(clauses[0])}".strip() if lead else capfirst(say(clauses[0]))
    places = []
    for clause in clauses:
        mark = mark_word(clause.mark)
        place = article_in_words(clause.article)
        places.append(_("%(article)s（%(mark)s）") % {"article": place, "mark": mark} if mark else place)
    return f"{words}\n{_('；').join(dict.fromkeys(places))}"
