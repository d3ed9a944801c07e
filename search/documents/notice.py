"""Notices in work, for staff: number, title and the words meant for the public. What was masked is in no index."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.audience import Audience
from casework.enums import DossierKind
from casework.models import Dossier
from notices.models import Notice
from notices.querysets import NoticeQuerySet
from search.documents.access import dossier_access, is_sealed
from search.documents.base import Card, Document, SearchField
from search.documents.filing import with_opening


def _records() -> NoticeQuerySet:
    return with_opening(Notice.objects.select_related("dossier").prefetch_related("fields"))


def _card(notice: Notice) -> Card:
    return Card(
        reference=notice.number or notice.dossier.reference,
        title=notice.title,
        url=notice.get_absolute_url(),
        status=notice.status,
        status_label=notice.get_status_display(),
    )


def _visible(user: Any, on: dt.date) -> NoticeQuerySet:
    return _records().visible_to(user, on)


def _of_dossier(dossier: Dossier) -> NoticeQuerySet:
    return _records().filter(dossier=dossier)


def _printed(notice: Notice) -> list[str]:
    return [field.public_value for field in notice.fields.all() if field.included]


DOCUMENT = Document(
    kind="notice",
    label=_("通报"),
    audience=Audience.INTERNAL,
    model=Notice,
    dossier_kinds=frozenset({DossierKind.NOTICE}),
    fields=(
        SearchField(
            "number", Audience.INTERNAL, lambda notice: [notice.number or "", notice.dossier.reference], in_title=True
        ),
        SearchField("title", Audience.PUBLIC, lambda notice: [notice.title], in_title=True),
        SearchField("intro", Audience.PUBLIC, lambda notice: [notice.intro]),
        SearchField("fields", Audience.PUBLIC, _printed),
    ),
    access_filter=lambda notice, on: dossier_access(notice.dossier, on),
    records=_records,
    of_dossier=_of_dossier,
    visible=_visible,
    filing_fields=("published_at", "opened_at"),
    card=_card,
    dossier_pk=lambda notice: notice.dossier_id,
    is_live=lambda notice, on: not is_sealed(notice.dossier),
    exact=lambda text: Q(number=text) | Q(dossier__reference=text),
    telling=lambda notice: [notice.number or ""],
)
