"""The rows whose changes the history page shows, and who has looked at a case."""

from __future__ import annotations

from typing import Any

from casework.models import AccessEvent
from casework.records import Record
from integrity.models import Allegation, Case, InvestigationReport, Respondent, StatementRequest

MOST_READINGS = 100


def records_of(case: Case) -> list[Record]:
    """The case, its dossier and everything people edit under it, decisions apart: they have pages of their own."""
    return [
        case,
        case.dossier,
        *Respondent.objects.filter(case=case),
        *Allegation.objects.filter(respondent__case=case).select_related("respondent", "category"),
        *InvestigationReport.objects.filter(case=case).select_related("case__dossier"),
        *StatementRequest.objects.filter(respondent__case=case).select_related("respondent"),
    ]


def access_rows(case: Case) -> list[dict[str, Any]]:
    """Who read, downloaded or searched this dossier, newest first."""
    events = AccessEvent.objects.filter(dossier=case.dossier).order_by("-pk")[:MOST_READINGS]
    return [
        {"at": event.at, "who": event.actor_label, "kind": event.get_kind_display(), "purpose": event.purpose}
        for event in events
    ]
