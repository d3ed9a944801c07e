"""Leads. What a reporter wrote, the receipt and everything in the vault stay outside every index."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.audience import Audience
from casework.enums import DossierKind
from casework.models import Dossier
from integrity.models import Lead
from integrity.querysets import LeadQuerySet
from search.documents.access import dossier_access, is_sealed
from search.documents.base import Card, Document, SearchField


def _records() -> LeadQuerySet:
    return Lead.objects.select_related("dossier")


def _card(lead: Lead) -> Card:
    return Card(
        reference=lead.dossier.reference,
        title=lead.summary,
        url=lead.get_absolute_url(),
        status=lead.status,
        status_label=lead.get_status_display(),
    )


def _visible(user: Any, on: dt.date) -> LeadQuerySet:
    return _records().visible_to(user, on)


def _of_dossier(dossier: Dossier) -> LeadQuerySet:
    return _records().filter(dossier=dossier)


DOCUMENT = Document(
    kind="lead",
    label=_("线索"),
    audience=Audience.INTERNAL,
    model=Lead,
    dossier_kinds=frozenset({DossierKind.LEAD}),
    fields=(
        SearchField("reference", Audience.INTERNAL, lambda lead: [lead.dossier.reference], in_title=True),
        SearchField("summary", Audience.INTERNAL, lambda lead: [lead.summary], in_title=True),
        SearchField("source", Audience.INTERNAL, lambda lead: [lead.source_document_no, lead.source_body]),
        SearchField("outcome", Audience.INTERNAL, lambda lead: [lead.refusal_reason, lead.transferred_to]),
    ),
    access_filter=lambda lead, on: dossier_access(lead.dossier, on),
    records=_records,
    of_dossier=_of_dossier,
    visible=_visible,
    filing_fields=("received_on",),
    card=_card,
    dossier_pk=lambda lead: lead.dossier_id,
    is_live=lambda lead, on: not is_sealed(lead.dossier),
    exact=lambda text: Q(dossier__reference=text) | Q(source_document_no=text),
    telling=lambda lead: [lead.source_document_no],
)
