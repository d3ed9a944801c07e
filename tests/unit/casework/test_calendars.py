"""The calendar against official lists, printed golden values and a walk of its own (integrity-rules 7.3, B10-B12)."""

from __future__ import annotations

import datetime as dt
import socket

import pytest
from holidays.countries import China

from casework import calendars
from casework.calendars import DayLine, Override, WorkCalendar
from tests.unit.casework.counting import CALENDAR, DAY, day


def days(year: int, text: str) -> set[dt.date]:
    """ "01-04, 02-15…02-23" as dates."""
    found: set[dt.date] = set()
    for part in text.split(", "):
        first, _, last = part.partition("…")
        cursor, end = day(f"{year}-{first}"), day(f"{year}-{last or first}")
        while cursor <= end:
            found.add(cursor)
            cursor += DAY
    return found


MAKEUP_DAYS = {
    2023: "01-28, 01-29, 04-23, 05-06, 06-25, 10-07, 10-08",
    2024: "02-04, 02-18, 04-07, 04-28, 05-11, 09-14, 09-29, 10-12",
    2025: "01-26, 02-08, 04-27, 09-28, 10-11",
    2026: "01-04, 02-14, 02-28, 05-09, 09-20, 10-10",
}


DAYS_OFF = {
    2025: "01-01, 01-28…02-04, 04-04…04-06, 05-01…05-05, 05-31…06-02, 10-01…10-08",
    2026: "01-01…01-03, 02-15…02-23, 04-04…04-06, 05-01…05-05, 06-19…06-21, 09-25…09-27, 10-01…10-07",
}


WORKING_DAYS = dict(
    zip(
        range(2007, 2027),
        [249, 251, 250, 250, 250, 249, 250, 250, 249, 250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248],
        strict=True,
    )
)


# start, working days, right, weekends only, holidays without make-up days
GOLDEN_WORKING_DAYS = [
    ("2026-02-09", 15, "2026-03-06", "2026-03-02", "2026-03-10"),
    ("2026-04-28", 15, "2026-05-21", "2026-05-19", "2026-05-22"),
    ("2026-09-17", 15, "2026-10-14", "2026-10-08", "2026-10-16"),
    ("2026-09-24", 15, "2026-10-22", "2026-10-15", "2026-10-23"),
    ("2026-09-24", 10, "2026-10-15", "2026-10-08", "2026-10-16"),
    ("2026-03-20", 10, "2026-04-03", "2026-04-03", "2026-04-03"),
    ("2025-09-29", 15, "2025-10-27", "2025-10-20", "2025-10-28"),
    ("2026-01-05", 90, "2026-05-20", "2026-05-11", "2026-05-25"),
    ("2026-06-18", 90, "2026-10-29", "2026-10-22", "2026-11-02"),
    ("2026-09-30", 5, "2026-10-13", "2026-10-07", "2026-10-14"),
]


@pytest.mark.parametrize(("start", "n", "right"), [row[:3] for row in GOLDEN_WORKING_DAYS])
def test_the_golden_values_hold(start, n, right):
    found = CALENDAR.add_working_days(day(start), n)
    assert (found.due, found.provisional) == (day(right), False)


@pytest.mark.parametrize(("start", "n", "right", "weekends_only", "without_makeup"), GOLDEN_WORKING_DAYS)
def test_the_usual_wrong_answers_are_not_ours(start, n, right, weekends_only, without_makeup):
    library = China(years=(2025, 2026), language="zh_CN")

    def walk(is_workday):
        cursor, left = day(start), n
        while left:
            cursor += DAY
            left -= is_workday(cursor)
        return cursor

    assert walk(lambda d: d.weekday() < 5) == day(weekends_only)
    assert walk(lambda d: d.weekday() < 5 and d not in library) == day(without_makeup)
    ours = CALENDAR.add_working_days(day(start), n).due
    assert ours not in {day(weekends_only), day(without_makeup)} - {day(right)}


def test_six_months_from_the_end_of_august_end_on_the_first_of_march_provisionally():
    due = CALENDAR.add_months(day("2026-08-31"), 6)

    assert (due.due, due.provisional) == (day("2027-03-01"), True)
    assert [(line.date, line.kind, line.counted) for line in due.explanation] == [
        (day("2026-08-31"), "start", False),
        (day("2027-02-28"), "weekend", True),
        (day("2027-03-01"), "rollover", False),
    ]
    assert "没有 31 日" in due.explanation[1].zh
    assert "no day 31" in due.explanation[1].en


