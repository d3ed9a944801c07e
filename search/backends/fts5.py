"""Rows and queries on SQLite: one FTS5 table per audience, the access filter inside the same MATCH.

The `ascii` tokenizer takes every character beyond ASCII for part of a word, so the terms made by search.analysis are
the terms of the index whatever Unicode version SQLite was built with. Order is the rowid, newest first; `bm25` is
never used, because it tells about rows the reader may not see (S9).

A principal stands in `acl` once for each clearance that is high enough for the row: `d12c1 d12c2 d12c3` for secrecy 1.
A reader asks for their own, so that one short list answers both questions; a column of levels named half of all rows.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from accounts.enums import Clearance
from casework.audience import Audience
from search.backends.base import Access, HeldRow, IndexRow, Reader, Stamp
from search.queries import TOTAL_CAP, Phrase, Query

TABLES = {Audience.INTERNAL: "search_internal", Audience.PARTNER: "search_shared", Audience.PUBLIC: "search_public"}


def match_expression(query: Query, reader: Reader) -> str:
    """The whole MATCH argument from a fixed template: every term is quoted by us, every part names its columns (S7)."""
    readers = (_cleared(principal, reader.clearance) for principal in sorted(reader.principals))
    parts = [f"(acl : ({_any(readers)}))"]
    if query.phrases:
        words = " AND ".join(_phrase(phrase) for phrase in query.phrases)
        parts.insert(0, f"({{title body}} : ({words}))")
    if query.kind:
        parts.append(f"(kind : ({_any([query.kind])}))")
    if query.year is not None:
        parts.append(f"(year : ({_any([_period(query)])}))")
    wanted = " AND ".join(parts)
    return f"({wanted}) NOT (deny : ({_any([reader.deny_token])}))" if reader.deny_token else wanted


def write(cursor: Any, audience: Audience, rows: Sequence[IndexRow]) -> None:
    table = TABLES[audience]
    cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [(row.order,) for row in rows])
    cursor.executemany(
        f"INSERT INTO {table} (rowid, title, body, acl, deny, kind, year, version, content_hash, access_hash)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                row.order,
                " ".join(row.title),
                " ".join(row.body),
                " ".join(_opened_by(row.access)),
                " ".join(sorted(row.access.deny)),
                row.kind,
                " ".join(_periods(row.day)),
                row.version,
                row.content_hash,
                row.access_hash,
            )
            for row in rows
        ],
    )


def remove(cursor: Any, audience: Audience, orders: Sequence[int]) -> None:
    cursor.executemany(f"DELETE FROM {TABLES[audience]} WHERE rowid = %s", [(order,) for order in orders])


def tidy(cursor: Any, audience: Audience) -> None:
    """Throw away the terms of removed rows: FTS5 keeps them in old segments until it merges."""
    table = TABLES[audience]
    cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def page(cursor: Any, query: Query, reader: Reader) -> list[int]:
    condition, values = _condition(query, reader)
    table = TABLES[reader.audience]
    cursor.execute(
        f"SELECT rowid FROM {table} WHERE {condition} ORDER BY rowid DESC LIMIT %s", [*values, query.limit + 1]
    )
    return [order for (order,) in cursor.fetchall()]


def counts(cursor: Any, query: Query, reader: Reader) -> dict[tuple[str, int], int]:
    """Hits by kind and year, counting stops one above the cap."""
    condition, values = _condition(query.from_order(None), reader)
    cursor.execute(
        "SELECT kind, substr(year, 2, 4), count(*)"
        f" FROM (SELECT kind, year FROM {TABLES[reader.audience]} WHERE {condition} LIMIT %s) AS hits"
        " GROUP BY kind, substr(year, 2, 4)",
        [*values, TOTAL_CAP + 1],
    )
    return {(kind, int(year)): count for kind, year, count in cursor.fetchall()}


def stamps(cursor: Any, audience: Audience) -> Iterator[Stamp]:
    cursor.execute(f"SELECT rowid, version, content_hash, access_hash FROM {TABLES[audience]} ORDER BY rowid")
    while batch := cursor.fetchmany(1000):
        yield from (Stamp(*values) for values in batch)


def held(cursor: Any, audience: Audience, orders: Sequence[int]) -> Iterator[HeldRow]:
    cursor.execute(
        "SELECT rowid, title, body, acl, deny, kind, year, version, content_hash, access_hash"
        f" FROM {TABLES[audience]} WHERE rowid IN (SELECT value FROM json_each(%s))",
        [json.dumps(list(orders))],
    )
    for order, title, body, acl, deny, kind, periods, version, content_hash, access_hash in cursor.fetchall():
        opened = [entry.rsplit("c", 1) for entry in acl.split()]
        days = [int(period[1:]) for period in periods.split() if period.startswith("d")]
        if not opened or not days:
            continue  # written in another shape, which its record replaces
        yield HeldRow(
            order=order,
            version=version,
            texts=(title, body),
            acl=tuple(sorted({principal for principal, _level in opened})),
            deny=tuple(deny.split()),
            secrecy=min(int(level) for _principal, level in opened),
            kind=kind,
            day=days[0],
            content_hash=content_hash,
            access_hash=access_hash,
        )


def product(cursor: Any) -> str:
    cursor.execute("SELECT sqlite_version()")
    return f"SQLite FTS5 {cursor.fetchone()[0]}"


def _condition(query: Query, reader: Reader) -> tuple[str, list[Any]]:
    table = TABLES[reader.audience]
    condition = f"{table} MATCH %s"
    values: list[Any] = [match_expression(query, reader)]
    if query.after is not None:
        condition, values = f"{condition} AND rowid < %s", [*values, query.after]
    if reader.waiting:
        # The plus keeps the planner from running MATCH once per listed row (S8).
        condition = f"{condition} AND +rowid NOT IN (SELECT value FROM json_each(%s))"
        values = [*values, json.dumps(sorted(reader.waiting))]
    return condition, values


def _periods(day: dt.date) -> list[str]:
    """Year, month and day of a row in the column `year`, each a term of its own."""
    year = f"{day.year:04d}"
    return [f"y{year}", f"m{year}{day.month:02d}", f"d{year}{day.month:02d}{day.day:02d}"]


def _period(query: Query) -> str:
    """The one term that says the period of the query."""
    year, month, day = query.year, query.month, query.day
    if month is None:
        return f"y{year:04d}"
    return f"m{year:04d}{month:02d}" if day is None else f"d{year:04d}{month:02d}{day:02d}"


def _cleared(principal: str, clearance: int) -> str:
    return f"{principal}c{clearance}"


def _opened_by(access: Access) -> list[str]:
    levels = range(access.secrecy, Clearance.SEALED + 1)
    return [_cleared(principal, level) for principal in sorted(access.acl) for level in levels]


def _phrase(phrase: Phrase) -> str:
    return f"({' OR '.join(_exactly(way) for way in phrase.ways)})" if phrase.alternatives else _exactly(phrase)


def _exactly(phrase: Phrase) -> str:
    return _quoted(" ".join(phrase.terms)) + (" *" if phrase.is_prefix else "")


def _any(terms: Any) -> str:
    return " OR ".join(_quoted(term) for term in terms)


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
