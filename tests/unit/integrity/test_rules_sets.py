"""Which rule set judges a decision, what it advises, and the grades that follow from records."""

from dataclasses import replace
from datetime import date

import pytest

from casework.rulebook import RulebookError
from integrity.rules import (
    MeasurePlan,
    OpenRecord,
    assess,
    choose_rule_set,
    credit_grade,
    implied_tier,
    is_severe,
    regime_for,
    suggest_tier,
)
from tests.unit.integrity.rule_drafts import BAN, CONDUCT, DECIDED, ENTRY, NOTICE, R221, SOUND, coded, plan
from tests.unit.integrity.test_rulesets import BOOKS

# ---- choice of the rule set ----


@pytest.mark.parametrize(
    ("regime", "decided", "conduct", "code", "expected"),
    [
        ("research_misconduct", date(2022, 8, 25), date(2022, 8, 25), "r221_2022", []),
        ("research_misconduct", date(2022, 8, 25), date(2022, 8, 24), "r221_2022", [("W_RULESET", "warn")]),
        ("research_misconduct", date(2022, 8, 24), date(2022, 8, 24), "r323_2019", []),
        ("research_misconduct", date(2019, 9, 25), date(2019, 9, 25), "r323_2019", []),
        ("research_misconduct", date(2020, 9, 16), date(2018, 5, 1), "r323_2019", [("W_RULESET", "warn")]),
        ("research_misconduct", date(2019, 9, 24), date(2019, 9, 24), "r323_2019", [("W_RULESET", "warn")] * 2),
        (
            "research_misconduct",
            date(2017, 7, 27),
            None,
            "r323_2019",
            [("W_CONDUCT_DATE", "warn"), ("W_RULESET", "warn")],
        ),
        ("research_misconduct", None, date(2024, 1, 1), "r221_2022", []),
        ("st_violation", date(2026, 3, 19), date(2025, 1, 1), "most19", []),
        ("st_violation", date(2026, 3, 20), date(2025, 1, 1), "most24", [("W_RULESET", "warn")]),
    ],
)
def test_the_rule_set_in_force_on_the_decision_date_is_chosen(regime, decided, conduct, code, expected):
    book, found = choose_rule_set(BOOKS.values(), conduct_on=conduct, decided_on=decided, regime=regime)

    assert (book.code, [(finding.code, finding.level) for finding in found]) == (code, expected)


def test_older_conduct_is_explained_with_both_dates():
    _book, found = choose_rule_set(BOOKS.values(), conduct_on=date(2021, 3, 1), decided_on=date(2024, 4, 12))

    assert found[0].zh == (
        "行为发生于 2021-03-01，早于科研失信行为调查处理规则施行日 2022-08-25，请说明适用本规则的理由。"
    )


def test_a_day_after_the_last_rule_set_is_an_error_and_shows_the_nearest():
    books = [BOOKS["r323_2019"], BOOKS["most24"]]
    book, found = choose_rule_set(books, conduct_on=date(2022, 1, 1), decided_on=date(2023, 1, 1))

    assert book.code == "r323_2019"
    assert [(finding.code, finding.level) for finding in found] == [("E_RULESET", "error"), ("W_RULESET", "warn")]
    assert found[1].zh.endswith("（自 2019-09-25 起，至 2022-08-25），请说明适用理由。")


def test_a_newer_version_of_the_same_rule_set_wins_and_a_draft_is_never_taken():
    second = replace(R221, version=2)
    draft = replace(R221, version=3, status="draft")
    book, _found = choose_rule_set([second, draft, R221], conduct_on=CONDUCT, decided_on=DECIDED)

    assert book.version == 2


def test_a_regime_without_rules_is_refused():
    with pytest.raises(RulebookError, match="没有适用于“astrology”的规则集"):
        choose_rule_set(BOOKS.values(), conduct_on=CONDUCT, decided_on=DECIDED, regime="astrology")


@pytest.mark.parametrize(
    ("categories", "regime"),
    [
        (("plagiarism",), "research_misconduct"),
        ((), "research_misconduct"),
        (("nonsense",), "research_misconduct"),
        (("ai_fabrication",), "st_violation"),
        (("sc_office_abuse", "plagiarism"), "provincial_misconduct"),
        (("ai_fabrication", "plagiarism"), "research_misconduct"),
    ],
)
def test_the_regime_follows_from_the_categories(categories, regime):
    assert regime_for(BOOKS.values(), categories) == regime


def test_assessing_chooses_and_checks_and_names_each_finding_once():
    book, found = assess(BOOKS.values(), replace(SOUND, conduct_date=date(2021, 1, 1)))

    assert (book.code, coded(found)) == ("r221_2022", [("W_RULESET", "warn", "conduct_date")])


# ---- advice ----


@pytest.mark.parametrize(
    ("categories", "tiers"),
    [
        (("plagiarism",), ["heavier", "serious", "grave"]),
        (("authorship_violation",), ["minor", "heavier", "serious", "grave"]),
        (("authorship_violation", "plagiarism"), ["heavier", "serious", "grave"]),
        (("nonsense",), ["minor", "heavier", "serious", "grave"]),
        ((), ["minor", "heavier", "serious", "grave"]),
    ],
)
def test_advice_lists_the_tiers_the_floor_leaves(categories, tiers):
    advice = suggest_tier(R221, replace(SOUND, categories=categories))

    assert [tier.key for tier in advice.tiers] == tiers


