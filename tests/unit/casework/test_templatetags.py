"""What tags and filters make of a value: words, dates, queries, marks, the days of a deadline."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import SafeString

from casework.calendars import WorkCalendar
from casework.templatetags import casework as tags
from casework.templatetags.day_runs import runs_of, weeks_of

PAST_MIDNIGHT_HERE = dt.datetime(2026, 11, 23, 16, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("investigating", "go"),
        ("published", "done"),
        ("need_more", "soon"),
        ("overdue", "late"),
        ("sealed", "sealed"),
        ("expired", ""),
        ("never_heard_of", ""),
    ],
)
def test_a_status_has_the_colour_of_its_state(status: str, kind: str) -> None:
    assert tags.status_pill_kind(status) == kind


def test_no_status_word_stands_under_two_colours() -> None:
    listed = [word for group in tags.STATUS_WORDS.values() for word in group.split()]

    assert sorted(listed) == sorted(set(listed))


@pytest.mark.parametrize(
    ("mark", "word"),
    [
        ("V", ""),
        ("VI", "参照"),
        ("R+", "待核"),
        ("R", "待核"),
        ("R-", "待核"),
        ("U", "未定"),
        ("PROPOSAL", "本系统建议"),
    ],
)
def test_a_mark_is_a_word_and_a_sentence_that_begins_with_it(mark: str, word: str) -> None:
    assert tags.mark_word(mark) == word
    assert tags.mark_meaning(mark).partition("：")[0] == word


@pytest.mark.parametrize(
    ("level", "word", "kind"),
    [("error", "须改", "late"), ("warning", "说明", "soon"), ("info", "提示", "go"), ("other", "提示", "go")],
)
def test_a_finding_level_is_a_word_and_a_colour(level: str, word: str, kind: str) -> None:
    assert (tags.level_word(level), tags.level_pill_kind(level)) == (word, kind)


@pytest.mark.parametrize(("level", "kind"), [("success", "ok"), ("warning", "warn"), ("error", "stop"), ("info", "")])
def test_a_message_level_is_a_kind_of_note(level: str, kind: str) -> None:
    assert tags.note_kind(level) == kind


@pytest.mark.parametrize(
    ("language", "sentence", "shown"),
    [
        ("zh-hans", {"zh": "中", "en": "E"}, "中"),
        ("en", {"zh": "中", "en": "E"}, "E"),
        ("en", SimpleNamespace(zh="中", en=""), "中"),
        ("en", SimpleNamespace(zh="中"), "中"),
    ],
)
def test_a_sentence_is_shown_in_the_language_of_the_page(language: str, sentence: object, shown: str) -> None:
    with translation.override(language):
        assert tags.in_language(sentence) == shown


@pytest.mark.parametrize(
    ("value", "day", "moment"),
    [
        (PAST_MIDNIGHT_HERE, "2026-11-24", "2026-11-24 00:30"),
        (dt.datetime(2026, 11, 23, 9, 5), "2026-11-23", "2026-11-23 09:05"),  # noqa: DTZ001
        (dt.date(2026, 11, 3), "2026-11-03", "2026-11-03"),
        (None, "", ""),
    ],
)
def test_dates_are_written_in_local_time(value: dt.date | None, day: str, moment: str) -> None:
    assert tags.iso_date(value) == day
    assert tags.local_datetime(value) == moment


def test_a_masked_name_keeps_only_the_surname() -> None:
    assert tags.masked_name("周砚清") == "周某某"
    assert tags.masked_name("") == ""


@pytest.mark.parametrize("written", ["4821093755601284", "4821 0937 5560 1284"])
def test_a_receipt_is_written_in_fours(written: str) -> None:
    assert tags.receipt_spaces(written) == "4821 0937 5560 1284"


@pytest.mark.parametrize(("value", "shown"), [(None, "—"), ("", "—"), (0, 0), ("x", "x")])
def test_only_an_empty_fact_is_a_dash(value: object, shown: object) -> None:
    assert tags.or_dash(value) == shown


def test_each_rendering_of_a_form_has_its_own_key() -> None:
    first, second = tags.idempotency_key(), tags.idempotency_key()

    assert first != second
    assert re.fullmatch(r"[0-9a-f]{32}", first)


def test_without_a_request_there_is_no_token_and_no_query() -> None:
    template = Template(
        "{% load casework %}[{% csrf_input %}][{% query_with q='b' %}][{% here %}][{% current_if '/' %}]"
    )

    assert template.render(Context()) == "[][?q=b][/][]"


@pytest.mark.parametrize(
    ("tag", "link"),
    [
        ("{% query_with after='z' %}", "?q=a&amp;after=z"),
        ("{% query_with after='' %}", "?q=a"),
        ("{% query_with 'cursor' 'c d' q=nothing %}", "?after=1&amp;cursor=c+d"),
    ],
)
def test_the_query_keeps_what_was_asked(tag: str, link: str) -> None:
    request = RequestFactory().get("/leads/?q=a&after=1")

    assert Template("{% load casework %}" + tag).render(Context({"request": request, "nothing": None})) == link


@pytest.mark.parametrize(
    ("path", "is_current"), [("/notices/", True), ("/notices/7/", True), ("/", True), ("/report/", False)]
)
def test_the_current_link_says_so(path: str, is_current: bool) -> None:
    template = Template("{% load casework %}<a{% current_if '/' '/notices/*' %}>")

    html = template.render(Context({"request": RequestFactory().get(path)}))

    assert html == ('<a aria-current="page">' if is_current else "<a>")


def test_marked_text_escapes_what_was_written_and_knows_three_marks() -> None:
    html = tags.marked_text([("<b>", "del"), ("周", "script"), {"text": "&", "kind": "mark"}, ["新", "ins"]])

    assert html == "<del>&lt;b&gt;</del>周<mark>&amp;</mark><ins>新</ins>"
    assert isinstance(html, SafeString)
    assert tags.marked_text(None) == ""


def test_the_explanation_of_a_date_is_read_in_runs_and_weeks() -> None:
    due = WorkCalendar().add_working_days(dt.date(2026, 9, 17), 15)

    runs = runs_of(due.explanation, tags.in_language)
    weeks = weeks_of(due.explanation, due.due, tags.in_language)

    assert (runs[0].text, runs[0].counted) == ("起算日，不计入", False)
    assert (runs[-1].first, runs[-1].last, runs[-1].text) == (
        dt.date(2026, 10, 12),
        dt.date(2026, 10, 14),
        "第 13 至 15 个工作日",
    )
    assert sum((run.last - run.first).days + 1 for run in runs) == len(due.explanation)
    assert [week.label for week in weeks] == ["9月", "", "10月", "", ""]
    cells = {cell.date: cell.css for week in weeks for cell in week.cells if cell}
    assert cells[dt.date(2026, 10, 14)] == "due"
    assert cells[dt.date(2026, 9, 20)] == "mk"
    assert cells[dt.date(2026, 10, 1)] == "off"
    assert cells[dt.date(2026, 9, 18)] == "wd"


def test_a_count_of_many_months_is_not_drawn_as_a_calendar() -> None:
    due = WorkCalendar().add_working_days(dt.date(2026, 1, 5), 60)

    assert weeks_of(due.explanation, due.due, tags.in_language) == []
    assert tags.day_weeks({"lines": None}) == []
    assert tags.day_runs(None) == []


def test_the_filled_button_is_the_first_open_step_that_is_neither_an_aside_nor_a_danger() -> None:
    closed, aside, danger, main = {"enabled": False}, {"aside": True}, {"danger": True}, {"label": "送达"}

    rows = tags.with_primary([closed, aside, danger, main, {}])

    assert [primary for _move, primary in rows] == [False, False, False, True, False]
    assert not any(primary for _move, primary in tags.with_primary([aside, danger]))
