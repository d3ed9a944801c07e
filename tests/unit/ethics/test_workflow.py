"""Moves of a listed activity: from where, to where, and what the experts must have said (办法 第30条)."""

from __future__ import annotations

import pytest

from casework.workflow import blocker
from ethics.enums import ActivityStatus, ExpertOutcome
from ethics.models import Activity
from ethics.workflow import ACTIVITY

OPEN_FROM = {
    "approve": {"reviewing"},
    "refuse": {"reviewing"},
    "suspend": {"active"},
    "resume": {"suspended"},
    "review_again": {"active", "suspended"},
    "complete": {"active"},
    "terminate": {"reviewing", "active", "suspended"},
}
EXPERTS = {"approve": {"agree", "exempt"}, "refuse": {"disagree"}}


@pytest.mark.parametrize("status", ActivityStatus.values)
@pytest.mark.parametrize("outcome", ["", *ExpertOutcome.values])
@pytest.mark.parametrize("step", OPEN_FROM)
def test_a_step_is_open_exactly_from_its_statuses_and_after_its_expert_outcome(
    step: str, status: str, outcome: str
) -> None:
    activity = Activity(list_item="L4", status=status, expert_outcome=outcome)
    wanted = status in OPEN_FROM[step] and outcome in EXPERTS.get(step, {outcome})

    refusal = blocker(ACTIVITY, activity, step)

    assert (refusal is None) is wanted
    assert refusal is None or refusal.reason


@pytest.mark.parametrize(("step", "said"), [("approve", "须经专家复核同意"), ("refuse", "没有给出不同意的意见")])
def test_what_the_experts_did_not_say_is_the_reason_with_its_article(step: str, said: str) -> None:
    refusal = blocker(ACTIVITY, Activity(list_item="L4", status="reviewing"), step)
    assert refusal is not None
    assert said in refusal.reason
    assert refusal.article == "ST 30"
