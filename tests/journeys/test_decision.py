"""A decision is drafted, checked while it is written, approved and held for a second head of the bureau.

The officer opens the draft from the case page. While boxes are ticked, the card beside the form says what departs from
the rules: a period outside the band is an error and blocks, several kinds of conduct without the aggravating factor is
a warning and asks for a reason. The drafter is offered no approval. After the section has agreed, an edit takes the
text back to draft and the agreement counts no more. A serious finding goes to two heads of the bureau; the second one
does not read what the first one wrote.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from integrity.models import Decision
from tests.factories.cases import case_at
from tests.factories.decisions import decision_at, serious_content
from tests.journeys.hands import choose, field, fill, offers_not, open_link, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey

FABRICATION = "伪造、篡改数据"
BAN = "一定期限禁止承担或参与财政性资金支持的科技活动"
ENTRY = "记入科研诚信严重失信行为数据库"


def test_a_draft_is_checked_while_it_is_written(live_server, at_desk, look):
    case = case_at("deliberation", officer=colleague("officer"))
    officer = at_desk(colleague("officer"))
    officer.goto(f"/cases/{case.dossier.reference}/")
    open_link(officer, "起草")
    look(officer)
    findings = officer.locator("[data-check-result]")

    choose(officer, "成立")
    fill(officer, "行为日期", "2024-05-06")
    fill(officer, "决定日期", "2026-02-09")
    # What was alleged stands ticked already; the officer confirms or changes it.
    assert officer.locator("label.choice", has_text=FABRICATION).locator("input").is_checked()
    choose(officer, "情节较重")
    choose(officer, BAN)
    months = officer.get_by_role("group", name=BAN).get_by_label("期限（月）")
    months.fill("60")
    months.blur()
    expect(findings).to_contain_text("不在", timeout=5000)
    expect(findings).to_contain_text("须改")
    look(officer)

    months.fill("24")
    choose(officer, ENTRY)
    choose(officer, "买卖、代写、代投论文")
    expect(findings).to_contain_text(re.compile("多种|几种|多次"), timeout=5000)
    fill(officer, "认定的事实与证据", "周砚清在论文图 3、图 5 中重复使用同一组影像并改写标注。")
    fill(officer, "处理依据", "《科研失信行为调查处理规则》第三十一条。")
    fill(officer, "对陈述申辩的回应", "与原始记录不符，不予采纳。")
    press(officer, "保存草稿")
    says(officer, "草稿")
    blocked = officer.get_by_role("button", name="提交科室审核")
    assert blocked.is_disabled()
    says(officer, "请说明理由")
    look(officer)

    open_link(officer, "修改")
    officer.locator("textarea[name^=reason_]").first.fill("两种行为出于同一篇论文，不另作从重。")
    press(officer, "保存草稿")
    press(officer, "提交科室审核")
    says(officer, "科室审核")
    offers_not(officer, "提出科室负责人意见")
    assert Decision.objects.get().status == "section_review"


def test_an_edit_voids_what_was_agreed(live_server, at_desk, look):
    decision = decision_at("section_review", officer=colleague("officer"))
    head = at_desk(colleague("head"))
    head.goto("/today/")
    says(head, "周砚清")
    head.goto(decision.get_absolute_url())
    open_link(head, "提出科室负责人意见")
    look(head)
    choose(head, "同意")
    press(head, "提交意见")
    says(head, "法制审核")

    officer = at_desk(colleague("officer"))
    officer.goto(decision.get_absolute_url())
    open_link(officer, "修改（已有的同意全部失效）")
    says(officer, "保存修改后，已有的同意全部失效")
    facts = field(officer, "认定的事实与证据")
    facts.fill(facts.input_value() + "另有一幅图片来源不明。")
    press(officer, "保存草稿")
    says(officer, "内容已改动，意见失效")
    assert Decision.objects.get(pk=decision.pk).status == "draft"
    look(officer)


def test_a_serious_finding_waits_for_a_second_head_of_the_bureau(live_server, at_desk, look):
    decision = decision_at("bureau_approval", officer=colleague("officer"), what=serious_content())
    first = at_desk(colleague("bureau"))
    first.goto("/today/")
    says(first, "周砚清")
    first.goto(decision.get_absolute_url())
    open_link(first, "提出局领导意见")
    choose(first, "同意")
    fill(first, "说明", "事实清楚，同意。")
    press(first, "提交意见")
    says(first, "待第二人批准")
    says(first, "须由另一人审批")

    second = at_desk(colleague("bureau", 2))
    second.goto(decision.get_absolute_url())
    says_not(second, "事实清楚，同意。")
    open_link(second, "提出第二批准人意见")
    says_not(second, "事实清楚，同意。")
    look(second)
    choose(second, "退回修改")
    press(second, "提交意见")
    says(second, "退回修改须写明理由。")
    choose(second, "同意")
    press(second, "提交意见")
    says(second, "已批准待签发")
    assert Decision.objects.get(pk=decision.pk).status == "approved"