@pytest.mark.parametrize("year", sorted(WORKING_DAYS))
def test_each_confirmed_year_has_its_number_of_working_days(year):
    assert CALENDAR.working_days_between(dt.date(year - 1, 12, 31), dt.date(year, 12, 31)) == WORKING_DAYS[year]


@pytest.mark.parametrize("year", sorted(MAKEUP_DAYS))
def test_the_makeup_days_are_those_of_the_notice(year):
    whole_year = days(year, "01-01…12-31")
    assert {d for d in whole_year if CALENDAR.kind(d) == "makeup"} == days(year, MAKEUP_DAYS[year])
    assert all(CALENDAR.is_workday(d) for d in days(year, MAKEUP_DAYS[year]))


@pytest.mark.parametrize("year", sorted(DAYS_OFF))
def test_exactly_the_notice_and_plain_weekends_are_off(year):
    off, makeup = days(year, DAYS_OFF[year]), days(year, MAKEUP_DAYS[year])
    for d in days(year, "01-01…12-31"):
        expected = d in makeup or (d not in off and d.weekday() < 5)
        assert CALENDAR.is_workday(d) is expected, d


def test_every_start_day_from_2007_to_2026_equals_a_walk_of_its_own():
    library = China(years=range(2006, 2029), language="zh_CN")
    first, last = dt.date(2007, 1, 1), dt.date(2026, 12, 31)
    worked = [d for offset in range((last - first).days + 1) if library.is_working_day(d := first + DAY * offset)]
    position = 0
    for offset in range((last - first).days + 1):
        start = first + DAY * offset
        while position < len(worked) and worked[position] <= start:
            position += 1
        for n in (1, 5, 15):
            if position + n <= len(worked):
                assert CALENDAR.add_working_days(start, n).due == worked[position + n - 1], (start, n)


def test_a_start_on_a_day_off_counts_the_first_working_day_after_it_as_one():
    assert CALENDAR.add_working_days(day("2026-02-15"), 1).due == day("2026-02-24")


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-11-28", 1, "2025-12-29"),  # 12-28 is a Sunday
        ("2025-04-01", 6, "2025-10-09"),  # 10-01 begins eight days off
        ("2026-01-14", 1, "2026-02-14"),  # a Saturday that is worked
        ("2026-05-20", 0, "2026-05-20"),
    ],
)
def test_months_end_on_the_same_number_or_the_month_end_and_roll_over_days_off(start, months, expected):
    assert CALENDAR.add_months(day(start), months).due == day(expected)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [("2026-01-05", 60, "2026-03-06"), ("2026-09-01", 30, "2026-10-08"), ("2026-05-08", 1, "2026-05-09")],
)
def test_calendar_days_roll_over_days_off(start, n, expected):
    due = CALENDAR.add_days(day(start), n)
    assert due.due == day(expected)
    assert f"满 {n} 日" in [line.zh for line in due.explanation if line.counted][0]


def test_a_day_explains_itself_in_two_languages():
    assert CALENDAR.why(day("2026-02-14")) == "调休上班"
    assert CALENDAR.why(day("2026-02-14"), "en") == "Make-up working day"
    assert CALENDAR.why(day("2026-02-17")) == "春节"
    assert CALENDAR.why(day("2026-02-17"), "en-gb") == "Chinese New Year (Spring Festival)"
    assert CALENDAR.why(day("2026-02-20")) == "休息日（由 2026-02-14 调休）"
    assert CALENDAR.why(day("2026-03-07")) == "周末"
    assert CALENDAR.why(day("2026-03-09")) == "工作日"


def test_the_explanation_numbers_every_counted_day_and_names_every_skipped_one():
    lines = CALENDAR.add_working_days(day("2026-02-13"), 2).explanation

    assert lines[0] == DayLine(day("2026-02-13"), 5, False, None, "start", "起算日，不计入", "Start day, not counted")
    assert lines[1] == DayLine(
        day("2026-02-14"), 6, True, 1, "makeup", "第 1 个工作日（调休上班）", "Working day 1 (Make-up working day)"
    )
    assert [line.kind for line in lines[2:11]] == ["weekend", *["holiday"] * 5, "weekend", "weekend", "holiday"]
    assert lines[-1] == DayLine(day("2026-02-24"), 2, True, 2, "workday", "第 2 个工作日", "Working day 2")


