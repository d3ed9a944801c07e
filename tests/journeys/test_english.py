"""A reader who chose English finds no Chinese in what surrounds the matter itself.

Visitor and officer switch the language with the button of the page. Navigation, headings, labels, buttons, hints and the
title of the page are English; Chinese stay only what was written in Chinese: names, titles, numbers of records, texts.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.factories.cases import case_at
from tests.factories.decisions import decision_at
from tests.factories.leads import lead_at
from tests.factories.notices import notice_at
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey

HAN = re.compile(r"[\u3400-\u9fff]+")
CHROME = "nav, h2, h3, th, label, legend, .hint, .btn, .link, .pill, .skip, summary, .footer p, dt, .days"
# What is Chinese in any language: the way back to Chinese, and proper names of this office.
PROPER = ("中文", "诚", "广元市科技局", "市科技局", "广元市科研诚信公开平台")
# Texts and names that people wrote.
WRITTEN = ("周砚清", "陈立诚", "李文静", "林晓岚", "市审计局", "论文图片重复使用", "项目申报材料不实")


def switch(page):
    page.get_by_role("button", name="English").first.click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "en"


def chinese_left(page):
    """Chinese in the chrome, without what has to be Chinese."""
    texts = [page.title(), *page.locator(CHROME).all_inner_texts()]
    found = []
    for text in texts:
        for known in (*PROPER, *WRITTEN):
            text = text.replace(known, "")
        # Numbers of records: 广科诚案〔2026〕0001号.
        text = re.sub(r"[\u3400-\u9fff]*〔\d{4}〕\d+号", "", text)
        found += HAN.findall(text)
    return sorted(set(found))


def test_the_public_pages_are_english_for_a_reader_who_chose_it(live_server, page, look):
    page.goto("/")
    switch(page)
    for address in ("/", "/notices/", "/report/", "/report/return/", "/accounts/login/"):
        page.goto(address)
        assert chinese_left(page) == [], address
    page.goto("/")
    look(page)


def test_the_pages_of_an_officer_are_english_for_a_reader_who_chose_it(live_server, at_desk, look):
    officer = colleague("officer")
    case = case_at(
        "opened", officer=officer, title="项目申报材料不实", accepted_on=dt.date(2025, 7, 21), respondents=1
    )
    heard = case_at("hearing_respondent", officer=officer, title="论文图片重复使用")
    decision = decision_at("section_review", officer=officer)
    lead = lead_at("accepted", handler=officer, by=colleague("intake"))
    desk = at_desk(officer)
    desk.goto("/today/")
    switch(desk)
    addresses = (
        "/today/",
        "/leads/",
        f"/leads/{lead.dossier.reference}/",
        "/cases/",
        f"/cases/{case.dossier.reference}/",
        f"/cases/{heard.dossier.reference}/",
        f"/cases/{heard.dossier.reference}/who/",
        decision.get_absolute_url(),
        "/credit/",
        "/search/",
        "/sharing/",
    )
    for address in addresses:
        desk.goto(address)
        assert chinese_left(desk) == [], address
    desk.goto("/today/")
    look(desk)


def test_the_pages_of_a_publisher_are_english_for_a_reader_who_chose_it(live_server, at_desk):
    notice = notice_at("review", publisher=colleague("publisher"))
    desk = at_desk(colleague("publisher"))
    desk.goto("/notices/work/")
    switch(desk)
    for address in ("/today/", "/notices/work/", notice.get_absolute_url(), "/notices/work/draft/"):
        desk.goto(address)
        assert chinese_left(desk) == [], address
