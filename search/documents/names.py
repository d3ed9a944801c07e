"""Texts of people and organisations, the same for every entity that names them."""

import re
from collections.abc import Iterator

from casework.models import Person, Subject
from casework.names import name_initials
from integrity.models import Respondent

USCC = re.compile(r"[0-9A-HJ-NP-RT-UW-Y]{18}")


def subject_names(subject: Subject) -> list[str]:
    """Names of a subject as the directory holds them now, former and foreign ones included, and its credit code."""
    person, unit = subject.person, subject.organization
    texts = [person.name, person.name_latin] if person else []
    texts += [unit.name, unit.name_en, unit.former_names, unit.uscc or ""] if unit else []
    return texts


def respondent_names(respondent: Respondent) -> Iterator[str]:
    """Name and unit as they were then, and the names of today."""
    then, *others = own_names(respondent)
    yield from (then, respondent.affiliation_then, *others)


def own_names(respondent: Respondent) -> Iterator[str]:
    """What the respondent is and was called, without the unit, which many share."""
    yield respondent.name_then
    yield from (name for name in subject_names(respondent.subject) if name != respondent.name_then)


def pinyin_keys(subject: Subject) -> list[str]:
    """Keys by which a person is found in pinyin, whole or by first letters. Internal index only."""
    return person_keys(subject.person) if subject.person else []


def person_keys(person: Person) -> list[str]:
    """The same for somebody of the directory."""
    return [person.pinyin_keys, *name_initials(person.name)]


def as_credit_code(text: str) -> str | None:
    """The text as 统一社会信用代码 when it has that form, else None."""
    code = text.upper()
    return code if USCC.fullmatch(code) else None
