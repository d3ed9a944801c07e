"""The reporter's way back: one answer to wrong receipts, the talk, the progress, the end of a visit."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from casework.models import AccessEvent, Event, IdempotencyKey
from integrity.actions import duplicates, messages, vault
from integrity.models import Lead
from notices import visits
from tests.factories.leads import IDENTITY, PASSPHRASE, custodian, lead_at, report
from tests.factories.people import person
from tests.factories.visits import send, signed_in, text_of
from tests.integration.reporting import filed, png, returned

pytestmark = pytest.mark.django_db


def visiting(lead: Lead, seen: dt.datetime) -> Client:
    """A browser in which the receipt of this lead was entered at that moment."""
    client = Client()
    client.cookies["report_visit"] = visits.begin(HttpResponse(), lead, seen).cookies["report_visit"].value
    return client


def test_the_talk_goes_both_ways():
    intake = person(Role.INTAKE)
    lead, receipt = report()
    messages.ask_more(lead=lead, body="请补充期刊名。", by=intake)
    client = returned(receipt)

    words = text_of(client.get("/report/return/lead/"))
    assert "需要您补充材料" in words and "请补充期刊名" in words and intake.name not in words

    sent = send(client, "/report/return/message/", body="是《某学报》。", files=png())
    assert sent.url == "/report/return/lead/"
    assert Lead.objects.get().status == "submitted"
    words = text_of(client.get("/report/return/lead/"))
    assert "是《某学报》" in words and "图.png" in words


def test_an_empty_answer_comes_back_and_keeps_the_rest():
    _lead, receipt = report()
    client = returned(receipt)
    response = send(client, "/report/return/message/", body="", files=png())
    assert response.status_code == 422 and "文件须重新选择" in text_of(response)
    response = send(client, "/report/return/files/")
    assert response.status_code == 422 and "请选择要提交的文件" in text_of(response)
    assert send(client, "/report/return/files/", files=png()).status_code == 302


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("submitted", "正在研究是否受理"),
        ("refusal_proposed", "正在研究是否受理"),
        ("duplicate", "正在研究是否受理"),
        ("need_more", "需要您补充材料"),
        ("accepted", "办理期间不提供细节"),
        ("not_accepted", "没有明确的证据和可查证线索"),
        ("transferred", "转送有权处理的单位"),
    ],
)
def test_progress_is_told_in_words_that_warn_nobody(status, words):
    lead = lead_at(status)

    shown = text_of(visiting(lead, timezone.now()).get("/report/return/lead/"))
    assert words in shown
    for secret in ("重复", "拟不予受理", lead.dossier.reference, "没有可以查证的线索。", "市教育局"):
        assert secret not in shown


@pytest.mark.parametrize("status", ["submitted", "need_more", "refusal_proposed", "duplicate"])
def test_until_it_is_decided_the_reporter_reads_by_which_day_it_will_be(status):
    """2026-09-17 and fifteen working days over the National Day holiday; the same for a doubtful and a repeated one."""
    with time_machine.travel(dt.datetime(2026, 9, 17, 2, tzinfo=dt.UTC), tick=False):
        page = text_of(visiting(lead_at(status), timezone.now()).get("/report/return/lead/"))
    assert "最迟于 2026-10-14 决定是否受理" in page and "15 个工作日" in page


@pytest.mark.parametrize("status", ["accepted", "not_accepted", "transferred"])
def test_once_it_is_decided_no_day_is_told(status):
    assert "最迟于" not in text_of(visiting(lead_at(status), timezone.now()).get("/report/return/lead/"))


def test_a_day_that_reaches_into_a_year_without_a_calendar_is_provisional():
    with time_machine.travel(dt.datetime(2026, 12, 25, 2, tzinfo=dt.UTC), tick=False):
        page = text_of(visiting(lead_at(), timezone.now()).get("/report/return/lead/"))
    assert "暂定" in page and "日期可能调整" in page


def test_what_the_office_added_is_not_shown_to_the_reporter():
    lead, intake = lead_at(), person(Role.INTAKE)
    page = f"{lead.get_absolute_url()}add-files/"
    staff = signed_in(intake)
    assert "举报人看不到" in text_of(staff.get(page))
    again = text_of(send(staff, page, kind="evidence", files=SimpleUploadedFile("a.png", b"MZ")))
    assert "请重新选择文件后再提交" in again
    assert send(staff, page, kind="evidence", files=png("办公室核对.png")).status_code == 302

    assert "办公室核对.png" in text_of(staff.get(lead.get_absolute_url()))
    assert "办公室核对.png" not in text_of(visiting(lead, timezone.now()).get("/report/return/lead/"))


def test_an_anonymous_reporter_may_leave_a_name_once():
    keeper = custodian()
    lead, receipt = report()
    client = returned(receipt)
    bad = send(client, "/report/return/name/", mode="real_name", contact="13800006789")
    assert bad.status_code == 422 and "实名举报请填写姓名" in text_of(bad) and "13800006789" in bad.content.decode()

    good = send(client, "/report/return/name/", mode="real_name", **IDENTITY)
    assert good.status_code == 302
    lead.refresh_from_db()
    assert lead.mode == "real_name" and str(keeper.custodian_keys.get().pk) in lead.vault.sealed
    page = client.get("/report/return/lead/").content.decode()
    assert "补留姓名" not in page and IDENTITY["name"] not in page
    assert send(client, "/report/return/name/", mode="confidential", **IDENTITY).status_code == 422


def test_the_reporter_sees_every_opening_of_the_identity_without_the_reason():
    first, second = custodian(), custodian()
    lead, receipt = report("confidential")
    unlock = vault.request(lead=lead, purpose="protect", reason="内部理由不外传。", by=person(Role.INTAKE))
    vault.approve(unlock=unlock, by=first)
    client = returned(receipt)
    assert "开封，用途" not in text_of(client.get("/report/return/lead/"))

    vault.approve(unlock=unlock, by=second)
    vault.view(unlock=unlock, passphrase=PASSPHRASE, by=first)

    words = text_of(client.get("/report/return/lead/"))
    assert "用途：保护举报人" in words and "已查阅 1 次" in words
    assert "内部理由" not in words and first.name not in words


def test_half_an_hour_without_a_click_ends_the_visit_and_leaving_ends_it_at_once():
    _lead, receipt = report()
    client = returned(receipt)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=20), tick=False):
        assert client.get("/report/return/lead/").status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=49), tick=False):
        assert client.get("/report/return/lead/").status_code == 200

    client = returned(receipt)
    assert send(client, "/report/return/leave/").url == "/report/return/"
    assert client.get("/report/return/lead/").status_code == 302


def test_an_idle_visit_is_over():
    lead = lead_at()
    client = visiting(lead, timezone.now() - dt.timedelta(minutes=31))
    assert client.get("/report/return/lead/").url == "/report/return/"


def test_a_visit_cannot_be_forged():
    client = visiting(lead_at(), timezone.now())
    client.cookies["report_visit"] = "k1.AAAA"
    assert client.get("/report/return/lead/").url == "/report/return/"


def test_a_colleague_who_is_signed_in_leaves_no_trace_of_having_reported():
    colleague = person(Role.HEAD)
    client = signed_in(colleague)
    receipt = filed(client)
    send(client, "/report/return/", receipt=receipt)
    send(client, "/report/return/message/", body="再补充一句。")
    assert client.get("/report/return/lead/").status_code == 200

    assert not [key.owner for key in IdempotencyKey.objects.all() if not key.owner.startswith("visitor:")]
    assert (
        not Event.objects.filter(actor=colleague).exists() and not AccessEvent.objects.filter(user=colleague).exists()
    )
    lead = Lead.objects.get()
    for session in Session.objects.all():
        assert str(lead.dossier.token) not in str(session.get_decoded())
    assert client.get("/today/").status_code == 200


@pytest.mark.parametrize("page", ["message", "files", "name"])
def test_without_a_receipt_nothing_can_be_sent(page):
    lead_at()
    response = send(Client(), f"/report/return/{page}/", body="甲")
    assert response.status_code == 302 and response.url == "/report/return/"


def test_a_duplicate_reads_as_before_it_was_marked():
    lead, receipt = report()
    intake = person(Role.INTAKE)
    messages.ask_more(lead=lead, body="请补充。", by=intake)
    duplicates.mark(lead=lead, original=report()[0], reason="同一件。", by=intake)
    assert "需要您补充材料" in text_of(returned(receipt).get("/report/return/lead/"))
