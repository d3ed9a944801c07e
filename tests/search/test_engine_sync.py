"""From the outbox to a real engine: nothing lost, nothing resurrected, nothing shown that is on its way. S numbers: known traps."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from accounts.enums import Role
from casework.audience import Audience
from search import registry, syncing
from search.backends.base import SearchUnavailable
from search.backends.mappings import tombstone
from search.generations import target_of
from search.indexing import rebuild
from search.models import EngineWrite, IndexItem
from search.queries import parse
from search.results import find
from tests.factories import person
from tests.search.records import TODAY, change_lead, found, make_lead, set_secrecy

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db, pytest.mark.usefixtures("_clock")]


@pytest.fixture
def head(db):
    return person(Role.HEAD, clearance=2)


def waiting_orders():
    return list(EngineWrite.objects.order_by("order").values_list("order", flat=True))


def test_no_row_waits_while_there_is_no_index_to_write_to(engine):
    make_lead()
    assert waiting_orders() == []
    assert syncing.drain_engine() == 0


def test_a_change_is_found_after_it_is_acknowledged_and_by_nobody_before(engine, head):
    engine.build()
    lead = make_lead("图片重复使用")
    assert len(waiting_orders()) == 1
    assert found(head, "图片重复") == ([], 0)

    assert engine.drain() == 1
    assert waiting_orders() == []
    assert found(head, "图片重复") == (["lead"], 1)

    change_lead(lead, summary="原始记录涂改")
    assert found(head, "记录涂改") == ([], 0)
    assert found(head, "图片重复") == ([], 0)
    engine.drain()
    assert found(head, "记录涂改") == (["lead"], 1)
    assert found(head, "图片重复") == ([], 0)


def test_s26_what_is_sealed_while_the_worker_stands_still_is_neither_shown_nor_counted(engine, head):
    lead, _other = make_lead("图片重复使用"), make_lead("图片重复投稿")
    engine.build()
    assert found(head, "图片重复")[1] == 2
    set_secrecy(lead.dossier, 3)
    assert found(head, "图片重复") == (["lead"], 1)
    engine.drain()
    assert found(head, "图片重复") == (["lead"], 1)


def test_s21_what_must_not_be_found_leaves_a_tombstone_without_content(engine):
    lead = make_lead("图片重复使用")
    engine.build()
    item = IndexItem.objects.get(kind="lead")
    set_secrecy(lead.dossier, 3)
    engine.drain()
    item.refresh_from_db()
    assert engine.documents() == {item.order: tombstone(item.order, item.version)}


def test_s18_an_older_state_that_comes_late_is_refused_also_after_the_record_is_gone(engine, head):
    lead = make_lead("图片重复使用")
    generation = engine.build()
    order = IndexItem.objects.get(kind="lead").order
    late, _faults = syncing.entries_of([order])
    set_secrecy(lead.dossier, 3)
    engine.drain()

    report = syncing.ENGINE.send(target_of(generation), late)
    assert report.stale == (order,)
    assert engine.documents()[order]["deleted"] is True


def test_s19_the_version_is_read_before_the_state(engine, monkeypatch, head):
    lead = make_lead("图片重复使用")
    generation = engine.build()
    document = registry.DOCUMENTS["lead"]
    records = document.records

    def changed_in_between():
        monkeypatch.setitem(registry.DOCUMENTS, "lead", document)
        change_lead(lead, summary="原始记录涂改")
        return records()

    order = IndexItem.objects.get(kind="lead").order
    monkeypatch.setitem(registry.DOCUMENTS, "lead", replace(document, records=changed_in_between))
    [(_order, version, sent)], _faults = syncing.entries_of([order])
    assert "涂改" in sent["text"][1] + sent["text"][0]
    assert version < IndexItem.objects.get(order=order).version
    engine.drain()
    assert engine.differences(generation) == []


def test_s22_what_is_rolled_back_is_never_sent(engine):
    engine.build()
    with pytest.raises(RuntimeError), transaction.atomic():
        make_lead("图片重复使用")
        raise RuntimeError
    assert waiting_orders() == []
    assert engine.documents() == {}


def test_a_row_that_changes_while_a_worker_is_at_it_stays_in_the_outbox(engine, monkeypatch):
    engine.build()
    lead = make_lead("图片重复使用")
    whole = syncing.ENGINE.send

    def send(target, entries):
        report = whole(target, entries)
        if entries and EngineWrite.objects.filter(lease__gt="").exists():
            change_lead(lead, summary="原始记录涂改")
        return report

    monkeypatch.setattr(syncing.ENGINE, "send", send)
    lease, orders = syncing._claim(Audience.INTERNAL)
    assert syncing._send(Audience.INTERNAL, lease, orders) == 0
    assert waiting_orders() == orders
    monkeypatch.undo()
    assert engine.drain() == 1
    assert engine.documents()[orders[0]]["version"] == IndexItem.objects.get().version


def test_two_workers_share_the_rows_and_a_dead_one_leaves_its_share_after_a_while(engine):
    engine.build()
    make_lead("图片重复使用")
    _lease, orders = syncing._claim(Audience.INTERNAL)
    assert len(orders) == 1
    assert syncing._claim(Audience.INTERNAL)[1] == []
    assert engine.drain() == 0
    with time_machine.travel(timezone.now() + syncing.LEASE + dt.timedelta(seconds=1), tick=False):
        assert engine.drain() == 1


def test_s31_a_row_that_cannot_be_made_is_parked_after_some_attempts_and_stops_no_other(engine, head, monkeypatch):
    engine.build()
    sick, _well = make_lead("图片重复使用"), make_lead("图片重复投稿")
    IndexItem.objects.update(is_partial=True)  # such rows are made from their records
    document = registry.DOCUMENTS["lead"]

    def is_live(lead, on):
        if lead.pk == sick.pk:
            raise ValueError("图片重复")
        return document.is_live(lead, on)

    monkeypatch.setitem(registry.DOCUMENTS, "lead", replace(document, is_live=is_live))
    now = timezone.now()
    for attempt in range(syncing.MOST_ATTEMPTS):
        with time_machine.travel(now + dt.timedelta(minutes=6 * attempt), tick=False):
            assert engine.drain() == (1 if attempt == 0 else 0)
    row = EngineWrite.objects.get()
    assert (row.problem, row.is_parked, row.attempts) == ("ValueError", True, syncing.MOST_ATTEMPTS)
    with time_machine.travel(now + dt.timedelta(days=1), tick=False):
        assert engine.drain() == 0

    monkeypatch.undo()
    assert syncing.try_parked_again() == 1
    assert engine.drain() == 1
    assert found(head, "图片重复") == (["lead", "lead"], 2)


def test_s17_a_field_the_mapping_does_not_know_is_refused_and_the_row_parked(engine, monkeypatch):
    engine.build()
    make_lead("图片重复使用")
    whole = syncing.body_of_held
    monkeypatch.setattr(syncing, "body_of_held", lambda row: whole(row) | {"reporter": "某人"})
    assert engine.drain() == 0
    row = EngineWrite.objects.get()
    assert (row.is_parked, row.problem) == (True, "refused by the engine")
    assert engine.documents() == {}


def test_rows_wait_longer_after_each_fault_and_none_is_lost(engine, settings):
    engine.build()
    make_lead("图片重复使用")
    there = settings.SEARCH_ENGINE_URL
    settings.SEARCH_ENGINE_URL = "http://127.0.0.1:9"
    now = timezone.now()
    with pytest.raises(SearchUnavailable):
        engine.drain()
    row = EngineWrite.objects.get()
    assert (row.attempts, row.is_parked, row.due) == (1, False, now + dt.timedelta(seconds=1))
    assert engine.drain() == 0, "not due yet"
    with time_machine.travel(now + dt.timedelta(seconds=2), tick=False), pytest.raises(SearchUnavailable):
        engine.drain()
    assert EngineWrite.objects.get().due == now + dt.timedelta(seconds=4)
    settings.SEARCH_ENGINE_URL = there
    with time_machine.travel(now + dt.timedelta(seconds=5), tick=False):
        assert engine.drain() == 1


def test_s24_a_hit_that_may_not_be_shown_is_dropped_uncounted_and_written_again(engine, head):
    """Somebody changed the database past us: the engine still proposes the row."""
    lead, _other = make_lead("图片重复使用"), make_lead("图片重复投稿")
    engine.build()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_dossier SET secrecy = 3 WHERE id = %s", [lead.dossier_id])
    assert found(head, "图片重复") == (["lead"], None)
    assert waiting_orders() == [IndexItem.objects.get(record_pk=lead.pk, kind="lead").order]
    engine.drain()
    assert found(head, "图片重复") == (["lead"], 1)


def test_a_record_nobody_owns_any_more_leaves_the_engine(engine):
    lead = make_lead("图片重复使用")
    engine.build()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM integrity_lead WHERE id = %s", [lead.pk])
    rebuild(on=TODAY)
    assert engine.drain() == 1
    assert engine.documents() == {}


def test_the_engine_holds_no_readable_text(engine):
    lead = make_lead("图片重复使用")
    engine.build()
    stored = next(iter(engine.documents().values()))
    assert set(stored) == {"order", "version", "content_hash", "access_hash", "deleted"}
    assert lead.summary not in str(stored)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_everything_exactly_once(engine, head):
    engine.build()
    for number in range(30):
        make_lead(f"图片重复使用{number}")
    done: list[int] = []

    def work() -> None:
        done.append(syncing.drain_engine())
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sum(done) == 30
    assert waiting_orders() == []
    page = find(parse("图片重复"), user=head, audience=Audience.INTERNAL, on=TODAY)
    assert (page.is_degraded, page.totals.count) == (False, 30)
