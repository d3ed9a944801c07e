"""Rows and queries on an engine of version 8: one index per audience, the access filter inside the same bool.filter.

Newest first by order number, nothing is scored, so no answer depends on rows the reader may not see (S9). Rows whose
change the engine has not acknowledged are excluded from every answer, because counts cannot be read again (S26).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query as Condition

from casework.audience import Audience
from search.backends import client
from search.backends.base import (
    Generation,
    Health,
    IndexRow,
    RawPage,
    Reader,
    SearchUnavailable,
    Stamp,
    Totals,
    WriteReport,
)
from search.backends.mappings import STORED, body, tombstone
from search.backends.names import read_alias, write_alias
from search.models import EngineWrite
from search.queries import TOTAL_CAP, Phrase, Query

MOST_WAITING = 1_000
MOST_ROWS, MOST_BYTES = 500, 8_000_000
_STAMPS_AT_ONCE = 10_000  # the most an index gives at once
_KEPT = "2m"


class ElasticsearchBackend:
    """`Generation.name` says which index is written or read for stamps; searches read the alias of the audience."""

    name = "elasticsearch"

    def write(self, target: Generation, rows: Sequence[IndexRow]) -> WriteReport:
        """Send rows with their versions; an older version than the engine holds is stale, which is as good as done."""
        return self.send(target, [(row.order, row.version, body(row)) for row in rows])

    def bury(self, target: Generation, versions: Mapping[int, int]) -> WriteReport:
        """Put tombstones in the place of rows that must not be found: order number → version."""
        return self.send(target, [(order, version, tombstone(order, version)) for order, version in versions.items()])

    def remove(self, target: Generation, orders: Sequence[int]) -> WriteReport:
        """Take away rows nobody owns. For rows that have an owner see `bury`."""
        actions: list[Any] = [json.dumps({"delete": {"_id": str(order)}}) for order in orders]
        return self._bulk(target, actions, list(orders)) if orders else WriteReport()

    def tidy(self, target: Generation) -> None:
        """Nothing to do: the engine merges on its own, and tombstones go with the next generation."""

    def send(self, target: Generation, entries: Sequence[tuple[int, int, Mapping[str, Any]]]) -> WriteReport:
        """Order number, version and document of each row, in pieces the engine takes. Raises SearchUnavailable."""
        reports: list[WriteReport] = []
        lines: list[Any] = []
        orders: list[int] = []
        size = 0
        for order, version, document in entries:
            action = {"index": {"_id": str(order), "version": version, "version_type": "external_gte"}}
            pair = [json.dumps(action), json.dumps(document, ensure_ascii=False)]
            lines += pair
            orders.append(order)
            size += len(pair[1])
            if len(orders) >= MOST_ROWS or size >= MOST_BYTES:
                reports.append(self._bulk(target, lines, orders))
                lines, orders, size = [], [], 0
        if orders:
            reports.append(self._bulk(target, lines, orders))
        return merged(reports)

    def refresh(self, target: Generation) -> None:
        """Let searches see what was acknowledged. Raises SearchUnavailable."""
        with client.faults_told():
            client.for_writing(target.audience).indices.refresh(index=target.name)

    def search(self, query: Query, reader: Reader, within: float | None = None) -> RawPage:
        """Order numbers under the reader's filter, one more than asked. `within` so many seconds, the usual wait unless told
        otherwise. Raises SearchUnavailable."""
        if not reader.principals:
            return RawPage()
        wanted = self._question(query, reader).sort("-order")
        wanted = wanted.extra(size=query.limit + 1, track_total_hits=False)
        if query.after is not None:
            wanted = wanted.extra(search_after=[query.after])
        answer = self._ask(wanted, reader.audience, within)
        with client.faults_told():
            return RawPage(tuple(int(hit["sort"][0]) for hit in answer["hits"]["hits"]))

    def totals(self, query: Query, reader: Reader, within: float | None = None) -> Totals:
        """Counts under the same filter, up to the cap. Raises SearchUnavailable."""
        if not reader.principals:
            return Totals()
        wanted = self._question(query, reader).extra(size=0, track_total_hits=TOTAL_CAP + 1)
        wanted.aggs.bucket("kinds", "terms", field="kind", size=50)
        wanted.aggs.bucket("years", "terms", field="year", size=100)
        answer = self._ask(wanted, reader.audience, within)
        with client.faults_told():
            count = int(answer["hits"]["total"]["value"])
            if count > TOTAL_CAP:
                return Totals(TOTAL_CAP, is_capped=True)
            found = answer["aggregations"]
            by_kind = {str(one["key"]): int(one["doc_count"]) for one in found["kinds"]["buckets"]}
            by_year = {int(one["key"]): int(one["doc_count"]) for one in found["years"]["buckets"]}
        return Totals(count, by_kind=by_kind, by_year=by_year)

    def stamps(self, target: Generation) -> Iterator[Stamp]:
        """What the index holds, by order number, tombstones too (hashes empty), as it was at one moment. While one page is
        read the next is on its way."""
        reach = client.for_writing(target.audience)
        with client.faults_told():
            moment = reach.open_point_in_time(index=target.name, keep_alive=_KEPT)["id"]
        try:
            with ThreadPoolExecutor(max_workers=1) as fetcher:
                coming = fetcher.submit(_stamps_after, reach, moment, None)
                while (page := coming.result())[1] is not None:
                    coming = fetcher.submit(_stamps_after, reach, moment, page[1])
                    yield from page[0]
                yield from page[0]
        finally:
            with suppress(SearchUnavailable), client.faults_told():
                reach.close_point_in_time(id=moment)

    def health(self) -> Health:
        """Whether it answers, and its version. Never raises: `GET /` may be missing on the smallest node."""
        try:
            with client.faults_told():
                reach = client.for_reading(Audience.INTERNAL)
                status = reach.cluster.health()["status"]
                nodes = reach.nodes.info(filter_path="nodes.*.version")["nodes"]
                versions = sorted({str(node["version"]) for node in nodes.values()})
        except SearchUnavailable as problem:
            return Health(False, str(problem))
        return Health(True, f"Elasticsearch {', '.join(versions)} ({status})")

    def _question(self, query: Query, reader: Reader) -> Search:
        """The one filter: words, principals, clearance, day; exclusions, tombstones and waiting rows out."""
        conditions: list[Condition] = [_anywhere(phrase) for phrase in query.phrases]
        conditions.append(Q("terms", acl=sorted(reader.principals)))
        conditions.append(Q("range", secrecy={"lte": reader.clearance}))
        conditions.append(Q("term", deleted=False))
        if query.kind:
            conditions.append(Q("term", kind=query.kind))
        conditions += _period(query)
        refused: list[Condition] = [Q("terms", deny=[reader.deny_token])] if reader.deny_token else []
        hidden = reader.waiting | self._unacknowledged(reader.audience)
        if len(hidden) > MOST_WAITING:
            raise SearchUnavailable("too many rows wait")
        if hidden:
            refused.append(Q("terms", order=sorted(hidden)))
        return Search().query("bool", filter=conditions, must_not=refused)

    def _unacknowledged(self, audience: Audience) -> frozenset[int]:
        rows = EngineWrite.objects.filter(audience=audience).order_by("order")
        return frozenset(rows.values_list("order", flat=True)[: MOST_WAITING + 1])

    def _ask(self, wanted: Search, audience: Audience, within: float | None) -> Mapping[str, Any]:
        reach = client.for_reading(audience)
        with client.faults_told():
            answer = (reach if within is None else reach.options(request_timeout=within)).search(
                index=read_alias(audience),
                body={"timeout": "2s", "_source": False, **wanted.to_dict()},
                allow_partial_search_results=False,
            )
            if answer["timed_out"] or answer["_shards"]["failed"]:
                raise SearchUnavailable("no whole answer")
            return answer.body

    def _bulk(self, target: Generation, lines: list[Any], orders: list[int]) -> WriteReport:
        with client.faults_told():
            answer = client.for_writing(target.audience).bulk(
                operations=lines, index=write_alias(target.name), require_alias=True
            )
            items = [next(iter(item.values())) for item in answer["items"]]
            if len(items) != len(orders):
                raise SearchUnavailable("an answer for other rows")
            return _report(orders, items, is_removal=len(lines) == len(orders))


def merged(reports: Sequence[WriteReport]) -> WriteReport:
    parts = ("done", "stale", "retry", "poison")
    return WriteReport(**{part: tuple(order for one in reports for order in getattr(one, part)) for part in parts})


def _report(orders: Sequence[int], items: Sequence[Mapping[str, Any]], *, is_removal: bool) -> WriteReport:
    """A conflict means that the engine knows better, a block on the index passes; what the row itself is to blame for
    is poison (S31)."""
    kinds: dict[str, list[int]] = {"done": [], "stale": [], "retry": [], "poison": []}
    for order, item in zip(orders, items, strict=True):
        kinds[_outcome(int(item["status"]), item.get("error"), is_removal=is_removal)].append(order)
    return WriteReport(**{kind: tuple(found) for kind, found in kinds.items()})


def _outcome(status: int, error: Any, *, is_removal: bool) -> str:
    if status < 300 or (status == 404 and is_removal):
        return "done"
    if status == 409:
        return "stale"
    # A closed index answers 400 too, and is not the row's fault.
    return "poison" if status == 400 and error["type"] != "index_closed_exception" else "retry"


def _anywhere(phrase: Phrase) -> Condition:
    if phrase.alternatives:
        return Q("bool", should=[_exactly(way) for way in phrase.ways], minimum_should_match=1)
    return _exactly(phrase)


def _exactly(phrase: Phrase) -> Condition:
    if phrase.is_prefix:
        return Q("prefix", text={"value": phrase.text})
    if len(phrase.terms) == 1:
        return Q("term", text=phrase.text)
    return Q("match_phrase", text={"query": " ".join(phrase.terms), "analyzer": "whitespace"})


def _period(query: Query) -> list[Condition]:
    if query.year is None:
        return []
    first, last = (query.month, query.month) if query.month else (1, 12)
    from_day, to_day = (query.day, query.day) if query.day else (1, 31)
    low = query.year * 10_000 + first * 100 + from_day
    return [Q("range", day={"gte": low, "lte": query.year * 10_000 + last * 100 + to_day})]


def _stamps_after(reach: Elasticsearch, moment: str, after: list[Any] | None) -> tuple[list[Stamp], list[Any] | None]:
    """One page, and where the next begins, None after the last. Runs beside the thread that reads: touches no database."""
    with client.faults_told():
        answer = reach.search(
            pit={"id": moment, "keep_alive": _KEPT},
            size=_STAMPS_AT_ONCE,
            sort=[{"order": "asc"}],
            search_after=after,
            source={"includes": STORED},
            version=True,
            track_total_hits=False,
            allow_partial_search_results=False,
        )
        hits = answer["hits"]["hits"]
        return [_stamp(hit) for hit in hits], hits[-1]["sort"] if len(hits) == _STAMPS_AT_ONCE else None


def _stamp(hit: Mapping[str, Any]) -> Stamp:
    source = hit["_source"]
    return Stamp(source["order"], source["version"], source["content_hash"], source["access_hash"], hit["_version"])
