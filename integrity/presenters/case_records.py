"""The rows whose changes the history page shows, and who has looked at a case."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from casework.access import permitted
from casework.models import AccessEvent
from casework.records import Record
from integrity import access
from integrity.models import Allegation, Case, InvestigationReport, Respondent, StatementRequest
from integrity.presenters.case_forms import cite

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


def exclude_step(case: Case, user: User) -> dict[str, Any]:
    """The button on 'who can see this': keep a colleague out of the case, or why this person may not."""
    denied = permitted(access.check_can_exclude_from_case, user, case)
    return {
        "label": _("排除有关的同事"),
        "url": reverse("integrity:case-exclude", args=[case.dossier.reference]),
        "reason": denied.reason if denied else "",
        **cite(case, "221-45"),
    }
