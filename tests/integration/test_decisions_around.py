"""Decisions on the Today page and on the page of their case."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.enums import Role
from casework.today import rows_for
from tests.factories.cases import case_at
from tests.factories.decisions import content, decision_at, fresh
from tests.factories.people import person
from tests.factories.visits import send, signed_in, text_of
from tests.integration.decision_pages import TYPED, draft_url, today, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "note"),
    [
        ("draft", "决定草稿待提交"),
        ("approved", "已批准，待签发"),
        ("issued", "已签发，待送达"),
        ("effective", "待报省级科技行政部门"),
    ],
)
def test_the_officer_finds_the_next_step_on_today(status, note):
    decision = decision_at(status)
    assert (note, "mine") in today(decision.case.dossier.handler)


def test_a_case_in_deliberation_asks_for_its_decision(respondent):
    assert ("待对 周砚清 作出处理决定", "mine") in today(respondent.case.dossier.handler)


@pytest.mark.parametrize(
    ("status", "role"),
    [
        ("section_review", "head"),
        ("legal_review", "legal"),
        ("bureau_approval", "bureau"),
        ("second_approval", "bureau"),
    ],
)
def test_the_reviewer_finds_the_decision_and_the_officer_waits(status, role):
    decision = decision_at(status)
    assert any("处理决定" in row.title for row in rows_for(person(role), timezone.localdate()))
    waiting = [row for row in rows_for(decision.case.dossier.handler, timezone.localdate()) if row.group == "waiting"]
    assert any(row.waiting_for for row in waiting)


def test_the_first_head_is_not_asked_a_second_time():
    decision = decision_at("second_approval")
    first = decision.approvals.get(step="bureau").given_by
    assert not [row for row in rows_for(first, timezone.localdate()) if "处理决定" in row.title]


# ---- on the case


def test_the_case_lists_decisions_and_the_step_to_draft():
    case = case_at("deliberation", respondents=2)
    first = case.respondents.order_by("pk").first()
    decision = decision_at("issued", respondent=fresh_respondent(first))
    said = text_of(signed_in(case.dossier.handler).get(case.get_absolute_url()))
    assert decision.reference in said and "尚未作出处理决定" in said
    assert "起草对 贺南星 的处理决定" in said


def fresh_respondent(respondent):
    return type(respondent).objects.select_related("case__dossier__handler", "subject").get(pk=respondent.pk)


def test_the_case_offers_the_review_to_whom_it_waits_for_and_says_why_not_to_others():
    decision = decision_at("second_approval")
    case = decision.case
    step = "审批对 周砚清 的处理决定"
    assert step in text_of(signed_in(person(Role.BUREAU)).get(case.get_absolute_url()))
    assert step not in text_of(signed_in(case.dossier.handler).get(case.get_absolute_url()))
    first = decision.approvals.get(step="bureau").given_by
    assert "须由另一人审批" in text_of(signed_in(first).get(case.get_absolute_url()))


def test_before_the_report_nothing_is_drafted():
    case = case_at("investigating")
    client = signed_in(case.dossier.handler)
    assert "起草" not in text_of(client.get(case.get_absolute_url()))
    page = send(client, draft_url(case.respondents.get()), **TYPED)
    assert page.status_code == 422 and "不能起草处理决定" in text_of(page)


def test_an_exemption_shows_its_ground_and_the_officer_its_next_steps():
    exempt = content(
        outcome="exempt", tier="", measures=(), exempt_ground="due_diligence", exempt_text="已尽勤勉义务。"
    )
    decision = decision_at("issued", what=exempt)
    said = text_of(signed_in(decision.case.dossier.handler).get(decision.get_absolute_url()))
    assert "合规尽责免予问责" in said and "已尽勤勉义务。" in said and "登记送达" in said
    assert "撤销决定" in text_of(signed_in(person(Role.BUREAU)).get(decision.get_absolute_url()))


def test_an_approved_decision_offers_its_issue():
    decision = decision_at("approved")
    client = signed_in(decision.case.dossier.handler)
    page = client.get(decision.get_absolute_url())
    assert BeautifulSoup(page.content, "html.parser").select_one(f"a[href='{url('decision-issue', decision)}']")

    # What cannot be changed afterwards is shown once more before it is signed.
    asked = text_of(client.get(url("decision-issue", decision)))
    assert "内容不能再改" in asked and decision.respondent.name_then in asked and "签发之日" in asked
    assert fresh(decision).status == "approved"
