"""F5 in small: each way to lose sight of a record, while no worker works, then after it did (S24–S27)."""

import pytest
from django.utils import timezone

from search.backends.base import INDEXES
from search.checking import compare
from search.indexing import drain
from search.models import IndexGeneration
from tests.figures.flips import FLIPS
from tests.figures.staleness import run_trials

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]


@pytest.fixture(autouse=True)
def _nobody_follows(monkeypatch, index_follows):
    monkeypatch.setattr("search.receivers.on_commit", lambda follow, robust: None)


def converge():
    drain()
    return list(compare(on=timezone.localdate()).faults)


def nothing_went_wrong(outcome):
    assert outcome.trials == len(FLIPS)
    assert (outcome.shown, outcome.counted, outcome.behind) == ([], [], [])


def test_s24_s25_s26_s27_what_may_not_be_seen_is_gone_at_once():
    nothing_went_wrong(run_trials(len(FLIPS), follow=drain, converge=converge))


@pytest.mark.elasticsearch
def test_s24_s25_s26_s27_what_may_not_be_seen_is_gone_at_once_on_the_engine(engine):
    drain()
    engine.build(*INDEXES)

    def follow():
        drain()
        engine.drain()

    def converge_on_both():
        left = converge()
        engine.drain()
        return left + [one for live in IndexGeneration.objects.all() for one in engine.differences(live)]

    nothing_went_wrong(run_trials(len(FLIPS), follow=follow, converge=converge_on_both))
