"""Published notices: the public index, built from the frozen public values and nothing else (I3, I4).

The portal lists notices from their own table; this index serves whoever searches the public audience.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from casework.audience import Audience
from casework.enums import DossierKind
from casework.models import Dossier
from notices.enums import PublicState
from notices.models import Notice, PublicNotice
from notices.querysets import NoticeQuerySet, PublicNoticeQuerySet
from search.documents.access import EVERYONE
from search.documents.base import Card, Document, SearchField

_ONE_DAY = dt.timedelta(days=1)


def _records() -> PublicNoticeQuerySet:
    return PublicNotice.objects.annotate(file_pk=Subquery(_files().values("dossier")[:1]))


def _files() -> NoticeQuerySet:
    """The file behind a public row. Nothing in that row points back to it; the number is what both sides know."""
    return Notice.objects.filter(number=OuterRef("number"))


def _card(notice: PublicNotice) -> Card:
    return Card(
        reference=notice.number,
        title=notice.title,
        url=notice.get_absolute_url(),
        status=notice.state,
        status_label=notice.get_state_display(),
    )


def _visible(user: Any, on: dt.date) -> PublicNoticeQuerySet:
    return _records().on_show(on)


def _of_dossier(dossier: Dossier) -> PublicNoticeQuerySet:
    return _records().filter(number__in=Notice.objects.filter(dossier=dossier, number__isnull=False).values("number"))


def _values(notice: PublicNotice) -> Iterator[str]:
    for entries in notice.entries:
        yield from (entry["value"] for entry in entries)


def _is_on_show(notice: PublicNotice, on: dt.date) -> bool:
    is_ended = notice.until is not None and notice.until < on
    return notice.state == PublicState.LIVE and notice.published_on <= on and not is_ended


def _changes_on(notice: PublicNotice, on: dt.date) -> dt.date | None:
    if notice.state != PublicState.LIVE:
        return None
    if notice.published_on > on:
        return notice.published_on
    return notice.until + _ONE_DAY if notice.until and notice.until >= on else None


DOCUMENT = Document(
    kind="publicnotice",
    label=_("公开通报"),
    audience=Audience.PUBLIC,
    model=PublicNotice,
    dossier_kinds=frozenset({DossierKind.NOTICE}),
    fields=(
        SearchField("number", Audience.PUBLIC, lambda notice: [notice.number], in_title=True),
        SearchField("title", Audience.PUBLIC, lambda notice: [notice.title], in_title=True),
        SearchField("issuer", Audience.PUBLIC, lambda notice: [notice.issuer]),
        SearchField("intro", Audience.PUBLIC, lambda notice: [notice.intro]),
        SearchField("entries", Audience.PUBLIC, _values),
        SearchField("categories", Audience.PUBLIC, lambda notice: list(notice.category_labels)),
    ),
    access_filter=lambda notice, on: EVERYONE,
    records=_records,
    of_dossier=_of_dossier,
    visible=_visible,
    filing_fields=("published_on",),
    card=_card,
    dossier_pk=lambda notice: notice.file_pk,
    dossiers=(),
    is_live=_is_on_show,
    changes_on=_changes_on,
    exact=lambda text: Q(number=text),
)
