"""A custodian makes and retires a key; each leaves an event, and the passphrase is in neither."""

from __future__ import annotations

import pytest

from casework.events import register_dossier
from integrity.actions import vault
from integrity.models import CustodianKey
from tests.factories import person

pytestmark = pytest.mark.django_db
PASSPHRASE = "boundless-river-stone"


def _types() -> list[str]:
    return list(register_dossier("custodians").events.order_by("seq").values_list("type", flat=True))


def test_making_and_retiring_a_key_are_events_without_the_passphrase():
    keeper = person("custodian")

    key = vault.make_key(passphrase=PASSPHRASE, by=keeper)
    vault.retire_key(reason="忘记口令。", by=keeper)

    key.refresh_from_db()
    assert key.retired_by == keeper
    assert _types() == ["custodian_key_made", "custodian_key_retired"]
    stored = str(list(CustodianKey.objects.values())) + str(list(register_dossier("custodians").events.values()))
    assert PASSPHRASE not in stored


def test_a_key_without_its_event_is_not_made(monkeypatch):
    keeper = person("custodian")
    register_dossier("custodians")
    monkeypatch.setattr(vault, "record_event", lambda **fields: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        vault.make_key(passphrase=PASSPHRASE, by=keeper)

    assert not CustodianKey.objects.exists()
