"""A citizen reports, returns and answers.

On a telephone, with scripts switched off, somebody reports anonymously and attaches a page. They get sixteen digits and
a slip to print, and note them down. The intake officer reads the report and asks for the volume of the journal. The
reporter returns with the digits, reads the question, answers, adds another file and finally leaves a name, which is
sealed at once and cannot be taken back. A wrong receipt and an unknown one get the same sentence.

Later an intake officer writes down a report that came by telephone and hands the caller a receipt.
"""

from __future__ import annotations

import io

import pytest
from PIL import Image

from integrity.actions import messages
from integrity.models import Lead
from tests.factories.leads import custodian, report
from tests.journeys.hands import choose, field, fill, open_link, pick, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey


def picture() -> bytes:
    """A small image file."""
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "PNG")
    return content.getvalue()


TELEPHONE = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
PAGE = {"name": "图3对比.png", "mimeType": "image/png", "buffer": picture()}
NOTE = {"name": "原始记录说明.txt", "mimeType": "text/plain", "buffer": "原始影像拍摄于 2024 年 5 月。".encode()}


def write_report(page, mode="匿名"):
    choose(page, mode)
    fill(page, "被举报的人或单位", "周砚清")
    fill(page, "被举报人所在单位", "剑门医学院")
    fill(page, "具体事实", "论文图 3 与他人 2021 年论文的图 2 相同，仅做了镜像翻转。")
    fill(page, "涉及的论文、项目或奖励", "10.1000/demo.2025.001")


def test_a_citizen_reports_on_a_telephone_without_script_and_comes_back(live_server, open_page, at_desk):
    custodian()
    citizen = open_page(**TELEPHONE)
    citizen.goto("/")
    citizen.get_by_role("link", name="我要举报").first.click()
    write_report(citizen)
    field(citizen, "材料").set_input_files([PAGE])
    press(citizen, "提交举报")
    says(citizen, "已收到您的举报")
    says(citizen, "图3对比.png")
    digits = citizen.inner_text(".receipt")
    assert len(digits.replace(" ", "")) == 16
    press(citizen, "我已抄下回执，关闭本页")
    says(citizen, "凭回执查看")

    lead = Lead.objects.get()
    officer = at_desk(colleague("intake"))
    officer.goto("/leads/")
    open_link(officer, lead.dossier.reference)
    says(officer, "仅做了镜像翻转")
    fill(officer, "事由摘要", "一篇论文的图片疑似重复使用")
    press(officer, "保存摘要")
    open_link(officer, "请举报人补充")
    fill(officer, "内容", "请补充期刊名称和卷期。")
    press(officer, "发出")
    says(officer, "待补充")

    citizen.goto("/report/return/")
    fill(citizen, "回执", "1234 5678 9012 3456")
    press(citizen, "查看")
    unknown = citizen.inner_text(".error-summary")
    fill(citizen, "回执", "12")
    press(citizen, "查看")
    assert citizen.inner_text(".error-summary") == unknown
    fill(citizen, "回执", digits)
    press(citizen, "查看")
    says(citizen, "请补充期刊名称和卷期。")
    fill(citizen, "补充说明或者回答", "《示例科学》第 12 卷第 3 期。")
    press(citizen, "发出")
    says(citizen, "《示例科学》第 12 卷第 3 期。")
    field(citizen, "补充材料").set_input_files([NOTE])
    press(citizen, "提交材料")
    says(citizen, "原始记录说明.txt")
    choose(citizen, "实名")
    fill(citizen, "您的姓名", "苏望舒")
    fill(citizen, "联系方式", "13800006789")
    press(citizen, "封存我的身份")
    says(citizen, "您的身份已加密封存。")
    says_not(citizen, "补留姓名")
    says_not(citizen, "苏望舒")

    officer.goto(f"/leads/{lead.dossier.reference}/")
    says(officer, "《示例科学》第 12 卷第 3 期。")
    says(officer, "举报人已封存")
    says_not(officer, "苏望舒")
    assert Lead.objects.get(pk=lead.pk).status == "submitted"


def test_the_pages_of_a_reporter_are_readable_for_everybody(page, live_server, look):
    custodian()
    page.goto("/report/")
    look(page, "report")
    press(page, "提交举报")
    assert page.locator(".error-summary").count() == 1
    look(page)
    write_report(page)
    press(page, "提交举报")
    look(page, "receipt")
    digits = page.inner_text(".receipt")
    lead = Lead.objects.select_related("dossier").get()
    messages.write(lead=lead, body="已收到，正在核对。", by=colleague("intake"))
    page.goto("/report/return/")
    look(page)
    fill(page, "回执", digits)
    press(page, "查看")
    look(page)


def test_the_slip_holds_nothing_but_the_receipt_when_printed(page, live_server):
    page.goto("/report/")
    write_report(page)
    press(page, "提交举报")
    page.emulate_media(media="print")
    shown = page.inner_text("body")
    assert page.inner_text(".receipt") in shown
    for hidden in ("我要举报", "10 分钟后看不到", "我已抄下回执"):
        assert hidden not in shown
    assert "剑门医学院" not in shown


def test_an_officer_writes_down_a_report_that_came_by_telephone(at_desk, live_server, look):
    officer = at_desk(colleague("intake"))
    officer.goto("/leads/")
    open_link(officer, "登记线索")
    look(officer)
    pick(officer, "线索来源", "电话")
    fill(officer, "事由摘要", "项目经费与申报内容不符")
    fill(officer, "被举报的人或单位", "贺南星")
    fill(officer, "具体事实", "来电人称项目设备从未购置。")
    pick(officer, "举报方式", "匿名")
    choose(officer, "给举报人一个回执")
    press(officer, "登记")
    says(officer, "交给举报人的回执")
    assert len(officer.inner_text(".receipt").replace(" ", "")) == 16
    look(officer)
    open_link(officer, "返回线索")
    says(officer, "项目经费与申报内容不符")
    says(officer, "2026-03-06")
    look(officer, "lead")


def test_an_audit_office_hands_over_a_lead_with_its_number(at_desk, live_server, look):
    report()
    officer = at_desk(colleague("intake"))
    officer.goto("/leads/enter/")
    pick(officer, "线索来源", "审计移送")
    fill(officer, "被举报的人或单位", "蜀道农业研究所")
    fill(officer, "具体事实", "审计发现两笔经费无法说明去向。")
    press(officer, "登记")
    says(officer, "请写明来文单位")
    assert field(officer, "具体事实").input_value() == "审计发现两笔经费无法说明去向。"
    fill(officer, "来文单位", "市审计局")
    fill(officer, "来文编号", "广审移〔2026〕3号")
    press(officer, "登记")
    says(officer, "广审移〔2026〕3号")
    officer.goto("/leads/")
    look(officer)
