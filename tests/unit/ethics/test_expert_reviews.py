"""The relay to the province: who is asked, when the answer is due, which answer is taken, what the committee then decides."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from ethics.actions import acceptance, applications, expert_reviews, materials, members, starts
from ethics.actions.expert_reviews import Expert
from ethics.models import Application, ExpertReview, ReviewLetter
from tests.factories import person
from tests.factories.ethics import committee_of, days_ago, supervised_unit
from tests.factories.experts import (
    AUTHORITY,
    PANEL,
    answer,
    answered,
    received,
    recorded_accepted,
    recorded_application,
    recorded_decided,
    recorded_passed,
    requested,
    run_passed,
)
from tests.factories.reviews import days_ahead, types_of, working_committee

pytestmark = pytest.mark.django_db


@pytest.fixture
def passed(secretary: User) -> Application:
    return recorded_passed(by=secretary)


def test_a_listed_activity_is_passed_and_waits_for_the_province(passed: Application) -> None:
    assert passed.status == "preliminary_passed"
    assert passed.activity is None
    assert passed.reviews.get().preliminary["counted"][0]["yes"] == 6


def test_the_request_names_the_authority_and_writes_its_letter(passed: Application, secretary: User) -> None:
    expert = requested(passed, by=secretary)
    letter = ReviewLetter.objects.get(kind="expert_request")
    assert (passed.status, expert.authority, letter.addressee) == ("expert_requested", AUTHORITY, AUTHORITY)
    assert passed.title in letter.body
    assert types_of(passed)[-2:] == ["expert_review_requested", "review_letter_issued"]


def test_the_request_is_neither_early_nor_twice_nor_by_a_stranger(passed: Application, secretary: User) -> None:
    with pytest.raises(InputRefused) as early:
        requested(passed, by=secretary, on=days_ago(31))
    assert early.value.field == "requested_on"
    with pytest.raises(InputRefused) as unnamed:
        expert_reviews.request(application=passed, authority=" ", requested_on=timezone.localdate(), by=secretary)
    assert unnamed.value.field == "authority"
    with pytest.raises(AccessDenied):
        requested(passed, by=person(Role.HEAD))
    passed.refresh_from_db()
    requested(passed, by=secretary)
    with pytest.raises(MoveRefused):
        requested(passed, by=secretary)


def test_a_centre_never_reviews_and_rereviews(secretary: User) -> None:
    """AI 11, in both directions and for earlier reviews of the same activity."""
    unit = supervised_unit("川北审查与服务中心", by=secretary)
    centre = committee_of(unit, by=secretary, is_service_centre=True)
    other_unit = supervised_unit("剑南审查与服务中心", by=secretary)
    other = committee_of(other_unit, by=secretary, is_service_centre=True)
    passed = recorded_passed(by=secretary)
    passed.committee = centre
    ask: dict[str, Any] = {"application": passed, "authority": AUTHORITY, "by": secretary}
    with pytest.raises(InputRefused, match="不得既审查又复核") as refusal:
        expert_reviews.request(requested_on=timezone.localdate(), centre=centre, **ask)
    assert refusal.value.article == "AI 11"
    passed.refresh_from_db()
    with pytest.raises(InputRefused, match="登记为审查与服务中心"):
        expert_reviews.request(requested_on=timezone.localdate(), centre=passed.committee, **ask)
    passed.refresh_from_db()
    expert = expert_reviews.request(requested_on=timezone.localdate(), centre=other, **ask)
    assert expert.centre == other


def test_who_rereviewed_an_activity_does_not_review_its_amendment(secretary: User) -> None:
    unit = supervised_unit("剑南审查与服务中心", by=secretary)
    centre = committee_of(unit, by=secretary, is_service_centre=True)
    passed = recorded_passed(by=secretary)
    assert passed.unit is not None and passed.committee is not None
    expert = expert_reviews.request(
        application=passed, authority=AUTHORITY, requested_on=timezone.localdate(), centre=centre, by=secretary
    )
    expert_reviews.receive(expert=expert, received_on=timezone.localdate(), by=secretary)
    answer(expert, by=secretary)
    expert_reviews.conclude(expert=expert, decided_on=timezone.localdate(), by=secretary)
    assert passed.activity is not None
    amendment = applications.record(
        unit=passed.unit,
        committee=passed.committee,
        title="算法更新",
        activity=passed.activity,
        list_item=passed.activity.list_item,
        circumstances=["entrusted"],
        by=secretary,
    )
    materials.add(application=amendment, key="written_entrustment", file=("委托.txt", b"x"), by=secretary)
    with pytest.raises(InputRefused, match="不得既审查又复核"):
        acceptance.accept(application=amendment, unit=passed.unit, committee=centre, procedure="general", by=secretary)


def test_the_answer_is_due_thirty_days_after_receipt(passed: Application, secretary: User) -> None:
    expert = requested(passed, by=secretary, on=days_ago(20))
    with pytest.raises(InputRefused) as early:
        expert_reviews.receive(expert=expert, received_on=days_ago(21), by=secretary)
    assert early.value.field == "received_on"
    expert_reviews.receive(expert=expert, received_on=days_ago(18), by=secretary)
    assert expert.due_on == days_ago(18) + dt.timedelta(days=30)
    assert types_of(passed)[-1] == "expert_review_received"
    expert_reviews.receive(expert=expert, received_on=days_ago(18), by=secretary)
    assert types_of(passed).count("expert_review_received") == 1
    expert_reviews.receive(expert=expert, received_on=days_ago(17), by=secretary)
    assert expert.due_on == days_ago(17) + dt.timedelta(days=30)


def test_two_thirds_of_all_experts_carry_it(passed: Application, secretary: User) -> None:
    expert = answered(passed, by=secretary, agree=4, disagree=1)
    assert (expert.outcome, expert.agree, expert.disagree, len(expert.panel)) == ("agree", 4, 1, 6)
    event = Event.objects.get(type="expert_review_answered")
    assert (event.data["needed"], event.data["expert_outcome"]) == (4, "agree")


@pytest.mark.parametrize(
    ("agree", "disagree", "outcome", "field"),
    [
        (3, 3, "agree", "outcome"),
        (4, 2, "disagree", "outcome"),
        (0, 0, "disagree", "agree"),
        (5, 2, "agree", "agree"),
        (-1, 2, "disagree", "agree"),
        (4, 2, "", "outcome"),
        (4, 2, "exempt", "outcome"),
    ],
)
def test_an_outcome_the_numbers_do_not_carry_is_refused(
    passed: Application, secretary: User, agree: int, disagree: int, outcome: str, field: str
) -> None:
    """E1, E5: the outcome equals the count, and without votes there is none."""
    expert = received(passed, by=secretary)
    with pytest.raises(InputRefused) as refusal:
        answer(expert, by=secretary, agree=agree, disagree=disagree, outcome=outcome)
    assert refusal.value.field == field
    assert ExpertReview.objects.get().outcome == ""


@pytest.mark.parametrize(
    ("panel", "words"),
    [
        (PANEL[:4], "4 人"),
        (PANEL[:3] + PANEL[4:], "法律"),
        ((*PANEL[:5], Expert("委员 甲", ("ethics",))), "委员甲"),
        ((*PANEL, Expert("魏　长庚")), "重复"),
        ((*PANEL, Expert("")), "姓名"),
        (tuple(Expert(f"专家{number}") for number in range(61)), "最多登记 60 人"),
        ((*PANEL, Expert("沈白鹭", ("astrology",))), "沈白鹭"),
    ],
)
def test_an_unsound_panel_is_refused(passed: Application, secretary: User, panel: Any, words: str) -> None:
    """Too few, a category missing, a member of the reviewing committee (by normalised name), twice the same."""
    expert = received(passed, by=secretary)
    with pytest.raises(InputRefused, match=words) as refusal:
        answer(expert, by=secretary, panel=panel)
    assert refusal.value.field == "panel"


def test_a_member_who_left_before_the_acceptance_may_sit_on_the_panel(secretary: User) -> None:
    passed = recorded_passed(by=secretary)
    assert passed.committee is not None
    accepted_on = timezone.localdate(passed.reviews.get().accepted_at)
    gone, stayed = passed.committee.members.order_by("pk")[5:7]
    members.leave(member=gone, left_on=accepted_on - dt.timedelta(days=1), reason="调离", by=secretary)
    members.leave(member=stayed, left_on=accepted_on, reason="调离", by=secretary)
    expert = received(passed, by=secretary)
    with pytest.raises(InputRefused, match="委员庚"):
        answer(expert, by=secretary, panel=(*PANEL[:5], Expert("委员庚")))
    answer(expert, by=secretary, panel=(*PANEL[:5], Expert("委员己")))
    assert expert.outcome == "agree"


def test_the_answer_comes_after_the_receipt_and_once(passed: Application, secretary: User) -> None:
    expert = requested(passed, by=secretary, on=days_ago(5))
    with pytest.raises(MoveRefused, match="收到申请的日期"):
        answer(expert, by=secretary)
    expert_reviews.receive(expert=expert, received_on=days_ago(3), by=secretary)
    with pytest.raises(InputRefused) as early:
        answer(expert, by=secretary, answered_on=days_ago(4))
    assert early.value.field == "answered_on"
    with pytest.raises(MoveRefused, match="还没有答复"):
        expert_reviews.conclude(expert=expert, decided_on=timezone.localdate(), by=secretary)
    answer(expert, by=secretary, file=("复核意见.txt", "同意".encode()))
    assert expert.file is not None
    with pytest.raises(MoveRefused, match="已经登记"):
        answer(expert, by=secretary, agree=6, disagree=0)


def test_agreed_means_approved_registered_and_followed_within_six_months(passed: Application, secretary: User) -> None:
    """办法 第32、33、44条."""
    expert = answered(passed, by=secretary)
    expert_reviews.conclude(expert=expert, decided_on=timezone.localdate(), by=secretary)
    passed.refresh_from_db()
    activity = passed.activity
    assert activity is not None
    assert (passed.status, activity.status, activity.expert_outcome) == ("approved", "active", "agree")
    assert activity.registration.due_on == timezone.localdate() + dt.timedelta(days=30)
    planned = activity.follow_ups.get()
    assert (planned.due_on - timezone.localdate()).days <= 184
    assert {"application_approved", "review_decided", "activity_approved"} <= set(types_of(passed)) | set(
        Event.objects.filter(dossier=activity.dossier).values_list("type", flat=True)
    )
    assert passed.reviews.get().decisions.get().counted[0]["yes"] == 6


def test_disagreed_means_rejected_with_reasons(passed: Application, secretary: User) -> None:
    """E10 the other way round: a reject follows the experts' answer, and says why."""
    expert = answered(passed, by=secretary, agree=3, disagree=3, outcome="disagree")
    with pytest.raises(InputRefused) as silent:
        expert_reviews.conclude(expert=expert, decided_on=timezone.localdate(), by=secretary)
    assert silent.value.field == "reasons"
    expert = ExpertReview.objects.get()
    expert_reviews.conclude(expert=expert, decided_on=timezone.localdate(), reasons="风险大于收益。", by=secretary)
    passed.refresh_from_db()
    assert (passed.status, passed.activity) == ("rejected", None)
    assert "application_rejected_after_experts" in types_of(passed)


