"""The forms of a case: who may send them, what they do, what they say when something is wrong, and sent twice."""

from __future__ import annotations

import datetime as dt
import re
import secrets

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.actions import grants
from casework.articles import article_words
from casework.enums import ExclusionSource
from casework.models import Event, Subject
from integrity.models import Case, Lead, Respondent
from tests.factories import person, subject_person
from tests.factories.cases import case_at, case_opened, respondent_of
from tests.factories.leads import lead_at
from tests.factories.visits import send, signed_in, text_of

pytestmark = pytest.mark.django_db


def url_of(name: str, case: Case, *args) -> str:
    return reverse(f"integrity:{name}", args=[case.dossier.reference, *args])


@pytest.fixture
def officer():
    return person("officer", name="李明")


@pytest.fixture
def client(officer):
    return signed_in(officer)


def today() -> str:
    return timezone.localdate().isoformat()


RESPONDENT = {
    "subject": "person",
    "name": "唐若川",
    "role": "first_author",
    "category": "plagiarism",
    "text": "论文第三节与他人论文相同。",
}

FORMS = [
    ("case-respondent-add", "opened", False),
    ("case-lead-attach", "opened", False),
    ("case-prenotice", "report_ready", True),
    ("case-allegation-add", "opened", True),
]


@pytest.mark.parametrize(("name", "status", "with_person"), FORMS)
def test_a_form_of_the_handler_is_hidden_from_strangers_and_refused_to_readers(name, status, with_person):
    case = case_at(status)
    args = [case.respondents.get().pk] if with_person else []
    url = url_of(name, case, *args)
    assert Client().get(url)["Location"].startswith("/accounts/login/")
    assert signed_in(person("officer")).get(url).status_code == 404
    assert signed_in(person("legal")).get(url).status_code == 403
    assert send(signed_in(person("legal")), url).status_code == 403
    assert signed_in(case.dossier.handler).get(url).status_code == 200


def test_a_case_is_opened_from_the_lead_named_in_the_address(client, officer):
    lead = lead_at("accepted", handler=officer)
    url = reverse("integrity:case-open") + f"?lead={lead}"
    page = client.get(url)
    soup = BeautifulSoup(page.content, "html.parser")
    assert soup.select_one("input[name=leads]")["checked"] == ""
    assert soup.select_one("input[name=title]")["value"] == "论文图片重复使用"
    typed = {"title": "论文图片重复使用", "leads": [str(lead)], "regime": "research_misconduct", "unit": ""}
    key = secrets.token_hex(16)
    first = client.post(url, {"idempotency_key": key, **typed})
    again = client.post(url, {"idempotency_key": key, **typed})
    case = Case.objects.get()
    assert first["Location"] == again["Location"] == case.get_absolute_url()
    assert Lead.objects.get().status == "linked"


def test_a_case_without_lead_or_source_is_refused_and_nothing_typed_is_lost(client):
    answer = send(client, reverse("integrity:case-open"), title="项目申报材料造假", regime="research_misconduct")
    assert answer.status_code == 422
    assert "没有线索的案件须写明主动受理的来源" in text_of(answer)
    assert BeautifulSoup(answer.content, "html.parser").select_one("input[name=title]")["value"] == "项目申报材料造假"
    assert not Case.objects.exists()


def test_only_officers_open_cases():
    url = reverse("integrity:case-open")
    assert signed_in(person("intake")).get(url).status_code == 403
    assert send(signed_in(person("publisher")), url, title="x").status_code == 403


def test_an_unknown_unit_and_an_impossible_date_are_named(client):
    typed = {"title": "x", "unit": "没有的单位", "conduct_from": "2026-02-30", "regime": "research_misconduct"}
    said = text_of(send(client, reverse("integrity:case-open"), **typed))
    assert "主体名录中没有这个单位" in said and "没有这一天" in said


def test_a_respondent_new_to_the_directory_is_entered_with_an_allegation(client, officer):
    case = case_opened(officer)
    answer = send(client, url_of("case-respondent-add", case), **RESPONDENT, conduct_from="２０２４年５月６日")
    assert answer["Location"] == case.get_absolute_url()
    added = Respondent.objects.get()
    assert (added.name_then, added.allegations.get().conduct_from) == ("唐若川", dt.date(2024, 5, 6))


def test_a_namesake_needs_a_number_or_a_confirmation(client, officer):
    known, case = subject_person("唐若川"), case_opened(officer)
    url = url_of("case-respondent-add", case) + "?q=唐若川"
    refused = send(client, url, **RESPONDENT)
    assert refused.status_code == 422 and "名录中已有 1 个同名主体" in text_of(refused)
    assert Subject.objects.count() == 1
    picked = send(client, url, **{**RESPONDENT, "subject": str(known.pk), "name": ""})
    assert picked.status_code == 302 and Respondent.objects.get().subject == known
    confirmed = send(client, url, **RESPONDENT, is_another="on")
    assert confirmed.status_code == 302 and Subject.objects.count() == 2


def test_a_fault_in_the_allegation_leaves_no_subject_behind(client, officer):
    case = case_opened(officer)
    answer = send(client, url_of("case-respondent-add", case), **RESPONDENT, conduct_from="2030-01-01")
    assert answer.status_code == 422 and "行为日期不能晚于今天" in text_of(answer)
    assert not Subject.objects.exists()
    assert not Event.objects.filter(type="person_added").exists()


