"""From records to rows of the index: what waits, one dossier, everything, and what the beginning of a day touches.

Always the present state, read after the row's own lock, so that an older state never overwrites a newer one (S19).
"""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from casework.models import Dossier, Grant
from search import registry
from search.backends.base import INDEXES, Generation, IndexRow
from search.documents.base import Document
from search.models import AccessSweep, IndexItem, PendingIndex
from search.syncing import mark_for_engine

BATCH = 500
_log = logging.getLogger("search")
T = TypeVar("T")


def drain(dossiers: Collection[int] | None = None) -> int:
    """Index what waits, of these dossiers or of all, each in a transaction of its own. Returns dossiers brought up.

    Two workers never take the same dossier. One that cannot be indexed keeps waiting, with the reason noted: it stays
    out of every answer, and the others go on.
    """
    rows = PendingIndex.objects.order_by("since", "pk")
    keys = list((rows if dossiers is None else rows.filter(pk__in=dossiers)).values_list("pk", flat=True))
    return sum(_drain_one(key) for key in keys)


def _drain_one(key: int) -> bool:
    try:
        with transaction.atomic():
            # The dossier before its note, as everybody does who changes it: the other way round they would wait for each
            # other. One that is being changed is left to whoever changes it.
            free = Dossier.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(pk=key)
            dossier = free.first()
            pending = PendingIndex.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=key).first()
            if dossier is None or pending is None:
                return False
            index_dossier(dossier, on=timezone.localdate())
            pending.delete()
    except Exception as problem:
        # Whatever it is: case work and the other dossiers must not suffer from it.
        _log.exception("search: dossier %s cannot be indexed", key)
        noted = {"attempts": F("attempts") + 1, "problem": type(problem).__name__[:80]}
        PendingIndex.objects.filter(pk=key).update(**noted)
        return False
    return True


def index_dossier(dossier: Dossier, *, on: dt.date) -> int:
    """Bring every row of this dossier to the present state. Part of the caller's transaction. Returns rows changed."""
    changed = 0
    for document in registry.documents_about(dossier.kind):
        keys = list(document.of_dossier(dossier).order_by("pk").values_list("pk", flat=True))
        changed += index_records(document, [str(pk) for pk in keys], on=on)
    return changed


@transaction.atomic
def index_records(document: Document, keys: Sequence[str], *, on: dt.date) -> int:
    """Bring the rows of these records to the present state; what is gone loses its row. Returns rows changed."""
    locked = IndexItem.objects.select_for_update().filter(kind=document.kind, record_pk__in=keys).order_by("order")
    items = {item.record_pk: item for item in locked}
    records = {str(record.pk): record for record in document.load(keys)}
    written, removed = [], []
    for key in keys:
        record = records.get(key)
        row = document.from_record(record, on) if record is not None else None
        item = items.get(key)
        if item is None and record is None:
            continue
        item = item or _new_item(document, key, on)
        if not _stamp(document, item, record, row, on):
            continue
        if row is None:
            removed.append(item.order)
        else:
            written.append(replace(row, order=item.order, version=item.version))
    if removed:
        registry.BACKEND.remove(document.generation, removed)
    if written:
        registry.BACKEND.write(document.generation, written)
    mark_for_engine(document.audience, [*removed, *(row.order for row in written)])
    return len(written) + len(removed)


def bring_up_to_date(orders: Iterable[int], on: dt.date) -> int:
    """Index the records behind these order numbers again. Returns rows changed."""
    items = list(IndexItem.objects.filter(order__in=orders))
    return sum(
        index_records(document, [item.record_pk for item in items if item.kind == document.kind], on=on)
        for document in registry.DOCUMENTS.values()
    )


def rebuild(*, on: dt.date, report: Callable[[int], None] = lambda done: None) -> int:
    """Bring every row to the present state, batch by batch, while everybody goes on working. Returns rows changed.

    New rows get their order numbers in filing order. Rows of records that are gone, and rows nobody owns, disappear.
    """
    keys = sorted(key for document in registry.DOCUMENTS.values() for key in document.filing_keys())
    changed = done = 0
    for batch in batches(keys, BATCH):
        _reserve(batch, on)
        for document in registry.DOCUMENTS.values():
            changed += index_records(document, [pk for _day, kind, pk in batch if kind == document.kind], on=on)
        done += len(batch)
        report(done)
    changed += _drop_orphans()
    for audience in INDEXES:
        registry.BACKEND.tidy(Generation(audience, ""))
    drain()
    return changed