def test_a_day_before_the_answer_is_no_day_of_the_decision(passed: Application, secretary: User) -> None:
    expert = answered(passed, by=secretary, on=days_ago(5))
    with pytest.raises(InputRefused) as early:
        expert_reviews.conclude(expert=expert, decided_on=days_ago(1), by=secretary)
    assert early.value.field == "decided_on"


def test_a_start_that_passed_while_the_experts_thought_can_be_put_off_but_not_approved(secretary: User) -> None:
    """E12: what began is never approved afterwards; what did not begin begins later, with a reason."""
    passed = recorded_passed(by=secretary, start_on=days_ago(2))
    expert = answered(passed, by=secretary, on=days_ago(3))
    with pytest.raises(InputRefused, match="不得事后补批"):
        expert_reviews.conclude(expert=expert, decided_on=timezone.localdate(), by=secretary)
    application = Application.objects.get()
    with pytest.raises(InputRefused) as silent:
        starts.put_off(application=application, start_on=days_ahead(9), reason="", by=secretary)
    assert silent.value.field == "reason"
    starts.put_off(application=application, start_on=days_ahead(9), reason="单位来函说明尚未开始。", by=secretary)
    assert types_of(application)[-1] == "application_edited"
    expert_reviews.conclude(expert=ExpertReview.objects.get(), decided_on=timezone.localdate(), by=secretary)
    application.refresh_from_db()
    assert application.status == "approved"
    with pytest.raises(MoveRefused):
        starts.put_off(application=application, start_on=days_ahead(20), reason="再推迟", by=secretary)


