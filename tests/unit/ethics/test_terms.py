"""Days, months that end with the month, 72 hours of Shanghai, 31 March, extensions."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendars import WorkCalendar
from ethics.rules import RuleRefused
from ethics.terms import (
    annual_report_due,
    due_day,
    earliest_due,
    emergency_due,
    extended,
    followup_due,
    months_after,
    time_left,
)
from tests.unit.ethics.test_rulesets import BOOKS

ST, HS, AI, BT = BOOKS["st2023"], BOOKS["hs2023"], BOOKS["ai2026"], BOOKS["bt2026"]
day = dt.date.fromisoformat
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("book", "key", "start", "due"),
    [
        (ST, "D2", "2026-03-01", "2026-03-31"),
        (ST, "D2", "2026-01-30", "2026-03-01"),
        (HS, "D2", "2026-03-01", "2026-03-31"),
        (ST, "D3", "2024-02-01", "2024-03-02"),
        # 2026-10-31 is a Saturday: calendar days, a last day off does not move.
        (ST, "D7", "2026-10-01", "2026-10-31"),
        (ST, "D8", "2026-12-15", "2027-01-14"),
        (HS, "D10", "2026-11-30", "2027-02-28"),
        (BT, "D12", "2026-11-20", "2026-11-27"),
        (BT, "D14", "2026-05-01", "2056-05-01"),
        (ST, "D13", "2024-02-29", "2029-02-28"),
    ],
)
def test_the_last_day_of_a_term(book, key, start, due):
    assert due_day(book.deadline(key), day(start), WorkCalendar()) == day(due)


def test_working_days_need_a_calendar():
    with pytest.raises(RuleRefused, match="工作日历"):
        due_day(BT.deadline("D12"), day("2026-11-20"))


@pytest.mark.parametrize(
    ("last", "is_listed", "due"),
    [
        ("2026-03-15", False, "2027-03-15"),
        ("2024-02-29", False, "2025-02-28"),
        ("2026-08-31", True, "2027-02-28"),
        ("2027-08-31", True, "2028-02-29"),
        ("2026-08-30", True, "2027-02-28"),
        ("2026-12-31", True, "2027-06-30"),
        ("2026-02-28", True, "2026-08-28"),
    ],
)
def test_follow_up_ends_with_the_month(last, is_listed, due):
    found = followup_due((ST, HS), day(last), is_listed=is_listed)
    assert found.day == day(due)
    assert (found.clause.key, found.clause.article) == (("D6", "ST 33") if is_listed else ("D5", "ST 19"))


@pytest.mark.parametrize(
    ("months", "is_listed", "due"),
    [
        (3, False, "2026-06-15"),
        (12, False, "2027-03-15"),
        (13, False, None),
        (6, True, "2026-09-15"),
        (7, True, None),
        (0, False, None),
        (-1, True, None),
    ],
)
def test_a_committee_may_follow_up_earlier_and_not_later(months, is_listed, due):
    if due:
        assert followup_due((ST,), day("2026-03-15"), is_listed=is_listed, months=months).day == day(due)
    else:
        with pytest.raises(RuleRefused) as refused:
            followup_due((ST,), day("2026-03-15"), is_listed=is_listed, months=months)
        assert refused.value.field == "months"


def test_the_term_that_ends_first_counts_and_one_nobody_knows_is_refused():
    assert earliest_due((HS, ST, AI), "D2", day("2026-04-01")).clause.article == "HS 16"
    with pytest.raises(RuleRefused, match="D99"):
        earliest_due((ST,), "D99", day("2026-04-01"))


@pytest.mark.parametrize(("year", "due"), [(2025, "2026-03-31"), (2027, "2028-03-31")])
def test_the_annual_report_is_due_on_31_march_of_the_next_year(year, due):
    assert annual_report_due(ST, year).day == day(due)
    assert annual_report_due(HS, year).clause.article == "HS 13"


@pytest.mark.parametrize(("hours", "in_time"), [(0, True), (71, True), (72, True), (73, False)])
def test_an_emergency_review_has_72_hours(hours, in_time):
    accepted = dt.datetime(2026, 11, 27, 22, 30, tzinfo=SHANGHAI)
    due = emergency_due(ST, accepted)

    assert due == dt.datetime(2026, 11, 30, 22, 30, tzinfo=SHANGHAI)
    left = time_left(due, accepted + dt.timedelta(hours=hours))
    assert left == dt.timedelta(hours=72 - hours)
    assert (left >= dt.timedelta(0)) is in_time


def test_the_clock_runs_in_shanghai_over_week_ends_and_whatever_zone_the_server_has():
    accepted = dt.datetime(2026, 10, 1, 17, 0, tzinfo=dt.UTC)
    due = emergency_due(HS, accepted)
    assert due.isoformat() == "2026-10-05T01:00:00+08:00"
    just_late = due + dt.timedelta(seconds=1)
    assert time_left(due, just_late.astimezone(dt.UTC)) == dt.timedelta(seconds=-1)
    for bare in (lambda: emergency_due(ST, dt.datetime(2026, 1, 1)), lambda: time_left(due, dt.datetime(2026, 1, 1))):  # noqa: DTZ001
        with pytest.raises(ValueError, match="time zone"):
            bare()


def test_an_extension_states_a_later_day_and_a_reason():
    due = day("2026-03-31")
    assert extended(due, to=day("2026-04-15"), reason="需要补充检验") == day("2026-04-15")
    for to, reason, field in [
        (None, "理由", "to"),
        (due, "理由", "to"),
        (day("2026-03-30"), "理由", "to"),
        (day("2026-04-15"), " ", "reason"),
    ]:
        with pytest.raises(RuleRefused) as refused:
            extended(due, to=to, reason=reason)
        assert refused.value.field == field


@given(start=st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), months=st.integers(0, 400))
def test_months_agree_with_turning_the_pages_of_a_calendar(start, months):
    """Month by month, then the same number or the last there is."""
    year, month = start.year, start.month
    for _page in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    number = start.day
    while True:
        try:
            expected = dt.date(year, month, number)
            break
        except ValueError:
            number -= 1
    assert months_after(start, months) == expected
