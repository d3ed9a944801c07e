"""From the outbox to the engine: rows that changed, their present state, with versions; nothing leaves unacknowledged.

A worker claims rows by lease, reads the version first and the state after it (S19), sends them to every index that is
live or being built, lets the engine show them, and only then lets go of the rows. An older state that arrives later is
refused by its version; a row that changed meanwhile has lost its lease and stays.
"""

import datetime as dt
import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from casework.audience import Audience
from search import registry
from search.backends.base import INDEXES, Generation, HeldRow, IndexRow, SearchUnavailable, WriteReport
from search.backends.elasticsearch import ElasticsearchBackend, merged
from search.backends.mappings import body, body_of_held, tombstone
from search.enums import GenerationStage
from search.models import EngineWrite, IndexGeneration, IndexItem

ENGINE = ElasticsearchBackend()
AT_ONCE = 500
LEASE = dt.timedelta(seconds=90)
LONGEST_PAUSE = dt.timedelta(seconds=20)  # so that an engine that comes back has everything within a minute (F10)
MOST_ATTEMPTS = 5
WRITTEN_TO = (GenerationStage.BUILDING, GenerationStage.LIVE)
Entry = tuple[int, int, Mapping[str, Any]]

_log = logging.getLogger("search")
# An update, never "do nothing": it takes away the lease of a worker that has read the older state.
_MARK = (
    f"INSERT INTO {EngineWrite._meta.db_table}"
    " (\"order\", audience, since, due, lease, attempts, problem, is_parked) VALUES (%s, %s, %s, %s, '', 0, '', %s)"
    " ON CONFLICT (\"order\") DO UPDATE SET since = excluded.since, due = excluded.due, lease = '', attempts = 0,"
    " problem = '', is_parked = excluded.is_parked"
)


def mark_for_engine(audience: Audience, orders: Iterable[int]) -> None:
    """Put rows into the outbox, in the transaction of their change. Nothing while the audience has no index there."""
    wanted = sorted(orders)
    if not wanted or not _generations(audience).exists():
        return
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.executemany(_MARK, [(order, int(audience), now, now, False) for order in wanted])


def drain_engine(*, most: int = 10_000) -> int:
    """Send what is due, at most `most` rows. Returns rows acknowledged; raises SearchUnavailable when the engine is away."""
    done = 0
    for audience in INDEXES:
        while done < most:
            lease, orders = _claim(audience)
            if not orders:
                break
            done += _send(audience, lease, orders)
    return done


def try_parked_again() -> int:
    """Let parked rows be tried once more. Returns how many."""
    now = timezone.now()
    return EngineWrite.objects.filter(is_parked=True).update(is_parked=False, attempts=0, problem="", due=now)


def entries_of(orders: Sequence[int]) -> tuple[list[Entry], dict[int, str]]:
    """What the engine should hold for these rows by their records, and rows that cannot be made, with the kind of fault.

    The version is read before the state, so a state may be newer than its version, never older.
    """
    items = {item.order: item for item in IndexItem.objects.filter(order__in=orders)}
    entries: list[Entry] = []
    faults: dict[int, str] = {}
    on = timezone.localdate()
    for document in registry.DOCUMENTS.values():
        own = {item.record_pk: item for item in items.values() if item.kind == document.kind}
        there = [key for key, item in own.items() if item.is_present]
        records = {str(one.pk): one for one in document.load(there)}
        for key, item in own.items():
            try:
                row = document.from_record(records[key], on) if key in records else None
            except Exception as problem:
                # Whatever it is: the other rows must not wait for this one (S31).
                _log.exception("search: row %s cannot be made", item.order)
                faults[item.order] = type(problem).__name__[:80]
                continue
            own_words = tombstone(item.order, item.version) if row is None else body(_placed(row, item))
            entries.append((item.order, item.version, own_words))
    return entries, faults


