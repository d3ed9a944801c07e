"""Dates in the search box: which texts are one, which are not, and which cannot be."""

import pytest

from search.periods import NoSuchDate, Period, TwoDates, read_period


@pytest.mark.parametrize(
    ("typed", "period", "rest"),
    [
        ("2026-03-05", Period(2026, 3, 5), ""),
        ("2026-3-5", Period(2026, 3, 5), ""),
        ("2026/03/05", Period(2026, 3, 5), ""),
        ("2026.3.5", Period(2026, 3, 5), ""),
        ("2026年3月5日", Period(2026, 3, 5), ""),
        ("2026年3月5号", Period(2026, 3, 5), ""),
        ("2026 年 3 月 5 日", Period(2026, 3, 5), ""),
        ("２０２６年３月", Period(2026, 3), ""),
        ("２０２６－０３－０５", Period(2026, 3, 5), ""),
        ("2026-03", Period(2026, 3), ""),
        ("2026年3月", Period(2026, 3), ""),
        ("2026年3月份", Period(2026, 3), ""),
        ("2026年03月", Period(2026, 3), ""),
        ("2026年", Period(2026), ""),
        ("2024-02-29", Period(2024, 2, 29), ""),
        ("周砚清 2026年3月", Period(2026, 3), "周砚清"),
        ("2026年3月 周砚清", Period(2026, 3), "周砚清"),
        ("周砚清 2026-03 数据", Period(2026, 3), "周砚清 数据"),
        ("2026年 数据 2026年", Period(2026), "数据"),
        ("  2026年\t数据 ", Period(2026), "数据"),
    ],
)
def test_a_date_by_itself_is_read_and_taken_out_of_the_text(typed, period, rest):
    assert read_period(typed) == (period, rest)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2026",
        "数据2026年3月",
        "2026年3月的数据",
        "“2026-03”",
        '"2026年3月"',
        "2026-012",
        "2026-03-05-1",
        "2026-03/05",
        "线索〔2026〕0012号",
        "GY-2026-03",
        "10.1016/j.cell.2020.01.021",
        "12026-03",
        "3月5日",
        "26年3月",
    ],
)
def test_what_is_no_date_by_itself_stays_text(typed):
    assert read_period(typed) == (None, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-13",
        "2026-00",
        "2026-02-30",
        "2025-02-29",
        "2026年13月",
        "2026年2月30日",
        "2026年4月31日 数据",
        "1900年",
        "9999-01",
    ],
)
def test_a_date_that_cannot_be_is_refused_with_what_was_typed(typed):
    with pytest.raises(NoSuchDate) as caught:
        read_period(typed)
    assert caught.value.text == typed.removesuffix(" 数据")


def test_two_dates_are_one_too_many():
    with pytest.raises(TwoDates):
        read_period("2025年 2026年")
