"""Reminders survive missed runs and repeated ones (E7)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethics.reminders import Reminder, reminders_to_send, thresholds_of
from tests.unit.ethics.test_rulesets import BOOKS

AHEAD = thresholds_of([BOOKS["ai2026"], BOOKS["st2023"]])
DUE = dt.date(2026, 6, 30)


def on(days_ahead: int) -> dt.date:
    return DUE - dt.timedelta(days=days_ahead)


def sent_on(days_ahead: int, sent=(), **options) -> list[int]:
    found = reminders_to_send(AHEAD, due=DUE, on=on(days_ahead), sent=sent, **options)
    return [one.days_ahead for one in found]


@pytest.mark.parametrize(
    ("days_ahead", "expected"),
    [
        (61, []),
        (60, [60]),
        (59, [60]),
        (30, [60, 30]),
        (7, [60, 30, 7]),
        (1, [60, 30, 7, 1]),
        (0, [60, 30, 7, 1]),
        (-1, [60, 30, 7, 1, -1]),
        (-3, [60, 30, 7, 1, -1, -2, -3]),
    ],
)
def test_the_thresholds_and_every_day_overdue(days_ahead, expected):
    assert AHEAD == (60, 30, 7, 1)
    assert sent_on(days_ahead) == expected


def test_three_runs_missed_around_a_threshold_give_one_reminder_and_a_second_run_none():
    first = reminders_to_send(AHEAD, due=DUE, on=on(60))
    after = reminders_to_send(AHEAD, due=DUE, on=on(28), sent=first)
    assert [one.days_ahead for one in after] == [30]
    assert sent_on(28, sent={*first, *after}) == []


def test_a_run_missed_for_forty_days_is_caught_up():
    sent = {Reminder(on(60), DUE), Reminder(on(30), DUE)}
    assert sent_on(-20, sent=sent) == [7, 1, *range(-1, -21, -1)]


def test_another_due_day_is_another_matter():
    moved = DUE + dt.timedelta(days=10)
    sent = reminders_to_send(AHEAD, due=DUE, on=on(7))
    assert [one.days_ahead for one in reminders_to_send(AHEAD, due=moved, on=on(7), sent=sent)] == [60, 30]


def test_a_duty_that_comes_up_late_starts_without_the_thresholds_before_it():
    assert sent_on(20, known_since=on(20)) == []
    assert sent_on(7, known_since=on(20)) == [7]
    assert sent_on(-2, known_since=on(-1)) == [-1, -2]


@given(runs=st.lists(st.integers(-45, 70), max_size=25), twice=st.booleans())
def test_whatever_runs_take_place_nothing_is_lost_or_doubled(runs, twice):
    """As if somebody crossed off a list: all marks passed by the last run, each told once, none early."""
    told: list[Reminder] = []
    order = sorted(runs, reverse=True)
    for days_ahead in [day for day in order for _time in range(2 if twice else 1)]:
        fresh = reminders_to_send(AHEAD, due=DUE, on=on(days_ahead), sent=told)
        assert all(one.falls_on <= on(days_ahead) for one in fresh)
        told += fresh
    marks = [60, 30, 7, 1, *range(-1, -46, -1)]
    last = order[-1] if order else 999
    assert sorted((one.days_ahead for one in told), reverse=True) == [mark for mark in marks if mark >= last]
