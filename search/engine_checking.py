"""Compare an index of the engine with what the database says it must hold: two streams in order, merged once.

The database side is the IndexItem of each row, which `search.checking` compares with the records themselves.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from casework.audience import Audience
from search.backends.base import Generation, Stamp
from search.checking import Comparison, Drift, Problem
from search.enums import GenerationStage
from search.indexing import BATCH, batches, bring_up_to_date, waiting
from search.models import EngineWrite, IndexGeneration, IndexItem, ReconcileRun
from search.syncing import ENGINE, mark_for_engine

_EACH = 10_000


@dataclass(frozen=True, slots=True)
class Difference:
    """One row on which both sides do not agree. FORBIDDEN: the engine would show a row that must not be found.

    `held` is the version the engine gives what it holds, which a repair has to exceed.
    """

    problem: Problem
    order: int
    held: int = 0


@dataclass(frozen=True, slots=True)
class _Wanted:
    order: int
    version: int
    content_hash: str
    access_hash: str
    is_present: bool


def differences(target: Generation, *, report: Callable[[int], None] = lambda done: None) -> Iterator[Difference]:
    """Differences in order. Rows whose change is on its way are left out. Raises SearchUnavailable."""
    excused = set(EngineWrite.objects.filter(audience=target.audience).values_list("order", flat=True))
    excused |= waiting(timezone.localdate())
    held = ENGINE.stamps(target)
    stamp = next(held, None)
    done = 0
    for item in _wanted(target):
        while stamp is not None and stamp.order < item.order:
            yield from _unowned(stamp, excused)
            stamp = next(held, None)
        own = stamp if stamp is not None and stamp.order == item.order else None
        problem = _problem(item, own)
        if problem is not None and item.order not in excused and not _changed_since(item):
            yield Difference(problem, item.order, own.held if own is not None else 0)
        if own is not None:
            stamp = next(held, None)
        done += 1
        if done % _EACH == 0:
            report(done)
    while stamp is not None:
        yield from _unowned(stamp, excused)
        stamp = next(held, None)
    report(done)


def check_engine(*, report: Callable[[int], None] = lambda done: None) -> list[tuple[str, Comparison]]:
    """Compare every live index, note each run, and put what differs into the outbox. Raises SearchUnavailable."""
    outcomes = []
    for generation in IndexGeneration.objects.filter(stage=GenerationStage.LIVE).order_by("audience"):
        target = Generation(Audience(generation.audience), generation.schema, generation.name)
        started = timezone.now()
        ENGINE.refresh(target)
        found = list(differences(target, report=report))
        repair(target, found)
        checked = IndexItem.objects.filter(audience=target.audience).count()
        outcome = Comparison(checked, tuple(_as_drift(found)))
        ReconcileRun.objects.create(
            engine=generation.name,
            started=started,
            finished=timezone.now(),
            checked=checked,
            drift=[[one.problem.value, one.kind, one.record_pk] for one in outcome.drift],
        )
        outcomes.append((generation.name, outcome))
    return outcomes


def repair(target: Generation, found: Sequence[Difference]) -> None:
    """Bring these rows to the present state under a higher version, and put them into the outbox.

    The engine refuses an older version, and whatever somebody wrote past us may carry a later one than ours.
    """
    on = timezone.localdate()
    for batch in batches(found, BATCH):
        held = {one.order: one.held for one in batch}
        with transaction.atomic():
            for item in IndexItem.objects.select_for_update().filter(order__in=held):
                # Without its shape the row counts as changed and is written in the database as well.
                item.version, item.schema = max(item.version, held[item.order]) + 1, ""
                item.save(update_fields=["version", "schema"])
            bring_up_to_date(list(held), on)
            mark_for_engine(target.audience, held)


def _wanted(target: Generation) -> Iterator[_Wanted]:
    fields = ("order", "version", "content_hash", "access_hash", "is_present")
    rows = IndexItem.objects.filter(audience=target.audience).order_by("order").values_list(*fields)
    last = 0
    while batch := list(rows.filter(order__gt=last)[:_EACH]):
        yield from (_Wanted(*values) for values in batch)
        last = batch[-1][0]


def _problem(item: _Wanted, stamp: Stamp | None) -> Problem | None:
    is_shown = stamp is not None and stamp.content_hash != ""
    if not item.is_present:
        return Problem.FORBIDDEN if is_shown else None
    if stamp is None or not is_shown:
        return Problem.MISSING
    wanted = (item.version, item.content_hash, item.access_hash)
    return None if wanted == (stamp.version, stamp.content_hash, stamp.access_hash) else Problem.STALE


def _unowned(stamp: Stamp, excused: set[int]) -> Iterator[Difference]:
    if stamp.order not in excused and not IndexItem.objects.filter(order=stamp.order).exists():
        yield Difference(Problem.EXTRA, stamp.order)


def _changed_since(item: _Wanted) -> bool:
    """Did the row change after both sides were read? Then its own write is on its way."""
    now = IndexItem.objects.filter(order=item.order).values_list("version", flat=True).first()
    return now != item.version or EngineWrite.objects.filter(order=item.order).exists()


def _as_drift(found: list[Difference]) -> Iterator[Drift]:
    for batch in batches(found, _EACH):
        rows = IndexItem.objects.filter(order__in=[one.order for one in batch])
        names = {order: (kind, key) for order, kind, key in rows.values_list("order", "kind", "record_pk")}
        for one in batch:
            yield Drift(one.problem, *names.get(one.order, ("engine", str(one.order))))
