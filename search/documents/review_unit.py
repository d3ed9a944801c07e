"""Units under ethics supervision, found by name, number, credit code and the titles of their listed activities."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.audience import Audience
from casework.enums import DossierKind
from casework.models import Dossier
from ethics.models import ReviewUnit
from ethics.querysets import ReviewUnitQuerySet
from search.documents.access import dossier_access, is_sealed
from search.documents.base import Card, Document, SearchField
from search.documents.filing import with_opening
from search.documents.names import as_credit_code


def _records() -> ReviewUnitQuerySet:
    units = ReviewUnit.objects.select_related("dossier", "organization").prefetch_related("activities")
    return with_opening(units)


def _card(unit: ReviewUnit) -> Card:
    return Card(reference=unit.dossier.reference, title=unit.organization.name, url=unit.get_absolute_url())


def _visible(user: Any, on: dt.date) -> ReviewUnitQuerySet:
    return _records().visible_to(user, on)


def _of_dossier(dossier: Dossier) -> ReviewUnitQuerySet:
    return _records().filter(dossier=dossier)


def _names(unit: ReviewUnit) -> list[str]:
    organization = unit.organization
    return [organization.name, organization.name_en, organization.former_names]


def _exact(text: str) -> Q:
    code = as_credit_code(text)
    number = Q(dossier__reference=text)
    return number | Q(organization__uscc=code) if code else number


DOCUMENT = Document(
    kind="reviewunit",
    label=_("伦理监管单位"),
    audience=Audience.INTERNAL,
    model=ReviewUnit,
    dossier_kinds=frozenset({DossierKind.ETHICS}),
    fields=(
        SearchField("names", Audience.INTERNAL, _names, in_title=True),
        SearchField("reference", Audience.INTERNAL, lambda unit: [unit.dossier.reference], in_title=True),
        SearchField("code", Audience.INTERNAL, lambda unit: [unit.organization.uscc or ""]),
        SearchField("activities", Audience.INTERNAL, lambda unit: [one.title for one in unit.activities.all()]),
    ),
    access_filter=lambda unit, on: dossier_access(unit.dossier, on),
    records=_records,
    of_dossier=_of_dossier,
    visible=_visible,
    filing_fields=("opened_at",),
    card=_card,
    dossier_pk=lambda unit: unit.dossier_id,
    is_live=lambda unit, on: not is_sealed(unit.dossier),
    exact=_exact,
)