def entries_held(audience: Audience, orders: Sequence[int]) -> tuple[list[Entry], dict[int, str]]:
    """As entries_of, many times as fast: rows are taken from the database index, which holds the very terms and is
    written with the version (S19). Made anew are those of another shape and those that may have lost terms."""
    items = {item.order: item for item in IndexItem.objects.filter(order__in=orders)}
    schemas = {document.kind: document.schema for document in registry.documents_of(audience)}
    rows = registry.BACKEND.held(Generation(audience, ""), list(items))
    whole = [row for row in rows if _is_whole(items[row.order], row, schemas)]
    entries: list[Entry] = [(row.order, row.version, body_of_held(row)) for row in whole]
    made, faults = entries_of(sorted(set(items) - {row.order for row in whole}))
    return [*entries, *made], faults


def _is_whole(item: IndexItem, row: HeldRow, schemas: Mapping[str, str]) -> bool:
    is_of_today = item.is_present and item.schema == schemas.get(item.kind) and not item.is_partial
    held = (row.version, row.content_hash, row.access_hash)
    return is_of_today and (item.version, item.content_hash, item.access_hash) == held


def _placed(row: IndexRow, item: IndexItem) -> IndexRow:
    return replace(row, order=item.order, version=item.version)


def _generations(audience: Audience) -> Any:
    return IndexGeneration.objects.filter(audience=audience, stage__in=WRITTEN_TO)


def _claim(audience: Audience) -> tuple[str, list[int]]:
    """A lease and the rows it holds. Asks without a lock first: an idle worker must not stop those who write."""
    waits = EngineWrite.objects.filter(_is_due(timezone.now()), audience=audience, is_parked=False)
    return _lease(audience) if waits.exists() else ("", [])


@transaction.atomic
def _lease(audience: Audience) -> tuple[str, list[int]]:
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now) | Q(leased_until__gt=now + 2 * LEASE) | Q(lease="")
    rows = EngineWrite.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    due = rows.filter(free, _is_due(now), audience=audience, is_parked=False).order_by("due", "order")
    orders = sorted(due.values_list("order", flat=True)[:AT_ONCE])
    lease = secrets.token_hex(16)
    EngineWrite.objects.filter(order__in=orders).update(lease=lease, leased_until=now + LEASE)
    return lease, orders


def _is_due(now: dt.datetime) -> Q:
    """A pause longer than any we give was noted by a clock that has been put back since; so it is with leases."""
    return Q(due__lte=now) | Q(due__gt=now + 2 * LONGEST_PAUSE)


def _send(audience: Audience, lease: str, orders: list[int]) -> int:
    generations = [Generation(audience, one.schema, one.name) for one in _generations(audience)]
    entries, faults = entries_held(audience, orders)
    gone = sorted(set(orders) - {order for order, _version, _body in entries} - set(faults))
    reports = []
    try:
        for generation in generations:
            report = merged([ENGINE.send(generation, entries), ENGINE.remove(generation, gone)])
            ENGINE.refresh(generation)
            reports.append(report)
    except SearchUnavailable as problem:
        _again(lease, orders, str(problem))
        raise
    return _settle(lease, orders, reports, faults)


def _settle(lease: str, orders: list[int], reports: list[WriteReport], faults: dict[int, str]) -> int:
    """Let go of what every index acknowledged, park what can never be written, try the rest again later."""
    parked = {order for report in reports for order in report.poison}
    later = {order for report in reports for order in report.retry} - parked
    mine = EngineWrite.objects.filter(lease=lease)
    done, _kinds = mine.filter(order__in=set(orders) - parked - later - set(faults)).delete()
    if parked:
        mine.filter(order__in=parked).update(is_parked=True, problem="refused by the engine", lease="")
    for order, problem in faults.items():
        _again(lease, [order], problem, gives_up=True)
    if later:
        _again(lease, sorted(later), "not taken by the engine")
    return done


def _again(lease: str, orders: Sequence[int], problem: str, *, gives_up: bool = False) -> None:
    """Give the rows back, to be tried after a pause that doubles; `gives_up`: park them after some attempts."""
    now = timezone.now()
    mine = EngineWrite.objects.filter(lease=lease, order__in=orders)
    for attempts in sorted(set(mine.values_list("attempts", flat=True))):
        pause = min(LONGEST_PAUSE, dt.timedelta(seconds=2 ** min(attempts, 10)))
        mine.filter(attempts=attempts).update(
            attempts=min(attempts + 1, 1000),
            due=now + pause,
            lease="",
            problem=problem[:80],
            is_parked=gives_up and attempts + 1 >= MOST_ATTEMPTS,
        )
