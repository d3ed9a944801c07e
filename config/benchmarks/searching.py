"""100,000 Chinese documents in the internal index, and the same top-20 queries with and without the access filter."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction

from casework.audience import Audience
from config.benchmarks.population import sentence
from search.analysis import index_terms
from search.backends.base import Access, Generation, IndexRow, Reader
from search.backends.database import DatabaseBackend
from search.backends.tsvector import query_literal
from search.queries import TOTAL_CAP, Query, parse

# Each word of two characters stands in about one of nine documents, each of four in about one of twenty thousand.
FREQUENT = ("论文", "数据 项目", "署名")
RARE = ("科研诚信", "图片重复")
HOME = frozenset(f"d{n}" for n in range(6))


def fill(documents: int, departments: int, *, length: int = 300, seed: int = 11) -> None:
    """Rows straight into the index; 2 % of them deny the reader."""
    dice = random.Random(seed)
    backend, target = DatabaseBackend(), Generation(Audience.INTERNAL, "bench")
    numbers = iter(range(1, documents + 1))
    while batch := list(itertools.islice(numbers, 2000)):
        rows = [
            IndexRow(
                kind="case",
                record_pk=str(n),
                dossier_id=None,
                title=tuple(index_terms([sentence(dice, 20)]).terms),
                body=tuple(index_terms([sentence(dice, length)]).terms),
                access=Access(
                    acl=frozenset({f"d{dice.randrange(departments)}"}),
                    deny=frozenset({"u1"}) if dice.random() < 0.02 else frozenset(),
                    secrecy=1,
                ),
                day=dt.date(2026, 11, 23),
                is_partial=False,
                content_hash="",
                access_hash="",
                order=n,
                version=1,
            )
            for n in batch
        ]
        with transaction.atomic():
            backend.write(target, rows)
    # As after a rebuild.
    backend.tidy(target)


def reader() -> Reader:
    return Reader(Audience.INTERNAL, HOME, clearance=2, deny_token="u1", day=dt.date(2026, 11, 23))


def with_access(words: Sequence[str]) -> Callable[[], object]:
    """The newest twenty and their totals for the next of these words, as a reader of six departments."""
    backend, person, turn = DatabaseBackend(), reader(), itertools.cycle(words)

    def search() -> object:
        query = parse(next(turn))
        return backend.search(query, person), backend.totals(query, person)

    return search


def without_access(words: Sequence[str]) -> Callable[[], object]:
    """The same questions to the same rows without any filter: what a search of public texts would cost."""
    turn = itertools.cycle(words)

    def search() -> object:
        query = parse(next(turn))
        with connection.cursor() as cursor:
            cursor.execute(*_newest(query))
            newest = cursor.fetchall()
            cursor.execute(*_counts(query))
            return newest, cursor.fetchall()

    return search


def page_with_access(words: Sequence[str]) -> Callable[[], object]:
    """Only the newest twenty, without totals."""
    backend, person, turn = DatabaseBackend(), reader(), itertools.cycle(words)
    return lambda: backend.search(parse(next(turn)), person)


def page_without_access(words: Sequence[str]) -> Callable[[], object]:
    """Only the newest twenty, without any filter."""
    turn = itertools.cycle(words)

    def search() -> object:
        with connection.cursor() as cursor:
            cursor.execute(*_newest(parse(next(turn))))
            return cursor.fetchall()

    return search


def _newest(query: Query) -> tuple[str, list[Any]]:
    key, condition, value = _open(query)
    statement = f"SELECT {key} FROM search_internal WHERE {condition} ORDER BY {key} DESC LIMIT %s"
    return statement, [value, query.limit + 1]


def _counts(query: Query) -> tuple[str, list[Any]]:
    _key, condition, value = _open(query)
    hits = f"SELECT kind FROM search_internal WHERE {condition} LIMIT %s"
    return f"SELECT kind, count(*) FROM ({hits}) AS hits GROUP BY kind", [value, TOTAL_CAP + 1]


def _open(query: Query) -> tuple[str, str, str]:
    """Key, condition and its value on the database at hand."""
    if connection.vendor == "postgresql":
        return "id", "tsv @@ %s::tsquery", query_literal(query.phrases)
    phrases = " AND ".join('"' + " ".join(phrase.terms) + '"' for phrase in query.phrases)
    return "rowid", "search_internal MATCH %s", f"{{title body}} : ({phrases})"
