"""What the codes in the events of a unit mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from accounts.enums import DepartmentKind
from accounts.models import Department
from casework.presenters.timeline import TimelineRow
from ethics.enums import (
    DueKind,
    ExpertOutcome,
    FollowUpOutcome,
    IncidentKind,
    LetterKind,
    Office,
    UndertakingKind,
    ViolationKind,
)
from ethics.models import CommitteeMember, ReviewUnit


def without_words(rows: list[TimelineRow], silent: Collection[int]) -> list[TimelineRow]:
    """The lines, those about `silent` activities without the reason that was given: it speaks of what is secret."""
    for row in rows:
        if row.event.data.get("activity") in silent:
            row.event.reason = ""
    return rows


def event_words(unit: ReviewUnit) -> Mapping[str, Mapping[Any, str]]:
    """Data key → value → words for the timeline. Four queries."""
    members = CommitteeMember.objects.filter(committee__unit=unit).select_related("person")
    departments = Department.objects.filter(kind__in=[DepartmentKind.MEMBER, DepartmentKind.PARTNER])
    return {
        "department": {one.pk: one.short_name for one in departments},
        "committee": {one.pk: one.name for one in unit.committees.all()},
        "activity": {one.pk: one.title for one in unit.activities.all()},
        "member": {one.pk: one.person.name for one in members},
        "due_kind": {kind.value: str(kind.label) for kind in DueKind},
        "outcome": {
            **{one.value: str(one.label) for one in ExpertOutcome},
            **{one.value: str(one.label) for one in FollowUpOutcome},
        },
        "incident_kind": {one.value: str(one.label) for one in IncidentKind},
        "letter_kind": {one.value: str(one.label) for one in LetterKind},
        "office": {one.value: str(one.label) for one in Office},
        "kind": {
            **{one.value: str(one.label) for one in UndertakingKind},
            **{one.value: f"{one.value} {one.label}" for one in ViolationKind},
        },
    }
