"""The checks of a decision, one table row per rule and per departure from it."""

from dataclasses import replace
from datetime import date

import pytest

from integrity.rules import (
    MeasurePlan,
    check_decision,
    suggest_tier,
)
from tests.unit.integrity.rule_drafts import BAN, DECIDED, ENTRY, NOTICE, R221, SOUND, START, coded, plan
from tests.unit.integrity.test_rulesets import BOOKS


def findings_of(**changes: object) -> list[tuple[str, str, str]]:
    return coded(check_decision(R221, replace(SOUND, **changes)))


def test_a_sound_decision_has_no_findings():
    assert findings_of() == []


# ---- ids, dates, outcome ----


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"respondent_kind": "robot"}, [("E_UNKNOWN", "error", "respondent_kind")]),
        ({"respondent_kind": ""}, [("E_UNKNOWN", "error", "respondent_kind")]),
        ({"outcome": "guilty"}, [("E_UNKNOWN", "error", "outcome")]),
        ({"outcome": ""}, [("E_MISSING", "error", "outcome")]),
        ({"tier": "terrible"}, [("E_UNKNOWN", "error", "tier")]),
        ({"tier": ""}, [("E_MISSING", "error", "tier")]),
        ({"categories": ()}, [("E_MISSING", "error", "categories")]),
        (
            {"categories": ("plagiarism", "")},
            [("E_UNKNOWN", "error", "categories.1"), ("W_SEVERAL", "warn", "factors")],
        ),
        ({"factors": ("organised", "tired")}, [("E_UNKNOWN", "error", "factors.1")]),
        ({"measures": (NOTICE, plan("flogging"))}, [("E_UNKNOWN", "error", "measures.1")]),
        ({"exempt_ground": "mercy"}, [("E_UNKNOWN", "error", "exempt_ground")]),
        ({"conduct_date": date(2026, 11, 21)}, [("E_DATES", "error", "conduct_date")]),
        ({"conduct_date": DECIDED}, []),
        ({"conduct_date": None}, [("W_CONDUCT_DATE", "warn", "conduct_date")]),
        ({"decision_date": None}, [("E_MISSING", "error", "decision_date")]),
        ({"conduct_date": date(2022, 8, 24)}, [("W_RULESET", "warn", "conduct_date")]),
        ({"conduct_date": date(2022, 8, 25)}, []),
        (
            {"decision_date": date(2022, 8, 24), "conduct_date": date(2022, 8, 1)},
            [("W_RULESET", "warn", "conduct_date"), ("W_RULESET", "warn", "decision_date")],
        ),
        ({"statement_window_closed": False}, [("E_PRENOTICE", "error", "decision_date")]),
        ({"statement_window_closed": True}, []),
    ],
)
def test_ids_dates_and_outcome_are_checked_and_the_finding_names_the_field(changes, expected):
    assert findings_of(**changes) == expected


def test_an_unknown_id_is_named_in_both_languages():
    finding = check_decision(R221, replace(SOUND, measures=(plan("flogging"),)))[0]

    assert finding.zh == "处理措施“flogging”不在科研失信行为调查处理规则的清单内。"
    assert finding.en.startswith("The measure “flogging” is not listed in Rules on investigating")


@pytest.mark.parametrize("outcome", ["not_established", "insufficient"])
def test_without_an_established_finding_no_measure_is_allowed_and_none_is_needed(outcome):
    assert findings_of(outcome=outcome) == [("E_MEASURES_OUTCOME", "error", "measures")]
    assert findings_of(outcome=outcome, measures=(), categories=(), tier="") == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [("E_EXEMPT", "error", "exempt_ground")]),
        (
            {"measures": (NOTICE,)},
            [("E_MEASURES_OUTCOME", "error", "measures"), ("E_EXEMPT", "error", "exempt_ground")],
        ),
        ({"factors": ("corrected_before",)}, [("E_EXEMPT", "error", "exempt_ground")]),
        ({"factors": ("self_retract_before_report",)}, []),
        ({"exempt_ground": "self_retraction"}, []),
        ({"exempt_ground": "due_diligence"}, [("E_TEXT", "error", "exempt_text")]),
        ({"exempt_ground": "due_diligence", "exempt_text": " "}, [("E_TEXT", "error", "exempt_text")]),
        ({"exempt_ground": "due_diligence", "exempt_text": "按规定履行了职责"}, []),
    ],
)
def test_an_exemption_needs_its_ground(changes, expected):
    assert findings_of(**({"outcome": "exempt", "measures": (), "categories": (), "tier": ""} | changes)) == expected


