"""save_record writes what changed, once, and credits it to the person of this action alone. Records refuse every other door."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from accounts.enums import Clearance, Role
from casework.actors import SYSTEM
from casework.models import Deadline, Dossier
from casework.records import BulkWriteRefused
from casework.saving import save_record
from tests.factories import person
from tests.factories.dossiers import clock, dossier
from tests.unit.casework.days import MONDAY

pytestmark = pytest.mark.django_db


def test_a_save_names_person_and_reason_in_history() -> None:
    one, officer = dossier(), person(Role.OFFICER)
    one.secrecy = Clearance.SENSITIVE

    written = save_record(one, by=officer, reason="涉及未成年人")

    row = one.history.first()
    assert written == ["secrecy"]
    assert (row.secrecy, row.history_user, row.history_change_reason) == (2, officer, "涉及未成年人")


def test_a_save_without_a_change_writes_nothing() -> None:
    one, officer = dossier(), person(Role.OFFICER)
    before = one.history.count()
    one.secrecy = int(one.secrecy)

    assert save_record(one, by=officer, reason="没有改动") == []
    assert one.history.count() == before


def test_the_second_save_is_not_credited_to_the_first_person() -> None:
    one, first, second = dossier(), person(Role.OFFICER), person(Role.HEAD)
    one.secrecy = Clearance.SENSITIVE
    save_record(one, by=first, reason="一")
    one.secrecy = Clearance.SEALED
    save_record(one, by=second, reason="二")
    one.secrecy = Clearance.INTERNAL
    save_record(one, by=SYSTEM, reason="三")

    rows = list(one.history.all()[:3])
    assert [row.history_user for row in rows] == [None, second, first]
    assert [row.history_change_reason for row in rows] == ["三", "二", "一"]
    assert not hasattr(one, "_history_user")


def test_the_marks_are_taken_off_even_when_saving_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    one = dossier()
    one.secrecy = Clearance.SENSITIVE

    def fails(*_values: Any, **_names: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(Dossier, "save", fails)
    with pytest.raises(RuntimeError):
        save_record(one, by=person(Role.OFFICER), reason="失败")

    assert not hasattr(one, "_history_user")
    assert not hasattr(one, "_change_reason")


def test_only_the_named_fields_are_written() -> None:
    one, officer = dossier(), person(Role.OFFICER)
    one.secrecy, one.is_open = Clearance.SENSITIVE, False

    assert save_record(one, by=officer, reason="结卷", fields=["is_open"]) == ["is_open"]

    stored = Dossier.objects.get(pk=one.pk)
    assert (stored.secrecy, stored.is_open) == (Clearance.INTERNAL, False)
    assert save_record(one, by=officer, reason="知悉级别") == ["secrecy"]


def test_a_list_changed_in_place_is_noticed() -> None:
    deadline = Deadline.objects.get(pk=clock(MONDAY).pk)
    deadline.explanation[0]["zh"] = "改写"

    assert save_record(deadline, by=SYSTEM, reason="测试") == ["explanation"]
    deadline.explanation.append({"zh": "又一行"})
    assert save_record(deadline, by=SYSTEM, reason="测试") == ["explanation"]
    assert save_record(deadline, by=SYSTEM, reason="测试") == []


def test_a_field_that_is_loaded_late_does_not_hide_changes_of_others() -> None:
    one = Dossier.objects.only("pk", "secrecy").get(pk=dossier().pk)
    one.secrecy = Clearance.SEALED
    assert one.reference

    assert save_record(one, by=SYSTEM, reason="测试", fields=["secrecy", "reference"]) == ["secrecy"]


def test_a_refreshed_record_counts_as_unchanged() -> None:
    one = dossier()
    one.secrecy = Clearance.SEALED
    one.refresh_from_db()

    assert save_record(one, by=SYSTEM, reason="测试") == []


def test_an_account_needs_its_fields_named() -> None:
    user = person(Role.OFFICER)
    user.name = "陆听澜"

    with pytest.raises(TypeError, match="name the fields"):
        save_record(user, by=SYSTEM, reason="更名")
    assert save_record(user, by=SYSTEM, reason="更名", fields=["name"]) == ["name"]
    assert user.history.first().name == "陆听澜"


@pytest.mark.django_db(transaction=True)
def test_saving_outside_an_action_is_refused() -> None:
    one = dossier()
    one.is_open = False

    with pytest.raises(transaction.TransactionManagementError):
        save_record(one, by=SYSTEM, reason="测试")
    assert not connection.in_atomic_block


@pytest.mark.parametrize(
    "write",
    [
        lambda: Dossier.objects.update(is_open=False),
        lambda: Dossier.objects.filter(pk=1).update(is_open=False),
        lambda: Dossier.objects.bulk_create([]),
        lambda: Dossier.objects.bulk_update([], ["is_open"]),
        lambda: Dossier.objects.filter(pk=1).delete(),
    ],
)
def test_writing_past_the_actions_is_refused(write: Any) -> None:
    with pytest.raises(BulkWriteRefused):
        write()
