"""An intake officer decides what becomes of a report.

On the Today page the new report stands with the days that are left. The clock explains itself day by day: the Spring
Festival does not count, the Saturday worked instead does. Accepting with a condition missing is refused with its
article; with all four the lead goes to an officer, and the clock is met.

A report without evidence: the intake officer proposes not to accept it and cannot confirm that themselves. The head of
the section finds it on their Today page and confirms; the reporter reads the ground on return.

The same matter reported twice is marked as a duplicate; a mistaken mark is taken off again and the clock runs as before.
"""

from __future__ import annotations

import pytest

from integrity.models import Lead
from tests.factories.leads import lead_at, report
from tests.journeys.hands import choose, fill, offers_not, open_link, pick, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey

CONDITIONS = ("有明确的举报对象", "举报内容属于第二条", "有明确的违规事实", "有客观、明确的证据")


def test_a_report_is_accepted_within_its_time(live_server, at_desk, look):
    lead, _receipt = report()
    colleague("officer")
    officer = at_desk(colleague("intake"))
    officer.goto("/today/")
    says(officer, "新线索，尚未填写摘要")
    says(officer, "应在 2026-03-06 前决定是否受理")
    open_link(officer, "新线索，尚未填写摘要")

    officer.get_by_text("这个日期怎么来的").click()
    says(officer, "春节")
    says(officer, "02-28")
    says(officer, "221号 第16条")
    look(officer)
    says(officer, "请先填写事由摘要。")
    fill(officer, "事由摘要", "论文图片疑似重复使用")
    press(officer, "保存摘要")

    open_link(officer, "受理")
    look(officer)
    for words in CONDITIONS[:3]:
        choose(officer, words)
    press(officer, "受理")
    says(officer, "证据")
    assert officer.locator(".error-summary").count() == 1
    look(officer)
    choose(officer, CONDITIONS[3])
    pick(officer, "交给谁办理", "陈立诚")
    press(officer, "受理")
    says(officer, "已受理。")
    says_not(officer, "后到期")
    lead = Lead.objects.get(pk=lead.pk)
    assert (lead.status, lead.dossier.handler) == ("accepted", colleague("officer"))

    mine = at_desk(colleague("officer"))
    mine.goto("/today/")
    says(mine, "论文图片疑似重复使用")
    says(mine, "已受理，等待立案")


def test_a_refusal_is_proposed_by_one_and_confirmed_by_another(live_server, at_desk, open_page, look):
    lead, receipt = report()
    officer = at_desk(colleague("intake"))
    officer.goto(f"/leads/{lead.dossier.reference}/")
    fill(officer, "事由摘要", "没有说明论文和项目")
    press(officer, "保存摘要")
    open_link(officer, "提出不予受理")
    look(officer)
    choose(officer, "没有明确的证据和可查证线索")
    fill(officer, "说明", "未指明论文，也没有可以查证的线索。")
    press(officer, "提出")
    says(officer, "拟不予受理")
    offers_not(officer, "确认不予受理")

    head = at_desk(colleague("head"))
    head.goto("/today/")
    says(head, "没有说明论文和项目")
    open_link(head, "确认或者退回")
    says(head, "未指明论文，也没有可以查证的线索。")
    look(head)
    press(head, "确认不予受理")
    says(head, "已确认不予受理。")

    citizen = open_page()
    citizen.goto("/report/return/")
    fill(citizen, "回执", receipt)
    press(citizen, "查看")
    says(citizen, "没有明确的证据和可查证线索")
    says(citizen, "221号 第15条")
    says_not(citizen, "李文静")


def test_a_duplicate_is_marked_and_the_mark_taken_off(live_server, at_desk, look):
    first = lead_at("accepted", by=colleague("intake"))
    again, _receipt = report()
    officer = at_desk(colleague("intake"))
    address = f"/leads/{again.dossier.reference}/"
    officer.goto(address)
    open_link(officer, "标记为重复")
    look(officer)
    fill(officer, "主线索编号", "线索〔2026〕9999号")
    fill(officer, "理由", "同一篇论文。")
    press(officer, "标记")
    says(officer, "没有这个编号的线索。")
    fill(officer, "主线索编号", first.dossier.reference)
    press(officer, "标记")
    says(officer, "重复线索")
    says(officer, first.dossier.reference)
    says_not(officer, "后到期")

    open_link(officer, "撤销重复标记")
    fill(officer, "理由", "经核对是另一篇论文。")
    press(officer, "撤销标记")
    says(officer, "待受理")
    says(officer, "2026-03-06")
    look(officer)


def test_a_matter_of_another_body_is_passed_on(live_server, at_desk, look):
    lead, _receipt = report()
    officer = at_desk(colleague("intake"))
    officer.goto(f"/leads/{lead.dossier.reference}/")
    open_link(officer, "转送其他单位")
    look(officer)
    fill(officer, "转送单位", "市教育局")
    fill(officer, "理由", "属于师德问题。")
    press(officer, "转送")
    says(officer, "已转送")
    says(officer, "市教育局")
