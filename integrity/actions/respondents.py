"""Who a case is about and what they are said to have done: respondents and their allegations."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from casework.access import check_right
from casework.actions import directory
from casework.enums import ClauseKind
from casework.events import record_event
from casework.models import Clause, Subject
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text
from integrity import access, subjects
from integrity.case_terms import check_period
from integrity.enums import CaseStatus, RespondentRole
from integrity.models import Allegation, Case, Respondent

OPEN_TO_CHANGES = (CaseStatus.OPENED, CaseStatus.INVESTIGATING)
ROLES_OF_UNITS = frozenset({RespondentRole.UNIT, RespondentRole.AGENCY, RespondentRole.OTHER})
ROLES_OF_PEOPLE = frozenset(RespondentRole) - {RespondentRole.UNIT, RespondentRole.AGENCY}


def check_open_to_changes(case: Case) -> None:
    """Respondents and allegations are fixed once there is a report; raises MoveRefused then. Imports are exempt."""
    if case.status not in OPEN_TO_CHANGES and not case.is_imported:
        status = CaseStatus(case.status).label
        raise MoveRefused(_("现在是“%(status)s”，不能再增加被调查人或指控。") % {"status": status})


@transaction.atomic
def add_respondent(
    *,
    case: Case,
    subject: Subject,
    role: str,
    by: User,
    name_then: str = "",
    affiliation_then: str = "",
    responsibility: str = "",
    note: str = "",
) -> Respondent:
    """Name a subject as respondent, with name and unit as they were at the time of the conduct; once per case."""
    access.check_can_handle_case(by, case)
    check_open_to_changes(case)

    _check_role(subject, role)
    name_then = clean_text(
        name_then or subject.name, field_label=_("当时姓名或名称"), limit=200, multiline=False, field="name_then"
    )
    affiliation_then = clean_text(
        affiliation_then, field_label=_("当时单位"), limit=200, multiline=False, field="affiliation_then"
    )
    respondent = Respondent(
        case=case,
        subject=subject,
        name_then=name_then,
        affiliation_then=affiliation_then,
        role=role,
        responsibility=clean_text(
            responsibility, field_label=_("责任"), limit=60, multiline=False, field="responsibility"
        ),
        note=clean_text(note, field_label=_("备注"), limit=300, field="note"),
    )
    try:
        with transaction.atomic():
            save_record(respondent, by=by, reason="增加被调查人")
    except IntegrityError as error:
        raise InputRefused(_("%(name)s 已经是本案的被调查人。") % {"name": subject}, field="subject") from error
    record_event(
        dossier=case.dossier,
        type="respondent_added",
        by=by,
        subject=respondent,
        data={"subject": subject.pk, "respondent": respondent.pk, "respondent_role": role},
    )
    return respondent


@transaction.atomic
def register_subject(
    *,
    name: str,
    by: User,
    organization_kind: str = "",
    name_latin: str = "",
    birth_year: int | None = None,
    identifier_kind: str = "",
    identifier: str = "",
    is_another: bool = False,
) -> Subject:
    """Enter a subject met in a case: an organisation when `organization_kind` is given, else a person.

    A name the directory knows needs a strong identifier or `is_another` (D13); raises InputRefused without either.
    """
    check_right(by, Permission.EDIT_DIRECTORY)

    subjects.check_new_name(by, name, identifier_kind=identifier_kind if identifier else "", is_another=is_another)
    if organization_kind:
        subject = directory.add_organization(name=name, kind=organization_kind, by=by)
    else:
        subject = directory.add_person(name=name, name_latin=name_latin, birth_year=birth_year, by=by)
    if identifier:
        directory.add_identifier(subject=subject, kind=identifier_kind, value=identifier, by=by)
    return subject


@transaction.atomic
def add_allegation(
    *,
    respondent: Respondent,
    category: Clause,
    text: str,
    by: User,
    conduct_from: dt.date | None = None,
    conduct_to: dt.date | None = None,
) -> Allegation:
    """One behaviour of one respondent in one period; `category` is a clause of the rule set the case runs on."""
    case = respondent.case
    access.check_can_handle_case(by, case)
    check_open_to_changes(case)

    if category.kind != ClauseKind.CATEGORY or category.rule_set_id != case.rule_set_id:
        raise InputRefused(_("请从本案适用的规则中选择行为类别。"), field="category")
    text = clean_text(text, field_label=_("指控内容"), field="text")
    if not text:
        raise InputRefused(_("请写明指控内容。"), field="text")
    subject = respondent.subject
    born = subject.person.birth_year if subject.person is not None else None
    check_period(conduct_from, conduct_to, on=timezone.localdate(), born=born)

    allegation = Allegation(
        respondent=respondent, category=category, text=text, conduct_from=conduct_from, conduct_to=conduct_to
    )
    save_record(allegation, by=by, reason="增加指控")
    record_event(
        dossier=case.dossier,
        type="allegation_added",
        by=by,
        subject=allegation,
        article=category.article,
        data={"respondent": respondent.pk, "category": category.key},
    )
    return allegation


def _check_role(subject: Subject, role: str) -> None:
    allowed = ROLES_OF_PEOPLE if subject.is_person else ROLES_OF_UNITS
    if role not in RespondentRole.values:
        raise InputRefused(_("请选择身份。"), field="role")
    if role not in allowed:
        kind = _("自然人") if subject.is_person else _("单位")
        raise InputRefused(
            _("%(kind)s不能以“%(role)s”身份被调查。") % {"kind": kind, "role": RespondentRole(role).label}, field="role"
        )
