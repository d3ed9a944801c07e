"""A reader who chose English finds no Chinese in what surrounds the matter itself.

Visitor and officers switch the language with the button of the page. Navigation, headings, labels, choices, buttons,
hints, notes and the title of the page are English; Chinese stays only what people wrote in Chinese: names, titles,
numbers of records.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest

from integrity.actions import messages
from tests.factories.cases import case_at
from tests.factories.decisions import decision_at
from tests.factories.leads import lead_at, report
from tests.factories.notices import notice_at
from tests.journeys.staff import EDUCATION, OFFICE, colleague

pytestmark = pytest.mark.journey

HAN = re.compile(r"[\u3400-\u9fff]+")
NUMBER = re.compile(r"[\u3400-\u9fff]*〔\d{4}〕\d+号")
CHROME = (
    "nav, h2, h3, th, label, legend, option, .hint, .btn, .link, .pill, .skip, .art, .quiet:not(:has(.ref)), .note, "
    "summary, .footer p, dt, .days, .why, .steps, .empty"
)
NOTICE = "关于一起论文造假行为处理结果的通报"
# The way back to Chinese, and the names of this office.
PROPER = ("中文", "广元市科研诚信公开平台", OFFICE, EDUCATION, "（十五）", "十五")
# What people wrote, and their names.
WRITTEN = (
    NOTICE,
    "论文图片重复使用",
    "项目申报材料不实",
    "剑门医学院",
    "论文图 3 的蛋白条带与 2021 年另一篇论文相同。",
    "全市科研单位",
    "受理后分派",
)
NAMES = ("李文静", "陈立诚", "林晓岚", "蒋雨桐", "赵敬之", "周砚清", "贺南星")


def switch(page):
    page.get_by_role("button", name="English").first.click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "en"


def chinese_left(page):
    """Chinese in the chrome, without what has to be Chinese."""
    found = set()
    for text in [page.title(), *page.locator(CHROME).all_inner_texts()]:
        for known in (*PROPER, *WRITTEN, *NAMES):
            text = text.replace(known, "")
        found.update(HAN.findall(NUMBER.sub("", text)))
    # The seal of the house is one character.
    found.discard("诚")
    return sorted(found)


def check(page, addresses):
    left = {}
    for address in addresses:
        assert page.goto(address).status == 200, address
        left[address] = chinese_left(page)
    assert not any(left.values()), {address: words for address, words in left.items() if words}


def test_the_public_pages_are_english_for_a_reader_who_chose_it(live_server, page, look):
    page.goto("/")
    switch(page)
    check(page, ("/", "/notices/", "/report/", "/report/return/", "/accounts/login/"))
    page.goto("/")
    look(page)
    page.goto("/report/")
    page.locator("main form .btn").first.click()
    page.locator(".error-summary").wait_for()
    assert chinese_left(page) == []


def test_a_reporter_who_chose_english_follows_the_report_in_english(live_server, page):
    lead, receipt = report()
    messages.write(lead=lead, body="Thank you.", by=colleague("intake"))
    page.goto("/report/return/")
    switch(page)
    page.locator("#id_receipt").fill(receipt)
    page.locator("main .btn").first.click()
    page.wait_for_url("**/lead/")
    assert chinese_left(page) == []


def test_the_pages_of_intake_are_english_for_a_reader_who_chose_it(live_server, at_desk):
    lead, _receipt = report()
    desk = at_desk(colleague("intake"))
    desk.goto("/today/")
    switch(desk)
    lead_pages = ("", "accept/", "ask-more/", "propose-refusal/", "transfer/", "mark-duplicate/", "who/", "exclude/")
    address = f"/leads/{lead.dossier.reference}/"
    check(desk, ("/today/", "/leads/", "/leads/enter/", *(address + page for page in lead_pages)))


def test_the_pages_of_an_officer_are_english_for_a_reader_who_chose_it(live_server, at_desk, look):
    officer = colleague("officer")
    opened = case_at("opened", officer=officer, title="项目申报材料不实", accepted_on=dt.date(2025, 7, 21))
    heard = case_at("hearing_respondent", officer=officer, title="论文图片重复使用")
    decision = decision_at("draft", officer=officer)
    lead = lead_at("accepted", handler=officer, by=colleague("intake"))
    respondent = heard.respondents.get()
    desk = at_desk(officer)
    desk.goto("/today/")
    switch(desk)
    case_pages = ("", "who/", "history/", "files/", "report/", f"respondents/{respondent.pk}/statement/")
    addresses = (
        "/today/",
        "/leads/",
        f"/leads/{lead.dossier.reference}/",
        "/cases/",
        "/cases/open/",
        f"/cases/{opened.dossier.reference}/",
        f"/cases/{opened.dossier.reference}/respondents/add/",
        *(f"/cases/{heard.dossier.reference}/{page}" for page in case_pages),
        decision.get_absolute_url(),
        f"{decision.get_absolute_url()}edit/",
        "/credit/",
        "/credit/check/",
        "/subjects/",
        "/search/",
        "/sharing/",
    )
    check(desk, addresses)
    desk.goto("/today/")
    look(desk)


def test_the_pages_of_notices_are_english_for_readers_who_chose_it(live_server, at_desk):
    notice = notice_at("review", publisher=colleague("publisher"))
    address = notice.get_absolute_url()
    publisher, reviewer = at_desk(colleague("publisher")), at_desk(colleague("reviewer"))
    for desk in (publisher, reviewer):
        desk.goto("/today/")
        switch(desk)
    check(publisher, ("/today/", "/notices/work/", address, f"{address}edit/", "/notices/work/draft/"))
    check(reviewer, ("/today/", address, f"{address}review/"))


def test_the_pages_of_the_head_are_english_for_a_reader_who_chose_it(live_server, at_desk):
    decision = decision_at("section_review", officer=colleague("officer"))
    desk = at_desk(colleague("head"))
    desk.goto("/today/")
    switch(desk)
    case = f"/cases/{decision.case.dossier.reference}/"
    check(desk, ("/today/", case, f"{case}assign/", f"{decision.get_absolute_url()}review/"))
