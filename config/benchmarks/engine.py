"""What a search engine costs beside the database index: building, following, comparing, asking. `bench --engine`.

Both sides of each ratio come from one run on one node. Each case has a report of invented text, as real ones do.
"""

from __future__ import annotations

import itertools
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from elasticsearch import helpers

from accounts.models import Department, User
from casework.actors import SYSTEM
from casework.audience import Audience
from casework.events import record_event
from casework.saving import save_record
from config.benchmarks.population import insert, sentence
from config.benchmarks.searching import FREQUENT, RARE
from config.benchmarks.timing import compare
from integrity.models import Case, InvestigationReport
from search import registry
from search.backends import client
from search.backends.base import Backend, RawPage, Reader
from search.backends.mappings import BUILDING, mapping
from search.backends.names import read_alias
from search.engine_checking import check_engine
from search.generations import build
from search.indexing import batches, rebuild
from search.models import EngineWrite, IndexItem
from search.queries import Query, parse
from search.results import reader_for
from search.syncing import ENGINE, drain_engine, entries_of, mark_for_engine

WORDS = FREQUENT + RARE
INSIDE = Audience.INTERNAL
AT_ONCE = 500
DRAINED = 20_000


@dataclass(frozen=True)
class Measured:
    """One ratio with what it was made of. `target` says which way is good."""

    question: str
    sides: str
    ours: float
    other: float
    unit: str
    target: str
    note: str = ""

    @property
    def ratio(self) -> float:
        return round(self.ours / self.other, 2) if self.other else 0.0


def fill(officer: User, *, length: int = 300, seed: int = 17) -> None:
    """A report for every case, and the index of the database."""
    dice, today = random.Random(seed), timezone.localdate()
    written = {"version": 1, "made_on": today, "recorded_at": timezone.now(), "recorded_by": officer}
    insert(
        InvestigationReport,
        (
            InvestigationReport(case_id=pk, text=sentence(dice, length), **written)
            for pk in list(Case.objects.order_by("pk").values_list("pk", flat=True))
        ),
    )
    rebuild(on=today)


def measure(officer: User, *, runs: int, substrings: int) -> list[Measured]:
    """All questions, in an order in which none disturbs the next. Removes the indexes it made."""
    person = reader_for(officer, INSIDE, timezone.localdate())
    try:
        build(INSIDE)
        raw = _raw_bulk()
        rebuilt = _per_second(lambda: build(INSIDE).written)
        return [
            Measured("rebuild", "with records, versions, comparison ÷ helpers.bulk of ready JSON", rebuilt, raw,
                     "rows/s", "≥ 0.35"),
            *_asking(person, 5 * runs),
            _asking_while_building(person, runs),
            Measured("drain of the outbox", "ours ÷ helpers.bulk of ready JSON", _drained(), raw, "rows/s", "≥ 0.3"),
            Measured("checker", "check_indexes ÷ rebuild", _per_second(_checked), rebuilt, "rows/s", "≥ 10"),
            _lag(2 * runs),
            *_recall(substrings),
        ]  # fmt: skip
    finally:
        _remove_indexes()


# Writing


def _raw_bulk() -> float:
    """The most this client and node do with documents that are ready, ids and versions included."""
    lines: Any = list(_ready_lines())
    name, reach = f"{read_alias(INSIDE)}-raw", client.for_writing(INSIDE)
    reach.indices.create(index=name, mappings=mapping(), settings=BUILDING)

    def send() -> int:
        done, _errors = helpers.bulk(
            reach, lines, index=name, chunk_size=AT_ONCE, expand_action_callback=lambda line: line
        )
        reach.indices.refresh(index=name)
        return int(done)

    speed = _per_second(send)
    reach.indices.delete(index=name)
    return speed


def _ready_lines() -> Iterator[tuple[dict[str, Any], str]]:
    orders = IndexItem.objects.filter(audience=INSIDE, is_present=True).order_by("order")
    for batch in batches(orders.values_list("order", flat=True), AT_ONCE):
        for order, version, document in entries_of(batch)[0]:
            action = {"index": {"_id": str(order), "version": version, "version_type": "external_gte"}}
            yield action, json.dumps(document, ensure_ascii=False)


def _drained() -> float:
    orders = IndexItem.objects.filter(audience=INSIDE, is_present=True).order_by("order")
    mark_for_engine(INSIDE, list(orders.values_list("order", flat=True)[:DRAINED]))
    return _per_second(drain_engine, most=DRAINED)


def _checked() -> int:
    outcomes = check_engine()
    if any(outcome.faults for _name, outcome in outcomes):
        raise RuntimeError("the engine differs from the records")
    return sum(outcome.checked for _name, outcome in outcomes)


def _per_second(work: Callable[..., int], **arguments: int) -> float:
    start = time.perf_counter()
    done = work(**arguments)
    return done / (time.perf_counter() - start)


# Asking


def _asking(person: Reader, runs: int) -> list[Measured]:
    """Newest twenty, as everybody gets them: on the engine with and without the filter, and on the database."""
    found = compare(
        {
            "engine": _turns(lambda query: ENGINE.search(query, person)),
            "unfiltered": _turns(_unfiltered),
            "database": _turns(lambda query: registry.BACKEND.search(query, person)),
        },
        runs=runs,
    )
    engine, unfiltered, database = (found[name].p95 for name in ("engine", "unfiltered", "database"))
    return [
        Measured("search top 20, p95", "with access ÷ without", engine, unfiltered, "ms", "≤ 1.3"),
        Measured("search top 20, p95", "engine ÷ database backend", engine, database, "ms", "—"),
    ]


