"""An officer begins the day: signs in, sees what is overdue, what is due soon and what others have, and opens a case.

The head of the section signs in with password and the six digits of the telephone. The officer's Today page puts the
overdue case first, with one filled button for it; then what is due within three working days; then what waits for
others. On the case page a greyed step says why it is not possible, in the sentence of the check and with its article;
the timeline tells what happened; the history shows what a text was before; and a page says who can see the case, why,
and who has read it.
"""

from __future__ import annotations

import datetime as dt

import pytest

from casework.models import OneTimeCode
from integrity.actions import leads
from tests.factories.cases import case_at
from tests.factories.decisions import decision_at
from tests.factories.leads import ANSWERS, lead_at
from tests.factories.people import PASSWORD
from tests.journeys.hands import fill, open_link, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey


def test_a_head_of_section_signs_in_with_two_factors(page, live_server, look):
    head = colleague("head")
    device = OneTimeCode.fresh(head, name="手机")
    device.confirmed = True
    device.save()
    page.goto("/leads/")
    says(page, "工作人员登录")
    look(page, "login")
    fill(page, "账号", head.username)
    fill(page, "密码", "wrong-password-1")
    press(page, "登录")
    assert page.locator(".error-summary").count() == 1
    look(page)
    fill(page, "账号", head.username)
    fill(page, "密码", PASSWORD)
    press(page, "登录")
    says(page, "请再次验证")
    look(page)
    fill(page, "动态口令", device.code_now())
    press(page, "验证")
    assert page.url.endswith("/leads/")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/")
    page.goto("/leads/")
    says(page, "工作人员登录")


def test_the_day_begins_with_what_is_overdue(live_server, at_desk, look, calendar_day):
    officer = colleague("officer")
    case_at("opened", officer=officer, title="项目申报材料不实", accepted_on=dt.date(2025, 7, 21))
    case_at("investigating", officer=officer, title="虚构同行评议专家", accepted_on=dt.date(2025, 8, 12))
    case_at("hearing_respondent", officer=officer, title="论文图片重复使用")
    decision_at("section_review", officer=officer)
    lead_at("accepted", handler=officer, by=colleague("intake"))
    calendar_day.shift(dt.timedelta(days=2))
    desk = at_desk(officer)
    desk.goto("/today/")
    headings = desk.get_by_role("main").get_by_role("heading", level=2).all_inner_texts()
    assert [words.split()[0] for words in headings] == ["已逾期", "三个工作日内", "待办", "等待他人"][: len(headings)]
    first = desk.locator(".todo li").first
    assert "项目申报材料不实" in first.inner_text() and "逾期" in first.inner_text()
    look(desk, "today")
    open_link(desk, "项目申报材料不实")
    says(desk, "逾期")
    look(desk)


def test_an_intake_officer_sees_each_report_with_its_days(live_server, at_desk, look):
    intake = colleague("intake")
    for days, summary in ((35, "论文代写"), (24, "重复发表"), (3, "署名不当")):
        received = dt.date(2026, 2, 9) - dt.timedelta(days=days)
        leads.enter(
            channel="audit", answers=ANSWERS, summary=summary, source_body="市审计局", received_on=received, by=intake
        )
    desk = at_desk(intake)
    desk.goto("/today/")
    says(desk, "已逾期")
    assert desk.locator(".todo .title").all_inner_texts() == ["论文代写", "重复发表", "署名不当"]
    look(desk)


def test_the_page_of_a_case_says_what_is_next_what_was_and_who_knows(live_server, at_desk, look):
    officer = colleague("officer")
    case = case_at("hearing_respondent", officer=officer, respondents=2, title="论文图片重复使用")
    desk = at_desk(officer)
    desk.goto(f"/cases/{case.dossier.reference}/")
    blocked = desk.get_by_role("button", name="进入审议")
    assert blocked.is_disabled()
    says(desk, "尚未记录 周砚清 的陈述申辩情况。")
    says(desk, "221号 第29条")
    says(desk, "登记调查报告")
    look(desk, "case")

    desk.goto(f"/cases/{case.dossier.reference}/history/")
    change = desk.locator("tr", has_text="调查结论").first
    assert (change.locator("del").inner_text(), change.locator("ins").inner_text()) == ("待查", "属实")
    look(desk)
    for role in ("head", "auditor", "bureau"):
        colleague(role)
    desk.goto(f"/cases/{case.dossier.reference}/who/")
    says(desk, "陈立诚")
    says(desk, "赵敬之")
    says_not(desk, "罗思源")
    look(desk, "who-can-see")


def test_a_colleague_without_a_grant_learns_nothing_of_the_case(live_server, at_desk):
    case = case_at("opened", officer=colleague("officer"))
    stranger = at_desk(colleague("officer", 2))
    answer = stranger.goto(f"/cases/{case.dossier.reference}/")
    assert answer.status == 404
    says_not(stranger, case.title)
