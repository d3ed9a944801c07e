"""F5: what may not be seen any more, shown or counted. Target 0 in 500 trials, with every worker standing still."""

from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from search import results
from search.backends.base import INDEXES
from search.checking import compare
from search.indexing import drain
from search.models import IndexGeneration
from search.syncing import ENGINE
from tests.figures.flips import FLIPS
from tests.figures.staleness import run_trials

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
TRIALS = {True: 10 * len(FLIPS), False: 36 * len(FLIPS)}


@pytest.fixture(autouse=True)
def _nobody_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.receivers.on_commit", lambda follow, robust: None)


def test_f5(asked: Any, is_short: bool, note: Any) -> None:
    if asked is not None:
        asked.build(*INDEXES)

    def follow() -> None:
        drain()
        if asked is not None:
            asked.drain()

    def converge() -> list[Any]:
        follow()
        left: list[Any] = list(compare(on=timezone.localdate()).faults)
        return left + [one for live in IndexGeneration.objects.all() for one in asked.differences(live)]

    outcome = run_trials(TRIALS[is_short], follow=follow, converge=converge)
    # The naive one: rows whose change has not arrived are not held out. Reading again still hides, counting does not.
    with (
        mock.patch.object(results, "waiting", lambda on: frozenset()),
        mock.patch.object(ENGINE, "_unacknowledged", lambda audience: frozenset(), create=True),
    ):
        naive = run_trials(len(FLIPS), follow=follow, converge=converge, first=900_000)
    note(
        "F5",
        "all routes",
        trials=outcome.trials,
        routes=len(FLIPS),
        shown=len(outcome.shown),
        counted=len(outcome.counted),
        behind=len(outcome.behind),
        seconds=round(outcome.seconds, 2),
        rows=outcome.rows,
        naive=len(naive.counted) + len(naive.shown) + naive.withheld,
    )
    assert (outcome.shown, outcome.counted, outcome.behind) == ([], [], [])
