"""Finding subjects by name or identifier. A name finds candidates; only an identifier tells who it is (D13)."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from casework.cipher import blind_index, context_of, default_cipher
from casework.enums import IdentifierType
from casework.identifiers import normalise_identifier
from casework.models import Subject, SubjectIdentifier
from casework.names import name_keys, normal_name
from casework.refusals import InputRefused

SHOWN = 30


def identifier_context(subject: Subject, kind: str) -> str:
    """What the cipher text of an identifier is bound to: its subject and its type."""
    return context_of("casework.subject", subject.pk, kind)


def clear_identifier(identifier: SubjectIdentifier) -> str:
    """The identifier itself. Whoever shows it records the access."""
    return default_cipher().open(identifier.cipher, identifier_context(identifier.subject, identifier.type))


def by_identifier(kind: str, text: str) -> Subject | None:
    """The subject registered under this identifier, or None. Raises InputRefused when the text cannot be one."""
    normal = normalise_identifier(kind, text, today=timezone.localdate())
    known = SubjectIdentifier.objects.filter(type=kind, keyed_hash=blind_index(kind, normal))
    found = known.select_related("subject__person", "subject__organization").first()
    return found.subject if found else None


def named(name: str) -> QuerySet[Subject]:
    """Subjects called exactly so, former and foreign names included: the ones a name cannot tell apart."""
    wanted = normal_name(name)
    if not wanted:
        return Subject.objects.none()
    people = Q(person__name=wanted) | Q(person__name_latin__iexact=wanted)
    units = Q(organization__name=wanted) | Q(organization__name_en__iexact=wanted)
    return Subject.objects.filter(people | units).select_related("person", "organization")


def like(text: str) -> QuerySet[Subject]:
    """Candidates for what was typed: a part of the name, or the same name in pinyin or in a foreign spelling."""
    wanted = normal_name(text)
    if not wanted:
        return Subject.objects.none()
    condition = Q(person__name__icontains=wanted) | Q(person__name_latin__icontains=wanted)
    condition |= Q(organization__name__icontains=wanted) | Q(organization__name_en__icontains=wanted)
    condition |= Q(organization__former_names__icontains=wanted)
    # A single short word is a part of a name, not a name: its keys would find half the directory.
    for key in name_keys(wanted) if len(wanted) > 1 else ():
        condition |= Q(person__pinyin_keys__regex=rf"(^| ){_plain_key(key)}( |$)")
    return Subject.objects.filter(condition).select_related("person", "organization")


def in_identifiers(text: str) -> list[Subject]:
    """Subjects one of whose identifiers is what was typed, whatever its kind; nobody for a text that is none."""
    found = []
    for kind in IdentifierType.values:
        try:
            subject = by_identifier(kind, text)
        except InputRefused:
            continue
        if subject is not None and subject not in found:
            found.append(subject)
    return found


def _plain_key(key: str) -> str:
    """Keys are letters; anything else in one (a character without reading) must not act as a pattern."""
    return "".join(char if char.isalnum() else rf"\{char}" for char in key)
