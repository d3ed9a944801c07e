"""Keep a colleague out of a matter: the lead or case they are involved in, and the cases or leads that belong to it.

221号 第45条(回避). What is drawn from a case by the apps above follows through `record_changed`.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions import grants
from casework.actors import Actor
from casework.enums import STATED_SOURCES, ExclusionSource
from casework.models import Dossier, Exclusion
from casework.refusals import InputRefused
from casework.texts import clean_text
from integrity import access
from integrity.models import Case, Lead, LeadLink


@transaction.atomic
def exclude_from_lead(*, lead: Lead, user: User, source: str, reason: str, by: User) -> Exclusion:
    """This colleague is involved: from now on they see nothing of the lead, nor of a case opened from it before."""
    access.check_can_exclude_from_lead(by, lead)
    source, reason = _stated(source, reason)

    exclusion = grants.exclude(dossier=lead.dossier, user=user, source=source, reason=reason, by=by)
    for link in lead.links.filter(case__isnull=False, undone_at=None).select_related("case__dossier"):
        if link.case is not None:
            _carry_to_case(exclusion, link.case, by)
    return exclusion


@transaction.atomic
def exclude_from_case(*, case: Case, user: User, source: str, reason: str, by: User) -> Exclusion:
    """This colleague is involved: from now on they see nothing of the case, nor of the leads it was opened from."""
    access.check_can_exclude_from_case(by, case)
    source, reason = _stated(source, reason)

    exclusion = grants.exclude(dossier=case.dossier, user=user, source=source, reason=reason, by=by)
    _carry_to_leads(exclusion, case, by)
    return exclusion


@transaction.atomic
def join(*, case: Case, lead: Lead, by: Actor) -> None:
    """A lead has come to the case: whoever is kept out of one of them is kept out of both."""
    on_case = _live(case.dossier)
    for exclusion in _live(lead.dossier):
        _carry_to_case(exclusion, case, by)
    for exclusion in on_case:
        grants.carry(exclusion=exclusion, dossier=lead.dossier, by=by)


def _carry_to_case(exclusion: Exclusion, case: Case, by: Actor) -> None:
    _carry_to_leads(grants.carry(exclusion=exclusion, dossier=case.dossier, by=by), case, by)


def _carry_to_leads(exclusion: Exclusion, case: Case, by: Actor) -> None:
    """To every lead of the case but the one the exclusion came from."""
    origin = exclusion.carried_from.dossier_id if exclusion.carried_from else None
    links = LeadLink.objects.filter(case=case, undone_at=None).exclude(lead__dossier=origin)
    for link in links.select_related("lead__dossier"):
        grants.carry(exclusion=exclusion, dossier=link.lead.dossier, by=by)


def _live(dossier: Dossier) -> list[Exclusion]:
    return list(Exclusion.objects.filter(dossier=dossier, lifted_at=None).select_related("user"))


def _stated(source: str, reason: str) -> tuple[ExclusionSource, str]:
    if source not in STATED_SOURCES:
        raise InputRefused(_("请选择排除的缘由。"), field="source")
    reason = clean_text(reason, field_label=_("理由"), limit=300, field="reason")
    if not reason:
        raise InputRefused(_("请写明理由。"), field="reason")
    return ExclusionSource(source), reason
