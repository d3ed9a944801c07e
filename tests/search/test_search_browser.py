"""The search page in a real browser: readable by keyboard and screen reader, on a desk and on a telephone."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from tests.factories import person
from tests.search.records import make_lead

pytestmark = pytest.mark.journey


def test_an_officer_searches_reads_and_turns_the_page(page, live_server, sign_in, check_page, shoot):
    for number in range(22):
        make_lead(f"关于某校课题组第{number}篇论文数据造假的举报", source_body="省科技厅科研诚信与科技监督处转来")
    sign_in(page, person(Role.INTAKE))

    page.goto("/search/")
    check_page(page)

    page.fill("#id_q", "数据造假 省科技厅")
    page.locator("main form button").click()
    expect(page.locator(".notice-list > li")).to_have_count(20)
    check_page(page)
    shoot(page, "search")

    page.click("a[rel=next]")
    expect(page.locator(".notice-list > li")).to_have_count(2)

    page.fill("#id_q", "，。")
    page.locator("main form button").click()
    expect(page.locator(".error-summary a")).to_contain_text("只有标点，无法检索。请输入文字、字母或数字。")
    check_page(page)


def test_an_officer_sees_whether_the_same_was_reported_before(page, live_server, sign_in, check_page, shoot):
    make_lead("举报《嘉陵江水质长期观测研究》一文图片重复使用")
    make_lead("来信反映《嘉陵江水质长期观测研究》一文数据造假")
    sign_in(page, person(Role.INTAKE))

    page.goto("/search/?q=数据造假")
    page.click(".notice-list h3 a")
    page.click("text=看看是否已有同一事项的线索或案件")
    expect(page.locator("h1")).to_have_text("相似条目")
    expect(page.locator(".notice-list")).to_contain_text("共有：嘉陵江水质长期观测研究")
    check_page(page)
    shoot(page, "search-similar")

    page.click(".notice-list h3 a")
    expect(page.locator("h1")).to_have_text("举报《嘉陵江水质长期观测研究》一文图片重复使用")
