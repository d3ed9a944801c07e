"""The one fixed template each database is asked with: whatever is typed stays words."""

import datetime as dt
import sqlite3

import pytest

from casework.audience import Audience
from search.backends.base import Access, Reader
from search.backends.fts5 import match_expression
from search.backends.tsvector import query_literal, vector_literal
from search.queries import QueryError, parse

PAYLOADS = [
    'x" OR acl:"rhead',
    "acl : rhead",
    "{acl deny} : u1",
    "- deny : u17",
    "NEAR(科研 诚信, 5)",
    "科研 OR 数据 NOT 诚信",
    "^科研",
    "科研*",
    "u17",
    "d12",
    "') OR 1=1 --",
    "科研 & !诚信 | 数据:*",
    "\\' <-> 'x",
    "科研'::tsquery",
    "(((((",
    '""""',
    "u17c3 klead y2026",
    "a\x00b",
    "%s %(x)s {0}",
]


def reader(**changes):
    values = {
        "audience": Audience.INTERNAL,
        "principals": frozenset({"u17", "d12"}),
        "clearance": 1,
        "deny_token": "u17",
        "day": dt.date(2026, 9, 17),
    }
    return Reader(**values | changes)


def test_s07_the_template_names_every_column():
    assert match_expression(parse("科研诚信 data 辑", kind="case", year=2026), reader()) == (
        '(({title body} : ("科研 研诚 诚信" AND "data" AND "辑" *)) AND (acl : ("d12c1" OR "u17c1"))'
        ' AND (kind : ("case")) AND (year : ("y2026"))) NOT (deny : ("u17"))'
    )


def test_a_reader_without_an_account_is_denied_by_nobody():
    assert "deny" not in match_expression(parse("科研"), reader(principals=frozenset({"everyone"}), deny_token=""))


@pytest.fixture
def table():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(title, body, acl, deny, kind, year, tokenize = 'ascii')")
    rows = [
        (1, "科研 研诚 诚信 信", "数据 据", "rheadc0 rheadc1 rheadc2 rheadc3", "", "case", "y2026"),
        (2, "u17 d12c1 科研 研", "x", "rheadc1 rheadc2 rheadc3 d12xc1", "", "lead", "y2026"),
        (3, "科研 研", "rheadc1", "u17c0 u17c1 u17c2 u17c3", "u17", "lead", "y2026"),
        (4, "科研 研", "", "u17c3 rheadc3", "", "lead", "y2026"),
    ]
    connection.executemany("INSERT INTO t (rowid, title, body, acl, deny, kind, year) VALUES (?,?,?,?,?,?,?)", rows)
    yield connection
    connection.close()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_s07_no_text_reaches_a_row_the_reader_may_not_see(table, payload):
    try:
        query = parse(payload)
    except QueryError:
        return
    assert table.execute("SELECT rowid FROM t WHERE t MATCH ?", [match_expression(query, reader())]).fetchall() == []


def test_s07_the_same_rows_are_found_by_those_who_may(table):
    found = reader(principals=frozenset({"rhead"}), deny_token="u1")
    assert table.execute(
        "SELECT rowid FROM t WHERE t MATCH ?", [match_expression(parse("科研"), found)]
    ).fetchall() == [(1,), (2,)]


def test_s06_a_principal_is_letters_and_digits():
    for bad in ("d:12", "d 12", "d-12", "12", "D12", "", "d12;", "部门1"):
        with pytest.raises(ValueError, match="letters and digits"):
            Access(frozenset({bad}))
        with pytest.raises(ValueError, match="letters and digits"):
            Access(frozenset(), frozenset({bad}))
        with pytest.raises(ValueError, match="letters and digits"):
            reader(principals=frozenset({bad}))


@pytest.mark.parametrize("secrecy", [-1, 4])
def test_a_secrecy_outside_the_four_levels_is_refused(secrecy):
    with pytest.raises(ValueError, match="secrecy"):
        Access(frozenset({"u1"}), frozenset(), secrecy)


@pytest.mark.parametrize("audience", [Audience.RESTRICTED, 7])
def test_there_is_no_index_for_the_restricted_audience(audience):
    with pytest.raises(ValueError, match="audience"):
        reader(audience=audience)


def test_s12_vector_and_query_are_literals():
    assert vector_literal(["科研", "研诚", "科研"]) == "'科研':1,3 '研诚':2"
    assert vector_literal([]) == ""
    assert query_literal(parse("科研诚信 2026 辑").phrases) == "'科研' <-> '研诚' <-> '诚信' & '2026' & '辑':*"


def test_s10_no_more_places_than_postgresql_keeps():
    assert vector_literal(["科研"] * 300).endswith(":" + ",".join(str(place) for place in range(1, 257)))
