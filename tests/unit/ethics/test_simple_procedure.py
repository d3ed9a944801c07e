"""The simple procedure: the chair names, reviewers write, all must agree, anything else goes to a meeting (办法 第22-24条)."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from ethics.actions import opinions, reviewers
from ethics.enums import ItemVerdict
from ethics.models import Application, Committee, ReviewerAssignment, ReviewerOpinion
from ethics.presenters.workload import candidates
from tests.factories.procedures import (
    account,
    all_fit,
    declares,
    fresh,
    says,
    simple_accepted,
    simple_agreed,
    simple_named,
)
from tests.factories.reviews import accepted, days_ahead, last_event, seats, working_committee

pytestmark = pytest.mark.django_db


def test_the_chair_names_two_members(secretary: User, committee: Committee) -> None:
    review = simple_accepted(committee, secretary=secretary)
    chair, _vice, third, fourth = seats(committee)[:4]
    application = review.application
    with pytest.raises(InputRefused, match="至少指定 2 名"):
        reviewers.name(application=application, members=[third], by=account(chair))
    with pytest.raises(InputRefused, match="至少指定 2 名"):
        reviewers.name(application=application, members=[third, third], by=account(chair))
    made = reviewers.name(application=application, members=[third, fourth], by=account(chair))
    assert [one.member for one in made] == [third, fourth]
    assert application.status == "in_review"
    assert last_event(application, "reviewers_named").article == "ST 23"


def test_only_a_chair_who_declared_names(secretary: User, committee: Committee) -> None:
    application = simple_accepted(committee, secretary=secretary).application
    _chair, vice, third, fourth = seats(committee)[:4]
    for by, sentence in ((secretary, "主任委员"), (account(third), "主任委员"), (account(vice), "先声明")):
        with pytest.raises(AccessDenied, match=sentence):
            reviewers.name(application=application, members=[third, fourth], by=by)
    declares(application, vice)
    reviewers.name(application=application, members=[third, fourth], by=account(vice))


def test_without_a_chair_who_can_the_secretary_records_with_a_reason(secretary: User, committee: Committee) -> None:
    application = simple_accepted(committee, secretary=secretary).application
    for one in seats(committee)[:2]:
        one.user = None
        one.save()
    third, fourth = seats(committee)[2:4]
    with pytest.raises(InputRefused, match="原因"):
        reviewers.name(application=application, members=[third, fourth], by=secretary)
    reviewers.name(application=application, members=[third, fourth], reason="主任委员书面指定。", by=secretary)
    assert last_event(application, "reviewers_named").reason == "主任委员书面指定。"


def test_who_cannot_be_named(secretary: User, committee: Committee) -> None:
    """E9: the last day of a term counts, the day after does not."""
    application = simple_accepted(committee, secretary=secretary).application
    chair, _vice, third, fourth, fifth, sixth, _seventh = seats(committee)
    declares(application, third, answer="conflict")
    fourth.ends_on = days_ahead(-1)
    fourth.save()
    fifth.user = None
    fifth.save()
    stranger = seats(working_committee(by=secretary, name="医学伦理委员会", unit=committee.unit))[3]
    for member, sentence in ((third, "回避"), (fourth, "在任"), (fifth, "没有账号"), (stranger, "在任")):
        with pytest.raises(InputRefused, match=sentence):
            reviewers.name(application=application, members=[sixth, member], by=account(chair))
    sixth.ends_on = days_ahead(0)
    sixth.save()
    reviewers.name(application=application, members=[sixth, chair], by=account(chair))


def test_a_general_review_has_no_named_reviewers(secretary: User, committee: Committee) -> None:
    application = accepted(committee, secretary=secretary).application
    chair, _vice, third, fourth = seats(committee)[:4]
    declares(application, chair)
    with pytest.raises(MoveRefused, match="简易程序"):
        reviewers.name(application=application, members=[third, fourth], by=account(chair))


def test_the_naming_screen_knows_links_terms_and_load(secretary: User, committee: Committee) -> None:
    """R4. Who is named twice is listed after who is free; a link is shown, a conflict shuts out."""
    simple_named(committee, secretary=secretary, title="前一项研究")
    application = simple_accepted(committee, secretary=secretary).application
    chair, vice, third, _fourth, fifth = seats(committee)[:5]
    declares(application, vice, answer="conflict")
    known = {one.member: one for one in candidates(application, days_ahead(0))}
    assert (known[third].load, known[fifth].load) == (1, 0)
    assert known[vice].hindrance == "已回避"
    assert known[chair].has_declared and "与申请单位同属一个单位" in known[chair].words
    assert f"任期至 {chair.last_day}" in known[chair].words
    assert "没有发现关联" in known[fifth].words
    assert list(known)[-1] in seats(committee)[2:4]


def test_all_positive_and_the_secretary_confirms(secretary: User, committee: Committee) -> None:
    """E4, E5: there is no outcome to choose; it follows from the opinions. E17: so does the letter."""
    review = simple_named(committee, secretary=secretary)
    third, fourth = seats(committee)[2:4]
    says(review, third)
    words: dict[str, Any] = {"basis": "风险不高于最低风险。", "reasons": "方案可行。", "by": secretary}
    with pytest.raises(MoveRefused, match="还没有全部"):
        reviewers.confirm(application=fresh(review).application, **words)
    says(review, fourth)
    with pytest.raises(InputRefused, match="依据"):
        reviewers.confirm(application=fresh(review).application, **words | {"basis": " "})
    with pytest.raises(AccessDenied):
        reviewers.confirm(application=fresh(review).application, **words | {"by": account(third)})
    decision = reviewers.confirm(application=fresh(review).application, **words)
    assert decision is not None
    assert (decision.outcome, len(decision.counted)) == ("approve", 2)
    assert "风险不高于最低风险。" in decision.reasons
    assert last_event(review.application, "review_decided").data["late"] is False
    assert fresh(review).application.status == "approved"
    assert decision.letters.get().kind == "decision"


TRIGGERS = [
    ({"is_positive": False}, "negative_opinion"),
    ({"has_doubt": True}, "doubt_on_content"),
    ({"asks_meeting": True}, "member_request"),
]


@pytest.mark.parametrize(("said", "key"), TRIGGERS)
def test_one_trigger_moves_it_to_a_meeting_at_once(
    secretary: User, committee: Committee, said: dict[str, bool], key: str
) -> None:
    """R23. A negative opinion never rejects; the last day stays."""
    review = simple_named(committee, secretary=secretary)
    due = review.due_on
    says(review, seats(committee)[2], **said)
    review = fresh(review)
    assert (review.application.status, review.procedure, review.due_on) == ("accepted", "general", due)
    assert review.moved_on == days_ahead(0) and review.moved_reason
    event = last_event(review.application, "application_moved_to_meeting")
    assert key in {one["key"] for one in event.data["triggers"]}
    assert event.article == "ST 24"
    with pytest.raises(MoveRefused, match="已经结束|会议"):
        says(review, seats(committee)[3])


def test_a_changed_risk_moves_it_under_the_rules_on_people(secretary: User, committee: Committee) -> None:
    """HS 31. The base rules alone do not name a changed risk as a trigger."""
    values = {"regimes": ["ST2023", "HS2023"], "scope_classes": ["human"]}
    review = simple_named(committee, secretary=secretary, **values)
    says(review, seats(committee)[2], sees_changed_risk=True)
    assert fresh(review).procedure == "general"
    assert "风险受益比发生变化" in fresh(review).moved_reason


def test_a_doubt_about_one_item_is_a_doubt_about_the_content(secretary: User, committee: Committee) -> None:
    review = simple_named(committee, secretary=secretary)
    third = seats(committee)[2]
    checklist = all_fit(review)
    checklist["human"] = {"verdict": ItemVerdict.DOUBT, "comment": ""}
    with pytest.raises(InputRefused, match="请说明疑义"):
        says(review, third, checklist=checklist)
    checklist["human"]["comment"] = "补偿没有写明。"
    assert says(review, third, checklist=checklist).has_doubt
    assert fresh(review).procedure == "general"


def test_an_opinion_answers_every_item_and_chooses(secretary: User, committee: Committee) -> None:
    review = simple_named(committee, secretary=secretary)
    third = seats(committee)[2]
    with pytest.raises(InputRefused, match="逐项"):
        says(review, third, checklist={})
    with pytest.raises(InputRefused, match="请选择同意"):
        says(review, third, is_positive=None)
    with pytest.raises(InputRefused, match="审查意见"):
        says(review, third, text=" ")
    assert not ReviewerOpinion.objects.exists()


def test_only_the_named_reviewer_writes_and_only_once(secretary: User, committee: Committee) -> None:
    """E21. The secretary cannot write or change a word; a returned version stays and a new one follows."""
    review = simple_named(committee, secretary=secretary)
    third, fourth = seats(committee)[2:4]
    values: dict[str, Any] = {"is_positive": True, "text": "可行。", "checklist": all_fit(review)}
    for by in (secretary, account(seats(committee)[0])):
        with pytest.raises(AccessDenied):
            opinions.give(application=review.application, by=by, **values)
    first = says(review, third, text="可行。")
    assert last_event(review.application, "opinion_given").data["number"] == 1
    with pytest.raises(MoveRefused, match="已经提交"):
        says(review, third)
    with pytest.raises(InputRefused, match="退回原因"):
        opinions.send_back(opinion=first, reason="", by=secretary)
    with pytest.raises(AccessDenied):
        opinions.send_back(opinion=first, reason="请补充。", by=account(fourth))
    opinions.send_back(opinion=first, reason="请写明对补偿的意见。", by=secretary)
    assert last_event(review.application, "opinion_returned").reason == "请写明对补偿的意见。"
    with pytest.raises(MoveRefused, match="已经退回"):
        opinions.send_back(opinion=first, reason="再退一次。", by=secretary)
    second = says(review, third, text="可行，补偿合理。")
    first.refresh_from_db()
    assert (first.text, first.number, second.number) == ("可行。", 1, 2)


def test_undeclared_reviewer_writes_nothing(secretary: User, committee: Committee) -> None:
    """E13."""
    review = simple_accepted(committee, secretary=secretary)
    chair, _vice, third, fourth = seats(committee)[:4]
    reviewers.name(application=review.application, members=[third, fourth], by=account(chair))
    with pytest.raises(AccessDenied, match="先声明"):
        says(review, third)


def test_a_conflict_releases_and_another_is_named(secretary: User, committee: Committee) -> None:
    """E2: the opinion of who was replaced stays; it no longer counts."""
    review = simple_named(committee, secretary=secretary)
    chair, _vice, third, fourth, fifth = seats(committee)[:5]
    says(review, third)
    declares(review.application, third, answer="conflict")
    says(review, fourth)
    with pytest.raises(MoveRefused, match="还没有全部"):
        reviewers.confirm(application=fresh(review).application, basis="低风险。", reasons="可行。", by=secretary)
    reviewers.name(application=fresh(review).application, members=[fifth], by=account(chair))
    declares(review.application, fifth)
    says(review, fifth)
    decision = reviewers.confirm(
        application=fresh(review).application, basis="低风险。", reasons="可行。", by=secretary
    )
    assert decision is not None
    assert {one["member"] for one in decision.counted} == {fourth.pk, fifth.pk}
    assert ReviewerOpinion.objects.filter(assignment__member=third).count() == 1


def test_release_keeps_the_row(secretary: User, committee: Committee) -> None:
    review = simple_named(committee, secretary=secretary)
    chair, _vice, third = seats(committee)[:3]
    assignment = ReviewerAssignment.objects.get(review=review, member=third)
    with pytest.raises(AccessDenied):
        reviewers.release(assignment=assignment, reason="出差。", by=account(third))
    reviewers.release(assignment=assignment, reason="长期出差。", by=account(chair))
    assert last_event(review.application, "reviewer_released").reason == "长期出差。"
    with pytest.raises(MoveRefused, match="已经解除"):
        reviewers.release(assignment=assignment, reason="再次。", by=account(chair))
    with pytest.raises(AccessDenied, match="没有被指定"):
        says(review, third)


def test_the_secretary_gives_the_simple_procedure_up(secretary: User, committee: Committee) -> None:
    review = simple_accepted(committee, secretary=secretary)
    chair = seats(committee)[0]
    with pytest.raises(AccessDenied):
        reviewers.send_to_meeting(application=review.application, reason="委员不足。", by=account(chair))
    reviewers.send_to_meeting(application=review.application, reason="没有足够的无利益冲突委员。", by=secretary)
    assert fresh(review).procedure == "general"
    assert last_event(review.application, "application_moved_to_meeting").reason == "没有足够的无利益冲突委员。"
    with pytest.raises(MoveRefused):
        reviewers.send_to_meeting(application=fresh(review).application, reason="再次。", by=secretary)


def test_nothing_is_written_after_the_decision(secretary: User, committee: Committee) -> None:
    """E22: the dossier is closed, the members read it for the rest of their term and no longer."""
    review = simple_agreed(committee, secretary=secretary)
    chair, _vice, third, _fourth, fifth, sixth, _seventh = seats(committee)
    reviewers.confirm(application=review.application, basis="低风险。", reasons="可行。", by=secretary)
    application = fresh(review).application
    assert not application.dossier.is_open
    with pytest.raises(MoveRefused):
        says(review, third)
    with pytest.raises(MoveRefused):
        reviewers.name(application=application, members=[fifth, sixth], by=account(chair))
    reader = account(third)
    visible = Application.objects.visible_to
    assert visible(reader).exists() and visible(reader, third.ends_on).exists()
    assert not visible(reader, third.ends_on + (days_ahead(1) - days_ahead(0))).exists()
