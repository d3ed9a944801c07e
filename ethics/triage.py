"""Which procedure an application should go through, with every reason; expedited opinions; waivers. Pure.

The engine proposes, the secretary confirms or overrides with a reason. Every reason is an entry of a rule set.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from casework.findings import Finding, make_finding
from casework.rulebook import Clause, RuleBook, RulebookError
from ethics.rules import first_with

PASSED, WAITING, TO_MEETING = "passed", "waiting", "to_meeting"


@dataclass(frozen=True)
class WaiverClaim:
    """What the applicant states for a waiver: conditions met, cases that apply, and excluded matters involved."""

    conditions: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    involved: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Facts:
    """What is known of an application, as keys of entries: items of the list (L1–L7), grounds for the simple procedure
    claimed, circumstances (`minors`, `personal_data`, `ai`, `international`, …)."""

    review_items: frozenset[str] = frozenset()
    simple_grounds: frozenset[str] = frozenset()
    circumstances: frozenset[str] = frozenset()
    waiver: WaiverClaim | None = None


@dataclass(frozen=True)
class Reason:
    """An entry that speaks for a proposal. `kind` and `key` find it in the rule set of the regime."""

    regime: str
    clause: Clause


@dataclass(frozen=True)
class Proposal:
    """The procedure proposed, whether expert re-review follows, the papers needed, every reason, and what stands
    against a waiver that was claimed."""

    procedure: str
    needs_expert: bool
    papers: tuple[str, ...]
    reasons: tuple[Reason, ...]
    waiver_findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Opinion:
    """What one named reviewer says in the simple procedure."""

    reviewer: str
    is_positive: bool
    has_doubt: bool = False
    asks_meeting: bool = False
    sees_changed_risk: bool = False


@dataclass(frozen=True)
class SimpleResult:
    """passed, waiting or to_meeting, with the triggers. A negative opinion never rejects: it goes to a meeting."""

    outcome: str
    triggers: tuple[Reason, ...]


def triage(books: Sequence[RuleBook], facts: Facts) -> Proposal:
    """The procedure for an application and why. RulebookError for a key no rule set that applies knows."""
    reasons = list(_reasons(books, facts))
    opens = {reason.clause.numbers.get("opens") for reason in reasons}
    blocked = {name for reason in reasons for name in reason.clause.numbers.get("blocks", ())}
    against: tuple[Finding, ...] = ()
    if facts.waiver is not None:
        against = waiver_findings(first_with(books, "procedure", "waiver"), facts.waiver)

    if "emergency" in opens:
        procedure = "emergency"
    elif facts.waiver is not None and not against and "waiver" not in blocked:
        procedure = "waiver"
    elif facts.simple_grounds and "simple" not in blocked:
        procedure = "simple"
    else:
        procedure = "general"
        reasons.append(
            _reason(first_with(books, "triage_reason", "default_meeting"), "triage_reason", "default_meeting")
        )
    return Proposal(
        procedure=procedure,
        needs_expert=_any(reasons, "adds") and not _any(reasons, "lifts"),
        papers=tuple(paper for reason in reasons for paper in reason.clause.numbers.get("needs", ())),
        reasons=tuple(reasons),
        waiver_findings=against,
    )


def waiver_findings(book: RuleBook, claim: WaiverClaim) -> tuple[Finding, ...]:
    """What stands against a waiver: each condition not met, no case that applies, each excluded matter involved.

    Nothing found means it may be waived; a waiver of review is never one of consent (HS 32).
    """
    _known(book, "waiver_condition", claim.conditions)
    _known(book, "waiver_case", claim.cases)
    _known(book, "waiver_exclusion", claim.involved)
    found = [
        make_finding(book, "waiver_condition", field=f"waiver.{rule.key}", rule=rule, item=rule)
        for rule in book.of_kind("waiver_condition")
        if rule.key not in claim.conditions
    ]
    if not claim.cases:
        cases, rule = book.of_kind("waiver_case"), book.clause("procedure", "waiver")
        found.append(make_finding(book, "waiver_case", field="waiver.cases", rule=rule, cases=cases))
    found += [
        make_finding(book, "waiver_exclusion", field=f"waiver.{rule.key}", rule=rule, item=rule)
        for rule in book.of_kind("waiver_exclusion")
        if rule.key in claim.involved
    ]
    return tuple(found)


def simple_result(books: Sequence[RuleBook], named: Collection[str], opinions: Sequence[Opinion]) -> SimpleResult:
    """How the simple procedure stands: passed once all named reviewers are positive and nothing asks for a meeting.

    A trigger counts at once. `named`: the reviewers the chair named; opinions of others are RulebookError.
    """
    strangers = sorted({opinion.reviewer for opinion in opinions} - set(named))
    if strangers:
        raise RulebookError(
            f"{strangers[0]}没有被指定为审查委员。", f"{strangers[0]} was not named as a reviewer of this application."
        )
    met = {key for key, is_met in _triggers(opinions) if is_met}
    triggers = tuple(
        Reason(book.regime, clause) for book in books for clause in book.of_kind("meeting_trigger") if clause.key in met
    )
    # A rule set that lists no negative opinion still does not let one pass: the pass rule wants all to be positive.
    if triggers or "negative_opinion" in met:
        return SimpleResult(TO_MEETING, triggers)
    least = first_with(books, "meeting_rule", "S_REVIEWERS").clause("meeting_rule", "S_REVIEWERS").numbers["value"]
    if len(set(named)) < least or {opinion.reviewer for opinion in opinions} != set(named):
        return SimpleResult(WAITING, ())
    return SimpleResult(PASSED, ())


def _triggers(opinions: Sequence[Opinion]) -> Iterator[tuple[str, bool]]:
    yield "negative_opinion", any(not one.is_positive for one in opinions)
    yield "doubt_on_content", any(one.has_doubt for one in opinions)
    yield "members_disagree", len({one.is_positive for one in opinions}) > 1
    yield "member_request", any(one.asks_meeting for one in opinions)
    yield "risk_benefit_changes", any(one.sees_changed_risk for one in opinions)


def _reasons(books: Sequence[RuleBook], facts: Facts) -> Iterator[Reason]:
    """The entries of all rule sets for what is known, in the order of the rule sets."""
    given = [
        ("review_item", facts.review_items),
        ("simple_ground", facts.simple_grounds),
        ("triage_reason", facts.circumstances),
    ]
    for kind, keys in given:
        for key in sorted(keys):
            first_with(books, kind, key)
            yield from (_reason(book, kind, key) for book in books if book.has(kind, key))


def _reason(book: RuleBook, kind: str, key: str) -> Reason:
    return Reason(book.regime, book.clause(kind, key))


def _any(reasons: Iterable[Reason], word: str) -> bool:
    return any(reason.clause.numbers.get(word) == "expert" for reason in reasons)


def _known(book: RuleBook, kind: str, keys: Iterable[str]) -> None:
    for key in sorted(keys):
        book.clause(kind, key)
