"""The rule sets an application is reviewed under: found on acceptance, frozen in the review, read again by version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from casework.refusals import InputRefused
from casework.rule_books import book_of, stored_sets
from casework.rulebook import Clause, RuleBook, RulebookError
from ethics.enums import Regime
from ethics.models import Application, Review
from ethics.rule_books import known_books
from ethics.rules import applicable
from ethics.triage import Facts, Proposal, WaiverClaim, triage
from ethics.wording import say


def regimes_of(application: Application) -> list[str]:
    """Every regime that applies: the base always, what the application names, and what its circumstances bring in."""
    named = {Regime.ST2023.value, *application.regimes}
    if "ai" in application.circumstances:
        named.add(Regime.AI2026.value)
    return [regime for regime in Regime.values if regime in named]


def books_on(application: Application, on: dt.date) -> tuple[RuleBook, ...]:
    """The rule sets in force that day for this application, each base before what is laid over it."""
    return applicable(known_books(), regimes_of(application), on).books


def frozen(books: Iterable[RuleBook]) -> list[dict[str, Any]]:
    """What a review keeps of its rule sets."""
    return [{"code": book.code, "version": book.version, "regime": book.regime} for book in books]


def books_of(review: Review) -> tuple[RuleBook, ...]:
    """The very versions a review is held under, in their order; RulebookError when one is gone (I20)."""
    by_version = {(stored.code, stored.version): stored for stored in stored_sets()}
    found = []
    for one in review.rule_sets:
        stored = by_version.get((one["code"], one["version"]))
        if stored is None:
            raise RulebookError(
                f"没有保存规则 {one['code']} 第 {one['version']} 版。",
                f"Version {one['version']} of rule set {one['code']} is not stored.",
            )
        found.append(book_of(stored))
    return tuple(found)


def facts_of(application: Application) -> Facts:
    """What triage is told of an application."""
    claim = application.waiver or {}
    waiver = None
    if claim.get("claimed"):
        waiver = WaiverClaim(
            frozenset(claim.get("conditions", ())),
            frozenset(claim.get("cases", ())),
            frozenset(claim.get("involved", ())),
        )
    return Facts(
        review_items=frozenset([application.list_item] if application.list_item else ()),
        simple_grounds=frozenset(application.simple_grounds),
        circumstances=frozenset(application.circumstances),
        waiver=waiver,
    )


def proposal_for(application: Application, on: dt.date, books: Sequence[RuleBook] | None = None) -> Proposal:
    """What triage proposes that day, with every reason. InputRefused where the application names what no rule set knows.

    `books`: those of `books_on`, for who has read them already.
    """
    try:
        return triage(books_on(application, on) if books is None else books, facts_of(application))
    except RulebookError as error:
        raise InputRefused(
            _("申请中有适用规则没有的选项，请改正“适用规则”或者取消该选项。%(detail)s") % {"detail": say(error)},
            field="regimes",
        ) from error


def unknown_choices(application: Application, books: Sequence[RuleBook]) -> list[str]:
    """Choices of the application that none of its rule sets knows: triage could not answer (left behind by a change)."""
    claim = application.waiver or {}
    is_claimed = bool(claim.get("claimed"))
    chosen = [
        ("triage_reason", application.circumstances),
        ("simple_ground", application.simple_grounds),
        ("review_item", [application.list_item] if application.list_item else []),
        ("procedure", ["waiver"] if is_claimed else []),
        *((f"waiver_{one}", claim.get(name, []) if is_claimed else []) for one, name in WAIVER_PARTS),
    ]
    return [key for kind, keys in chosen for key in keys if not any(book.has(kind, key) for book in books)]


WAIVER_PARTS = (("condition", "conditions"), ("case", "cases"), ("exclusion", "involved"))


def reason_rows(proposal: Proposal) -> list[dict[str, str]]:
    """The reasons of a proposal as a review keeps them."""
    return [_reason_row(reason.regime, reason.clause) for reason in proposal.reasons]


def _reason_row(regime: str, clause: Clause) -> dict[str, str]:
    return {
        "regime": regime,
        "kind": clause.kind,
        "key": clause.key,
        "article": clause.article,
        "mark": clause.mark,
        "zh": clause.zh,
        "en": clause.en,
    }
