"""Decisions. Publishers find every issued one without the case around it, so the case number is no text of it."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from casework.audience import Audience
from casework.enums import DossierKind
from casework.models import Dossier
from integrity.models import Decision
from integrity.querysets import PUBLISHABLE, DecisionQuerySet
from search.backends.base import Access
from search.documents.access import dossier_access, is_sealed
from search.documents.base import Card, Document, SearchField
from search.documents.clauses import category_words, measure_words, prefetch_clauses
from search.documents.names import as_credit_code, own_names, pinyin_keys, respondent_names


def _records() -> DecisionQuerySet:
    return Decision.objects.select_related(
        "case__dossier", "respondent__subject__person", "respondent__subject__organization", "rule_set"
    ).prefetch_related("measures", prefetch_clauses())


def _card(decision: Decision) -> Card:
    return Card(
        reference=decision.reference or "",
        title=decision.respondent.name_then,
        url=decision.get_absolute_url(),
        status=decision.status,
        status_label=decision.get_status_display(),
    )


def _visible(user: Any, on: dt.date) -> DecisionQuerySet:
    return _records().visible_to(user, on)


def _of_dossier(dossier: Dossier) -> DecisionQuerySet:
    return _records().filter(case__dossier=dossier)


def _access(decision: Decision, on: dt.date) -> Access:
    is_issued = decision.status in PUBLISHABLE
    wide = frozenset({Permission.DRAFT_NOTICES}) if is_issued else frozenset()
    return dossier_access(decision.case.dossier, on, wide=wide)


def _exact(text: str) -> Q:
    code = as_credit_code(text)
    number = Q(reference=text)
    return number | Q(respondent__subject__organization__uscc=code) if code else number


DOCUMENT = Document(
    kind="decision",
    label=_("处理决定"),
    audience=Audience.INTERNAL,
    model=Decision,
    dossier_kinds=frozenset({DossierKind.CASE}),
    fields=(
        SearchField("reference", Audience.INTERNAL, lambda decision: [decision.reference or ""], in_title=True),
        SearchField("respondent", Audience.INTERNAL, lambda item: respondent_names(item.respondent), in_title=True),
        SearchField("pinyin", Audience.INTERNAL, lambda item: pinyin_keys(item.respondent.subject), is_key=True),
        SearchField("body", Audience.INTERNAL, lambda item: [item.issuing_body]),
        SearchField("categories", Audience.INTERNAL, category_words),
        SearchField("measures", Audience.INTERNAL, measure_words),
        SearchField("facts", Audience.INTERNAL, lambda item: [item.facts, item.exemption_ground, item.basis]),
        SearchField("reply", Audience.INTERNAL, lambda item: [item.statement_reply, item.revocation_reason]),
    ),
    access_filter=_access,
    records=_records,
    of_dossier=_of_dossier,
    visible=_visible,
    filing_fields=("decided_on", "case__accepted_on"),
    card=_card,
    dossier_pk=lambda decision: decision.case.dossier_id,
    dossiers=("case__dossier",),
    is_live=lambda decision, on: not is_sealed(decision.case.dossier),
    exact=_exact,
    telling=lambda decision: [decision.reference or "", *own_names(decision.respondent)],
)
