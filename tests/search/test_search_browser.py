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
