"""Ethics applications walked to a status by the real actions, and the people around them. All names are invented."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from casework.models import Person, Subject
from casework.saving import save_record
from casework.workflow import move
from ethics.actions import (
    acceptance,
    applications,
    committees,
    compositions,
    investigators,
    materials,
    review_decisions,
)
from ethics.completeness import wanted_materials
from ethics.enums import UndertakingKind
from ethics.models import Application, Committee, CommitteeMember, Review, ReviewUnit, SignedUndertaking
from ethics.review_workflow import APPLICATION
from tests.factories.ethics import SEATS, committee_of, days_ago, ethics_officer, supervised_unit
from tests.factories.people import person

TITLE = "社区老年人睡眠监测研究"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def days_ahead(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def applicant(**values: Any) -> User:
    return person(Role.APPLICANT, **values)


def working_committee(
    *,
    by: User | None = None,
    unit: ReviewUnit | None = None,
    seats: int = 7,
    set_up: int = 500,
    term_days: int = 1800,
    **values: Any,
) -> Committee:
    """A committee of seven that works in this system; every member has signed and has an account.

    Members are written as rows: hundreds of tests begin here, and the steps that enter them have tests of their own.
    """
    by = by or ethics_officer()
    unit = unit or supervised_unit(name="广元区域科技伦理审查中心", by=by)
    committee = committee_of(unit, by=by, seats=0, set_up=set_up, **values)
    committees.let_run_here(committee=committee, runs_here=True, has_video_rules=True, by=by)
    with transaction.atomic():
        for place in range(seats):
            _seat(committee, place, days_ago(set_up), term_days, by)
        compositions.note(committee=committee, on=timezone.localdate(), by=by)
    committee.refresh_from_db()
    return committee


def _seat(committee: Committee, place: int, first: dt.date, term_days: int, by: User) -> None:
    office, sex, is_external, categories = SEATS[place]
    human = Person(name=f"委员{'甲乙丙丁戊己庚'[place]}")
    save_record(human, by=by, reason="测试")
    save_record(Subject(person=human), by=by, reason="测试")
    member = CommitteeMember(
        committee=committee,
        person=human,
        user=person(Role.COMMITTEE),
        office=office,
        sex=sex,
        is_external=is_external,
        categories=list(categories),
        starts_on=first,
        ends_on=first + dt.timedelta(days=term_days),
    )
    save_record(member, by=by, reason="测试")
    for kind in UndertakingKind.values:
        save_record(SignedUndertaking(member=member, kind=kind, signed_on=first), by=by, reason="测试")


def seats(committee: Committee) -> list[CommitteeMember]:
    """The members with their accounts, the chair first."""
    return list(committee.members.select_related("user", "person", "committee").order_by("pk"))


def draft(committee: Committee, *, by: User | None = None, **values: Any) -> Application:
    """A complete draft: everything the rule sets ask for is there."""
    by = by or applicant()
    application = applications.begin(title=values.pop("title", TITLE), by=by)
    given: dict[str, Any] = {
        "unit_name": committee.unit.organization.name,
        "committee": committee,
        "leader_name": "申请人辰",
        "scope_classes": ["human"],
        "start_on": days_ahead(40),
        "end_on": days_ahead(400),
    } | values
    applications.edit(application=application, by=by, **given)
    investigators.add(application=application, name="申请人辰", organization_name="嘉陵大学", has_training=True, by=by)
    for wanted in wanted_materials(application, timezone.localdate()):
        if not wanted.is_optional:
            file = (f"{wanted.key.replace(':', '-')}.txt", f"{wanted.key} 的内容".encode())
            materials.add(application=application, key=wanted.key, file=file, by=by)
    return application


def submitted(committee: Committee, *, by: User | None = None, **values: Any) -> Application:
    application = draft(committee, by=by, **values)
    assert application.applicant is not None
    return applications.submit(application=application, by=application.applicant)


def accepted(
    committee: Committee, *, secretary: User, procedure: str = "general", reason: str = "审查秘书的判断", **values: Any
) -> Review:
    """Accepted under this procedure; `reason` counts only where it is not the one proposed."""
    application = submitted(committee, **values)
    return acceptance.accept(
        application=application,
        unit=committee.unit,
        committee=committee,
        procedure=procedure,
        departs_reason=reason,
        by=secretary,
    )


@transaction.atomic
def decided(committee: Committee, outcome: str = "approve", *, secretary: User, **values: Any) -> Application:
    """Decided in the simple procedure, today; the opinions themselves are left out."""
    given: dict[str, Any] = {"simple_grounds": ["risk_le_minimal"], "procedure": "simple"} | values
    review = accepted(committee, secretary=secretary, **given)
    move(APPLICATION, review.application, "name_reviewers", by=secretary)
    review_decisions.decide(
        review=review,
        outcome=outcome,
        decided_on=timezone.localdate(),
        required_changes="" if outcome == "approve" else "补充保密措施。",
        reasons="风险不高于最低风险。",
        by=secretary,
    )
    return review.application
