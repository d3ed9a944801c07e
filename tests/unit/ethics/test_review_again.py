"""A review anew 重新审查: an approval was taken away, and only another one gives it back (办法 第20条)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone

from accounts.enums import Clearance, Role
from accounts.models import User
from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from ethics.actions import (
    acceptance,
    activities,
    agenda,
    appeals,
    applications,
    expert_reviews,
    incidents,
    materials,
    recorded,
)
from ethics.completeness import wanted_materials
from ethics.enums import ListItem
from ethics.models import Activity, Application, Committee, ExpertReview
from ethics.review_access import get_own_activity
from ethics.tallies import is_overtaken
from tests.factories import person
from tests.factories.ethics import activity_of, committee_of, days_ago, supervised_unit
from tests.factories.ethics_life import decide, decided, reported, reviewed_again, unlisted
from tests.factories.experts import AI_TITLE, answered, recorded_accepted, recorded_decided, recording_unit
from tests.factories.meetings import planned
from tests.factories.reviews import applicant, days_ahead, working_committee
from tests.search.records import set_secrecy

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(committee: Committee, secretary: User) -> Application:
    """The application whose approval an incident took away."""
    application = decided(committee, secretary=secretary, answers={"overview": "原来的方案。"})
    reviewed_again(application, by=secretary)
    return application


def again(first: Application, **values: Any) -> Application:
    """The own application for a review anew, begun and not yet filled in."""
    given: dict[str, Any] = {"title": first.title, "activity": first.activity, "by": first.applicant} | values
    return applications.begin(**given)


def handed_in(first: Application, days: int = 5) -> Application:
    """The same with the day it would go on and its papers, submitted."""
    application, by = again(first), first.applicant
    assert by is not None
    applications.edit(application=application, start_on=days_ahead(days), by=by)
    for wanted in wanted_materials(application, timezone.localdate()):
        if not wanted.is_optional:
            file = (f"{wanted.key}.txt", f"重新审查 {wanted.key}".encode())
            materials.add(application=application, key=wanted.key, file=file, by=by)
    return applications.submit(application=application, by=by)


def test_it_begins_with_what_was_asked_before_but_not_with_its_beginning(first: Application) -> None:
    application = again(first)
    assert (application.kind, application.renews, application.activity) == ("initial", True, first.activity)
    assert (application.answers, application.committee) == ({"overview": "原来的方案。"}, first.committee)
    assert [one.name for one in application.investigators.all()] == ["申请人辰"]
    assert application.start_on is None
    assert Event.objects.filter(type="application_begun", dossier=application.dossier).count() == 1


def test_approval_brings_the_activity_back_with_a_follow_up(
    first: Application, committee: Committee, secretary: User
) -> None:
    application = decide(handed_in(first), committee, secretary=secretary, outcome="approve", months=6)
    activity = Activity.objects.get(pk=first.activity_id)
    assert (application.activity, activity.status, activity.approved_on) == (activity, "active", timezone.localdate())
    assert (activity.follow_up_months, activity.committee) == (6, committee)
    assert activity.follow_ups.filter(done_on=None, voided_on=None).count() == 1
    assert not application.renews
    assert Activity.objects.count() == 1
    assert Event.objects.filter(type="activity_approved").count() == 2


def test_a_rejection_leaves_it_without_approval_and_it_may_be_asked_for_again(
    first: Application, committee: Committee, secretary: User
) -> None:
    decide(handed_in(first), committee, secretary=secretary, outcome="reject")
    activity = Activity.objects.get(pk=first.activity_id)
    assert (activity.status, activity.approved_on) == ("reviewing", None)
    assert again(first).kind == "initial"


def test_only_one_application_about_an_activity_is_open(first: Application) -> None:
    application = again(first)
    with pytest.raises(InputRefused, match="没有结束的审查申请"):
        again(first)
    applications.withdraw(application=application, reason="填错了。", by=application.applicant)
    assert again(first).status == "draft"


def test_an_amendment_under_way_is_ended_first(committee: Committee, secretary: User) -> None:
    application = decided(committee, secretary=secretary)
    by = application.applicant
    amendment = applications.begin(title="增加样本量", activity=application.activity, by=by)
    reviewed_again(application, by=secretary)
    with pytest.raises(InputRefused, match="修正案"):
        again(application)
    applications.withdraw(application=amendment, reason="须重新审查。", by=by)
    assert again(application).kind == "initial"


def test_an_appeal_and_a_new_application_exclude_each_other(
    first: Application, committee: Committee, secretary: User
) -> None:
    rejected = decide(handed_in(first), committee, secretary=secretary, outcome="reject")
    given: dict[str, Any] = {"grounds": "依据不足。", "file": ("证据.txt", b"..."), "by": rejected.applicant}
    second = again(first)
    with pytest.raises(MoveRefused, match="另一份没有结束的申请"):
        appeals.file(application=rejected, **given)
    applications.withdraw(application=second, reason="改为申诉。", by=rejected.applicant)
    appeals.file(application=rejected, **given)
    with pytest.raises(InputRefused, match="申诉"):
        again(first)


def test_nobody_else_asks_for_it(first: Application, secretary: User) -> None:
    assert first.activity_id is not None
    with pytest.raises(InputRefused):
        again(first, by=applicant())
    with pytest.raises(AccessDenied):
        again(first, by=secretary)
    with pytest.raises(Http404):
        get_own_activity(applicant(), first.activity_id)
    assert first.applicant is not None
    again(first)
    assert get_own_activity(first.applicant, first.activity_id).pk == first.activity_id  # once, with two applications


def test_an_ended_activity_is_asked_about_no_more(first: Application, secretary: User) -> None:
    assert first.activity is not None
    activities.terminate(activity=first.activity, ended_on=days_ago(0), reason="风险过高。", by=secretary)
    with pytest.raises(InputRefused, match="已经结束"):
        again(first)


def test_it_stays_at_the_level_of_what_was_secret(first: Application) -> None:
    set_secrecy(first.dossier, Clearance.SEALED)
    assert again(first).dossier.secrecy == Clearance.SEALED


def test_what_is_on_no_list_is_not_put_on_one(first: Application) -> None:
    application = again(first)
    with pytest.raises(InputRefused, match="清单事项应与原活动一致"):
        applications.edit(application=application, list_item=ListItem.L4, by=application.applicant)


def test_it_begins_no_earlier_than_it_is_approved_again(
    first: Application, committee: Committee, secretary: User
) -> None:
    """E12: standing still is what the lost approval means."""
    application = handed_in(first, days=-1)
    with pytest.raises(InputRefused, match="不得事后补批"):
        decide(application, committee, secretary=secretary, outcome="approve")


def test_it_is_neither_waived_nor_moved_to_another_unit(
    first: Application, committee: Committee, secretary: User
) -> None:
    application = handed_in(first)
    given: dict[str, Any] = {"application": application, "departs_reason": "理由", "by": secretary}
    other = supervised_unit("川北语言研究所", by=secretary)
    with pytest.raises(InputRefused, match="应与活动所在单位一致"):
        acceptance.accept(
            unit=other, committee=committee_of(other, by=secretary, seats=0), procedure="general", **given
        )
    with pytest.raises(InputRefused, match="免除审查"):
        acceptance.accept(unit=committee.unit, committee=committee, procedure="waiver", **given)


def test_the_register_approves_nothing_beside_the_open_review(first: Application, secretary: User) -> None:
    assert first.activity is not None
    handed_in(first)
    with pytest.raises(MoveRefused, match="正在按申请审查"):
        activities.approve(activity=first.activity, approved_on=days_ago(0), by=secretary)


def test_a_draft_does_not_bind_the_register(first: Application, committee: Committee, secretary: User) -> None:
    assert first.activity is not None
    application = again(first)
    activities.approve(activity=first.activity, approved_on=days_ago(0), by=secretary)
    applications.withdraw(application=application, reason="已经恢复。", by=application.applicant)
    assert again(first).kind == "amendment"


def test_what_runs_again_meanwhile_is_not_accepted_for_review(
    first: Application, committee: Committee, secretary: User
) -> None:
    application = handed_in(first)
    activities.let_begin(activity=Activity.objects.get(pk=first.activity_id), approved_on=days_ago(0), by=secretary)
    application.refresh_from_db()
    with pytest.raises(MoveRefused, match="不用再审查"):
        acceptance.accept(
            application=application,
            unit=committee.unit,
            committee=committee,
            procedure="general",
            departs_reason="审查秘书的判断",
            by=secretary,
        )


def test_a_vote_on_what_ended_meanwhile_is_overtaken(first: Application, committee: Committee, secretary: User) -> None:
    application = handed_in(first)
    acceptance.accept(
        application=application,
        unit=committee.unit,
        committee=committee,
        procedure="general",
        departs_reason="审查秘书的判断",
        by=secretary,
    )
    item = agenda.add(meeting=planned(committee, by=secretary), kind="review", application=application, by=secretary)
    assert not is_overtaken(item, "approve")
    activity = Activity.objects.get(pk=first.activity_id)
    activities.terminate(activity=activity, ended_on=days_ago(0), reason="风险过高。", by=secretary)
    item.application.activity.refresh_from_db()
    assert is_overtaken(item, "approve")
    assert not is_overtaken(item, "reject")


def test_a_centre_that_reviewed_before_does_not_re_review(committee: Committee, secretary: User) -> None:
    """AI 11: one activity, whichever of its applications."""
    centre = working_committee(
        by=secretary, unit=supervised_unit("川北审查服务中心", by=secretary), is_service_centre=True
    )
    first = decided(centre, secretary=secretary)
    activity = reviewed_again(first, by=secretary)
    second = Application(activity=activity, committee=committee)
    with pytest.raises(InputRefused, match="既审查又复核"):
        expert_reviews._check_centre(second, centre)


def test_a_centre_that_re_reviewed_before_does_not_review(
    first: Application, committee: Committee, secretary: User
) -> None:
    centre = working_committee(
        by=secretary, unit=supervised_unit("川北审查服务中心", by=secretary), is_service_centre=True
    )
    review = first.reviews.get()
    expert = ExpertReview(
        review=review, committee=committee, centre=centre, authority="四川省科学技术厅", requested_on=days_ago(0)
    )
    expert._history_user = secretary
    expert.save()
    second = handed_in(first)
    with pytest.raises(InputRefused, match="既审查又复核"):
        acceptance._check_did_not_rereview(second, centre)


def test_a_listed_one_needs_its_experts_again(secretary: User) -> None:
    unit, house = recording_unit(by=secretary)
    activity = activity_of(unit, by=secretary, committee=house, approved=90)
    incidents.handle(incident=reported(activity, by=secretary), outcome="new_review", note="方案改变。", by=secretary)
    activity.refresh_from_db()
    application = recorded.enter(
        unit=unit,
        committee=house,
        title=activity.title,
        leader_name="庄晓梦",
        scope_classes=["human"],
        list_item="L4",
        start_on=days_ahead(5),
        activity=activity,
        by=secretary,
    )
    assert application.kind == "initial"
    recorded_decided(recorded_accepted(application, by=secretary, days=20), by=secretary, days=10)
    application.refresh_from_db()
    activity.refresh_from_db()
    assert (application.status, activity.status) == ("preliminary_passed", "reviewing")
    expert = answered(application, by=secretary)
    expert_reviews.conclude(expert=expert, decided_on=timezone.localdate(), by=secretary)
    activity.refresh_from_db()
    assert (activity.status, activity.expert_outcome, activity.expert_on) == ("active", "agree", timezone.localdate())


def test_a_review_held_elsewhere_brings_back_what_is_not_listed(secretary: User) -> None:
    unit, house = recording_unit(by=secretary)
    activity = unlisted(unit, by=secretary)
    incidents.handle(incident=reported(activity, by=secretary), outcome="new_review", note="方案改变。", by=secretary)
    activity.refresh_from_db()
    given: dict[str, Any] = {
        "unit": unit,
        "committee": house,
        "title": AI_TITLE,
        "leader_name": "庄晓梦",
        "scope_classes": ["human"],
        "start_on": days_ahead(5),
        "activity": activity,
    }
    application = recorded.enter(by=secretary, **given)
    with pytest.raises(InputRefused, match="没有结束的审查申请"):
        recorded.enter(by=secretary, **given)
    recorded_decided(recorded_accepted(application, by=secretary, days=20), by=secretary, days=10)
    activity.refresh_from_db()
    assert (activity.status, activity.approved_on, activity.committee) == ("active", days_ago(10), house)


def test_what_is_secret_is_recorded_by_those_cleared_for_it(secretary: User) -> None:
    unit, house = recording_unit(by=secretary)
    application = decided(working_committee(by=secretary, unit=unit, name="审查二委"), secretary=secretary)
    activity = reviewed_again(application, by=secretary)
    set_secrecy(application.dossier, Clearance.SEALED)
    county = person(Role.COUNTY, dept="lzq")
    with pytest.raises(InputRefused, match="请选择本单位"):
        recorded.enter(
            unit=unit,
            committee=house,
            title="某活动",
            leader_name="庄晓梦",
            scope_classes=["human"],
            start_on=dt.date(2027, 1, 1),
            activity=activity,
            by=county,
        )