def test_the_start_of_a_review_held_here_moves_only_ahead_and_before_its_end(secretary: User) -> None:
    application = run_passed(working_committee(by=secretary), secretary=secretary)
    with pytest.raises(InputRefused, match="不能早于今天"):
        starts.put_off(application=application, start_on=days_ago(1), reason="来函", by=secretary)
    application.refresh_from_db()
    with pytest.raises(InputRefused, match="计划结束日期"):
        starts.put_off(application=application, start_on=days_ahead(900), reason="来函", by=secretary)


def test_the_time_of_the_experts_counts_inside_an_emergency(secretary: User) -> None:
    """办法 第36条: the answer is never due after the 72 hours of the decision."""
    application = run_passed(
        working_committee(by=secretary),
        secretary=secretary,
        procedure="emergency",
        circumstances=["ai", "urgent"],
        expertise="人工智能",
    )
    expert = received(application, by=secretary)
    due_at = expert.review.due_at
    assert due_at is not None
    assert expert.due_on == timezone.localdate(due_at)


def test_a_state_approval_lifts_the_rereview_and_leaves_its_record(secretary: User) -> None:
    """办法 第34条: the activity bears the exemption with its basis."""
    passed = recorded_passed(by=secretary, circumstances=["ai", "state_approval"])
    passed.refresh_from_db()
    activity = passed.activity
    assert activity is not None
    assert (passed.status, activity.expert_outcome) == ("approved", "exempt")
    assert "行政审批" in activity.expert_basis
    assert not ExpertReview.objects.exists()


def test_a_centre_that_reviewed_an_activity_does_not_rereview_its_amendment(secretary: User) -> None:
    """AI 11."""
    unit = supervised_unit("川北审查与服务中心", by=secretary)
    centre = committee_of(unit, by=secretary, is_service_centre=True)
    own = committee_of(unit, by=secretary, name="本院伦理委员会")
    first = recorded_application(unit, centre, by=secretary)
    recorded_decided(recorded_accepted(first, by=secretary), by=secretary)
    expert = answered(first, by=secretary)
    expert_reviews.conclude(expert=expert, decided_on=timezone.localdate(), by=secretary)
    first.refresh_from_db()
    amendment = recorded_application(unit, own, by=secretary, activity=first.activity, title="算法更新")
    recorded_decided(recorded_accepted(amendment, by=secretary), by=secretary)
    with pytest.raises(InputRefused) as refusal:
        expert_reviews.request(
            application=amendment, authority=AUTHORITY, requested_on=timezone.localdate(), centre=centre, by=secretary
        )
    assert refusal.value.article == "AI 11"
