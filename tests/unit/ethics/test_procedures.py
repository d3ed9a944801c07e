"""Waiver, revision, extension, the 72 hours, appeals and what ends with a review (办法 第16-18、36条; 涉及人的办法 第32条)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone, translation

from accounts.models import User
from casework.actions.dossiers import reopen_dossier
from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.workflow import move
from ethics.actions import (
    acceptance,
    appeals,
    applications,
    closing,
    extensions,
    materials,
    members,
    review_decisions,
    revisions,
    waivers,
)
from ethics.deadlines import is_overdue, was_late
from ethics.models import Application, Committee, ExpertReview, Review, ReviewDecision, ReviewerAssignment
from ethics.review_workflow import APPLICATION
from tests.factories.ethics import ethics_officer
from tests.factories.procedures import (
    CHANGES,
    EVIDENCE,
    WAIVER,
    account,
    appealed,
    decided,
    declares,
    fresh,
    revised,
    simple_accepted,
    waiver_accepted,
)
from tests.factories.reviews import accepted, applicant, days_ahead, seats, submitted, working_committee

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary() -> User:
    return ethics_officer()


@pytest.fixture
def committee(secretary: User) -> Committee:
    return working_committee(by=secretary)


def last_event(application: Application, type: str) -> Event:
    return Event.objects.filter(dossier=application.dossier, type=type).order_by("pk").last()  # type: ignore[return-value]


def own(application: Application) -> User:
    assert application.applicant is not None
    return application.applicant


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


# Appeals


def test_a_dismissed_appeal_leaves_the_decision(secretary: User, committee: Committee) -> None:
    appeal = appealed(committee, secretary=secretary)
    application = appeal.decision.review.application
    assert last_event(application, "ethics_appeal_filed").data["by_applicant"]
    with pytest.raises(AccessDenied):
        appeals.answer(appeal=appeal, outcome="dismissed", answer="维持。", by=own(application))
    for outcome, said in (("", "维持。"), ("dismissed", " ")):
        with pytest.raises(InputRefused):
            appeals.answer(appeal=appeal, outcome=outcome, answer=said, by=secretary)
    appeals.answer(appeal=appeal, outcome="dismissed", answer="风险评估没有错误，维持决定。", by=secretary)
    application = Application.objects.get(pk=application.pk)
    assert application.status == "rejected" and not application.dossier.is_open
    assert "维持决定" in application.letters.get(kind="appeal_answer").body
    assert last_event(application, "ethics_appeal_answered").data["appeal_outcome"] == "dismissed"
    with pytest.raises(MoveRefused, match="已经答复"):
        appeals.answer(appeal=appeal, outcome="upheld", answer="改判。", by=secretary)


def test_an_upheld_appeal_opens_a_round_like_the_former(secretary: User, committee: Committee) -> None:
    """E11: the decision appealed against and its letter stay as they were."""
    appeal = appealed(committee, secretary=secretary, simple_grounds=["risk_le_minimal"])
    former = appeal.decision.review
    appeals.answer(appeal=appeal, outcome="upheld", answer="补充的数据足以说明风险可控。", by=secretary)
    application = Application.objects.get(pk=former.application_id)
    review = application.reviews.get(round=2)
    assert (application.status, application.dossier.is_open) == ("accepted", True)
    assert (review.procedure, review.proposed, review.departs_reason) == (
        former.procedure,
        former.proposed,
        appeals.LIKE_BEFORE,
    )
    assert review.due_on == former.due_on and review.version == application.versions.get()
    assert last_event(application, "application_review_reopened").data["round"] == 2
    assert last_event(application, "dossier_reopened").reason
    assert [one.kind for one in application.letters.filter(review=former, kind="decision")] == ["decision"]
    assert former.decisions.get().outcome == "reject"


def test_an_upheld_appeal_ends_the_round_that_waits_for_a_revision(secretary: User, committee: Committee) -> None:
    appeal = appealed(committee, secretary=secretary, outcome="approve_after_rev")
    appeals.answer(appeal=appeal, outcome="upheld", answer="修改要求没有依据。", by=secretary)
    former, again = Review.objects.order_by("round")
    assert former.ended_on == days_ahead(0) and again.ended_on is None


def test_the_chair_answers_who_declared(secretary: User, committee: Committee) -> None:
    appeal = appealed(committee, secretary=secretary)
    chair, _vice, third = seats(committee)[:3]
    for one, sentence in ((third, "主任委员"), (chair, "先声明")):
        with pytest.raises(AccessDenied, match=sentence):
            appeals.answer(appeal=appeal, outcome="dismissed", answer="维持。", by=account(one))
    declares(appeal.decision.review.application, chair)
    appeals.answer(appeal=appeal, outcome="dismissed", answer="维持原决定。", by=account(chair))
    assert appeal.answered_by == chair.user


def test_one_open_appeal_per_decision_with_grounds_and_evidence(secretary: User, committee: Committee) -> None:
    application = decided(committee, secretary=secretary, outcome="reject").application
    given = {"application": application, "grounds": "风险评估有误。", "file": EVIDENCE}
    paper = {"filed_on": days_ahead(0), "by": secretary}
    with pytest.raises(InputRefused, match="证据"):
        appeals.record(**given | paper | {"file": None})
    with pytest.raises(InputRefused, match="申诉理由"):
        appeals.record(**given | paper | {"grounds": ""})
    with pytest.raises(InputRefused, match="早于"):
        appeals.record(**given | paper | {"filed_on": days_ahead(-1)})
    with pytest.raises(InputRefused, match="晚于今天"):
        appeals.record(**given | paper | {"filed_on": days_ahead(1)})
    with pytest.raises(AccessDenied):
        appeals.record(**given | {"filed_on": days_ahead(0), "by": own(application)})
    with pytest.raises(AccessDenied):
        appeals.file(**given, by=secretary)
    appeals.record(**given, **paper)
    assert last_event(application, "ethics_appeal_filed").data["by_applicant"] is False
    with pytest.raises(MoveRefused, match="正在办理"):
        appeals.file(**given, by=own(application))


def test_an_approval_is_not_appealed(secretary: User, committee: Committee) -> None:
    application = decided(committee, secretary=secretary, outcome="approve").application
    with pytest.raises(MoveRefused, match="没有可以申诉"):
        appeals.file(application=application, grounds="不服。", file=EVIDENCE, by=own(application))


# What ends with a review


@pytest.mark.parametrize("way", ["reject", "withdraw"])
def test_members_read_until_their_term_ends(secretary: User, committee: Committee, way: str) -> None:
    """E22. Also where the member left early or the review ended without a decision."""
    review = accepted(committee, secretary=secretary)
    third, fourth = seats(committee)[2:4]
    declares(review.application, third, fourth)
    members.leave(member=fourth, left_on=days_ahead(0), reason="调离", by=secretary)
    application = fresh(review).application
    if way == "withdraw":
        applications.withdraw(application=application, reason="项目取消。", by=own(application))
    else:
        move(APPLICATION, application, "place_on_agenda", by=secretary)
        review_decisions.decide(
            review=fresh(review), outcome="reject", reasons="风险过高。", decided_on=days_ahead(0), by=secretary
        )
    visible = Application.objects.visible_to
    assert visible(account(third), third.ends_on).exists()
    assert visible(account(fourth), days_ahead(0)).exists()
    assert not visible(account(fourth), days_ahead(1)).exists()


def test_who_leaves_early_reads_no_longer_than_they_sit(secretary: User, committee: Committee) -> None:
    """E22, also while the review runs."""
    application = accepted(committee, secretary=secretary).application
    third, fourth = seats(committee)[2:4]
    declares(application, third, fourth)
    members.leave(member=third, left_on=days_ahead(0), reason="调离", by=secretary)
    members.leave(member=fourth, left_on=days_ahead(-1), reason="调离", by=secretary)
    visible = Application.objects.visible_to
    assert visible(account(third)).exists() and not visible(account(third), days_ahead(1)).exists()
    assert not visible(account(fourth)).exists()
    assert last_event(application, "grant_revoked").reason == "查阅期限不超过任期"


def test_papers_of_a_closed_dossier_stay_as_they_are(secretary: User, committee: Committee) -> None:
    """E22: nobody writes after the close, the secretary included."""
    application = decided(committee, secretary=secretary, outcome="reject").application
    material = application.materials.order_by("pk")[0]
    with pytest.raises(MoveRefused, match="只供查阅"):
        materials.replace(material=material, file=EVIDENCE, reason="传错文件。", by=secretary)
    assert not Event.objects.filter(type="material_replaced").exists()


def test_a_dossier_is_reopened_once(secretary: User, committee: Committee) -> None:
    application = decided(committee, secretary=secretary, outcome="reject").application
    for _again in range(2):
        reopen_dossier(dossier=application.dossier, reason="重新审查。", by=secretary)
    events = Event.objects.filter(dossier=application.dossier, type="dossier_reopened")
    assert [one.reason for one in events] == ["重新审查。"]


def test_ending_access_twice_writes_once(secretary: User, committee: Committee) -> None:
    application = simple_accepted(committee, secretary=secretary).application
    closing.end_reviewers_access(application=application, by=secretary)
    assert Event.objects.filter(dossier=application.dossier, type="grant_revoked").count() == 0


def test_a_submitted_application_has_no_round_yet(secretary: User, committee: Committee) -> None:
    application = submitted(committee)
    with pytest.raises(MoveRefused, match="没有正在进行"):
        extensions.extend(application=application, extended_to=days_ahead(9), reason="等。", by=secretary)
    assert not ReviewDecision.objects.exists()
