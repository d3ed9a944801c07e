"""Proposals with their reasons, the simple procedure, waivers."""

import pytest

from casework.rulebook import RulebookError
from ethics.triage import (
    PASSED,
    TO_MEETING,
    WAITING,
    Facts,
    Opinion,
    WaiverClaim,
    simple_result,
    triage,
    waiver_findings,
)
from tests.unit.ethics.test_rulesets import BOOKS

ST, HS, AI, BT = BOOKS["st2023"], BOOKS["hs2023"], BOOKS["ai2026"], BOOKS["bt2026"]
NATIONAL = (ST, HS, AI, BT)
CONDITIONS = frozenset({"no_bodily_harm", "no_sensitive_personal_info", "no_commercial_interest"})
CASES = [
    "public_data_or_noninterfering_observation",
    "anonymised_data",
    "existing_samples_in_consent",
    "authorised_cell_lines",
]
NEVER = ["germ_cell", "embryo", "reproductive_cloning", "chimera", "heritable_editing"]
SOUND = WaiverClaim(CONDITIONS, frozenset({"anonymised_data"}))


def facts(*circumstances: str, items=(), grounds=(), waiver=None) -> Facts:
    return Facts(frozenset(items), frozenset(grounds), frozenset(circumstances), waiver)


def keys(proposal) -> list[tuple[str, str, str]]:
    return [(one.regime, one.clause.key, one.clause.mark) for one in proposal.reasons]


@pytest.mark.parametrize(
    ("given", "procedure", "needs_expert", "papers"),
    [
        (facts(), "general", False, ()),
        (facts(grounds=["risk_le_minimal"]), "simple", False, ()),
        (facts(grounds=["minor_amendment_no_rb_change"]), "simple", False, ()),
        (facts(grounds=["followup_no_major_change"]), "simple", False, ()),
        (facts("personal_data", grounds=["risk_le_minimal"]), "simple", False, ()),
        (facts("minors", grounds=["risk_le_minimal"]), "general", False, ()),
        (facts("vulnerable", grounds=["risk_le_minimal"]), "general", False, ()),
        (facts("samples", "animals"), "general", False, ()),
        (facts("ai"), "general", False, ("ai_materials",)),
        (facts("international"), "general", False, ("partner_approvals",)),
        (facts("entrusted", "international"), "general", False, ("written_entrustment", "partner_approvals")),
        (facts("biomedical_technology"), "general", False, ()),
        (facts("urgent"), "emergency", False, ()),
        (facts("urgent", items=["L1"]), "emergency", True, ()),
        *[(facts(items=[f"L{n}"], grounds=["risk_le_minimal"]), "general", True, ()) for n in range(1, 8)],
        (facts("state_approval", items=["L4"]), "general", False, ()),
        (facts(waiver=SOUND), "waiver", False, ()),
        (facts("minors", waiver=SOUND), "general", False, ()),
        (facts(items=["L3"], waiver=SOUND), "general", True, ()),
        (facts(waiver=WaiverClaim(CONDITIONS)), "general", False, ()),
        (facts(grounds=["risk_le_minimal"], waiver=WaiverClaim()), "simple", False, ()),
    ],
)
def test_the_procedure_proposed(given, procedure, needs_expert, papers):
    proposal = triage(NATIONAL, given)
    assert (proposal.procedure, proposal.needs_expert) == (procedure, needs_expert)
    assert set(proposal.papers) == set(papers) and len(proposal.papers) == len(papers)


def test_every_reason_is_an_entry_with_its_regime_and_mark():
    proposal = triage(NATIONAL, facts("minors", "ai", items=["L6"], grounds=["risk_le_minimal"]))
    assert keys(proposal) == [
        ("ST2023", "L6", "V"),
        ("AI2026", "L6", "V"),
        ("ST2023", "risk_le_minimal", "R"),
        ("HS2023", "risk_le_minimal", "R"),
        ("AI2026", "ai", "V"),
        ("ST2023", "minors", "PROPOSAL"),
        ("ST2023", "default_meeting", "V"),
    ]
    assert all(one.clause.zh and one.clause.en and one.clause.article for one in proposal.reasons)


