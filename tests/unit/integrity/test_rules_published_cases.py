"""Published decisions as vectors (integrity-rules.md section 5.4). Persons are letters; the facts are in our own words.

Decisions before 2022-08-25 were not made under the 2022 rules: they show which warnings arise, not right outcomes.
"""

from datetime import date

import pytest

from integrity.rules import DecisionDraft, MeasurePlan, assess, implied_tier, window_of
from tests.unit.integrity.test_rulesets import BOOKS

DB = MeasurePlan("serious_db_entry")
TALK = MeasurePlan("admonition_talk")
NOTICE = MeasurePlan("public_notice")


def ban(months: int, kind: str = "ban_projects") -> MeasurePlan:
    return MeasurePlan(kind, months=months)


def awards(months: int) -> MeasurePlan:
    return ban(months, "ban_awards_talent_title")


def reviewer(months: int) -> MeasurePlan:
    return ban(months, "ban_nominator_reviewer")


def students(months: int) -> MeasurePlan:
    return ban(months, "supervisor_quota")


# id, conduct, decided, respondent, categories, tier, measures, rule set, codes, tier of the longest ban
CASES = [
    (
        "C-MOST20 a: bought paper, 5 years, no entry in the database",
        *(date(2019, 10, 1), date(2020, 9, 16), "person", ["paper_trading_fake_review"], "serious"),
        [MeasurePlan("terminate_recover"), ban(60), MeasurePlan("supervisor_quota", until="停止招生资格")],
        *("r323_2019", {"E_DB13", "W_PERIOD_TEXT"}, "serious"),
    ),
    (
        "C-MOST20 b, A: authorship, 3 years are already serious",
        *(date(2019, 10, 1), date(2020, 9, 16), "person", ["authorship_violation"], "heavier"),
        [ban(36), awards(36), MeasurePlan("revoke_awards_titles"), DB],
        *("r323_2019", {"E_BAND"}, "serious"),
    ),
    (
        "C-MOST20 b, B: authorship, 1 year",
        *(date(2019, 10, 1), date(2020, 9, 16), "person", ["authorship_violation"], "heavier"),
        [ban(12), awards(12), DB],
        *("r323_2019", set(), "heavier"),
    ),
    (
        "C-MOST20 c: a company, 5 years and recovery",
        *(date(2019, 10, 1), date(2020, 9, 16), "organization", ["fraudulent_acquisition"], "serious"),
        [MeasurePlan("terminate_recover", label="96.07万元"), ban(60), DB],
        *("r323_2019", set(), "serious"),
    ),
    (
        "C-NSFC24: lobbying, 3 and 5 years each in the serious band",
        *(date(2023, 6, 30), date(2023, 12, 26), "person", ["fraudulent_acquisition"], "serious"),
        [ban(36), reviewer(60), NOTICE, DB],
        *("r221_2022", set(), "serious"),
    ),
    (
        "C-NSFC21: three kinds at once ask for the aggravating factor",
        *(
            date(2020, 1, 1),
            date(2021, 11, 1),
            "person",
            ["fabrication_falsification", "authorship_violation", "fraudulent_acquisition"],
            "heavier",
        ),
        [NOTICE],
        *("r323_2019", {"W_SEVERAL"}, ""),
    ),
    (
        "C-NHC21a 1: authorship, talk and 1 year",
        *(date(2020, 1, 1), date(2021, 6, 8), "person", ["authorship_violation"], "heavier"),
        [TALK, NOTICE, ban(12), awards(12), DB],
        *("r323_2019", {"W_ITEM_TIER"}, "heavier"),
    ),
    (
        "C-NHC21a 2: 36 and 24 months fall in two bands",
        *(date(2020, 1, 1), date(2021, 6, 8), "person", ["fabrication_falsification"], "serious"),
        [awards(24), ban(36), students(36), TALK, DB],
        *("r323_2019", {"E_BAND", "W_ITEM_TIER", "W_MIXED_BANDS"}, "serious"),
    ),
    (
        "C-NHC0930, A: 3 years and 5 years as reviewer, talk beside bans",
        *(date(2020, 1, 1), date(2021, 9, 30), "person", ["paper_trading_fake_review"], "serious"),
        [TALK, NOTICE, ban(36), reviewer(60), awards(36), DB],
        *("r323_2019", {"W_ITEM_TIER"}, "serious"),
    ),
    (
        "C-NHC0930, B: 8 years are grave, 5 years in another item are not",
        *(date(2020, 1, 1), date(2021, 9, 30), "person", ["paper_trading_fake_review"], "grave"),
        [ban(96), awards(96), reviewer(60), DB],
        *("r323_2019", {"E_BAND", "W_MIXED_BANDS"}, "grave"),
    ),
    (
        "C-NHC22, A: 5 and 3 years",
        *(date(2021, 1, 1), date(2022, 2, 22), "person", ["paper_trading_fake_review"], "serious"),
        [ban(60), awards(36), DB],
        *("r323_2019", set(), "serious"),
    ),
    (
        "C-NHC22, B: category 3 with 2 years, the floor itself",
        *(
            date(2021, 1, 1),
            date(2022, 2, 22),
            "person",
            ["fabrication_falsification", "authorship_violation", "paper_trading_fake_review"],
            "heavier",
        ),
        [ban(24), awards(24), DB],
        *("r323_2019", {"W_SEVERAL"}, "heavier"),
    ),
    (
        "C-LY, first author: 6 years everywhere, a fine as free text",
        *(date(2019, 10, 1), date(2020, 12, 1), "person", ["paper_trading_fake_review"], "grave"),
        [ban(72), awards(72), reviewer(72), students(72), TALK, MeasurePlan("other", label="罚款5000元"), DB],
        *("r323_2019", {"W_ITEM_TIER"}, "grave"),
    ),
    (
        "C-LY, other authors: talk only for category 3 is below the floor",
        *(date(2019, 10, 1), date(2020, 12, 1), "person", ["paper_trading_fake_review"], "minor"),
        [TALK],
        *("r323_2019", {"E_FLOOR"}, ""),
    ),
    (
        "C-SD17: decided before any rule set, the nearest is used",
        *(date(2016, 1, 1), date(2017, 8, 31), "person", ["paper_trading_fake_review"], "serious"),
        [ban(60), DB],
        *("r323_2019", {"W_RULESET"}, "serious"),
    ),
    (
        "C-NHC26: paper mill, for life after an earlier case",
        *(date(2025, 1, 1), date(2026, 7, 30), "person", ["paper_trading_fake_review"], "grave"),
        [TALK, NOTICE, MeasurePlan("ban_projects", lifetime=True), MeasurePlan("terminate_recover"), DB],
        *("r221_2022", {"W_ITEM_TIER"}, "grave"),
    ),
]


@pytest.mark.parametrize(
    ("conduct", "decided", "respondent", "categories", "tier", "measures", "rule_set", "codes", "implied"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_published_decision_gives_exactly_these_findings(
    conduct, decided, respondent, categories, tier, measures, rule_set, codes, implied
):
    draft = DecisionDraft(
        conduct, decided, respondent_kind=respondent, categories=categories, tier=tier, measures=measures
    )
    book, found = assess(BOOKS.values(), draft)

    assert (book.code, {finding.code for finding in found}) == (rule_set, codes)
    assert implied_tier(book, measures, decided) == implied


def test_authors_without_fault_get_no_measure_and_no_finding():
    draft = DecisionDraft(date(2025, 1, 1), date(2026, 7, 30), outcome="not_established")

    assert assess(BOOKS.values(), draft)[1] == ()


def test_the_windows_printed_in_the_notice_come_out_to_the_day():
    start = date(2023, 12, 26)

    assert window_of(ban(36), start) == (start, date(2026, 12, 25))
    assert window_of(reviewer(60), start) == (start, date(2028, 12, 25))