def _turns(ask: Callable[[Query], object]) -> Callable[[], object]:
    turn = itertools.cycle(WORDS)
    return lambda: ask(parse(next(turn)))


def _unfiltered(query: Query) -> object:
    phrases = [{"match_phrase": {"text": {"query": " ".join(one.terms)}}} for one in query.phrases]
    return client.for_reading(INSIDE).search(
        index=read_alias(INSIDE),
        query={"bool": {"filter": phrases}},
        sort=[{"order": "desc"}],
        size=query.limit + 1,
        source=False,
        track_total_hits=False,
    )


def _asking_while_building(person: Reader, runs: int) -> Measured:
    """The same questions while another process builds the index anew. Every answer is compared with that of before."""
    queries = [parse(words) for words in WORDS]
    expected = {query: ENGINE.search(query, person) for query in queries}
    idle = [_timed(query, person)[0] for _run in range(runs) for query in queries]
    wrong, busy = 0, []
    with _beside("migrate_indexes", "--force", "--audience", "internal") as builder:
        while builder.poll() is None:
            for query in queries:
                seconds, page = _timed(query, person)
                busy.append(seconds)
                wrong += page != expected[query]
        if builder.returncode:
            raise RuntimeError("the rebuild failed")
    note = f"{len(busy)} searches, {wrong} wrong answers"
    return Measured("search during a rebuild, p95", "during ÷ idle", _p95(busy), _p95(idle), "ms", "≤ 2", note)


def _timed(query: Query, person: Reader) -> tuple[float, RawPage]:
    start = time.perf_counter()
    page = ENGINE.search(query, person)
    return (time.perf_counter() - start) * 1000, page


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


# From the commit to the hit


def _lag(changes: int) -> Measured:
    """Seconds from before the commit of a governed change until the engine finds it, with the worker at its own pace."""
    everybody = _everybody()
    changed = list(Case.objects.select_related("dossier").order_by("-pk")[: changes + 1])
    with _beside("index_pending", "--loop"):
        # The first change waits for the worker to be up.
        lags = [_seconds_until_found(case, everybody) for case in changed][1:]
    note = f"{len(lags)} changes, median {statistics.median(lags):.2f} s"
    return Measured("lag from commit to hit, p95", "seconds ÷ 1", _p95(lags), 1.0, "s", "< 2", note)


def _seconds_until_found(case: Case, person: Reader, *, at_most: float = 60.0) -> float:
    word = f"lag{case.pk}"
    start = time.perf_counter()
    with transaction.atomic():
        case.title = f"{case.title}，{word}"
        save_record(case, by=SYSTEM, reason="bench", fields=["title"])
        record_event(dossier=case.dossier, type="respondent_added", by=SYSTEM, subject=case)
    while not ENGINE.search(parse(word), person).orders:
        if time.perf_counter() - start > at_most:
            raise RuntimeError(f"not found within {at_most:.0f} s; {EngineWrite.objects.count()} rows wait")
        time.sleep(0.01)
    return time.perf_counter() - start


def _everybody() -> Reader:
    """A reader of all departments of the population."""
    tokens = frozenset(f"d{pk}" for pk in Department.objects.values_list("pk", flat=True))
    return Reader(INSIDE, tokens, clearance=3, deny_token="", day=timezone.localdate())


# Right answers


def _recall(substrings: int, *, seed: int = 23) -> list[Measured]:
    """Random pieces of two to six characters: what each engine finds, against what the texts hold."""
    dice = random.Random(seed)
    orders = dict(IndexItem.objects.filter(kind="case").values_list("record_pk", "order"))
    texts = list(InvestigationReport.objects.order_by("?").values_list("text", flat=True)[:substrings])
    person = _everybody()
    backends: Mapping[str, Backend] = {"engine": ENGINE, "database": registry.BACKEND}
    right, found, wanted = dict.fromkeys(backends, 0), dict.fromkeys(backends, 0), 0
    for text in texts:
        length = dice.randint(2, 6)
        at = dice.randrange(len(text) - length)
        piece = text[at : at + length]
        holding = Case.objects.filter(Q(title__contains=piece) | Q(reports__text__contains=piece))
        expected = {orders[str(pk)] for pk in holding.values_list("pk", flat=True)}
        wanted += len(expected)
        for name, backend in backends.items():
            answer = set(_all(backend, parse(piece), person))
            found[name] += len(answer)
            right[name] += len(answer & expected)
    return [
        measured
        for name in backends
        for measured in (
            Measured(f"recall of {len(texts)} substrings", f"{name} ÷ SQL", right[name], wanted, "hits", "1.0"),
            Measured(f"precision of {len(texts)} substrings", f"{name}: right ÷ found", right[name], found[name],
                     "hits", "1.0"),
        )
    ]  # fmt: skip


def _all(backend: Backend, query: Query, person: Reader, *, at_once: int = 5_000) -> Iterator[int]:
    after: int | None = None
    while True:
        orders = backend.search(query.from_order(after, at_once), person).orders
        yield from orders[:at_once]
        if len(orders) <= at_once:
            return
        after = orders[at_once - 1]


# Around it


@contextmanager
def _beside(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process of ours on the same database and the same indexes."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _remove_indexes() -> None:
    reach = client.for_writing(INSIDE)
    for name in reach.indices.get(index=f"{settings.SEARCH_ENGINE_PREFIX}-*", expand_wildcards="all"):
        reach.indices.delete(index=name)
