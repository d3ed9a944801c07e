"""The checks of a decision, one table row per rule and per departure from it."""

from dataclasses import replace
from datetime import date

import pytest

from casework.rulebook import RulebookError
from integrity.rules import (
    DecisionDraft,
    MeasurePlan,
    OpenRecord,
    acceptance_findings,
    assess,
    check_decision,
    choose_rule_set,
    credit_grade,
    implied_tier,
    is_severe,
    regime_for,
    suggest_tier,
)
from tests.unit.integrity.test_rulesets import BOOKS

R221 = BOOKS["r221_2022"]
CONDUCT, DECIDED, START = date(2024, 9, 30), date(2026, 11, 20), date(2026, 12, 1)
BAN = MeasurePlan("ban_projects", months=24, start=START)
ENTRY = MeasurePlan("serious_db_entry")
NOTICE = MeasurePlan("public_notice")
SOUND = DecisionDraft(
    conduct_date=CONDUCT,
    decision_date=DECIDED,
    categories=("fabrication_falsification",),
    tier="heavier",
    measures=(BAN, ENTRY, NOTICE),
)


def plan(kind: str, **changes: object) -> MeasurePlan:
    return MeasurePlan(kind, start=START, **changes)


def coded(findings) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.level, finding.field) for finding in findings]


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


# ---- acceptance of a lead ----

CONDITIONS = [clause.key for clause in R221.of_kind("accept_condition")]


def test_a_lead_with_all_four_conditions_is_accepted():
    assert acceptance_findings(R221, CONDITIONS) == ()


@pytest.mark.parametrize("missing", CONDITIONS)
def test_each_missing_condition_stands_against_acceptance_and_names_article_14(missing):
    found = acceptance_findings(R221, set(CONDITIONS) - {missing})

    assert coded(found) == [("E_ACCEPT", "error", f"ticks.{missing}")]
    assert found[0].article == "221-14"
    assert R221.clause("accept_condition", missing).zh in found[0].zh


def test_an_unknown_condition_is_refused():
    assert coded(acceptance_findings(R221, [*CONDITIONS, "nice_handwriting"])) == [("E_UNKNOWN", "error", "ticks")]


@pytest.mark.parametrize("ground", [clause.key for clause in R221.of_kind("refuse_reason")])
def test_a_refusal_with_a_listed_ground_stands(ground):
    assert acceptance_findings(R221, (), ground) == ()


@pytest.mark.parametrize("ground", ["", "bad_mood"])
def test_a_refusal_without_a_listed_ground_is_refused_under_article_15(ground):
    found = acceptance_findings(R221, CONDITIONS, ground)

    assert (coded(found), found[0].article) == ([("E_REFUSAL", "error", "refusal")], "221-15")
