"""100,000 Chinese documents in the internal index, and the same top-20 query with and without the access filter."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from casework.audience import Audience
from config.benchmarks.population import sentence
from search.analysis import index_terms
from search.backends.base import Access, Generation, IndexRow, Reader
from search.backends.database import DatabaseBackend
from search.backends.tsvector import query_literal
from search.queries import Query, parse

WORDS = ("科研诚信", "论文", "数据 项目", "图片重复", "署名")
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
                year=2026,
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


def reader() -> Reader:
    return Reader(Audience.INTERNAL, HOME, clearance=2, deny_token="u1", day=dt.date(2026, 11, 23))


def with_access() -> Callable[[], object]:
    """The next query of the list, as a reader of six departments."""
    backend, person, turn = DatabaseBackend(), reader(), itertools.cycle(WORDS)
    return lambda: backend.search(parse(next(turn)), person)


def without_access() -> Callable[[], object]:
    """The same queries against the same rows, without any filter: what a search of public texts would cost."""
    turn = itertools.cycle(WORDS)

    def search() -> object:
        query = parse(next(turn))
        with connection.cursor() as cursor:
            cursor.execute(*_open_statement(query))
            return cursor.fetchall()

    return search


def _open_statement(query: Query) -> tuple[str, list[Any]]:
    limit = query.limit + 1
    if connection.vendor == "postgresql":
        statement = "SELECT id FROM search_internal WHERE tsv @@ %s::tsquery ORDER BY id DESC LIMIT %s"
        return statement, [query_literal(query.phrases), limit]
    phrases = " AND ".join('"' + " ".join(phrase.terms) + '"' for phrase in query.phrases)
    statement = "SELECT rowid FROM search_internal WHERE search_internal MATCH %s ORDER BY rowid DESC LIMIT %s"
    return statement, [f"{{title body}} : ({phrases})", limit]
