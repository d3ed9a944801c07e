"""Pauses and extensions of a period, and what must hold for any period."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendars import due_on
from tests.unit.casework.counting import CALENDAR, DAY, day, due


@pytest.mark.parametrize(
    ("start", "amount", "unit", "pauses", "expected"),
    [
        ("2026-03-02", 5, "wd", [("2026-03-04", "2026-03-04")], "2026-03-09"),  # resumed the same day
        ("2026-03-02", 5, "wd", [("2026-03-04", "2026-03-06")], "2026-03-11"),  # two working days lost
        ("2026-03-02", 5, "wd", [("2026-03-07", "2026-03-09")], "2026-03-09"),  # a weekend loses nothing
        ("2026-03-02", 5, "wd", [("2026-03-10", "2026-03-30")], "2026-03-09"),  # after the due date
        ("2026-03-02", 5, "wd", [("2026-03-09", "2026-03-10")], "2026-03-10"),  # on the due date
        ("2026-03-02", 5, "wd", [("2026-03-04", "2026-03-06"), ("2026-03-05", "2026-03-10")], "2026-03-13"),
        ("2026-03-02", 5, "wd", [("2026-02-01", "2026-03-02")], "2026-03-09"),  # before the start
        ("2026-03-02", 5, "wd", [("2026-03-04", None)], None),
        ("2026-03-02", 5, "wd", [("2026-03-10", None)], "2026-03-09"),
        ("2026-03-02", 1, "m", [("2026-03-10", "2026-03-20")], "2026-04-13"),  # 04-02 + 10 days = Sunday 04-12
        ("2026-03-02", 1, "m", [("2026-03-10", "2026-03-20"), ("2026-04-07", "2026-04-10")], "2026-04-15"),
        ("2026-03-02", 1, "m", [("2026-03-10", None)], None),
        ("2026-03-02", 1, "m", [("2026-04-03", None)], "2026-04-02"),
        ("2026-03-02", 10, "d", [("2026-02-20", "2026-03-05")], "2026-03-16"),  # 2 days lost, then a weekend
        ("2026-03-02", 10, "d", [("2026-03-12", "2026-03-13")], "2026-03-13"),  # the last day itself is paused
    ],
)
def test_paused_days_are_not_counted(start, amount, unit, pauses, expected):
    assert due(start, amount, unit, pauses).due == (day(expected) if expected else None)


@pytest.mark.parametrize(("until", "expected"), [("2026-03-11", "2026-03-11"), (None, None)])
def test_a_last_day_off_rolls_over_a_pause_that_follows_it(until, expected):
    # Ten days from 02-26 end on Sunday 03-08; the Monday after it is paused.
    found = due("2026-02-26", 10, "d", [("2026-03-09", until)])
    assert found.due == (day(expected) if expected else None)
    assert "pause" in [line.kind for line in found.explanation]


def test_a_rollover_names_the_days_off_it_passes():
    kinds = [(line.date.day, line.kind) for line in due("2026-09-01", 30, "d").explanation]
    assert kinds == [(1, "start"), (1, "holiday"), *[(n, "holiday") for n in (2, 3)], (4, "weekend")] + [
        (5, "holiday"),
        (6, "holiday"),
        (7, "holiday"),
        (8, "rollover"),
    ]


def test_an_open_pause_says_since_when_the_clock_stands():
    found = due("2026-03-02", 5, "wd", [("2026-03-04", None)])
    assert found.explanation[-1].kind == "pause"
    assert found.explanation[-1].zh == "2026-03-04 起中止，尚未恢复"
    assert found.explanation[-1].en == "Suspended since 2026-03-04, not resumed"
    assert found.explanation[1].n == 1


def test_a_closed_pause_is_explained_day_by_day_and_in_the_last_line():
    lines = due("2026-03-02", 10, "d", [("2026-03-05", "2026-03-07")]).explanation
    assert [line.zh for line in lines] == [
        "起算日，不计入",
        "中止期间，不计入",
        "中止期间，不计入",
        "满 10 日，另加中止的 2 天（周末）",
        "周末",
        "末日为休息日，顺延至此",
    ]
    assert lines[3].en == "10 days are over, plus 2 suspended days (Weekend)"


@pytest.mark.parametrize(
    ("amount", "unit", "extensions", "expected"),
    [
        (15, "wd", [(15, "wd")], "2026-04-14"),
        (6, "m", [(6, "m")], "2027-03-02"),
        (1, "m", [(5, "wd")], "2026-04-10"),
        (1, "m", [(0, "wd")], "2026-04-02"),
        (5, "wd", [(1, "m")], "2026-04-09"),
    ],
)
def test_extensions_follow_on_the_period(amount, unit, extensions, expected):
    assert due("2026-03-02", amount, unit, extensions=extensions).due == day(expected)


def test_an_extension_in_the_same_unit_adds_to_the_period_and_keeps_the_day_number():
    assert due("2025-08-31", 6, "m", extensions=[(6, "m")]).due == day("2026-08-31")


def test_an_open_pause_also_holds_what_follows_it():
    assert due("2026-03-02", 5, "wd", [("2026-03-04", None)], [(1, "m")]).due is None


@pytest.mark.parametrize(
    ("amount", "unit", "pauses"),
    [(-1, "wd", []), (1, "weeks", []), (1, "wd", [("2026-03-09", "2026-03-04")])],
)
def test_periods_that_make_no_sense_are_refused(amount, unit, pauses):
    with pytest.raises(ValueError):
        due("2026-03-02", amount, unit, pauses)


starts = st.dates(dt.date(2007, 1, 1), dt.date(2026, 6, 30))
units = st.sampled_from(["wd", "m", "d"])
amounts = st.integers(0, 40)


@st.composite
def pause_lists(draw, start):
    found = []
    for _ in range(draw(st.integers(0, 3))):
        first = start + DAY * draw(st.integers(-10, 80))
        found.append((first, first + DAY * draw(st.integers(0, 25))))
    return found


@st.composite
def clocks(draw):
    start = draw(starts)
    return start, draw(amounts), draw(units), draw(pause_lists(start))


@given(clocks())
def test_one_more_unit_never_shortens_a_period(clock):
    start, amount, unit, pauses = clock
    shorter = due_on(CALENDAR, start=start, amount=amount, unit=unit, pauses=pauses).due
    longer = due_on(CALENDAR, start=start, amount=amount + 1, unit=unit, pauses=pauses).due
    assert shorter <= longer
    if unit == "wd":
        assert shorter < longer


@given(clocks(), st.integers(1, 10), units)
def test_an_extension_never_shortens_a_period(clock, more, more_unit):
    start, amount, unit, pauses = clock
    plain = due_on(CALENDAR, start=start, amount=amount, unit=unit, pauses=pauses).due
    extended = due_on(
        CALENDAR, start=start, amount=amount, unit=unit, pauses=pauses, extensions=[(more, more_unit)]
    ).due
    assert plain <= extended


@given(clocks(), st.integers(0, 60))
def test_pausing_and_resuming_on_one_day_changes_nothing(clock, offset):
    start, amount, unit, pauses = clock
    moment = start + DAY * offset
    plain = due_on(CALENDAR, start=start, amount=amount, unit=unit, pauses=pauses)
    assert due_on(CALENDAR, start=start, amount=amount, unit=unit, pauses=[*pauses, (moment, moment)]) == plain


@given(starts, st.integers(0, 20), st.integers(1, 20))
def test_working_days_add_up(start, first, second):
    halfway = CALENDAR.add_working_days(start, first).due
    assert CALENDAR.add_working_days(halfway, second).due == CALENDAR.add_working_days(start, first + second).due


@given(clocks())
def test_every_due_date_equals_a_naive_walk_over_unpaused_days(clock):
    start, amount, unit, pauses = clock
    paused = {first + DAY * n for first, until in pauses for n in range((until - first).days)}
    if unit == "m":
        month = start.month - 1 + amount
        end = next(
            found
            for number in range(start.day, 0, -1)
            if (found := _date_or_none(start.year + month // 12, month % 12 + 1, number))
        )
        left = (end - start).days
    else:
        left = amount
    cursor = start
    while left:
        cursor += DAY
        left -= cursor not in paused and (unit != "wd" or CALENDAR.is_workday(cursor))
    if unit != "wd" and not CALENDAR.is_workday(cursor):
        cursor += DAY
        while cursor in paused or not CALENDAR.is_workday(cursor):
            cursor += DAY
    assert due_on(CALENDAR, start=start, amount=amount, unit=unit, pauses=pauses).due == cursor


def _date_or_none(year: int, month: int, number: int) -> dt.date | None:
    try:
        return dt.date(year, month, number)
    except ValueError:
        return None
