"""Each entry in the directory leaves its event; an event that cannot be written undoes the entry."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.actions import directory
from casework.enums import IdentifierType, OrganizationKind
from casework.events import register_dossier
from casework.models import Affiliation, Event, Organization, SubjectIdentifier
from tests.factories import person

pytestmark = pytest.mark.django_db
ORCID = "0000-0002-1825-0097"


def _types() -> list[str]:
    return list(register_dossier("directory").events.order_by("seq").values_list("type", flat=True))


def _entries(officer):
    """Every kind of entry, each as a function of nothing; later ones need the earlier."""
    human = directory.add_person(name="周砚清", by=officer)
    unit = directory.add_organization(name="剑门医学院", kind=OrganizationKind.UNIVERSITY, by=officer)
    return human, unit


def test_each_entry_leaves_its_event():
    officer = person("officer")
    human, unit = _entries(officer)
    directory.add_identifier(subject=human, kind=IdentifierType.ORCID, value=ORCID, by=officer)
    directory.add_affiliation(
        person=human.person, organization=unit.organization, post="教授", starts_on=dt.date(2020, 1, 1), by=officer
    )

    assert _types() == ["person_added", "organization_added", "identifier_added", "affiliation_added"]
    own = register_dossier("directory").events
    assert set(own.values_list("actor", flat=True)) == {officer.pk}
    assert ORCID not in str(list(Event.objects.values()))


@pytest.mark.parametrize("what", ["organization", "identifier", "affiliation"])
def test_an_entry_without_its_event_is_undone(what, monkeypatch):
    officer = person("officer")
    human, unit = _entries(officer)
    before = Organization.objects.count()
    monkeypatch.setattr(directory, "record_event", lambda **fields: 1 / 0)
    entry = {
        "organization": lambda: directory.add_organization(name="蜀道农业研究所", kind="institute", by=officer),
        "identifier": lambda: directory.add_identifier(subject=human, kind="orcid", value=ORCID, by=officer),
        "affiliation": lambda: directory.add_affiliation(
            person=human.person, organization=unit.organization, by=officer
        ),
    }

    with pytest.raises(ZeroDivisionError):
        entry[what]()

    assert Organization.objects.count() == before
    assert not SubjectIdentifier.objects.exists() and not Affiliation.objects.exists()
