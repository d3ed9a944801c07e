"""The engine misbehaves, by a fault proxy before a real node: case work goes on, search answers, nothing is lost or told.

S numbers: known traps. The waits of the client are lowered; the proxy is slower than any of them.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from accounts.enums import Role
from casework.audience import Audience
from search import cursors, engines, generations, syncing
from search.backends import client
from search.backends.base import INDEXES, SearchUnavailable
from search.enums import GenerationStage
from search.generations import GenerationRefused
from search.models import EngineWrite, IndexGeneration, IndexItem
from search.queries import parse
from search.results import find
from tests.factories import person
from tests.factories.visits import signed_in
from tests.faults import Fault, FaultProxy
from tests.search.records import TODAY, change_lead, make_lead

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
NOON = dt.datetime(2026, 9, 17, 4, 0, tzinfo=dt.UTC)
FAULTS = [fault for fault in Fault if fault not in {Fault.PASS, Fault.READ_ONLY}]


@pytest.fixture
def proxy(engine, engine_url, settings, monkeypatch) -> Iterator[FaultProxy]:
    """Between us and the node; the internal index is built, and the breaker is as new."""
    settings.SEARCH_ENGINE_SECONDS = 2.0
    settings.SEARCH_ENGINE_WRITE_SECONDS = 5.0
    monkeypatch.setattr(engines, "BREAKER", engines.Breaker())
    with FaultProxy(engine_url) as one:
        settings.SEARCH_ENGINE_URL = one.url
        yield one
        one.switch(Fault.PASS)
        engine.forget()
    client._client.cache_clear()


@pytest.fixture
def head(db):
    return person(Role.HEAD)


def impatient(settings):
    settings.SEARCH_ENGINE_SECONDS = settings.SEARCH_ENGINE_WRITE_SECONDS = 0.2


def patient(settings):
    settings.SEARCH_ENGINE_SECONDS, settings.SEARCH_ENGINE_WRITE_SECONDS = 2.0, 5.0


def ask(user, text):
    """Number of hits, what is counted, and whether the database stood in."""
    page = find(parse(text), user=user, audience=Audience.INTERNAL, on=TODAY)
    return len(page.hits), page.totals.count if page.totals else None, page.is_degraded


def later(minutes=10):
    return time_machine.travel(NOON + dt.timedelta(minutes=minutes), tick=False)


def heals(engine, head, text, hits):
    """Once the engine is back everything arrives, both sides agree, and the engine answers again."""
    engines.BREAKER.succeeded()
    with later():
        engine.drain()
        assert not EngineWrite.objects.exists()
        live = IndexGeneration.objects.get(stage=GenerationStage.LIVE, audience=Audience.INTERNAL)
        assert engine.differences(live) == []
        assert ask(head, text) == (hits, hits, False)


@pytest.mark.parametrize("fault", FAULTS)
def test_s32_whatever_the_engine_answers_search_and_case_work_go_on(proxy, engine, head, settings, fault):
    lead = make_lead("图片重复使用")
    engine.build()
    assert ask(head, "图片") == (1, 1, False)
    impatient(settings)
    proxy.switch(fault)

    started = time.monotonic()
    assert ask(head, "图片") == (1, 1, True)
    assert time.monotonic() - started < 2.5
    change_lead(lead, summary="图片涂改")
    make_lead("图片盗用")
    assert ask(head, "图片") == (2, 2, True)
    assert ask(head, "重复使用") == (0, 0, True)
    with pytest.raises(SearchUnavailable):
        engine.drain()
    assert EngineWrite.objects.filter(is_parked=False).count() == 2

    proxy.switch(Fault.PASS)
    patient(settings)
    heals(engine, head, "图片", 2)


def test_s32_an_answer_that_comes_byte_by_byte_takes_no_longer_than_any_other(proxy, engine, head, settings):
    make_lead("图片重复使用")
    engine.build()
    settings.SEARCH_ENGINE_SECONDS = 0.5
    proxy.delay = 20
    proxy.switch(Fault.DRIP)
    started = time.monotonic()
    assert ask(head, "图片") == (1, 1, True)
    assert time.monotonic() - started < 2.5


def test_all_questions_of_one_answer_together_wait_no_longer_than_one(proxy, engine, head, settings):
    make_lead("图片重复使用")
    engine.build()
    settings.SEARCH_ENGINE_SECONDS = 0.8
    proxy.delay = 0.5
    proxy.switch(Fault.SLOW)
    started = time.monotonic()
    assert ask(head, "图片") == (1, 1, True)
    assert time.monotonic() - started < 1.5
    assert all("/_search?" in path for _method, path in proxy.seen[-2:])


def test_after_three_faults_nobody_waits_for_the_engine_until_the_pause_is_over(proxy, engine, head, monkeypatch):
    make_lead("图片重复使用")
    engine.build()
    clock = [0.0]
    monkeypatch.setattr(engines, "BREAKER", engines.Breaker(clock=lambda: clock[0]))
    proxy.switch(Fault.UNAVAILABLE)
    for _try in range(3):
        assert ask(head, "图片") == (1, 1, True)
    asked = len(proxy.seen)
    assert ask(head, "图片") == (1, 1, True)
    assert len(proxy.seen) == asked

    proxy.switch(Fault.PASS)
    assert ask(head, "图片") == (1, 1, True)
    clock[0] = 31.0
    assert ask(head, "图片") == (1, 1, False)
    assert ask(head, "图片") == (1, 1, False)


@pytest.mark.parametrize("fault", [Fault.DROP_ANSWER, Fault.CUT_REQUEST, Fault.HALF_CLOSE])
def test_s20_a_node_that_dies_in_mid_bulk_loses_and_doubles_nothing(proxy, engine, head, fault):
    engine.build()
    for number in range(5):
        make_lead(f"图片重复使用{number}")
    proxy.switch(fault, only="_bulk")
    with pytest.raises(SearchUnavailable):
        engine.drain()
    # What the node may have kept is not shown before it was acknowledged.
    assert EngineWrite.objects.count() == 5
    assert ask(head, "图片") == (0, 0, False)
    proxy.switch(Fault.PASS)
    heals(engine, head, "图片", 5)


@pytest.mark.parametrize("fault", [Fault.DROP_ANSWER, Fault.CUT_REQUEST, Fault.UNAVAILABLE])
def test_s30_a_node_that_dies_in_mid_rebuild_leaves_the_old_index_answering(proxy, engine, head, fault):
    make_lead("图片重复使用")
    old = engine.build()
    before = engine.behind_alias()
    proxy.switch(fault, only="_bulk")
    with pytest.raises(SearchUnavailable):
        engine.build()
    proxy.switch(Fault.PASS)
    assert list(IndexGeneration.objects.values_list("name", "stage")) == [(old.name, GenerationStage.LIVE)]
    assert engine.behind_alias() == before
    assert ask(head, "图片") == (1, 1, False)
    assert engine.build().name != old.name
    assert ask(head, "图片") == (1, 1, False)


def test_s30_a_half_built_index_that_cannot_be_removed_is_named_and_removed_later(proxy, engine, head, monkeypatch):
    make_lead("图片重复使用")
    old = engine.build()

    def dies(*_arguments):
        proxy.switch(Fault.REFUSE)
        raise SearchUnavailable("away")

    monkeypatch.setattr(generations, "_fill", dies)
    with pytest.raises(SearchUnavailable):
        engine.build()
    monkeypatch.undo()
    proxy.switch(Fault.PASS)
    left = IndexGeneration.objects.exclude(pk=old.pk).get()
    assert left.stage == GenerationStage.RETIRED
    assert engine.exists(left.name)
    assert generations.forget_retired(now=NOON + dt.timedelta(days=2)) == 1
    assert not engine.exists(left.name)


def test_s30_two_rebuilds_at_once(proxy, engine, head):
    make_lead("图片重复使用")
    engine.build()
    begun = generations._begin(Audience.INTERNAL)
    with pytest.raises(GenerationRefused):
        engine.build()
    # Whoever began died: after its lease the next one cleans up and goes on.
    with later(30):
        assert engine.build().name != begun.name
    assert not IndexGeneration.objects.filter(pk=begun.pk).exists()


def test_s32_a_node_whose_disk_is_full_refuses_writes_and_goes_on_answering(engine, head):
    make_lead("图片重复使用")
    live = engine.build()
    block = {"index.blocks.read_only_allow_delete": True}
    engine.reach().indices.put_settings(index=live.name, settings=block)
    make_lead("图片盗用")
    assert engine.drain() == 0
    waiting = EngineWrite.objects.get()
    assert (waiting.is_parked, waiting.problem) == (False, "not taken by the engine")
    assert ask(head, "图片") == (1, 1, False)
    # A minute later the engine is too far behind, and the database answers for it.
    with later():
        assert ask(head, "图片") == (2, 2, True)
    engine.reach().indices.put_settings(index=live.name, settings={"index.blocks.read_only_allow_delete": None})
    heals(engine, head, "图片", 2)


def test_s32_a_full_disk_seen_by_the_proxy_parks_nothing(proxy, engine, head):
    engine.build()
    make_lead("图片重复使用")
    proxy.switch(Fault.READ_ONLY)
    assert engine.drain() == 0
    assert not EngineWrite.objects.filter(is_parked=True).exists()
    proxy.switch(Fault.PASS)
    heals(engine, head, "图片", 1)


def test_s32_an_index_that_is_gone_is_built_again(engine, head):
    make_lead("图片重复使用")
    live = engine.build()
    engine.reach().indices.delete(index=live.name)
    assert ask(head, "图片") == (1, 1, True)
    make_lead("图片盗用")
    call_command("index_pending", stdout=StringIO(), stderr=StringIO())
    assert EngineWrite.objects.filter(is_parked=False).count() == 1
    assert ask(head, "图片") == (2, 2, True)
    # The next round of the worker finds that there is no index and builds one.
    call_command("index_pending", stdout=StringIO(), stderr=StringIO())
    assert IndexGeneration.objects.filter(audience=Audience.INTERNAL).exclude(name=live.name).exists()
    heals(engine, head, "图片", 2)


@pytest.mark.parametrize("hours", [-2, 2, -30, 30])
def test_a_clock_that_jumps_delays_no_row_and_shows_none_too_early(engine, head, hours):
    engine.build()
    with time_machine.travel(NOON + dt.timedelta(hours=hours), tick=False):
        make_lead("图片重复使用", received_on=TODAY)
        lease, orders = syncing._claim(Audience.INTERNAL)
        assert (bool(lease), len(orders)) == (True, 1)
    # The clock was put right, and the worker that had claimed the row is gone.
    with later(15):
        assert ask(head, "图片")[:2] in {(0, 0), (1, 1)}
        engine.drain()
        assert not EngineWrite.objects.exists()
        assert ask(head, "图片") == (1, 1, False)


@pytest.mark.parametrize(
    "typed",
    [
        "科研" * 5_000,
        "(((",
        "）",
        "【图片",
        "*",
        "图*",
        "图片 OR 涂改",
        "acl:rhead",
        "secrecy:[0 TO 3]",
        "text:图片",
        "_exists_:deny",
        "/图.{1,2}/",
        "图片\0重复",
        "图片😀重复",
        "图",
        "\ufeff图片\u202e",
        '{"match_all":{}}',
        "图片~2",
        "deleted:true",
        "%E5%9B%BE",
    ],
)
def test_s07_what_is_typed_is_text_on_the_engine_too(engine, head, typed, settings):
    make_lead("图片重复使用")
    make_lead("图片盗用", secrecy=3)
    engine.build()
    visitor = signed_in(head)
    answers = {}
    for name in ("elasticsearch", "database"):
        settings.SEARCH_ENGINE = name
        response = visitor.get("/search/", {"q": typed})
        assert response.status_code == 200
        answers[name] = response.content.decode()
    assert answers["elasticsearch"].count("图片重复使用") == answers["database"].count("图片重复使用")
    assert "盗用" not in answers["elasticsearch"]
    assert not engines.BREAKER.is_open


def test_s27_deep_paging_shows_each_hit_once_and_any_place_can_be_asked_for(engine, head):
    for number in range(41):
        make_lead(f"图片重复使用第{number}件")
    engine.build()
    seen: list[int] = []
    query = parse("图片")
    while True:
        page = find(query, user=head, audience=Audience.INTERNAL, on=TODAY)
        assert not page.is_degraded
        seen += [hit.order for hit in page.hits]
        if page.last_order is None:
            break
        query = query.from_order(page.last_order)
    assert len(seen) == len(set(seen)) == 41
    assert seen == sorted(seen, reverse=True)
    for order in (0, 1, 10**18, -5):
        assert (
            find(parse("图片").from_order(order), user=head, audience=Audience.INTERNAL, on=TODAY).is_degraded is False
        )


def test_s27_a_forged_or_an_old_cursor_leads_to_the_first_page(engine, head):
    for number in range(21):
        make_lead(f"图片重复使用第{number}件")
    engine.build()
    visitor = signed_in(head)
    first = visitor.get("/search/", {"q": "图片"}).content.decode()
    tenth = IndexItem.objects.filter(kind="lead").order_by("order")[10].order
    cursor = cursors.make(parse("图片"), user_pk=head.pk, audience=Audience.INTERNAL, last_order=tenth)
    assert "第0件" not in first
    assert "第0件" in visitor.get("/search/", {"q": "图片", "after": cursor}).content.decode()
    of_another = cursors.make(parse("图片"), user_pk=head.pk + 1, audience=Audience.INTERNAL, last_order=tenth)
    for refused in (cursor[:-2], of_another, "1", "'\0"):
        page = visitor.get("/search/", {"q": "图片", "after": refused}).content.decode()
        assert "翻页链接已失效" in page
        assert "第20件" in page
    with later(30):
        page = signed_in(head).get("/search/", {"q": "图片", "after": cursor}).content.decode()
        assert "翻页链接已失效" in page


def test_all_audiences_fall_back_alone(proxy, engine, head):
    """An index that is missing for one audience takes nothing from the others."""
    make_lead("图片重复使用")
    engine.build(*INDEXES)
    shared = IndexGeneration.objects.get(audience=Audience.PARTNER)
    engine.reach().indices.delete(index=shared.name)
    partner = find(parse("图片"), user=head, audience=Audience.PARTNER, on=TODAY)
    assert (partner.hits, partner.is_degraded) == ((), True)
    assert ask(head, "图片") == (1, 1, False)
