"""A head of section searches, narrows, keeps the search, is told of news, and takes the list out; the public searches too.

The head types a month and a word, is shown both as understood, leaves the month away and narrows by the year. The search
is kept with an alert; the next morning the Today page tells a number, not a name. The list is taken out as a table.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.factories.cases import case_at
from tests.factories.notices import notice_at
from tests.journeys.hands import choose, fill, open_link, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey
TITLE = "论文抄袭剽窃：三个项目的结题论文"


def test_a_head_searches_narrows_keeps_and_takes_out(live_server, at_desk, look, calendar_day, tmp_path):
    case_at("report_ready", officer=colleague("officer"), title=TITLE)
    case_at("opened", officer=colleague("officer", 2), title="图片重复使用")
    head = at_desk(colleague("head"))
    head.goto("/search/")
    look(head, "search-start")

    head.keyboard.press("/")
    expect(head.locator("#id_q")).to_be_focused()
    head.keyboard.type("抄袭 2026年2月")
    expect(head.locator("datalist option")).to_have_count(1)
    with head.expect_navigation():
        head.keyboard.press("Enter")
    says(head, "2026 年 2 月")
    says(head, "“抄袭”也按同义词查找：剽窃、plagiarism。")
    says(head, TITLE)
    look(head, "search-dated")

    open_link(head, "去掉")
    head.get_by_role("complementary").get_by_role("link", name="2026 年").click()
    expect(head.locator("aside a[aria-current]")).to_have_text("2026 年")
    with head.expect_download() as file:
        head.get_by_role("link", name="导出 Excel").click()
    file.value.save_as(tmp_path / "found.xlsx")
    rows = list(load_workbook(tmp_path / "found.xlsx").worksheets[0].values)
    assert [row[2] for row in rows[1:]] == [TITLE]

    open_link(head, "保存这次检索")
    fill(head, "名称", "抄袭类案件")
    choose(head, "有新结果时提醒我")
    look(head, "search-save")
    press(head, "保存")
    says(head, "抄袭类案件")

    case_at("opened", officer=colleague("officer", 2), title="另一起抄袭")
    calendar_day.shift(dt.timedelta(days=1))
    call_command("send_search_alerts")
    head = at_desk(colleague("head"))
    head.goto("/today/")
    says(head, "保存的检索“抄袭类案件”有 1 条新结果")
    open_link(head, "保存的检索“抄袭类案件”有 1 条新结果")
    says(head, "1 条新结果")
    look(head, "search-saved")
    press(head, "打开", exact=False)
    says(head, "另一起抄袭")

    head.goto("/search/?q=没有的词 抄袭&kind=case")
    says(head, "去掉“没有的词”")
    look(head, "search-empty")


def test_anybody_searches_the_published_notices(live_server, open_page, look):
    notice = notice_at("published", publisher=colleague("publisher"))
    visitor = open_page()
    visitor.goto("/notices/")
    open_link(visitor, "检索公开通报全文")
    visitor.locator("#id_q").fill(notice.title)
    press(visitor, "检索")
    says(visitor, notice.title)
    says_not(visitor, "保存这次检索")
    look(visitor, "search-public")
