"""What a case waits for, in the sentence a person reads beside the greyed step, with the article."""

from __future__ import annotations

import pytest
from django.utils import timezone

from casework.workflow import blocker
from integrity.actions import hearings
from integrity.models import Case
from integrity.workflow import CASE
from tests.factories import person
from tests.factories.cases import case_at
from tests.factories.decisions import decision_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "step", "words", "article"),
    [
        ("investigating", "finish_report", "还有指控没有结论", "221-26"),
        ("hearing_respondent", "begin_deliberation", "尚未", "221-29"),
        ("deliberation", "finish_decisions", "尚未对", "221-28"),
    ],
)
def test_a_greyed_step_says_what_is_missing(status, step, words, article):
    refusal = blocker(CASE, case_at(status, officer=person("officer")), step)

    assert words in refusal.reason
    assert refusal.article == article


def test_somebody_not_yet_told_holds_up_the_deliberation():
    officer = person("officer")
    case = case_at("report_ready", officer=officer, respondents=2)
    told, waiting = case.respondents.order_by("pk")
    today = timezone.localdate()
    hearings.serve_prenotice(respondent=told, intended="拟给予处理。", served_on=today, method="direct", by=officer)
    hearings.record_statement(respondent=told, kind="given", text="没有异议。", answered_on=today, by=officer)

    refusal = blocker(CASE, Case.objects.get(pk=case.pk), "begin_deliberation")

    assert f"尚未向 {waiting} 送达" in refusal.reason


def test_a_case_closes_only_when_every_decision_was_served():
    decision = decision_at("issued")
    case = decision.case
    case.refresh_from_db()

    refusal = blocker(CASE, case, "close")

    assert "尚未送达" in refusal.reason
    assert refusal.article == "221-30"


def test_a_case_is_not_closed_while_somebody_is_left_without_a_decision():
    decision = decision_at("revoked")
    refusal = blocker(CASE, Case.objects.get(pk=decision.case_id), "close")

    assert "尚未对" in refusal.reason
    assert refusal.article == "221-28"
