"""The life of an index of the engine: built in the dark, compared, swapped in at one stroke, kept a day to go back to.

Workers write to an index from the moment its row says BUILDING, versions make the order of writes irrelevant, and the
comparison before the swap is the same the checker makes. Whatever fails on the way takes the half-built index with it.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from casework.audience import Audience
from search.backends import client
from search.backends.base import Generation, SearchUnavailable
from search.backends.mappings import BUILDING, SERVING, mapping, shape_of
from search.backends.names import new_name, read_alias, write_alias
from search.engine_checking import Difference, differences, repair
from search.enums import GenerationStage
from search.indexing import batches, bring_up_to_date
from search.models import IndexGeneration, IndexItem
from search.syncing import ENGINE, Entry, entries_held, entries_of

AT_ONCE = 500
LEASE = dt.timedelta(minutes=2)
KEPT = dt.timedelta(hours=24)
MOST_ROUNDS = 5
Report = Callable[[int, int], None]


class GenerationRefused(Exception):
    """Why no index was built or brought back. The sentence is for the operator."""


def is_current(audience: Audience) -> bool:
    """Has this audience a live index of today's shape?"""
    return IndexGeneration.objects.filter(
        audience=audience, stage=GenerationStage.LIVE, schema=shape_of(audience)
    ).exists()


def has_begun(audience: Audience) -> bool:
    """Has this audience an index that answers or is being built?"""
    return IndexGeneration.objects.filter(audience=audience).exclude(stage=GenerationStage.RETIRED).exists()


def build(audience: Audience, *, report: Report = lambda done, wanted: None) -> IndexGeneration:
    """Build an index of today's shape and let it take over. Raises GenerationRefused and SearchUnavailable."""
    _check_free(audience)
    building = _begin(audience)
    try:
        _create(building)
        _fill(building, report)
        _serve(building)
        _repair(building)
        _swap(building)
    except BaseException:
        _discard(building)
        raise
    return building


def roll_back(audience: Audience) -> IndexGeneration:
    """Bring the last retired index of today's shape back. It is compared and repaired first, or it would bring back what
    was withdrawn since (S29). Raises GenerationRefused and SearchUnavailable."""
    _check_free(audience)
    retired = IndexGeneration.objects.filter(
        audience=audience, stage=GenerationStage.RETIRED, schema=shape_of(audience)
    )
    wanted = retired.order_by("-changed").first()
    if wanted is None:
        raise GenerationRefused("There is no earlier index of this shape to go back to.")
    _take(wanted)
    try:
        with client.faults_told():
            client.for_writing(audience).indices.open(index=wanted.name)
        _repair(wanted)
        _swap(wanted)
    except BaseException:
        _retire(wanted)
        raise
    return wanted


def drop_abandoned(*, now: dt.datetime) -> int:
    """Remove what builders that died left behind, so that no write waits for an index nobody finishes. Returns how many."""
    died = Q(leased_until=None) | Q(leased_until__lt=now)
    left = list(IndexGeneration.objects.filter(died, stage=GenerationStage.BUILDING))
    for generation in left:
        _discard(generation)
    return len(left)


def drop_lost() -> int:
    """Forget live indexes the engine says it does not have, so that they are built anew: a node that lost its disk
    comes back empty. Returns how many. Raises SearchUnavailable when the engine is away."""
    lost = 0
    for live in IndexGeneration.objects.filter(stage=GenerationStage.LIVE):
        with client.faults_told():
            reach = client.for_writing(Audience(live.audience))
            if not reach.indices.exists(index=live.name, expand_wildcards="all"):
                lost += IndexGeneration.objects.filter(pk=live.pk).delete()[0]
    return lost


def forget_retired(*, now: dt.datetime) -> int:
    """Delete indexes that were retired a day ago. Returns how many. Raises SearchUnavailable."""
    old = list(IndexGeneration.objects.filter(stage=GenerationStage.RETIRED, changed__lte=now - KEPT))
    for generation in old:
        _discard(generation)
    return len(old)


def target_of(generation: IndexGeneration) -> Generation:
    return Generation(Audience(generation.audience), generation.schema, generation.name)


def _check_free(audience: Audience) -> None:
    """Raise GenerationRefused while another index of this audience is being built by somebody who lives (S30)."""
    drop_abandoned(now=timezone.now())
    if IndexGeneration.objects.filter(audience=audience, stage=GenerationStage.BUILDING).exists():
        raise GenerationRefused("Another index of this audience is being built.")


def _begin(audience: Audience) -> IndexGeneration:
    now, shape = timezone.now(), shape_of(audience)
    try:
        with transaction.atomic():
            return IndexGeneration.objects.create(
                name=new_name(audience, shape, now),
                audience=audience,
                schema=shape,
                lease=secrets.token_hex(16),
                leased_until=now + LEASE,
                begun=now,
                changed=now,
                wanted=IndexItem.objects.filter(audience=audience, is_present=True).count(),
            )
    except IntegrityError as problem:
        raise GenerationRefused("Another index of this audience is being built.") from problem


