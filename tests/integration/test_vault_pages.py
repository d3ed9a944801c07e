"""Pages of the identity vault, and the canary: a reporter's identity stands nowhere but on the page that opens it."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from casework.enums import AccessKind
from casework.models import AccessEvent, Event
from casework.today import rows_for
from integrity.actions import exclusions, vault
from integrity.enums import UnlockStatus
from integrity.models import CustodianKey, IdentityUnlock
from tests.factories.leads import IDENTITY, PASSPHRASE, QUICK_KEY, custodian, lead_at, report, unlock_at
from tests.factories.people import person
from tests.factories.visits import queries_of, send, signed_in, text_of

pytestmark = pytest.mark.django_db

PAGES = ["vault-list", "custodian-key"]
STEPS = ["vault-approve", "vault-refuse", "vault-view", "vault-close"]


def url(name: str, unlock: IdentityUnlock) -> str:
    return reverse(f"integrity:{name}", args=[unlock.pk])


@pytest.mark.parametrize("name", PAGES)
def test_only_custodians_see_the_vault(name):
    page = reverse(f"integrity:{name}")
    assert Client().get(page).status_code == 302
    assert signed_in(person(Role.HEAD)).get(page).status_code == 403
    assert signed_in(custodian()).get(page).status_code == 200


@pytest.mark.parametrize("name", STEPS)
def test_only_custodians_act_in_the_vault_and_a_missing_request_is_not_found(name):
    unlock = unlock_at("requested")
    assert Client().post(url(name, unlock)).status_code == 302
    assert send(signed_in(unlock.requested_by), url(name, unlock)).status_code == 403
    keeper = signed_in(custodian())
    assert send(keeper, reverse(f"integrity:{name}", args=[unlock.pk + 99])).status_code == 404
    assert IdentityUnlock.objects.get().status == UnlockStatus.REQUESTED


def test_two_custodians_agree_one_looks_and_the_window_is_closed():
    first, second = custodian(), custodian()
    unlock = unlock_at("requested", keepers=(first, second))
    one, two = signed_in(first), signed_in(second)

    assert "同意查阅" in text_of(one.get("/vault/"))
    asked = text_of(one.get(url("vault-approve", unlock)))
    assert "需要核对原始记录" in asked and "还须另一位保管人同意" in asked
    send(one, url("vault-approve", unlock), key="d" * 32)
    send(one, url("vault-approve", unlock), key="d" * 32)
    assert "须由另一位保管人同意" in text_of(one.get("/vault/"))
    assert send(one, url("vault-approve", unlock)).status_code == 403
    assert one.get(url("vault-approve", unlock)).status_code == 403
    asked = text_of(two.get(url("vault-approve", unlock)))
    assert f"30 分钟内您和{first.name}可以凭各自的口令查阅" in asked and "举报人返回时会看到" in asked
    assert IdentityUnlock.objects.get().status == UnlockStatus.APPROVED_ONE
    send(two, url("vault-approve", unlock))

    assert "口令" in text_of(two.get(url("vault-view", unlock)))
    wrong = two.post(url("vault-view", unlock), {"passphrase": "不是这个口令呀不是"})
    assert wrong.status_code == 422 and "口令不正确" in text_of(wrong)
    assert AccessEvent.objects.filter(kind=AccessKind.REFUSED, user=second).count() == 1
    opened = two.post(url("vault-view", unlock), {"passphrase": PASSPHRASE})
    assert IDENTITY["name"] in text_of(opened) and opened.headers["Cache-Control"] == "no-store"
    assert AccessEvent.objects.filter(kind=AccessKind.UNSEAL, user=second).count() == 1
    assert IDENTITY["name"] not in two.get(url("vault-view", unlock)).content.decode()

    assert send(two, url("vault-close", unlock)).status_code == 302
    closed = two.post(url("vault-view", unlock), {"passphrase": PASSPHRASE})
    assert closed.status_code == 422 and IDENTITY["name"] not in closed.content.decode()


def test_every_look_counts_also_the_second_press_of_the_button():
    first, second = custodian(), custodian()
    unlock = unlock_at("open", keepers=(first, second))
    client = signed_in(first)
    for _ in range(2):
        client.post(url("vault-view", unlock), {"passphrase": PASSPHRASE})
    assert Event.objects.filter(type="unlock_viewed").count() == 2


def test_a_request_is_refused_with_a_reason():
    keepers = custodian(), custodian()
    unlock = unlock_at("requested", keepers=keepers)
    client = signed_in(keepers[0])
    assert send(client, url("vault-refuse", unlock), reason="").status_code == 422
    assert send(client, url("vault-refuse", unlock), reason="理由不充分。").status_code == 302
    assert "理由不充分" in text_of(client.get("/vault/"))


def test_an_excluded_custodian_does_not_find_the_request():
    first, second = custodian(), custodian()
    unlock = unlock_at("requested", keepers=(first, second))
    exclusions.exclude_from_lead(
        lead=unlock.lead, user=first, source="named", reason="近亲属。", by=person(Role.INTAKE)
    )
    client = signed_in(first)
    assert send(client, url("vault-approve", unlock)).status_code == 404
    assert unlock.dossier.reference not in text_of(client.get("/vault/"))


def test_a_custodian_makes_a_key_changes_the_passphrase_and_retires_it(monkeypatch):
    monkeypatch.setattr(vault, "new_custodian_key", QUICK_KEY)
    keeper = person(Role.CUSTODIAN)
    client = signed_in(keeper)
    page = "/vault/key/"
    assert "您还没有保管密钥" in text_of(client.get("/vault/"))
    assert send(client, page, passphrase=PASSPHRASE, again="别的").status_code == 422
    short = send(client, page, passphrase="短", again="短")
    assert short.status_code == 422 and "至少要有 10 个字符" in text_of(short)
    assert send(client, page, passphrase=PASSPHRASE, again=PASSPHRASE).status_code == 302

    new = "另一把足够长的保管口令"
    wrong = send(client, page, old="不是这个口令呀不是", passphrase=new, again=new)
    assert wrong.status_code == 422 and "口令不正确" in text_of(wrong)
    assert send(client, page, old=PASSPHRASE, passphrase=new, again=new).status_code == 302
    assert "再也打不开" in text_of(client.get("/vault/key/retire/"))
    assert send(client, "/vault/key/retire/", reason="").status_code == 422
    assert CustodianKey.objects.filter(retired_at=None).exists()
    assert send(client, "/vault/key/retire/", reason="怀疑口令泄露。").status_code == 302
    assert Event.objects.get(type="custodian_key_retired").reason == "怀疑口令泄露。"
    assert CustodianKey.objects.get().retired_by == keeper


def test_staff_ask_to_open_an_identity_from_the_lead():
    custodian(), custodian()
    lead = lead_at(mode="confidential")
    client = signed_in(person(Role.INTAKE))
    page = reverse("integrity:lead-unlock-request", args=[lead.dossier.reference])
    assert "举报人已封存" in text_of(client.get(lead.get_absolute_url()))
    assert client.get(page).status_code == 200
    assert send(client, page, purpose="", reason="").status_code == 422
    assert send(client, page, purpose="verify", reason="核对原始记录。").status_code == 302
    assert "核对原始记录" in text_of(client.get(lead.get_absolute_url()))
    assert send(client, page, purpose="verify", reason="再来一次。").status_code == 422


def test_the_vault_stays_within_twelve_queries():
    first, second = custodian(), custodian()
    for status in ("requested", "approved_1", "open", "closed"):
        unlock_at(status, keepers=(first, second))
    client = signed_in(first)
    found = queries_of(client, "/vault/")
    assert len(found) <= 12, "\n".join(found)


def test_after_its_time_a_request_reads_as_closed_and_offers_nothing():
    first, second = custodian(), custodian()
    unlock_at("open", keepers=(first, second))
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=False):
        words = text_of(signed_in(first).get("/vault/"))
    assert "已关闭" in words and "查阅身份" not in words


def test_the_today_page_tells_custodians_whose_turn_it_is():
    first, second = custodian(), custodian()
    unlock = unlock_at("approved_1", keepers=(first, second))
    on = timezone.localdate()
    (mine,) = rows_for(second, on)
    (waiting,) = rows_for(first, on)
    assert (mine.group, mine.reference, mine.action_url) == ("mine", unlock.dossier.reference, "/vault/")
    assert (waiting.group, waiting.waiting_for) == ("waiting", "另一位保管人")


def everything_stored() -> str:
    """Every value of every table, sessions decoded."""
    cells = []
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            cells.extend(str(cell) for cell in row)
    cells.extend(str(session.get_decoded()) for session in Session.objects.all())
    return "\n".join(cells)


def test_the_identity_of_a_reporter_stands_nowhere_but_on_the_page_that_opens_it(caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    first, second = custodian(), custodian()
    canary = {"name": "金丝雀甲乙丙", "contact": "19900007777", "note": "夜里十一点后"}
    reporter = Client()
    reporter.get("/report/")
    form = {"mode": "confidential", "target": "周砚清", "facts": "图片重复。", **canary}
    refused = send(reporter, "/report/", **form | {"target": ""})
    assert refused.status_code == 422
    assert send(reporter, "/report/", **form).status_code == 302
    anonymous, receipt = report()
    named = Client()
    send(named, "/report/return/", receipt=receipt)
    send(named, "/report/return/name/", mode="real_name", **canary)

    unlock = vault.request(lead=anonymous, purpose="verify", reason="核对。", by=person(Role.INTAKE))
    vault.approve(unlock=unlock, by=first)
    vault.approve(unlock=unlock, by=second)
    page = signed_in(first).post(url("vault-view", unlock), {"passphrase": PASSPHRASE})
    assert canary["name"] in text_of(page)

    intake = signed_in(person(Role.INTAKE))
    pages = "".join(
        client.get(path).content.decode()
        for client, path in [
            (intake, "/leads/"),
            (intake, anonymous.get_absolute_url()),
            (signed_in(second), "/vault/"),
            (named, "/report/return/lead/"),
            (reporter, "/report/receipt/"),
        ]
    )
    haystack = everything_stored() + caplog.text + pages
    for word in (*canary.values(), PASSPHRASE):
        assert word not in haystack
    assert receipt not in everything_stored() + caplog.text
