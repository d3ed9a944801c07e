"""Cases with their respondents, allegations and the latest report. Statements of respondents are read in the case."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.audience import Audience
from casework.enums import DossierKind
from casework.models import Dossier
from integrity.models import Case
from integrity.querysets import CaseQuerySet
from search.documents.access import dossier_access, is_sealed
from search.documents.base import Card, Document, SearchField
from search.documents.names import as_credit_code, own_names, pinyin_keys, respondent_names


def _records() -> CaseQuerySet:
    return Case.objects.select_related("dossier", "responsible_unit").prefetch_related(
        "respondents__subject__person", "respondents__subject__organization", "respondents__allegations", "reports"
    )


def _card(case: Case) -> Card:
    return Card(
        reference=case.dossier.reference,
        title=case.title,
        url=case.get_absolute_url(),
        status=case.status,
        status_label=case.get_status_display(),
    )


def _visible(user: Any, on: dt.date) -> CaseQuerySet:
    return _records().visible_to(user, on)


def _of_dossier(dossier: Dossier) -> CaseQuerySet:
    return _records().filter(dossier=dossier)


def _unit(case: Case) -> list[str]:
    unit = case.responsible_unit
    return [unit.name, unit.former_names] if unit else []


def _names(case: Case) -> Iterator[str]:
    for respondent in case.respondents.all():
        yield from respondent_names(respondent)


def _people(case: Case) -> Iterator[str]:
    for respondent in case.respondents.all():
        yield from own_names(respondent)


def _pinyin(case: Case) -> Iterator[str]:
    for respondent in case.respondents.all():
        yield from pinyin_keys(respondent.subject)


def _allegations(case: Case) -> Iterator[str]:
    for respondent in case.respondents.all():
        yield from (allegation.text for allegation in respondent.allegations.all())


def _report(case: Case) -> list[str]:
    latest = max(case.reports.all(), key=lambda report: report.version, default=None)
    return [latest.text, latest.proposed_handling] if latest else []


def _exact(text: str) -> Q:
    code = as_credit_code(text)
    number = Q(dossier__reference=text)
    return number | Q(respondents__subject__organization__uscc=code) if code else number


DOCUMENT = Document(
    kind="case",
    label=_("案件"),
    audience=Audience.INTERNAL,
    model=Case,
    dossier_kinds=frozenset({DossierKind.CASE}),
    fields=(
        SearchField("reference", Audience.INTERNAL, lambda case: [case.dossier.reference], in_title=True),
        SearchField("title", Audience.INTERNAL, lambda case: [case.title], in_title=True),
        SearchField("unit", Audience.INTERNAL, _unit),
        SearchField("respondents", Audience.INTERNAL, _names),
        SearchField("pinyin", Audience.INTERNAL, _pinyin, is_key=True),
        SearchField("allegations", Audience.INTERNAL, _allegations),
        SearchField("report", Audience.INTERNAL, _report),
    ),
    access_filter=lambda case, on: dossier_access(case.dossier, on),
    records=_records,
    of_dossier=_of_dossier,
    visible=_visible,
    filing_fields=("accepted_on",),
    card=_card,
    dossier_pk=lambda case: case.dossier_id,
    is_live=lambda case, on: not is_sealed(case.dossier),
    exact=_exact,
    telling=_people,
)
