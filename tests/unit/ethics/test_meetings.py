"""A meeting from the plan to its minutes: who may sit, what may be decided, what the minutes say (E5, E9, E10, E24)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from ethics.actions import (
    agenda,
    attendance,
    conflicts,
    meetings,
    members,
    minutes,
)
from ethics.models import Application, CommitteeMeeting
from ethics.presenters import minutes_text
from tests.factories.ethics import days_ago, ethics_officer, member_of
from tests.factories.meetings import at_the_table, place_of, planned, voted
from tests.factories.reviews import accepted, days_ahead, happened, seats, working_committee

pytestmark = pytest.mark.django_db


def test_from_the_agenda_to_approval(item, secretary):
    """E1, E5, E24."""
    motion = voted(item, "yyyyynn", secretary=secretary)
    assert (motion.result, motion.counts[0]["base"], motion.counts[0]["needed"]) == ("carried", 7, 5)
    agenda.conclude(item=item, by=secretary, reasons="风险可控。")
    assert item.decision is not None and item.decision.counted == motion.counts
    assert item.decision.letters.get().signed_by_member == item.meeting.chair
    agenda.reconcile(item=item, by=secretary)
    meetings.close(meeting=item.meeting, by=secretary)
    assert "动议 1：批准" in item.meeting.minutes and "委员丁" in item.meeting.minutes
    minutes.approve(meeting=item.meeting, by=item.meeting.chair.user)
    assert Application.objects.get().status == "approved"
    for kind in (
        "meeting_planned",
        "meeting_opened",
        "meeting_closed",
        "agenda_item_added",
        "agenda_item_reconciled",
        "motion_opened",
        "motion_closed",
        "review_decided",
        "minutes_written",
        "minutes_approved",
    ):
        assert happened(kind) == 1, kind
    assert (happened("vote_cast"), happened("attendance_recorded")) == (7, 7)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"begins": "25:00"}, "begins"),
        ({"begins": "上午"}, "begins"),
        ({"place": " "}, "place"),
        ({"is_video": True}, "is_video"),
        ({"held_on": days_ago(2000)}, "held_on"),
    ],
)
def test_a_meeting_is_planned_whole_or_not_at_all(secretary, changes, field):
    committee = working_committee(by=secretary)
    committee.has_video_rules = False
    with pytest.raises(InputRefused) as refusal:
        planned(committee, by=secretary, **changes)
    assert refusal.value.field == field
    assert not CommitteeMeeting.objects.exists()


def test_only_a_chair_or_vice_chair_serving_that_day_presides(committee, secretary):
    chair, vice, ordinary = seats(committee)[:3]
    with pytest.raises(InputRefused, match="主任委员"):
        planned(committee, by=secretary, chair=ordinary)
    members.leave(member=chair, left_on=timezone.localdate(), reason="调离", by=secretary)
    assert planned(committee, by=secretary, chair=chair).chair == chair
    with pytest.raises(InputRefused, match="不在任"):
        planned(committee, by=secretary, chair=chair, held_on=days_ahead(1))
    assert planned(committee, by=secretary, chair=vice, held_on=days_ahead(1)).chair == vice


def test_a_committee_that_works_elsewhere_holds_no_meeting_here(committee, secretary):
    committee.runs_here = False
    with pytest.raises(InputRefused, match="不在本系统"):
        planned(committee, by=secretary)


def test_the_plan_changes_until_the_meeting_begins(committee, secretary):
    meeting = planned(committee, by=secretary, held_on=days_ahead(3))
    same = {
        "held_on": meeting.held_on,
        "begins": "09:30",
        "place": "三楼会议室",
        "chair": meeting.chair,
        "by": secretary,
    }
    meetings.edit(meeting=meeting, **same)
    assert happened("meeting_edited") == 0
    meetings.edit(meeting=meeting, **{**same, "place": "二楼", "is_video": True})
    assert (happened("meeting_edited"), meeting.place) == (1, "二楼")
    attendance.record(meeting=meeting, present=[], remote=[meeting.chair], by=secretary)
    with pytest.raises(InputRefused, match="视频参会"):
        meetings.edit(meeting=meeting, **same)
    meetings.cancel(meeting=meeting, reason="停电", by=secretary)
    with pytest.raises(MoveRefused):
        meetings.edit(meeting=meeting, **{**same, "place": "一楼"})


def test_a_meeting_begins_on_its_day_with_whoever_presides(committee, secretary):
    application = accepted(committee, secretary=secretary).application
    meeting = planned(committee, by=secretary, held_on=days_ahead(1))
    with pytest.raises(MoveRefused, match="还没有议题"):
        meetings.begin(meeting=meeting, by=secretary)
    agenda.add(meeting=meeting, kind="review", application=application, by=secretary)
    with pytest.raises(MoveRefused, match="还不能开会"):
        meetings.begin(meeting=meeting, by=secretary)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=1)):
        with pytest.raises(MoveRefused, match="没有登记到会"):
            meetings.begin(meeting=meeting, by=secretary)
        attendance.record(meeting=meeting, present=[meeting.chair], by=secretary)
        meetings.begin(meeting=meeting, by=secretary)
    assert meeting.status == "open"


def test_a_cancelled_meeting_gives_its_applications_back(committee, secretary):
    application = accepted(committee, secretary=secretary).application
    meeting = planned(committee, by=secretary)
    agenda.add(meeting=meeting, kind="review", application=application, by=secretary)
    with pytest.raises(MoveRefused, match="审查进行中"):
        agenda.add(meeting=planned(committee, by=secretary), kind="review", application=application, by=secretary)
    meetings.cancel(meeting=meeting, reason="停电", by=secretary)
    application.refresh_from_db()
    assert (application.status, happened("meeting_cancelled")) == ("accepted", 1)
    again = agenda.add(meeting=planned(committee, by=secretary), kind="review", application=application, by=secretary)
    assert again.position == 1


@pytest.mark.parametrize(("starts", "ends", "sits"), [(0, 10, True), (1, 10, False), (-10, 0, True), (-10, -1, False)])
def test_both_days_of_a_term_count_at_a_meeting(committee, secretary, starts, ends, sits):
    """E9: the first and the last day sit, the day before and the day after do not."""
    today = timezone.localdate()
    member = member_of(
        committee,
        by=secretary,
        starts_on=today + dt.timedelta(days=starts),
        ends_on=today + dt.timedelta(days=ends),
    )
    meeting = planned(committee, by=secretary)
    if sits:
        assert attendance.record(meeting=meeting, present=[member], by=secretary)[0].member == member
        return
    with pytest.raises(InputRefused, match="不是在任委员"):
        attendance.record(meeting=meeting, present=[member], by=secretary)


def test_a_term_that_ends_on_29_february_sits_that_day(secretary):
    """E9."""
    with time_machine.travel(dt.datetime(2028, 2, 29, 2, tzinfo=dt.UTC)):
        committee = working_committee(by=secretary)
        leap = dt.date(2028, 2, 29)
        member = member_of(committee, by=secretary, starts_on=days_ago(365), ends_on=leap)
        meeting = planned(committee, by=secretary)
        assert meeting.held_on == leap
        assert attendance.record(meeting=meeting, present=[member], by=secretary)
        later = planned(committee, by=secretary, held_on=dt.date(2028, 3, 1))
        with pytest.raises(InputRefused, match="2028-02-29"):
            attendance.record(meeting=later, present=[member], by=secretary)


def test_attendance_is_taken_once_and_by_video_only_where_there_is_one(committee, secretary):
    meeting = planned(committee, by=secretary)
    chair, vice = seats(committee)[:2]
    with pytest.raises(InputRefused, match="请选择"):
        attendance.record(meeting=meeting, present=[], by=secretary)
    assert len(attendance.record(meeting=meeting, present=[chair, chair], by=secretary)) == 1
    assert attendance.record(meeting=meeting, present=[chair], by=secretary) == []
    with pytest.raises(InputRefused, match="不是视频会议"):
        attendance.record(meeting=meeting, present=[], remote=[vice], by=secretary)
    with pytest.raises(InputRefused, match="专业领域"):
        attendance.record_guest(meeting=meeting, role="consultant", name="顾问甲", by=secretary)
    with pytest.raises(InputRefused, match="请选择身份"):
        attendance.record_guest(meeting=meeting, role="member", name="委员癸", by=secretary)
    attendance.record_guest(meeting=meeting, role="observer", name="列席甲", by=secretary)
    with pytest.raises(InputRefused, match="已经在"):
        attendance.record_guest(meeting=meeting, role="observer", name="列席甲", by=secretary)


def test_nobody_leaves_before_an_item_they_voted_on(item, committee, secretary):
    voted(item, "yyyyyy-", secretary=secretary)
    first, last = seats(committee)[0], seats(committee)[6]
    with pytest.raises(InputRefused, match="已经对这一项或者以后的议题表决"):
        attendance.leave(attendance=place_of(item.meeting, first), position=1, by=secretary)
    with pytest.raises(InputRefused, match="请选择议题"):
        attendance.leave(attendance=place_of(item.meeting, last), position=9, by=secretary)
    gone = attendance.leave(attendance=place_of(item.meeting, last), position=1, by=secretary)
    assert (gone.left_before, happened("attendance_left")) == (1, 1)
    with pytest.raises(MoveRefused, match="已经登记离会"):
        attendance.leave(attendance=gone, position=1, by=secretary)


def test_the_outcome_is_what_was_carried(item, secretary):
    """E5: the form has no outcome to choose, and without a carried motion there is none."""
    with pytest.raises(MoveRefused, match="没有动议通过"):
        agenda.conclude(item=item, by=secretary, reasons="无。")
    voted(item, "yynnnnn", secretary=secretary)
    with pytest.raises(MoveRefused, match="没有动议通过"):
        agenda.conclude(item=item, by=secretary, reasons="无。")
    voted(item, "yyyyyyy", secretary=secretary, decision="reject")
    with pytest.raises(InputRefused, match="理由"):
        agenda.conclude(item=item, by=secretary)
    agenda.conclude(item=item, by=secretary, reasons="风险大于受益。")
    assert item.decision is not None and item.decision.outcome == "reject"
    with pytest.raises(MoveRefused, match="已经有结果"):
        agenda.conclude(item=item, by=secretary, reasons="再次。")


def test_a_failed_motion_is_in_the_minutes_and_rejects_nothing(item, secretary):
    """E10: 2 yes, 3 no is stored, approves nothing, rejects nothing, and is told."""
    voted(item, "yynnn", secretary=secretary)
    with pytest.raises(MoveRefused, match="还没有结果"):
        agenda.reconcile(item=item, by=secretary)
    agenda.adjourn(item=item, reason="补充材料", by=secretary)
    application = Application.objects.get()
    assert (application.status, happened("application_adjourned"), happened("agenda_item_noted")) == ("accepted", 1, 1)
    agenda.reconcile(item=item, by=secretary)
    meetings.close(meeting=item.meeting, by=secretary)
    text = item.meeting.minutes
    assert "赞成（2）" in text and "反对（3）" in text and "动议未通过" in text and "延期再议：补充材料" in text
    assert application.reviews.get().ended_on is None


def test_no_meeting_closes_with_an_open_item(item, secretary):
    """E24."""
    with pytest.raises(MoveRefused, match="还有议题没有核对结果"):
        meetings.close(meeting=item.meeting, by=secretary)


def test_of_two_secretaries_the_second_is_told(item, secretary):
    agenda.adjourn(item=item, reason="改日", by=secretary)
    agenda.reconcile(item=item, by=secretary)
    second = ethics_officer()
    same = CommitteeMeeting.objects.get()
    meetings.close(meeting=item.meeting, by=secretary)
    with pytest.raises(MoveRefused, match="刚被他人处理"):
        meetings.close(meeting=same, by=second)
    with pytest.raises(MoveRefused, match="会议已结束"):
        meetings.close(meeting=CommitteeMeeting.objects.get(), by=second)
    with pytest.raises(MoveRefused):
        attendance.record(meeting=CommitteeMeeting.objects.get(), present=[], by=second)
    assert happened("meeting_closed") == 1


def test_minutes_keep_every_heading_and_close_with_approval(item, secretary):
    """E24: edited minutes may not lose an item; approved ones are not edited."""
    with pytest.raises(MoveRefused, match="会议结束以后"):
        minutes.approve(meeting=item.meeting, by=item.meeting.chair.user)
    agenda.adjourn(item=item, reason="改日", by=secretary)
    agenda.reconcile(item=item, by=secretary)
    meetings.close(meeting=item.meeting, by=secretary)
    meeting = item.meeting
    with pytest.raises(InputRefused, match="标题行"):
        minutes.write(meeting=meeting, text="会议开过了。", by=secretary)
    minutes.write(meeting=meeting, text=meeting.minutes.replace("改日", "改日再议"), by=secretary)
    with pytest.raises(AccessDenied, match="本人核准"):
        minutes.approve(meeting=meeting, by=secretary)
    minutes.approve(meeting=meeting, by=meeting.chair.user)
    with pytest.raises(MoveRefused, match="已经核准"):
        minutes.write(meeting=meeting, text="改", by=secretary)
    with pytest.raises(MoveRefused, match="已经核准"):
        minutes.generate(meeting=meeting, by=secretary)
    with pytest.raises(MoveRefused, match="已经核准"):
        minutes.approve(meeting=meeting, by=meeting.chair.user)


def test_the_approval_of_a_chair_without_account_is_recorded_as_such(committee, secretary):
    members.link_account(member=seats(committee)[0], user=None, by=secretary)
    item = at_the_table(committee, secretary=secretary)
    agenda.adjourn(item=item, reason="改日", by=secretary)
    agenda.reconcile(item=item, by=secretary)
    meetings.close(meeting=item.meeting, by=secretary)
    minutes.approve(meeting=item.meeting, by=secretary)
    assert "没有账号" in Event.objects.get(type="minutes_approved").reason


def test_what_a_member_without_account_declared_holds_for_a_later_account(committee, secretary):
    """E13."""
    application = accepted(committee, secretary=secretary).application
    member = seats(committee)[4]
    user = member.user
    members.link_account(member=member, user=None, by=secretary)
    with pytest.raises(AccessDenied):
        conflicts.declare(application=application, member=member, answer="none", text="无。", by=user)
    conflicts.declare(application=application, member=member, answer="conflict", text="亲属。", by=secretary)
    assert happened("conflict_declared") == 1
    members.link_account(member=member, user=user, by=secretary)
    assert application.dossier.exclusions.filter(user=user, lifted_at=None).exists()


def test_a_typed_heading_does_not_pass_for_an_item(item, secretary):
    """B5: minutes are shown item by item, so no text may pretend to begin another one."""
    agenda.note(item=item, discussion="讨论。\n【第 1 项】插入", by=secretary)
    agenda.adjourn(item=item, reason="改日", by=secretary)
    agenda.reconcile(item=item, by=secretary)
    meetings.close(meeting=item.meeting, by=secretary)
    assert minutes_text.headings_of(item.meeting.minutes) == ["【第 1 项】", "【会议结束】"]
    assert "插入" not in minutes_text.for_reader(item.meeting.minutes, set())
