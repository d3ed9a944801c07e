"""Decisions from draft to approval: what each action writes, who is refused and why, what an edit does to approvals."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from casework.refusals import AccessDenied, InputRefused, MoveRefused
from integrity.actions import decisions
from integrity.decision_gate import check_against_rules
from integrity.drafting import MeasureEntry, assess_decision, content_of
from integrity.enums import DecisionStatus, Outcome
from integrity.models import Decision, Measure
from tests.factories.cases import case_at
from tests.factories.decisions import content, decision_at, events_of, fresh, walk
from tests.factories.people import person

pytestmark = pytest.mark.django_db
EVENTS = {
    DecisionStatus.SECTION_REVIEW: "decision_sent_to_section",
    DecisionStatus.LEGAL_REVIEW: "decision_passed_section",
    DecisionStatus.BUREAU_APPROVAL: "decision_passed_legal",
    DecisionStatus.SECOND_APPROVAL: "decision_held",
    DecisionStatus.APPROVED: "decision_approved",
    DecisionStatus.ISSUED: "decision_issued",
    DecisionStatus.EFFECTIVE: "decision_served",
    DecisionStatus.SUPERSEDED: "decision_superseded",
    DecisionStatus.REVOKED: "decision_revoked",
}


def broken(*args, **kwargs):
    raise RuntimeError("the trail cannot be written")


def test_a_draft_is_stored_with_its_measures_rule_set_history_and_event(respondent):
    officer = respondent.case.dossier.handler
    made = decisions.draft(respondent=respondent, content=content(), by=officer)
    stored = fresh(made)
    assert stored.status == DecisionStatus.DRAFT and stored.drafted_by == officer
    assert stored.rule_set.code == "r221_2022" and stored.content_hash == stored.compute_hash()
    kinds = list(stored.measures.order_by("order").values_list("kind", flat=True))
    assert kinds == ["public_notice", "ban_projects", "serious_db_entry"]
    assert stored.history.latest().history_user == officer
    assert events_of(stored)[-1] == "decision_drafted"


def test_a_draft_without_its_event_leaves_nothing_behind(respondent, monkeypatch):
    monkeypatch.setattr(decisions, "record_event", broken)
    with pytest.raises(RuntimeError):
        decisions.draft(respondent=respondent, content=content(), by=respondent.case.dossier.handler)
    assert not Decision.objects.exists() and not Measure.objects.exists()


def test_a_draft_may_be_empty_and_decides_nothing_by_itself(respondent):
    empty = replace(content(), outcome="", categories=(), tier="", factors=(), facts="", basis="", measures=())
    made = decisions.draft(respondent=respondent, content=empty, by=respondent.case.dossier.handler)
    assert (made.outcome, made.tier, made.categories) == ("", "", [])
    with pytest.raises(MoveRefused, match="请先选择认定结论"):
        decisions.send(decision=made, by=respondent.case.dossier.handler)


def test_only_the_handler_drafts(respondent):
    with pytest.raises(AccessDenied):
        decisions.draft(respondent=respondent, content=content(), by=person("head"))


def test_a_respondent_has_one_living_decision(respondent):
    decision_at("draft", respondent=respondent)
    with pytest.raises(MoveRefused, match="已有处理决定"):
        decision_at("draft", respondent=respondent)


def test_after_a_revocation_another_decision_may_be_drafted():
    revoked = decision_at("revoked")
    assert decision_at("draft", respondent=revoked.respondent).supersedes is None


def test_nothing_is_drafted_before_the_report():
    respondent = case_at("investigating").respondents.select_related("case__dossier__handler", "subject").get()
    with pytest.raises(MoveRefused, match="调查报告"):
        decision_at("draft", respondent=respondent)


def test_a_draft_is_not_sent_before_everybody_was_heard():
    respondent = case_at("hearing_respondent").respondents.select_related("case__dossier__handler", "subject").get()
    drafted = decision_at("draft", respondent=respondent)
    with pytest.raises(MoveRefused, match="陈述申辩尚未结束"):
        decisions.send(decision=drafted, by=respondent.case.dossier.handler)


@pytest.mark.parametrize(("status", "event"), EVENTS.items())
def test_each_step_leaves_its_status_history_and_event(status, event):
    decision = decision_at(status)
    assert decision.status == status
    assert decision.history.filter(status=status).exists()
    assert event in events_of(decision)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"tier": "minor"}, "tier", "不应低于"),
        ({"measures": (MeasureEntry("ban_projects", months=24),)}, "measures", "应当同时给予"),
        (
            {"measures": (MeasureEntry("ban_projects", months=36), MeasureEntry("serious_db_entry"))},
            "measures",
            "不在“情节较重”的幅度内",
        ),
        ({"decided_on": None}, "decision_date", "请填写决定日期"),
        ({"conduct_on": dt.date(2030, 1, 1)}, "conduct_date", "晚于决定日期"),
        ({"facts": ""}, "facts", "认定的事实"),
        ({"basis": ""}, "basis", "处理依据"),
        ({"statement_reply": ""}, "statement_reply", "回应"),
        ({"outcome": Outcome.NOT_ESTABLISHED}, "measures", "不得给予处理措施"),
        ({"outcome": Outcome.EXEMPT, "measures": ()}, "exempt_ground", "免责结论须有依据"),
    ],
)
def test_an_error_of_the_rules_blocks_sending_and_names_the_field(respondent, changes, field, sentence):
    drafted = decision_at("draft", respondent=respondent, what=content(**changes))
    with pytest.raises(InputRefused, match=sentence) as refused:
        decisions.send(decision=drafted, by=drafted.case.dossier.handler)
    assert refused.value.field == field
    assert fresh(drafted).status == DecisionStatus.DRAFT


def test_a_warning_needs_a_reason(respondent):
    early = content(conduct_on=dt.date(2021, 5, 6))
    drafted = decision_at("draft", respondent=respondent, what=early)
    officer = drafted.case.dossier.handler
    with pytest.raises(InputRefused, match="请说明理由") as refused:
        decisions.send(decision=drafted, by=officer)
    assert refused.value.field == "reason_W_RULESET"
    told = replace(early, warning_reasons={"W_RULESET": "行为持续到新规则施行之后。"})
    decisions.edit(decision=drafted, content=told, seen_hash=drafted.content_hash, by=officer)
    assert decisions.send(decision=drafted, by=officer).status == DecisionStatus.SECTION_REVIEW


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": "guilty"}, "outcome"),
        ({"categories": ("nonsense",)}, "categories"),
        ({"factors": ("nonsense",)}, "factors"),
        ({"tier": "nonsense"}, "tier"),
        ({"exempt_ground": "nonsense"}, "exempt_ground"),
        ({"measures": (MeasureEntry("nonsense"),)}, "measures"),
        ({"measures": (MeasureEntry("ban_projects", months=36, lifetime=True),)}, "measures"),
        ({"measures": (MeasureEntry("ban_projects", months=0),)}, "measures"),
        ({"measures": (MeasureEntry("ban_projects", months=99_999),)}, "measures"),
        ({"measures": (MeasureEntry("ban_projects", months=1200, start=dt.date(9990, 1, 1)),)}, "measures"),
        ({"measures": (MeasureEntry("terminate_recover", amount=-1),)}, "measures"),
        ({"measures": (MeasureEntry("public_notice", scope="字" * 301),)}, "measures"),
        ({"facts": "字" * 60_001}, "facts"),
        ({"facts": "有\x00空字符"}, "facts"),
        ({"category_text": "字" * 301}, "category_text"),
        ({"warning_reasons": {"W_RULESET": "字" * 2001}}, "reason_W_RULESET"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(respondent, changes, field):
    with pytest.raises(InputRefused) as refused:
        decisions.draft(respondent=respondent, content=content(**changes), by=respondent.case.dossier.handler)
    assert refused.value.field == field
    assert not Decision.objects.exists()


def test_an_edit_with_a_stale_form_is_refused(respondent):
    drafted = decision_at("draft", respondent=respondent)
    officer, seen = drafted.case.dossier.handler, drafted.content_hash
    decisions.edit(decision=drafted, content=content(facts="改一"), seen_hash=seen, by=officer)
    with pytest.raises(MoveRefused, match="刚被修改"):
        decisions.edit(decision=drafted, content=content(facts="改二"), seen_hash=seen, by=officer)
    assert fresh(drafted).facts == "改一"


def test_an_edit_that_changes_nothing_writes_nothing(respondent):
    drafted = decision_at("section_review", respondent=respondent)
    before = events_of(drafted)
    decisions.edit(
        decision=drafted,
        content=content_of(drafted),
        seen_hash=drafted.content_hash,
        by=drafted.case.dossier.handler,
    )
    assert events_of(drafted) == before and fresh(drafted).status == DecisionStatus.SECTION_REVIEW


def test_a_measure_taken_out_and_put_back_is_the_same_row(respondent):
    drafted = decision_at("draft", respondent=respondent)
    officer = drafted.case.dossier.handler
    before = dict(drafted.measures.values_list("kind", "pk"))
    fewer = content(measures=(MeasureEntry("public_notice", scope="全市科研单位"),))
    decisions.edit(decision=drafted, content=fewer, seen_hash=drafted.content_hash, by=officer)
    assert list(drafted.measures.filter(withdrawn=False).values_list("kind", flat=True)) == ["public_notice"]
    decisions.edit(decision=drafted, content=content(), seen_hash=drafted.content_hash, by=officer)
    assert dict(drafted.measures.filter(withdrawn=False).values_list("kind", "pk")) == before


def test_the_rule_set_follows_the_regime_and_the_date(respondent):
    old = content(decided_on=dt.date(2021, 5, 6), conduct_on=dt.date(2020, 5, 6))
    drafted = decision_at("draft", respondent=respondent, what=old)
    assert drafted.rule_set.code == "r323_2019"
    found = assess_decision(drafted, on=timezone.localdate())
    assert found.book.code == "r323_2019"


def test_a_stored_rule_set_that_no_longer_fits_the_dates_stops_the_draft(respondent):
    drafted = decision_at("draft", respondent=respondent)
    drafted.rule_set = decision_at(
        "draft", what=content(decided_on=dt.date(2021, 5, 6), conduct_on=dt.date(2020, 5, 6))
    ).rule_set
    with pytest.raises(InputRefused, match="适用的规则已变为"):
        check_against_rules(drafted, on=timezone.localdate())


def test_a_prior_record_asks_for_a_reason_or_the_factor():
    first = decision_at("effective")
    again = case_at("deliberation", subjects=[first.respondent.subject])
    drafted = decision_at("draft", case=again)
    found = assess_decision(drafted, on=timezone.localdate())
    assert "W_REPEAT" in found.warning_codes
    told = content(factors=("repeated_or_multiple",))
    officer = drafted.case.dossier.handler
    decisions.edit(decision=drafted, content=told, seen_hash=drafted.content_hash, by=officer)
    assert "W_REPEAT" not in assess_decision(drafted, on=timezone.localdate()).warning_codes


def test_walking_needs_no_step_twice():
    decision = walk(decision_at("draft"), "effective")
    assert [name for name in events_of(decision) if name.startswith("decision_")] == [
        "decision_drafted",
        "decision_sent_to_section",
        "decision_passed_section",
        "decision_passed_legal",
        "decision_approved",
        "decision_issued",
        "decision_served",
    ]


def test_two_drafts_in_the_same_moment_leave_one(respondent, monkeypatch):
    decision_at("draft", respondent=respondent)
    monkeypatch.setattr(decisions, "_check_may_begin", lambda *_args: None)
    with pytest.raises(MoveRefused, match="已有处理决定"):
        decision_at("draft", respondent=respondent)
    assert Decision.objects.count() == 1


def test_b17_two_edits_that_began_together_never_mix_two_texts():
    """On PostgreSQL two requests read the same draft; the second must not write over half of the first."""
    first = decision_at("draft")
    second, officer, seen = fresh(first), first.case.dossier.handler, first.content_hash

    decisions.edit(
        decision=first, content=replace(content_of(first), facts="甲所写的事实。"), seen_hash=seen, by=officer
    )
    with pytest.raises(MoveRefused, match="刚被他人处理"):
        decisions.edit(
            decision=second, content=replace(content_of(second), basis="乙所写的依据。"), seen_hash=seen, by=officer
        )

    kept = fresh(first)
    assert kept.facts == "甲所写的事实。" and kept.basis != "乙所写的依据。"
    assert kept.compute_hash() == kept.content_hash
