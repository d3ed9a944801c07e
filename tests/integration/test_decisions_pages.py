"""Pages of decisions: who gets in, drafting and live checking, each step, nothing typed is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from casework.actions import grants
from casework.enums import AccessKind, ExclusionSource
from casework.models import AccessEvent
from integrity.actions import decisions
from integrity.drafting import MeasureEntry
from integrity.models import Decision
from tests.factories.decisions import content, decision_at, fresh, serious_content
from tests.factories.people import person
from tests.factories.visits import queries_of, send, signed_in, text_of
from tests.integration.decision_pages import url

pytestmark = pytest.mark.django_db


# name, status in which the step is open, who takes it, what is typed, status afterwards
STEPS = [
    ("decision-send", "draft", "handler", {}, "section_review"),
    ("decision-review", "section_review", "head", {"verdict": "approve"}, "legal_review"),
    ("decision-review", "legal_review", "legal", {"verdict": "approve"}, "bureau_approval"),
    ("decision-review", "bureau_approval", "bureau", {"verdict": "return", "reason": "补证"}, "draft"),
    ("decision-review", "second_approval", "bureau", {"verdict": "approve"}, "approved"),
    ("decision-issue", "approved", "handler", {}, "issued"),
    ("decision-serve", "issued", "handler", {"method": "direct"}, "effective"),
    ("decision-revoke", "issued", "bureau", {"reason": "认定有误"}, "revoked"),
]


def values_for(decision: Decision, typed: dict) -> dict:
    if "verdict" in typed:
        steps = {"section_review": "section", "legal_review": "legal", "bureau_approval": "bureau"}
        step = steps.get(decision.status, "second")
        return {**typed, "seen_hash": decision.content_hash, "step": step}
    if "method" in typed:
        return {**typed, "served_on": timezone.localdate().isoformat()}
    return typed


def actor(decision: Decision, who: str):
    return decision.case.dossier.handler if who == "handler" else person(who)


NAMES = ["detail", "edit", "send", "review", "issue", "serve", "province", "supersede", "revoke"]


@pytest.mark.parametrize("name", NAMES)
def test_a_visitor_is_sent_to_the_login_and_a_stranger_finds_nothing(name):
    decision = decision_at("draft")
    where = url(f"decision-{name}", decision)
    assert Client().get(where)["Location"].startswith("/accounts/login/")
    stranger = signed_in(person(Role.OFFICER))
    response = stranger.get(where) if name == "detail" else send(stranger, where)
    assert response.status_code == 404


@pytest.mark.parametrize("name", ["edit", "send", "issue", "serve", "province", "supersede"])
def test_whoever_only_reads_the_case_may_not_act(name):
    decision = decision_at("draft")
    response = send(signed_in(person(Role.LEGAL)), url(f"decision-{name}", decision))
    assert response.status_code == 403 and "没有这项权限" in text_of(response)


def test_an_excluded_head_of_the_bureau_finds_nothing():
    decision, head = decision_at("bureau_approval"), person(Role.BUREAU)
    grants.exclude(
        dossier=decision.case.dossier,
        user=head,
        source=ExclusionSource.DECLARED,
        reason="亲属",
        by=person(Role.SECADMIN),
    )
    assert signed_in(head).get(url("decision-review", decision)).status_code == 404


@pytest.mark.parametrize(("name", "status", "who", "typed", "after"), STEPS)
def test_each_step_works_once_and_the_same_press_again_changes_nothing(name, status, who, typed, after):
    decision = decision_at(status)
    client, key = signed_in(actor(decision, who)), "ab" * 16
    values = values_for(decision, typed)
    first = send(client, url(name, decision), key, **values)
    assert first.status_code == 302, text_of(first)
    stored = fresh(decision)
    assert stored.status == after
    again = send(client, url(name, decision), key, **values)
    assert again.status_code == 302 and again["Location"] == first["Location"]
    assert fresh(decision).history.count() == stored.history.count()


@pytest.mark.parametrize(
    ("name", "status", "who"),
    [
        ("decision-serve", "issued", "handler"),
        ("decision-revoke", "issued", "bureau"),
        ("decision-review", "section_review", "head"),
    ],
)
def test_an_empty_form_names_what_is_missing_and_changes_nothing(name, status, who):
    decision = decision_at(status)
    response = send(signed_in(actor(decision, who)), url(name, decision))
    assert response.status_code == 422
    assert fresh(decision).status == status


def test_a_page_of_each_step_shows_its_form(respondent):
    decision = decision_at("issued", respondent=respondent)
    officer = signed_in(respondent.case.dossier.handler)
    assert "送达方式" in text_of(officer.get(url("decision-serve", decision)))
    assert "撤销理由" in text_of(signed_in(person(Role.BUREAU)).get(url("decision-revoke", decision)))


def test_a_review_out_of_turn_is_told_so():
    decision = decision_at("draft")
    response = signed_in(person(Role.HEAD)).get(url("decision-review", decision))
    assert response.status_code == 409 and "不在审批环节" in text_of(response)


def test_the_report_to_the_province_is_entered_once():
    decision = decision_at("effective")
    client = signed_in(decision.case.dossier.handler)
    assert "登记已报省级科技行政部门" in text_of(client.get(url("decision-detail", decision)))
    today = timezone.localdate().isoformat()
    assert send(client, url("decision-province", decision), sent_on="2000-01-01").status_code == 422
    assert send(client, url("decision-province", decision), sent_on=today).status_code == 302
    assert "登记已报省级科技行政部门" not in text_of(client.get(url("decision-detail", decision)))


# ---- reading


def test_reading_is_recorded_once_per_visit():
    decision = decision_at("draft")
    officer = decision.case.dossier.handler
    signed_in(officer).get(decision.get_absolute_url())
    seen = AccessEvent.objects.filter(kind=AccessKind.READ, user=officer, what=f"decision:{decision.pk}")
    assert seen.count() == 1


@pytest.mark.parametrize(
    ("status", "who", "page"),
    [
        ("draft", "handler", "detail"),
        ("draft", "handler", "edit"),
        ("effective", "handler", "detail"),
        ("superseded", "handler", "detail"),
        ("section_review", "head", "detail"),
        ("second_approval", "bureau", "detail"),
        ("second_approval", "bureau", "review"),
        ("issued", "publisher", "detail"),
    ],
)
def test_a_page_asks_the_database_at_most_twelve_times(status, who, page):
    decision = decision_at(status)
    client = signed_in(actor(decision, who))
    client.get(url(f"decision-{page}", decision))
    asked = queries_of(client, url(f"decision-{page}", decision))
    # The frame (session, second factor) is the same on every page.
    own = [sql for sql in asked if "django_session" not in sql and "onetimecode" not in sql]
    assert len(own) <= 12, "\n".join(own)


def test_the_second_head_does_not_read_what_the_first_one_wrote():
    decision = decision_at("bureau_approval", what=serious_content())
    first = person(Role.BUREAU)
    decisions.review(
        decision=decision,
        step="bureau",
        verdict="approve",
        seen_hash=decision.content_hash,
        reason="同意，量罚适当。",
        by=first,
    )
    second = signed_in(person(Role.BUREAU))
    for page in (second.get(url("decision-review", decision)), second.get(decision.get_absolute_url())):
        assert "局领导" in text_of(page) and "量罚适当" not in text_of(page)
    for reader in (first, decision.case.dossier.handler):
        assert "量罚适当" in text_of(signed_in(reader).get(decision.get_absolute_url()))


def test_a_publisher_reads_the_result_without_the_case():
    decision = decision_at("issued")
    page = signed_in(person(Role.PUBLISHER)).get(decision.get_absolute_url())
    said = text_of(page)
    assert page.status_code == 200 and decision.facts in said
    assert decision.case.dossier.reference not in said and "陈述申辩" not in said and "审批意见" not in said
    assert signed_in(person(Role.PUBLISHER)).get(decision_at("approved").get_absolute_url()).status_code == 404


def test_a_greyed_step_says_why_in_the_sentence_of_the_rules():
    lacking = content(measures=(MeasureEntry("ban_projects", months=24),))
    decision = decision_at("draft", what=lacking)
    said = text_of(signed_in(decision.case.dossier.handler).get(decision.get_absolute_url()))
    assert "应当同时给予“记入科研诚信严重失信行为数据库”" in said


def test_a_minor_reader_sees_no_steps_of_others():
    decision = decision_at("section_review")
    said = text_of(signed_in(person(Role.LEGAL)).get(decision.get_absolute_url()))
    assert "目前没有需要您办理的事项" in said


def test_a_draft_with_an_unanswered_warning_cannot_be_sent_from_its_page():
    early = content(conduct_on=dt.date(2021, 5, 6))
    decision = decision_at("draft", what=early)
    client = signed_in(decision.case.dossier.handler)
    assert "请说明理由" in text_of(client.get(decision.get_absolute_url()))
    refused = send(client, url("decision-send", decision))
    assert refused.status_code == 422 and "请说明理由" in text_of(refused)


def test_the_form_of_an_opinion_does_not_call_the_opinion_optional():
    decision = decision_at("section_review")
    page = signed_in(person(Role.HEAD)).get(url("decision-review", decision))
    assert "选填" not in text_of(page)
