"""Entering people, organisations, identifiers and posts; finding them again by name and by number."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError

from casework import directory
from casework.actions import directory as entries
from casework.events import register_dossier
from casework.models import Affiliation, Event, Organization, Person, Subject, SubjectIdentifier
from casework.refusals import AccessDenied, InputRefused
from tests.factories import person

pytestmark = pytest.mark.django_db
ID_CARD = "51080219900307123"  # the check digit is added below
USCC = "91510800MA62AAAA1Q"


def id_card() -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(ID_CARD, weights, strict=True))
    return ID_CARD + "10X98765432"[total % 11]


def uscc(body: str = "91510800MA62AAAA1") -> str:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = [pow(3, place, 31) for place in range(17)]
    total = sum(alphabet.index(char) * weight for char, weight in zip(body, weights, strict=True))
    return body + alphabet[(31 - total % 31) % 31]


@pytest.fixture
def officer():
    return person("officer", name="李明")


def test_a_person_gets_a_subject_pinyin_keys_history_and_an_event(officer):
    subject = entries.add_person(name=" 周　砚清 ", name_latin="Yanqing Zhou", birth_year=1980, by=officer)
    assert (subject.name, subject.is_person) == ("周砚清", True)
    assert "zhouyanqing" in subject.person.pinyin_keys.split()
    assert subject.person.history.get().history_user == officer
    event = register_dossier("directory").events.get()
    assert (event.type, event.subject_pk, event.data) == (
        "person_added",
        str(subject.pk),
        {"person": subject.person.pk},
    )


def test_an_organisation_with_its_code_is_found_by_it(officer):
    code = uscc()
    subject = entries.add_organization(name="嘉陵检测有限公司", kind="company", uscc=code.lower(), by=officer)
    assert subject.organization.uscc == code
    assert directory.by_identifier("uscc", f" {code[:9]} {code[9:]} ") == subject
    types = register_dossier("directory").events.order_by("seq").values_list("type", flat=True)
    assert list(types) == ["organization_added", "identifier_added"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "\u3000"}, "name"),
        ({"name": "字" * 101}, "name"),
        ({"name": "周\x00砚清"}, "name"),
        ({"name": "周砚清", "birth_year": 1899}, "birth_year"),
        ({"name": "周砚清", "birth_year": 2100}, "birth_year"),
        ({"name": "周砚清", "name_latin": "x" * 161}, "name_latin"),
    ],
)
def test_an_impossible_person_is_refused(officer, values, field):
    with pytest.raises(InputRefused) as refusal:
        entries.add_person(by=officer, **values)
    assert refusal.value.field == field and not Person.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "club"}, "kind"),
        ({"uscc": "123"}, "uscc"),
        ({"uscc": USCC[:-1] + "0"}, "uscc"),
        ({"region_code": "51080"}, "region_code"),
        ({"region_code": "５１０８０２"}, "region_code"),
    ],
)
def test_an_impossible_organisation_is_refused(officer, values, field):
    with pytest.raises(InputRefused) as refusal:
        entries.add_organization(by=officer, **{"name": "某公司", "kind": "company", **values})
    assert refusal.value.field == field and not Organization.objects.exists()


def test_a_code_belongs_to_one_organisation(officer, monkeypatch):
    entries.add_organization(name="甲公司", kind="company", uscc=uscc(), by=officer)
    with pytest.raises(InputRefused, match="不能登记在这一单位名下"):
        entries.add_organization(name="乙公司", kind="company", uscc=uscc(), by=officer)
    # somebody else enters it between the check and the saving
    monkeypatch.setattr(entries, "_free_uscc", lambda text: text)
    with pytest.raises(InputRefused, match="不能登记在这一单位名下"):
        entries.add_organization(name="丙公司", kind="company", uscc=uscc(), by=officer)
    assert Organization.objects.count() == 1


def test_an_identifier_is_stored_unreadable_and_found_however_it_is_typed(officer):
    subject = entries.add_person(name="周砚清", by=officer)
    number = id_card()
    made = entries.add_identifier(subject=subject, kind="id_card", value=number, verified=True, by=officer)
    assert number not in made.cipher and made.hint == number[-4:] and made.verified_by == officer
    assert directory.clear_identifier(made) == number
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    assert directory.by_identifier("id_card", f"{wide[:6]} {wide[6:]}") == subject
    assert directory.in_identifiers(number) == [subject]
    assert directory.in_identifiers("周砚清") == []
    stored = " ".join(str(row) for row in SubjectIdentifier.history.values())
    assert number not in stored and "cipher" not in stored


def test_the_same_identifier_again_is_the_same_row_and_never_another_subject(officer):
    first, second = (entries.add_person(name="周砚清", by=officer) for _n in range(2))
    made = entries.add_identifier(subject=first, kind="id_card", value=id_card(), by=officer)
    assert entries.add_identifier(subject=first, kind="id_card", value=id_card(), by=officer) == made
    with pytest.raises(InputRefused, match="不能登记在这一主体名下") as refusal:
        entries.add_identifier(subject=second, kind="id_card", value=id_card(), by=officer)
    assert refusal.value.field == "identifier"


def test_an_identifier_entered_in_the_same_moment_is_not_doubled(officer, monkeypatch):
    subject = entries.add_person(name="周砚清", by=officer)
    made = entries.add_identifier(subject=subject, kind="orcid", value="0000-0002-1825-0097", by=officer)

    def busy(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr(entries, "_known", lambda kind, normal: None)
    monkeypatch.setattr(entries, "save_record", busy)
    assert entries.add_identifier(subject=subject, kind="orcid", value="0000-0002-1825-0097", by=officer) == made


@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [
        ("shoe_size", "42", "identifier_type"),
        ("uscc", uscc(), "identifier_type"),
        ("id_card", "510802199003071230", "identifier"),
        ("orcid", "0000-0002-1825-0098", "identifier"),
    ],
)
def test_an_impossible_identifier_of_a_person_is_refused(officer, kind, value, field):
    subject = entries.add_person(name="周砚清", by=officer)
    with pytest.raises(InputRefused) as refusal:
        entries.add_identifier(subject=subject, kind=kind, value=value, by=officer)
    assert refusal.value.field == field


def test_a_post_is_entered_once_and_ends_after_it_begins(officer):
    human = entries.add_person(name="周砚清", by=officer).person
    unit = entries.add_organization(name="剑门医学院", kind="university", by=officer).organization
    first = entries.add_affiliation(
        person=human, organization=unit, post="教授", starts_on=dt.date(2019, 1, 1), by=officer
    )
    same = entries.add_affiliation(
        person=human, organization=unit, post="教授", starts_on=dt.date(2019, 1, 1), by=officer
    )
    assert first == same and Affiliation.objects.count() == 1
    with pytest.raises(InputRefused, match="结束日早于开始日"):
        entries.add_affiliation(
            person=human,
            organization=unit,
            starts_on=dt.date(2020, 1, 1),
            ends_on=dt.date(2019, 1, 1),
            by=officer,
        )


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("周砚清", ["周砚清"]),
        ("砚清", ["周砚清"]),
        ("zhou yanqing", ["周砚清"]),
        ("Yanqing Zhou", ["周砚清"]),
        ("ZHOU Y. Q.", ["周砚清"]),
        ("嘉陵", ["嘉陵检测有限公司"]),
        ("广元检测站", ["嘉陵检测有限公司"]),
        ("王", []),
        (".*", []),
        ("   ", []),
    ],
)
def test_names_are_found_by_part_pinyin_foreign_and_former_spelling(officer, typed, finds):
    entries.add_person(name="周砚清", by=officer)
    entries.add_organization(name="嘉陵检测有限公司", kind="company", former_names="广元检测站", by=officer)
    assert [subject.name for subject in directory.like(typed)] == finds


def test_only_exactly_equal_names_are_namesakes(officer):
    one, two = (entries.add_person(name="周砚清", by=officer) for _n in range(2))
    entries.add_person(name="周砚青", by=officer)
    assert list(directory.named(" 周 砚清 ").order_by("pk")) == [one, two]
    assert not directory.named("").exists()


@pytest.mark.parametrize("role", ["reviewer", "member", "auditor", "head"])
def test_only_those_who_keep_the_directory_write_to_it(officer, role):
    subject, stranger = entries.add_person(name="周砚清", by=officer), person(role)
    unit = entries.add_organization(name="剑门医学院", kind="university", by=officer).organization
    for act in (
        lambda: entries.add_person(name="某", by=stranger),
        lambda: entries.add_organization(name="某", kind="company", by=stranger),
        lambda: entries.add_identifier(subject=subject, kind="id_card", value=id_card(), by=stranger),
        lambda: entries.add_affiliation(person=subject.person, organization=unit, by=stranger),
    ):
        with pytest.raises(AccessDenied):
            act()


def test_an_event_that_cannot_be_written_undoes_the_entry(officer, monkeypatch):
    subject = entries.add_person(name="周砚清", by=officer)
    unit = entries.add_organization(name="剑门医学院", kind="university", by=officer).organization
    before = (Subject.objects.count(), Event.objects.count())

    def fail(**kwargs):
        raise RuntimeError("no event")

    monkeypatch.setattr(entries, "record_event", fail)
    for act in (
        lambda: entries.add_person(name="某", by=officer),
        lambda: entries.add_organization(name="某", kind="company", by=officer),
        lambda: entries.add_identifier(subject=subject, kind="id_card", value=id_card(), by=officer),
        lambda: entries.add_affiliation(person=subject.person, organization=unit, by=officer),
    ):
        with pytest.raises(RuntimeError):
            act()
    assert (Subject.objects.count(), Event.objects.count()) == before
    assert not SubjectIdentifier.objects.exists() and not Affiliation.objects.exists()
