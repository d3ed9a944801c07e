"""What happens beside a review while it runs: amendments, other sessions, changed facts, letters to others (E2, E8, E13)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from accounts.enums import Clearance, Role
from accounts.models import User
from casework.access import get_attachment_for
from casework.actions import grants
from casework.enums import ExclusionSource
from casework.models import Event
from casework.refusals import InputRefused, MoveRefused
from casework.workflow import move
from ethics.actions import (
    acceptance,
    activities,
    activity_life,
    agenda,
    applications,
    attendance,
    expert_reviews,
    investigators,
    letters,
    materials,
    meetings,
    members,
    motions,
    review_decisions,
    reviewers,
)
from ethics.completeness import missing
from ethics.life_access import visible_incidents, visible_letters
from ethics.models import AgendaItem, Application, Committee, EthicsAppeal, ReviewLetter
from ethics.presenters.meeting_choices import subjects_of
from ethics.presenters.own_application import letter_rows, unconfirmed
from ethics.review_access import get_letter_for, visible_items
from ethics.review_workflow import APPLICATION, running_review
from ethics.tallies import sitting_of, subject_of
from ethics.today_reviews import to_confirm
from tests.factories import person
from tests.factories.ethics import activity_of, days_ago, ethics_officer
from tests.factories.ethics_life import decided as approved
from tests.factories.ethics_life import reported
from tests.factories.experts import AUTHORITY, recorded_application, recording_unit, requested, run_passed
from tests.factories.meetings import planned, recuse, voted
from tests.factories.procedures import appealed, declares, fresh, simple_agreed
from tests.factories.reviews import accepted, applicant, days_ahead, draft, seats, submitted
from tests.search.records import set_secrecy

pytestmark = pytest.mark.django_db


def under_way(committee: Committee, secretary: User, **subject: Any) -> AgendaItem:
    """The one item of a meeting that has begun, everybody there."""
    meeting = planned(committee, by=secretary)
    item = agenda.add(meeting=meeting, by=secretary, **subject)
    attendance.record(meeting=meeting, present=seats(committee), by=secretary)
    meetings.begin(meeting=meeting, by=secretary)
    return item


def again(item: AgendaItem) -> AgendaItem:
    return AgendaItem.objects.get(pk=item.pk)


def test_a_draft_amendment_changes_nothing_of_a_follow_up(committee: Committee, secretary: User) -> None:
    """I21: both rule sets of the approved application count, and the committee still deals with it."""
    by = applicant()
    review = accepted(committee, secretary=secretary, by=by, regimes=["ST2023", "HS2023"])
    application = _approved(review.application, secretary)
    assert application.activity is not None
    amendment = applications.begin(title="增加一次采集", activity=application.activity, by=by)
    applications.edit(application=amendment, committee=None, by=by)
    item = under_way(committee, secretary, kind="follow_up", follow_up=application.activity.follow_ups.get())
    assert subject_of(item) == application
    assert {book.regime for book, _key in sitting_of(item).rules()} == {"ST2023", "HS2023"}


def test_who_was_recused_from_one_application_is_recused_from_its_follow_up(
    committee: Committee, secretary: User
) -> None:
    """E13: also when another application of the activity was approved since."""
    by = applicant()
    review = accepted(committee, secretary=secretary, by=by)
    recuse(review.application, seats(committee)[6], secretary)
    application = _approved(review.application, secretary)
    amendment = _amended(application, committee, secretary, by)
    _approved(amendment, secretary)
    assert application.activity is not None
    item = under_way(committee, secretary, kind="follow_up", follow_up=application.activity.follow_ups.get())
    sitting = sitting_of(item)
    assert subject_of(item) == amendment
    assert [one.attendance.member for one in sitting.recused] == [seats(committee)[6]]
    assert len(sitting.voters) == 6


def _amended(application: Application, committee: Committee, secretary: User, by: User) -> Application:
    amendment = applications.begin(title="增加一次采集", activity=application.activity, by=by)
    for paper in application.materials.select_related("attachment"):
        _same_paper(amendment, paper.key, by)
    applications.submit(application=amendment, by=by)
    acceptance.accept(
        application=amendment,
        unit=committee.unit,
        committee=committee,
        procedure="general",
        departs_reason="审查秘书的判断",
        by=secretary,
    )
    return amendment


def _same_paper(application: Application, key: str, by: User) -> None:
    if not application.investigators.exists():
        investigators.add(application=application, name="申请人辰", has_training=True, by=by)
    materials.add(application=application, key=key, file=(f"{key}.txt".replace(":", "-"), key.encode()), by=by)


def _approved(application: Application, secretary: User) -> Application:
    with transaction.atomic():
        move(APPLICATION, application, "place_on_agenda", by=secretary)
    review = running_review(application)
    assert review is not None
    review.application = application
    review_decisions.decide(
        review=review, outcome="approve", decided_on=timezone.localdate(), reasons="可行。", by=secretary
    )
    return Application.objects.get(pk=application.pk)


def test_an_appeal_upheld_after_the_applicant_went_on(committee: Committee, secretary: User) -> None:
    """The applicant handed the revision in while the appeal stood on the agenda."""
    appeal = appealed(committee, secretary=secretary, outcome="approve_after_rev")
    application = appeal.decision.review.application
    assert application.applicant is not None
    item = _declared_appeal(appeal, committee, secretary)
    voted(item, "yyyyyyy", secretary=secretary, decision="upheld")
    applications.withdraw(application=application, reason="不再开展。", by=application.applicant)
    with pytest.raises(MoveRefused):
        agenda.conclude(item=again(item), by=secretary, reasons="事实不清。")
    agenda.adjourn(item=again(item), reason="申请人已撤回", by=secretary)
    agenda.reconcile(item=again(item), by=secretary)
    meetings.close(meeting=again(item).meeting, by=secretary)


def test_an_appeal_is_not_upheld_once_the_applicant_went_on(committee: Committee, secretary: User) -> None:
    appeal = appealed(committee, secretary=secretary, outcome="approve_after_rev")
    application = appeal.decision.review.application
    assert application.applicant is not None
    item = _declared_appeal(appeal, committee, secretary)
    applications.withdraw(application=application, reason="不再开展。", by=application.applicant)
    with pytest.raises(MoveRefused, match="会外办结"):
        motions.put(item=again(item), decision="upheld", by=secretary)
    assert voted(again(item), "yyyyyyy", secretary=secretary, decision="dismissed").result == "carried"
    agenda.conclude(item=again(item), by=secretary, reasons="申请已经撤回。")


def _declared_appeal(appeal: EthicsAppeal, committee: Committee, secretary: User) -> AgendaItem:
    declares(appeal.decision.review.application, *seats(committee))
    return under_way(committee, secretary, kind="appeal", appeal=appeal)


def test_a_report_on_an_activity_that_ended_meanwhile(committee: Committee, secretary: User) -> None:
    activity = activity_of(committee.unit, by=secretary, committee=committee)
    item = under_way(committee, secretary, kind="incident", incident=reported(activity, by=secretary))
    voted(item, "yyyyyyy", secretary=secretary, decision="suspend")
    activity.refresh_from_db()
    activities.terminate(activity=activity, ended_on=days_ago(0), reason="经费用完。", by=secretary)
    with pytest.raises(MoveRefused, match="会外办结"):
        motions.put(item=again(_second(activity, committee, secretary)), decision="suspend", by=secretary)
    agenda.adjourn(item=again(item), reason="活动已经终止", by=secretary)


def _second(activity: Any, committee: Committee, secretary: User) -> AgendaItem:
    activity.refresh_from_db()
    incident = reported(activity, by=secretary, facts="另一名受试者不适。")
    return under_way(committee, secretary, kind="incident", incident=incident)


def test_an_amendment_of_an_activity_that_ended_meanwhile(committee: Committee, secretary: User) -> None:
    by = applicant()
    application = approved(committee, secretary=secretary, by=by)
    amendment = _amended(application, committee, secretary, by)
    declares(amendment, *seats(committee))
    item = under_way(committee, secretary, kind="review", application=amendment)
    voted(item, "yyyyyyy", secretary=secretary)
    activity = application.activity
    assert activity is not None
    activities.complete(activity=activity, ended_on=days_ago(0), by=secretary)
    agenda.adjourn(item=again(item), reason="活动已经完成", by=secretary)
    assert Application.objects.get(pk=amendment.pk).status == "accepted"


def test_a_meeting_of_an_earlier_day_reviews_nothing_accepted_since(committee: Committee, secretary: User) -> None:
    review = accepted(committee, secretary=secretary)
    meeting = planned(committee, by=secretary, held_on=days_ago(1))
    with pytest.raises(MoveRefused, match="才受理"):
        agenda.add(meeting=meeting, kind="review", application=review.application, by=secretary)
    later = planned(committee, by=secretary, held_on=days_ahead(1))
    item = agenda.add(meeting=later, kind="review", application=review.application, by=secretary)
    given = {"begins": "09:30", "place": "三楼", "chair": later.chair, "by": secretary}
    meetings.edit(meeting=later, held_on=days_ago(1), **given)
    attendance.record(meeting=later, present=seats(committee), by=secretary)
    declares(review.application, *seats(committee))
    meetings.begin(meeting=later, by=secretary)
    with pytest.raises(MoveRefused, match="才受理"):
        motions.put(item=again(item), decision="approve", by=secretary)


def test_two_secretaries_accept_at_once(committee: Committee, secretary: User) -> None:
    application = submitted(committee)
    other = Application.objects.get(pk=application.pk)
    given: dict[str, Any] = {
        "unit": committee.unit,
        "committee": committee,
        "procedure": "general",
        "departs_reason": "判断",
        "by": secretary,
    }
    acceptance.accept(application=application, **given)
    with pytest.raises(MoveRefused, match="刚被他人处理"):
        acceptance.accept(application=other, **given)


def test_two_secretaries_ask_the_province_at_once(committee: Committee, secretary: User) -> None:
    passed = run_passed(committee, secretary=secretary)
    other = Application.objects.get(pk=passed.pk)
    requested(passed, by=secretary)
    with pytest.raises(MoveRefused, match="刚被他人处理"):
        expert_reviews.request(application=other, authority=AUTHORITY, requested_on=days_ago(0), by=secretary)


def test_one_application_handed_in_from_two_windows(committee: Committee) -> None:
    by = applicant()
    application = draft(committee, by=by)
    other = Application.objects.get(pk=application.pk)
    applications.submit(application=application, by=by)
    with pytest.raises(MoveRefused, match="刚被他人处理"):
        applications.submit(application=other, by=by)


def test_the_opinion_of_a_reviewer_kept_out_since_does_not_carry(committee: Committee, secretary: User) -> None:
    review = simple_agreed(committee, secretary=secretary)
    third = seats(committee)[2]
    assert third.user is not None
    grants.exclude(
        dossier=review.application.dossier,
        user=third.user,
        source=ExclusionSource.ORDERED,
        reason="近亲属",
        by=secretary,
    )
    with pytest.raises(MoveRefused, match="已经回避"):
        reviewers.confirm(application=fresh(review).application, basis="低风险。", reasons="可行。", by=secretary)


def test_the_recall_of_a_letter_to_the_province_is_not_on_the_pages_of_the_applicant(
    committee: Committee, secretary: User
) -> None:
    passed = run_passed(committee, secretary=secretary)
    requested(passed, by=secretary)
    letters.recall(letter=ReviewLetter.objects.get(kind="expert_request"), reason="委员会意见有误。", by=secretary)
    assert passed.applicant is not None
    letters.confirm_receipt(letter=passed.letters.get(kind="acceptance"), by=passed.applicant)
    assert [one["kind"] for one in letter_rows(passed)] == ["受理通知书"]
    assert unconfirmed([passed]) == set()
    assert list(to_confirm(passed.applicant, timezone.localdate())) == []


def test_letters_and_reports_of_an_activity_are_closed_with_the_dossier_behind_it(
    committee: Committee, secretary: User
) -> None:
    """E13, R14: above the level of the house, and for whoever is kept out."""
    application = approved(committee, secretary=secretary)
    activity = application.activity
    assert activity is not None
    reported(activity, by=secretary)
    activity.refresh_from_db()
    letter = activity_life.suspend(activity=activity, reason="样本泄露。", by=secretary).letters.get()
    auditor, other = person(Role.AUDITOR), ethics_officer()
    assert get_letter_for(auditor, letter.pk) == letter
    grants.exclude(dossier=application.dossier, user=other, source=ExclusionSource.ORDERED, reason="同事", by=secretary)
    assert not visible_letters(other).exists()
    assert not visible_incidents(other).exists()
    set_secrecy(application.dossier, Clearance.SEALED)
    assert not visible_letters(auditor).exists()
    with pytest.raises(Http404):
        get_letter_for(auditor, letter.pk)


def test_an_account_taken_from_a_member_reads_nothing_any_more(committee: Committee, secretary: User) -> None:
    """E13, E22: linked by mistake, put right; the grant does not outlive the link."""
    application = accepted(committee, secretary=secretary).application
    third = seats(committee)[2]
    wrong = third.user
    assert wrong is not None
    declares(application, third)
    assert Application.objects.visible_to(wrong).filter(pk=application.pk).exists()
    members.link_account(member=third, user=person(Role.COMMITTEE), by=secretary)
    assert not Application.objects.visible_to(wrong).exists()
    assert Event.objects.filter(dossier=application.dossier, type="grant_revoked").count() == 1


def test_partner_countries_ask_for_their_approvals(committee: Committee) -> None:
    """第12条: no country is named without the box that asks for its approval, and none of a name no paper can hold."""
    by = applicant()
    application = draft(committee, by=by, partner_countries=["日本"])
    assert [one.key for one in missing(application, timezone.localdate())] == ["international"]
    with pytest.raises(InputRefused) as refusal:
        applications.edit(application=application, partner_countries=["某" * 61], by=by)
    assert refusal.value.field == "partner_countries"


def test_the_files_of_a_draft_are_the_applicants_own(committee: Committee, secretary: User) -> None:
    """B5: whoever may see all reviews does not open a draft by the number of its file either."""
    application = draft(committee)
    file = application.materials.order_by("pk")[0].attachment
    with pytest.raises(Http404):
        get_attachment_for(secretary, file.pk)
    assert application.applicant is not None
    applications.submit(application=application, by=application.applicant)
    assert get_attachment_for(secretary, file.pk) == file


def test_a_letter_about_an_activity_is_not_confirmed_by_the_applicant(committee: Committee, secretary: User) -> None:
    application = approved(committee, secretary=secretary)
    assert application.activity is not None and application.applicant is not None
    letter = activity_life.suspend(activity=application.activity, reason="设备故障。", by=secretary).letters.get()
    with pytest.raises(MoveRefused, match="登记送达"):
        letters.confirm_receipt(letter=letter, by=application.applicant)


def test_who_is_kept_out_is_offered_nothing_of_it_for_an_agenda(committee: Committee, secretary: User) -> None:
    """E13, B5: neither the follow-up nor the report of the activity; and a member below the level sees no such item."""
    application = approved(committee, secretary=secretary)
    activity = application.activity
    assert activity is not None
    incident = reported(activity, by=secretary)
    other, meeting = ethics_officer(), planned(committee, by=secretary)
    offered = {str(label) for label, _rows in subjects_of(meeting, other)}
    assert offered >= {"讨论不良事件、偏离或者变更", "讨论跟踪审查"}
    grants.exclude(dossier=application.dossier, user=other, source=ExclusionSource.ORDERED, reason="同事", by=secretary)
    assert [kind for kind, _rows in subjects_of(meeting, other)] == ["other:"]
    item = agenda.add(meeting=meeting, kind="incident", incident=incident, by=secretary)
    member = seats(committee)[1].user
    assert visible_items(member).filter(pk=item.pk).exists()
    set_secrecy(application.dossier, Clearance.SEALED)
    assert not visible_items(member).filter(pk=item.pk).exists()


def test_an_amendment_neither_leaves_the_list_nor_enters_it(committee: Committee, secretary: User) -> None:
    """第33条: a listed activity would be changed without its experts, or become one that nobody follows up in time."""
    by = applicant()
    activity = approved(committee, secretary=secretary, by=by).activity
    assert activity is not None
    amendment = applications.begin(title="改为闭环刺激", activity=activity, by=by)
    applications.edit(application=amendment, list_item="", by=by)
    with pytest.raises(InputRefused) as refusal:
        applications.edit(application=amendment, list_item="L4", by=by)
    assert refusal.value.field == "list_item"
    unit, own = recording_unit(by=secretary)
    listed = activity_of(unit, by=secretary, committee=own)
    with pytest.raises(InputRefused) as refusal:
        recorded_application(unit, own, by=secretary, activity=listed, list_item="", circumstances=[])
    assert refusal.value.field == "list_item"