def _take(generation: IndexGeneration) -> None:
    """Make a retired index one that is written to. Raises GenerationRefused."""
    lease, now = secrets.token_hex(16), timezone.now()
    try:
        with transaction.atomic():
            rows = IndexGeneration.objects.filter(pk=generation.pk, stage=GenerationStage.RETIRED)
            rows.update(stage=GenerationStage.BUILDING, lease=lease, leased_until=now + LEASE, changed=now)
    except IntegrityError as problem:
        raise GenerationRefused("Another index of this audience is being built.") from problem
    generation.refresh_from_db()


def _create(generation: IndexGeneration) -> None:
    with client.faults_told():
        client.for_writing(Audience(generation.audience)).indices.create(
            index=generation.name, mappings=mapping(), settings=BUILDING, aliases={write_alias(generation.name): {}}
        )


def _fill(generation: IndexGeneration, report: Report) -> None:
    """Every row that may be found, in filing order. While one batch is sent the next is made."""
    target = target_of(generation)
    written = 0
    sending: Future[int] | None = None
    with ThreadPoolExecutor(max_workers=1) as sender:
        for entries in _batches(generation):
            if sending is not None:
                written += sending.result()
            sending = sender.submit(_send, target, entries)
            _renew(generation, written)
            report(written, generation.wanted)
        written += sending.result() if sending is not None else 0
    _renew(generation, written)
    report(written, max(generation.wanted, written))


def _batches(generation: IndexGeneration) -> Iterator[list[Entry]]:
    present = IndexItem.objects.filter(audience=generation.audience, is_present=True).order_by("order")
    last = 0
    while orders := list(present.filter(order__gt=last).values_list("order", flat=True)[:AT_ONCE]):
        entries, _faults = entries_held(Audience(generation.audience), orders)
        yield entries
        last = orders[-1]


def _send(target: Generation, entries: list[Entry]) -> int:
    """Runs beside the thread that reads: touches the engine and no database."""
    report = ENGINE.send(target, entries)
    if report.retry:
        raise SearchUnavailable("rows were not taken")
    return len(report.done) + len(report.stale)


def _renew(generation: IndexGeneration, written: int) -> None:
    """Say that the builder lives. Raises GenerationRefused when somebody else took the index for abandoned."""
    rows = IndexGeneration.objects.filter(pk=generation.pk, lease=generation.lease, stage=GenerationStage.BUILDING)
    if not rows.update(leased_until=timezone.now() + LEASE, written=written):
        raise GenerationRefused("This index was taken for abandoned and removed.")


def _serve(generation: IndexGeneration) -> None:
    with client.faults_told():
        client.for_writing(Audience(generation.audience)).indices.put_settings(index=generation.name, settings=SERVING)


def _repair(generation: IndexGeneration) -> None:
    """Compare, write what differs, compare again. Raises GenerationRefused when it does not come to rest."""
    target = target_of(generation)
    for attempt in range(MOST_ROUNDS):
        ENGINE.refresh(target)
        found = list(differences(target))
        if not found:
            return
        if attempt:
            repair(target, found)
        for batch in batches(found, AT_ONCE):
            _write_again(target, batch)
        _renew(generation, generation.written)
    raise GenerationRefused("The index and the records do not agree; see check_indexes.")


def _write_again(target: Generation, found: list[Difference]) -> None:
    orders = [one.order for one in found]
    bring_up_to_date(orders, timezone.localdate())
    entries, _faults = entries_of(orders)
    made = {order for order, _version, _document in entries}
    ENGINE.send(target, entries)
    owned = set(IndexItem.objects.filter(order__in=orders).values_list("order", flat=True))
    ENGINE.remove(target, [order for order in orders if order not in made and order not in owned])


def _swap(generation: IndexGeneration) -> None:
    """Let the alias point here and nowhere else, then write down what is live; the former one is closed and kept."""
    audience = Audience(generation.audience)
    former = IndexGeneration.objects.filter(audience=audience, stage=GenerationStage.LIVE).first()
    alias = read_alias(audience)
    with client.faults_told():
        reach = client.for_writing(audience)
        elsewhere = {"remove": {"index": f"{alias}-*", "alias": alias, "must_exist": False}}
        reach.indices.update_aliases(actions=[elsewhere, {"add": {"index": generation.name, "alias": alias}}])
    now = timezone.now()
    with transaction.atomic():
        if former is not None:
            IndexGeneration.objects.filter(pk=former.pk).update(stage=GenerationStage.RETIRED, changed=now)
        IndexGeneration.objects.filter(pk=generation.pk).update(
            stage=GenerationStage.LIVE, lease="", leased_until=None, changed=now
        )
    generation.refresh_from_db()
    if former is not None:
        with suppress(SearchUnavailable), client.faults_told():
            reach.indices.close(index=former.name)


def _retire(generation: IndexGeneration) -> None:
    IndexGeneration.objects.filter(pk=generation.pk).update(
        stage=GenerationStage.RETIRED, lease="", leased_until=None, changed=timezone.now()
    )


def _discard(generation: IndexGeneration) -> None:
    """Delete the index and its row; an engine that is away keeps an index nobody reads, which the row then names."""
    audience = Audience(generation.audience)
    try:
        with client.faults_told():
            client.for_writing(audience).options(ignore_status=404).indices.delete(index=generation.name)
    except SearchUnavailable:
        _retire(generation)
        return
    IndexGeneration.objects.filter(pk=generation.pk).delete()
