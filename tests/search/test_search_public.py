"""Full-text search of published notices for everybody: public rows only, no engine, no session, no small number."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from casework.models import AccessEvent
from integrity.enums import DecisionStatus
from notices.enums import PublicState
from search import engines, results
from search.backends.base import SearchUnavailable
from tests.factories import person
from tests.search.records import asked, change_public, make_case, make_decision, make_notice, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
URL = "/notices/search/"


@pytest.fixture
def drafter():
    return person(Role.PUBLISHER)


def put_out(drafter, title="科研失信案件通报", **dates):
    decision = make_decision(make_case("内部案名"), status=DecisionStatus.EFFECTIVE)
    notice = make_notice(decision, title=title, drafted_by=drafter)
    return notice, publish(notice, **dates)


def ask(client, **query):
    response = client.get(URL, query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


def hits(page):
    return [link.get_text() for link in page.select(".notice-list h3 > a")]


def test_anybody_finds_a_published_notice_by_its_words(client, drafter):
    _notice, public = put_out(drafter, "关于一起论文造假案件的通报")
    page = ask(client, q="论文造假")
    assert hits(page) == ["关于一起论文造假案件的通报"]
    assert page.select_one(".notice-list a")["href"] == public.get_absolute_url()
    assert hits(ask(client, q=public.number)) == ["关于一起论文造假案件的通报"]
    assert hits(ask(client, q="2026年9月")) == ["关于一起论文造假案件的通报"]
    assert hits(ask(client, q="2026年8月")) == []


@pytest.mark.parametrize("words", ["内部案名", "周砚清", "剑门医学院", "原始记录缺失"])
def test_words_of_the_case_are_not_there(client, drafter, words):
    put_out(drafter)
    assert hits(ask(client, q=words)) == []


def test_a_withdrawn_notice_is_gone_at_once(client, drafter):
    notice, public = put_out(drafter)
    assert hits(ask(client, q="科研失信"))
    change_public(public, notice, state=PublicState.GONE)
    assert hits(ask(client, q="科研失信")) == []


def test_the_page_asks_for_no_sign_in_keeps_no_session_and_is_not_indexed(client, drafter):
    put_out(drafter)
    for query in ({}, {"q": "科研失信"}, {"q": "，。"}, {"q": "没有的词"}):
        response = client.get(URL, query)
        assert response.status_code == 200
        # The language switch of every public page needs the one against forged forms; nothing tells who asked.
        assert set(response.cookies) <= {"csrftoken"}
        assert response["X-Robots-Tag"] == "noindex, noarchive"
        assert b'<meta name="robots" content="noindex">' in response.content
    assert not AccessEvent.objects.exists()


def test_small_numbers_of_a_year_are_not_told(client, drafter):
    for year, count in ((2024, 4), (2025, 5), (2026, 1)):
        for number in range(count):
            put_out(drafter, f"通报{year}第{number}件", published_on=dt.date(year, 3, 5))
    page = ask(client, q="通报")
    rows = [row.get_text(" ", strip=True) for row in page.select(".tight li")]
    assert rows == ["2026 年 少于 5", "2025 年 5", "2024 年 少于 5"]
    # Neither may they be worked out from the others.
    assert not page.select(".found")
    assert not ask(client, q="通报", year="2026").select(".found")
    narrowed = ask(client, q="通报", year="2025")
    assert "共 5 条" in narrowed.get_text()
    assert len(hits(narrowed)) == 5
    assert narrowed.select_one("a[aria-current]").get_text() == "2025 年"


def test_nothing_of_the_public_side_asks_the_engine(client, drafter, monkeypatch, settings):
    settings.SEARCH_ENGINE = "elasticsearch"

    def touched(*args, **kwargs):
        raise AssertionError("the public side asked for the engine")

    put_out(drafter)
    monkeypatch.setattr(engines.Answering, "__init__", touched)
    page = ask(client, q="科研失信")
    assert hits(page) and "简易检索" not in page.get_text()


def test_what_cannot_be_asked_is_explained(client, drafter):
    page = ask(client, q="2026-02-30")
    assert "没有“2026-02-30”这个日期" in page.get_text()
    assert "请输入要检索的内容" in ask(client, q="").get_text()


def test_nothing_found_helps_on_without_words_of_the_staff(client, drafter):
    page = ask(client, q="没有的 词", year="2026")
    assert "找过的词：没有的、词" in page.get_text()
    assert "去掉“2026 年”" in page.get_text()
    for staff in ("线索", "回避", "封存", "导出", "保存这次检索", "拼"):
        assert staff not in page.get_text()


def test_a_slow_question_gets_advice(client, drafter, monkeypatch):
    def too_slow(query, reader):
        raise SearchUnavailable

    monkeypatch.setattr(results.registry.BACKEND, "search", too_slow)
    assert "检索用时过长" in ask(client, q="通报").get_text()


def test_pages_can_be_turned_by_anybody_and_a_forged_link_starts_again(client, drafter):
    for number in range(22):
        put_out(drafter, f"通报第{number}件")
    page = ask(client, q="通报")
    assert len(hits(page)) == 20
    link = page.select_one("a[rel=next]")["href"]
    following = BeautifulSoup(client.get(URL + link).content, "html.parser").main
    assert hits(following) == ["通报第1件", "通报第0件"]
    forged = ask(client, q="通报", after="1:x:y")
    assert "翻页链接已失效" in forged.get_text() and len(hits(forged)) == 20


def test_the_number_of_queries_is_small_and_constant(client, drafter):
    counts = []
    for more in (1, 9):
        for number in range(more):
            put_out(drafter, f"通报第{number}件")
        with CaptureQueriesContext(connection) as queries:
            ask(client, q="通报")
        counts.append(len(asked(queries)))
    assert counts[0] == counts[1] <= 12


def test_the_list_of_notices_leads_here(client, drafter):
    assert URL in client.get("/notices/").content.decode()
