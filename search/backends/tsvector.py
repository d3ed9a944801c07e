"""Rows and queries on PostgreSQL: one table per audience with a tsvector, the access filter beside it.

Vector and query are literals built here, never the work of the parser of PostgreSQL, which takes 「，」 for a word in
one locale and splits GY-2026 in another (S12). Newest first; `ts_rank` is never used (S9, S16).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from casework.audience import Audience
from search.analysis import REPEAT_LIMIT
from search.backends.base import HeldRow, IndexRow, Reader, Stamp
from search.backends.fts5 import TABLES
from search.queries import TOTAL_CAP, Phrase, Query


def vector_literal(terms: Sequence[str]) -> str:
    """Terms in order as a tsvector literal: 科研 研诚 gives '科研':1 '研诚':2."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, term in enumerate(terms, start=1):
        if len(places[term]) < REPEAT_LIMIT:
            places[term].append(place)
    return " ".join(f"{_quoted(term)}:{','.join(map(str, held))}" for term, held in places.items())


def query_literal(phrases: Sequence[Phrase]) -> str:
    """Phrases as a tsquery literal: '科研' <-> '研诚' & '数据'."""
    return " & ".join(_phrase(phrase) for phrase in phrases)


def write(cursor: Any, audience: Audience, rows: Sequence[IndexRow]) -> None:
    cursor.executemany(
        f"INSERT INTO {TABLES[audience]}"
        " (id, tsv, acl, deny, secrecy, kind, year, day, version, content_hash, access_hash)"
        " VALUES (%s, %s::tsvector, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (id) DO UPDATE SET tsv = excluded.tsv, acl = excluded.acl, deny = excluded.deny,"
        " secrecy = excluded.secrecy, kind = excluded.kind, year = excluded.year, day = excluded.day,"
        " version = excluded.version, content_hash = excluded.content_hash, access_hash = excluded.access_hash",
        [
            (
                row.order,
                vector_literal([*row.title, *row.body]),
                sorted(row.access.acl),
                sorted(row.access.deny),
                row.access.secrecy,
                row.kind,
                row.day.year,
                _as_number(row.day),
                row.version,
                row.content_hash,
                row.access_hash,
            )
            for row in rows
        ],
    )


def remove(cursor: Any, audience: Audience, orders: Sequence[int]) -> None:
    cursor.execute(f"DELETE FROM {TABLES[audience]} WHERE id = ANY(%s)", [list(orders)])


def tidy(cursor: Any, audience: Audience) -> None:
    """Nothing to do: autovacuum removes what was deleted, and VACUUM may not run inside a transaction."""


def page(cursor: Any, query: Query, reader: Reader) -> list[int]:
    condition, values = _condition(query, reader)
    cursor.execute(
        f"SELECT id FROM {TABLES[reader.audience]} WHERE {condition} ORDER BY id DESC LIMIT %s",
        [*values, query.limit + 1],
    )
    return [order for (order,) in cursor.fetchall()]


def counts(cursor: Any, query: Query, reader: Reader) -> dict[tuple[str, int], int]:
    """Hits by kind and year, counting stops one above the cap."""
    condition, values = _condition(query.from_order(None), reader)
    cursor.execute(
        "SELECT kind, year, count(*)"
        f" FROM (SELECT kind, year FROM {TABLES[reader.audience]} WHERE {condition} LIMIT %s) AS hits"
        " GROUP BY kind, year",
        [*values, TOTAL_CAP + 1],
    )
    return {(kind, year): count for kind, year, count in cursor.fetchall()}


def stamps(cursor: Any, audience: Audience) -> Iterator[Stamp]:
    cursor.execute(f"SELECT id, version, content_hash, access_hash FROM {TABLES[audience]} ORDER BY id")
    while batch := cursor.fetchmany(1000):
        yield from (Stamp(*values) for values in batch)


def held(cursor: Any, audience: Audience, orders: Sequence[int]) -> Iterator[HeldRow]:
    cursor.execute(
        "SELECT id, version, (SELECT string_agg(word.lexeme, ' ' ORDER BY place)"
        " FROM unnest(tsv) AS word, unnest(word.positions) AS place),"
        f" acl, deny, secrecy, kind, day, content_hash, access_hash FROM {TABLES[audience]} WHERE id = ANY(%s)",
        [list(orders)],
    )
    for order, version, text, acl, deny, *rest in cursor.fetchall():
        yield HeldRow(order, version, (text or "",), tuple(acl), tuple(deny), *rest)


def product(cursor: Any) -> str:
    cursor.execute("SHOW server_version")
    return f"PostgreSQL {cursor.fetchone()[0]}"


def _condition(query: Query, reader: Reader) -> tuple[str, list[Any]]:
    parts = ["acl && %s", "NOT deny && %s", "secrecy <= %s"]
    deny = [reader.deny_token] if reader.deny_token else []
    values: list[Any] = [sorted(reader.principals), deny, reader.clearance]
    if query.phrases:
        parts.append("tsv @@ %s::tsquery")
        values.append(query_literal(query.phrases))
    if query.month is not None and query.period:
        parts.append("day BETWEEN %s AND %s")
        values.extend(_as_number(day) for day in query.period)
    for part, value in (("kind = %s", query.kind), ("year = %s", query.year), ("id < %s", query.after)):
        if value not in ("", None):
            parts.append(part)
            values.append(value)
    if reader.waiting:
        parts.append("id <> ALL(%s)")
        values.append(sorted(reader.waiting))
    return " AND ".join(parts), values


def _as_number(day: dt.date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _phrase(phrase: Phrase) -> str:
    return f"({' | '.join(_exactly(way) for way in phrase.ways)})" if phrase.alternatives else _exactly(phrase)


def _exactly(phrase: Phrase) -> str:
    return " <-> ".join(_quoted(term) for term in phrase.terms) + (":*" if phrase.is_prefix else "")


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