# ---- tier, factors ----


@pytest.mark.parametrize(
    ("category", "refused"),
    [(clause.key, clause.numbers["n"] <= 5) for clause in R221.of_kind("category")],
)
def test_the_first_five_categories_are_never_minor_and_the_others_may_be(category, refused):
    found = findings_of(
        categories=(category,), category_text="说明", tier="minor", measures=(MeasurePlan("admonition_talk"),)
    )

    assert found == ([("E_FLOOR", "error", "tier")] if refused else [])


def test_a_lenient_factor_does_not_open_the_tier_below_the_floor():
    found = findings_of(
        tier="minor", factors=("negligent_no_major_impact",), measures=(MeasurePlan("admonition_talk"),)
    )

    assert found == [("E_FLOOR", "error", "tier")]


@pytest.mark.parametrize("text", ["", "  "])
def test_the_category_other_needs_words(text):
    assert findings_of(categories=("other",), category_text=text) == [("E_TEXT", "error", "category_text")]
    assert findings_of(categories=("other",), category_text="买卖审稿人账号") == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"has_prior_record": True}, ["W_REPEAT"]),
        ({"categories": ("plagiarism", "authorship_violation")}, ["W_SEVERAL"]),
        ({"categories": ("plagiarism", "plagiarism")}, []),
        ({"has_prior_record": True, "categories": ("plagiarism", "authorship_violation")}, ["W_REPEAT", "W_SEVERAL"]),
        ({"has_prior_record": True, "factors": ("organised",)}, ["W_REPEAT"]),
        ({"has_prior_record": True, "factors": ("repeated_or_multiple",)}, []),
        ({"categories": ("plagiarism", "other"), "category_text": "说明", "factors": ("repeated_or_multiple",)}, []),
    ],
)
def test_a_prior_record_or_several_kinds_ask_for_the_aggravating_factor(changes, codes):
    assert [code for code, _level, _field in findings_of(**changes)] == codes


# ---- measures ----


@pytest.mark.parametrize(
    ("tier", "period", "in_band"),
    [
        ("minor", {"months": 1}, False),
        ("heavier", {"months": 1}, True),
        ("heavier", {"months": 35}, True),
        ("heavier", {"months": 36}, False),
        ("heavier", {"days": 1095}, True),
        ("heavier", {"days": 1096}, False),
        ("serious", {"months": 35}, False),
        ("serious", {"months": 36}, True),
        ("serious", {"months": 60}, True),
        ("serious", {"months": 61}, False),
        ("serious", {"lifetime": True}, False),
        ("grave", {"months": 60}, False),
        ("grave", {"months": 61}, True),
        ("grave", {"lifetime": True}, True),
    ],
)
@pytest.mark.parametrize(
    "kind", ["ban_projects", "ban_awards_talent_title", "ban_nominator_reviewer", "supervisor_quota"]
)
def test_every_ban_keeps_to_the_band_of_the_tier(kind, tier, period, in_band):
    found = findings_of(categories=("authorship_violation",), tier=tier, measures=(plan(kind, **period), ENTRY))

    assert (("E_BAND", "error", "measures.0") in found) is not in_band


