"""What stands on an agenda beside a first review: follow-ups, reports, appeals, simple results, other business."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.workflow import move
from ethics.actions import (
    agenda,
    attendance,
    follow_ups,
    meetings,
    motions,
    review_decisions,
)
from ethics.models import AgendaItem, EthicsAppeal, FollowUp, Incident
from ethics.review_workflow import APPLICATION
from tests.factories.ethics import activity_of, days_ago
from tests.factories.meetings import at_the_table, planned, recuse, voted
from tests.factories.reviews import accepted, happened, seats

pytestmark = pytest.mark.django_db


def test_a_recused_member_leads_no_review(committee, secretary):
    application = accepted(committee, secretary=secretary).application
    meeting = planned(committee, by=secretary)
    lead, other = seats(committee)[2:4]
    with pytest.raises(InputRefused, match="请选择议题涉及的事项"):
        agenda.add(meeting=meeting, kind="review", by=secretary)
    item = agenda.add(meeting=meeting, kind="review", application=application, lead_reviewer=lead, by=secretary)
    agenda.note(item=item, discussion="", lead_reviewer=lead, by=secretary)
    assert happened("agenda_item_noted") == 0
    recuse(application, other, secretary)
    with pytest.raises(InputRefused, match="已经回避"):
        agenda.note(item=item, discussion="", lead_reviewer=other, by=secretary)
    agenda.note(item=item, discussion="讨论。", lead_reviewer=None, by=secretary)
    assert item.lead_reviewer is None


def test_other_business_is_settled_without_a_vote(committee, secretary):
    meeting = planned(committee, by=secretary)
    with pytest.raises(InputRefused, match="请填写议题名称"):
        agenda.add(meeting=meeting, kind="other", by=secretary)
    item = agenda.add(meeting=meeting, kind="other", title="年度培训安排", by=secretary)
    attendance.record(meeting=meeting, present=[meeting.chair], by=secretary)
    meetings.begin(meeting=meeting, by=secretary)
    with pytest.raises(MoveRefused, match="不付表决"):
        motions.put(item=item, decision="approve", by=secretary)
    agenda.settle(item=item, result="六月举办一次。", by=secretary)
    agenda.reconcile(item=item, by=secretary)
    with pytest.raises(MoveRefused, match="已经核对"):
        agenda.note(item=item, discussion="改", by=secretary)
    assert happened("agenda_item_noted") == 1


def test_a_follow_up_is_recorded_as_the_meeting_decided(committee, secretary):
    activity = activity_of(committee.unit, by=secretary, committee=committee)
    follow_up = activity.follow_ups.get()
    meeting = planned(committee, by=secretary)
    item = agenda.add(meeting=meeting, kind="follow_up", follow_up=follow_up, by=secretary)
    with pytest.raises(InputRefused, match="已经列入"):
        agenda.add(meeting=meeting, kind="follow_up", follow_up=follow_up, by=secretary)
    attendance.record(meeting=meeting, present=seats(committee), by=secretary)
    meetings.begin(meeting=meeting, by=secretary)
    with pytest.raises(InputRefused, match="请选择付表决的结论"):
        motions.put(item=item, decision="approve", by=secretary)
    voted(item, "yyyyyyy", secretary=secretary, decision="suspend")
    agenda.conclude(item=item, by=secretary, reasons="出现严重不良事件。")
    follow_up.refresh_from_db()
    activity.refresh_from_db()
    assert (item.result, follow_up.outcome, activity.status) == ("暂停", "suspend", "suspended")


def test_the_result_of_a_simple_review_is_reported_once(committee, secretary):
    """R8: what the named reviewers decided is told to a meeting, and then no longer waits for one."""
    review = accepted(committee, secretary=secretary, procedure="simple", simple_grounds=["risk_le_minimal"])
    meeting = planned(committee, by=secretary)
    with pytest.raises(InputRefused, match="已经作出决定"):
        agenda.add(meeting=meeting, kind="report", application=review.application, by=secretary)
    move(APPLICATION, review.application, "name_reviewers", by=secretary)
    review_decisions.decide(review=review, outcome="approve", decided_on=timezone.localdate(), by=secretary)
    item = agenda.add(meeting=meeting, kind="report", application=review.application, by=secretary)
    attendance.record(meeting=meeting, present=[meeting.chair], by=secretary)
    meetings.begin(meeting=meeting, by=secretary)
    agenda.settle(item=item, result="已通报，无异议。", by=secretary)
    review.refresh_from_db()
    assert (review.reported_on, happened("review_reported")) == (meeting.held_on, 1)
    with pytest.raises(InputRefused, match="已经作出决定"):
        agenda.add(meeting=meeting, kind="report", application=review.application, by=secretary)


def test_what_cannot_be_approved_is_not_put_to_the_vote(committee, secretary):
    """E12: the activity was to begin before the meeting; another motion may be put."""
    item = at_the_table(committee, secretary=secretary, start_on=days_ago(1))
    with pytest.raises(InputRefused, match="不得事后补批"):
        motions.put(item=item, decision="approve", by=secretary)
    assert motions.put(item=item, decision="reject", by=secretary).number == 1


def test_a_lead_reviewer_who_is_recused_later_is_replaced_before_the_vote(item, committee, secretary):
    lead = seats(committee)[6]
    agenda.note(item=item, discussion="", lead_reviewer=lead, by=secretary)
    recuse(item.application, lead, secretary)
    with pytest.raises(MoveRefused, match="主审委员 委员庚 已经回避"):
        motions.put(item=item, decision="approve", by=secretary)


def test_what_was_settled_outside_leaves_the_meeting_able_to_close(committee, secretary):
    activity = activity_of(committee.unit, by=secretary, committee=committee)
    follow_up = activity.follow_ups.get()
    meeting = planned(committee, by=secretary)
    item = agenda.add(meeting=meeting, kind="follow_up", follow_up=follow_up, by=secretary)
    attendance.record(meeting=meeting, present=seats(committee), by=secretary)
    meetings.begin(meeting=meeting, by=secretary)
    voted(item, "yyyyyyy", secretary=secretary, decision="continue")
    today = timezone.localdate()
    follow_ups.record(
        follow_up=FollowUp.objects.get(pk=follow_up.pk), done_on=today, outcome="continue", note="无", by=secretary
    )
    item = AgendaItem.objects.get()
    with pytest.raises(MoveRefused, match="已经登记"):
        agenda.conclude(item=item, by=secretary, reasons="继续。")
    item = AgendaItem.objects.get()
    agenda.adjourn(item=item, reason="已在会外登记", by=secretary)
    agenda.reconcile(item=item, by=secretary)
    meetings.close(meeting=item.meeting, by=secretary)


@pytest.mark.parametrize(
    ("decision", "result"), [("upheld", "申诉理由成立，重新审查"), ("dismissed", "申诉理由不成立，维持决定")]
)
def test_an_appeal_is_declared_on_like_the_application_it_is_about(item, committee, secretary, decision, result):
    """E13: who was recused from the application is recused from the appeal, and the vote is counted by the same rules."""
    voted(item, "yyyyyyy", secretary=secretary, decision="reject")
    agenda.conclude(item=item, by=secretary, reasons="风险大于受益。")
    appeal = EthicsAppeal(
        decision=item.decision, filed_on=timezone.localdate(), grounds="事实不清。", entered_by=secretary
    )
    with transaction.atomic():
        save_record(appeal, by=secretary, reason="测试")
    meeting = planned(committee, by=secretary)
    second = agenda.add(meeting=meeting, kind="appeal", appeal=appeal, by=secretary)
    recuse(item.application, seats(committee)[6], secretary)
    attendance.record(meeting=meeting, present=seats(committee), by=secretary)
    meetings.begin(meeting=meeting, by=secretary)
    motion = voted(second, "yyyyyy", secretary=secretary, decision=decision)
    assert (motion.result, motion.counts[0]["base"], motion.counts[0]["recused"]) == ("carried", 6, 1)
    agenda.conclude(item=second, by=secretary, reasons="已经核实。")
    assert second.result == result


def test_a_report_on_an_activity_is_put_to_the_vote(committee, secretary):
    activity = activity_of(committee.unit, by=secretary, committee=committee)
    incident = Incident(
        activity=activity,
        kind="adverse_event",
        is_serious=True,
        happened_on=days_ago(2),
        reported_on=days_ago(1),
        facts="受试者住院。",
        entered_by=secretary,
    )
    with transaction.atomic():
        save_record(incident, by=secretary, reason="测试")
    meeting = planned(committee, by=secretary)
    item = agenda.add(meeting=meeting, kind="incident", incident=incident, by=secretary)
    attendance.record(meeting=meeting, present=seats(committee), by=secretary)
    meetings.begin(meeting=meeting, by=secretary)
    assert voted(item, "yyyyyyy", secretary=secretary, decision="suspend").result == "carried"