@pytest.mark.parametrize(
    "given",
    [
        facts("moonlight"),
        facts(items=["L8"]),
        facts(grounds=["because"]),
        facts(waiver=WaiverClaim(cases=frozenset({"x"}))),
    ],
)
def test_a_key_no_rule_set_knows_is_refused(given):
    with pytest.raises(RulebookError):
        triage(NATIONAL, given)


def test_without_the_rules_on_human_research_nothing_can_be_waived():
    with pytest.raises(RulebookError):
        triage((ST,), facts(waiver=SOUND))


@pytest.mark.parametrize("case", CASES)
def test_a_waiver_with_all_conditions_and_one_case_stands(case):
    assert waiver_findings(HS, WaiverClaim(CONDITIONS, frozenset({case}))) == ()


@pytest.mark.parametrize("missing", sorted(CONDITIONS))
def test_each_condition_is_needed(missing):
    (finding,) = waiver_findings(HS, WaiverClaim(CONDITIONS - {missing}, SOUND.cases))
    assert (finding.code, finding.article, finding.mark) == (missing, "HS 32", "R")


@pytest.mark.parametrize("kind", NEVER)
@pytest.mark.parametrize("case", CASES)
def test_never_for_the_excluded_kinds_whatever_the_case(kind, case):
    (finding,) = waiver_findings(HS, WaiverClaim(CONDITIONS, frozenset({case}), frozenset({kind})))
    assert finding.code == kind
    claim = WaiverClaim(CONDITIONS, frozenset({case}), frozenset({kind}))
    proposal = triage(NATIONAL, facts(waiver=claim))
    assert (proposal.procedure, proposal.waiver_findings) == ("general", (finding,))


def test_no_case_is_told_with_all_cases():
    (finding,) = waiver_findings(HS, WaiverClaim(CONDITIONS))
    assert finding.code == "waiver"
    assert all(HS.clause("waiver_case", case).zh in finding.zh for case in CASES)


YES, NO = Opinion("甲", True), Opinion("甲", False)


@pytest.mark.parametrize(
    ("opinions", "outcome", "triggers"),
    [
        ([], WAITING, []),
        ([YES], WAITING, []),
        ([YES, Opinion("乙", True)], PASSED, []),
        ([NO], TO_MEETING, ["negative_opinion"]),
        ([YES, Opinion("乙", False)], TO_MEETING, ["negative_opinion", "members_disagree"]),
        ([NO, Opinion("乙", False)], TO_MEETING, ["negative_opinion"]),
        ([Opinion("甲", True, has_doubt=True)], TO_MEETING, ["doubt_on_content"]),
        ([YES, Opinion("乙", True, asks_meeting=True)], TO_MEETING, ["member_request"]),
    ],
)
def test_the_simple_procedure_passes_only_when_all_are_positive_and_any_trigger_leads_to_a_meeting(
    opinions, outcome, triggers
):
    result = simple_result((ST,), ["甲", "乙"], opinions)
    assert (result.outcome, [one.clause.key for one in result.triggers]) == (outcome, triggers)
    assert all(one.clause.article == "ST 24" for one in result.triggers)


def test_one_named_reviewer_is_too_few_and_a_stranger_says_nothing():
    assert simple_result((ST,), ["甲"], [YES]).outcome == WAITING
    with pytest.raises(RulebookError, match="丙"):
        simple_result((ST,), ["甲", "乙"], [YES, Opinion("丙", True)])


def test_under_the_rules_on_human_research_alone_a_negative_opinion_still_never_passes_or_rejects():
    changed = Opinion("甲", True, sees_changed_risk=True)
    assert [one.clause.key for one in simple_result((HS,), ["甲", "乙"], [changed]).triggers] == [
        "risk_benefit_changes"
    ]
    result = simple_result((HS,), ["甲", "乙"], [NO, Opinion("乙", False)])
    assert (result.outcome, result.triggers) == (TO_MEETING, ())
