"""Rows of the Today page: each offers one step that this person can take now."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.enums import Role
from integrity.today import leads_to_assess, leads_to_hand_on
from integrity.today_cases import cases_in_hand
from integrity.today_decisions import decisions_in_hand, decisions_to_draft
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


def test_a_case_whose_decision_was_revoked_asks_for_a_new_one():
    decision = decision_at("revoked")
    officer = decision.case.dossier.handler

    assert list(cases_in_hand(officer, today())) == []
    assert [row.action_label for row in decisions_to_draft(officer, today())] == ["起草决定"]
