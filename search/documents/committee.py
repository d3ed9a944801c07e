"""Ethics committees, found by name, unit and the names of those who sit or sat in them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.audience import Audience
from casework.enums import DossierKind
from casework.models import Dossier
from ethics.models import Committee, ReviewUnit
from ethics.querysets import CommitteeQuerySet
from search.documents.access import dossier_access, is_sealed
from search.documents.base import Card, Document, SearchField
from search.documents.names import person_keys


def _records() -> CommitteeQuerySet:
    related = ("unit__dossier", "unit__organization", "registration")
    return Committee.objects.select_related(*related).prefetch_related("members__person")


def _card(committee: Committee) -> Card:
    return Card(
        reference=committee.unit.dossier.reference,
        title=f"{committee.unit.organization.name} {committee.name}",
        url=committee.get_absolute_url(),
    )


def _visible(user: Any, on: dt.date) -> CommitteeQuerySet:
    return _records().filter(unit__in=ReviewUnit.objects.visible_to(user, on))


def _of_dossier(dossier: Dossier) -> CommitteeQuerySet:
    return _records().filter(unit__dossier=dossier)


def _people(committee: Committee) -> Iterator[str]:
    for member in committee.members.all():
        yield from (member.person.name, member.person.name_latin)


DOCUMENT = Document(
    kind="committee",
    label=_("科技伦理委员会"),
    audience=Audience.INTERNAL,
    model=Committee,
    dossier_kinds=frozenset({DossierKind.ETHICS}),
    fields=(
        SearchField("name", Audience.INTERNAL, lambda one: [one.name, one.unit.organization.name], in_title=True),
        SearchField("number", Audience.INTERNAL, lambda one: [one.registration.platform_no]),
        SearchField("members", Audience.INTERNAL, _people),
        SearchField(
            "pinyin",
            Audience.INTERNAL,
            lambda one: [key for member in one.members.all() for key in person_keys(member.person)],
            is_key=True,
        ),
    ),
    access_filter=lambda one, on: dossier_access(one.unit.dossier, on),
    records=_records,
    of_dossier=_of_dossier,
    visible=_visible,
    filing_fields=("set_up_on",),
    card=_card,
    dossier_pk=lambda one: one.unit.dossier_id,
    dossiers=("unit__dossier",),
    is_live=lambda one, on: not is_sealed(one.unit.dossier),
    exact=lambda text: Q(registration__platform_no=text) if text else Q(pk__in=[]),
)
