"""Reviews of a decision: who may, in which turn, on exactly what was read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from casework.refusals import AccessDenied, InputRefused, MoveRefused
from integrity.actions import decisions, issuing
from integrity.decision_gate import needs_second
from integrity.drafting import content_of
from integrity.enums import ApprovalStep, DecisionStatus, Outcome, Verdict
from tests.factories.decisions import approve, decision_at, events_of, fresh, serious_content
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", ["section_review", "legal_review", "bureau_approval", "second_approval", "approved"])
def test_an_edit_under_review_voids_every_approval(status):
    decision = decision_at(status)
    officer, seen = decision.case.dossier.handler, decision.content_hash
    changed = replace(content_of(decision), facts="事实有改动。")
    decisions.edit(decision=decision, content=changed, seen_hash=seen, by=officer)
    stored = fresh(decision)
    assert stored.status == DecisionStatus.DRAFT and stored.content_hash != seen
    assert not stored.approvals.filter(bound_hash=stored.content_hash).exists()
    assert events_of(stored)[-2:] == ["decision_edited", "decision_voided"]
    with pytest.raises(MoveRefused):
        issuing.issue(decision=stored, by=officer)


def test_going_back_to_the_first_wording_does_not_bring_approvals_back():
    decision = decision_at("legal_review")
    officer, first = decision.case.dossier.handler, content_of(decision)
    decisions.edit(decision=decision, content=replace(first, facts="改"), seen_hash=decision.content_hash, by=officer)
    decisions.edit(decision=decision, content=first, seen_hash=decision.content_hash, by=officer)
    decisions.send(decision=decision, by=officer)
    assert not decision.approvals.filter(bound_hash=decision.content_hash).exists()


def test_the_drafter_cannot_approve_even_as_head_of_the_section(respondent):
    decision = decision_at("section_review", respondent=respondent)
    drafter = person("head")
    decision.drafted_by = drafter
    with pytest.raises(AccessDenied, match="起草人不能审批"):
        approve(decision, ApprovalStep.SECTION, drafter)


def test_a_step_belongs_to_its_role_and_its_turn():
    decision = decision_at("section_review")
    with pytest.raises(AccessDenied):
        approve(decision, ApprovalStep.SECTION, person("legal"))
    with pytest.raises(MoveRefused, match="不在"):
        approve(decision, ApprovalStep.LEGAL, person("legal"))
    with pytest.raises(InputRefused):
        approve(decision, "nonsense", person("head"))


def test_a_second_approval_of_the_same_slot_is_refused():
    decision = decision_at("section_review")
    stale = fresh(decision)
    approve(decision, ApprovalStep.SECTION, person("head"))
    with pytest.raises(MoveRefused, match="刚被他人处理"):
        approve(stale, ApprovalStep.SECTION, person("head"))
    assert decision.approvals.filter(step=ApprovalStep.SECTION).count() == 1


def test_approval_binds_to_what_was_read():
    decision = decision_at("section_review")
    with pytest.raises(MoveRefused, match="刚被修改"):
        decisions.review(
            decision=decision, step="section", verdict=Verdict.APPROVE, seen_hash="0" * 64, by=person("head")
        )


def test_a_row_changed_behind_the_hash_cannot_be_approved():
    decision = decision_at("section_review")
    decision.facts = "库中被改过的事实"
    with pytest.raises(MoveRefused, match="校验值不一致"):
        approve(decision, ApprovalStep.SECTION, person("head"))


def test_a_return_needs_a_reason_and_asks_everybody_again():
    decision = decision_at("bureau_approval")
    before = decision.content_hash
    with pytest.raises(InputRefused, match="退回修改须写明理由"):
        decisions.review(
            decision=decision, step="bureau", verdict=Verdict.RETURN, seen_hash=before, by=person("bureau")
        )
    decisions.review(
        decision=decision,
        step="bureau",
        verdict=Verdict.RETURN,
        seen_hash=before,
        reason="请补充证据编号。",
        by=person("bureau"),
    )
    assert decision.status == DecisionStatus.DRAFT and decision.content_hash != before
    head = decision.approvals.get(step=ApprovalStep.SECTION).given_by
    decisions.send(decision=decision, by=decision.case.dossier.handler)
    assert approve(decision, ApprovalStep.SECTION, head).status == DecisionStatus.LEGAL_REVIEW


def test_a_serious_finding_waits_for_a_second_head_who_is_somebody_else():
    decision = decision_at("second_approval")
    first = decision.approvals.get(step=ApprovalStep.BUREAU).given_by
    with pytest.raises(AccessDenied, match="另一人"):
        approve(decision, ApprovalStep.SECOND, first)
    assert approve(decision, ApprovalStep.SECOND, person("bureau")).status == DecisionStatus.APPROVED


def test_a_heavier_finding_needs_one_head_only():
    decision = decision_at("approved")
    assert not needs_second(decision)
    assert set(decision.approvals.values_list("step", flat=True)) == {"section", "legal", "bureau"}


def test_an_acquittal_of_a_serious_allegation_is_not_held():
    clear = serious_content(outcome=Outcome.NOT_ESTABLISHED, tier="", measures=())
    assert decision_at("approved", what=clear).status == DecisionStatus.APPROVED


def test_a_head_who_handles_the_case_does_not_review_it(respondent):
    decision = decision_at("section_review", respondent=respondent)
    both = decision.case.dossier.handler
    second_role = person("head")
    both.memberships.create(
        department=second_role.memberships.get().department, role="head", valid_from=dt.date(2020, 1, 1)
    )
    both.__dict__.pop("_standing", None)
    decision.drafted_by = None
    with pytest.raises(AccessDenied, match="承办人不能审批"):
        approve(decision, ApprovalStep.SECTION, both)


def test_b17_a_draft_that_was_edited_and_sent_again_is_not_approved_on_an_older_reading():
    read = decision_at("section_review")
    officer, head = read.case.dossier.handler, person("head")
    changed = fresh(read)
    decisions.edit(
        decision=changed,
        content=replace(content_of(changed), facts="后来改写的事实。"),
        seen_hash=read.content_hash,
        by=officer,
    )
    decisions.send(decision=fresh(read), by=officer)

    with pytest.raises(MoveRefused, match="刚被他人处理"):
        approve(read, ApprovalStep.SECTION, head)
    assert fresh(read).status == DecisionStatus.SECTION_REVIEW
