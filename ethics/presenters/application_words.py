"""What the codes in the events of an application mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ethics.application_choices import material_words, ordered_books
from ethics.enums import (
    AppealOutcome,
    ApplicationKind,
    ConflictAnswer,
    ExpertOutcome,
    FollowUpOutcome,
    IncidentKind,
    LetterKind,
    Procedure,
    ReviewOutcome,
)
from ethics.models import Application, CommitteeMember, Investigator, Material


def materials_of(application: Application) -> list[Material]:
    """Every paper, those left out too: one query, remembered on this very object for the parts of one page."""
    known: list[Material] | None = application.__dict__.get("_materials")
    if known is None:
        known = list(application.materials.select_related("attachment").order_by("pk"))
        application.__dict__["_materials"] = known
    return known


def event_words(application: Application) -> Mapping[str, Mapping[Any, str]]:
    """Data key → value → words for the timeline. Two queries, the materials and the rule sets."""
    books = ordered_books()
    keys = {one.key for one in materials_of(application)}
    members = CommitteeMember.objects.filter(committee=application.committee_id).select_related("person")
    activity = application.activity
    return {
        "kind": _labels(ApplicationKind, IncidentKind),
        "procedure": _labels(Procedure),
        "proposed": _labels(Procedure),
        "review_outcome": _labels(ReviewOutcome),
        "letter_kind": _labels(LetterKind),
        "answer": _labels(ConflictAnswer),
        "outcome": _labels(ExpertOutcome, FollowUpOutcome, AppealOutcome),
        "material": {key: material_words(key, books) for key in keys},
        "investigator": {one.pk: one.name for one in Investigator.objects.filter(application=application)},
        "member": {one.pk: one.person.name for one in members},
        "activity": {activity.pk: activity.title} if activity is not None else {},
        "committee": {application.committee_id: str(application.committee)} if application.committee_id else {},
    }


def _labels(*enums: Any) -> dict[Any, str]:
    return {one.value: str(one.label) for enum in enums for one in enum}
