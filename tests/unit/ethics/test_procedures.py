"""Waiver, revision, extension and the 72 hours (办法 第16-18、36条; 涉及人的办法 第32条)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone, translation

from accounts.models import User
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.workflow import move
from ethics.actions import (
    acceptance,
    applications,
    extensions,
    review_decisions,
    revisions,
    waivers,
)
from ethics.deadlines import is_overdue, was_late
from ethics.models import Application, Committee, ExpertReview, Review, ReviewerAssignment
from ethics.review_workflow import APPLICATION
from tests.factories.procedures import (
    CHANGES,
    WAIVER,
    account,
    decided,
    declares,
    fresh,
    revised,
    waiver_accepted,
)
from tests.factories.reviews import accepted, applicant, days_ahead, last_event, own, seats

pytestmark = pytest.mark.django_db


# Waiver


def test_a_waiver_waives_no_consent(secretary: User, committee: Committee) -> None:
    review = waiver_accepted(committee, secretary=secretary)
    application = review.application
    with pytest.raises(AccessDenied):
        waivers.confirm(application=application, reason="匿名化数据。", by=account(seats(committee)[0]))
    with pytest.raises(InputRefused, match="理由"):
        waivers.confirm(application=application, reason="", by=secretary)
    waivers.confirm(application=application, reason="使用匿名化数据。", by=secretary)
    review = fresh(review)
    assert (review.application.status, review.ended_on) == ("waived", days_ahead(0))
    assert not review.application.dossier.is_open
    letter = application.letters.get(kind="waiver")
    assert "不等于免除知情同意" in letter.body
    assert last_event(application, "application_waived").article == "HS 32"
    with pytest.raises(MoveRefused):
        waivers.confirm(application=review.application, reason="再次。", by=secretary)


def test_a_refused_waiver_goes_to_a_meeting(secretary: User, committee: Committee) -> None:
    review = waiver_accepted(committee, secretary=secretary)
    due = review.due_on
    waivers.refuse(application=review.application, reason="数据可以识别到个人。", by=secretary)
    review = fresh(review)
    assert (review.application.status, review.procedure, review.due_on) == ("accepted", "general", due)
    assert review.moved_reason == "数据可以识别到个人。"
    assert last_event(review.application, "application_moved_to_meeting").data["was"] == "waiver"
    with pytest.raises(MoveRefused, match="不是按免除审查受理"):
        waivers.refuse(application=review.application, reason="再次。", by=secretary)


@pytest.mark.parametrize(
    "changed",
    [
        {"list_item": "L4"},
        {"waiver": {}},
        {"waiver": WAIVER | {"involved": ["embryo"]}},
        {"waiver": WAIVER | {"conditions": []}},
    ],
)
def test_what_is_never_waived(secretary: User, committee: Committee, changed: dict[str, object]) -> None:
    """Listed kinds and excluded matters, whatever was accepted."""
    application = waiver_accepted(committee, secretary=secretary).application
    for name, value in changed.items():
        setattr(application, name, value)
    application.save()
    with pytest.raises(InputRefused):
        waivers.confirm(application=Application.objects.get(pk=application.pk), reason="匿名化数据。", by=secretary)


# Revision


def test_a_verified_revision_is_approved(secretary: User, committee: Committee) -> None:
    review = revised(committee, secretary=secretary)
    application = review.application
    with pytest.raises(AccessDenied):
        revisions.verify(application=application, note="已补充。", by=account(seats(committee)[0]))
    with pytest.raises(InputRefused, match="核实情况"):
        revisions.verify(application=application, note="", by=secretary)
    decision = revisions.verify(application=application, note="已补充退出条款。", by=secretary)
    assert decision is not None and decision.outcome == "approve" and "已补充退出条款。" in decision.reasons
    review = fresh(review)
    assert (review.application.status, review.ended_on) == ("approved", days_ahead(0))
    assert [one.outcome for one in review.decisions.order_by("pk")] == ["approve_after_rev", "approve"]
    assert last_event(application, "application_approved").data["round"] == 1


def test_an_unfinished_revision_goes_back_with_a_letter(secretary: User, committee: Committee) -> None:
    review = revised(committee, secretary=secretary)
    revisions.send_back(application=review.application, still_open="退出后数据的处理没有写明。", by=secretary)
    application = fresh(review).application
    assert application.status == "awaiting_revision"
    letter = application.letters.get(kind="correction")
    assert CHANGES in letter.body and "退出后数据的处理没有写明。" in letter.body
    assert last_event(application, "revision_returned").data["version"] == 2
    with pytest.raises(MoveRefused, match="没有待核实"):
        revisions.verify(application=application, note="已补充。", by=secretary)
    applications.submit(application=application, by=own(application))
    assert revisions.verify(application=fresh(review).application, note="已写明。", by=secretary) is not None


def test_the_designated_member_verifies_too(secretary: User, committee: Committee) -> None:
    """A reviewer named in the round, or the lead reviewer of its item; no other member."""
    review = revised(committee, secretary=secretary)
    third, fourth = seats(committee)[2:4]
    ReviewerAssignment.objects.create(review=review, member=third, named_at=timezone.now(), named_by=secretary)
    with pytest.raises(AccessDenied, match="先声明"):
        revisions.verify(application=review.application, note="已补充。", by=account(third))
    declares(review.application, third, fourth)
    with pytest.raises(AccessDenied, match="指定的委员"):
        revisions.verify(application=review.application, note="已补充。", by=account(fourth))
    assert revisions.verify(application=review.application, note="已补充。", by=account(third)) is not None


def test_a_listed_revision_goes_to_the_experts_first(secretary: User, committee: Committee) -> None:
    review = revised(committee, secretary=secretary, list_item="L4")
    assert revisions.verify(application=review.application, note="已补充。", by=secretary) is None
    assert fresh(review).application.status == "preliminary_passed"
    assert last_event(review.application, "application_passed_preliminary").article == "ST 26"


def test_a_resubmission_goes_the_same_way_again(secretary: User, committee: Committee) -> None:
    """修改后再审: the former procedure is kept, and leaving it wants a reason although triage proposes otherwise."""
    first = decided(committee, secretary=secretary, outcome="rereview", simple_grounds=["risk_le_minimal"])
    assert (first.proposed, first.procedure) == ("simple", "general")
    application = first.application
    applications.submit(application=application, by=own(application))
    placed = {"application": application, "unit": committee.unit, "committee": committee, "by": secretary}
    with pytest.raises(InputRefused, match="改变程序的理由"):
        acceptance.accept(procedure="simple", **placed)
    second = acceptance.accept(procedure="general", **placed)
    assert (second.round, second.proposed, second.procedure) == (2, "simple", "general")
    assert second.departs_reason == acceptance.SAME_AGAIN


# Extension and clocks


def test_an_extension_states_a_later_day_and_the_reason(secretary: User, committee: Committee) -> None:
    review = accepted(committee, secretary=secretary)
    application, due = review.application, review.due_on
    assert due is not None
    with pytest.raises(AccessDenied):
        extensions.extend(application=application, extended_to=days_ahead(50), reason="会期。", by=applicant())
    with pytest.raises(InputRefused, match="晚于|later"):
        extensions.extend(application=application, extended_to=due, reason="会期。", by=secretary)
    with pytest.raises(InputRefused, match="延长原因"):
        extensions.extend(application=application, extended_to=days_ahead(50), reason=" ", by=secretary)
    with translation.override("en"):
        extensions.extend(application=application, extended_to=days_ahead(50), reason="补充专家意见。", by=secretary)
    review = fresh(review)
    assert (review.due_on, review.last_day) == (due, days_ahead(50))
    body = application.letters.get(kind="extension").body
    assert "补充专家意见。" in body and "审查决定" in body
    assert last_event(application, "review_extended").data["before"] == due.isoformat()


def test_a_decided_round_is_not_extended(secretary: User, committee: Committee) -> None:
    application = decided(committee, secretary=secretary, outcome="approve_after_rev").application
    with pytest.raises(MoveRefused, match="已经作出"):
        extensions.extend(application=application, extended_to=days_ahead(90), reason="会期。", by=secretary)
    ended = decided(committee, secretary=secretary, outcome="reject", title="另一项研究").application
    with pytest.raises(MoveRefused, match="没有正在进行"):
        extensions.extend(application=ended, extended_to=days_ahead(90), reason="会期。", by=secretary)


def test_days_count_to_the_last_one(secretary: User, committee: Committee) -> None:
    review = accepted(committee, secretary=secretary)
    noon = timezone.localtime().replace(hour=12)
    assert review.due_on is not None
    last = (review.due_on - timezone.localdate()).days
    assert not is_overdue(review, noon + dt.timedelta(days=last))
    assert is_overdue(review, noon + dt.timedelta(days=last + 1))
    review.extended_to = review.due_on + dt.timedelta(days=5)
    assert not is_overdue(review, noon + dt.timedelta(days=last + 5))


def emergency(committee: Committee, secretary: User, **values: object) -> Review:
    return accepted(
        committee, secretary=secretary, procedure="emergency", circumstances=["urgent"], expertise="医学", **values
    )


@pytest.mark.parametrize(("hours", "is_late"), [(71, False), (72, False), (73, True)])
def test_an_emergency_is_late_after_72_hours(secretary: User, committee: Committee, hours: int, is_late: bool) -> None:
    """R22. The 72nd hour is the last that is in time."""
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        review = emergency(committee, secretary)
        clock.shift(dt.timedelta(hours=hours))
        assert is_overdue(review, timezone.now()) is is_late
        move(APPLICATION, review.application, "place_on_agenda", by=secretary)
        decision = review_decisions.decide(
            review=review, outcome="approve", decided_on=timezone.localdate(), by=secretary
        )
        assert decision is not None
        assert was_late(decision) is is_late
        assert last_event(review.application, "review_decided").data["late"] is is_late
        assert not is_overdue(fresh(review), timezone.now())


def test_the_experts_work_inside_the_72_hours(secretary: User, committee: Committee) -> None:
    """R22. A preliminary opinion stops nothing; the final decision after 73 hours is late."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        review = emergency(committee, secretary, list_item="L4")
        move(APPLICATION, review.application, "place_on_agenda", by=secretary)
        today = {"decided_on": timezone.localdate(), "by": secretary}
        assert review_decisions.decide(review=review, outcome="approve", **today) is None
        clock.shift(dt.timedelta(hours=73))
        assert is_overdue(fresh(review), timezone.now())
        ExpertReview.objects.create(
            review=review,
            committee=committee,
            authority="省科技厅",
            requested_on=days_ahead(-3),
            received_on=days_ahead(-3),
            agree=5,
            disagree=0,
            outcome="agree",
            opinion_no="川科伦复〔2026〕8号",
            answered_on=days_ahead(0),
        )
        move(APPLICATION, review.application, "request_expert", by=secretary)
        today = {"decided_on": timezone.localdate(), "by": secretary}
        decision = review_decisions.decide(review=fresh(review), outcome="approve", **today)
        assert decision is not None and was_late(decision)


def test_an_emergency_is_never_extended(secretary: User, committee: Committee) -> None:
    application = emergency(committee, secretary).application
    with pytest.raises(MoveRefused, match="72 小时") as refusal:
        extensions.extend(application=application, extended_to=days_ahead(9), reason="等专家。", by=secretary)
    assert refusal.value.article == "ST 36"
