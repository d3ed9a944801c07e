"""A decision as a person drafts it, in plain values, and what the rule set in force says to it.

Reads the database (rule sets, prior records, the pre-decision notice); writes nothing. The rules are in `rules.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import get_language

from casework.enums import ClauseKind
from casework.models import RuleSet
from casework.rulebook import Clause, RuleBook
from integrity.case_terms import statement_due
from integrity.enums import DecisionOrigin, Outcome, StatementKind
from integrity.models import CreditRecord, Decision, Measure, Respondent, StatementRequest
from integrity.periods import MeasurePlan
from integrity.rule_books import current_books, current_rule_set
from integrity.rules import DecisionDraft, Finding, TierAdvice, check_decision, choose_rule_set, suggest_tier


@dataclass(frozen=True)
class MeasureEntry:
    """One measure as typed: at most one of months, lifetime, days, count; `until` in words. `amount` in yuan."""

    kind: str
    months: int | None = None
    lifetime: bool = False
    days: int | None = None
    count: int | None = None
    until: str = ""
    scope: str = ""
    amount: Decimal | None = None
    text: str = ""
    start: dt.date | None = None

    def plan(self) -> MeasurePlan:
        return MeasurePlan(
            kind=self.kind,
            months=self.months,
            lifetime=self.lifetime,
            days=self.days,
            count=self.count,
            until=self.until,
            start=self.start,
            scope=self.scope,
            label=self.text,
        )


@dataclass(frozen=True)
class DecisionContent:
    """Everything the drafter states. Nothing has a default that decides anything (B16)."""

    outcome: str = ""
    categories: Sequence[str] = ()
    category_text: str = ""
    tier: str = ""
    factors: Sequence[str] = ()
    facts: str = ""
    basis: str = ""
    exempt_ground: str = ""
    exempt_text: str = ""
    statement_reply: str = ""
    conduct_on: dt.date | None = None
    decided_on: dt.date | None = None
    measures: Sequence[MeasureEntry] = ()
    warning_reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Assessment:
    """What the rule set says: errors block sending, each code of a warning needs a reason, advice binds nobody."""

    book: RuleBook
    findings: tuple[Finding, ...]
    advice: TierAdvice | None

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == "error"]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == "warn"]

    @property
    def warning_codes(self) -> list[str]:
        return list(dict.fromkeys(finding.code for finding in self.warnings))

    def without_reason(self, reasons: Mapping[str, str]) -> list[str]:
        """Codes of warnings the drafter has not yet answered."""
        return [code for code in self.warning_codes if not reasons.get(code, "").strip()]


def book_in_force(regime: str, *, conduct_on: dt.date | None, decided_on: dt.date | None) -> RuleBook:
    """The rule set the transition rules prescribe for these dates (I20), from the stored versions."""
    return choose_rule_set(current_books(), conduct_on=conduct_on, decided_on=decided_on, regime=regime)[0]


def rule_set_of(book: RuleBook) -> RuleSet:
    """The stored row of a rule book."""
    return current_rule_set(book.code)


def assess_content(respondent: Respondent, content: DecisionContent, *, on: dt.date) -> Assessment:
    """Check a draft on one respondent as of a day."""
    draft = DecisionDraft(
        conduct_date=content.conduct_on,
        decision_date=content.decided_on,
        respondent_kind="person" if respondent.subject.is_person else "organization",
        categories=tuple(content.categories),
        tier=content.tier,
        factors=tuple(content.factors),
        measures=tuple(entry.plan() for entry in content.measures),
        outcome=content.outcome,
        category_text=content.category_text,
        exempt_ground=content.exempt_ground,
        exempt_text=content.exempt_text,
        has_prior_record=has_prior_record(respondent, on=content.decided_on or on),
        statement_window_closed=statement_window_closed(respondent, on=min(content.decided_on or on, on)),
        is_imported=respondent.case.is_imported,
    )
    return assess_draft(respondent.case.regime, draft)


def assess_draft(regime: str, draft: DecisionDraft) -> Assessment:
    """Choose the rule set by the dates and check; each finding once."""
    book, findings = choose_rule_set(
        current_books(), conduct_on=draft.conduct_date, decided_on=draft.decision_date, regime=regime
    )
    all_findings = tuple(dict.fromkeys((*findings, *check_decision(book, draft))))
    return Assessment(book, all_findings, suggest_tier(book, draft))


def assess_decision(decision: Decision, *, on: dt.date) -> Assessment:
    """Check a stored decision. Of an imported one nothing is judged again: errors become notes (see the rule set)."""
    if decision.origin == DecisionOrigin.IMPORTED:
        return assess_draft(decision.case.regime, imported_draft(decision))
    return assess_content(decision.respondent, content_of(decision), on=on)


def content_of(decision: Decision) -> DecisionContent:
    """The stored decision as the values it was drafted from."""
    live = sorted(
        (measure for measure in decision.measures.all() if not measure.withdrawn),
        key=lambda measure: (measure.order, measure.pk),
    )
    return DecisionContent(
        outcome=decision.outcome,
        categories=tuple(decision.categories),
        category_text=decision.category_text,
        tier=decision.tier,
        factors=tuple(decision.factors),
        facts=decision.facts,
        basis=decision.basis,
        exempt_ground=decision.exempt_ground,
        exempt_text=decision.exemption_ground,
        statement_reply=decision.statement_reply,
        conduct_on=decision.conduct_on,
        decided_on=decision.decided_on,
        measures=tuple(entry_of(measure) for measure in live),
        warning_reasons=dict(decision.warning_reasons),
    )


def entry_of(measure: Measure) -> MeasureEntry:
    """The measure as typed."""
    return MeasureEntry(
        kind=measure.kind,
        months=measure.months,
        lifetime=measure.is_lifetime,
        days=measure.days,
        count=measure.count,
        until=measure.until_text,
        scope=measure.scope,
        amount=measure.amount,
        text=measure.text or measure.source_label,
        start=measure.planned_start,
    )


def imported_draft(decision: Decision) -> DecisionDraft:
    """An imported decision as the rules read it: parallel tracks are no measures, departures are warnings only."""
    judged = [measure for measure in decision.measures.all() if not (measure.is_parallel or measure.withdrawn)]
    return DecisionDraft(
        conduct_date=decision.conduct_on,
        decision_date=decision.decided_on,
        respondent_kind="person" if decision.respondent.subject.is_person else "organization",
        categories=tuple(decision.categories),
        tier=decision.tier,
        measures=tuple(entry_of(measure).plan() for measure in judged),
        outcome=decision.outcome,
        category_text=decision.category_text,
        is_imported=True,
    )


def has_prior_record(respondent: Respondent, *, on: dt.date) -> bool:
    """Whether a record of another case counts against the respondent that day."""
    return (
        CreditRecord.objects.open_on(on)
        .filter(subject=respondent.subject_id)
        .exclude(decision__case=respondent.case_id)
        .exists()
    )


def statement_window_closed(respondent: Respondent, *, on: dt.date) -> bool:
    """Whether the respondent had been heard by that day, or the time for it had passed before it (221号 第29条)."""
    request: StatementRequest | None = getattr(respondent, "statement_request", None)
    if request is None:
        return False
    if request.answered_on is not None and request.answer_kind != StatementKind.SILENT:
        return request.answered_on <= on
    return statement_due(request) < on


def statement_was_given(respondent: Respondent) -> bool:
    return StatementRequest.objects.filter(respondent=respondent, answer_kind=StatementKind.GIVEN).exists()


def clause_of(book: RuleBook, kind: str, key: str) -> Clause | None:
    """The entry, or None for a key of an earlier version or of another body."""
    return book.clause(kind, key) if book.has(kind, key) else None


def say(clause: Clause | Finding) -> str:
    """The clause or finding in the reader's language."""
    return clause.en if (get_language() or "").startswith("en") else clause.zh


def is_ban(book: RuleBook, kind: str) -> bool:
    """Whether the measure runs for a period by rule."""
    clause = clause_of(book, ClauseKind.MEASURE, kind)
    return clause is not None and bool(clause.numbers.get("period"))


def must_be_reported(book: RuleBook, decision: Decision) -> bool:
    """Whether the decision goes to the provincial department: a ban or the entry in the database (221号 第37条)."""
    if decision.outcome != Outcome.ESTABLISHED:
        return False
    live = decision.measures.filter(withdrawn=False)
    clauses = [clause_of(book, ClauseKind.MEASURE, measure.kind) for measure in live]
    return any(clause and (clause.numbers.get("db") or clause.numbers.get("db_entry")) for clause in clauses)
