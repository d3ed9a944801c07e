"""Numbers of ethics review counted from plain rows."""

from __future__ import annotations

import datetime as dt

import pytest

from ethics.statistics import Decided, Due, by_committee, followed, numbers, percent

DAY = dt.date(2026, 3, 2)
OUTCOMES = ("approve", "approve_after_rev", "rereview", "reject")


def decided(days: int, outcome: str = "approve", *, procedure: str = "general", committee: int = 1) -> Decided:
    return Decided(days, committee, outcome, procedure, DAY, DAY + dt.timedelta(days=days), DAY + dt.timedelta(days=30))


def test_decisions_are_counted_by_kind_and_every_kind_stands_in_the_table() -> None:
    found = numbers([decided(3), decided(5), decided(9, "reject")], OUTCOMES)
    assert found.by_outcome == {"approve": 2, "approve_after_rev": 0, "rereview": 0, "reject": 1}
    assert (found.decided, found.median_days) == (3, 5.0)


def test_the_thirtieth_day_is_in_time_and_the_next_is_late() -> None:
    assert numbers([decided(30), decided(31)], OUTCOMES).late == 1


def test_the_median_of_two_lies_between_them_and_there_is_none_of_nothing() -> None:
    assert numbers([decided(3), decided(6)], OUTCOMES).median_days == 4.5
    empty = numbers([], OUTCOMES)
    assert (empty.median_days, empty.simple_percent, empty.late) == (None, None, 0)


def test_the_share_of_the_simple_procedure() -> None:
    found = numbers([decided(1, procedure="simple"), decided(2), decided(3)], OUTCOMES)
    assert (found.simple, found.simple_percent) == (1, 33)


@pytest.mark.parametrize(("part", "whole", "share"), [(0, 0, None), (0, 3, 0), (1, 2, 50), (2, 3, 67), (1, 8, 13)])
def test_percent_is_rounded_half_up_and_none_of_nothing(part: int, whole: int, share: int | None) -> None:
    assert percent(part, whole) == share


def test_a_follow_up_counts_in_the_year_it_was_due_once_it_is_done_or_late() -> None:
    today = dt.date(2026, 6, 1)
    in_time = Due(1, dt.date(2026, 5, 1), dt.date(2026, 5, 1))
    late = Due(2, dt.date(2026, 5, 1), dt.date(2026, 5, 2))
    missed = Due(3, dt.date(2026, 5, 31), None)
    due_today = Due(4, today, None)
    last_year = Due(5, dt.date(2025, 12, 31), dt.date(2026, 1, 2))
    counted = followed([in_time, late, missed, due_today, last_year], 2026, today)
    assert counted == [in_time, late, missed]
    assert [row.is_punctual for row in counted] == [True, False, False]


def test_rounds_are_gathered_by_committee() -> None:
    rows = [decided(1, committee=2), decided(2, committee=1), decided(3, committee=2)]
    assert {key: len(found) for key, found in by_committee(rows).items()} == {2: 2, 1: 1}