def test_who_is_only_known_from_a_case_one_is_excluded_from_is_not_offered(client, officer):
    subject = subject_person("唐若川")
    hidden = case_opened()
    respondent_of(hidden, subject)
    url = url_of("case-respondent-add", case_opened(officer)) + "?q=唐若川"

    def offered() -> list[str]:
        return [field["value"] for field in soup_of(client.get(url)).select("input[name=subject]")]

    assert offered() == [str(subject.pk), "person", "organization"]
    grants.exclude(
        dossier=hidden.dossier, user=officer, source=ExclusionSource.NAMED, reason="被点名", by=person("secadmin")
    )
    assert offered() == ["person", "organization"]
    assert send(client, url, **RESPONDENT).status_code == 302


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def test_a_further_allegation_is_added(client, officer):
    case = case_opened(officer)
    respondent = respondent_of(case)
    url = url_of("case-allegation-add", case, respondent.pk)
    assert article_words("221-2(6)", "zh") in text_of(client.get(url))
    answer = send(client, url, category="authorship_violation", text="未参加研究而署名。")
    assert answer["Location"] == case.get_absolute_url()
    assert respondent.allegations.count() == 2


def test_the_steps_of_a_case_from_investigation_to_deliberation(client, officer):
    case = case_opened(officer)
    respondent = respondent_of(case)
    allegation = respondent.allegations.get()
    assert send(client, url_of("case-begin-investigation", case)).status_code == 302
    report = {
        "made_on": today(),
        "text": "事实清楚。",
        "proposed_handling": "拟给予处理。",
        f"finding_{allegation.pk}": "established",
    }
    incomplete = send(client, url_of("case-report", case), **{**report, f"finding_{allegation.pk}": ""})
    assert incomplete.status_code == 422 and "事实清楚。" in text_of(incomplete)
    assert send(client, url_of("case-report", case), **report).status_code == 302
    told = client.get(url_of("case-prenotice", case, respondent.pk))
    assert soup_of(told).select_one("textarea[name=intended]").get_text(strip=True) == "拟给予处理。"
    served = {"intended": "拟认定", "served_on": today(), "method": "direct"}
    assert send(client, url_of("case-prenotice", case, respondent.pk), **served).status_code == 302
    early = send(client, url_of("case-statement", case, respondent.pk), kind="silent")
    assert early.status_code == 422 and re.search("陈述申辩期限到 .* 届满，届满后才能", text_of(early))
    said = {"kind": "given", "text": "有不同意见。", "answered_on": ""}
    assert send(client, url_of("case-statement", case, respondent.pk), **said).status_code == 302
    assert send(client, url_of("case-begin-deliberation", case)).status_code == 302
    case.refresh_from_db()
    assert case.status == "deliberation"
    page = text_of(client.get(url_of("case-statement", case, respondent.pk)))
    assert "有不同意见。" in page and "已陈述申辩" in page


def test_a_step_out_of_turn_is_refused_with_its_sentence(client, officer):
    case = case_opened(officer)
    answer = send(client, url_of("case-begin-deliberation", case))
    assert answer.status_code == 409 and "不能进入审议" in text_of(answer)


def test_a_report_is_shown_to_readers_without_a_form(officer):
    case = case_at("report_ready", officer=officer)
    page = signed_in(person("legal")).get(url_of("case-report", case))
    assert "经查阅原始记录并谈话核实" in text_of(page) and "第 1 版" in text_of(page)
    assert not soup_of(page).select("main form[method=post]")


def test_replacing_a_report_needs_a_reason(client, officer):
    case = case_at("report_ready", officer=officer)
    allegation = case.respondents.get().allegations.get()
    typed = {"made_on": today(), "text": "更正", f"finding_{allegation.pk}": "insufficient", "reason": ""}
    assert send(client, url_of("case-report", case), **typed).status_code == 422
    assert send(client, url_of("case-report", case), **{**typed, "reason": "补充证据"}).status_code == 302
    said = text_of(client.get(url_of("case-report", case)))
    assert "第 2 版" in said and "第 1 版" in said


def test_the_head_gives_a_case_to_another_officer(officer):
    case, other = case_at("investigating", officer=officer), person("officer", name="王悦")
    head = head_client()
    url = url_of("case-assign", case)
    assert "王悦（在办 0 件）" in text_of(head.get(url)) and "李明（" not in text_of(head.get(url))
    assert send(head, url, handler=str(other.pk), reason="").status_code == 422
    assert send(head, url, handler=str(other.pk), reason="李明外出学习").status_code == 302
    assert signed_in(officer).get(case.get_absolute_url()).status_code == 404
    assert signed_in(other).get(case.get_absolute_url()).status_code == 200
    assert signed_in(other).get(url).status_code == 403


def head_client() -> Client:
    """The head of the section, second factor shown."""
    return signed_in(person("head", name="王科"))


def test_closing_and_reopening_out_of_turn_say_why(client, officer):
    case = case_at("investigating", officer=officer)
    closed = send(client, url_of("case-close", case), reason="")
    assert closed.status_code == 422 and "不能结案" in text_of(closed)
    assert send(client, url_of("case-reopen", case), reason="x").status_code == 403
    reopened = send(head_client(), url_of("case-reopen", case), reason="新证据")
    assert reopened.status_code == 422 and "不能重新调查" in text_of(reopened)


def test_a_further_lead_joins_the_case(client, officer):
    case = case_opened(officer)
    lead = lead_at("accepted", handler=officer)
    answer = send(client, url_of("case-lead-attach", case), lead=str(lead), reason="同一篇论文")
    assert answer.status_code == 302
    lead.refresh_from_db()
    assert lead.status == "linked" and case.lead_links.get().reason == "同一篇论文"
