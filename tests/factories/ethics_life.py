"""Approved activities with what happens to them afterwards, made by the real actions. All names are invented."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework.workflow import move
from ethics.actions import acceptance, activities, incidents, public_entries, review_decisions
from ethics.models import Activity, Application, Committee, Incident, PublicEntry, Review, ReviewUnit
from ethics.review_workflow import APPLICATION
from tests.factories.ethics import days_ago
from tests.factories.reviews import accepted

FALL = "一名受试者在训练中跌倒，已送医检查，没有骨折。"


def unlisted(
    unit: ReviewUnit, *, by: User, approved: int = 100, title: str = "社区步态监测研究", **values: Any
) -> Activity:
    """An activity off the list, approved so many days ago."""
    activity = activities.enter(unit=unit, title=title, by=by, leader_name="负责人甲")
    return activities.approve(activity=activity, approved_on=days_ago(approved), by=by, **values)


def decided(
    committee: Committee, *, secretary: User, outcome: str = "approve", months: int | None = None, **values: Any
) -> Application:
    """An application a round has decided: as if a meeting had carried it today."""
    return _settle(accepted(committee, secretary=secretary, **values), secretary, outcome, months)


def decide(
    application: Application, committee: Committee, *, secretary: User, outcome: str, months: int | None = None
) -> Application:
    """A submitted application, accepted and decided today."""
    review = acceptance.accept(
        application=application,
        unit=committee.unit,
        committee=committee,
        procedure="general",
        departs_reason="审查秘书的判断",
        by=secretary,
    )
    return _settle(review, secretary, outcome, months)


def _settle(review: Review, secretary: User, outcome: str, months: int | None) -> Application:
    with transaction.atomic():
        move(APPLICATION, review.application, "place_on_agenda", by=secretary)
    review_decisions.decide(
        review=review,
        outcome=outcome,
        decided_on=timezone.localdate(),
        follow_up_months=months,
        required_changes="补充知情同意书。" if outcome in {"approve_after_rev", "rereview"} else "",
        reasons="风险与受益不相称。" if outcome == "reject" else "",
        by=secretary,
    )
    application = review.application
    application.refresh_from_db()
    return application


def reported(activity: Activity, *, by: User, **values: Any) -> Incident:
    given: dict[str, Any] = {
        "kind": "adverse_event",
        "happened_on": days_ago(1),
        "reported_on": days_ago(0),
        "facts": FALL,
    } | values
    return incidents.report(activity=activity, by=by, **given)


def reviewed_again(application: Application, *, by: User) -> Activity:
    """An incident took the approval away that this application led to."""
    activity = application.activity
    assert activity is not None
    incident = reported(activity, by=by, happened_on=days_ago(0), kind="change")
    incidents.handle(incident=incident, outcome="new_review", note="方案改变。", by=by)
    application.activity.refresh_from_db()
    return activity


def drafted(activity: Activity, *, by: User, **values: Any) -> PublicEntry:
    given: dict[str, Any] = {"title": "康复训练研究", "unit_name": activity.unit.organization.name} | values
    return public_entries.draft(activity=activity, by=by, **given)
