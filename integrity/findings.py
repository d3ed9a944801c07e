"""What a decision check reads and writes: the draft as plain values, and findings worded by the rule set.

The rules themselves are in `rules.py` and `measure_rules.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from casework.rulebook import Clause, RuleBook
from integrity.periods import MeasurePlan, Words


@dataclass(frozen=True)
class DecisionDraft:
    """One decision on one respondent. `conduct_date` is the last day of the conduct; ids are those of the rule set.

    `statement_window_closed` is None where no pre-decision notice applies. `is_imported` marks a decision another body
    made: departures from the scale are then warnings, because nothing is decided here any more.
    """

    conduct_date: date | None
    decision_date: date | None
    respondent_kind: str = "person"
    categories: Sequence[str] = ()
    tier: str = ""
    factors: Sequence[str] = ()
    measures: Sequence[MeasurePlan] = ()
    outcome: str = "established"
    category_text: str = ""
    exempt_ground: str = ""
    exempt_text: str = ""
    has_prior_record: bool = False
    statement_window_closed: bool | None = None
    is_imported: bool = False


@dataclass(frozen=True)
class Finding:
    """What a check found: `error` blocks, `warn` needs a reason, `info` explains. `field` is a path such as
    `measures.0`."""

    code: str
    level: str
    article: str
    mark: str
    zh: str
    en: str
    field: str


def make_finding(book: RuleBook, key: str, *, field: str = "", imported: bool = False, **values: object) -> Finding:
    """The check's sentence from the rule set, filled with values; clauses and tuples are spelt in each language."""
    check = book.clause("check", key)
    level = check.numbers["level"]
    return Finding(
        code=check.numbers.get("code", key),
        level=check.numbers.get("imported", level) if imported else level,
        article=check.article,
        mark=check.mark,
        zh=check.zh.format(**{name: _spell(value, "zh", "、") for name, value in values.items()}),
        en=check.en.format(**{name: _spell(value, "en", ", ") for name, value in values.items()}),
        field=field,
    )


def known(book: RuleBook, kind: str, keys: Iterable[str]) -> Iterator[Clause]:
    """The clauses of those keys the rule set holds; unknown ids are reported once, elsewhere."""
    return (book.clause(kind, key) for key in keys if book.has(kind, key))


def _spell(value: object, language: str, joiner: str) -> str:
    if isinstance(value, Clause | Words | RuleBook):
        return str(getattr(value, language))
    if isinstance(value, tuple):
        return joiner.join(_spell(item, language, joiner) for item in value)
    return str(value)
