"""The contract of a search engine, kept by the database backend on SQLite and on PostgreSQL. S numbers: known traps."""

import datetime as dt
import itertools
import random
from dataclasses import replace

import pytest
from django.db import connection

from casework.audience import Audience
from search.analysis import index_terms
from search.backends import database
from search.backends.base import Access, Generation, IndexRow
from search.queries import TOTAL_CAP, Query, matches, parse
from search.synonyms import widened

pytestmark = pytest.mark.django_db
INTERNAL = Generation(Audience.INTERNAL, "")

TEXTS = [
    "关于周砚清同志论文数据造假问题的举报",
    "贺南星在项目申报书中抄袭他人研究成果",
    "买买提·艾力：代写论文；剑门医学院",
    "科研，诚信。科研诚信案件调查处理规则（试行）",
    "GY-2026-012号 re search Research DOI:10.1000/ABC.12",
    "𠮷田与吉田一字之差 𪚥𰀀",
    "周砚 周砚清 周砚青 砚清周",
    "编辑部要求作者补充原始数据\n编辑说明",
    "ＤＯＩ：１０．１０００／ａｂｃ　㈠伪造㈡篡改",
    "论文论文论文数据数据数据",
    "张\u200b三丰 張三豐",
    "data fabrication,falsification and plagiarism",
    "第12条第1款，12个月",
    "人々〇〇七",
    "u17 d12 s0 kcase acl deny",
]


@pytest.mark.parametrize(
    ("text", "typed", "is_found"),
    [
        ("科研，诚信", "科研诚信", False),
        ("买买提·艾力", "提艾", False),
        ("科研\n诚信", "研诚", False),
        ("科研诚信", "研诚", True),
        ("re search", "research", False),
        ("research", "re search", False),
        ("research", "search", False),
        ("ＡＢＣ１２", "abc12", True),
        ("编辑", "编", True),
        ("编辑", "辑", True),
        ("编辑部", "辑", True),
        ("编，辑", "辑", True),
        ("编辑", "部", False),
        ("编辑部", "编部", False),
        ("𠮷野", "𠮷", True),
        ("吉野", "𠮷", False),
        ("GY-2026-012", "2026", True),
        ("GY-2026-012", "-012", True),
        ("GY-2026-012", "12", False),
        ("周砚青", "周砚清", False),
    ],
)
def test_s01_s02_s04_s05_s33_what_is_found(put, reader, backend, text, typed, is_found):
    order = put(text)
    assert backend.search(parse(typed), reader()).orders == ((order,) if is_found else ())


def test_s05_a_single_character_is_found_first_in_the_middle_and_last(put, reader, backend):
    orders = [put(text) for text in ("辑录", "编辑部", "编辑", "辑")]
    assert backend.search(parse("辑"), reader()).orders == tuple(reversed(orders))


def test_q9_s33_five_hundred_random_pieces_give_the_same_rows_as_reading_every_text(put, reader, backend):
    orders = [put(text, title=title) for text, title in zip(TEXTS, reversed(TEXTS), strict=True)]
    held = dict(zip(orders, zip(reversed(TEXTS), TEXTS, strict=True), strict=True))
    drawn = random.Random(9)
    checked = 0
    while checked < 500:
        text = drawn.choice(TEXTS)
        length = drawn.randint(1, 6)
        start = drawn.randrange(max(1, len(text) - length))
        piece = text[start : start + length]
        if not any(character.isalnum() for character in piece):
            continue
        query = parse(piece)
        expected = tuple(order for order in sorted(held, reverse=True) if matches(query, held[order]))
        assert backend.search(query, reader()).orders == expected, piece
        checked += 1


def test_words_may_stand_in_title_and_body(put, reader, backend):
    order = put("篡改数据", title="周砚清")
    assert backend.search(parse("周砚清 篡改"), reader()).orders == (order,)


