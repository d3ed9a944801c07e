"""F10: the engine away in every way the fault proxy knows, a worker beside. Case work goes on, search answers in time."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from casework.audience import Audience
from integrity.actions import leads
from search import engines, syncing
from search.backends.base import INDEXES, SearchUnavailable
from search.checking import compare
from search.enums import GenerationStage
from search.indexing import drain
from search.models import EngineWrite, IndexGeneration, IndexItem
from search.queries import parse
from search.results import find
from search.syncing import drain_engine, mark_for_engine
from tests.factories.cases import case_at, case_opened
from tests.factories.decisions import decision_at
from tests.factories.leads import TICKS, report
from tests.factories.people import person
from tests.faults import Fault, FaultProxy

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db(transaction=True)]
FAULTS = [fault for fault in Fault if fault != Fault.PASS]
SECONDS = {True: 5.0, False: 600.0 / len(FAULTS)}
CONVERGES_IN = 60.0


class Worker(threading.Thread):
    """What `index_pending --loop` does, with short pauses."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stop = threading.Event()
        self.problems: list[str] = []

    def run(self) -> None:
        while not self.stop.wait(0.2):
            try:
                drain()
                with suppress(SearchUnavailable):
                    drain_engine()
            except Exception as problem:
                self.problems.append(repr(problem))
        connections.close_all()


class Desk:
    """An office at work: each step is timed, and what fails is kept."""

    def __init__(self) -> None:
        self.intake, self.head, self.officer = person(Role.INTAKE), person(Role.HEAD), person(Role.OFFICER)
        self.times: dict[str, list[float]] = {"pass": [], "fault": []}
        self.failed: list[str] = []

    def work(self, when: str) -> None:
        """A lead comes in, is summarised, accepted, and becomes a case."""
        lead = self._step(when, lambda: report()[0])
        self._step(when, lambda: leads.summarise(lead=lead, summary="论文图片重复使用", by=self.intake))
        self._step(when, lambda: leads.accept(lead=lead, ticks=TICKS, handler=self.officer, by=self.intake))
        self._step(when, lambda: case_opened(self.officer, leads=[lead]))

    def decide(self) -> None:
        try:
            decision_at("effective", case=case_at("deliberation", officer=self.officer))
        except Exception as problem:
            self.failed.append(repr(problem))

    def _step(self, when: str, act: Callable[[], Any]) -> Any:
        started = time.monotonic()
        try:
            return act()
        except Exception as problem:
            self.failed.append(repr(problem))
            raise
        finally:
            self.times[when].append(time.monotonic() - started)


@pytest.fixture
def proxy(engine: Any, engine_url: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    monkeypatch.setattr(engines, "BREAKER", engines.Breaker())
    with FaultProxy(engine_url) as one:
        settings.SEARCH_ENGINE_URL = one.url
        settings.SEARCH_ENGINE_WRITE_SECONDS = 5.0
        yield one
        one.switch(Fault.PASS)
        engine.forget()


def test_f10(proxy: FaultProxy, engine: Any, is_short: bool, note: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    desk.work("pass")
    desk.times["pass"].clear()
    drain()
    engine.build(*INDEXES)
    monkeypatch.setattr(syncing, "body", _with_poison(_first_order()))
    worker = Worker()
    worker.start()
    answers: list[float] = []
    told, asked, converged = 0, 0, []
    try:
        for fault in FAULTS:
            _busy(desk, "pass", SECONDS[is_short] / 2)
            proxy.switch(fault)
            until = time.monotonic() + SECONDS[is_short]
            while time.monotonic() < until:
                desk.work("fault")
                seconds, is_degraded = _ask(desk.head)
                answers.append(seconds)
                asked, told = asked + 1, told + is_degraded
            desk.decide()
            proxy.switch(Fault.PASS)
            converged.append(_seconds_until_converged())
    finally:
        worker.stop.set()
        worker.join()
    parked = list(EngineWrite.objects.filter(is_parked=True).values_list("order", flat=True))
    monkeypatch.undo()
    mark_for_engine(Audience.INTERNAL, parked)
    drain_engine()
    differences = len(compare(on=timezone.localdate()).faults)
    for live in IndexGeneration.objects.filter(stage=GenerationStage.LIVE):
        differences += len(engine.differences(live))
    note(
        "F10",
        "every fault",
        faults=len(FAULTS),
        seconds_each=round(SECONDS[is_short], 1),
        writes=sum(map(len, desk.times.values())),
        failed=len(desk.failed),
        p95_pass=_p95(desk.times["pass"]),
        p95_fault=_p95(desk.times["fault"]),
        median_pass=_ms(statistics.median(desk.times["pass"])),
        median_fault=_ms(statistics.median(desk.times["fault"])),
        searches=asked,
        told=told,
        slowest_search=round(max(answers), 2),
        slowest_converged=round(max(converged), 1),
        parked=len(parked),
        differences=differences,
        worker_problems=len(worker.problems),
    )
    assert (desk.failed, differences, len(parked)) == ([], 0, 1)
    assert max(answers) < 2.5
    assert max(converged) < CONVERGES_IN


def _busy(desk: Desk, when: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        desk.work(when)


def _ask(user: User) -> tuple[float, bool]:
    started = time.monotonic()
    page = find(parse("图片"), user=user, audience=Audience.INTERNAL, on=timezone.localdate())
    return time.monotonic() - started, page.is_degraded


def _seconds_until_converged() -> float:
    """Until nothing waits any more but what is parked."""
    started = time.monotonic()
    while EngineWrite.objects.filter(is_parked=False).exists() and time.monotonic() - started < CONVERGES_IN:
        time.sleep(0.1)
    engines.BREAKER.succeeded()
    return time.monotonic() - started


def _first_order() -> int:
    return IndexItem.objects.filter(audience=Audience.INTERNAL).order_by("order").values_list("order", flat=True)[0]


def _with_poison(order: int) -> Callable[..., dict[str, Any]]:
    """One row the engine refuses for its own sake, whenever it is sent."""
    sound = syncing.body

    def body(row: Any) -> dict[str, Any]:
        made = sound(row)
        return made | {"unknown": "field"} if row.record_pk == str(_pk(order)) and row.kind == _kind(order) else made

    mark_for_engine(Audience.INTERNAL, [order])
    return body


def _pk(order: int) -> str:
    return IndexItem.objects.values_list("record_pk", flat=True).get(order=order)


def _kind(order: int) -> str:
    return IndexItem.objects.values_list("kind", flat=True).get(order=order)


def _p95(times: list[float]) -> float:
    return _ms(sorted(times)[int(len(times) * 0.95)])


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
