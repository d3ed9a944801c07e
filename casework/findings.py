"""What a check of any app finds, worded by the rule set it checked against. Plain values; no Django."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from casework.rulebook import Clause, RuleBook


@dataclass(frozen=True)
class Words:
    """One phrase in both languages."""

    zh: str
    en: str


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


def make_finding(
    book: RuleBook, key: str, *, field: str = "", imported: bool = False, rule: Clause | None = None, **values: object
) -> Finding:
    """The check's sentence from the rule set, filled with values; clauses and tuples are spelt in each language.

    Where one sentence serves several rules, `rule` is the broken one: its key is the code, its article and mark count.
    """
    check = book.clause("check", key)
    level = check.numbers["level"]
    return Finding(
        code=rule.key if rule else check.numbers.get("code", key),
        level=check.numbers.get("imported", level) if imported else level,
        article=rule.article if rule else check.article,
        mark=rule.mark if rule else check.mark,
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
