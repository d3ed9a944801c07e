"""The reporter's side: filing, the receipt, coming back, and the same answer for every wrong receipt."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from casework.enums import AccessKind
from casework.models import AccessEvent, Attachment, Event, IdempotencyKey
from integrity import receipts
from integrity.models import Lead
from notices import throttle
from notices.models import ThrottleCount
from tests.factories.leads import lead_at, report
from tests.factories.visits import send, text_of
from tests.integration.reporting import FORM, filed, png, returned, shown_receipt

pytestmark = pytest.mark.django_db


def test_a_report_is_filed_and_the_receipt_leads_back_to_it():
    receipt = filed(Client(), files=[png(), png("图二.png")])

    lead = Lead.objects.get()
    assert lead.mode == "anonymous" and lead.receipt_hint == receipt[-4:]
    assert Attachment.objects.filter(dossier=lead.dossier).count() == 1  # the same bytes are kept once
    client = returned(receipt)
    words = text_of(client.get("/report/return/lead/"))
    assert "正在研究是否受理" in words and "图3与他人论文图2相同" in words and "图.png" in words
    assert AccessEvent.objects.filter(kind=AccessKind.READ, user=None, dossier=lead.dossier).count() == 1
    assert Event.objects.filter(dossier=lead.dossier, type="reporter_returned").count() == 1


def test_the_form_pressed_twice_files_one_report_and_shows_one_receipt():
    client = Client()
    client.get("/report/")
    first = send(client, "/report/", key="c" * 32, **FORM)
    receipt = shown_receipt(client)
    again = send(client, "/report/", key="c" * 32, **FORM)

    assert first.url == again.url == "/report/receipt/"
    assert Lead.objects.count() == 1 and shown_receipt(client) == receipt


def test_the_slip_holds_a_fingerprint_and_a_picture_and_goes_away():
    client = Client()
    filed(client)
    page = client.get("/report/receipt/")
    lead = Lead.objects.get()
    assert lead.fingerprint in text_of(page)
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"

    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11), tick=False):
        assert client.get("/report/receipt/").status_code == 404


def test_the_slip_is_gone_once_the_reporter_says_it_was_copied_and_for_every_other_browser():
    client = Client()
    filed(client)
    assert Client().get("/report/receipt/").status_code == 404
    assert send(client, "/report/return/leave/").status_code == 302
    assert "这台电脑上不再保留这次查看" in text_of(client.get("/report/return/"))
    assert client.get("/report/receipt/").status_code == 404


def test_what_a_mode_demands_is_not_called_optional():
    page = BeautifulSoup(Client().get("/report/").content, "html.parser")
    labels = {label["for"]: label.get_text() for label in page.select("label[for]")}
    assert "选填" in labels["id_note"]
    for needed in ("id_name", "id_contact"):
        assert "选填" not in labels[needed]
    assert "实名和保密举报必填" in page.select_one("#id_contact_helptext").get_text()


def test_a_receipt_under_seal_is_not_kept_with_the_key_of_the_form():
    now = timezone.now()
    filed(Client())
    row = IdempotencyKey.objects.get(location__contains="slip")

    with time_machine.travel(now + dt.timedelta(minutes=9)):
        call_command("forget_slips", stdout=StringIO())
        assert IdempotencyKey.objects.get(pk=row.pk).location == row.location
    with time_machine.travel(now + dt.timedelta(minutes=11)):
        said = StringIO()
        call_command("forget_slips", stdout=said)
        assert said.getvalue() == "forgotten 1\n"
    assert IdempotencyKey.objects.get(pk=row.pk).location == "/report/receipt/"


def test_the_next_report_makes_an_earlier_receipt_forgotten():
    now = timezone.now()
    filed(Client())
    with time_machine.travel(now + dt.timedelta(minutes=11)):
        filed(Client())
    assert IdempotencyKey.objects.filter(location__contains="slip").count() == 1


def test_a_damaged_slip_shows_nothing():
    client = Client()
    filed(client)
    client.cookies["receipt_slip"] = client.cookies["receipt_slip"].value[:-6] + "AAAAAA"
    assert client.get("/report/receipt/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mode": ""}, "请选择实名、保密或者匿名"),
        ({"target": ""}, "被举报的人或单位：请填写这一栏"),
        ({"facts": " \u3000 "}, "具体事实：请填写这一栏"),
        ({"facts": "字" * 60_001}, "最多 60000 个字"),
        ({"facts": "图\x00片"}, "控制字符"),
        ({"target": "周\u202e砚清"}, "隐藏字符"),
        ({"period_from": "2025-02-30"}, "没有这一天"),
        ({"period_from": "2999-01-01"}, "不能晚于今天"),
        ({"mode": "real_name"}, "实名举报请填写姓名"),
        ({"mode": "confidential"}, "请填写联系方式"),
        ({"mode": "confidential", "contact": "13800006789"}, "目前还没有身份保管人"),
        ({"files": SimpleUploadedFile("空.pdf", b"")}, "files"),
        ({"files": SimpleUploadedFile("照片.png", b"MZ...")}, "files"),
    ],
)
def test_a_bad_report_is_refused_in_words_and_loses_nothing_typed(changes, sentence):
    client = Client()
    response = send(client, "/report/", **(FORM | {"works": "某学报 2025 年第 3 期"} | changes))

    assert response.status_code == 422
    body = response.content.decode()
    assert "需要改正" in text_of(response)
    if sentence != "files":
        assert sentence in text_of(response)
    else:
        assert "文件须重新选择" in text_of(response)
    assert "某学报 2025 年第 3 期" in body
    if changes.get("mode", "anonymous"):
        assert re.search(rf'value="{changes.get("mode", "anonymous")}"[^>]*checked', body)
    assert not Lead.objects.exists()


def test_eleven_files_are_one_too_many():
    response = send(Client(), "/report/", **FORM, files=[png(f"{n}.png") for n in range(11)])
    assert response.status_code == 422 and "最多上传 10 个文件" in text_of(response)


def test_a_file_over_the_limit_is_refused_before_it_is_read(settings):
    settings.CHENGYAN_MAX_UPLOAD_MB = 0
    response = send(Client(), "/report/", **FORM, files=png())
    assert "超过 0 MB" in text_of(response)


def test_a_form_without_its_key_is_refused():
    response = Client().post("/report/", FORM)
    assert response.status_code == 422 and not Lead.objects.exists()


def test_wrong_unknown_and_malformed_receipts_get_one_answer():
    lead_at()
    answers = set()
    for typed in ("0000000000000000", "123", "一二三四", "9" * 40):
        client = Client()
        response = send(client, "/report/return/", receipt=typed)
        assert response.status_code == 422
        answers.add(text_of(response).replace(typed, ""))
        assert client.get("/report/return/lead/").status_code == 302
    assert len(answers) == 1 and "没有找到这个回执" in answers.pop()


def test_a_wrong_receipt_costs_as_much_work_as_a_right_one(monkeypatch):
    _lead, receipt = report()
    calls = []
    original = receipts.receipt_lookup
    monkeypatch.setattr("integrity.receipts.receipt_lookup", lambda *args: calls.append(args) or original(*args))
    for typed in (receipt, "0000000000000000", "123"):
        before = len(calls)
        send(Client(), "/report/return/", receipt=typed)
        assert len(calls) == before + 1


def test_after_ten_wrong_receipts_even_the_right_one_waits_an_hour_and_no_address_is_kept():
    _lead, receipt = report()
    with time_machine.travel(dt.datetime(2026, 11, 23, 10, 5, tzinfo=dt.UTC), tick=False) as clock:
        for _ in range(throttle.WRONG_RECEIPTS_PER_HOUR):
            send(Client(REMOTE_ADDR="192.0.2.7"), "/report/return/", receipt="1" * 16)
        blocked = send(Client(REMOTE_ADDR="192.0.2.7"), "/report/return/", receipt=receipt)
        assert blocked.status_code == 429 and "请过一小时再试" in text_of(blocked)
        assert send(Client(REMOTE_ADDR="192.0.2.8"), "/report/return/", receipt=receipt).status_code == 302

        row = ThrottleCount.objects.get()
        assert row.count == throttle.WRONG_RECEIPTS_PER_HOUR and "192.0.2" not in row.bucket
        clock.shift(dt.timedelta(hours=1))
        assert send(Client(REMOTE_ADDR="192.0.2.7"), "/report/return/", receipt=receipt).status_code == 302


def test_counts_of_earlier_days_are_removed():
    now = timezone.now()
    throttle.count("receipt", "192.0.2.7", now=now - dt.timedelta(days=1))
    throttle.count("receipt", "192.0.2.7", now=now)
    assert [row.day for row in ThrottleCount.objects.all()] == [timezone.localdate(now)]


def test_behind_a_proxy_the_address_the_proxy_wrote_counts(rf, settings):
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 192.0.2.9")
    assert throttle.place_of(request) == "10.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert throttle.place_of(request) == "192.0.2.9"
    assert throttle.place_of(rf.get("/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


def test_too_many_reports_from_one_place_wait_and_lose_nothing(monkeypatch):
    monkeypatch.setattr(throttle, "REPORTS_PER_HOUR", 1)
    filed(Client())
    response = send(Client(), "/report/", **(FORM | {"works": "另一篇"}))

    assert response.status_code == 429 and "请过一小时再提交" in text_of(response)
    assert "另一篇" in response.content.decode() and Lead.objects.count() == 1


def test_the_pages_work_in_english():
    client = Client()
    client.cookies["django_language"] = "en"
    assert client.get("/report/").status_code == 200
    assert client.get("/report/return/").status_code == 200