def test_advice_explains_the_implied_tier_and_the_factors_and_never_moves_the_tier():
    draft = replace(
        SOUND,
        measures=(plan("ban_projects", months=96), plan("supervisor_quota", months=60), BAN),
        factors=("admits_and_pledges", "self_retract_before_report", "organised", "nonsense"),
    )
    advice = suggest_tier(R221, draft)

    assert (advice.implied, [note.code for note in advice.notes]) == (
        "grave",
        ["S_FLOOR", "S_IMPLIED", "S_LIGHTER", "S_HEAVIER", "S_EXEMPT"],
    )
    assert {note.level for note in advice.notes} == {"info"}
    assert (
        advice.notes[1].zh
        == "最长的禁止期限96 个月落在“情节特别严重”的幅度内（60 个月以上（不含 60 个月），可至永久）。"
    )
    assert advice.tiers == suggest_tier(R221, SOUND).tiers


def test_the_advice_names_the_longest_ban_alone():
    plans = (plan("ban_projects", months=36), plan("ban_nominator_reviewer", months=60), ENTRY)
    advice = suggest_tier(R221, replace(SOUND, tier="serious", measures=plans))

    assert advice.notes[1].zh.startswith("最长的禁止期限60 个月落在“情节严重”的幅度内")


@pytest.mark.parametrize("outcome", ["not_established", "insufficient", "exempt", ""])
def test_nothing_is_suggested_when_nothing_is_found(outcome):
    assert suggest_tier(R221, replace(SOUND, outcome=outcome)) is None


@pytest.mark.parametrize(
    ("plans", "tier"),
    [
        ((), ""),
        ((NOTICE, ENTRY), ""),
        ((MeasurePlan("flogging", months=12),), ""),
        ((plan("ban_projects", until="3至5年"),), ""),
        ((plan("ban_projects", months=12),), "heavier"),
        ((plan("ban_projects", months=12), plan("supervisor_quota", months=60)), "serious"),
        ((plan("ban_projects", lifetime=True), BAN), "grave"),
        ((plan("ban_projects", months=0),), ""),
    ],
)
def test_the_implied_tier_is_that_of_the_longest_ban(plans, tier):
    assert implied_tier(R221, plans, DECIDED) == tier


@pytest.mark.parametrize(
    ("tier", "severe"),
    [("", False), ("minor", False), ("heavier", False), ("serious", True), ("grave", True), ("x", True)],
)
def test_serious_grave_and_unknown_tiers_wait_for_a_second_approver(tier, severe):
    assert is_severe(R221, tier) is severe


# ---- credit grade ----

ESCALATION = BOOKS["sc2020rec"].clause("escalation", "two_general_in_year")


ON = date(2026, 6, 30)


def general(found_on: date, ends_on: date | None = date(2027, 12, 31)) -> OpenRecord:
    return OpenRecord("B", found_on, ends_on)


@pytest.mark.parametrize(
    ("records", "grade"),
    [
        ([], "A"),
        ([OpenRecord("observe", date(2026, 1, 1))], "observe"),
        ([general(date(2026, 1, 1))], "B"),
        ([OpenRecord("C", date(2026, 1, 1))], "C"),
        ([OpenRecord("observe", date(2026, 1, 1)), general(date(2026, 1, 1))], "B"),
        # Two general ones: the twelve months run from the first finding, its day included.
        ([general(date(2025, 6, 30)), general(date(2026, 6, 29))], "C"),
        ([general(date(2025, 6, 29)), general(date(2026, 6, 29))], "B"),
        ([general(date(2026, 6, 29)), general(date(2025, 6, 30))], "C"),
        ([general(date(2026, 1, 1)), general(date(2026, 1, 1))], "C"),
        ([general(date(2023, 1, 1)), general(date(2025, 9, 1)), general(date(2026, 2, 1))], "C"),
        # Only records open on the day count.
        ([general(date(2026, 1, 1), ON)], "B"),
        ([general(date(2026, 1, 1), date(2026, 6, 29))], "A"),
        ([general(date(2026, 7, 1))], "A"),
        ([general(date(2026, 1, 1)), general(date(2026, 2, 1), date(2026, 6, 29))], "B"),
        ([general(date(2026, 1, 1)), OpenRecord("observe", date(2026, 2, 1))], "B"),
        ([general(date(2026, 1, 1)), general(date(2026, 2, 1)), OpenRecord("C", date(2020, 1, 1))], "C"),
    ],
)
def test_the_grade_follows_from_the_records_open_on_the_day(records, grade):
    assert credit_grade(records, ON, escalation=ESCALATION) == grade


def test_without_the_provincial_clause_two_general_records_stay_general():
    assert credit_grade([general(date(2026, 1, 1)), general(date(2026, 2, 1))], ON) == "B"
