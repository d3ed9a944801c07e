"""Credit records, found by the name of the subject. A check of somebody's record is never made here."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from casework.audience import Audience
from casework.enums import DossierKind
from casework.models import Dossier
from integrity.models import CreditRecord
from integrity.querysets import CreditRecordQuerySet
from search.documents.access import dossier_access, is_sealed
from search.documents.base import Card, Document, SearchField
from search.documents.names import as_credit_code, pinyin_keys, subject_names

WIDE = frozenset({Permission.SEE_CREDIT_RECORDS})


def _records() -> CreditRecordQuerySet:
    return CreditRecord.objects.select_related(
        "subject__person", "subject__organization", "decision__case__dossier", "decision__respondent"
    )


def _card(record: CreditRecord) -> Card:
    return Card(
        reference=record.decision.reference or "",
        title=record.subject.name,
        url=record.get_absolute_url(),
        status=record.status,
        status_label=record.get_status_display(),
    )


def _visible(user: Any, on: dt.date) -> CreditRecordQuerySet:
    return _records().visible_to(user, on)


def _of_dossier(dossier: Dossier) -> CreditRecordQuerySet:
    return _records().filter(decision__case__dossier=dossier)


def _then(record: CreditRecord) -> list[str]:
    return [record.decision.respondent.name_then, record.decision.respondent.affiliation_then]


def _names(record: CreditRecord) -> list[str]:
    decision = record.decision
    return [decision.reference or "", decision.respondent.name_then, *subject_names(record.subject)]


def _exact(text: str) -> Q:
    code = as_credit_code(text)
    number = Q(decision__reference=text)
    return number | Q(subject__organization__uscc=code) if code else number


DOCUMENT = Document(
    kind="credit",
    label=_("失信记录"),
    audience=Audience.INTERNAL,
    model=CreditRecord,
    dossier_kinds=frozenset({DossierKind.CASE}),
    fields=(
        SearchField("subject", Audience.INTERNAL, lambda record: subject_names(record.subject), in_title=True),
        SearchField("reference", Audience.INTERNAL, lambda record: [record.decision.reference or ""], in_title=True),
        SearchField("then", Audience.INTERNAL, _then),
        SearchField("pinyin", Audience.INTERNAL, lambda record: pinyin_keys(record.subject), is_key=True),
    ),
    access_filter=lambda record, on: dossier_access(record.decision.case.dossier, on, wide=WIDE),
    records=_records,
    of_dossier=_of_dossier,
    visible=_visible,
    filing_fields=("starts_on",),
    card=_card,
    dossier_pk=lambda record: record.decision.case.dossier_id,
    dossiers=("decision__case__dossier",),
    is_live=lambda record, on: not is_sealed(record.decision.case.dossier),
    exact=_exact,
    telling=_names,
)
