"""Whom a credit check is about, and which records count. Reads only; the answer rests on keys, never on an index (I12).

A name is shared by many people, so a name alone never hits: it asks a person to look (D13).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from casework.enums import IdentifierType
from casework.models import Organization, Person, Subject, SubjectIdentifier
from casework.names import has_han, name_keys, normal_name
from integrity.drafting import is_ban
from integrity.enums import CreditAnswer, DecisionStatus, MeasureStatus, Outcome
from integrity.models import CreditRecord, Measure
from integrity.querysets import CreditRecordQuerySet
from integrity.rule_books import book_of
from integrity.subjects import visible_subjects


@dataclass(frozen=True)
class Matches:
    """`records`: what the answer rests on. `candidates`: subjects to choose from. `same_name`: how many bear the name,
    of those the asker may know of and those the answer rests on.

    `is_strong`: found by identifier or chosen, so the answer is about this very subject.
    """

    answer: CreditAnswer
    records: tuple[CreditRecord, ...]
    candidates: tuple[Subject, ...]
    same_name: int
    is_strong: bool


def match(
    *, name: str, kind: str, normal: str, hashed: str, subject: Subject | None, as_of: dt.date, by: User
) -> Matches:
    """Find the subject by choice, then by identifier, then by name, and judge by the records open on the day.

    The answer is the same for everybody, also for somebody kept out of the case behind it: a grant or an award hangs on it.
    """
    namesakes = _namesakes(name)
    known = subject or _by_identifier(kind, normal, hashed)
    if known is not None:
        records, uncertain = _against([known.pk], as_of)
        if _bears(known, name):
            answer = CreditAnswer.HIT if records else CreditAnswer.OBSERVE if uncertain else CreditAnswer.CLEAR
        else:
            # Number and name belong to different people: a person has to find out which of them is wrong.
            answer = CreditAnswer.OBSERVE
        return Matches(answer, tuple(records), (known,), _count(namesakes, (known,), by), True)
    if kind:
        namesakes = _without_other_number(namesakes, kind)
    records, uncertain = _against([found.pk for found in namesakes], as_of)
    guilty = {record.subject_id for record in records} | uncertain
    candidates = tuple(found for found in namesakes if found.pk in guilty)
    answer = CreditAnswer.OBSERVE if candidates else CreditAnswer.CLEAR
    return Matches(answer, tuple(records), candidates, _count(namesakes, candidates, by), False)


def _count(namesakes: Collection[Subject], answered: Collection[Subject], by: User) -> int:
    """A namesake known only from a matter hidden from the asker counts when the answer says that there is one."""
    named = {subject.pk for subject in namesakes}
    visible = set(visible_subjects(by).filter(pk__in=named).values_list("pk", flat=True))
    return len(visible | {subject.pk for subject in answered if subject.pk in named})


def counting(records: CreditRecordQuerySet, as_of: dt.date) -> CreditRecordQuerySet:
    """The records that count on a day: open, and for a period or for life. One without a period blocks nothing."""
    return records.open_on(as_of).filter(Q(is_lifetime=True) | Q(ends_on__isnull=False))


def _against(subjects: Collection[int], as_of: dt.date) -> tuple[list[CreditRecord], set[int]]:
    """Records that count against the subjects, and the subjects under a ban whose window nobody stated."""
    records = counting(CreditRecord.objects.filter(subject__in=subjects), as_of)
    with_places = records.select_related("subject__person", "subject__organization", "decision__case__dossier")
    return list(with_places.order_by("-pk")), _under_unknown_end(subjects)


def _under_unknown_end(subjects: Collection[int]) -> set[int]:
    """Subjects under a ban in force whose first or last day nobody stated (a published "three years", or 3 to 5)."""
    bans = Measure.objects.filter(
        Q(starts_on=None) | Q(ends_on=None, is_lifetime=False),
        decision__respondent__subject__in=subjects,
        decision__status__in=[DecisionStatus.ISSUED, DecisionStatus.EFFECTIVE],
        decision__outcome=Outcome.ESTABLISHED,
        status=MeasureStatus.IN_FORCE,
        withdrawn=False,
        is_parallel=False,
    )
    return {
        ban.decision.respondent.subject_id
        for ban in bans.select_related("decision__rule_set", "decision__respondent")
        if is_ban(book_of(ban.decision.rule_set), ban.kind)
    }


def _by_identifier(kind: str, normal: str, hashed: str) -> Subject | None:
    if not hashed:
        return None
    row = SubjectIdentifier.objects.filter(type=kind, keyed_hash=hashed).select_related("subject").first()
    if row is not None:
        return row.subject
    if kind == IdentifierType.USCC:
        return Subject.objects.filter(organization__uscc=normal).first()
    return None


def _namesakes(name: str) -> list[Subject]:
    text = normal_name(name)
    people = Q(name=text) | Q(name=name) | Q(name_latin__iexact=text)
    if not has_han(text):
        for key in name_keys(text)[:1]:
            people |= Q(pinyin_keys__contains=key)
    units = Q(name=text) | Q(name=name) | Q(name_en__iexact=text) | Q(former_names__contains=text)
    found = Q(person__in=Person.objects.filter(people)) | Q(organization__in=Organization.objects.filter(units))
    rows = Subject.objects.filter(found).select_related("person", "organization").order_by("pk")
    return [subject for subject in rows if _bears(subject, name)]


def _bears(subject: Subject, name: str) -> bool:
    """Whether the subject goes, or went, by this name, in Han characters or romanised."""
    text = normal_name(name)
    unit = subject.organization
    if unit is not None:
        return text in _names((unit.name, unit.name_en, *unit.former_names.replace("；", ";").split(";")))
    known = _names((subject.name, getattr(subject.person, "name_latin", "")))
    if text.casefold() in {one.casefold() for one in known}:
        return True
    return not has_han(text) and bool(set(name_keys(text)[:1]) & set(name_keys(subject.name)))


def _names(names: Iterable[str]) -> set[str]:
    return {normal_name(name) for name in names if name.strip()}


def _without_other_number(subjects: list[Subject], kind: str) -> list[Subject]:
    """Who is known under another number of the same type is somebody else."""
    numbered = SubjectIdentifier.objects.filter(subject=OuterRef("pk"), type=kind)
    rows = Subject.objects.filter(pk__in=[subject.pk for subject in subjects])
    others = set(rows.filter(Exists(numbered)).values_list("pk", flat=True))
    if kind == IdentifierType.USCC:
        others |= {subject.pk for subject in subjects if subject.organization and subject.organization.uscc}
    return [subject for subject in subjects if subject.pk not in others]
