"""The rules of acceptance of a lead."""

import pytest

from integrity.rules import (
    acceptance_findings,
)
from tests.unit.integrity.rule_drafts import R221, coded

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
