"""Reviews held elsewhere, and listed applications on their way through the province, by the real actions. Names invented."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework.workflow import move
from ethics.actions import expert_reviews, materials, recorded, review_decisions
from ethics.actions.expert_reviews import Expert
from ethics.models import Application, Committee, ExpertReview, ReviewUnit
from ethics.review_workflow import APPLICATION
from ethics.voting import Tally
from tests.factories.ethics import committee_of, days_ago, supervised_unit
from tests.factories.reviews import accepted, days_ahead

AUTHORITY = "四川省科学技术厅"
OPINION = "川科伦复〔2026〕7号"
AI_TITLE = "短视频舆情引导算法研发"
PANEL = (
    Expert("魏长庚", ("peer_science",), "剑南大学"),
    Expert("陶若虚", ("peer_science",), "剑南大学"),
    Expert("卢映雪", ("ethics",), "嘉陵大学"),
    Expert("谢知微", ("law",), "川北政法学院"),
    Expert("方既白", ("peer_science",), "川北理工学院"),
    Expert("许归鸿", (), "川北理工学院"),
)
# Seven members, all there, six for it: enough for every rule set.
CARRIED = Tally(members=7, present=7, yes=6, no=1)
COUNTED = [
    {
        "regime": "ST2023",
        "key": "present_2_3",
        "article": "ST 16",
        "mark": "V",
        "base": 7,
        "needed": 5,
        "yes": 6,
        "no": 1,
        "abstain": 0,
        "outcome": "carried",
    }
]


def recording_unit(*, by: User, name: str = "嘉陵智能研究院") -> tuple[ReviewUnit, Committee]:
    """A unit whose committee reviews in its own house."""
    unit = supervised_unit(name, by=by)
    return unit, committee_of(unit, by=by)


def recorded_application(
    unit: ReviewUnit, committee: Committee, *, by: User, with_paper: bool = True, **values: Any
) -> Application:
    """`with_paper`: the state approval lies in the dossier where the record names one."""
    given: dict[str, Any] = {
        "title": AI_TITLE,
        "leader_name": "庄晓梦",
        "scope_classes": ["other_risk"],
        "list_item": "L6",
        "circumstances": ["ai"],
        "start_on": days_ahead(60),
    } | values
    application = recorded.enter(unit=unit, committee=committee, by=by, **given)
    if "state_approval" in application.circumstances and with_paper:
        paper = ("行政审批.txt", "演示批文".encode())
        materials.add(application=application, key="state_approval", file=paper, by=by)
    return application


def recorded_accepted(application: Application, *, by: User, days: int = 40, **values: Any) -> Application:
    given: dict[str, Any] = {"procedure": "general", "accepted_on": days_ago(days)} | values
    recorded.accept(application=application, by=by, **given)
    return application


def recorded_decided(application: Application, *, by: User, days: int = 30, **values: Any) -> Application:
    given: dict[str, Any] = {
        "outcome": "approve",
        "decided_on": days_ago(days),
        "document_no": "嘉研伦〔2026〕3号",
        "tally": CARRIED,
        "reasons": "风险可控。",
    } | values
    return recorded.decide(application=application, by=by, **given)


def recorded_passed(*, by: User, **values: Any) -> Application:
    """A listed AI activity the committee of its unit passed, recorded here."""
    unit, committee = recording_unit(by=by)
    application = recorded_application(unit, committee, by=by, **values)
    return recorded_decided(recorded_accepted(application, by=by), by=by)


@transaction.atomic
def run_passed(committee: Committee, *, secretary: User, **values: Any) -> Application:
    """A listed AI activity a committee that works here passed."""
    given: dict[str, Any] = {"title": AI_TITLE, "list_item": "L6", "circumstances": ["ai"]} | values
    review = accepted(committee, secretary=secretary, **given)
    move(APPLICATION, review.application, "place_on_agenda", by=secretary)
    review_decisions.decide(
        review=review,
        outcome="approve",
        decided_on=timezone.localdate(),
        reasons="风险可控。",
        follow_up_months=6,
        counted=COUNTED,
        by=secretary,
    )
    return review.application


def requested(application: Application, *, by: User, on: dt.date | None = None) -> ExpertReview:
    on = on or timezone.localdate()
    return expert_reviews.request(application=application, authority=AUTHORITY, requested_on=on, by=by)


def received(application: Application, *, by: User, on: dt.date | None = None) -> ExpertReview:
    expert = requested(application, by=by, on=on)
    return expert_reviews.receive(expert=expert, received_on=on or timezone.localdate(), by=by)


def answered(application: Application, *, by: User, on: dt.date | None = None, **values: Any) -> ExpertReview:
    """Four of six agree: two thirds, and therefore agreed."""
    expert = received(application, by=by, on=on)
    return answer(expert, by=by, **values)


def answer(expert: ExpertReview, *, by: User, **values: Any) -> ExpertReview:
    given: dict[str, Any] = {
        "panel": PANEL,
        "agree": 4,
        "disagree": 2,
        "outcome": "agree",
        "opinion_no": OPINION,
        "answered_on": timezone.localdate(),
    } | values
    return expert_reviews.answer(expert=expert, by=by, **given)
