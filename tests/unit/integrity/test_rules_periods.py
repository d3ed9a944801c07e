"""Windows of measures and bands: golden dates, 29 February, ends of bands, and properties over many dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrity.periods import amounts_of, band_words, is_comparable, is_computable, is_in_band
from integrity.rules import MeasurePlan, measure_window, window_of
from tests.unit.integrity.test_rulesets import BOOKS

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
PLAIN_DAYS = DAYS.filter(lambda day: day.day <= 28)
MONTHS = st.integers(1, 240)
TIERS = BOOKS["r221_2022"].of_kind("tier")
ON = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        # Printed in a published notice: 3 and 5 years from 2023-12-26.
        (date(2023, 12, 26), {"months": 36}, date(2026, 12, 25)),
        (date(2023, 12, 26), {"months": 60}, date(2028, 12, 25)),
        (date(2026, 12, 1), {"months": 36}, date(2029, 11, 30)),
        (date(2026, 1, 1), {"months": 12}, date(2026, 12, 31)),
        # The day before 29 February exists in leap years only.
        (date(2027, 3, 1), {"months": 12}, date(2028, 2, 29)),
        (date(2026, 3, 1), {"months": 12}, date(2027, 2, 28)),
        # A start on 29 February: no such day, so the month's last day is the end (our reading of 民法典 202).
        (date(2024, 2, 29), {"months": 12}, date(2025, 2, 28)),
        (date(2024, 2, 29), {"months": 36}, date(2027, 2, 28)),
        (date(2024, 2, 29), {"months": 48}, date(2028, 2, 28)),
        (date(2024, 2, 29), {"months": 60}, date(2029, 2, 28)),
        (date(2024, 8, 31), {"months": 6}, date(2025, 2, 28)),
        (date(2024, 10, 31), {"months": 1}, date(2024, 11, 30)),
        (date(2024, 1, 30), {"months": 1}, date(2024, 2, 29)),
        (date(2024, 1, 29), {"months": 1}, date(2024, 2, 28)),
        (date(2026, 1, 5), {"days": 1}, date(2026, 1, 5)),
        (date(2026, 1, 5), {"days": 30}, date(2026, 2, 3)),
        (date(2024, 2, 28), {"days": 2}, date(2024, 2, 29)),
        (date(2026, 1, 5), {"lifetime": True}, None),
    ],
)
def test_the_start_day_counts(start, period, end):
    assert measure_window(start, **period) == (start, end)


@pytest.mark.parametrize(
    "period",
    [
        {},
        {"months": 3, "days": 3},
        {"months": 3, "lifetime": True},
        {"months": 0},
        {"months": -1},
        {"days": 0},
        {"days": -30},
        {"months": 12 * 9000},
        {"days": 9999 * 366},
        {"days": 10**15},
    ],
)
def test_a_period_without_a_computable_end_is_refused(period):
    with pytest.raises(ValueError, match="State exactly one|at least one|beyond the calendar"):
        measure_window(date(2026, 1, 5), **period)


@given(PLAIN_DAYS, MONTHS, MONTHS)
def test_windows_that_follow_each_other_fill_the_sum(start, first, second):
    end = measure_window(start, months=first)[1]
    next_start = end + timedelta(days=1)

    assert (next_start.day, (next_start.year - start.year) * 12 + next_start.month - start.month) == (start.day, first)
    assert measure_window(next_start, months=second)[1] == measure_window(start, months=first + second)[1]


@given(DAYS, st.integers(1, 4000), st.integers(1, 4000))
def test_days_that_follow_each_other_fill_the_sum(start, first, second):
    end = measure_window(start, days=first)[1]

    assert (end - start).days + 1 == first
    assert measure_window(end + timedelta(days=1), days=second)[1] == measure_window(start, days=first + second)[1]


@given(DAYS, MONTHS)
def test_a_longer_period_and_a_later_start_never_end_earlier(start, months):
    end = measure_window(start, months=months)[1]

    assert start < end < measure_window(start, months=months + 1)[1]
    assert end <= measure_window(start + timedelta(days=1), months=months)[1]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (MeasurePlan("x", months=12), (ON, date(2027, 11, 30))),
        (MeasurePlan("x", months=12, start=date(2027, 1, 1)), (date(2027, 1, 1), date(2027, 12, 31))),
        (MeasurePlan("x", lifetime=True), (ON, None)),
        (MeasurePlan("x", days=2), (ON, date(2026, 12, 2))),
        (MeasurePlan("x", count=1), (ON, None)),
        (MeasurePlan("x", until="当年"), (ON, None)),
    ],
)
def test_a_plan_starts_on_its_own_day_or_on_the_default(plan, expected):
    assert window_of(plan, ON) == expected


def test_a_plan_without_any_start_has_no_window():
    assert window_of(MeasurePlan("x", months=12), None) == (None, None)


@pytest.mark.parametrize(
    ("months", "tier"),
    [(1, "heavier"), (35, "heavier"), (36, "serious"), (37, "serious"), (60, "serious"), (61, "grave"), (600, "grave")],
)
def test_each_length_lies_in_one_band_and_the_ends_are_those_of_221(months, tier):
    plan = MeasurePlan("ban_projects", months=months)

    assert [t.key for t in TIERS if "band" in t.numbers and is_in_band(plan, t.numbers["band"], ON)] == [tier]


@given(st.integers(1, 2000))
def test_every_positive_length_lies_in_exactly_one_band(months):
    plan = MeasurePlan("ban_projects", months=months)

    assert sum(is_in_band(plan, tier.numbers["band"], ON) for tier in TIERS if "band" in tier.numbers) == 1


@pytest.mark.parametrize(
    ("days", "start", "tier"),
    [
        # 36 months from 2026-12-01 are 1,096 days (2028 is a leap year), 60 months are 1,826.
        (1, None, "heavier"),
        (1095, None, "heavier"),
        (1096, None, "serious"),
        (1826, None, "serious"),
        (1827, None, "grave"),
        (1095, date(2025, 1, 1), "serious"),
    ],
)
def test_days_are_compared_by_the_last_day_they_reach(days, start, tier):
    plan = MeasurePlan("ban_projects", days=days, start=start)

    assert [t.key for t in TIERS if "band" in t.numbers and is_in_band(plan, t.numbers["band"], ON)] == [tier]


@pytest.mark.parametrize("months", [0, -5])
def test_a_length_of_nothing_lies_in_no_band(months):
    plan = MeasurePlan("ban_projects", months=months)

    assert not any(is_in_band(plan, tier.numbers["band"], ON) for tier in TIERS if "band" in tier.numbers)


def test_for_life_lies_only_where_the_band_allows_it():
    plan = MeasurePlan("ban_projects", lifetime=True)

    assert [t.key for t in TIERS if "band" in t.numbers and is_in_band(plan, t.numbers["band"], ON)] == ["grave"]


def test_days_near_the_end_of_the_calendar_are_shorter_than_any_band_beyond_it():
    plan = MeasurePlan("ban_projects", days=10, start=date(9999, 1, 1))

    assert is_in_band(plan, BOOKS["r221_2022"].clause("tier", "heavier").numbers["band"], None)


@pytest.mark.parametrize(
    ("plan", "on", "comparable"),
    [
        (MeasurePlan("x", months=3), None, True),
        (MeasurePlan("x", lifetime=True), None, True),
        (MeasurePlan("x", days=3), ON, True),
        (MeasurePlan("x", days=3, start=ON), None, True),
        (MeasurePlan("x", days=3), None, False),
        (MeasurePlan("x", days=0), ON, False),
        (MeasurePlan("x", months=3, lifetime=True), ON, False),
        (MeasurePlan("x", months=3, count=1), ON, False),
        (MeasurePlan("x", count=1), ON, False),
        (MeasurePlan("x", until="当年"), ON, False),
    ],
)
def test_only_a_single_measured_period_can_be_set_against_a_band(plan, on, comparable):
    assert is_comparable(plan, on) is comparable


@pytest.mark.parametrize(
    ("plan", "computable"),
    [
        (MeasurePlan("x"), True),
        (MeasurePlan("x", until="整改完成"), True),
        (MeasurePlan("x", count=1), True),
        (MeasurePlan("x", count=0), False),
        (MeasurePlan("x", months=0), False),
        (MeasurePlan("x", days=-1), False),
        (MeasurePlan("x", months=10**9), False),
        (MeasurePlan("x", days=10, start=date(9999, 12, 31)), False),
    ],
)
def test_a_period_must_have_an_end_that_is_a_date(plan, computable):
    assert is_computable(plan, ON) is computable


def test_periods_and_bands_are_spelt_in_both_languages():
    plan = MeasurePlan("x", months=36, lifetime=True, days=30, count=1)
    words = [(one.zh, one.en) for one in amounts_of(plan)]
    bands = [band_words(tier.numbers.get("band")) for tier in TIERS]

    assert words == [("36 个月", "36 months"), ("永久", "permanent"), ("30 日", "30 days"), ("1 次", "1 occasions")]
    assert [band.zh for band in bands] == [
        "不设禁止期限",
        "36 个月以内（不含 36 个月）",
        "36 个月以上（含 36 个月），60 个月以内（含 60 个月）",
        "60 个月以上（不含 60 个月），可至永久",
    ]
    assert [band.en for band in bands] == [
        "no ban period",
        "less than 36 months",
        "at least 36 months, at most 60 months",
        "more than 60 months, up to permanent",
    ]
