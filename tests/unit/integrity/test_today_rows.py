"""Rows of the Today page: each offers one step that this person can take now."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from accounts.enums import Role
from accounts.people import may
from accounts.permissions import Permission
from integrity.actions import decisions
from integrity.enums import ApprovalStep, Verdict
from integrity.today import leads_to_assess, leads_to_hand_on
from integrity.today_cases import cases_in_hand
from integrity.today_decisions import decisions_in_hand, decisions_to_draft, decisions_to_review
from tests.factories.decisions import decision_at
from tests.factories.leads import lead_at
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


def test_intake_watches_a_proposed_refusal_and_is_not_offered_the_step_of_the_head():
    lead = lead_at("refusal_proposed")
    (watched,) = leads_to_assess(person(Role.INTAKE), today())
    (mine,) = leads_to_assess(person(Role.HEAD), today())

    assert (watched.group, watched.action_label, watched.action_url) == ("waiting", "查看", lead.get_absolute_url())
    assert (mine.group, mine.action_label) == ("mine", "确认或者退回")


def test_an_accepted_lead_without_a_handler_waits_for_intake_until_somebody_has_it():
    lead_at("accepted", handler=person(Role.OFFICER))
    idle = lead_at("accepted")

    (row,) = leads_to_hand_on(person(Role.INTAKE), today())
    assert row.reference == idle.dossier.reference and row.action_url.endswith("/assign/")
    assert list(leads_to_hand_on(person(Role.HEAD), today())) == []


def test_a_case_with_a_decision_to_be_served_is_not_offered_for_closing():
    decision = decision_at("issued")
    officer = decision.case.dossier.handler

    assert list(cases_in_hand(officer, today())) == []
    assert [row.action_label for row in decisions_in_hand(officer, today())] == ["登记送达"]


def test_a_decision_under_review_says_since_when_in_one_query(django_assert_num_queries):
    """One drafted on the 2nd, returned and sent again on the 9th has waited since the 9th."""
    with time_machine.travel(dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC), tick=False):
        first = decision_at("section_review")
        officer = first.case.dossier.handler
        decision_at("legal_review", officer=officer)
        back = {"step": ApprovalStep.SECTION, "verdict": Verdict.RETURN, "reason": "请补充。"}
        decisions.review(decision=first, seen_hash=first.content_hash, by=person(Role.HEAD), **back)
    with time_machine.travel(dt.datetime(2026, 11, 9, 2, tzinfo=dt.UTC), tick=False):
        decisions.send(decision=first, by=officer)

    may(officer, Permission.DRAFT_DECISIONS)
    with django_assert_num_queries(1):
        rows = list(decisions_in_hand(officer, today()))
    assert [row.since for row in rows] == [dt.date(2026, 11, 9), dt.date(2026, 11, 2)]
    (row,) = decisions_to_review(person(Role.HEAD), today())
    assert row.since == dt.date(2026, 11, 9)


def test_a_case_whose_decision_was_revoked_asks_for_a_new_one():
    decision = decision_at("revoked")
    officer = decision.case.dossier.handler

    assert list(cases_in_hand(officer, today())) == []
    assert [row.action_label for row in decisions_to_draft(officer, today())] == ["起草决定"]
