"""Compare index and records, both ways. Reads only; the commands decide what follows."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from casework.audience import Audience
from search import registry
from search.backends.base import INDEXES, Generation, Stamp
from search.documents.base import Document
from search.indexing import BATCH, batches, waiting
from search.models import IndexItem, PendingIndex, ReconcileRun


class Problem(StrEnum):
    """FORBIDDEN is an incident: a record that must not be found is in the index. PARTIAL is only a limit to know.

    STUCK: a dossier that could not be indexed and is found by nobody until it can be.
    """

    MISSING = "missing"
    STALE = "stale"
    FORBIDDEN = "forbidden"
    EXTRA = "extra"
    STUCK = "stuck"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference: which row, and what is wrong. No content of the record."""

    problem: Problem
    kind: str
    record_pk: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many records were compared, and every difference found."""

    checked: int
    drift: tuple[Drift, ...]

    @property
    def faults(self) -> tuple[Drift, ...]:
        """Differences somebody has to act on."""
        return tuple(found for found in self.drift if found.problem != Problem.PARTIAL)


def compare(*, on: dt.date) -> Comparison:
    """Compare every record with its row. Rows that wait to be indexed are left out: they are found by nobody."""
    held = {(audience, stamp.order): stamp for audience in INDEXES for stamp in _stamps(audience)}
    excused = waiting(on)
    pending = frozenset(PendingIndex.objects.values_list("pk", flat=True))
    checked = 0
    drift: list[Drift] = []
    for document in registry.DOCUMENTS.values():
        keys = [str(pk) for pk in document.records().order_by("pk").values_list("pk", flat=True)]
        checked += len(keys)
        for batch in batches(keys, BATCH):
            drift.extend(_compare_batch(document, batch, held, excused, pending, on))
    stuck = PendingIndex.objects.exclude(problem="").order_by("pk").values_list("pk", flat=True)
    drift.extend(Drift(Problem.STUCK, "dossier", str(pk)) for pk in stuck)
    drift.extend(Drift(Problem.EXTRA, audience.name.lower(), str(order)) for audience, order in held)
    return Comparison(checked, tuple(drift))


def compare_and_note(*, on: dt.date) -> Comparison:
    """Compare, and keep the outcome as a ReconcileRun."""
    started = timezone.now()
    outcome = compare(on=on)
    ReconcileRun.objects.create(
        started=started,
        finished=timezone.now(),
        checked=outcome.checked,
        drift=[[found.problem.value, found.kind, found.record_pk] for found in outcome.drift],
    )
    return outcome


def _stamps(audience: Audience) -> Iterator[Stamp]:
    return registry.BACKEND.stamps(Generation(audience, ""))


def _compare_batch(
    document: Document, keys: list[str], held: dict, excused: frozenset[int], pending: frozenset[int], on: dt.date
) -> Iterator[Drift]:
    """Differences of one batch. Takes the stamps it accounts for out of `held`: what stays there is extra."""
    items = {item.record_pk: item for item in IndexItem.objects.filter(kind=document.kind, record_pk__in=keys)}
    for record in document.load(keys):
        item = items.get(str(record.pk))
        stamp = held.pop((document.audience, item.order), None) if item else None
        if document.dossier_pk(record) in pending or (item and item.order in excused):
            continue
        row = document.from_record(record, on)
        problem = None
        if row is None:
            problem = Problem.FORBIDDEN if stamp else None
        elif item is None or stamp is None:
            problem = Problem.MISSING
        elif not _agree(item, stamp, row.content_hash, row.access_hash, document.schema):
            problem = Problem.STALE
        elif row.is_partial:
            problem = Problem.PARTIAL
        if problem:
            yield Drift(problem, document.kind, str(record.pk))


def _agree(item: IndexItem, stamp: Stamp, content_hash: str, access_hash: str, schema: str) -> bool:
    wanted = (content_hash, access_hash)
    noted = (item.content_hash, item.access_hash)
    stored = (stamp.content_hash, stamp.access_hash)
    return item.schema == schema and wanted == noted == stored and stamp.version == item.version
