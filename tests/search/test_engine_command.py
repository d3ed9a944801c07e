"""The worker that follows: the first index, one that a dead builder left, an engine that is away; never an error page of its own."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from casework.audience import Audience
from search import generations
from search.enums import GenerationStage
from search.management.commands import index_pending
from search.models import EngineWrite, IndexGeneration
from tests.search.records import make_lead

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db, pytest.mark.usefixtures("_clock")]


def follow(*arguments: str) -> str:
    """One round; what it said."""
    told = StringIO()
    call_command("index_pending", *arguments, stdout=told, stderr=told)
    return told.getvalue()


def test_the_first_round_builds_every_index_and_the_next_one_only_follows(engine):
    make_lead("图片重复使用")
    assert follow().count(" built") == 3
    make_lead("图片重复投稿")
    assert "engine: 1 rows" in follow()
    assert not EngineWrite.objects.exists()
    assert "engine" not in follow()


@pytest.mark.parametrize("is_created", [True, False])
def test_s30_what_a_dead_builder_left_holds_no_write_up(engine, is_created):
    """Also one that died before the engine had its index: every write would wait for an alias that never comes."""
    engine.build(Audience.INTERNAL, Audience.PARTNER, Audience.PUBLIC)
    dead = generations._begin(Audience.INTERNAL)
    if is_created:
        generations._create(dead)
    make_lead("图片重复使用")
    with time_machine.travel(timezone.now() + generations.LEASE + dt.timedelta(seconds=1), tick=False):
        told = follow()
    assert "1 unfinished indexes removed" in told
    assert not EngineWrite.objects.exists()
    assert not engine.exists(dead.name)
    assert set(IndexGeneration.objects.values_list("stage", flat=True)) == {GenerationStage.LIVE}


def test_an_index_somebody_is_building_is_left_to_them(engine, monkeypatch):
    generations._begin(Audience.INTERNAL)
    assert follow("--retry-parked").startswith("0 parked rows are tried again")
    assert IndexGeneration.objects.filter(audience=Audience.INTERNAL, stage=GenerationStage.BUILDING).count() == 1

    def refuse(audience):
        raise generations.GenerationRefused("Another index of this audience is being built.")

    IndexGeneration.objects.all().delete()
    monkeypatch.setattr(index_pending, "build", refuse)
    assert "is being built" in follow()


def test_an_engine_that_is_away_is_asked_less_and_less_often(engine, settings, monkeypatch):
    engine.build(Audience.INTERNAL, Audience.PARTNER, Audience.PUBLIC)
    make_lead("图片重复使用")
    settings.SEARCH_ENGINE_URL = "http://127.0.0.1:9"
    pauses: list[float] = []

    class Enough(Exception):
        pass

    def sleep(seconds):
        pauses.append(seconds)
        EngineWrite.objects.update(due=timezone.now())
        if len(pauses) == 8:
            raise Enough

    monkeypatch.setattr(index_pending.time, "sleep", sleep)
    monkeypatch.setattr(index_pending, "close_old_connections", lambda: None)
    with pytest.raises(Enough):
        follow("--loop")
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert EngineWrite.objects.get().is_parked is False
