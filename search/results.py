"""From a query to what may be shown: hits are read again through the same door as every list, then counted and cut.

The index only proposes. A hit the door does not open is dropped, the totals of that answer are withheld, and its row
is brought up to date (S24).
"""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from casework.access import principals_of
from casework.audience import Audience
from casework.references import as_written
from search import registry
from search.backends.base import RawPage, Reader, Totals
from search.documents.base import Card, Document
from search.engines import Answering
from search.highlight import Part, cuts, mark
from search.indexing import bring_up_to_date, waiting
from search.models import IndexItem
from search.queries import Phrase, Query
from search.syncing import mark_for_engine

Ask = Callable[[Query, Reader], RawPage]
MOST_ROUNDS = 5
MOST_EXACT = 5
_log = logging.getLogger("search")


@dataclass(frozen=True, slots=True)
class Hit:
    """One record to show. `order` is its place in the list, 0 for an exact number, which has none. `similar_url`: where
    records like it are listed, empty for kinds that are not compared."""

    kind: str
    label: Any
    card: Card
    title: list[Part]
    cuts: list[list[Part]]
    day: dt.date
    is_partial: bool = False
    order: int = 0
    similar_url: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `totals` is None when they are withheld, `last_order` is set when there is a next page. `is_degraded`:
    the engine should have answered, and the database did."""

    hits: tuple[Hit, ...]
    totals: Totals | None
    last_order: int | None
    is_degraded: bool = False


@dataclass(frozen=True, slots=True)
class _Gathered:
    """One page that was read again, not counted yet."""

    hits: tuple[Hit, ...]
    was_dropped: bool
    last_order: int | None


def reader_for(user: User, audience: Audience, on: dt.date) -> Reader:
    """Who asks, in the terms of the index. The same person carries the same tokens everywhere."""
    return Reader(
        audience=audience,
        principals=principals_of(user, on),
        clearance=user.clearance,
        deny_token=f"u{user.pk}",
        day=on,
        waiting=waiting(on),
    )


def public_reader(on: dt.date) -> Reader:
    """Somebody without an account, in the public index."""
    return Reader(Audience.PUBLIC, frozenset({"everyone"}), clearance=0, deny_token="", day=on, waiting=waiting(on))


def find(query: Query, *, user: User, audience: Audience, on: dt.date) -> Found:
    """One page of what this person may see, newest first, with totals. Raises SearchUnavailable."""
    reader = reader_for(user, audience, on)
    engine = Answering(audience, is_counted=True)
    read = _gather(engine.search, query, reader, user)
    totals = None if read.was_dropped else engine.totals(query, reader)
    return Found(read.hits, totals, read.last_order, engine.is_degraded)


def find_uncounted(query: Query, *, user: User, audience: Audience, on: dt.date) -> Found:
    """The same page where nobody asks how many there are: suggestions, files, alerts. Raises SearchUnavailable."""
    engine = Answering(audience)
    read = _gather(engine.search, query, reader_for(user, audience, on), user)
    return Found(read.hits, None, read.last_order, engine.is_degraded)


def find_public(query: Query, *, on: dt.date) -> Found:
    """What anybody may see. Always from the database: the public side depends on no engine. Raises SearchUnavailable."""
    reader = public_reader(on)
    read = _gather(registry.BACKEND.search, query, reader, None)
    totals = None if read.was_dropped else registry.BACKEND.totals(query, reader)
    return Found(read.hits, totals, read.last_order)


def find_exact(text: str, *, user: User | None, audience: Audience, on: dt.date) -> tuple[Hit, ...]:
    """Records whose number, DOI or credit code is exactly this text, whatever brackets were typed."""
    number = as_written(text)
    found: list[Hit] = []
    for document in registry.documents_of(audience):
        records = document.visible(user, on).filter(document.exact(number)).distinct().order_by("-pk")[:MOST_EXACT]
        found.extend(hit_of(document, record, ()) for record in records)
    return tuple(found[:MOST_EXACT])


def write_again(dropped: Collection[int], reader: Reader) -> None:
    """Bring rows up to date that the index proposed and the door of the lists did not open."""
    if dropped:
        _log.warning("search: %s hits dropped when read again", len(dropped))
        bring_up_to_date(dropped, reader.day)
        mark_for_engine(reader.audience, dropped)


def _gather(search: Ask, query: Query, reader: Reader, user: User | None) -> _Gathered:
    """Ask until the page is full of hits that may be shown, or nothing is left."""
    hits: list[Hit] = []
    dropped: list[int] = []
    after, has_more = query.after, True
    for _round in range(MOST_ROUNDS):
        wanted = query.limit - len(hits)
        orders = search(query.from_order(after, wanted), reader).orders
        has_more = len(orders) > wanted
        shown = _read_again(orders[:wanted], query.phrases, user, reader.audience, reader.day)
        hits.extend(shown)
        dropped.extend(set(orders[:wanted]) - {hit.order for hit in shown})
        if not has_more or len(hits) == query.limit:
            break
        after = orders[wanted - 1]
    write_again(dropped, reader)
    return _Gathered(tuple(hits), bool(dropped), hits[-1].order if hits and has_more else None)


def _read_again(
    orders: Iterable[int], phrases: tuple[Phrase, ...], user: User | None, audience: Audience, on: dt.date
) -> list[Hit]:
    return [
        hit_of(document, record, phrases, item.order, is_partial=item.is_partial)
        for item, document, record in records_behind(orders, user, audience, on)
    ]


def records_behind(
    orders: Iterable[int], user: User | None, audience: Audience, on: dt.date
) -> list[tuple[IndexItem, Document, Any]]:
    """The records behind these order numbers that this person may see now, in the same order: the door of every list."""
    items = {item.order: item for item in IndexItem.objects.filter(order__in=orders, audience=audience)}
    records: dict[tuple[str, str], Any] = {}
    for document in registry.documents_of(audience):
        keys = [item.record_pk for item in items.values() if item.kind == document.kind]
        if keys:
            visible = document.visible(user, on).filter(pk__in=keys)
            records |= {(document.kind, str(record.pk)): record for record in visible}
    found = []
    for order in orders:
        item = items.get(order)
        record = records.get((item.kind, item.record_pk)) if item else None
        if item and record is not None and registry.DOCUMENTS[item.kind].is_live(record, on):
            found.append((item, registry.DOCUMENTS[item.kind], record))
    return found


def hit_of(
    document: Document, record: Any, phrases: tuple[Phrase, ...], order: int = 0, *, is_partial: bool = False
) -> Hit:
    """A record as it is shown, the places of these phrases marked."""
    card = document.card(record)
    told = {card.title, card.reference}
    places = [cut for text in document.texts(record) if text not in told for cut in cuts(text, phrases)]
    return Hit(
        kind=document.kind,
        label=document.label,
        card=card,
        title=mark(card.title, phrases),
        cuts=places[:3],
        day=document.filing_day(record),
        is_partial=is_partial,
        order=order,
        similar_url=reverse("search:similar", args=[document.kind, record.pk]) if document.telling else "",
    )