def behind(on: dt.date) -> QuerySet[IndexItem]:
    """Items whose stored access is older than a grant, or a record, that began or ended by date since."""
    swept = AccessSweep.objects.order_by("-day").values_list("day", flat=True).first()
    if swept is not None and swept >= on:
        return IndexItem.objects.none()
    since = Q() if swept is None else Q(valid_from__gt=swept) | Q(valid_to__gte=swept)
    crossed = Q(valid_from__gt=OuterRef("access_on"), valid_from__lte=on)
    crossed |= Q(valid_to__gte=OuterRef("access_on"), valid_to__lt=on)
    boundary = Grant.objects.filter(since, crossed, dossier=OuterRef("dossier_id"), revoked_at=None)
    return IndexItem.objects.filter(Q(Exists(boundary)) | Q(changes_on__lte=on), access_on__lt=on)


def waiting(on: dt.date) -> frozenset[int]:
    """Order numbers nobody finds and nobody counts: changed and not indexed yet, or not swept today (S25)."""
    changed = IndexItem.objects.filter(dossier__in=PendingIndex.objects.values("pk"), is_present=True)
    late = behind(on).filter(is_present=True)
    return frozenset(changed.values_list("order", flat=True).union(late.values_list("order", flat=True)))


def sweep(*, on: dt.date) -> int:
    """Carry every grant that began or ended up to this day into the index. Returns rows looked at. Safe to repeat."""
    late = list(behind(on).order_by("order").values_list("kind", "record_pk", "dossier_id"))
    for batch in batches(late, BATCH):
        for document in registry.DOCUMENTS.values():
            index_records(document, [pk for kind, pk, _dossier in batch if kind == document.kind], on=on)
    AccessSweep.objects.get_or_create(day=on, defaults={"dossiers": len({dossier for _kind, _pk, dossier in late})})
    return len(late)


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` values, in order."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def _new_item(document: Document, key: str, on: dt.date) -> IndexItem:
    defaults = {"audience": document.audience, "access_on": on}
    item, _made = IndexItem.objects.select_for_update().get_or_create(
        kind=document.kind, record_pk=key, defaults=defaults
    )
    return item


def _stamp(document: Document, item: IndexItem, record: Any, row: IndexRow | None, on: dt.date) -> bool:
    """Write down what the row is going to be. True when the index table has to follow."""
    before = (item.is_present, item.schema, item.content_hash, item.access_hash)
    item.is_present = row is not None
    item.access_on = on
    if record is not None:
        item.dossier_id = document.dossier_pk(record)
        item.changes_on = document.changes_on(record, on)
    if row is not None:
        item.schema, item.content_hash, item.access_hash = document.schema, row.content_hash, row.access_hash
        item.is_partial = row.is_partial
    changed = before != (item.is_present, item.schema, item.content_hash, item.access_hash)
    item.version += changed
    item.save()
    return changed


def _reserve(batch: list[tuple[dt.date, str, str]], on: dt.date) -> None:
    """Give order numbers to what has none yet, in the order of the batch."""
    kinds = {kind for _day, kind, _pk in batch}
    held = IndexItem.objects.filter(kind__in=kinds, record_pk__in=[pk for _day, _kind, pk in batch])
    known = set(held.values_list("kind", "record_pk"))
    IndexItem.objects.bulk_create(
        [
            IndexItem(audience=registry.DOCUMENTS[kind].audience, kind=kind, record_pk=pk, access_on=on)
            for _day, kind, pk in batch
            if (kind, pk) not in known
        ],
        ignore_conflicts=True,
    )


def _drop_orphans() -> int:
    """Remove items whose record is gone, and index rows that belong to no item.

    The suspects are read first, their owners after: what is filed in between owns itself.
    """
    dropped = 0
    for document in registry.DOCUMENTS.values():
        held = list(IndexItem.objects.filter(kind=document.kind).values_list("record_pk", flat=True))
        owners = {str(pk) for pk in document.records().order_by().values_list("pk", flat=True)}
        gone = [key for key in held if key not in owners]
        for batch in batches(gone, BATCH):
            _forget(document, batch)
        dropped += len(gone)
    for audience in INDEXES:
        generation = Generation(audience, "")
        stored = [stamp.order for stamp in registry.BACKEND.stamps(generation)]
        present = set(IndexItem.objects.filter(audience=audience, is_present=True).values_list("order", flat=True))
        extra = [order for order in stored if order not in present]
        if extra:
            registry.BACKEND.remove(generation, extra)
        dropped += len(extra)
    return dropped


@transaction.atomic
def _forget(document: Document, keys: list[str]) -> None:
    items = IndexItem.objects.filter(kind=document.kind, record_pk__in=keys)
    mark_for_engine(document.audience, items.values_list("order", flat=True))
    items.delete()
