"""The Today page: late, soon, later, waiting; days are counted in working days and never below one when late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from accounts.enums import Role
from casework import today
from casework.today import TodayRow
from tests.factories import person
from tests.factories.visits import signed_in, text_of

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)  # Monday, 10:00 in Guangyuan


def row(title: str, due_on: dt.date | None = None, **more: Any) -> TodayRow:
    values: dict[str, Any] = {"url": "/x/", "reference": "线索〔2026〕0087号", "note": "", "action_label": "办理"}
    return TodayRow(title=title, action_url="/x/act/", due_on=due_on, **(values | more))


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[TodayRow]:
    shown: list[TodayRow] = []
    monkeypatch.setattr(today, "SOURCES", [lambda _user, _on: shown])
    return shown


def lists_of(response: Any) -> dict[str, list[str]]:
    soup = BeautifulSoup(response.content, "html.parser")
    cards = soup.select("main section.card")
    return {
        card.h2.get_text(" ", strip=True): [
            " ".join(item.get_text(" ", strip=True).split()) for item in card.select("li, tbody tr")
        ]
        for card in cards
    }


def test_the_page_asks_for_a_sign_in_and_says_when_there_is_nothing(rows: list[TodayRow]) -> None:
    assert Client().get("/today/")["Location"].startswith("/accounts/login/")
    page = text_of(signed_in(person(Role.OFFICER)).get("/today/"))
    assert "现在没有要办的事" in page


@pytest.mark.parametrize(
    ("due_on", "heading", "words"),
    [
        (dt.date(2026, 11, 18), "已逾期 1", "逾期 3 工作日"),
        (dt.date(2026, 11, 20), "已逾期 1", "逾期 1 工作日"),
        (dt.date(2026, 11, 22), "已逾期 1", "逾期 1 工作日"),
        (dt.date(2026, 11, 23), "三个工作日内 1", "还有 0 工作日"),
        (dt.date(2026, 11, 26), "三个工作日内 1", "还有 3 工作日"),
        (dt.date(2026, 11, 27), "待办 1", "还有 4 工作日"),
        (dt.date(2026, 12, 1), "待办 1", "还有 6 工作日"),
        (None, "待办 1", "无期限"),
    ],
)
def test_the_list_follows_from_the_due_day(
    due_on: dt.date | None, heading: str, words: str, rows: list[TodayRow]
) -> None:
    rows.append(row("作出受理决定", due_on))
    with time_machine.travel(NOW, tick=False):
        lists = lists_of(signed_in(person(Role.OFFICER)).get("/today/"))

    assert list(lists) == [heading]
    assert lists[heading][0].startswith(words)
    assert "线索〔2026〕0087号" in lists[heading][0]


def test_earlier_due_days_come_first_and_those_without_last(rows: list[TodayRow]) -> None:
    rows += [row("无期限的"), row("后到的", dt.date(2026, 12, 11)), row("先到的", dt.date(2026, 12, 10))]
    with time_machine.travel(NOW, tick=False):
        lists = lists_of(signed_in(person(Role.OFFICER)).get("/today/"))

    order = [next(word for word in ("先到的", "后到的", "无期限的") if word in line) for line in lists["待办 3"]]
    assert order == ["先到的", "后到的", "无期限的"]


def test_what_waits_for_others_says_for_whom_and_how_long(rows: list[TodayRow]) -> None:
    rows.append(
        row(
            "作者贡献说明函询",
            dt.date(2026, 11, 20),
            group="waiting",
            waiting_for="某期刊编辑部",
            since=dt.date(2026, 11, 16),
        )
    )
    rows.append(row("第二批准人", group="waiting"))
    with time_machine.travel(NOW, tick=False):
        lists = lists_of(signed_in(person(Role.OFFICER)).get("/today/"))

    assert list(lists) == ["等待他人 2"]
    assert "某期刊编辑部 5 工作日 2026-11-20" in lists["等待他人 2"][0]
    assert "— — —" in lists["等待他人 2"][1]


def test_article_and_provisional_days_are_marked(rows: list[TodayRow]) -> None:
    rows.append(row("作出受理决定", dt.date(2027, 2, 19), article="221号 第16条", mark="R", provisional=True))
    with time_machine.travel(NOW, tick=False):
        page = text_of(signed_in(person(Role.OFFICER)).get("/today/"))

    assert "221号 第16条 待核" in page
    assert "暂定" in page


def test_a_source_is_registered_by_decoration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "SOURCES", [])

    @today.register_today
    def source(_user: Any, _on: dt.date) -> list[TodayRow]:
        return [row("一")]

    assert [line.title for line in today.rows_for(person(Role.OFFICER), NOW.date())] == ["一"]
    assert [source] == today.SOURCES


@pytest.mark.parametrize(("role", "shown"), [(Role.OFFICER, True), (Role.SECADMIN, False), (Role.SYSADMIN, False)])
def test_only_whoever_may_search_is_offered_the_search_box(role: Role, shown: bool) -> None:
    page = BeautifulSoup(signed_in(person(role)).get("/today/").content, "html.parser")
    assert (page.select_one("#site-search") is not None) is shown