def test_a_phrase_never_runs_from_title_into_body(put, reader, backend):
    put("清查账目", title="周砚")
    assert backend.search(parse("砚清"), reader()).orders == ()


@pytest.mark.parametrize(
    ("acl", "deny", "secrecy", "principals", "is_found"),
    [
        ("u17", "", 0, ("u17",), True),
        ("d12", "", 0, ("u17", "d12"), True),
        ("rhead d3", "", 1, ("u17", "rhead"), True),
        ("u17", "", 2, ("u17",), False),
        ("u17 rhead", "u17", 0, ("u17", "rhead"), False),
        ("u17", "u1", 0, ("u17",), True),
        ("u18", "", 0, ("u17",), False),
        ("d12", "", 0, ("u17", "d1"), False),
        ("d1", "", 0, ("u17", "d12"), False),
        ("rhead", "", 0, ("u17", "rheadx"), False),
    ],
)
def test_s06_who_finds_a_row(put, reader, backend, acl, deny, secrecy, principals, is_found):
    order = put("科研诚信", acl=acl, deny=deny, secrecy=secrecy)
    asked = reader(*principals)
    assert backend.search(parse("科研"), asked).orders == ((order,) if is_found else ())
    assert backend.totals(parse("科研"), asked).count == int(is_found)


@pytest.mark.parametrize(
    "typed", ["u17", "d12", "rhead", "s0", "klead", "case", "y2026", "m202609", "d20260917", "20260917", "2026"]
)
def test_s07_filters_are_no_text(put, reader, backend, typed):
    put("科研诚信", acl="u17 d12 rhead", kind="lead")
    assert backend.search(parse(typed), reader()).orders == ()


def test_s28_a_reader_without_principals_gets_nothing_and_no_question_is_asked(
    put, reader, backend, django_assert_num_queries
):
    put("科研诚信")
    nobody = reader(principals=frozenset())
    with django_assert_num_queries(0):
        assert backend.search(parse("科研"), nobody).orders == ()
        assert backend.totals(parse("科研"), nobody).count == 0


def test_s28_a_role_nobody_heard_of_finds_nothing(put, reader, backend):
    put("科研诚信")
    assert backend.search(parse("科研"), reader("runheardof")).orders == ()


def test_audiences_are_separate_indexes(put, reader, backend):
    orders = {
        audience: put("科研诚信", audience=audience)
        for audience in (Audience.INTERNAL, Audience.PARTNER, Audience.PUBLIC)
    }
    for audience, order in orders.items():
        assert backend.search(parse("科研"), reader(audience=audience)).orders == (order,)


def test_a_reader_of_the_public_index_has_no_account(put, reader, backend):
    order = put("科研诚信", acl="everyone", audience=Audience.PUBLIC)
    anyone = reader("everyone", audience=Audience.PUBLIC, deny_token="", clearance=0)
    assert backend.search(parse("科研"), anyone).orders == (order,)


def test_newest_first_one_more_than_the_page_and_the_next_page_from_there(put, reader, backend):
    orders = [put(f"科研诚信{number}") for number in range(5)][::-1]
    query = replace(parse("科研"), limit=2)
    assert backend.search(query, reader()).orders == tuple(orders[:3])
    assert backend.search(query.from_order(orders[1]), reader()).orders == tuple(orders[2:5])
    assert backend.search(query.from_order(orders[3]), reader()).orders == (orders[4],)


@pytest.mark.parametrize(
    ("kind", "year", "expected"),
    [
        ("", None, [0, 1, 2]),
        ("lead", None, [0]),
        ("", 2025, [1]),
        ("case", 2026, [2]),
        ("lead", 2025, []),
        ("decision", None, []),
    ],
)
def test_kind_and_year_narrow_the_hits(put, reader, backend, kind, year, expected):
    orders = [put("科研", kind="lead"), put("科研", day=dt.date(2025, 9, 17)), put("科研")]
    found = backend.search(parse("科研", kind=kind, year=year), reader()).orders
    assert list(found) == [orders[place] for place in reversed(expected)]


