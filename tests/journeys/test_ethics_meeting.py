"""An application before the committee: declared on, discussed and voted on by people at their own browsers.

The secretary plans a meeting and puts an accepted application on its agenda; each member declares at the gate, reads and
votes; the conclusion follows the vote, the minutes are approved by the chair. Under two regimes four of five votes carry one
rule and fail the other: nothing is decided, the item is adjourned and the minutes say so. A recusal breaks the quorum, and
the page says so before anybody votes.
"""

from __future__ import annotations

import pytest

from ethics.models import Application, CommitteeMeeting
from tests.factories.meetings import at_the_table, voted, widened
from tests.factories.reviews import TITLE, accepted, seats, working_committee
from tests.journeys.hands import choose, field, fill, offers_not, open_link, pick, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey
TODAY = "2026-02-09"


def test_from_acceptance_to_approval_by_a_meeting(live_server, at_desk, look, shoot):
    secretary_user = colleague("ethics")
    committee = working_committee(by=secretary_user, set_up=60)
    application = accepted(committee, secretary=secretary_user).application
    there = seats(committee)
    secretary = at_desk(secretary_user)

    secretary.goto("/ethics/meetings/")
    look(secretary)
    open_link(secretary, "安排审查会议")
    fill(secretary, "会议日期", TODAY)
    fill(secretary, "开始时间", "9:30")
    fill(secretary, "地点", "三楼会议室")
    pick(secretary, "主持人", "委员甲")
    look(secretary)
    press(secretary, "安排审查会议")
    meeting = CommitteeMeeting.objects.get()
    open_link(secretary, meeting.number)
    look(secretary)
    open_link(secretary, "列入议题")
    field(secretary, "议题").select_option(value=f"review:{application.pk}")
    pick(secretary, "主审委员", "委员丙")
    look(secretary)
    press(secretary, "列入议题")
    open_link(secretary, "登记到会")
    for member in there:
        choose(secretary, member.person.name)
    look(secretary)
    press(secretary, "登记到会")
    press(secretary, "开会")
    says(secretary, "会议进行中")
    item = meeting.items.get()
    secretary.goto(f"/ethics/items/{item.pk}/")
    says(secretary, "到会且不需回避的委员 0 人")
    offers_not(secretary, "提出动议")
    look(secretary, "ethics-item-undeclared")

    desks = {}
    for number, member in enumerate(there):
        desk = at_desk(member.user)
        desk.goto("/today/")
        says(desk, "声明利益冲突情况")
        desk.goto("/ethics/desk/")
        says(desk, TITLE)
        open_link(desk, TITLE)
        says_not(desk, application.dossier.reference)
        if number == 0:
            look(desk, "ethics-gate")
        choose(desk, "没有利益冲突")
        fill(desk, "说明", "同单位，没有合作。")
        press(desk, "提交声明")
        desks[member.pk] = desk

    secretary.reload()
    open_link(secretary, "提出动议")
    choose(secretary, "批准")
    look(secretary)
    press(secretary, "付表决")
    look(secretary)
    for number, member in enumerate(there):
        desk = desks[member.pk]
        desk.goto("/ethics/desk/")
        open_link(desk, "批准")
        open_link(desk, "表决")
        choose(desk, "赞成" if number < 5 else "反对")
        if number >= 5:
            fill(desk, "不同意见", "样本量依据不足。")
        if number == 0:
            look(desk)
        press(desk, "提交表决")
        says(desk, "您的表决")
    look(desk, "ethics-item-voting")
    secretary.reload()
    says(secretary, "已表决 7 人，应表决 7 人")
    press(secretary, "结束表决")
    says(secretary, "动议通过")
    look(secretary, "ethics-item-counted")
    open_link(secretary, "登记结论")
    fill(secretary, "跟踪审查间隔（月）", "12")
    look(secretary)
    press(secretary, "登记结论")
    look(secretary)
    press(secretary, "核对无误")
    press(secretary, "结束会议")
    says(secretary, "尚未核准")
    look(secretary, "ethics-meeting-closed")
    chair = desks[there[0].pk]
    chair.goto(meeting.get_absolute_url())
    says(chair, "委员己的不同意见：样本量依据不足。")
    press(chair, "核准会议记录")
    says(chair, "已核准")
    look(chair)
    assert Application.objects.get().status == "approved"


def test_four_of_five_carry_one_regime_and_fail_the_other(live_server, at_desk, look):
    secretary_user = colleague("ethics")
    committee = widened(working_committee(by=secretary_user, set_up=60), 2, by=secretary_user)
    item = at_the_table(committee, secretary=secretary_user, present=seats(committee)[:5], regimes=["ST2023", "HS2023"])
    voted(item, "yyyyn", secretary=secretary_user)
    secretary = at_desk(secretary_user)
    secretary.goto(item.meeting.get_absolute_url())
    open_link(secretary, TITLE)
    says(secretary, "科技伦理审查办法")
    says(secretary, "涉及人的研究伦理审查办法")
    says(secretary, "动议未通过")
    offers_not(secretary, "登记结论")
    look(secretary, "ethics-item-two-regimes")
    open_link(secretary, "延期再议")
    fill(secretary, "延期原因", "全体委员同意的人数不足半数")
    look(secretary)
    press(secretary, "延期再议")
    press(secretary, "核对无误")
    press(secretary, "结束会议")
    says(secretary, "赞成（4）")
    says(secretary, "延期再议：全体委员同意的人数不足半数")
    assert Application.objects.get().status == "accepted"


def test_a_recusal_breaks_the_quorum_and_the_page_says_so(live_server, at_desk, look):
    secretary_user = colleague("ethics")
    committee = working_committee(by=secretary_user, set_up=60)
    there = seats(committee)[:5]
    item = at_the_table(committee, secretary=secretary_user, present=there)
    recused = at_desk(there[4].user)
    recused.goto(f"/ethics/gate/{item.application.dossier.reference}/")
    choose(recused, "有利益冲突，回避")
    fill(recused, "说明", "与负责人共同承担项目。")
    press(recused, "提交声明")
    says(recused, "已登记回避")
    recused.goto(item.meeting.get_absolute_url())
    says_not(recused, TITLE)
    look(recused)
    assert recused.goto(f"/ethics/items/{item.pk}/").status == 404

    secretary = at_desk(secretary_user)
    secretary.goto(f"/ethics/items/{item.pk}/")
    says(secretary, "现在不能表决")
    says(secretary, "到会且不需回避的委员 4 人")
    offers_not(secretary, "提出动议")
    look(secretary, "ethics-item-no-quorum")
