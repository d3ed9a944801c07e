"""Shares, for the departments they went to: exactly the words the share itself shows them, nothing beside."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.access import deny_of
from casework.audience import Audience
from casework.enums import DossierKind
from casework.models import Dossier
from search.backends.base import Access
from search.documents.access import dossier_access, is_sealed
from search.documents.base import Card, Document, SearchField
from search.documents.filing import with_opening
from sharing.enums import ShareStatus
from sharing.models import SharePackage
from sharing.presenters import shared_facts
from sharing.querysets import SharePackageQuerySet

_ONE_DAY = dt.timedelta(days=1)


def _records() -> SharePackageQuerySet:
    return with_opening(
        SharePackage.objects.select_related("dossier", "decision__respondent", "decision__case__dossier")
    )


def _card(share: SharePackage) -> Card:
    return Card(
        reference=share.dossier.reference,
        title=share.decision.respondent.name_then,
        url=share.get_absolute_url(),
        status=share.status,
        status_label=share.get_status_display(),
    )


def _visible(user: Any, on: dt.date) -> SharePackageQuerySet:
    return _records().visible_to(user, on)


def _of_dossier(dossier: Dossier) -> SharePackageQuerySet:
    # The words come live from the decision, so a change in its case changes the rows of its shares.
    return _records().filter(Q(dossier=dossier) | Q(decision__case__dossier=dossier))


def _shown(share: SharePackage) -> list[str]:
    # Always in Chinese, whatever language the officer works in whose step writes the row.
    with translation.override("zh-hans"):
        return [value for _label, value in shared_facts(share)]


def _is_open(share: SharePackage, on: dt.date) -> bool:
    is_hidden = is_sealed(share.dossier) or is_sealed(share.decision.case.dossier)
    return share.status == ShareStatus.SHARED and on <= share.expires_on and not is_hidden


def _access(share: SharePackage, on: dt.date) -> Access:
    # Whoever is excluded from the case finds none of its shares: the person named may sit in the receiving department.
    own = dossier_access(share.dossier, on)
    return replace(own, deny=own.deny | deny_of(share.decision.case.dossier))


def _changes_on(share: SharePackage, on: dt.date) -> dt.date | None:
    return share.expires_on + _ONE_DAY if share.status == ShareStatus.SHARED and on <= share.expires_on else None


DOCUMENT = Document(
    kind="share",
    label=_("共享"),
    audience=Audience.PARTNER,
    model=SharePackage,
    dossier_kinds=frozenset({DossierKind.SHARE, DossierKind.CASE}),
    fields=(
        SearchField("reference", Audience.PARTNER, lambda share: [share.dossier.reference], in_title=True),
        SearchField("name", Audience.PARTNER, lambda share: [share.decision.respondent.name_then], in_title=True),
        SearchField("purpose", Audience.PARTNER, lambda share: [share.purpose_text, share.basis]),
        SearchField("shown", Audience.PARTNER, _shown),
    ),
    access_filter=_access,
    records=_records,
    of_dossier=_of_dossier,
    visible=_visible,
    filing_fields=("shared_at", "opened_at"),
    card=_card,
    dossier_pk=lambda share: share.dossier_id,
    dossiers=("dossier", "decision__case__dossier"),
    is_live=_is_open,
    changes_on=_changes_on,
    exact=lambda text: Q(dossier__reference=text) | Q(decision__reference=text),
    telling=lambda share: [share.decision.reference or "", share.decision.respondent.name_then],
)
