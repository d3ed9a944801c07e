"""Checks of the measures of one decision: their form, the tier's list and band, the entry in the database.

Part of the rules of `rules.py`, which calls `measure_findings`. Numbers and sentences come from the rule set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from casework.rulebook import Clause, RuleBook
from integrity.findings import DecisionDraft, Finding, known, make_finding
from integrity.periods import (
    MeasurePlan,
    Words,
    amounts_of,
    band_words,
    is_comparable,
    is_computable,
    is_in_band,
    window_of,
)


def comparable_bans(book: RuleBook, plans: Iterable[MeasurePlan], on: date | None) -> list[MeasurePlan]:
    """The measures that run for a period by rule, as far as their period can be set against a band."""
    return [plan for plan in plans if _is_ban(book, plan) and is_comparable(plan, on)]


def longest_ban(book: RuleBook, plans: Iterable[MeasurePlan], on: date | None) -> MeasurePlan:
    """The ban that ends last. There must be one that can be compared."""
    return max(comparable_bans(book, plans, on), key=lambda plan: _last_day(plan, on))


def tiers_of_bans(book: RuleBook, plans: Iterable[MeasurePlan], on: date | None) -> tuple[Clause, ...]:
    """The tiers in whose bands the bans fall, lowest first."""
    bans = comparable_bans(book, plans, on)
    return tuple(tier for tier in book.of_kind("tier") if any(_holds(tier, plan, on) for plan in bans))


def measure_findings(book: RuleBook, draft: DecisionDraft) -> Iterator[Finding]:
    if not draft.measures:
        yield make_finding(book, "W_NO_MEASURE", field="measures")
    for number, plan in enumerate(draft.measures):
        for measure in known(book, "measure", [plan.kind]):
            yield from _form_findings(book, draft, plan, measure, f"measures.{number}")
            yield from _scale_findings(book, draft, plan, measure, f"measures.{number}")
    yield from _database_findings(book, draft)
    tiers = tiers_of_bans(book, draft.measures, draft.decision_date)
    if len(tiers) > 1:
        yield make_finding(book, "W_MIXED_BANDS", field="measures", tiers=tiers)


def follow_longest_ban(book: RuleBook, plans: Sequence[MeasurePlan], ends: Sequence[date | None]) -> list[date | None]:
    """The last days, the database entry's own one filled in: it lasts as long as the longest ban (221 art. 31, item 13).

    An entry with a period of its own keeps it; a ban for life leaves it open. A term to correct something is no ban, so
    it does not count; a measure the rule set does not list may be one and does.
    """
    bans = [
        (plan, end)
        for plan, end in zip(plans, ends, strict=True)
        if _is_ban(book, plan) or not book.has("measure", plan.kind)
    ]
    known_ends = [] if any(plan.lifetime for plan, _end in bans) else [end for _plan, end in bans if end]
    longest = max(known_ends, default=None)
    return [
        longest if end is None and not plan.lifetime and _fact(book, plan, "db_entry") else end
        for plan, end in zip(plans, ends, strict=True)
    ]


def _form_findings(
    book: RuleBook, draft: DecisionDraft, plan: MeasurePlan, measure: Clause, field: str
) -> Iterator[Finding]:
    """What is wrong with one measure whatever the tier: text, period, start, respondent."""
    facts, amounts, until = measure.numbers, amounts_of(plan), plan.until.strip()
    if facts.get("text_required") and not (plan.label.strip() or plan.scope.strip() or until):
        yield make_finding(book, "E_TEXT", field=f"{field}.label", item=measure)
    if len(amounts) > 1:
        yield make_finding(book, "E_PERIOD_TWICE", field=field, measure=measure, period=amounts)
    elif not is_computable(plan, draft.decision_date):
        yield make_finding(book, "E_PERIOD_VALUE", field=field, measure=measure, period=amounts)
    if facts.get("period") and not amounts and not until:
        yield make_finding(book, "E_PERIOD", field=field, imported=draft.is_imported, measure=measure)
    elif facts.get("period") and (plan.count is not None or not amounts):
        period = amounts or Words(until, until)
        yield make_finding(book, "W_PERIOD_TEXT", field=field, measure=measure, period=period)
    if amounts and not any(facts.get(name) for name in ("period", "db_entry", "date", "text_required")):
        yield make_finding(book, "W_PERIOD_UNUSED", field=field, measure=measure, period=amounts)
    start, decided = plan.start, draft.decision_date
    # What another body published gives the day of publication: its measures may well have begun before.
    if start and decided and start < decided and not draft.is_imported:
        yield make_finding(book, "W_START", field=f"{field}.start", measure=measure, start=start, decided=decided)
    if facts.get("person_only") and draft.respondent_kind == "organization":
        yield make_finding(book, "W_PERSON_ONLY", field=field, measure=measure)


def _scale_findings(
    book: RuleBook, draft: DecisionDraft, plan: MeasurePlan, measure: Clause, field: str
) -> Iterator[Finding]:
    """Whether the measure and its period belong to the chosen tier."""
    on = draft.decision_date
    for tier in known(book, "tier", [draft.tier]):
        item = measure.numbers.get("item")
        if item not in tier.numbers["items"]:
            yield make_finding(book, "W_ITEM_TIER", field=field, measure=measure, item=item, tier=tier)
        if _is_ban(book, plan) and is_comparable(plan, on) and not _holds(tier, plan, on):
            yield make_finding(
                book,
                "E_BAND",
                field=field,
                imported=draft.is_imported,
                measure=measure,
                period=amounts_of(plan),
                tier=tier,
                band=band_words(tier.numbers.get("band")),
            )


def _database_findings(book: RuleBook, draft: DecisionDraft) -> Iterator[Finding]:
    """A ban needs the entry in the database (221 art. 31), and the entry lasts as long as the longest ban."""
    forcing = [plan for plan in draft.measures if _fact(book, plan, "db")]
    entries = [plan for plan in draft.measures if _fact(book, plan, "db_entry")]
    if forcing and not entries:
        names = tuple(dict.fromkeys(book.clause("measure", plan.kind) for plan in forcing))
        target = tuple(measure for measure in book.of_kind("measure") if measure.numbers.get("db_entry"))
        yield make_finding(book, "E_DB13", field="measures", imported=draft.is_imported, measures=names, entry=target)
    on = draft.decision_date
    bans = [plan for plan in forcing if is_comparable(plan, on) and is_computable(plan, on)]
    if not bans:
        return
    longest = max(bans, key=lambda plan: _last_day(plan, on))
    for number, plan in enumerate(draft.measures):
        if plan not in entries or not is_comparable(plan, on) or not is_computable(plan, on):
            continue
        if _last_day(plan, on) != _last_day(longest, on):
            yield make_finding(
                book,
                "W_DB_PERIOD",
                field=f"measures.{number}",
                measure=book.clause("measure", plan.kind),
                period=amounts_of(plan),
                longest=amounts_of(longest),
            )


def _fact(book: RuleBook, plan: MeasurePlan, name: str) -> bool:
    return book.has("measure", plan.kind) and bool(book.clause("measure", plan.kind).numbers.get(name))


def _is_ban(book: RuleBook, plan: MeasurePlan) -> bool:
    return _fact(book, plan, "period")


def _holds(tier: Clause, plan: MeasurePlan, on: date | None) -> bool:
    return "band" in tier.numbers and is_in_band(plan, tier.numbers["band"], on)


def _last_day(plan: MeasurePlan, on: date | None) -> date:
    return window_of(plan, on or date.min)[1] or date.max
