"""What the engine holds is compared with what the database says, row by row, and repaired through the outbox."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from casework.audience import Audience
from integrity.models import Lead
from search import engine_checking, syncing
from search.backends.base import SearchUnavailable
from search.checking import compare
from search.generations import target_of
from search.models import EngineWrite, IndexItem, ReconcileRun
from tests.search.records import TODAY, change_lead, make_lead, set_secrecy

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db, pytest.mark.usefixtures("_clock")]


@pytest.fixture
def built(engine):
    """Three leads on the engine, in agreement."""
    for number in range(3):
        make_lead(f"图片重复使用{number}")
    generation = engine.build()
    assert engine.differences(generation) == []
    return generation


def orders():
    return list(IndexItem.objects.order_by("order").values_list("order", flat=True))


def write(engine, generation, order, **changes):
    name = f"{generation.name}-write"
    held = engine.documents(generation.name)[order]
    whole = {"text": [""], "acl": [], "deny": [], "secrecy": 0, "kind": "lead", "day": 20260917, "year": 2026}
    engine.reach().index(index=name, id=str(order), document=whole | held | changes)


def test_each_kind_of_difference_is_named_and_repaired(engine, built):
    first, second, third = orders()
    engine.reach().delete(index=f"{built.name}-write", id=str(first))
    write(engine, built, second, content_hash="0" * 32)
    set_secrecy(engine_lead(IndexItem.objects.get(order=third)).dossier, 3)
    EngineWrite.objects.all().delete()
    stray = third + 1000
    engine.reach().create(
        index=f"{built.name}-write",
        id=str(stray),
        document={"order": stray, "version": 1, "content_hash": "c", "access_hash": "a", "deleted": False},
    )
    wanted = [("missing", first), ("stale", second), ("forbidden", third), ("extra", stray)]
    assert engine.differences(built) == wanted

    with pytest.raises(CommandError, match="1 extra, 1 forbidden, 1 missing, 1 stale"):
        call_command("check_indexes")
    assert EngineWrite.objects.count() == 4
    engine.drain()
    assert engine.differences(built) == []
    run = ReconcileRun.objects.get(engine=built.name)
    assert [problem for problem, _kind, _key in run.drift] == ["missing", "stale", "forbidden", "extra"]


@pytest.mark.parametrize("field", ["version", "access_hash"])
def test_a_row_of_another_version_or_access_is_stale(engine, built, field):
    order = orders()[1]
    write(engine, built, order, **{field: 7 if field == "version" else "f" * 32})
    assert engine.differences(built) == [("stale", order)]


def test_rows_on_their_way_are_no_difference(engine, built):
    lead = IndexItem.objects.first()
    change_lead(engine_lead(lead), summary="原始记录涂改")
    assert EngineWrite.objects.count() == 1
    assert engine.differences(built) == []
    engine.drain()
    assert engine.differences(built) == []


def engine_lead(item):
    return Lead.objects.get(pk=item.record_pk)


def test_a_tombstone_is_no_difference_and_content_that_came_back_is_an_incident(engine, built):
    item = IndexItem.objects.first()
    lead = engine_lead(item)
    entries, _faults = syncing.entries_of([item.order])
    set_secrecy(lead.dossier, 3)
    engine.drain()
    assert engine.differences(built) == []
    # Somebody writes past us, with a version of the future.
    [(order, version, document)] = entries
    syncing.ENGINE.send(target_of(built), [(order, version + 5, document)])
    assert engine.differences(built) == [("forbidden", order)]
    assert engine_checking.check_engine()[0][1].faults[0].problem == "forbidden"
    engine.drain()
    assert engine.differences(built) == []
    assert compare(on=TODAY).faults == ()


def test_the_scan_goes_on_beyond_one_answer(engine, built, monkeypatch):
    monkeypatch.setattr("search.backends.elasticsearch._STAMPS_AT_ONCE", 2)
    monkeypatch.setattr(engine_checking, "_EACH", 2)
    told = []
    assert list(engine_checking.differences(target_of(built), report=told.append)) == []
    assert told == [2, 3]


def test_the_command_says_that_all_agrees_or_that_the_engine_is_away(engine, built, settings, capsys):
    call_command("check_indexes")
    assert capsys.readouterr().out.splitlines() == ["3 records, no differences", f"3 {built.name}, no differences"]
    settings.SEARCH_ENGINE_URL = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="cannot be compared"):
        call_command("check_indexes")


def test_an_index_that_is_gone_cannot_be_compared(engine, built):
    engine.reach().indices.delete(index=built.name)
    with pytest.raises(SearchUnavailable):
        list(engine_checking.differences(target_of(built)))
    assert Audience(built.audience) == Audience.INTERNAL
