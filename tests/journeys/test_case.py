"""An officer takes an accepted lead to the point where a decision can be drafted.

From the Today page the officer opens a case on the lead. The investigation cannot begin before somebody is named: the
greyed button says so. One respondent is entered anew with an ORCID, another one is found in the directory. The report
states a finding for every allegation; afterwards nobody can be added. Both respondents are told what is intended; one
answers, the other one waives in writing. Only then the case can go to deliberation.
"""

from __future__ import annotations

import pytest

from integrity.models import Case
from tests.factories.leads import lead_at
from tests.factories.people import subject_person
from tests.journeys.hands import choose, fill, offers_not, open_link, pick, press, says
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey

FABRICATION = "伪造、篡改数据"
UNDUE_AUTHOR = "无实质学术贡献署名"


def test_an_officer_takes_a_case_from_the_lead_to_deliberation(live_server, at_desk, look):
    lead = lead_at("accepted", handler=colleague("officer"), by=colleague("intake"))
    subject_person("沈知微")
    officer = at_desk(colleague("officer"))
    officer.goto("/today/")
    open_link(officer, "立案")
    look(officer)
    fill(officer, "案由", "论文图片重复使用")
    press(officer, "立案")
    case = Case.objects.select_related("dossier").get()
    says(officer, case.dossier.reference)
    says(officer, "请先登记被调查人。")
    says(officer, lead.dossier.reference)

    name_somebody_new(officer, look)
    name_somebody_known(officer)
    press(officer, "开始调查")
    says(officer, "调查中")
    report(officer, look)
    offers_not(officer, "增加被调查人")

    for name in ("周砚清", "沈知微"):
        open_link(officer, f"向 {name} 送达处理前告知")
        look(officer)
        fill(officer, "拟认定事实与拟处理意见", "拟认定图片重复使用，拟给予两年内禁止承担财政性资金支持的科技活动。")
        fill(officer, "告知送达日", "2026-02-09")
        pick(officer, "送达方式", "直接送达")
        press(officer, "登记告知")
    says(officer, "尚未记录")

    hear(officer, look)
    press(officer, "进入审议")
    says(officer, "案件进入审议。")
    look(officer)
    assert Case.objects.get(pk=case.pk).status == "deliberation"


def name_somebody_new(officer, look):
    open_link(officer, "增加被调查人")
    fill(officer, "姓名、单位名称或标识号码", "周砚清")
    press(officer, "查找")
    says(officer, "名录中没有找到，请在下面新登记。")
    look(officer)
    choose(officer, "新登记自然人")
    fill(officer, "新登记的姓名或单位名称", "周砚清")
    pick(officer, "标识类型", "ORCID")
    fill(officer, "标识号码", "0000-0002-1825-0097")
    fill(officer, "当时单位", "剑门医学院")
    pick(officer, "身份", "通讯作者")
    choose(officer, FABRICATION)
    press(officer, "增加被调查人")
    says(officer, "指控内容")
    assert officer.locator(".error-summary").count() == 1
    look(officer)
    fill(officer, "指控内容", "论文图 3 与图 5 为同一组影像，改写了标注。")
    fill(officer, "行为开始日期", "2024-05-06")
    press(officer, "增加被调查人")
    says(officer, "周砚清")
    says(officer, "通讯作者")


def name_somebody_known(officer):
    open_link(officer, "增加被调查人")
    fill(officer, "姓名、单位名称或标识号码", "沈知微")
    press(officer, "查找")
    choose(officer, "沈知微")
    fill(officer, "当时单位", "剑门医学院")
    pick(officer, "身份", "其他作者")
    choose(officer, UNDUE_AUTHOR)
    fill(officer, "指控内容", "没有参加研究而署名。")
    press(officer, "增加被调查人")
    says(officer, "沈知微")


def report(officer, look):
    open_link(officer, "登记调查报告")
    look(officer)
    fill(officer, "报告正文", "查阅原始记录并与两人谈话，图片重复使用属实；署名情况证据不足。")
    press(officer, "登记调查报告")
    assert officer.locator(".error-summary").count() == 1
    for words in ("属实", "证据不足"):
        group = officer.locator("fieldset").filter(has_text="周砚清" if words == "属实" else "沈知微")
        group.locator("label.choice").filter(has_text=words).first.click()
    press(officer, "登记调查报告")
    says(officer, "调查报告已出")


def hear(officer, look):
    open_link(officer, "记录 周砚清 的陈述申辩")
    look(officer)
    choose(officer, "逾期未陈述")
    press(officer, "记录陈述申辩")
    says(officer, "届满后才能记为逾期未陈述")
    choose(officer, "已陈述申辩")
    fill(officer, "陈述申辩内容", "承认图片使用有误，但并非有意。")
    press(officer, "记录陈述申辩")
    open_link(officer, "记录 沈知微 的陈述申辩")
    choose(officer, "书面放弃")
    press(officer, "记录陈述申辩")
