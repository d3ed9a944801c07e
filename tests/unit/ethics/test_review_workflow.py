"""The move tables of applications and meetings: from where, to where, and what must have happened before."""

from __future__ import annotations

import pytest

from accounts.models import User
from casework.workflow import blocker
from ethics.enums import ApplicationStatus, MeetingStatus
from ethics.models import AgendaItem, Application, CommitteeMeeting, ExpertReview, Review
from ethics.review_workflow import APPLICATION, MEETING
from tests.factories.ethics import days_ago
from tests.factories.reviews import accepted, submitted, working_committee

OPEN_FROM = {
    "submit": {"draft", "returned"},
    "resubmit": {"awaiting_resubmission"},
    "return_incomplete": {"submitted"},
    "accept": {"submitted"},
    "place_on_agenda": {"accepted"},
    "name_reviewers": {"accepted"},
    "record_decision": {"accepted"},
    "adjourn": {"in_review"},
    "move_to_meeting": {"accepted", "in_review"},
    "waive": {"accepted"},
    "pass_preliminary": {"in_review", "revision_submitted"},
    "request_expert": {"preliminary_passed"},
    "approve": {"in_review", "expert_requested", "revision_submitted"},
    "ask_revision": {"in_review"},
    "ask_rereview": {"in_review"},
    "reject": {"in_review"},
    "reject_after_experts": {"expert_requested"},
    "submit_revision": {"awaiting_revision"},
    "return_revision": {"revision_submitted"},
    "withdraw": {
        "draft",
        "submitted",
        "returned",
        "accepted",
        "awaiting_revision",
        "awaiting_resubmission",
        "preliminary_passed",
    },
    "review_again": {"awaiting_revision", "awaiting_resubmission", "rejected"},
}


def test_every_move_of_an_application_is_in_this_table() -> None:
    assert {step.name for step in APPLICATION.moves} == set(OPEN_FROM)


@pytest.mark.parametrize("status", ApplicationStatus.values)
@pytest.mark.parametrize("step", OPEN_FROM)
def test_a_step_is_open_exactly_from_its_statuses(step: str, status: str) -> None:
    assert (status in APPLICATION.step(step).sources) is (status in OPEN_FROM[step])


@pytest.mark.parametrize(("step", "sources"), [("open", {"planned"}), ("close", {"open"}), ("cancel", {"planned"})])
def test_a_meeting_opens_once_and_closes_once(step: str, sources: set[str]) -> None:
    assert set(MEETING.step(step).sources) == sources
    assert MEETING.step(step).target in MeetingStatus.values


def _round(secretary: User, **values: object) -> Review:
    return accepted(working_committee(by=secretary), secretary=secretary, **values)  # type: ignore[arg-type]


GUARDED = [
    ("place_on_agenda", {"procedure": "general"}, True),
    ("place_on_agenda", {"procedure": "simple", "simple_grounds": ["risk_le_minimal"]}, False),
    ("name_reviewers", {"procedure": "simple", "simple_grounds": ["risk_le_minimal"]}, True),
    ("name_reviewers", {"procedure": "general"}, False),
    ("record_decision", {"procedure": "general"}, False),
    ("move_to_meeting", {"procedure": "simple", "simple_grounds": ["risk_le_minimal"]}, True),
    ("move_to_meeting", {"procedure": "general"}, False),
    ("waive", {"procedure": "general"}, False),
]


@pytest.mark.parametrize(("step", "values", "is_open"), GUARDED)
def test_what_follows_acceptance_depends_on_the_procedure(
    secretary: User, step: str, values: dict[str, object], is_open: bool
) -> None:
    application = _round(secretary, **values).application
    refusal = blocker(APPLICATION, application, step)
    assert (refusal is None) is is_open
    assert refusal is None or refusal.reason


def _answered(review: Review, outcome: str) -> None:
    """The experts' answer as a row: guards read nothing else of it."""
    ExpertReview(
        review=review,
        committee=review.application.committee,
        authority="省级科技主管部门",
        requested_on=days_ago(5),
        received_on=days_ago(4),
        due_on=days_ago(-26),
        agree=4,
        disagree=1,
        outcome=outcome,
        opinion_no="川科伦复〔2026〕3号",
        answered_on=days_ago(0),
    ).save()


def _refusals(step: str, application: Application) -> list[str]:
    """What the guards of a step say, whatever the status."""
    return [refusal.article for guard in APPLICATION.step(step).guards if (refusal := guard(application)) is not None]


def test_a_listed_activity_is_approved_only_with_the_experts_agreement(secretary: User) -> None:
    review = _round(secretary, list_item="L6", circumstances=["ai"])
    assert review.needs_expert
    assert _refusals("approve", review.application) == ["ST 25–34"]
    assert _refusals("pass_preliminary", review.application) == []
    _answered(review, "agree")
    assert _refusals("approve", review.application) == []
    assert _refusals("reject_after_experts", review.application) == ["ST 32"]


def test_the_experts_disagreement_closes_the_way_to_approval(secretary: User) -> None:
    review = _round(secretary, list_item="L6", circumstances=["ai"])
    assert _refusals("reject_after_experts", review.application) == ["ST 32"]
    _answered(review, "disagree")
    assert _refusals("approve", review.application) == ["ST 25–34"]
    assert _refusals("reject_after_experts", review.application) == []


def test_an_activity_off_the_list_never_goes_to_the_experts(secretary: User) -> None:
    review = _round(secretary)
    assert _refusals("pass_preliminary", review.application) == ["ST 25"]
    assert _refusals("approve", review.application) == []


def test_a_state_approval_lifts_the_experts(secretary: User) -> None:
    review = _round(secretary, list_item="L6", circumstances=["ai", "state_approval"])
    assert not review.needs_expert
    assert _refusals("approve", review.application) == []


def test_before_acceptance_no_step_of_a_review_is_open(secretary: User) -> None:
    application = submitted(working_committee(by=secretary))
    for step in ("place_on_agenda", "name_reviewers", "waive", "pass_preliminary", "reject_after_experts"):
        assert _refusals(step, application) != [], step
    assert _refusals("approve", application) == []


def test_a_meeting_without_items_does_not_open(secretary: User) -> None:
    """E24: and with an item that is not reconciled it does not close."""
    committee = working_committee(by=secretary)
    meeting = CommitteeMeeting(committee=committee, number="会议一", chair=committee.members.order_by("pk")[0])
    meeting.held_on, meeting.begins, meeting.place = days_ago(0), "09:30", "一号会议室"
    meeting.save()
    assert [guard(meeting) is None for guard in MEETING.step("open").guards] == [False]
    assert [guard(meeting) is None for guard in MEETING.step("close").guards] == [True]
    AgendaItem(meeting=meeting, position=1, kind="other", title="通报工作").save()
    assert [guard(meeting) is None for guard in MEETING.step("open").guards] == [True]
    refusal = MEETING.step("close").guards[0](meeting)
    assert refusal is not None and "还有议题没有核对结果" in refusal.reason
