"""Appeals against a decision, and what ends with a dossier: access, papers (E22)."""

from __future__ import annotations

import pytest

from accounts.models import User
from casework.actions.dossiers import reopen_dossier
from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.workflow import move
from ethics.actions import (
    appeals,
    applications,
    closing,
    extensions,
    materials,
    members,
    review_decisions,
)
from ethics.models import Application, Committee, Review, ReviewDecision
from ethics.review_workflow import APPLICATION
from tests.factories.procedures import (
    EVIDENCE,
    account,
    appealed,
    decided,
    declares,
    fresh,
    simple_accepted,
)
from tests.factories.reviews import accepted, days_ahead, last_event, own, seats, submitted

pytestmark = pytest.mark.django_db


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