def test_the_band_finding_says_period_tier_band_article_and_mark():
    finding = check_decision(R221, replace(SOUND, measures=(plan("ban_projects", months=36), ENTRY)))[0]

    assert (finding.code, finding.article, finding.mark) == ("E_BAND", "221-32–36", "R+")
    assert finding.zh.endswith("的期限36 个月不在“情节较重”的幅度内（36 个月以内（不含 36 个月））。")
    assert (
        finding.en == "The period of “project ban” (36 months) is outside the band of “heavier” (less than 36 months)."
    )


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        ((), [("W_NO_MEASURE", "warn", "measures")]),
        ((BAN,), [("E_DB13", "error", "measures")]),
        ((plan("ban_awards_talent_title", months=12),), [("E_DB13", "error", "measures")]),
        ((plan("ban_nominator_reviewer", months=12),), [("E_DB13", "error", "measures")]),
        ((plan("supervisor_quota", months=12),), [("E_DB13", "error", "measures")]),
        ((NOTICE,), []),
        ((ENTRY,), []),
        # The entry follows the longest ban.
        ((BAN, replace(ENTRY, months=24, start=START)), []),
        ((BAN, replace(ENTRY, months=12, start=START)), [("W_DB_PERIOD", "warn", "measures.1")]),
        ((BAN, replace(ENTRY, lifetime=True)), [("W_DB_PERIOD", "warn", "measures.1")]),
        ((BAN, plan("supervisor_quota", months=30), replace(ENTRY, months=30, start=START)), []),
        ((BAN, replace(ENTRY, count=1)), []),
        ((plan("ban_projects", until="3至5年"), replace(ENTRY, months=12)), [("W_PERIOD_TEXT", "warn", "measures.0")]),
        # Lists of the tier.
        ((MeasurePlan("admonition_talk"),), [("W_ITEM_TIER", "warn", "measures.0")]),
        ((MeasurePlan("suspend_rectify", until="整改完成"),), [("W_ITEM_TIER", "warn", "measures.0")]),
        ((MeasurePlan("defer_degree"),), [("W_ITEM_TIER", "warn", "measures.0")]),
        # Form of the period.
        ((MeasurePlan("ban_projects"), ENTRY), [("E_PERIOD", "error", "measures.0")]),
        ((MeasurePlan("ban_projects", until="  "), ENTRY), [("E_PERIOD", "error", "measures.0")]),
        ((MeasurePlan("ban_projects", until="当年"), ENTRY), [("W_PERIOD_TEXT", "warn", "measures.0")]),
        ((MeasurePlan("ban_awards_talent_title", count=1), ENTRY), [("W_PERIOD_TEXT", "warn", "measures.0")]),
        (
            (plan("ban_projects", months=0), ENTRY),
            [("E_PERIOD", "error", "measures.0"), ("E_BAND", "error", "measures.0")],
        ),
        ((plan("ban_projects", days=0), ENTRY), [("E_PERIOD", "error", "measures.0")]),
        (
            (plan("ban_projects", months=10**9), ENTRY),
            [("E_PERIOD", "error", "measures.0"), ("E_BAND", "error", "measures.0")],
        ),
        ((plan("ban_projects", months=12, days=30), ENTRY), [("E_PERIOD", "error", "measures.0")]),
        ((plan("ban_projects", months=12, lifetime=True), ENTRY), [("E_PERIOD", "error", "measures.0")]),
        ((replace(NOTICE, months=12),), [("W_PERIOD_UNUSED", "warn", "measures.0")]),
        # Start.
        ((replace(BAN, start=DECIDED), ENTRY), []),
        ((replace(BAN, start=date(2026, 11, 19)), ENTRY), [("W_START", "warn", "measures.0.start")]),
        ((replace(BAN, start=None), ENTRY), []),
        # Free text.
        ((MeasurePlan("other"),), [("E_TEXT", "error", "measures.0.label"), ("W_ITEM_TIER", "warn", "measures.0")]),
        ((MeasurePlan("other", label="书面检查"),), [("W_ITEM_TIER", "warn", "measures.0")]),
        ((MeasurePlan("other", scope="院内", months=6),), [("W_ITEM_TIER", "warn", "measures.0")]),
        ((MeasurePlan("other", until="整改完成"),), [("W_ITEM_TIER", "warn", "measures.0")]),
        # Periods of one respondent in two bands.
        (
            (BAN, plan("supervisor_quota", months=36), ENTRY),
            [("E_BAND", "error", "measures.1"), ("W_MIXED_BANDS", "warn", "measures")],
        ),
        ((BAN, plan("supervisor_quota", months=35), ENTRY), []),
    ],
)
def test_each_measure_is_checked_for_form_list_and_database_entry(measures, expected):
    assert findings_of(measures=measures) == expected


