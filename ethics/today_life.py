"""Rows of the Today page: incidents nobody has answered, the serious ones first, and drafts that wait for a second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.today import TodayRow, register_today
from ethics.enums import IncidentKind, PublicStatus
from ethics.life_access import visible_entries, visible_incidents
from ethics.models import Incident
from ethics.stored_rules import adverse_event_clause
from ethics.today import MOST, kept_units


@register_today
def incidents(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Serious ones are due the day they were told, so that they stand on top; the others wait without a day."""
    units = kept_units(user, on)
    if units is None:
        return
    waiting = visible_incidents(user).unhandled().filter(activity__unit__in=units)
    related = ("activity__unit__dossier", "activity__unit__organization")
    found = list(waiting.select_related(*related).order_by("-is_serious", "reported_on", "pk")[:MOST])
    clause = adverse_event_clause() if any(one.kind == IncidentKind.ADVERSE_EVENT for one in found) else None
    for one in found:
        yield _incident_row(one, *((clause.article, clause.mark) if clause else ("", "")))


def _incident_row(incident: Incident, article: str, mark: str) -> TodayRow:
    activity, is_adverse = incident.activity, incident.kind == IncidentKind.ADVERSE_EVENT
    words = {"kind": incident.get_kind_display(), "name": activity.title}
    return TodayRow(
        title=(_("严重：%(kind)s：%(name)s") if incident.is_serious else _("%(kind)s：%(name)s")) % words,
        url=activity.get_absolute_url(),
        reference=activity.unit.dossier.reference,
        note=activity.unit.organization.name,
        action_label=_("处理情况报告"),
        action_url=reverse("ethics:incident-handle", args=[incident.pk]),
        due_on=incident.reported_on if incident.is_serious else None,
        article=article if is_adverse else "ST 20",
        mark=mark if is_adverse else "",
    )


@register_today
def public_drafts(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Drafts of the public list for whoever may let them out: anybody but the person who wrote them."""
    if Permission.PUBLISH_ETHICS not in standing(user, on).permissions:
        return
    drafts = visible_entries(user).filter(status=PublicStatus.DRAFT).exclude(drafted_by=user)
    for one in drafts.select_related("drafted_by").order_by("pk")[:MOST]:
        url = reverse("ethics_public:entry", args=[one.pk])
        yield TodayRow(
            title=_("审核公开名单条目：%(name)s") % {"name": one.title},
            url=url,
            reference="",
            note=_("%(name)s 起草") % {"name": one.drafted_by},
            action_label=_("审核公开"),
            action_url=url,
        )
