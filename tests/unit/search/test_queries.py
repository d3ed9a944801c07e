"""From typed text to a query."""

import datetime as dt

import pytest

from search.queries import MAX_CHARACTERS, MAX_TEXT, Phrase, Query, QueryError, Refusal, matches, parse


def texts_of(query):
    return [phrase.text for phrase in query.phrases]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("科研诚信", ["科研诚信"]),
        ("  周砚清   数据 ", ["周砚清", "数据"]),
        ("“科研诚信”《办法》", ["科研诚信", "办法"]),
        ('"data fabrication"', ["data", "fabrication"]),
        ("线索〔2026〕0012号", ["线索", "2026", "0012", "号"]),
        ("数据 数据 DATA data", ["数据", "data"]),
        ("acl:u17 OR NOT *", ["acl", "u17", "or", "not"]),
        ("10.1016/j.cell.2020.01.021", ["10", "1016", "j", "cell", "2020", "01", "021"]),
        ("辑", ["辑"]),
    ],
)
def test_words_are_read_as_words_and_nothing_else(typed, expected):
    assert texts_of(parse(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", Refusal.NOTHING),
        ("   ", Refusal.NOTHING),
        ("“”《》", Refusal.NOTHING),
        ("，。！", Refusal.NO_WORD),
        ("*", Refusal.NO_WORD),
        ("一 二 三 四 五 六 七 八 九", Refusal.TOO_MANY_WORDS),
        ("-".join(str(number) for number in range(25)), Refusal.TOO_MANY_WORDS),
        ("诚" * (MAX_CHARACTERS + 1), Refusal.WORD_TOO_LONG),
        ("a" * (MAX_CHARACTERS + 1), Refusal.WORD_TOO_LONG),
        ("诚 " * MAX_TEXT, Refusal.TEXT_TOO_LONG),
    ],
)
def test_what_cannot_be_searched_is_refused_with_a_reason(typed, refusal):
    with pytest.raises(QueryError) as caught:
        parse(typed)
    assert caught.value.refusal == refusal


@pytest.mark.parametrize("typed", ["一 二 三 四 五 六 七 八", "诚" * MAX_CHARACTERS, "-".join(map(str, range(24)))])
def test_the_limits_themselves_are_allowed(typed):
    assert parse(typed).phrases


@pytest.mark.parametrize(
    ("text", "is_han", "terms", "is_prefix"),
    [
        ("科研诚信", True, ("科研", "研诚", "诚信"), False),
        ("科研", True, ("科研",), False),
        ("辑", True, ("辑",), True),
        ("data", False, ("data",), False),
        ("a", False, ("a",), False),
    ],
)
def test_s05_only_a_single_han_character_is_a_beginning(text, is_han, terms, is_prefix):
    phrase = Phrase(text, is_han)
    assert (phrase.terms, phrase.is_prefix) == (terms, is_prefix)


def test_the_fingerprint_follows_words_and_filters_but_not_the_page():
    query = parse("周砚清 数据", kind="case", year=2026)
    assert query.fingerprint == parse("数据 周砚清", kind="case", year=2026).from_order(12, 5).fingerprint
    assert (
        len({query.fingerprint, parse("周砚清 数据").fingerprint, parse("周砚清", kind="case", year=2026).fingerprint})
        == 3
    )


def test_the_fingerprint_tells_one_period_from_another():
    periods = [(None, None, None), (2026, None, None), (2026, 1, None), (2026, 11, None), (2026, 1, 1), (2026, 1, 11)]
    found = {parse("数据", year=year, month=month, day=day).fingerprint for year, month, day in periods}
    assert len(found) == len(periods)


@pytest.mark.parametrize(
    ("year", "month", "day", "first", "last"),
    [
        (2026, None, None, "2026-01-01", "2026-12-31"),
        (2024, 2, None, "2024-02-01", "2024-02-29"),
        (2026, 12, None, "2026-12-01", "2026-12-31"),
        (2026, 3, 5, "2026-03-05", "2026-03-05"),
    ],
)
def test_a_period_runs_from_its_first_day_to_its_last(year, month, day, first, last):
    period = Query((), year=year, month=month, day=day).period
    assert period == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert Query(()).period is None


@pytest.mark.parametrize(
    "filters",
    [
        {"month": 3},
        {"year": 2026, "day": 5},
        {"day": 5},
        {"year": 2026, "month": 13},
        {"year": 2026, "month": 2, "day": 29},
        {"year": 0},
    ],
)
def test_a_period_that_does_not_exist_is_no_query(filters):
    with pytest.raises(ValueError):
        Query((), **filters)


def test_the_next_page_keeps_words_and_filters():
    query = parse("数据", kind="case", year=2026).from_order(7)
    assert query == Query((Phrase("数据", True),), "case", 2026, after=7)
    assert query.from_order(3, 4).limit == 4


@pytest.mark.parametrize(
    ("typed", "texts", "expected"),
    [
        ("研诚", ("科研诚信",), True),
        ("科研诚信", ("科研，诚信",), False),
        ("提艾", ("买买提·艾力",), False),
        ("买买提·艾力", ("买买提·艾力",), True),
        ("search", ("research",), False),
        ("research", ("re search",), False),
        ("科研 数据", ("科研", "数据"), True),
        ("科研 数据", ("科研",), False),
        ("12", ("第12条",), True),
        ("1", ("第12条",), False),
    ],
)
def test_s01_s02_what_a_query_means(typed, texts, expected):
    assert matches(parse(typed), texts) is expected
