"""The two trails only grow: in code, by SQL, and every link of the chain shows a change."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.enums import Role
from casework import events
from casework.actions import dossiers
from casework.actors import REPORTER, SYSTEM
from casework.audience import Audience
from casework.chain import GENESIS
from casework.enums import AccessKind
from casework.events import EVENT_TYPES, record_access, record_event, register_dossier, register_events
from casework.models import AccessEvent, ClockEvent, Dossier, Event
from casework.models.events import AppendOnly
from casework.signals import record_changed
from tests.factories import person
from tests.factories.dossiers import clock, dossier
from tests.unit.casework.days import MONDAY

pytestmark = pytest.mark.django_db

TABLES = ["casework_event", "casework_accessevent", "casework_clockevent"]
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("key", sorted(EVENT_TYPES))
def test_every_event_type_has_its_template(key: str) -> None:
    assert (ROOT / "templates" / EVENT_TYPES[key].template).is_file()


def test_an_event_keeps_who_what_when_and_why() -> None:
    one, officer = dossier(), person(Role.OFFICER, name="陆听澜")
    before = timezone.now()

    event = record_event(
        dossier=one, type="dossier_closed", by=officer, subject=one, reason="办结", article="第30条", data={"n": 1}
    )

    stored = Event.objects.get(pk=event.pk)
    assert (stored.actor, stored.actor_label, stored.reason, stored.article) == (officer, "陆听澜", "办结", "第30条")
    assert (stored.subject_label, stored.subject_pk) == ("casework.Dossier", str(one.pk))
    assert (stored.reference, stored.data, stored.audience) == (one.reference, {"n": 1}, Audience.INTERNAL)
    assert before <= stored.at <= timezone.now()


def test_stand_ins_have_a_label_and_no_account() -> None:
    event = record_event(dossier=dossier(), type="dossier_closed", by=REPORTER)
    looked = record_access(kind=AccessKind.READ, by=SYSTEM, what="测试")

    assert (event.actor, event.actor_label) == (None, "举报人")
    assert (looked.user, looked.actor_label) == (None, "系统")


def test_links_are_numbered_and_chained_within_one_dossier() -> None:
    one = dossier()
    first = one.events.get()
    second = record_event(dossier=one, type="dossier_closed", by=SYSTEM)
    other = dossier().events.get()

    assert (first.seq, second.seq, other.seq) == (1, 2, 1)
    assert (first.prev_hash, second.prev_hash, other.prev_hash) == (GENESIS, first.hash, GENESIS)


def test_an_unknown_type_is_an_error_and_a_type_is_registered_once() -> None:
    with pytest.raises(KeyError):
        record_event(dossier=dossier(), type="something_happened", by=SYSTEM)
    with pytest.raises(ValueError, match="exists already"):
        register_events("casework", {"dossier_closed": "结卷"})


def test_a_new_type_says_for_whom_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "EVENT_TYPES", {})
    register_events("casework", {"a": "甲", "b": "乙"}, {"b": Audience.RESTRICTED})

    assert [row.audience for row in events.EVENT_TYPES.values()] == [Audience.INTERNAL, Audience.RESTRICTED]


def test_apps_above_are_told_in_the_same_transaction() -> None:
    one, heard = dossier(), []

    def listen(**values: Any) -> None:
        heard.append((values["dossier"], values["event_type"], values["access_changed"]))

    record_changed.connect(listen)
    try:
        record_event(dossier=one, type="dossier_closed", by=SYSTEM, access_changed=True)
    finally:
        record_changed.disconnect(listen)

    assert heard == [(one, "dossier_closed", True)]


def test_a_receiver_that_fails_undoes_the_change() -> None:
    one = dossier()

    def fails(**_values: Any) -> None:
        raise RuntimeError("no row could be added")

    record_changed.connect(fails)
    try:
        with pytest.raises(RuntimeError):
            dossiers.close_dossier(dossier=one, by=SYSTEM)
    finally:
        record_changed.disconnect(fails)

    assert Dossier.objects.get(pk=one.pk).is_open
    assert not one.events.filter(type="dossier_closed").exists()


def test_a_failing_event_undoes_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    one = dossier()

    def fails(*_values: Any, **_names: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(dossiers, "record_event", fails)
    with pytest.raises(RuntimeError):
        dossiers.close_dossier(dossier=one, by=SYSTEM)

    assert Dossier.objects.get(pk=one.pk).is_open


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_an_action_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record_event(dossier=dossier(), type="dossier_closed", by=SYSTEM)


@pytest.mark.parametrize("model", [Event, AccessEvent, ClockEvent])
@pytest.mark.parametrize(
    "write",
    [
        lambda rows: rows.update(pk=1),
        lambda rows: rows.delete(),
        lambda rows: rows.bulk_update([], ["pk"]),
        lambda rows: rows.bulk_create([]),
    ],
)
def test_code_may_only_add_single_rows(model: Any, write: Any) -> None:
    with pytest.raises(AppendOnly):
        write(model.objects.filter(pk__gt=0))


def _rows() -> dict[str, int]:
    """One row in each of the three tables."""
    looked = record_access(kind=AccessKind.READ, by=SYSTEM, what="测试")
    return {
        "casework_event": dossier().events.get().pk,
        "casework_accessevent": looked.pk,
        "casework_clockevent": clock(MONDAY).clock_events.get().pk,
    }


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["DELETE FROM {table} WHERE id = %s", "UPDATE {table} SET id = id WHERE id = %s"])
def test_the_database_refuses_too(table: str, statement: str) -> None:
    pk = _rows()[table]

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table), [pk])


@pytest.mark.sqlite
@pytest.mark.parametrize("table", TABLES)
def test_replacing_a_row_is_refused_like_deleting_it(table: str) -> None:
    pk = _rows()[table]

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = %s", [pk])


def test_a_loaded_event_can_neither_be_deleted_nor_saved_again() -> None:
    event = dossier().events.get()
    looked = record_access(kind=AccessKind.READ, by=SYSTEM, what="测试")

    for row in (event, looked):
        with pytest.raises(AppendOnly):
            row.delete()
    event.reason = "改写"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.save()


def test_the_same_number_twice_is_refused_by_the_database() -> None:
    event = dossier().events.get()
    event.pk = None

    with pytest.raises(DatabaseError), transaction.atomic():
        event.save(force_insert=True)


def _without_triggers(statement: str, values: list[Any]) -> None:
    """What somebody could do who owns the database: take the seat-belt off, then write."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Foreign keys are checked at the end of the transaction; a table with such checks waiting cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE casework_event DISABLE TRIGGER USER")
            cursor.execute(statement, values)
            cursor.execute("ALTER TABLE casework_event ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'casework_event'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(statement, values)
        for _name, sql in triggers:
            cursor.execute(sql)


def verify(*arguments: str) -> str:
    output = StringIO()
    call_command("verify_chain", *arguments, stdout=output)
    return output.getvalue()


def test_an_untouched_chain_verifies_with_data_of_every_kind() -> None:
    one = dossier()
    record_event(
        dossier=one,
        type="dossier_closed",
        by=person(Role.OFFICER),
        reason="“结”\n案",
        data={"list": [1, 2.0, None, True], "text": "广元", "deep": {"a": {"b": "c"}}},
    )

    assert "every link holds" in verify()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE casework_event SET reason = 'x' WHERE dossier_id = %s AND seq = 2",
        "UPDATE casework_event SET actor_label = 'x' WHERE dossier_id = %s AND seq = 2",
        "UPDATE casework_event SET at = '2020-01-01 00:00:00+00:00' WHERE dossier_id = %s AND seq = 2",
        "UPDATE casework_event SET hash = prev_hash WHERE dossier_id = %s AND seq = 2",
        "DELETE FROM casework_event WHERE dossier_id = %s AND seq = 2",
    ],
)
def test_a_change_past_all_guards_shows_at_its_number(statement: str) -> None:
    one = dossier()
    for _again in range(2):
        record_event(dossier=one, type="dossier_closed", by=SYSTEM)

    _without_triggers(statement, [one.pk])

    with pytest.raises(CommandError, match=f"{one.reference}: the chain breaks at number 2"):
        verify()