def test_the_next_working_day_is_the_day_itself_when_it_is_worked():
    assert CALENDAR.next_workday(day("2026-10-10")) == day("2026-10-10")
    assert CALENDAR.next_workday(day("2026-10-01")) == day("2026-10-08")


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("2026-02-13", "2026-02-13", 0),
        ("2026-02-13", "2026-02-24", 2),
        ("2026-02-24", "2026-02-13", -2),
        ("2026-02-14", "2026-02-23", 0),
    ],
)
def test_working_days_between_counts_the_last_day_not_the_first(a, b, expected):
    assert CALENDAR.working_days_between(day(a), day(b)) == expected


@pytest.mark.parametrize(
    ("start", "n", "provisional"),
    [("2026-12-01", 22, False), ("2026-12-01", 23, True), ("2027-03-01", 1, True), ("2006-12-31", 1, False)],
)
def test_a_due_date_is_provisional_once_it_touches_a_year_without_notice(start, n, provisional):
    assert CALENDAR.add_working_days(day(start), n).provisional is provisional


def test_2027_is_a_guess_until_its_notice_is_entered_and_then_moves():
    notice = "国办发明电〔2026〕9号"
    overrides = {
        day("2027-01-04"): Override(is_workday=False, label="元旦", source=notice),
        day("2027-01-09"): Override(is_workday=True, source=notice),
    }
    before = CALENDAR.add_working_days(day("2026-12-30"), 2)
    after = WorkCalendar(overrides).add_working_days(day("2026-12-30"), 2)

    assert (before.due, before.provisional) == (day("2027-01-04"), True)
    assert (after.due, after.provisional) == (day("2027-01-05"), False)
    assert "元旦（国办发明电〔2026〕9号）" in [line.zh for line in after.explanation]


def test_the_years_that_are_confirmed_can_be_named():
    draft = {day("2027-01-04"): Override(is_workday=False, confirmed=False)}
    assert WorkCalendar(draft).add_working_days(day("2027-01-11"), 1).provisional
    assert not WorkCalendar(draft, [2027]).add_working_days(day("2027-01-11"), 1).provisional
    assert WorkCalendar(draft, [2027]).add_working_days(day("2027-01-01"), 1).provisional


def test_an_unconfirmed_override_of_a_confirmed_year_makes_what_crosses_it_provisional():
    calendar = WorkCalendar({day("2026-06-10"): Override(is_workday=False, label="防汛停工", confirmed=False)})

    crossing = calendar.add_working_days(day("2026-06-09"), 1)

    assert (crossing.due, crossing.provisional) == (day("2026-06-11"), True)
    assert not calendar.add_working_days(day("2026-06-10"), 1).provisional
    assert not calendar.is_confirmed(day("2026-06-10"))
    assert calendar.is_confirmed(day("2026-06-11"))
    assert not calendar.is_confirmed(day("2027-06-11"))


@pytest.mark.parametrize(
    ("date", "override", "kind", "zh", "en"),
    [
        ("2026-06-06", Override(True), "makeup", "调休上班", "Make-up working day"),
        ("2026-06-06", Override(True, "补班", "甲1号"), "makeup", "补班（甲1号）", "Make-up working day (甲1号)"),
        ("2026-06-08", Override(True), "workday", "工作日", "Working day"),
        ("2026-10-01", Override(True, "值班"), "workday", "值班", "Working day"),
        ("2026-06-06", Override(False), "weekend", "周末", "Weekend"),
        ("2026-06-06", Override(False, "哀悼日"), "holiday", "哀悼日", "Day off by notice"),
        ("2026-06-08", Override(False, source="乙2号"), "holiday", "放假（乙2号）", "Day off by notice (乙2号)"),
    ],
)
def test_an_override_wins_over_library_and_weekday(date, override, kind, zh, en):
    calendar = WorkCalendar({day(date): override})

    assert calendar.is_workday(day(date)) is override.is_workday
    assert (calendar.kind(day(date)), calendar.why(day(date)), calendar.why(day(date), "en")) == (kind, zh, en)


def test_dates_are_computed_with_sockets_closed(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("date arithmetic opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    calendars._library_days.cache_clear()
    assert CALENDAR.add_working_days(day("2026-09-17"), 15).due == day("2026-10-14")
