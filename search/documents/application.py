"""Applications for ethics review, found by title, number, unit, leader and status. Drafts and confidential ones are in no index."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Clearance
from casework.audience import Audience
from casework.enums import DossierKind
from casework.models import Dossier
from ethics.enums import ApplicationStatus, ReviewMode
from ethics.models import Application
from ethics.querysets import ApplicationQuerySet
from search.documents.access import dossier_access
from search.documents.base import Card, Document, SearchField
from search.documents.filing import with_opening


def _records() -> ApplicationQuerySet:
    related = ("dossier", "unit__organization", "committee")
    return with_opening(Application.objects.select_related(*related).prefetch_related("versions"))


def _card(application: Application) -> Card:
    return Card(
        reference=application.dossier.reference,
        title=application.title,
        url=application.get_absolute_url(),
        status=application.status,
        status_label=application.get_status_display(),
    )


def _visible(user: Any, on: dt.date) -> ApplicationQuerySet:
    return _records().visible_to(user, on)


def _of_dossier(dossier: Dossier) -> ApplicationQuerySet:
    return _records().filter(dossier=dossier)


def _is_live(application: Application, on: dt.date) -> bool:
    """Submitted once, or recorded for a review held elsewhere; never above the level of the house."""
    if application.dossier.secrecy > Clearance.INTERNAL:
        return False
    if application.mode == ReviewMode.RECORDED:
        return True
    never_submitted = application.status == ApplicationStatus.DRAFT or not application.versions.all()
    return not never_submitted


def _units(application: Application) -> Iterator[str]:
    yield application.unit_name
    if application.unit is not None:
        yield application.unit.organization.name
    if application.committee is not None:
        yield application.committee.name


DOCUMENT = Document(
    kind="application",
    label=_("伦理审查申请"),
    audience=Audience.INTERNAL,
    model=Application,
    dossier_kinds=frozenset({DossierKind.REVIEW}),
    fields=(
        SearchField("reference", Audience.INTERNAL, lambda one: [one.dossier.reference], in_title=True),
        SearchField("title", Audience.INTERNAL, lambda one: [one.title], in_title=True),
        SearchField("units", Audience.INTERNAL, _units),
        SearchField("leader", Audience.INTERNAL, lambda one: [one.leader_name]),
        SearchField("project", Audience.INTERNAL, lambda one: [one.project_no]),
        SearchField("status", Audience.INTERNAL, lambda one: [str(one.get_status_display())]),
    ),
    access_filter=lambda one, on: dossier_access(one.dossier, on),
    records=_records,
    of_dossier=_of_dossier,
    visible=_visible,
    filing_fields=("opened_at",),
    card=_card,
    dossier_pk=lambda one: one.dossier_id,
    is_live=_is_live,
    exact=lambda text: Q(dossier__reference=text) | (Q(project_no=text) if text else Q(pk__in=[])),
    telling=lambda one: [one.project_no, one.leader_name],
)
