"""Counting votes: every vector of ethics-rules.md section 7 and lessons.md, impossible numbers, an independent oracle."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rulebook import Clause, RuleBook, RulebookError
from ethics.rules import RuleRefused
from ethics.voting import CARRIED, FAILED, NO_DECISION, Count, Motion, Tally, count, policy_of, settle, votes_needed
from tests.unit.ethics.test_rulesets import BOOKS

ST, HS = BOOKS["st2023"], BOOKS["hs2023"]
BOOK_OF = {"present_2_3": ST, "all_panel_2_3": ST, "all_over_half": HS}


def counted(rule: str, **numbers: int) -> Count:
    return count(BOOK_OF[rule], rule, Tally(**numbers))


def with_setting(book: RuleBook, key: str, value: object) -> RuleBook:
    """The rule set with another answer to an open point."""
    clauses = tuple(
        replace(one, numbers={**one.numbers, "value": value}) if (one.kind, one.key) == ("setting", key) else one
        for one in book.clauses
    )
    return replace(book, clauses=clauses)


@pytest.mark.parametrize(
    ("rule", "base", "needed"),
    [("present_2_3", base, needed) for base, needed in {5: 4, 6: 4, 7: 5, 8: 6, 9: 6, 10: 7, 11: 8}.items()]
    + [("all_panel_2_3", base, needed) for base, needed in {5: 4, 6: 4, 7: 5, 8: 6, 9: 6, 10: 7, 11: 8}.items()]
    + [("all_over_half", base, needed) for base, needed in {7: 4, 8: 5, 9: 5, 10: 6, 11: 6, 13: 7}.items()],
)
def test_the_vectors_one_vote_less_fails_and_one_more_is_carried(rule, base, needed):
    """E1, E8, E10: whole numbers only."""
    for yes in range(base + 1):
        result = counted(rule, members=base, present=base, yes=yes, no=base - yes)
        assert (result.base, result.needed, result.is_carried) == (base, needed, yes >= needed)
        assert result.outcome == (CARRIED if yes >= needed else FAILED)


def test_nine_members_five_present_four_in_favour_pass_one_regime_and_fail_the_other():
    numbers = {"members": 9, "present": 5, "yes": 4, "no": 1}
    present, everybody = counted("present_2_3", **numbers), counted("all_over_half", **numbers)

    assert (present.is_carried, present.base, present.needed) == (True, 5, 4)
    assert (everybody.is_carried, everybody.base, everybody.needed) == (False, 9, 5)
    assert not Motion("approve", (present, everybody)).is_carried
    assert Motion("approve", (present,)).is_carried


def test_three_of_five_fail_decide_nothing_and_never_reject():
    """E10: a failed motion is recorded, and the item adjourned."""
    result = counted("present_2_3", members=9, present=5, yes=2, no=3)

    assert result.outcome == FAILED
    assert settle([Motion("approve", (result,))]) is None
    assert "不等于不予批准" in result.finding.zh and "does not mean rejected" in result.finding.en


@pytest.mark.parametrize("rule", sorted(BOOK_OF))
def test_no_votes_no_decision(rule):
    """E1: zero of zero is not a go."""
    for numbers in (
        {"members": 9, "present": 9},
        {"members": 0, "present": 0},
        {"members": 5, "present": 5, "recused": 5},
    ):
        assert counted(rule, yes=0, **numbers).outcome == NO_DECISION
    assert counted(rule, members=0, present=0, yes=0).needed == 1
    assert not Motion("approve", ()).is_carried


def test_five_present_and_one_recused_are_no_quorum():
    """E8: the quorum is enforced, not printed."""
    result = counted("present_2_3", members=9, present=5, recused=1, yes=4)

    assert (result.outcome, result.base, result.needed) == (NO_DECISION, 4, 3)
    assert (result.finding.code, result.finding.article, result.finding.mark) == ("Q_MIN", "ST 14", "V")
    assert counted("present_2_3", members=9, present=6, recused=1, yes=4, no=1).is_carried
    assert counted("all_panel_2_3", members=4, present=4, yes=4).outcome == NO_DECISION


@pytest.mark.parametrize(
    ("numbers", "base", "carried"),
    [
        # The recused member is in neither base; without the recusal the same votes would not do.
        ({"members": 9, "present": 7, "recused": 1, "yes": 4, "no": 2}, {"present_2_3": 6, "all_over_half": 8}, (True, False)),
        ({"members": 9, "present": 7, "recused": 0, "yes": 4, "no": 3}, {"present_2_3": 7, "all_over_half": 9}, (False, False)),
        # An abstention, and somebody present who does not vote at all, count in the base and not as yes.
        ({"members": 9, "present": 6, "yes": 4, "abstain": 2}, {"present_2_3": 6, "all_over_half": 9}, (True, False)),
        ({"members": 9, "present": 7, "yes": 4, "abstain": 3}, {"present_2_3": 7, "all_over_half": 9}, (False, False)),
        ({"members": 9, "present": 9, "yes": 5}, {"present_2_3": 9, "all_over_half": 9}, (False, True)),
        ({"members": 7, "present": 5, "abstain": 5, "yes": 0}, {"present_2_3": 5, "all_over_half": 7}, (False, False)),
        # No casting vote: a tie is not carried.
        ({"members": 10, "present": 10, "yes": 5, "no": 5}, {"present_2_3": 10, "all_over_half": 10}, (False, False)),
    ],
)  # fmt: skip
def test_recusals_abstentions_and_ties(numbers, base, carried):
    results = {rule: counted(rule, **numbers) for rule in base}

    assert {rule: result.base for rule, result in results.items()} == base
    assert tuple(result.is_carried for result in results.values()) == carried


def test_the_open_points_are_settings_of_the_rule_set():
    tally = Tally(members=9, present=7, recused=1, yes=4, abstain=2)

    assert count(with_setting(ST, "recused_counted", True), "present_2_3", tally).base == 7
    assert count(with_setting(ST, "abstention_in_base", False), "present_2_3", tally).base == 4
    for key, value in (("casting_vote", True), ("failed_motion", "reject")):
        with pytest.raises(RulebookError):
            policy_of([with_setting(ST, key, value)])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"members": -1}, "members"),
        ({"present": 10}, "present"),
        ({"recused": 8, "present": 7}, "recused"),
        ({"yes": 8, "present": 7}, "yes"),
        ({"yes": 4, "no": 2, "abstain": 2, "present": 7}, "yes"),
        ({"yes": 5, "recused": 3, "present": 7}, "yes"),
        ({"no": -1}, "no"),
        ({"abstain": -2}, "abstain"),
        ({"yes": 1.5}, "yes"),
        ({"yes": True}, "yes"),
        ({"present": "7"}, "present"),
        ({"recused": None}, "recused"),
    ],
)
def test_impossible_numbers_are_refused_by_a_sentence_that_names_the_field(changes, field):
    numbers = {"members": 9, "present": 7, "yes": 4, **changes}
    with pytest.raises(RuleRefused) as refused:
        count(ST, "present_2_3", Tally(**numbers))
    assert refused.value.field == field
    assert field in refused.value.zh and field in refused.value.en


def test_the_first_motion_carried_is_the_decision_and_none_may_follow():
    no = counted("present_2_3", members=7, present=6, yes=3, no=3)
    yes = counted("present_2_3", members=7, present=6, yes=5, no=1)

    assert settle([]) is None
    assert settle([Motion("approve", (no,)), Motion("approve_after_rev", (yes,))]) == "approve_after_rev"
    with pytest.raises(RuleRefused):
        settle([Motion("approve", (yes,)), Motion("reject", (no,))])


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    members = draw(st.integers(0, 25))
    present = draw(st.integers(0, members))
    recused = draw(st.integers(0, present))
    left = present - recused
    yes = draw(st.integers(0, left))
    no = draw(st.integers(0, left - yes))
    abstain = draw(st.integers(0, left - yes - no))
    return Tally(members, present, yes, no, abstain, recused)


@given(tally=tallies(), rule=st.sampled_from(sorted(BOOK_OF)))
def test_an_oracle_that_knows_only_the_inequalities_of_the_regulations_agrees(tally, rule):
    """The words of section 7: 3*yes >= 2*base, 2*yes > base; five must count where a quorum is asked for."""
    if rule == "present_2_3":
        people = [place for place in range(tally.present) if place >= tally.recused]
    else:
        people = [place for place in range(tally.members) if place >= tally.recused]
    fits = {
        "present_2_3": lambda yes: 3 * yes >= 2 * len(people),
        "all_panel_2_3": lambda yes: 3 * yes >= 2 * len(people),
        "all_over_half": lambda yes: 2 * yes > len(people),
    }[rule]
    enough = rule == "all_over_half" or len(people) >= 5
    voted = tally.yes or tally.no or tally.abstain
    expected = (CARRIED if tally.yes > 0 and fits(tally.yes) else FAILED) if voted and enough else NO_DECISION

    result = count(BOOK_OF[rule], rule, tally)

    assert (result.outcome, result.base) == (expected, len(people))
    assert result.needed == next(yes for yes in range(1, 100) if fits(yes))


@given(base=st.integers(0, 10_000), times=st.integers(1, 9), part=st.integers(1, 9), inclusive=st.booleans())
def test_the_votes_needed_are_the_fewest_that_satisfy_any_fraction(base, times, part, inclusive):
    rule = Clause("vote_rule", "x", "", "U", "x", "x", {"yes_times": times, "base_times": part, "inclusive": inclusive})
    needed = votes_needed(rule, base)

    def holds(yes: int) -> bool:
        return times * yes >= part * base if inclusive else times * yes > part * base

    assert holds(needed)
    assert needed == 1 or not holds(needed - 1)