def test_a_cut_off_tail_shows_against_the_heads_noted_earlier(tmp_path: Path) -> None:
    one, other = dossier(), dossier()
    record_event(dossier=one, type="dossier_closed", by=SYSTEM)
    heads = tmp_path / "heads.txt"
    heads.write_text(verify("--heads"))
    assert "every link holds" in verify("--anchors", str(heads))

    _without_triggers("DELETE FROM casework_event WHERE dossier_id = %s AND seq = 2", [one.pk])
    assert "every link holds" in verify()
    with pytest.raises(CommandError, match=f"{one.reference}: the chain breaks at number 2"):
        verify("--anchors", str(heads))

    record_event(dossier=one, type="dossier_closed", by=REPORTER)
    with pytest.raises(CommandError, match=f"{one.reference}: the chain breaks at number 2"):
        verify("--anchors", str(heads))

    heads.write_text(f"1 {other.events.get().hash} {other.reference}\n")
    _without_triggers("DELETE FROM casework_event WHERE dossier_id = %s", [other.pk])
    with pytest.raises(CommandError, match=f"{other.reference}: the whole chain is gone"):
        verify("--anchors", str(heads))


def test_a_chain_that_is_gone_as_a_whole_shows_without_any_note() -> None:
    one = dossier()
    _without_triggers("DELETE FROM casework_event WHERE dossier_id = %s", [one.pk])

    with pytest.raises(CommandError, match=f"{one.reference}: the whole chain is gone"):
        verify()


def test_a_file_that_is_no_list_of_heads_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "heads.txt"
    file.write_text("nothing of ours\n")

    with pytest.raises(CommandError, match="not a line of --heads"):
        verify("--anchors", str(file))


def test_a_register_is_made_once() -> None:
    assert register_dossier("accounts") == register_dossier("accounts")
    assert register_dossier("accounts") != register_dossier("calendar")


def test_the_time_of_an_event_survives_the_database_to_the_microsecond() -> None:
    event = dossier().events.get()
    stored = Event.objects.get(pk=event.pk)

    assert events.event_payload(stored) == events.event_payload(event)
    assert stored.at.tzinfo is not None
    assert stored.at.astimezone(dt.UTC).isoformat() == events.event_payload(event)["at"]
