"""The search engine that is always there: the project's own database, written in the record's own transaction."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

from django.db import DatabaseError, OperationalError, connection, transaction

from search.backends import fts5, tsvector
from search.backends.base import (
    Generation,
    Health,
    HeldRow,
    IndexRow,
    RawPage,
    Reader,
    SearchUnavailable,
    Stamp,
    Totals,
    WriteReport,
)
from search.queries import TOTAL_CAP, Query

TIME_LIMIT_SECONDS = 2.0
_STEPS_BETWEEN_LOOKS = 10_000  # SQLite virtual machine steps, well under a millisecond


class DatabaseBackend:
    """SQLite FTS5 or PostgreSQL tsvector, by what the project runs on."""

    name = "database"

    def write(self, target: Generation, rows: Sequence[IndexRow]) -> WriteReport:
        """Put the rows there, replacing what they replace. Part of the caller's transaction."""
        with connection.cursor() as cursor:
            _dialect().write(cursor, target.audience, rows)
        return WriteReport(done=tuple(row.order for row in rows))

    def remove(self, target: Generation, orders: Sequence[int]) -> WriteReport:
        with connection.cursor() as cursor:
            _dialect().remove(cursor, target.audience, orders)
        return WriteReport(done=tuple(orders))

    def tidy(self, target: Generation) -> None:
        """After deletions: leave no term of a removed row behind in the files of the index."""
        with connection.cursor() as cursor:
            _dialect().tidy(cursor, target.audience)

    def search(self, query: Query, reader: Reader) -> RawPage:
        """Order numbers under the reader's filter. Raises SearchUnavailable after two seconds."""
        if not reader.principals:
            return RawPage()
        with time_limit(TIME_LIMIT_SECONDS), connection.cursor() as cursor:
            return RawPage(tuple(_dialect().page(cursor, query, reader)))

    def totals(self, query: Query, reader: Reader) -> Totals:
        """Counts under the same filter. Raises SearchUnavailable after two seconds."""
        if not reader.principals:
            return Totals()
        with time_limit(TIME_LIMIT_SECONDS), connection.cursor() as cursor:
            counts = _dialect().counts(cursor, query, reader)
        count = sum(counts.values())
        if count > TOTAL_CAP:
            return Totals(TOTAL_CAP, is_capped=True)
        by_kind: Counter[str] = Counter()
        by_year: Counter[int] = Counter()
        for (kind, year), hits in counts.items():
            by_kind[kind] += hits
            by_year[year] += hits
        return Totals(count, by_kind=by_kind, by_year=by_year)

    def stamps(self, target: Generation) -> Iterator[Stamp]:
        with connection.cursor() as cursor:
            yield from _dialect().stamps(cursor, target.audience)

    def held(self, target: Generation, orders: Sequence[int]) -> Iterator[HeldRow]:
        """Rows as they are held, in no order. A row that is partial may have lost terms (S10)."""
        with connection.cursor() as cursor:
            yield from _dialect().held(cursor, target.audience, orders)

    def health(self) -> Health:
        with connection.cursor() as cursor:
            return Health(True, _dialect().product(cursor))


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop a query that runs longer. Raises SearchUnavailable; the surrounding transaction stays usable."""
    limiter = _limit_on_sqlite if connection.vendor == "sqlite" else _limit_on_postgresql
    started = time.monotonic()
    try:
        with limiter(seconds):
            yield
    except OperationalError as problem:
        if time.monotonic() - started < seconds:
            raise
        raise SearchUnavailable("time limit") from problem


@contextmanager
def _limit_on_sqlite(seconds: float) -> Iterator[None]:
    connection.ensure_connection()
    until = time.monotonic() + seconds
    connection.connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)


@contextmanager
def _limit_on_postgresql(seconds: float) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))])
        yield
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])


def _dialect() -> ModuleType:
    dialects = {"sqlite": fts5, "postgresql": tsvector}
    if connection.vendor not in dialects:
        raise DatabaseError(f"search knows SQLite and PostgreSQL, not {connection.vendor}")
    return dialects[connection.vendor]
