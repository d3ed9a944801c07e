"""Which engine answers, and what happens when it does not: at once the database, with a notice, and back again by itself."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.enums import Role
from casework.audience import Audience
from search import engines
from search.backends import elasticsearch as module
from search.backends.base import RawPage, SearchUnavailable, Totals
from search.backends.mappings import shape_of
from search.engines import Answering, Breaker
from search.enums import GenerationStage
from search.models import EngineWrite, IndexGeneration
from search.queries import parse
from search.results import find, find_uncounted, reader_for
from tests.factories import person
from tests.search.records import TODAY, make_lead

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
INTERNAL = Audience.INTERNAL


class Scripted:
    """An engine that does what the test says: an answer, or a fault."""

    def __init__(self) -> None:
        self.fault = ""
        self.counts_fault = ""
        self.asked = 0

    def search(self, query, reader, within=None):
        self.asked += 1
        if self.fault:
            raise SearchUnavailable(self.fault)
        return RawPage(())

    def totals(self, query, reader, within=None):
        if self.fault or self.counts_fault:
            raise SearchUnavailable(self.fault or self.counts_fault)
        return Totals(0)


@pytest.fixture
def engine(settings, monkeypatch, db):
    """An engine with a live index of today's shape, a breaker of its own, and a clock one can turn."""
    settings.SEARCH_ENGINE = "elasticsearch"
    scripted = Scripted()
    scripted.now = 0.0
    monkeypatch.setattr(engines, "ENGINE", scripted)
    monkeypatch.setattr(engines, "BREAKER", Breaker(clock=lambda: scripted.now))
    IndexGeneration.objects.create(
        name="live",
        audience=INTERNAL,
        schema=shape_of(INTERNAL),
        stage=GenerationStage.LIVE,
        begun=timezone.now(),
        changed=timezone.now(),
    )
    return scripted


@pytest.fixture
def head(db):
    return person(Role.HEAD, clearance=2)


def answer(user, text="图片重复"):
    page = find(parse(text), user=user, audience=INTERNAL, on=TODAY)
    return page.is_degraded, len(page.hits)


def test_without_an_engine_the_database_answers_and_nothing_is_missing(head, settings):
    settings.SEARCH_ENGINE = "database"
    make_lead("图片重复使用")
    assert answer(head) == (False, 1)
    assert engines.health().product.startswith(("SQLite", "PostgreSQL"))


def test_with_an_engine_it_answers(engine, head):
    make_lead("图片重复使用")
    EngineWrite.objects.all().delete()
    assert answer(head) == (False, 0)
    assert engine.asked == 1


def test_at_a_fault_the_database_answers_at_once_with_the_same_hits(engine, head):
    make_lead("图片重复使用")
    engine.fault = "ConnectionTimeout"
    assert answer(head) == (True, 1)


def test_a_fault_between_page_and_totals_changes_over_as_well(engine, head):
    make_lead("图片重复使用")
    reader = reader_for(head, INTERNAL, TODAY)
    answering = Answering(INTERNAL)
    assert answering.search(parse("图片重复"), reader).orders == ()
    engine.fault = "ConnectionTimeout"
    assert answering.totals(parse("图片重复"), reader).count == 1
    assert answering.is_degraded
    assert len(answering.search(parse("图片重复"), reader).orders) == 1
    assert engine.asked == 1


def test_after_three_faults_nobody_asks_for_half_a_minute_then_one_tries(engine, head):
    engine.fault = "ConnectionTimeout"
    for _time in range(4):
        assert answer(head)[0] is True
    assert engine.asked == 3
    engine.now = 29.9
    assert (answer(head)[0], engine.asked) == (True, 3)
    engine.now = 30.1
    assert (answer(head)[0], engine.asked) == (True, 4)
    assert (answer(head)[0], engine.asked) == (True, 4)
    engine.fault, engine.now = "", 60.3
    assert (answer(head)[0], engine.asked) == (False, 5)
    assert (answer(head)[0], engine.asked) == (False, 6)


def test_an_engine_that_finds_and_cannot_count_is_left_alone_too(engine, head):
    """Or every page would wait for totals that never come."""
    engine.counts_fault = "ConnectionTimeout"
    for _time in range(4):
        assert answer(head)[0] is True
    assert engine.asked == 3
    engine.counts_fault, engine.now = "", 30.1
    assert (answer(head)[0], engine.asked) == (False, 4)
    assert not engines.BREAKER.is_open


def test_an_answer_nobody_counts_closes_it_as_well(engine, head):
    engine.fault = "ConnectionTimeout"
    for _time in range(3):
        assert answer(head)[0] is True
    engine.fault, engine.now = "", 30.1
    assert not find_uncounted(parse("图片重复"), user=head, audience=INTERNAL, on=TODAY).is_degraded
    assert not engines.BREAKER.is_open


def test_while_it_is_open_one_of_many_tries_and_the_others_do_not():
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    for _time in range(3):
        assert breaker.lets_through()
        breaker.failed()
    assert breaker.is_open
    now[0] = 31.0
    assert [breaker.lets_through() for _one in range(3)] == [True, False, False]
    breaker.succeeded()
    assert not breaker.is_open
    assert breaker.lets_through()


@pytest.mark.parametrize(
    "changes",
    [{"schema": "00000000"}, {"stage": GenerationStage.BUILDING}, {"audience": Audience.PARTNER}],
    ids=["another shape", "still being built", "another audience"],
)
def test_without_a_live_index_of_todays_shape_the_database_answers(engine, head, changes):
    make_lead("图片重复使用")
    IndexGeneration.objects.update(**changes)
    assert answer(head) == (True, 1)
    assert engine.asked == 0


@pytest.mark.parametrize(("is_parked", "is_degraded"), [(False, True), (True, False)])
def test_an_engine_that_is_behind_answers_nobody_but_a_parked_row_does_not_count(engine, head, is_parked, is_degraded):
    past = timezone.now() - engines.LONGEST_LAG - dt.timedelta(seconds=1)
    EngineWrite.objects.create(order=1, audience=INTERNAL, since=past, due=past, is_parked=is_parked)
    assert answer(head)[0] is is_degraded


def test_the_health_of_an_engine_that_is_away_is_told_and_never_raises(settings):
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.SEARCH_ENGINE_URL = "http://127.0.0.1:9"
    assert engines.health().is_available is False


@pytest.mark.elasticsearch
def test_more_waiting_rows_than_a_question_can_name_go_to_the_database(db, settings, engine_url, head, monkeypatch):
    settings.SEARCH_ENGINE_URL = engine_url
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    now = timezone.now()
    for order in (1, 2, 3):
        EngineWrite.objects.create(order=order, audience=INTERNAL, since=now, due=now)
    with pytest.raises(SearchUnavailable, match="too many"):
        module.ElasticsearchBackend().search(parse("图片"), reader_for(head, INTERNAL, TODAY))
