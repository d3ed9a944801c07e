"""The rules on research misconduct as pure functions: which rule set applies, whether a decision keeps to it.

Every number, list and sentence comes from the rule set handed in. The engine finds and recommends; a person decides.
No ORM, request or clock here. Periods are in `periods.py`, the checks of measures in `measure_rules.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from casework.rulebook import Clause, RuleBook, RulebookError, in_force
from integrity.findings import DecisionDraft, Finding, known, make_finding
from integrity.measure_rules import longest_ban, measure_findings, tiers_of_bans
from integrity.periods import MeasurePlan, Words, amounts_of, band_words, measure_window, window_of

__all__ = [
    "DecisionDraft",
    "Finding",
    "MeasurePlan",
    "OpenRecord",
    "TierAdvice",
    "acceptance_findings",
    "assess",
    "check_decision",
    "choose_rule_set",
    "credit_grade",
    "implied_tier",
    "is_severe",
    "make_finding",
    "measure_window",
    "regime_for",
    "suggest_tier",
    "window_of",
]

RESEARCH_MISCONDUCT = "research_misconduct"
GRADES = ("A", "observe", "B", "C")


@dataclass(frozen=True)
class TierAdvice:
    """The tiers the categories allow, the tier the longest ban falls in (or ""), and why. Never a decision."""

    tiers: tuple[Clause, ...]
    implied: str
    notes: tuple[Finding, ...]


@dataclass(frozen=True)
class OpenRecord:
    """A credit record: its grade (observe, B or C), the day of the finding, the last day (None: for life)."""

    grade: str
    found_on: date
    ends_on: date | None = None


def choose_rule_set(
    books: Iterable[RuleBook], *, conduct_on: date | None, decided_on: date | None, regime: str = RESEARCH_MISCONDUCT
) -> tuple[RuleBook, tuple[Finding, ...]]:
    """The rule set in force on the day of the decision, else the nearest one, with what must be said about it.

    Without a decision date the newest rule set is taken. RulebookError if the regime has no rule set at all.
    """
    candidates = sorted(
        (book for book in books if book.regime == regime and book.status != "draft"),
        key=lambda book: (book.in_force_from, book.version),
    )
    if not candidates:
        raise RulebookError(f"没有适用于“{regime}”的规则集。", f"There is no rule set for “{regime}”.")
    if decided_on is None:
        return candidates[-1], tuple(_rule_set_findings(candidates[-1], conduct_on, decided_on))

    begun = [book for book in candidates if book.in_force_from <= decided_on]
    current = in_force(candidates, decided_on)
    book = (current or begun or candidates[:1])[-1]
    findings = list(_rule_set_findings(book, conduct_on, decided_on))
    if begun and not current:
        findings.insert(0, make_finding(book, "E_RULESET", field="decision_date", decided=decided_on, rule_set=book))
    return book, tuple(findings)


def regime_for(books: Iterable[RuleBook], categories: Collection[str]) -> str:
    """The regime whose rule sets know all the categories; research misconduct if that one does or none does."""
    knowing = [book.regime for book in books if all(book.has("category", category) for category in categories)]
    return RESEARCH_MISCONDUCT if RESEARCH_MISCONDUCT in knowing or not knowing else knowing[-1]


def assess(
    books: Collection[RuleBook], draft: DecisionDraft, *, regime: str = RESEARCH_MISCONDUCT
) -> tuple[RuleBook, tuple[Finding, ...]]:
    """Choose the rule set and check the decision by it; each finding once."""
    book, findings = choose_rule_set(
        books, conduct_on=draft.conduct_date, decided_on=draft.decision_date, regime=regime
    )
    return book, tuple(dict.fromkeys((*findings, *check_decision(book, draft))))


def check_decision(book: RuleBook, draft: DecisionDraft) -> tuple[Finding, ...]:
    """Everything in the draft that departs from the rule set, in the order of the form."""
    findings = [*_rule_set_findings(book, draft.conduct_date, draft.decision_date), *_date_findings(book, draft)]
    findings += _unknown_findings(book, draft)
    if draft.statement_window_closed is False:
        findings.append(make_finding(book, "E_PRENOTICE", field="decision_date", imported=draft.is_imported))
    if not draft.outcome:
        findings.append(make_finding(book, "E_MISSING", field="outcome", field_name=book.clause("field", "outcome")))
    elif book.has("outcome", draft.outcome):
        findings += _outcome_findings(book, draft)
    return tuple(findings)


def implied_tier(book: RuleBook, plans: Iterable[MeasurePlan], on: date | None) -> str:
    """The tier whose band holds the longest ban, or "" when no ban has a comparable period. A hint, never a finding."""
    tiers = tiers_of_bans(book, plans, on)
    return tiers[-1].key if tiers else ""


def suggest_tier(book: RuleBook, draft: DecisionDraft) -> TierAdvice | None:
    """What the rule set allows for the draft, as advice. None where the scale is not confirmed or nothing is found."""
    if not book.suggest or draft.outcome != "established":
        return None
    floor = max((_floor_rank(book, category) for category in known(book, "category", draft.categories)), default=0)
    tiers = tuple(tier for tier in book.of_kind("tier") if tier.numbers["rank"] >= floor)
    notes = [make_finding(book, "S_FLOOR", field="tier", tiers=tiers)]
    implied = implied_tier(book, draft.measures, draft.decision_date)
    for tier in known(book, "tier", [implied]):
        period = amounts_of(longest_ban(book, draft.measures, draft.decision_date))
        band = band_words(tier.numbers["band"])
        notes.append(make_finding(book, "S_IMPLIED", field="tier", period=period, tier=tier, band=band))
    return TierAdvice(tiers, implied, (*notes, *_factor_notes(book, draft)))


def is_severe(book: RuleBook, tier: str) -> bool:
    """Whether the decision waits for a second approver. A tier the rule set does not know waits too."""
    if not tier:
        return False
    return not book.has("tier", tier) or bool(book.clause("tier", tier).numbers["second_approver"])


def credit_grade(records: Iterable[OpenRecord], on: date, *, escalation: Clause | None = None) -> str:
    """A, observe, B or C from the records open on the day; never typed in.

    `escalation` is the clause `two_general_in_year` of the provincial record rules: two findings within twelve months
    running from the first make a serious one (川科监〔2020〕2号).
    """
    open_now = [
        record for record in records if record.found_on <= on and (record.ends_on is None or on <= record.ends_on)
    ]
    grade = max((record.grade for record in open_now), key=GRADES.index, default="A")
    if escalation is None:
        return grade
    days = sorted(record.found_on for record in open_now if record.grade == escalation.numbers["from"])
    for first in days:
        last = measure_window(first, months=escalation.numbers["months"])[1]
        if sum(first <= day <= (last or first) for day in days) >= escalation.numbers["count"]:
            return max(grade, str(escalation.numbers["to"]), key=GRADES.index)
    return grade


def acceptance_findings(book: RuleBook, ticks: Collection[str], refusal: str | None = None) -> tuple[Finding, ...]:
    """What stands against accepting a lead (`refusal` None) or against refusing it for the coded ground.

    Accepting needs all conditions ticked (221 art. 14); refusing needs a listed ground with its article (art. 15).
    """
    if refusal is not None:
        if book.has("refuse_reason", refusal):
            return ()
        return (make_finding(book, "E_REFUSAL", field="refusal"),)
    findings = [_unknown(book, "ticks", tick) for tick in ticks if not book.has("accept_condition", tick)]
    findings += [
        make_finding(book, "E_ACCEPT", field=f"ticks.{condition.key}", condition=condition)
        for condition in book.of_kind("accept_condition")
        if condition.key not in ticks
    ]
    return tuple(findings)


def _unknown(book: RuleBook, field: str, value: str, *, path: str = "") -> Finding:
    return make_finding(
        book, "E_UNKNOWN", field=path or field, field_name=book.clause("field", field), value=value, rule_set=book
    )


def _rule_set_findings(book: RuleBook, conduct: date | None, decided: date | None) -> Iterator[Finding]:
    start = book.in_force_from
    if conduct is None:
        yield make_finding(book, "W_CONDUCT_DATE", field="conduct_date")
    elif conduct < start:
        yield make_finding(book, "W_RULESET", field="conduct_date", conduct=conduct, rule_set=book, start=start)
    if decided is not None and book not in in_force([book], decided):
        end = book.in_force_to or Words("今", "now")
        yield make_finding(
            book, "W_RULESET_DECISION", field="decision_date", decided=decided, rule_set=book, start=start, end=end
        )


def _date_findings(book: RuleBook, draft: DecisionDraft) -> Iterator[Finding]:
    conduct, decided = draft.conduct_date, draft.decision_date
    if decided is None:
        yield make_finding(book, "E_MISSING", field="decision_date", field_name=book.clause("field", "decision_date"))
    elif conduct is not None and conduct > decided:
        yield make_finding(book, "E_DATES", field="conduct_date", conduct=conduct, decided=decided)


def _unknown_findings(book: RuleBook, draft: DecisionDraft) -> Iterator[Finding]:
    """Ids the rule set does not hold. Where its list itself is unconfirmed (a gap), that is a warning, not an error."""
    given = [
        ("respondent_kind", "respondent_kind", "respondent_kind", draft.respondent_kind),
        ("outcome", "outcome", "outcome", draft.outcome),
        ("tier", "tier", "tier", draft.tier),
        ("exempt_ground", "exempt_ground", "exempt_ground", draft.exempt_ground),
    ]
    given += [("categories", "category", f"categories.{n}", value) for n, value in enumerate(draft.categories)]
    given += [("factors", "factor", f"factors.{n}", value) for n, value in enumerate(draft.factors)]
    given += [("measures", "measure", f"measures.{n}", plan.kind) for n, plan in enumerate(draft.measures)]
    for field, kind, path, value in given:
        if book.has(kind, value) or not (value or kind in ("category", "factor", "measure", "respondent_kind")):
            continue
        if book.has("gap", kind):
            name, gap = book.clause("field", field), book.clause("gap", kind)
            yield make_finding(book, "W_UNLISTED", field=path, field_name=name, value=value, gap=gap)
        else:
            yield _unknown(book, field, value, path=path)


def _outcome_findings(book: RuleBook, draft: DecisionDraft) -> Iterator[Finding]:
    outcome = book.clause("outcome", draft.outcome)
    if draft.measures and not outcome.numbers["measures"]:
        yield make_finding(book, "E_MEASURES_OUTCOME", field="measures", outcome=outcome)
    if draft.outcome == "established":
        yield from _category_findings(book, draft)
        yield from _tier_findings(book, draft)
        yield from _factor_findings(book, draft)
        yield from measure_findings(book, draft)
    if draft.outcome == "exempt":
        yield from _exempt_findings(book, draft)


def _exempt_findings(book: RuleBook, draft: DecisionDraft) -> Iterator[Finding]:
    """An exemption names its ground; the ground of self-retraction may be stated by its factor alone."""
    grounds = book.of_kind("exempt_ground")
    chosen = [
        ground
        for ground in grounds
        if ground.key == draft.exempt_ground or ground.numbers.get("factor") in draft.factors
    ]
    if not chosen:
        yield make_finding(book, "E_EXEMPT", field="exempt_ground", grounds=grounds)
    for ground in chosen:
        if ground.numbers.get("text_required") and not draft.exempt_text.strip():
            yield make_finding(book, "E_TEXT", field="exempt_text", item=ground)


def _category_findings(book: RuleBook, draft: DecisionDraft) -> Iterator[Finding]:
    if not draft.categories:
        yield make_finding(book, "E_MISSING", field="categories", field_name=book.clause("field", "categories"))
    for category in known(book, "category", draft.categories):
        if category.numbers.get("text_required") and not draft.category_text.strip():
            yield make_finding(book, "E_TEXT", field="category_text", item=category)


def _tier_findings(book: RuleBook, draft: DecisionDraft) -> Iterator[Finding]:
    if not book.suggest:
        yield make_finding(book, "W_UNCONFIRMED", field="tier", rule_set=book)
    elif not draft.tier:
        name = book.clause("field", "tier")
        yield make_finding(book, "E_MISSING_TIER", field="tier", imported=draft.is_imported, field_name=name)
    for tier in known(book, "tier", [draft.tier]):
        for category in known(book, "category", draft.categories):
            if _floor_rank(book, category) > tier.numbers["rank"]:
                floor = book.clause("tier", category.numbers["floor"])
                yield make_finding(
                    book,
                    "E_FLOOR",
                    field="tier",
                    imported=draft.is_imported,
                    category=category,
                    floor=floor,
                    tier=tier,
                )


def _factor_findings(book: RuleBook, draft: DecisionDraft) -> Iterator[Finding]:
    """A prior record, or several kinds of misconduct, asks for the aggravating factor or for a reason."""
    asked = [factor for factor in book.of_kind("factor") if factor.numbers.get("suggested_by_record")]
    if any(factor.key in draft.factors for factor in asked):
        return
    if draft.has_prior_record:
        yield make_finding(book, "W_REPEAT", field="factors")
    count = len(set(draft.categories))
    for factor in asked:
        if count > 1:
            yield make_finding(book, "W_SEVERAL", field="factors", count=count, factor=factor)


def _factor_notes(book: RuleBook, draft: DecisionDraft) -> Iterator[Finding]:
    factors = tuple(known(book, "factor", draft.factors))
    for key, side in (("S_LIGHTER", "lenient"), ("S_HEAVIER", "aggravating")):
        named = tuple(factor for factor in factors if factor.numbers.get(side))
        if named:
            yield make_finding(book, key, field="factors", factors=named)
    for factor in factors:
        if factor.numbers.get("may_exempt"):
            yield make_finding(book, "S_EXEMPT", field="factors", factor=factor)


def _floor_rank(book: RuleBook, category: Clause) -> int:
    """The rank of the lowest tier allowed for the category; 0 where the rule set names none."""
    floor = category.numbers.get("floor")
    return int(book.clause("tier", floor).numbers["rank"]) if floor else 0
