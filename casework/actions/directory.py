"""Enter people and organisations, their identifiers and posts.

A name may repeat; an identifier belongs to one subject.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from casework.access import check_right
from casework.cipher import blind_index, default_cipher
from casework.directory import identifier_context
from casework.enums import IdentifierType, OrganizationKind
from casework.events import record_event, register_dossier
from casework.identifiers import normal_uscc, normalise_identifier
from casework.models import Affiliation, Organization, Person, Subject, SubjectIdentifier
from casework.names import normal_name, pinyin_keys
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import clean_text

REGISTER = "directory"
FIRST_BIRTH_YEAR = 1900
ORGANIZATION_IDENTIFIERS = frozenset({IdentifierType.USCC})


@transaction.atomic
def add_person(*, name: str, by: User, name_latin: str = "", birth_year: int | None = None) -> Subject:
    """A natural person and the subject that stands for them. Namesakes are allowed: show them before calling."""
    check_right(by, Permission.EDIT_DIRECTORY)

    name = _name(name, limit=100, label=_("姓名"))
    name_latin = clean_text(name_latin, field_label=_("外文姓名"), limit=160, multiline=False, field="name_latin")
    if birth_year is not None and not FIRST_BIRTH_YEAR <= birth_year <= timezone.localdate().year:
        raise InputRefused(_("出生年份应在 1900 年至今年之间。"), field="birth_year")

    person = Person(name=name, name_latin=name_latin, birth_year=birth_year, pinyin_keys=_keys(name, name_latin))
    save_record(person, by=by, reason="登记自然人")
    subject = Subject(person=person)
    save_record(subject, by=by, reason="登记自然人")
    record_event(
        dossier=register_dossier(REGISTER), type="person_added", by=by, subject=subject, data={"person": person.pk}
    )
    return subject


@transaction.atomic
def add_organization(
    *,
    name: str,
    kind: str,
    by: User,
    name_en: str = "",
    former_names: str = "",
    uscc: str = "",
    region_code: str = "",
    parent: Organization | None = None,
) -> Subject:
    """An organisation and its subject. The 统一社会信用代码 is checked and belongs to one organisation only."""
    check_right(by, Permission.EDIT_DIRECTORY)

    name = _name(name, limit=200, label=_("单位名称"))
    if kind not in OrganizationKind.values:
        raise InputRefused(_("请选择单位类别。"), field="kind")
    name_en = clean_text(name_en, field_label=_("英文名称"), limit=300, multiline=False, field="name_en")
    former_names = clean_text(former_names, field_label=_("曾用名"), limit=400, multiline=False, field="former_names")
    if region_code and not (region_code.isascii() and region_code.isdecimal() and len(region_code) == 6):
        raise InputRefused(_("行政区划代码是 6 位数字。"), field="region_code")
    code = _free_uscc(uscc)

    unit = Organization(
        name=name,
        kind=kind,
        name_en=name_en,
        former_names=former_names,
        uscc=code,
        region_code=region_code,
        parent=parent,
    )
    try:
        with transaction.atomic():
            save_record(unit, by=by, reason="登记单位")
    except IntegrityError as error:
        raise _taken_code() from error
    subject = Subject(organization=unit)
    save_record(subject, by=by, reason="登记单位")
    record_event(
        dossier=register_dossier(REGISTER),
        type="organization_added",
        by=by,
        subject=subject,
        data={"organization": unit.pk},
    )
    if code:
        add_identifier(subject=subject, kind=IdentifierType.USCC, value=code, by=by)
    return subject


@transaction.atomic
def add_identifier(*, subject: Subject, kind: str, value: str, by: User, verified: bool = False) -> SubjectIdentifier:
    """Register an identifier: kept as cipher text, found by keyed hash. The same one again returns the known row.

    Raises InputRefused when it cannot be such a number or when it belongs to another subject.
    """
    check_right(by, Permission.EDIT_DIRECTORY)

    if kind not in IdentifierType.values:
        raise InputRefused(_("请选择标识类型。"), field="identifier_type")
    if (kind in ORGANIZATION_IDENTIFIERS) == subject.is_person:
        raise InputRefused(_("自然人不用统一社会信用代码，单位只用它。请重新选择标识类型。"), field="identifier_type")
    try:
        normal = normalise_identifier(kind, value, today=timezone.localdate())
    except InputRefused as refusal:
        raise InputRefused(refusal.reason, field="identifier") from refusal
    known = _known(kind, normal)
    if known is not None:
        return _own_or_refuse(known, subject)

    identifier = SubjectIdentifier(
        subject=subject,
        type=kind,
        cipher=default_cipher().seal(normal, identifier_context(subject, kind)),
        keyed_hash=blind_index(kind, normal),
        hint=normal[-4:] if len(normal) >= 8 else "",
        verified_at=timezone.now() if verified else None,
        verified_by=by if verified else None,
    )
    try:
        with transaction.atomic():
            save_record(identifier, by=by, reason="登记主体标识")
    except IntegrityError:
        return _own_or_refuse(SubjectIdentifier.objects.get(type=kind, keyed_hash=blind_index(kind, normal)), subject)
    record_event(
        dossier=register_dossier(REGISTER),
        type="identifier_added",
        by=by,
        subject=identifier,
        data={"subject": subject.pk, "type": kind, "verified": verified},
    )
    return identifier


@transaction.atomic
def add_affiliation(
    *,
    person: Person,
    organization: Organization,
    by: User,
    post: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Affiliation:
    """A post of a person at an organisation; either day may be unknown, both days count."""
    check_right(by, Permission.EDIT_DIRECTORY)

    post = clean_text(post, field_label=_("职务"), limit=100, multiline=False, field="post")
    if starts_on and ends_on and ends_on < starts_on:
        raise InputRefused(_("任职的结束日早于开始日。"), field="ends_on")
    same = Affiliation.objects.filter(
        person=person, organization=organization, post=post, starts_on=starts_on, ends_on=ends_on
    ).first()
    if same is not None:
        return same

    affiliation = Affiliation(person=person, organization=organization, post=post, starts_on=starts_on, ends_on=ends_on)
    save_record(affiliation, by=by, reason="登记任职经历")
    record_event(
        dossier=register_dossier(REGISTER),
        type="affiliation_added",
        by=by,
        subject=affiliation,
        data={"person": person.pk, "organization": organization.pk},
    )
    return affiliation


def _name(text: str, *, limit: int, label: str) -> str:
    name = normal_name(clean_text(text, field_label=label, limit=limit, multiline=False, field="name"))
    if not name:
        raise InputRefused(_("请填写%(label)s。") % {"label": label}, field="name")
    return name


def _keys(*names: str) -> str:
    """Keys of all spellings in one column of 600 characters; none is cut in two."""
    keys = dict.fromkeys(key for name in names if name for key in pinyin_keys(name).split())
    column = ""
    for key in keys:
        if len(column) + len(key) + 1 > 600:
            break
        column = f"{column} {key}".strip()
    return column


def _free_uscc(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        code = normal_uscc(text)
    except InputRefused as refusal:
        raise InputRefused(refusal.reason, field="uscc") from refusal
    if Organization.objects.filter(uscc=code).exists():
        raise _taken_code()
    return code


def _taken_code() -> InputRefused:
    """Says nothing of the other unit: it may be known only from a case hidden from this person."""
    return InputRefused(_("这个统一社会信用代码不能登记在这一单位名下，请核对代码，或者按代码查找。"), field="uscc")


def _known(kind: str, normal: str) -> SubjectIdentifier | None:
    return SubjectIdentifier.objects.filter(type=kind, keyed_hash=blind_index(kind, normal)).first()


def _own_or_refuse(known: SubjectIdentifier, subject: Subject) -> SubjectIdentifier:
    if known.subject_id != subject.pk:
        raise InputRefused(_("这个标识不能登记在这一主体名下，请核对号码，或者按标识查找。"), field="identifier")
    return known
