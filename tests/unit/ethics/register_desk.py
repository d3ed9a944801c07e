"""One ethics officer at work, and what tests of the register put before them. All names are invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.enums import DepartmentKind
from accounts.models import User
from ethics.actions import (
    activities,
    reports,
    spot_checks,
    units,
    violations,
)
from ethics.models import (
    Activity,
    AnnualReport,
    Committee,
    FollowUp,
    ReviewUnit,
    SpotCheck,
    Violation,
)
from tests.factories import department
from tests.factories.ethics import (
    BASIS,
    FACTS,
    activity_of,
    committee_of,
    days_ago,
    ethics_officer,
    supervised_unit,
)


@dataclass
class Desk:
    """An ethics officer with one unit, its committee without members, and a listed activity."""

    by: User
    unit: ReviewUnit
    committee: Committee
    activity: Activity

    @property
    def follow_up(self) -> FollowUp:
        return self.activity.follow_ups.get(done_on=None, voided_on=None)


def desk_of_an_officer() -> Desk:
    """The desk as most tests find it."""
    by = ethics_officer()
    unit = supervised_unit(by=by)
    committee = committee_of(unit, by=by, seats=1)
    return Desk(by, unit, committee, activity_of(unit, by=by))


def violation_at(desk: Desk) -> Violation:
    return violations.record(
        unit=desk.unit, kind="V1", found_on=days_ago(2), concerned="课题组", facts=FACTS, by=desk.by
    )


def check_at(desk: Desk) -> SpotCheck:
    return spot_checks.record(
        unit=desk.unit, checked_on=days_ago(9), findings="档案不全。", due_on=days_ago(-9), by=desk.by
    )


def waiting(desk: Desk) -> Activity:
    return activity_of(desk.unit, by=desk.by, approved=None, title="类脑决策系统研发")


def agreed(desk: Desk) -> Activity:
    activity = waiting(desk)
    return activities.record_expert(activity=activity, outcome="agree", expert_on=days_ago(30), basis=BASIS, by=desk.by)


def opened(desk: Desk) -> Any:
    office = department("jyj", DepartmentKind.MEMBER)
    units.open_to(unit=desk.unit, department=office, basis="行业主管", by=desk.by)
    return office


def reported(desk: Desk) -> AnnualReport:
    return reports.make_due(committee=desk.committee, on=timezone.localdate()) or desk.committee.reports.get()
