"""Counting votes in whole numbers: the base, the votes needed, whether a motion is carried. Pure.

No votes, no decision (E1). A motion that fails decides nothing, and never rejects (E10). The chair has no casting vote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from casework.findings import Finding, make_finding
from casework.rulebook import Clause, RuleBook, RulebookError
from ethics.rules import RuleRefused, first_with

CARRIED, FAILED, NO_DECISION = "carried", "not_carried", "no_decision"


@dataclass(frozen=True)
class Policy:
    """What the rule sets say where the law is silent (docs/adr/0014)."""

    recused_counted: bool
    abstention_in_base: bool


@dataclass(frozen=True)
class Tally:
    """The numbers of one vote. `members` are all of the committee or panel, `present` those who attend before anybody
    is recused, `recused` those of them who leave for this item."""

    members: int
    present: int
    yes: int
    no: int = 0
    abstain: int = 0
    recused: int = 0


@dataclass(frozen=True)
class Count:
    """A vote counted by one rule: `outcome` is carried, not_carried or no_decision; `finding` says why in words."""

    rule: Clause
    outcome: str
    base: int
    needed: int
    policy: Policy
    finding: Finding

    @property
    def is_carried(self) -> bool:
        return self.outcome == CARRIED


@dataclass(frozen=True)
class Motion:
    """A decision put to the vote, with its count under every rule that applies."""

    decision: str
    counts: tuple[Count, ...]

    @property
    def is_carried(self) -> bool:
        """Whether it passes every rule that applies; without any count it passes none (I21)."""
        return bool(self.counts) and all(count.is_carried for count in self.counts)


def policy_of(books: Iterable[RuleBook]) -> Policy:
    """The open points as the rule sets settle them. RulebookError for a setting this engine cannot honour."""
    books = tuple(books)
    values = {
        key: first_with(books, "setting", key).clause("setting", key).numbers["value"]
        for key in ("recused_counted", "abstention_in_base", "failed_motion", "casting_vote")
    }
    if values["failed_motion"] != "adjourn" or values["casting_vote"]:
        raise RulebookError(
            "本系统不支持主任委员决定性投票，也不支持动议未通过即不予批准。",
            "This system knows no casting vote, and no failed motion that rejects.",
        )
    return Policy(values["recused_counted"], values["abstention_in_base"])


def check_tally(tally: Tally) -> None:
    """RuleRefused naming the first number that cannot be."""
    for field, value in zip(tally.__dataclass_fields__, astuple(tally), strict=True):
        if isinstance(value, bool) or not isinstance(value, int):
            raise RuleRefused(field, f"{field} 应为整数。", f"{field} must be a whole number.")
        if value < 0:
            raise RuleRefused(field, f"{field} 不能小于零。", f"{field} must not be negative.")
    if tally.present > tally.members:
        raise RuleRefused(
            "present",
            f"present（到会 {tally.present} 人）不能多于 members（全体 {tally.members} 人）。",
            f"present ({tally.present}) must not exceed members ({tally.members}).",
        )
    if tally.recused > tally.present:
        raise RuleRefused(
            "recused",
            f"recused（回避 {tally.recused} 人）不能多于 present（到会 {tally.present} 人）。",
            f"recused ({tally.recused}) must not exceed present ({tally.present}).",
        )
    cast, eligible = tally.yes + tally.no + tally.abstain, tally.present - tally.recused
    if cast > eligible:
        raise RuleRefused(
            "yes",
            f"yes、no、abstain 合计 {cast} 票，多于有表决权的到会人数 {eligible}。",
            f"yes, no and abstain add up to {cast}, more than the {eligible} present who may vote.",
        )


def count(book: RuleBook, key: str, tally: Tally) -> Count:
    """Count a vote by one voting rule of the rule set. RuleRefused for impossible numbers.

    A vote without a quorum, where the rule names one, is void: the numbers are given, the outcome is no decision (E8).
    """
    check_tally(tally)
    rule, policy = book.clause("vote_rule", key), policy_of([book])
    size = tally.present if rule.numbers["base"] == "present" else tally.members
    size -= 0 if policy.recused_counted else tally.recused
    base = size if policy.abstention_in_base else size - tally.abstain
    needed = votes_needed(rule, base)
    outcome, finding = _judge(book, rule, tally, size=size, base=base, needed=needed)
    return Count(rule, outcome, base, needed, policy, finding)


def votes_needed(rule: Clause, base: int) -> int:
    """The smallest number of votes in favour that carries, never less than one: 3*yes >= 2*base, or 2*yes > base."""
    product, times = rule.numbers["base_times"] * base, rule.numbers["yes_times"]
    needed = -(-product // times) if rule.numbers["inclusive"] else product // times + 1
    return max(needed, 1)


def settle(motions: Sequence[Motion]) -> str | None:
    """The decision of an item: that of the motion carried; None if none was, and the item is adjourned.

    Motions are put one after the other, so RuleRefused for one put after another was carried.
    """
    for place, motion in enumerate(motions):
        if motion.is_carried:
            if place + 1 < len(motions):
                raise RuleRefused(
                    f"motions.{place + 1}",
                    "动议已经通过，不能再表决其他动议。",
                    "A motion was carried; no other may follow.",
                )
            return motion.decision
    return None


def _judge(book: RuleBook, rule: Clause, tally: Tally, *, size: int, base: int, needed: int) -> tuple[str, Finding]:
    if not tally.yes + tally.no + tally.abstain:
        return NO_DECISION, make_finding(book, "vote_none", field="yes", rule=rule)
    if "quorum" in rule.numbers:
        quorum = book.clause("meeting_rule", rule.numbers["quorum"])
        least = quorum.numbers["value"]
        if size < least:
            void = make_finding(book, "vote_no_quorum", field="present", rule=quorum, found=size, value=least)
            return NO_DECISION, void
    outcome, sentence = (CARRIED, "vote_carried") if tally.yes >= needed else (FAILED, "vote_failed")
    return outcome, make_finding(book, sentence, field="yes", rule=rule, yes=tally.yes, base=base, needed=needed)
