"""What changes waits for the index, and is found and counted by nobody until the index has followed."""

from __future__ import annotations

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.enums import Role
from casework.enums import DossierKind
from casework.models import Dossier, Event
from search import indexing
from search.indexing import drain, waiting
from search.models import IndexItem, PendingIndex
from tests.factories import person
from tests.search.records import TODAY, change_lead, found, make_lead, set_secrecy

pytestmark = pytest.mark.usefixtures("_clock")


@pytest.fixture
def reader(db):
    return person(Role.HEAD, clearance=2)


def test_a_change_waits_once_and_is_found_only_after_it_is_indexed(reader):
    lead = make_lead("图片重复使用")

    assert list(PendingIndex.objects.values_list("pk", flat=True)) == [lead.dossier_id]
    assert found(reader, "图片重复") == ([], 0)
    assert drain() == 1
    assert found(reader, "图片重复") == (["lead"], 1)
    assert not PendingIndex.objects.exists()
    assert drain() == 0


def test_what_is_indexed_and_changes_again_is_neither_found_nor_counted_meanwhile(reader):
    lead, other = make_lead("图片重复使用"), make_lead("图片重复投稿")
    drain()

    set_secrecy(lead.dossier, 3)

    assert waiting(TODAY) == {IndexItem.objects.get(dossier=lead.dossier).order}
    assert found(reader, "图片重复") == (["lead"], 1)
    assert drain([other.dossier_id]) == 0
    assert drain([lead.dossier_id]) == 1
    assert waiting(TODAY) == frozenset()
    assert found(reader, "图片重复") == (["lead"], 1)


@pytest.mark.django_db(transaction=True)
def test_the_index_follows_right_after_the_commit():
    reader = person(Role.HEAD, clearance=2)
    lead = make_lead("图片重复使用")

    assert found(reader, "图片重复") == (["lead"], 1)
    with transaction.atomic():
        change_lead(lead, summary="原始记录缺失")
        change_lead(lead, summary="原始记录涂改")
        assert PendingIndex.objects.count() == 1
    assert found(reader, "记录涂改") == (["lead"], 1)
    assert not PendingIndex.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_neither_waits_nor_is_indexed():
    with pytest.raises(RuntimeError), transaction.atomic():
        make_lead("图片重复使用")
        raise RuntimeError

    assert not PendingIndex.objects.exists()
    assert not IndexItem.objects.exists()


def test_a_dossier_that_cannot_be_indexed_stops_neither_case_work_nor_the_others(reader, monkeypatch, capsys):
    sick, well = make_lead("图片重复使用"), make_lead("图片重复投稿")
    whole = indexing.index_dossier

    def index_dossier(dossier: Dossier, *, on):
        if dossier.pk == sick.dossier_id:
            raise ValueError("图片重复")
        return whole(dossier, on=on)

    monkeypatch.setattr(indexing, "index_dossier", index_dossier)

    assert drain() == 1
    assert drain() == 0
    left = PendingIndex.objects.get()
    assert (left.pk, left.attempts, left.problem) == (sick.dossier_id, 2, "ValueError")
    assert found(reader, "图片重复") == (["lead"], 1)
    with pytest.raises(CommandError, match="1 stuck"):
        call_command("check_indexes")
    assert f"stuck: dossier {sick.dossier_id}" in capsys.readouterr().out

    change_lead(sick, summary="图片重复使用三处")
    assert Event.objects.filter(dossier=sick.dossier, type="lead_summarised").exists()
    monkeypatch.undo()
    call_command("index_pending")
    assert "1 dossiers indexed, 0 waiting" in capsys.readouterr().out
    call_command("check_indexes")
    assert found(reader, "图片重复") == (["lead", "lead"], 2)
    assert well.dossier.kind == DossierKind.LEAD


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_dossier(monkeypatch):
    monkeypatch.setattr("search.receivers.on_commit", lambda follow, robust: None)
    lead = make_lead("图片重复使用")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            PendingIndex.objects.select_for_update().get(pk=lead.dossier_id)
            held.set()
            done.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(20)
    try:
        assert drain() == 0
    finally:
        done.set()
        other.join()
    assert drain() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_f10_a_dossier_that_is_being_changed_is_left_to_whoever_changes_it(monkeypatch):
    """Held the other way round, a step of case work and the worker waited for each other, and the step was the one undone."""
    monkeypatch.setattr("search.receivers.on_commit", lambda follow, robust: None)
    lead = make_lead("图片重复使用")
    held, done = threading.Event(), threading.Event()
    faults: list[Exception] = []

    def change() -> None:
        try:
            with transaction.atomic():
                Dossier.objects.select_for_update().get(pk=lead.dossier_id)
                held.set()
                done.wait(20)
                change_lead(lead, summary="原始记录缺失")
        except Exception as problem:
            faults.append(problem)
        connection.close()

    other = threading.Thread(target=change)
    other.start()
    assert held.wait(20)
    try:
        assert drain() == 0
        assert not PendingIndex.objects.exclude(problem="").exists()
    finally:
        done.set()
        other.join(20)
    assert faults == []
    assert drain() == 1