DAYS = [dt.date(2025, 3, 5), dt.date(2026, 3, 5), dt.date(2026, 3, 31), dt.date(2026, 4, 1), dt.date.min]


@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [
        (2026, None, None, [1, 2, 3]),
        (2026, 3, None, [1, 2]),
        (2026, 3, 5, [1]),
        (2026, 3, 6, []),
        (2025, 3, 5, [0]),
        (2026, 12, None, []),
        (1, None, None, [4]),
        (1, 1, 1, [4]),
    ],
)
@pytest.mark.parametrize("typed", ["科研", None])
def test_year_month_and_day_narrow_the_hits_with_words_and_without(
    put, reader, backend, year, month, day, expected, typed
):
    orders = [put("科研", day=filed) for filed in DAYS]
    for filed in DAYS:
        put("科研", day=filed, acl="u99")
        put("科研", day=filed, deny="u17")
    phrases = parse(typed).phrases if typed else ()
    query = Query(phrases, year=year, month=month, day=day)
    assert list(backend.search(query, reader()).orders) == [orders[place] for place in reversed(expected)]
    assert backend.totals(query, reader()).count == len(expected)


def test_without_words_the_filters_list_what_the_reader_may_see(put, reader, backend):
    lead, case = put("科研", kind="lead"), put("数据")
    put("数据", acl="u99")
    assert backend.search(Query(()), reader()).orders == (case, lead)
    assert backend.search(Query((), kind="lead"), reader()).orders == (lead,)
    assert backend.search(Query((), limit=1), reader()).orders == (case, lead)
    assert backend.search(Query(()).from_order(case), reader()).orders == (lead,)
    assert backend.totals(Query(()), reader()).count == 2


WIDE = [("学术不端行为", True), ("科研失信案件", True), ("科研，失信", False), ("学术不", False), ("剽窃", False)]


@pytest.mark.parametrize(("text", "is_found"), WIDE)
def test_words_of_one_meaning_find_each_other_under_the_same_filter(put, reader, backend, text, is_found):
    order = put(f"{text}，调查")
    put(text, acl="u99")
    put(f"{text}，调查", deny="u17")
    query = widened(parse("学术不端 调查"))
    assert backend.search(query, reader()).orders == ((order,) if is_found else ())
    assert backend.totals(query, reader()).count == int(is_found)


def test_a_word_of_another_script_stands_for_a_han_phrase(put, reader, backend):
    orders = [put("plagiarism found"), put("论文剽窃"), put("抄袭他人"), put("plagiarisms")]
    for typed in ("抄袭", "Plagiarism", "剽窃"):
        assert backend.search(widened(parse(typed)), reader()).orders == tuple(reversed(orders[:3]))


def test_totals_by_kind_are_under_the_same_filter(put, reader, backend):
    for kind, acl in (("lead", "u17"), ("case", "u17"), ("case", "u17"), ("case", "u99"), ("decision", "u99")):
        put("科研", kind=kind, acl=acl)
    totals = backend.totals(parse("科研").from_order(2), reader())
    assert (totals.count, totals.is_capped, dict(totals.by_kind)) == (3, False, {"lead": 1, "case": 2})


def test_totals_by_year_are_under_the_same_filter(put, reader, backend):
    for year, acl in ((2024, "u17"), (2026, "u17"), (2026, "u17"), (2026, "u99"), (2025, "u99")):
        put("科研", day=dt.date(year, 3, 5), acl=acl)
    assert dict(backend.totals(parse("科研"), reader()).by_year) == {2024: 1, 2026: 2}
    assert dict(backend.totals(parse("科研", year=2026), reader()).by_year) == {2026: 2}
    assert dict(backend.totals(parse("科研", year=2025), reader()).by_year) == {}


