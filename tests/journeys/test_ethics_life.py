"""After approval: a fall suspends a study, is answered, and the study goes on; then it is let out to the public.

The ethics officer enters a serious adverse event and suspends the activity at once; it cannot be resumed before the
report is answered. Answered and resumed, each step has written its letter. The officer drafts an entry of the public
list with an embargo; the publisher lets it out, and a visitor finds it only on the day after the embargo's last day.
The statistics of the year open the list behind a number.
"""

from __future__ import annotations

import datetime as dt

import pytest

from ethics.models import PublicEntry
from tests.factories.ethics import activity_of, areas, days_ago, supervised_unit
from tests.journeys.hands import choose, fill, open_link, pick, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey
EMBARGO = dt.date(2026, 2, 20)
TITLE = "脑卒中康复脑机接口临床研究"


def test_an_incident_suspends_and_the_public_reads_after_the_embargo(
    live_server, at_desk, look, shoot, calendar_day, open_page
):
    areas()
    officer_user = colleague("ethics")
    unit = supervised_unit("嘉陵江医院", by=officer_user)
    activity_of(unit, by=officer_user, title=TITLE, approved=20)
    officer = at_desk(officer_user)
    officer.goto(unit.get_absolute_url())
    open_link(officer, TITLE)
    look(officer)
    says(officer, "没有报告。")

    open_link(officer, "登记不良事件、偏离或者变更")
    says(officer, "严重不良事件应当立即报告。")
    pick(officer, "报告类别", "严重不良事件")
    fill(officer, "发生日期", days_ago(1).isoformat())
    fill(officer, "经过和影响", "一名受试者在训练中跌倒，已送医检查。")
    choose(officer, "立即暂停活动")
    look(officer)
    press(officer, "登记")
    says(officer, "已暂停")
    says(officer, "还有严重情况没有处理，不能恢复")
    says(officer, "暂停活动通知书")
    look(officer)
    shoot(officer, "ethics-activity")

    officer.goto("/today/")
    says(officer, f"严重：严重不良事件：{TITLE}")
    look(officer)
    open_link(officer, f"严重：严重不良事件：{TITLE}")
    officer.locator("#next").get_by_role("link", name="处理情况报告").click()
    choose(officer, "继续")
    fill(officer, "处理说明", "与训练无关，已加装护栏。")
    look(officer)
    press(officer, "登记处理意见")
    says(officer, "活动仍在暂停中")
    open_link(officer, "恢复活动")
    fill(officer, "恢复理由", "与训练无关，已加装护栏。")
    look(officer)
    press(officer, "恢复活动")
    says(officer, "活动已恢复")
    says(officer, "恢复活动通知书")
    look(officer)

    open_link(officer, "起草公开名单条目")
    fill(officer, "公开的活动名称", "脑卒中康复研究")
    fill(officer, "隐去内容的说明", "活动名称经过概括")
    fill(officer, "此日之后公开", EMBARGO.isoformat())
    look(officer)
    press(officer, "交审核")
    says(officer, "公开稿须由起草人以外的另一人审核公开。")
    look(officer)

    publisher = at_desk(colleague("publisher"))
    publisher.goto("/today/")
    open_link(publisher, "审核公开名单条目：脑卒中康复研究")
    says_not(publisher, TITLE)
    look(publisher)
    shoot(publisher, "ethics-public-entry")
    press(publisher, "审核公开")
    says(publisher, "已审核公开。")
    assert PublicEntry.objects.get().status == "published"

    visitor = open_page()
    visitor.goto("/ethics-approvals/")
    says_not(visitor, "脑卒中康复研究")
    calendar_day.move_to(dt.datetime(2026, 2, 20, 15, 30, tzinfo=dt.UTC))
    visitor.reload()
    says_not(visitor, "脑卒中康复研究")
    calendar_day.move_to(dt.datetime(2026, 2, 20, 16, 30, tzinfo=dt.UTC))
    visitor.reload()
    says(visitor, "脑卒中康复研究")
    says(visitor, "活动名称经过概括")
    says_not(visitor, TITLE)
    look(visitor)
    shoot(visitor, "ethics-approvals")

    officer = at_desk(officer_user)
    officer.goto("/ethics/statistics/")
    look(officer)
    shoot(officer, "ethics-statistics")
    open_link(officer, "1 批准的科技活动")
    says(officer, TITLE)
    look(officer)
