"""What those who keep the search must see: does the engine answer, how far is each index, what waits, what differed."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.audience import Audience
from search import registry
from search.backends.base import INDEXES, Health
from search.backends.mappings import shape_of
from search.engines import BREAKER, LONGEST_LAG, health, is_configured
from search.enums import GenerationStage
from search.models import EngineWrite, IndexGeneration, IndexItem, PendingIndex, ReconcileRun

MOST = 20
AUDIENCES = {Audience.INTERNAL: _("内部"), Audience.PARTNER: _("共享"), Audience.PUBLIC: _("公开")}
PROBLEMS = {
    "missing": _("缺少"),
    "stale": _("过时"),
    "forbidden": _("不应存在"),
    "extra": _("多余"),
    "stuck": _("未能编入"),
    "partial": _("只编入前一部分"),
}


@dataclass(frozen=True)
class Waiting:
    """Rows that are on their way to one index: how many, since when, and how many nobody tries any more."""

    count: int = 0
    since: dt.datetime | None = None
    parked: int = 0

    @property
    def is_late(self) -> bool:
        return self.since is not None and self.since < timezone.now() - LONGEST_LAG


@dataclass(frozen=True)
class IndexState:
    """One audience: rows that may be found, the index that answers, the one being built, retired ones, what waits."""

    label: Any
    rows: int
    live: IndexGeneration | None
    building: IndexGeneration | None
    retired: int
    is_current: bool
    waiting: Waiting


@dataclass(frozen=True)
class Run:
    """One comparison: what was compared, when, how many records, how many differences of each kind."""

    what: Any
    at: dt.datetime
    seconds: int
    checked: int
    counts: list[tuple[Any, int]] = field(default_factory=list)


@dataclass(frozen=True)
class State:
    """Everything the page shows. `answers`: the engine answers searches, or the database does in its place."""

    is_configured: bool
    health: Health
    answers: bool
    dossiers_waiting: int
    dossiers_stuck: int
    indexes: list[IndexState]
    parked: list[EngineWrite]
    runs: list[Run]


def state() -> State:
    """Read it all. Asks the engine once for its health, at most two seconds."""
    pending = PendingIndex.objects.aggregate(count=Count("pk"), stuck=Count("pk", filter=~Q(problem="")))
    indexes = list(_indexes()) if is_configured() else []
    told = health()
    return State(
        is_configured=is_configured(),
        health=told,
        answers=told.is_available and not BREAKER.is_open and all(_answers(one) for one in indexes),
        dossiers_waiting=pending["count"],
        dossiers_stuck=pending["stuck"],
        indexes=indexes,
        parked=list(EngineWrite.objects.filter(is_parked=True).order_by("since", "order")[:MOST]),
        runs=[_run(run) for run in ReconcileRun.objects.order_by("-started", "-pk")[:MOST]],
    )


def _answers(one: IndexState) -> bool:
    return one.is_current and not one.waiting.is_late


def _indexes() -> Iterator[IndexState]:
    rows = dict(
        IndexItem.objects.filter(is_present=True).values_list("audience").annotate(count=Count("pk")).order_by()
    )
    waits = {one["audience"]: one for one in _waits()}
    kept: dict[int, list[IndexGeneration]] = {audience: [] for audience in INDEXES}
    for generation in IndexGeneration.objects.order_by("begun"):
        kept[generation.audience].append(generation)
    for audience in INDEXES:
        stages = {one.stage: one for one in kept[audience]}
        live = stages.get(GenerationStage.LIVE)
        told = waits.get(audience, {})
        yield IndexState(
            label=AUDIENCES[audience],
            rows=rows.get(audience, 0),
            live=live,
            building=stages.get(GenerationStage.BUILDING),
            retired=sum(one.stage == GenerationStage.RETIRED for one in kept[audience]),
            is_current=live is not None and live.schema == shape_of(audience),
            waiting=Waiting(told.get("count", 0), told.get("oldest"), told.get("parked", 0)),
        )


def _waits() -> Any:
    moving = Q(is_parked=False)
    return (
        EngineWrite.objects.order_by()
        .values("audience")
        .annotate(
            count=Count("pk", filter=moving), oldest=Min("since", filter=moving), parked=Count("pk", filter=~moving)
        )
    )


def _run(run: ReconcileRun) -> Run:
    counts = Counter(str(problem) for problem, _kind, _key in run.drift)
    seconds = max(0, round((run.finished - run.started).total_seconds()))
    told = [(PROBLEMS.get(problem, problem), number) for problem, number in sorted(counts.items())]
    return Run(_what(run.engine), run.started, seconds, run.checked, told)


def _what(engine: str) -> Any:
    """The words for what was compared: the database's own index, or an audience on the engine by the index name."""
    if engine == registry.BACKEND.name:
        return _("数据库检索")
    return next((label for audience, label in AUDIENCES.items() if f"-{audience.name.lower()}-" in engine), engine)
