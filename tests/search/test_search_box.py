"""The one box and what stands around it: dates, words of one meaning, filters in force, counts, ways out, suggestions."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from casework.models import AccessEvent
from search import results
from search.backends.base import SearchUnavailable
from tests.factories import department, person
from tests.search.records import asked, make_case, make_decision, make_lead, make_share
from tests.search.test_search_page import ask, facets, hits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
DAYS = {"甲": dt.date(2026, 3, 5), "乙": dt.date(2026, 3, 31), "丙": dt.date(2026, 4, 1), "丁": dt.date(2025, 3, 5)}


@pytest.fixture
def intake():
    return person(Role.INTAKE)


@pytest.fixture
def leads():
    return {name: make_lead(f"举报{name}", received_on=day) for name, day in DAYS.items()}


def chips(page):
    return {chip.span.get_text(): chip.a["href"] for chip in page.select(".chips li")}


def ways_out(page):
    return {link.get_text(): link["href"] for link in page.select("section .next a")}


@pytest.mark.parametrize(
    ("typed", "chip", "expected"),
    [
        ("2026年3月", "2026 年 3 月", ["举报乙", "举报甲"]),
        ("2026-03", "2026 年 3 月", ["举报乙", "举报甲"]),
        ("2026-03-05", "2026 年 3 月 5 日", ["举报甲"]),
        ("2026年3月5日", "2026 年 3 月 5 日", ["举报甲"]),
        ("2025年", "2025 年", ["举报丁"]),
        ("举报 2026年3月", "2026 年 3 月", ["举报乙", "举报甲"]),
        ("2026年 举报丙", "2026 年", ["举报丙"]),
        ("2024年", "2024 年", []),
    ],
)
def test_a_date_alone_or_beside_words_becomes_a_filter_of_the_filing_day(client, intake, leads, typed, chip, expected):
    page = ask(client, intake, q=typed)
    assert sorted(hits(page)) == sorted(expected)
    assert list(chips(page)) == [chip]
    assert "按条目日期" in page.get_text()
    assert "按年份" not in page.get_text()
    assert page.select_one("#id_q")["value"] == typed


def test_the_chip_of_a_date_takes_it_out_of_the_box(client, intake, leads):
    page = ask(client, intake, q="举报 2026年3月", kind="lead")
    links = chips(page)
    assert list(links) == ["线索", "2026 年 3 月"]
    assert links["2026 年 3 月"] == "?q=%E4%B8%BE%E6%8A%A5&kind=lead"
    assert sorted(hits(ask(client, intake, q="举报", kind="lead"))) == ["举报丁", "举报丙", "举报乙", "举报甲"]
    assert chips(ask(client, intake, q="2026年3月"))["2026 年 3 月"] == "?"


def test_a_chosen_year_without_words_lists_that_year(client, intake, leads):
    page = ask(client, intake, q="", year="2025")
    assert hits(page) == ["举报丁"]
    assert "按条目日期" not in page.get_text()


def test_in_quotation_marks_a_date_is_text(client, intake):
    make_lead("发生于2026年3月的举报")
    assert hits(ask(client, intake, q="“2026年3月”")) == ["发生于2026年3月的举报"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"q": "2026-02-30"}, "没有“2026-02-30”这个日期（年份须在 1949 至 2199 之间）。如要查这几个字，请加引号。"),
        ({"q": "举报 2026年13月"}, "没有“2026年13月”这个日期"),
        ({"q": "2025年 2026年"}, "一次只能按一个日期筛选"),
        ({"q": "2026年3月", "year": "2025"}, "与选定的年份不一致"),
    ],
)
def test_a_date_that_cannot_be_is_explained_and_nothing_is_searched(client, intake, leads, query, sentence):
    page = ask(client, intake, **query)
    assert sentence in page.select_one(".error-summary").get_text()
    assert page.select_one("#id_q")["value"] == query["q"]
    assert hits(page) == []
    assert not AccessEvent.objects.exists()


def test_years_are_offered_with_counts_and_lead_on(client, intake, leads):
    page = ask(client, intake, q="举报")
    assert facets(page) == ["线索 4", "2026 年 3", "2025 年 1"]
    link = page.find("a", string="2025 年")["href"]
    narrowed = BeautifulSoup(client.get("/search/" + link).content, "html.parser").main
    assert hits(narrowed) == ["举报丁"]
    assert list(chips(narrowed)) == ["2025 年"]
    assert narrowed.select_one("aside a[aria-current]").get_text() == "2025 年"


def test_words_of_one_meaning_are_searched_named_marked_and_can_be_left_out(client, intake):
    make_lead("学术不端举报")
    make_lead("科研失信举报")
    page = ask(client, intake, q="学术不端")
    assert sorted(hits(page)) == ["学术不端举报", "科研失信举报"]
    assert "“学术不端”也按同义词查找：科研失信。" in page.get_text()
    assert sorted(mark.get_text() for mark in page.select("mark")) == ["学术不端", "科研失信"]
    exact = page.find("a", string="只查“学术不端”")["href"]
    only = BeautifulSoup(client.get("/search/" + exact).content, "html.parser").main
    assert hits(only) == ["学术不端举报"]
    assert "也按同义词查找" not in only.get_text()


def test_nothing_found_says_what_was_tried_and_what_to_drop(client, intake, leads):
    page = ask(client, intake, q="举报 没有的词 2026年3月", kind="lead")
    assert "找过的词：举报、没有的词" in page.get_text()
    links = ways_out(page)
    assert list(links) == ["去掉“线索”", "去掉“2026 年 3 月”", "去掉“举报”", "去掉“没有的词”"]
    wider = BeautifulSoup(client.get("/search/" + links["去掉“没有的词”"]).content, "html.parser").main
    assert sorted(hits(wider)) == ["举报乙", "举报甲"]


def test_a_fallback_of_the_engine_is_said_aloud(client, intake, leads, settings):
    """An engine without an index of its own answers nobody."""
    settings.SEARCH_ENGINE = "elasticsearch"
    page = ask(client, intake, q="举报")
    note = page.select_one(".note[role=status]")
    assert note.get_text(strip=True) == "检索服务暂不可用，已改用简易检索。"
    assert len(hits(page)) == 4
    settings.SEARCH_ENGINE = "database"
    assert "简易检索" not in ask(client, intake, q="举报").get_text()


def test_hits_are_headings_in_a_list(client, intake, leads):
    page = ask(client, intake, q="举报")
    headings = [heading.get_text() for heading in page.select(".stack > section.card:not(.tight) > h2")]
    assert headings == ["2025 年", "2026 年"]
    assert len(page.select("ul.notice-list > li > h3 > a")) == 4


# Suggestions


def suggested(client, user, text):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get("/search/suggest", {"q": text})
    assert response.status_code == 200
    return response.json()["suggestions"]


def test_suggestions_are_numbers_and_titles_of_hits(client, intake, leads):
    rows = suggested(client, intake, "举报甲")
    assert rows == [{"value": leads["甲"].dossier.reference, "label": "举报甲"}]
    assert suggested(client, intake, "2025年") == [{"value": leads["丁"].dossier.reference, "label": "举报丁"}]


@pytest.mark.parametrize("text", ["", "举", " 举 ", "，。", "2026-02-30", "一 二 三 四 五 六 七 八 九", "诚" * 300])
def test_too_little_or_unreadable_text_suggests_nothing_and_leaves_no_trace(client, intake, leads, text):
    assert suggested(client, intake, text) == []
    assert not AccessEvent.objects.exists()


def test_at_most_eight_are_suggested(client, intake):
    for number in range(10):
        make_lead(f"举报第{number}件")
    assert [row["label"] for row in suggested(client, intake, "举报")] == [f"举报第{n}件" for n in range(9, 1, -1)]


def test_what_is_hidden_is_never_suggested(client, intake):
    make_lead("举报甲", secrecy=3)
    make_case("举报乙案")
    stranger = person()
    assert suggested(client, intake, "举报") == []
    assert suggested(client, stranger, "举报") == []
    assert [row["label"] for row in suggested(client, person(Role.LEGAL), "举报乙")] == ["举报乙案"]


def test_a_member_is_suggested_what_was_shared(client):
    decision = make_decision(make_case("保密案由"), status="effective")
    share = make_share(decision, department("wjw"))
    member = person(Role.MEMBER, dept="wjw")
    assert [row["value"] for row in suggested(client, member, "周砚清")] == [share.dossier.reference]
    assert suggested(client, member, "保密案由") == []


def test_a_suggestion_is_written_down_and_costs_few_queries(client, intake, leads):
    suggested(client, intake, "举报")
    event = AccessEvent.objects.get()
    assert (event.kind, event.what, event.data["shown"], event.data["is_suggestion"]) == (
        "search",
        "search:internal",
        4,
        True,
    )
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/suggest", {"q": "举报"})
    assert len(asked(queries)) <= 12


def test_a_slow_suggestion_is_none(client, intake, leads, monkeypatch):
    def too_slow(query, reader):
        raise SearchUnavailable

    monkeypatch.setattr(results.registry.BACKEND, "search", too_slow)
    assert suggested(client, intake, "举报") == []


def test_suggestions_need_the_right(client):
    client.force_login(person(Role.CUSTODIAN), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/search/suggest", {"q": "举报"}).status_code in {302, 403}
    assert client.post("/search/suggest", {"q": "举报"}).status_code in {302, 403, 405}
    assert not AccessEvent.objects.exists()
