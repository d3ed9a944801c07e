"""The identity vault: two custodians, a short time, every look on record, and nothing anywhere else."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from accounts.enums import Role
from casework.enums import AccessKind
from casework.models import AccessEvent, Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from integrity.actions import vault
from integrity.enums import UnlockStatus
from integrity.models import CustodianKey, IdentityUnlock, ReporterVault
from tests.factories.leads import IDENTITY, PASSPHRASE, custodian, lead_at, report, unlock_at
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def types(unlock: IdentityUnlock) -> list[str]:
    found = Event.objects.filter(dossier=unlock.dossier, type__startswith="unlock_").order_by("seq")
    return list(found.values_list("type", flat=True))


def test_two_custodians_open_an_identity_and_every_look_is_recorded():
    first, second = custodian(), custodian()
    unlock = unlock_at("open", keepers=(first, second))

    assert vault.view(unlock=unlock, passphrase=PASSPHRASE, by=first) == IDENTITY
    assert vault.view(unlock=unlock, passphrase=PASSPHRASE, by=second) == IDENTITY

    assert types(unlock) == ["unlock_requested", "unlock_approved", "unlock_opened", "unlock_viewed", "unlock_viewed"]
    looks = AccessEvent.objects.filter(kind=AccessKind.UNSEAL, dossier=unlock.dossier)
    assert [look.user for look in looks.order_by("pk")] == [first, second]
    assert unlock.history.count() >= 3


def test_the_window_is_as_long_as_the_settings_say(settings):
    settings.CHENGYAN_UNLOCK_MINUTES = 7
    unlock = unlock_at("open")
    assert unlock.open_until - unlock.second_approved_at == dt.timedelta(minutes=7)


@pytest.mark.parametrize("status", ["requested", "approved_1", "closed", "refused"])
def test_nothing_opens_before_two_agreed_or_after_it_was_closed(status):
    first, second = custodian(), custodian()
    unlock = unlock_at(status, keepers=(first, second))
    if status in {"requested", "refused"}:
        with pytest.raises(AccessDenied):
            vault.view(unlock=unlock, passphrase=PASSPHRASE, by=first)
    else:
        with pytest.raises(MoveRefused):
            vault.view(unlock=unlock, passphrase=PASSPHRASE, by=first)
    assert not AccessEvent.objects.filter(kind=AccessKind.UNSEAL).exists()


def test_after_the_window_nothing_opens_and_a_new_request_closes_the_old_one():
    first, second = custodian(), custodian()
    unlock = unlock_at("open", keepers=(first, second))
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=False):
        with pytest.raises(MoveRefused, match="查阅时间已过"):
            vault.view(unlock=unlock, passphrase=PASSPHRASE, by=first)
        again = vault.request(lead=unlock.lead, purpose="answer", reason="书面答复。", by=person(Role.INTAKE))

    unlock.refresh_from_db()
    assert (unlock.status, again.status) == (UnlockStatus.CLOSED, UnlockStatus.REQUESTED)


def test_the_same_custodian_cannot_agree_twice_and_the_requester_not_at_all():
    first, second = custodian(), custodian()
    unlock = unlock_at("approved_1", keepers=(first, second))
    with pytest.raises(AccessDenied, match="另一位保管人"):
        vault.approve(unlock=unlock, by=first)
    with pytest.raises(AccessDenied):
        vault.approve(unlock=unlock, by=unlock.requested_by)
    assert IdentityUnlock.objects.get().status == UnlockStatus.APPROVED_ONE


def test_a_requester_who_became_custodian_cannot_agree_to_the_own_request():
    unlock = unlock_at("requested")
    asker = unlock.requested_by
    asker.memberships.update(role=Role.CUSTODIAN)
    asker.__dict__.pop("_standing", None)
    with pytest.raises(AccessDenied, match="申请人不能同意自己的申请"):
        vault.approve(unlock=unlock, by=asker)


def test_a_custodian_who_did_not_agree_cannot_look_or_close():
    first, second, third = custodian(), custodian(), custodian()
    unlock = unlock_at("open", keepers=(first, second))
    for act in (
        lambda: vault.view(unlock=unlock, passphrase=PASSPHRASE, by=third),
        lambda: vault.close(unlock=unlock, by=third),
    ):
        with pytest.raises(AccessDenied, match="同意本次申请"):
            act()
    with pytest.raises(AccessDenied, match="只有身份保管人"):
        vault.view(unlock=unlock, passphrase=PASSPHRASE, by=person(Role.INTAKE))


def test_a_wrong_passphrase_opens_nothing_and_leaves_no_look():
    first, second = custodian(), custodian()
    unlock = unlock_at("open", keepers=(first, second))
    with pytest.raises(InputRefused, match="口令不正确") as refused:
        vault.view(unlock=unlock, passphrase="不是这个口令呀不是", by=first)
    assert refused.value.field == "passphrase"
    assert "unlock_viewed" not in types(unlock)


def test_who_became_custodian_after_the_sealing_cannot_open_it():
    first = custodian()
    lead, _ = report("real_name")
    late = custodian()
    unlock = vault.request(lead=lead, purpose="verify", reason="核对。", by=person(Role.INTAKE))
    vault.approve(unlock=unlock, by=late)
    vault.approve(unlock=unlock, by=first)

    with pytest.raises(InputRefused, match="封存时还没有您的密钥"):
        vault.view(unlock=unlock, passphrase=PASSPHRASE, by=late)
    assert vault.view(unlock=unlock, passphrase=PASSPHRASE, by=first) == IDENTITY


@pytest.mark.parametrize(("status", "works"), [("requested", True), ("approved_1", True), ("open", False)])
def test_a_request_may_be_refused_until_the_window_opens(status, works):
    first, second = custodian(), custodian()
    unlock = unlock_at(status, keepers=(first, second))
    if works:
        vault.refuse(unlock=unlock, reason="理由不充分。", by=second)
        assert unlock.status == UnlockStatus.REFUSED and types(unlock)[-1] == "unlock_refused"
    else:
        with pytest.raises(MoveRefused):
            vault.refuse(unlock=unlock, reason="理由不充分。", by=second)


def test_a_refusal_needs_a_reason():
    keepers = custodian(), custodian()
    unlock = unlock_at("requested", keepers=keepers)
    with pytest.raises(InputRefused) as refused:
        vault.refuse(unlock=unlock, reason=" ", by=keepers[0])
    assert refused.value.field == "reason"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"reason": ""}, "reason"), ({"reason": "字" * 501}, "reason"), ({"purpose": "curiosity"}, "purpose")],
)
def test_a_request_needs_a_purpose_and_a_reason(changes, field):
    custodian()
    lead, _ = report("confidential")
    values = {"purpose": "verify", "reason": "核对。"} | changes
    with pytest.raises(InputRefused) as refused:
        vault.request(lead=lead, by=person(Role.INTAKE), **values)
    assert refused.value.field == field


def test_one_request_at_a_time_and_none_for_an_anonymous_report():
    unlock = unlock_at("requested")
    with pytest.raises(MoveRefused, match="已有一项"):
        vault.request(lead=unlock.lead, purpose="verify", reason="核对。", by=person(Role.INTAKE))
    with pytest.raises(MoveRefused, match="没有封存的身份"):
        vault.request(lead=lead_at(), purpose="verify", reason="核对。", by=person(Role.INTAKE))
    with pytest.raises(AccessDenied):
        vault.request(lead=unlock.lead, purpose="verify", reason="核对。", by=person(Role.OFFICER))


def test_an_anonymous_reporter_leaves_a_name_once_and_for_good():
    keeper = custodian()
    lead, _ = report("anonymous")
    vault.add_name(lead=lead, mode="confidential", identity=IDENTITY, by=keeper)

    assert lead.mode == "confidential" and ReporterVault.objects.get().lead == lead
    assert lead.history.first().mode == "confidential"
    assert Event.objects.filter(dossier=lead.dossier, type="reporter_named").exists()
    with pytest.raises(MoveRefused, match="不能再次填写"):
        vault.add_name(lead=lead, mode="real_name", identity=IDENTITY, by=keeper)


def test_leaving_a_name_needs_a_mode_and_the_rest_stays_anonymous():
    custodian()
    lead, _ = report("anonymous")
    with pytest.raises(InputRefused) as refused:
        vault.add_name(lead=lead, mode="anonymous", identity=IDENTITY, by=person(Role.INTAKE))
    assert refused.value.field == "mode"
    assert not ReporterVault.objects.exists()


def test_sealing_twice_is_refused():
    custodian()
    lead, _ = report("confidential")
    with pytest.raises(MoveRefused):
        vault.seal(lead=lead, identity=IDENTITY, by=person(Role.INTAKE))


def test_a_custodian_has_one_key_and_can_change_its_passphrase():
    keeper = custodian()
    with pytest.raises(MoveRefused, match="已经有保管密钥"):
        vault.make_key(passphrase=PASSPHRASE, by=keeper)
    unlock = unlock_at("open", keepers=(keeper, custodian()))

    vault.change_passphrase(old=PASSPHRASE, new="另一把足够长的保管口令", by=keeper)

    assert vault.view(unlock=unlock, passphrase="另一把足够长的保管口令", by=keeper) == IDENTITY
    assert Event.objects.filter(type="custodian_passphrase_changed").exists()
    with pytest.raises(InputRefused) as refused:
        vault.change_passphrase(old="不是这个口令呀不是", new="第三把足够长的保管口令", by=keeper)
    assert refused.value.field == "old"
    with pytest.raises(InputRefused) as refused:
        vault.change_passphrase(old="另一把足够长的保管口令", new="短", by=keeper)
    assert refused.value.field == "passphrase"


def test_a_retired_key_gets_nothing_new_and_another_can_be_made():
    keeper = custodian()
    vault.retire_key(reason="忘记口令。", by=keeper)
    assert CustodianKey.objects.get().retired_by == keeper
    with pytest.raises(MoveRefused, match="还没有保管密钥"):
        vault.retire_key(reason="忘记口令。", by=keeper)
    with pytest.raises(InputRefused):
        report("confidential")


@pytest.mark.parametrize(
    "act",
    [lambda by: vault.make_key(passphrase=PASSPHRASE, by=by), lambda by: vault.retire_key(reason="忘记口令。", by=by)],
)
def test_only_custodians_have_keys(act):
    with pytest.raises(AccessDenied):
        act(person(Role.INTAKE))


ACTS = {
    "request": (
        "",
        lambda unlock, first, second: vault.request(
            lead=unlock.lead, purpose="verify", reason="再核对。", by=person(Role.INTAKE)
        ),
    ),
    "approve": ("requested", lambda unlock, first, second: vault.approve(unlock=unlock, by=first)),
    "open": ("approved_1", lambda unlock, first, second: vault.approve(unlock=unlock, by=second)),
    "refuse": ("requested", lambda unlock, first, second: vault.refuse(unlock=unlock, reason="不。", by=first)),
    "view": ("open", lambda unlock, first, second: vault.view(unlock=unlock, passphrase=PASSPHRASE, by=first)),
    "close": ("open", lambda unlock, first, second: vault.close(unlock=unlock, by=first)),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_when_the_event_cannot_be_written_the_vault_did_nothing(name, monkeypatch):
    status, act = ACTS[name]
    first, second = custodian(), custodian()
    unlock = unlock_at(status or "closed", keepers=(first, second))
    before = list(IdentityUnlock.objects.values()), IdentityUnlock.history.count()

    def fail(*args, **kwargs):
        raise RuntimeError("no event")

    monkeypatch.setattr(Event, "save", fail)
    with pytest.raises(RuntimeError, match="no event"):
        act(IdentityUnlock.objects.select_related("lead__dossier").get(pk=unlock.pk), first, second)
    assert (list(IdentityUnlock.objects.values()), IdentityUnlock.history.count()) == before
    assert not AccessEvent.objects.filter(kind=AccessKind.UNSEAL).exists()
