"""Ethics applications walked to a status by the real actions, and the people around them. All names are invented."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from casework.audience import Audience
from casework.enums import AttachmentKind
from casework.models import Attachment, Dossier, Event, Person, Subject
from casework.storage import default_store
from casework.workflow import move
from ethics.actions import (
    acceptance,
    applications,
    committees,
    compositions,
    investigators,
    review_decisions,
)
from ethics.completeness import wanted_materials
from ethics.enums import UndertakingKind
from ethics.models import Application, Committee, CommitteeMember, Material, Review, ReviewUnit, SignedUndertaking
from ethics.review_workflow import APPLICATION
from tests.factories.ethics import SEATS, committee_of, days_ago, ethics_officer, supervised_unit
from tests.factories.people import people, person

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
        _seat(committee, seats, days_ago(set_up), term_days)
        compositions.note(committee=committee, on=timezone.localdate(), by=by)
    committee.refresh_from_db()
    return committee


def _seat(committee: Committee, number: int, first: dt.date, term_days: int) -> None:
    """The first seats, all at once: rows without history, which no test of a committee that works here asks for."""
    humans = _rows(Person(name=f"委员{place}") for place in "甲乙丙丁戊己庚"[:number])
    _rows(Subject(person=one) for one in humans)
    made = _rows(
        CommitteeMember(
            committee=committee,
            person=human,
            user=user,
            office=office,
            sex=sex,
            is_external=is_external,
            categories=list(categories),
            starts_on=first,
            ends_on=first + dt.timedelta(days=term_days),
        )
        for human, user, (office, sex, is_external, categories) in zip(
            humans, people(Role.COMMITTEE, number), SEATS, strict=False
        )
    )
    kinds = UndertakingKind.values
    _rows(SignedUndertaking(member=one, kind=kind, signed_on=first) for one in made for kind in kinds)


def _rows(records: Iterable[Any]) -> list[Any]:
    """Written past the records' own manager, which refuses rows without history."""
    made = list(records)
    return QuerySet(type(made[0])).bulk_create(made) if made else []


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
    keys = [one.key for one in wanted_materials(application, timezone.localdate()) if not one.is_optional]
    files = _rows(_file(application.dossier, key, by) for key in keys)
    _rows(Material(application=application, key=key, attachment=file) for key, file in zip(keys, files, strict=True))
    return application


def _file(dossier: Dossier, key: str, by: User) -> Attachment:
    """A small paper as `files.attach` seals it. Hundreds of tests need one; how it is uploaded has tests of its own."""
    content = f"{key} 的内容".encode()
    default_store().put(content)
    return Attachment(
        dossier=dossier,
        kind=AttachmentKind.MATERIAL,
        display_name=f"{key.replace(':', '-')}.txt",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        media_type="text/plain",
        audience=Audience.INTERNAL,
        uploaded_at=timezone.now(),
        uploaded_by=by,
        uploaded_by_label=str(by),
    )


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


def own(application: Application) -> User:
    """Whoever handed it in, who has an account."""
    assert application.applicant is not None
    return application.applicant


# What the trail says


def happened(kind: str) -> int:
    """How many events of this type there are, wherever."""
    return Event.objects.filter(type=kind).count()


def last_event(application: Application, type: str) -> Event:
    """The last event of this type in its dossier."""
    return Event.objects.filter(dossier=application.dossier, type=type).latest("pk")


def types_of(application: Application) -> list[str]:
    """The types of all events in its dossier, oldest first."""
    return list(Event.objects.filter(dossier=application.dossier).order_by("pk").values_list("type", flat=True))
