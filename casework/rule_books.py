"""Rule books shipped with a release, app by app in their folders `rulesets`, and the ones in force in the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from django.apps import apps

from casework.models import RuleSet
from casework.rulebook import RuleBook, read_rulebook

# A published version never changes, so a book is built once per process (and per content: tests reuse keys).
_BUILT: dict[tuple[int, str], RuleBook] = {}


# While a page is made: what was read of the table, once; nothing where every question reads it anew.
_HELD: ContextVar[list[list[RuleSet]] | None] = ContextVar("rule sets of this page", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Within it every question about stored rule sets is answered from one reading. For a page; also as a decorator.

    Never around what loads rule sets, and no longer than a request: another process may load a new version.
    """
    before = _HELD.set([])
    try:
        yield
    finally:
        _HELD.reset(before)


def stored_sets() -> list[RuleSet]:
    """Every stored version of every rule set, by code, the oldest first."""
    held = _HELD.get()
    if held:
        return held[0]
    found = list(RuleSet.objects.order_by("code", "pk"))
    if held is not None:
        held.append(found)
    return found


def newest_sets() -> list[RuleSet]:
    """The newest stored version of every rule set, by code."""
    stored = stored_sets()
    superseded = {one.supersedes_id for one in stored}
    return [one for one in stored if one.pk not in superseded]


def shipped_paths(app: str = "") -> list[Path]:
    """Files of the rule books of one app, or of every app in the order of the layers; alphabetical within an app."""
    places = [apps.get_app_config(app)] if app else list(apps.get_app_configs())
    return [path for place in places for path in sorted((Path(place.path) / "rulesets").glob("*.toml"))]


def shipped_books(app: str) -> list[RuleBook]:
    """The rule books of an app, read from their files: for commands that must answer without a database."""
    return [read_rulebook(path) for path in shipped_paths(app)]


def book_of(rule_set: RuleSet) -> RuleBook:
    """The rule book a stored rule set stands for; one query the first time, none afterwards."""
    built = _BUILT.get((rule_set.pk, rule_set.sha256))
    if built is None:
        built = _BUILT[rule_set.pk, rule_set.sha256] = _build(rule_set)
    return built


def _build(rule_set: RuleSet) -> RuleBook:
    header = {
        "code": rule_set.code,
        "version": rule_set.version,
        "zh": rule_set.zh,
        "en": rule_set.en,
        "document_no": rule_set.document_no,
        "in_force_from": rule_set.in_force_from,
        "in_force_to": rule_set.in_force_to,
        "suggest": rule_set.suggest,
        "status": rule_set.status,
        "regime": rule_set.regime,
        "from_precision": rule_set.from_precision,
        "scale_from": rule_set.scale_from,
    }
    rows = rule_set.clauses.order_by("order").values("kind", "key", "article", "mark", "zh", "en", "numbers")
    return RuleBook.from_rows(header, rows)


def current_books() -> list[RuleBook]:
    """The newest version of every stored rule set, whichever app it belongs to."""
    return [book_of(rule_set) for rule_set in newest_sets()]


def current_rule_set(code: str) -> RuleSet:
    """The newest stored version of this regulation; raises RuleSet.DoesNotExist when it was never loaded."""
    for one in newest_sets():
        if one.code == code:
            return one
    raise RuleSet.DoesNotExist(code)


def rule_set_on(regime: str, on: dt.date) -> RuleSet:
    """The newest version of the national rule set of a regime in force that day; DoesNotExist when there is none."""
    candidates = RuleSet.objects.filter(superseded_by=None, regime=regime, in_force_from__lte=on)
    for rule_set in candidates.order_by("-in_force_from"):
        if rule_set.in_force_to is None or rule_set.in_force_to >= on:
            return rule_set
    raise RuleSet.DoesNotExist(f"{regime} {on}")
