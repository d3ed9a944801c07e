"""An officer searches in Chinese and in English and finds only what they may see.

The officer types the number of a case and is led to it; two Chinese words; an English word of the title; the name in
pinyin. The case of a colleague is not found and its address answers as if it did not exist. Somebody without any hit is
told how else to search.
"""

from __future__ import annotations

import pytest

from casework.actions import directory
from tests.factories.cases import case_at
from tests.journeys.hands import field, open_link, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey

MINE = "论文图片重复使用 (image duplication in Figure 3)"
HERS = "论文图片重复使用：另一课题组"


def search(page, words):
    field(page, "检索").or_(page.locator("main input[name=q]")).first.fill(words)
    page.locator("main form button").first.click()
    page.wait_for_load_state()


def test_an_officer_finds_their_own_cases_in_two_languages(live_server, at_desk, look):
    known = directory.add_person(name="周砚清", by=colleague("officer"))
    mine = case_at("report_ready", officer=colleague("officer"), title=MINE, subjects=[known])
    hers = case_at("report_ready", officer=colleague("officer", 2), title=HERS)
    officer = at_desk(colleague("officer"))
    officer.goto("/search/")
    look(officer)
    for words in ("图片 重复使用", "image duplication", "zhouyanqing", mine.dossier.reference):
        search(officer, words)
        says(officer, "image duplication in Figure 3")
        says_not(officer, HERS)
    search(officer, "图片 重复使用")
    look(officer)
    open_link(officer, "论文图片重复使用")
    says(officer, mine.dossier.reference)

    officer.goto("/search/")
    search(officer, hers.dossier.reference)
    says(officer, "没有找到")
    look(officer)
    hidden = officer.goto(f"/cases/{hers.dossier.reference}/")
    shown = officer.inner_text("body")
    missing = officer.goto("/cases/广科诚案〔2026〕9999号/")
    assert hidden.status == missing.status == 404
    assert officer.inner_text("body") == shown


def test_the_search_box_on_every_page_leads_to_the_answer(live_server, at_desk):
    case_at("report_ready", officer=colleague("officer"), title=MINE)
    officer = at_desk(colleague("officer"))
    officer.goto("/today/")
    officer.locator("#site-search").fill("重复使用")
    officer.locator("#site-search").press("Enter")
    officer.wait_for_url("**/search/**")
    says(officer, "image duplication in Figure 3")
