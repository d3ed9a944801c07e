"""constraints_hard of ethics-rules.md section 7: one test each, by the action and, where it can, by the database itself."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.workflow import check_move, move
from ethics.actions import activities, applications, expert_reviews, review_decisions
from ethics.actions.expert_reviews import Expert
from ethics.models import Activity, Attendance, CommitteeMeeting, ExpertReview, Violation
from ethics.quorum import Attendee, why_no_vote
from ethics.review_books import books_of
from ethics.review_workflow import APPLICATION
from ethics.workflow import ACTIVITY
from tests.factories.ethics import activity_of, committee_of, days_ago, supervised_unit
from tests.factories.experts import (
    AUTHORITY,
    COUNTED,
    PANEL,
    answer,
    answered,
    received,
    recorded_accepted,
    recorded_application,
    recorded_decided,
    recorded_passed,
    recording_unit,
    requested,
    run_passed,
)
from tests.factories.reviews import accepted, draft, working_committee

pytestmark = pytest.mark.django_db


def test_an_expert_of_the_panel_is_no_member_of_the_reviewing_committee(secretary: User) -> None:
    """ST 28. By the name as it is compared: full-width letters and blanks between characters hide nobody."""
    expert = received(recorded_passed(by=secretary), by=secretary)
    for name in ("委员乙", "委员 乙", "委员　乙"):
        with pytest.raises(InputRefused, match="委员乙") as refusal:
            answer(expert, by=secretary, panel=(*PANEL, Expert(name)))
        assert refusal.value.article == "ST 28"


def test_a_service_centre_does_not_review_and_rereview_one_activity(secretary: User) -> None:
    """AI 11."""
    unit = supervised_unit("川北审查与服务中心", by=secretary)
    centre = committee_of(unit, by=secretary, is_service_centre=True)
    application = recorded_application(unit, centre, by=secretary)
    recorded_decided(recorded_accepted(application, by=secretary), by=secretary)
    with pytest.raises(InputRefused) as refusal:
        expert_reviews.request(
            application=application,
            authority=AUTHORITY,
            requested_on=timezone.localdate(),
            centre=centre,
            by=secretary,
        )
    assert refusal.value.article == "AI 11"
    review = application.reviews.get()
    row = ExpertReview(
        review=review, committee=centre, centre=centre, authority=AUTHORITY, requested_on=timezone.localdate()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        save_record(row, by=secretary, reason="测试")


def test_a_consultant_never_votes(secretary: User) -> None:
    """ST 14. The rule sets know a consultant as somebody without a vote, and the database as no member."""
    review = accepted(working_committee(by=secretary), secretary=secretary)
    clause = why_no_vote(books_of(review), Attendee("顾问", role="consultant"))
    assert clause is not None and clause.article == "ST 14"
    assert why_no_vote(books_of(review), Attendee("委员")) is None
    assert review.application.committee is not None
    meeting = CommitteeMeeting(committee=review.application.committee)
    seat = review.application.committee.members.order_by("pk")[0]
    constraint = next(one for one in Attendance._meta.constraints if one.name == "attendance_member_or_name")
    row = Attendance(meeting=meeting, role="consultant", member=seat, name="")
    with pytest.raises(Exception, match="attendance_member_or_name"):
        constraint.validate(Attendance, row)


def test_a_listed_activity_is_not_approved_without_the_experts(secretary: User) -> None:
    """ST 25–34: neither the application nor the activity, by whatever way."""
    application = run_passed(working_committee(by=secretary), secretary=secretary)
    with pytest.raises(MoveRefused):
        check_move(APPLICATION, application, "approve")
    expert = requested(application, by=secretary)
    with pytest.raises(MoveRefused, match="专家复核同意"):
        move(APPLICATION, application, "approve", by=secretary)
    with pytest.raises(MoveRefused):
        review_decisions.decide(
            review=expert.review, outcome="approve", decided_on=timezone.localdate(), reasons="x", by=secretary
        )
    application.refresh_from_db()
    assert (application.status, Activity.objects.count()) == ("expert_requested", 0)
    waiting = activity_of(supervised_unit("剑南医院", by=secretary), by=secretary, approved=None)
    with pytest.raises(MoveRefused, match="专家复核同意"):
        activities.approve(activity=waiting, approved_on=timezone.localdate(), by=secretary)
    with pytest.raises(MoveRefused):
        check_move(ACTIVITY, waiting, "approve")


def test_a_listed_activity_the_experts_refused_is_not_approved_either(secretary: User) -> None:
    application = run_passed(working_committee(by=secretary), secretary=secretary)
    expert = answered(application, by=secretary, agree=3, disagree=3, outcome="disagree")
    with pytest.raises(MoveRefused):
        check_move(APPLICATION, application, "approve")
    expert_reviews.conclude(expert=expert, decided_on=timezone.localdate(), reasons="不同意。", by=secretary)
    assert not Activity.objects.exists()


def test_a_listed_activity_is_approved_under_the_record_of_an_exemption(secretary: User) -> None:
    """ST 34."""
    unit, committee = recording_unit(by=secretary)
    application = recorded_application(unit, committee, by=secretary, circumstances=["ai", "state_approval"])
    recorded_decided(recorded_accepted(application, by=secretary), by=secretary)
    activity = Activity.objects.get()
    assert (activity.status, activity.expert_outcome) == ("active", "exempt")
    assert activity.expert_basis


def test_an_exemption_without_its_paper_spares_nobody_the_experts(secretary: User) -> None:
    """ST 34: a tick alone is no record."""
    unit, committee = recording_unit(by=secretary)
    claimed = {"circumstances": ["ai", "state_approval"], "with_paper": False}
    application = recorded_application(unit, committee, by=secretary, **claimed)
    with pytest.raises(InputRefused, match="行政审批文件"):
        recorded_decided(recorded_accepted(application, by=secretary), by=secretary)
    assert not Activity.objects.exists()


def test_no_start_before_the_final_approval_and_no_approval_afterwards(secretary: User) -> None:
    """ST 47 (E12): refused with the offer of a violation; no outcome is named that would approve afterwards."""
    review = accepted(working_committee(by=secretary), secretary=secretary)
    review.application.start_on = days_ago(1)
    with transaction.atomic():
        save_record(review.application, by=secretary, reason="测试", fields=["start_on"])
    move(APPLICATION, review.application, "place_on_agenda", by=secretary)
    with pytest.raises(InputRefused, match="违规") as refusal:
        review_decisions.decide(
            review=review,
            outcome="approve",
            decided_on=timezone.localdate(),
            reasons="x",
            counted=COUNTED,
            by=secretary,
        )
    assert refusal.value.article == "ST 47"
    assert not Activity.objects.exists()
    assert "V2" in Violation._meta.get_field("kind").choices[1][0]  # type: ignore[index]


def test_an_international_application_needs_one_approval_per_country(secretary: User) -> None:
    """ST 12."""
    committee = working_committee(by=secretary)
    application = draft(committee, circumstances=["international"], partner_countries=["法国", "日本"])
    assert application.applicant is not None
    paper = application.materials.get(key="partner_approvals:日本")
    paper.left_out_on = timezone.localdate()
    with transaction.atomic():
        save_record(paper, by=application.applicant, reason="测试", fields=["left_out_on"])
    with pytest.raises(InputRefused, match="日本"):
        applications.submit(application=application, by=application.applicant)


def test_an_entrusted_review_needs_the_written_entrustment(secretary: User) -> None:
    """ST 13."""
    unit, _own = recording_unit(by=secretary)
    other = committee_of(supervised_unit("剑南伦理中心", by=secretary), by=secretary)
    application = recorded_application(unit, other, by=secretary)
    with pytest.raises(InputRefused, match="书面委托") as refusal:
        recorded_accepted(application, by=secretary)
    assert refusal.value.article == "ST 13"


def test_an_answer_of_the_experts_is_whole_or_not_there(secretary: User) -> None:
    """ST 30: outcome, numbers, day and number of the opinion stand together, by the database."""
    expert = received(recorded_passed(by=secretary), by=secretary)
    halves = {"outcome": "agree", "agree": 4, "answered_on": timezone.localdate(), "opinion_no": "3号"}
    for name, value in halves.items():
        row = ExpertReview.objects.get(pk=expert.pk)
        setattr(row, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            save_record(row, by=secretary, reason="测试", fields=[name])