def test_s16_totals_stop_counting_at_the_cap(put, reader, backend, monkeypatch):
    monkeypatch.setattr(database, "TOTAL_CAP", 2)
    for _number in range(3):
        put("科研")
    totals = backend.totals(parse("科研"), reader())
    assert (totals.count, totals.is_capped, dict(totals.by_kind), dict(totals.by_year)) == (2, True, {}, {})
    assert TOTAL_CAP == 1000


def test_s25_waiting_rows_are_neither_found_nor_counted(put, reader, backend):
    first, second = put("科研"), put("科研")
    asked = reader(waiting=frozenset({second}))
    assert backend.search(parse("科研"), asked).orders == (first,)
    assert backend.totals(parse("科研"), asked).count == 1


def test_s09_hidden_rows_change_neither_order_nor_totals(put, reader, backend):
    query = parse("数据 造假")
    visible = [put("数据造假" * times + "说明" * 5) for times in (1, 3, 2)]
    before = backend.search(query, reader()).orders, backend.totals(query, reader())
    for times in range(1, 30):
        put("数据造假" * times, acl="u99")
        put("数据 造假", acl="u17", deny="u17")
        put("数据 造假", acl="u17", secrecy=3)
    assert (backend.search(query, reader()).orders, backend.totals(query, reader())) == before
    assert before[0] == tuple(reversed(visible))


def test_a_row_written_again_replaces_itself(put, reader, backend):
    order = put("科研诚信")
    row = IndexRow(
        "case",
        "0",
        None,
        (),
        index_terms(["数据"]).terms,
        Access(frozenset({"u18"})),
        dt.date(2026, 9, 17),
        False,
        "c2",
        "a2",
        order,
        2,
    )
    assert backend.write(INTERNAL, [row]).done == (order,)
    assert backend.search(parse("科研"), reader()).orders == ()
    assert backend.search(parse("数据"), reader("u18")).orders == (order,)
    assert [
        (stamp.order, stamp.version, stamp.content_hash, stamp.access_hash) for stamp in backend.stamps(INTERNAL)
    ] == [(order, 2, "c2", "a2")]


def test_a_removed_row_is_gone_and_so_are_its_terms(put, reader, backend):
    order = put("秘密词语")
    assert backend.remove(INTERNAL, [order]).done == (order,)
    backend.tidy(INTERNAL)
    assert backend.search(parse("秘密"), reader()).orders == ()
    assert list(backend.stamps(INTERNAL)) == []


def test_stamps_come_in_order(put, backend):
    orders = [put("科研") for _number in range(3)]
    assert [stamp.order for stamp in backend.stamps(INTERNAL)] == orders


def test_s10_within_the_limits_the_end_of_a_long_text_is_found(put, reader, backend):
    distinct = "".join(chr(0x4E00 + number % 20000) for number in range(11_990)) + "周砚清"
    order = put(distinct)
    assert backend.search(parse("周砚清"), reader()).orders == (order,)


def test_s10_s11_texts_beyond_the_limits_are_saved_all_the_same(put, reader, backend):
    drawn = random.Random(11)
    noise = "".join(chr(drawn.choice((0x4E00, 0x20000, 0x61)) + drawn.randint(0, 20)) for _number in range(150_000))
    order = put("数据" * 300 + noise, title="周砚清")
    assert backend.search(parse("周砚清"), reader()).orders == (order,)


@pytest.mark.parametrize("pieces", list(itertools.combinations(["周砚清", "论文", "data", "辑", "2026"], 3)))
def test_every_word_must_be_found(put, reader, backend, pieces):
    order = put("，".join(pieces))
    for left_out in pieces:
        put("，".join(piece for piece in pieces if piece != left_out))
    assert backend.search(parse(" ".join(pieces)), reader()).orders == (order,)


def test_the_engine_says_what_it_is(db, backend):
    health = backend.health()
    assert health.is_available
    assert health.product.startswith({"sqlite": "SQLite FTS5 3.", "postgresql": "PostgreSQL "}[connection.vendor])