@pytest.mark.parametrize(
    ("kind", "warned"),
    [
        ("supervisor_quota", True),
        ("defer_degree", True),
        ("deny_revoke_degree", True),
        ("ban_projects", False),
        ("public_notice", False),
    ],
)
def test_measures_for_persons_only_are_questioned_for_an_organization(kind, warned):
    measures = (plan(kind, months=12), ENTRY)

    assert (
        ("W_PERSON_ONLY", "warn", "measures.0") in findings_of(measures=measures, respondent_kind="organization")
    ) is (warned)
    assert ("W_PERSON_ONLY", "warn", "measures.0") not in findings_of(measures=measures)


def test_without_a_decision_date_days_are_not_set_against_a_band():
    found = findings_of(decision_date=None, measures=(MeasurePlan("ban_projects", days=4000), ENTRY))

    assert found == [("E_MISSING", "error", "decision_date")]


def test_a_decision_of_another_body_gets_warnings_for_the_scale_but_errors_for_what_is_wrong_in_itself():
    draft = replace(
        SOUND,
        tier="minor",
        measures=(plan("ban_projects", months=36), MeasurePlan("supervisor_quota"), plan("flogging")),
        statement_window_closed=False,
        is_imported=True,
    )
    levels = {finding.code: finding.level for finding in check_decision(R221, draft)}

    assert levels == {
        "E_UNKNOWN": "error",
        "E_PRENOTICE": "warn",
        "E_FLOOR": "warn",
        "E_BAND": "warn",
        "E_PERIOD": "warn",
        "E_DB13": "warn",
        "W_ITEM_TIER": "warn",
    }
    # The day of such a decision is that of its publication; its measures may have begun before.
    early = replace(SOUND, measures=(replace(BAN, start=date(2026, 11, 19)), ENTRY), is_imported=True)
    assert check_decision(R221, early) == ()
    missing = check_decision(R221, replace(SOUND, tier="", is_imported=True))
    assert coded(missing) == [("E_MISSING", "warn", "tier")]


# ---- rule sets with an unconfirmed scale ----


@pytest.mark.parametrize("name", ["most24", "sc2023", "nhc2026"])
def test_an_unconfirmed_scale_warns_and_never_judges_a_period(name):
    book = BOOKS[name]
    draft = replace(
        SOUND,
        conduct_date=date(2026, 4, 1),
        tier="minor",
        categories=("ai_fabrication",) if name == "most24" else ("other",),
        category_text="说明",
        factors=("organised",),
        measures=(plan("ban_projects", months=600),),
        has_prior_record=True,
    )
    found = check_decision(book, draft)

    assert {finding.code for finding in found} == {"W_UNCONFIRMED", "W_REPEAT"}
    assert {finding.level for finding in found} == {"warn"}
    assert suggest_tier(book, draft) is None


def test_a_list_that_is_confirmed_still_refuses_unknown_ids():
    draft = replace(SOUND, conduct_date=date(2024, 1, 1), decision_date=date(2025, 1, 1), measures=(plan("flogging"),))

    assert ("E_UNKNOWN", "error", "measures.0") in coded(check_decision(BOOKS["most19"], draft))
