"""The list of cases and the page of one case, as each reader gets them."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from casework.actions import grants
from casework.articles import article_words
from casework.enums import AccessKind, ExclusionSource, GrantBasis, GrantPermission
from casework.models import AccessEvent
from tests.factories import person
from tests.factories.cases import case_at, case_opened
from tests.factories.leads import lead_at
from tests.factories.visits import queries_of, signed_in, text_of

pytestmark = pytest.mark.django_db


def content_queries(client: Client, url: str) -> list[str]:
    """What the page asks for its content; the session belongs to the frame."""
    return [sql for sql in queries_of(client, url) if "django_session" not in sql]


@pytest.fixture
def officer():
    return person("officer", name="李明")


def test_the_list_and_the_page_ask_for_a_sign_in(client):
    case = case_opened()
    for url in (reverse("integrity:case-list"), case.get_absolute_url()):
        assert client.get(url)["Location"].startswith("/accounts/login/")


def test_a_case_of_somebody_else_does_not_exist_for_an_officer(officer):
    case = case_opened()
    client = signed_in(officer)
    missing = client.get("/cases/广科诚案〔2026〕9999号/")
    hidden = client.get(case.get_absolute_url())
    assert hidden.status_code == missing.status_code == 404
    assert str(case) not in text_of(client.get(reverse("integrity:case-list")))


def test_an_excluded_head_finds_neither_row_nor_page():
    head = person("legal", name="王科")
    case = case_opened()
    client = signed_in(head)
    assert str(case) in text_of(client.get(reverse("integrity:case-list")))
    grants.exclude(
        dossier=case.dossier, user=head, source=ExclusionSource.DECLARED, reason="亲属", by=person("secadmin")
    )
    assert str(case) not in text_of(client.get(reverse("integrity:case-list")))
    assert client.get(case.get_absolute_url()).status_code == 404


def test_the_list_pages_by_key_and_filters_by_status_and_handler(officer):
    first = case_at("investigating", officer=officer, title="第一件")
    other = case_at("opened", title="别人的一件")
    second = case_at("opened", officer=officer, title="第二件")
    client = signed_in(person("legal"))
    url = reverse("integrity:case-list")
    everything = text_of(client.get(url))
    assert everything.index("第二件") < everything.index("别人的一件") < everything.index("第一件")
    assert "第一件" in text_of(client.get(url, {"status": "investigating"}))
    assert "第二件" not in text_of(client.get(url, {"status": "investigating"}))
    assert "第二件" not in text_of(client.get(url, {"before": str(second.pk)}))
    assert "没有这种" not in text_of(client.get(url, {"status": "没有这种"}))
    mine = text_of(signed_in(other.dossier.handler).get(url, {"mine": "on"}))
    assert "别人的一件" in mine and str(first) not in mine


def test_the_list_needs_few_queries_however_long_it_is(officer):
    for _n in range(5):
        case_at("opened", officer=officer, respondents=2)
    client = signed_in(officer)
    assert len(content_queries(client, reverse("integrity:case-list"))) <= 12


@pytest.mark.parametrize("status", ["opened", "report_ready", "hearing_respondent", "deliberation"])
def test_the_page_needs_few_queries_in_every_stage(officer, status):
    lead = lead_at("accepted", handler=officer)
    case = case_at(status, officer=officer, respondents=3, leads=[lead])
    client = signed_in(officer)
    assert len(content_queries(client, case.get_absolute_url())) <= 12


def test_each_reading_of_the_page_is_on_record_once(officer):
    case = case_at("opened", officer=officer)
    client = signed_in(officer)
    client.get(case.get_absolute_url())
    client.get(case.get_absolute_url())
    assert AccessEvent.objects.filter(dossier=case.dossier, kind=AccessKind.READ, user=officer).count() == 2


def test_the_page_tells_stages_people_clock_timeline_and_viewers(officer):
    case = case_at("report_ready", officer=officer, accepted_on=dt.date(2026, 9, 17))
    said = text_of(signed_in(officer).get(case.get_absolute_url()))
    assert "论文数据造假" in said and str(case) in said
    assert "周砚清" in said and "剑门医学院" in said and "通讯作者" in said
    assert article_words("221-2(2)", "zh") in said and "属实" in said and "未决定" in said
    assert "2027-03-17" in said and "自 2026-09-17 起算 6 个月" in said
    assert "登记调查报告" in said and "立案" in said and "管理" not in said.split("经过")[0]
    assert "李明：可以办理，依据是承办" in said


def test_a_greyed_step_shows_the_sentence_of_the_refusal_and_its_article(officer):
    case = case_opened(officer)
    said = text_of(signed_in(officer).get(case.get_absolute_url()))
    assert "请先登记被调查人。" in said and article_words("221-14", "zh") in said


def test_an_officer_who_may_only_look_sees_why_nothing_can_be_done(officer):
    case = case_at("investigating")
    grants.give(
        dossier=case.dossier,
        user=officer,
        permission=GrantPermission.VIEW,
        basis=GrantBasis.ORDER,
        basis_text="科务会议定",
        valid_to=dt.date(2027, 3, 1),
        by=person("head", name="王科"),
    )
    page = signed_in(officer).get(case.get_absolute_url())
    assert "李明：可以查看，依据是指定（科务会议定）；王科" in text_of(page) and "2027-03-01 止" in text_of(page)
    soup = BeautifulSoup(page.content, "html.parser")
    assert "不是承办人，不能办理" in text_of(page)
    assert [button.get_text() for button in soup.select("button[disabled]")] == ["登记调查报告"]
    assert not soup.select("main form[method=post][action^='/cases/']")


def test_roles_that_never_handle_cases_are_offered_no_step_of_a_handler():
    case = case_at("investigating")
    soup = BeautifulSoup(signed_in(person("legal")).get(case.get_absolute_url()).content, "html.parser")
    assert not soup.select("button[disabled]") and "目前没有需要您办理的事项。" in soup.get_text()


def test_events_of_a_linked_lead_show_only_to_those_who_may_see_the_lead(officer):
    lead = lead_at("accepted", handler=officer)
    case = case_opened(officer, leads=[lead])
    assert str(lead) in text_of(signed_in(officer).get(case.get_absolute_url()))
    said = text_of(signed_in(person("legal")).get(case.get_absolute_url()))
    assert str(case) in said and str(lead) not in said


def test_the_timeline_can_be_narrowed(officer):
    case = case_at("investigating", officer=officer)
    client = signed_in(officer)

    def rows(group: str) -> list[str]:
        soup = BeautifulSoup(client.get(case.get_absolute_url(), {"events": group}).content, "html.parser")
        return [item.get_text(" ", strip=True) for item in soup.select(".timeline li")]

    parts = [rows(group) for group in ("work", "clock", "files", "access")]
    assert sum(len(part) for part in parts) == len(rows(""))
    assert parts[1] and all("期限" in line for line in parts[1])
    assert rows("nonsense") == rows("")
