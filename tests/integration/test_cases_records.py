"""Changes, viewers, readings and files behind a case; what Today says of it."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from casework.actions import dossiers
from casework.enums import AccessKind
from casework.extension import Panel, register_case_panel, register_case_steps
from casework.models import AccessEvent, Attachment
from casework.today import rows_for
from tests.factories import person
from tests.factories.cases import case_at, case_opened, hear
from tests.factories.decisions import decide_all
from tests.factories.visits import queries_of, send, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return person("officer", name="李明")


def url_of(name: str, case, *args) -> str:
    return reverse(f"integrity:{name}", args=[case.dossier.reference, *args])


@pytest.mark.parametrize("name", ["case-history", "case-who", "case-files", "case-report"])
def test_pages_behind_a_case_follow_its_visibility_and_are_on_record(officer, client, name):
    case = case_at("report_ready", officer=officer)
    url = url_of(name, case)
    assert client.get(url)["Location"].startswith("/accounts/login/")
    assert signed_in(person("officer")).get(url).status_code == 404
    reader = person("legal")
    assert signed_in(reader).get(url).status_code == 200
    assert AccessEvent.objects.filter(user=reader, dossier=case.dossier, kind=AccessKind.READ).count() == 1


def test_the_history_page_shows_who_changed_what(officer):
    case = case_at("report_ready", officer=officer)
    said = text_of(signed_in(officer).get(url_of("case-history", case)))
    assert "李明" in said and "已立案 调查中" in said and "待查 属实" in said
    assert len(queries_of(signed_in(officer), url_of("case-history", case))) <= 16


def test_the_viewers_page_answers_for_a_day_and_lists_readings(officer):
    case = case_opened(officer)
    signed_in(person("bureau", name="赵局")).get(case.get_absolute_url())
    client = signed_in(officer)
    said = text_of(client.get(url_of("case-who", case)))
    assert "赵局" in said and "按岗位可以查看全部案件" in said and "查阅" in said
    earlier = text_of(client.get(url_of("case-who", case), {"on": "2025-01-01"}))
    assert "2025-01-01 有 1 人能看到" in earlier
    faulty = client.get(url_of("case-who", case), {"on": "昨天"})
    assert faulty.status_code == 200 and "格式填写日期" in text_of(faulty)


def test_evidence_is_uploaded_once_and_a_disguised_file_is_refused(officer):
    case, client = case_opened(officer), signed_in(officer)
    url = url_of("case-files", case)
    content = "原始记录".encode()
    good = SimpleUploadedFile("记录.txt", content)
    assert send(client, url, kind="evidence", files=[good])["Location"] == url
    kept = Attachment.objects.get()
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    page = BeautifulSoup(client.get(url).content, "html.parser")
    link = page.find("a", string="记录.txt")
    assert b"".join([client.get(link["href"]).content]) == content
    bad = SimpleUploadedFile("记录.pdf", b"MZ\x90\x00program")
    refused = send(client, url, kind="evidence", files=[bad])
    assert refused.status_code == 422 and "请重新选择文件" in text_of(refused)
    empty = send(client, url, kind="evidence")
    assert empty.status_code == 422
    assert send(signed_in(person("legal")), url, kind="evidence", files=[good]).status_code == 403
    assert Attachment.objects.count() == 1


def test_apps_above_add_cards_and_steps_to_the_page(officer, monkeypatch):
    monkeypatch.setattr("casework.extension._PANELS", [])
    monkeypatch.setattr("casework.extension._STEPS", [])
    register_case_panel(lambda case, user: Panel("_components/empty.html", {}))
    register_case_panel(lambda case, user: None)
    register_case_steps(lambda case, user: [{"label": "共享", "url": "/x/", "method": "get", "enabled": True}])
    soup = BeautifulSoup(signed_in(officer).get(case_opened(officer).get_absolute_url()).content, "html.parser")
    links = [link["href"] for link in soup.select(".next a")]
    # Before what may be done beside the case: adding material, joining a lead.
    assert "/x/" in links[:-2] and links[-1].endswith("/leads/attach/")
    assert len(soup.select(".empty")) == 1


# ---- Today


def today_of(user, on=None) -> list[tuple[str, str, str]]:
    return [(row.note, row.action_label, row.group) for row in rows_for(user, on or timezone.localdate())]


@pytest.mark.parametrize(
    ("status", "note", "label", "group"),
    [
        ("opened", "已登记被调查人，等待开始调查", "开始调查", "mine"),
        ("investigating", "调查中", "登记调查报告", "mine"),
        ("report_ready", "待向 周砚清 送达处理前告知", "登记告知", "mine"),
        ("hearing_respondent", "等待 周砚清 陈述申辩", "记录陈述申辩", "waiting"),
    ],
)
def test_today_offers_the_one_next_action_of_each_case(officer, status, note, label, group):
    case = case_at(status, officer=officer, respondents=2)
    assert (note, label, group) in today_of(officer)
    row = next(row for row in rows_for(officer, timezone.localdate()) if row.note == note)
    assert row.reference == str(case) and signed_in(officer).get(row.action_url).status_code == 200
    assert today_of(person("officer")) == [] and today_of(person("auditor")) == []


def test_today_asks_for_respondents_first(officer):
    case_opened(officer)
    assert ("还没有登记被调查人", "增加被调查人", "mine") in today_of(officer)


def test_today_says_when_the_time_for_a_statement_has_run_out_and_when_all_were_heard(officer):
    case = case_at("hearing_respondent", officer=officer, respondents=2)
    first, second = case.respondents.order_by("pk")
    due = first.statement_request.due_on
    assert ("等待 周砚清 陈述申辩", "记录陈述申辩", "waiting") in today_of(officer, due)
    assert ("周砚清 逾期没有陈述申辩", "记录", "mine") in today_of(officer, due + dt.timedelta(days=1))
    hear(first)
    assert ("等待 贺南星 陈述申辩", "记录陈述申辩", "waiting") in today_of(officer, due)
    hear(second)
    assert ("陈述申辩情况都已记录", "进入审议", "mine") in today_of(officer, due)


def test_today_asks_to_close_a_decided_case(officer):
    case = case_at("deliberation", officer=officer)
    decide_all(case)
    assert ("全部作出决定", "结案", "mine") in today_of(officer)


def test_a_decided_case_is_closed_from_its_page(officer):
    case = case_at("deliberation", officer=officer)
    decide_all(case)
    client = signed_in(officer)
    assert BeautifulSoup(client.get(case.get_absolute_url()).content, "html.parser").find("a", string="结案")
    answer = send(client, url_of("case-close", case), reason="")
    assert answer["Location"] == case.get_absolute_url()
    case.refresh_from_db()
    assert case.status == "closed"
    said = text_of(client.get(case.get_absolute_url()))
    assert "已结案" in said and "全部决定已经送达。" in said
    head = signed_in(person("head"))
    assert send(head, url_of("case-reopen", case), reason="新证据").status_code == 302
    case.refresh_from_db()
    assert case.status == "investigating"


def test_a_decided_case_needs_few_queries(officer):
    case = case_at("deliberation", officer=officer, respondents=3)
    decide_all(case)
    client = signed_in(officer)
    client.get(case.get_absolute_url())
    asked = [sql for sql in queries_of(client, case.get_absolute_url()) if "django_session" not in sql]
    assert len(asked) <= 12, "\n".join(sql[:160] for sql in asked)


@time_machine.travel(dt.datetime(2027, 3, 25, 3, 0, tzinfo=dt.UTC), tick=False)
def test_an_overdue_investigation_is_shown_late(officer):
    case = case_at("investigating", officer=officer, accepted_on=dt.date(2026, 9, 17))
    client = signed_in(officer)
    assert "逾期" in text_of(client.get(reverse("integrity:case-list")))
    assert "已逾期" in text_of(client.get(case.get_absolute_url()))


def test_a_closed_dossier_leaves_today(officer):
    case = case_opened(officer)
    other = person("officer")
    dossiers.assign(dossier=case.dossier, handler=other, reason="改派", by=officer)
    assert today_of(officer) == []
