"""Votes at a meeting: quorum and categories per item, one hand per member, counted under every rule (E1, E2, E8, E13).

The integers of every rule, 5 to 11 present and 7 to 13 members, are in test_voting.py; here they come out of a real meeting.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from accounts.enums import Role
from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from ethics.actions import agenda, attendance, meetings, members, motions
from ethics.models import Vote
from tests.factories.ethics import days_ago, ethics_officer
from tests.factories.meetings import at_the_table, declare_none, place_of, planned, recuse, vote, voted, widened
from tests.factories.people import person
from tests.factories.reviews import accepted, seats

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("there", "choices", "result", "needed"),
    [
        (5, "yyyyn", "carried", 4),
        (5, "yyynn", "not_carried", 4),
        (6, "yyyyaa", "carried", 4),
        (6, "yyynnn", "not_carried", 4),
        (7, "yyyyy--", "carried", 5),
        (7, "yyyyaaa", "not_carried", 5),
        (8, "yyyyyynn", "carried", 6),
        (8, "yyyyynnn", "not_carried", 6),
        (9, "yyyyyy---", "carried", 6),
        (7, "-------", "no_decision", 5),
    ],
)
def test_two_thirds_of_those_present(committee, secretary, there, choices, result, needed):
    """E1, E8: abstentions and silent members stay in the base; no votes decide nothing."""
    widened(committee, max(0, there - 7), by=secretary)
    item = at_the_table(committee, secretary=secretary, present=seats(committee)[:there])
    motion = voted(item, choices, secretary=secretary)
    row = motion.counts[0]
    assert (motion.result, row["base"], row["needed"], row["key"]) == (result, there, needed, "present_2_3")


def test_nine_members_five_present_four_yes_passes_one_regime_and_fails_the_other(committee, secretary):
    """A dossier under two regimes must pass both (I21)."""
    widened(committee, 2, by=secretary)
    item = at_the_table(committee, secretary=secretary, present=seats(committee)[:5], regimes=["ST2023", "HS2023"])
    motion = voted(item, "yyyyn", secretary=secretary)
    told = {row["regime"]: (row["base"], row["needed"], row["outcome"]) for row in motion.counts}
    assert told == {"ST2023": (5, 4, "carried"), "HS2023": (9, 5, "not_carried")}
    assert motion.result == "not_carried"
    with pytest.raises(MoveRefused, match="没有动议通过"):
        agenda.conclude(item=item, by=secretary, reasons="无。")
    again = voted(item, "yyyyy", secretary=secretary, text="再次付表决")
    assert again.result == "carried"


def test_one_recusal_of_five_breaks_the_quorum(committee, secretary):
    """E8."""
    item = at_the_table(committee, secretary=secretary, present=seats(committee)[:5])
    recuse(item.application, seats(committee)[4], secretary)
    with pytest.raises(MoveRefused, match="4 人") as refusal:
        motions.put(item=item, decision="approve", by=secretary)
    assert refusal.value.article == "ST 14"


def test_when_the_jurist_leaves_the_refusal_names_the_category(item, committee, secretary):
    """E8."""
    jurist = place_of(item.meeting, seats(committee)[3])
    attendance.leave(attendance=jurist, position=1, by=secretary)
    with pytest.raises(MoveRefused, match="法律专家") as refusal:
        motions.put(item=item, decision="approve", by=secretary)
    assert refusal.value.article == "ST 14"
    with pytest.raises(MoveRefused, match="法律专家"):
        motions.put(item=item, decision="reject", by=secretary)


def test_who_has_not_declared_is_named_and_not_counted(committee, secretary):
    """E13, R5."""
    application = accepted(committee, secretary=secretary).application
    meeting = planned(committee, by=secretary)
    item = agenda.add(meeting=meeting, kind="review", application=application, by=secretary)
    there = seats(committee)
    attendance.record(meeting=meeting, present=there, by=secretary)
    declare_none(application, there[:4], secretary)
    meetings.begin(meeting=meeting, by=secretary)
    with pytest.raises(MoveRefused, match="尚未声明.*委员戊、委员己、委员庚"):
        motions.put(item=item, decision="approve", by=secretary)
    declare_none(application, there[4:6], secretary)
    motion = motions.put(item=item, decision="approve", by=secretary)
    with pytest.raises(MoveRefused, match="尚未声明"):
        vote(motion, there[6], "yes", secretary)
    for member in there[:4]:
        vote(motion, member, "yes", secretary)
    motions.close(motion=motion, by=secretary)
    assert (motion.result, motion.counts[0]["base"]) == ("carried", 6)
    assert motion.counts[0]["undeclared"] == [there[6].pk]


def test_a_quorum_lost_while_the_vote_is_open_decides_nothing(committee, secretary):
    """E8: all four hands were up, and yet there is no decision."""
    item = at_the_table(committee, secretary=secretary, present=seats(committee)[:5])
    motion = motions.put(item=item, decision="approve", by=secretary)
    for member in seats(committee)[:4]:
        vote(motion, member, "yes", secretary)
    attendance.leave(attendance=place_of(item.meeting, seats(committee)[4]), position=1, by=secretary)
    motions.close(motion=motion, by=secretary)
    assert motion.result == "no_decision"
    assert {row["outcome"] for row in motion.counts} == {"no_decision"}


def test_a_recusal_after_the_vote_takes_the_vote_out_of_the_count(item, committee, secretary):
    """E13, E2: the row stays, its weight goes."""
    motion = motions.put(item=item, decision="approve", by=secretary)
    there = seats(committee)
    for member in there:
        vote(motion, member, "yes" if member in there[:5] else "no", secretary)
    recuse(item.application, there[6], secretary)
    motions.close(motion=motion, by=secretary)
    row = motion.counts[0]
    assert (row["base"], row["yes"], row["no"], row["recused"]) == (6, 5, 1, 1)
    assert motion.votes.count() == 7


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("left", "已经离会"),
        ("recused", "已经回避"),
        ("undeclared", "尚未声明"),
        ("ended", "不是在任委员"),
        ("twice", "不能重复表决"),
        ("closed", "已经结束"),
        ("consultant", "顾问专家不参加表决"),
        ("secretary", "秘书不参加表决"),
        ("observer", "列席人员不参加表决"),
    ],
)
def test_who_cannot_vote_is_told_why(item, committee, secretary, case, sentence):
    """Bad input of issue 3: after leaving, by a consultant, twice, after recusal, undeclared, term over."""
    there, meeting = seats(committee), item.meeting
    member = there[6]
    late = None
    if case == "undeclared":
        late = widened(committee, 1, by=secretary)
        member = seats(late)[-1]
        attendance.record(meeting=meeting, present=[member], by=secretary)
    if case in {"consultant", "secretary", "observer"}:
        place = attendance.record_guest(meeting=meeting, role=case, name="来宾甲", expertise="睡眠医学", by=secretary)
    else:
        place = place_of(meeting, member)
    motion = motions.put(item=item, decision="approve", by=secretary)
    by = member.user if place.member_id else secretary
    motions.cast(motion=motion, attendance=place_of(meeting, there[0]), choice="yes", by=there[0].user)
    if case == "left":
        attendance.leave(attendance=place, position=1, by=secretary)
    elif case == "recused":
        recuse(item.application, member, secretary)
    elif case == "ended":
        members.link_account(member=member, user=None, by=secretary)
        members.leave(member=member, left_on=days_ago(1), reason="调离", by=secretary)
        place, by = place_of(meeting, member), secretary
    elif case == "twice":
        motions.cast(motion=motion, attendance=place, choice="yes", by=by)
    elif case == "closed":
        motions.close(motion=motion, by=secretary)
    before = Vote.objects.count()
    place.refresh_from_db()
    with pytest.raises(MoveRefused, match=sentence):
        motions.cast(motion=motion, attendance=place, choice="no", by=by)
    assert Vote.objects.count() == before


def test_only_the_member_votes_and_the_secretary_only_for_those_without_account(item, committee, secretary):
    """R15."""
    first, second, third = seats(committee)[:3]
    members.link_account(member=third, user=None, by=secretary)
    motion = motions.put(item=item, decision="approve", by=secretary)
    for by in (secretary, first.user):
        with pytest.raises(AccessDenied, match="只能由本人"):
            motions.cast(motion=motion, attendance=place_of(item.meeting, second), choice="yes", by=by)
    with pytest.raises(AccessDenied):
        motions.cast(motion=motion, attendance=place_of(item.meeting, third), choice="yes", by=first.user)
    with pytest.raises(InputRefused, match="赞成、反对或者弃权"):
        motions.cast(motion=motion, attendance=place_of(item.meeting, second), choice="", by=second.user)
    written = motions.cast(motion=motion, attendance=place_of(item.meeting, third), choice="yes", by=secretary)
    assert written.cast_by == secretary
    assert Event.objects.filter(type="vote_cast").count() == 1


def test_a_correction_is_a_new_row_with_its_reason(item, committee, secretary):
    """E2."""
    member = seats(committee)[1]
    place = place_of(item.meeting, member)
    motion = motions.put(item=item, decision="approve", by=secretary)
    change = {"motion": motion, "attendance": place, "by": member.user}
    with pytest.raises(MoveRefused, match="还没有表决"):
        motions.correct(**change, choice="no", reason="点错")
    motions.cast(**change, choice="yes")
    with pytest.raises(InputRefused, match="更正原因"):
        motions.correct(**change, choice="no", reason=" ")
    motions.correct(**change, choice="yes", reason="没有变化")
    assert motion.votes.count() == 1
    motions.correct(**change, choice="no", reason="点错", dissent="样本量不足。")
    for other in seats(committee):
        if other != member:
            vote(motion, other, "yes", secretary)
    motions.close(motion=motion, by=secretary)
    assert (motion.votes.count(), motion.counts[0]["yes"], motion.counts[0]["no"]) == (8, 6, 1)
    with pytest.raises(MoveRefused, match="已经结束"):
        motions.correct(**change, choice="yes", reason="又改")
    assert Event.objects.filter(type="vote_corrected").count() == 1


def test_votes_are_never_changed_nor_removed(item, committee, secretary):
    """E2: not by code, not by the database, and no member with votes goes."""
    motion = voted(item, "yyyyyyy", secretary=secretary)
    row = motion.votes.first()
    for statement in ("UPDATE ethics_vote SET choice = 'no'", "DELETE FROM ethics_vote"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises((TypeError, DatabaseError)):
        motion.votes.all().delete()
    with pytest.raises(ProtectedError):
        row.member.delete()
    assert motion.votes.count() == 7


def test_motions_are_put_one_by_one(item, committee, secretary):
    motion = motions.put(item=item, decision="approve", by=secretary)
    with pytest.raises(MoveRefused, match="正在表决"):
        motions.put(item=item, decision="reject", by=secretary)
    with pytest.raises(MoveRefused, match="正在表决"):
        agenda.adjourn(item=item, reason="改日", by=secretary)
    motions.close(motion=motion, by=secretary)
    assert motion.result == "no_decision"
    voted(item, "ynnnnnn", secretary=secretary)
    with pytest.raises(MoveRefused, match="刚刚没有通过"):
        motions.put(item=item, decision="approve", by=secretary)
    voted(item, "yyyyyyy", secretary=secretary, decision="rereview")
    with pytest.raises(MoveRefused, match="已经有动议通过"):
        motions.put(item=item, decision="approve", by=secretary)
    with pytest.raises(MoveRefused, match="已经有动议通过"):
        agenda.adjourn(item=item, reason="改日", by=secretary)


def test_a_vote_ended_twice_is_told_the_second_time(item, secretary):
    motion = motions.put(item=item, decision="approve", by=secretary)
    same = item.motions.get()
    motions.close(motion=motion, by=secretary)
    with pytest.raises(MoveRefused, match="已经结束"):
        motions.close(motion=same, by=ethics_officer())


@pytest.mark.parametrize(
    ("field", "interest", "passes"), [("睡眠医学", False, True), ("睡眠医学", True, False), ("统计学", False, False)]
)
def test_an_emergency_needs_somebody_of_the_field(committee, secretary, field, interest, passes):
    """办法 第37条: a member of the field, or a consultant of it without an interest."""
    item = at_the_table(
        committee,
        secretary=secretary,
        procedure="emergency",
        circumstances=["urgent"],
        expertise="睡眠医学",
    )
    attendance.record_guest(
        meeting=item.meeting, role="consultant", name="顾问甲", expertise=field, has_interest=interest, by=secretary
    )
    if passes:
        assert motions.put(item=item, decision="approve", by=secretary).number == 1
        return
    with pytest.raises(MoveRefused, match="睡眠医学") as refusal:
        motions.put(item=item, decision="approve", by=secretary)
    assert refusal.value.article == "ST 37"


def test_an_emergency_is_no_way_round_the_second_regime(committee, secretary):
    item = at_the_table(
        committee,
        secretary=secretary,
        procedure="emergency",
        circumstances=["urgent"],
        expertise="伦理",
        regimes=["ST2023", "HS2023"],
    )
    motion = voted(item, "yyyyyyy", secretary=secretary)
    assert [row["regime"] for row in motion.counts] == ["ST2023", "HS2023"]


def test_others_run_no_meeting(item, committee, secretary):
    for user in (seats(committee)[0].user, person(Role.COUNTY)):
        with pytest.raises(AccessDenied):
            motions.put(item=item, decision="approve", by=user)
        with pytest.raises(AccessDenied):
            agenda.adjourn(item=item, reason="改日", by=user)
