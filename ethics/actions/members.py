"""Members of committees: enter a term, end it early, keep what was signed and where they were trained."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.actions import directory, files, grants
from casework.directory import by_identifier
from casework.enums import AttachmentKind, ExclusionSource, IdentifierType
from casework.events import record_event
from casework.models import Person, Subject
from casework.names import normal_name
from casework.references import as_written
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from ethics.access import check_can_keep
from ethics.actions import closing, compositions
from ethics.enums import MemberCategory, Office, Sex, UndertakingKind
from ethics.models import Committee, CommitteeMember, ConflictDeclaration, SignedUndertaking, TrainingRecord
from ethics.plain_days import check_happened, check_order
from ethics.review_access import check_can_run_committee

CHECK_NUMBER = re.compile(r"诚信核查〔[0-9]{4}〕[0-9]{5,}号")


@transaction.atomic
def enter(
    *,
    committee: Committee,
    categories: Sequence[str],
    sex: str,
    starts_on: dt.date,
    ends_on: dt.date,
    by: User,
    person: Person | None = None,
    name: str = "",
    identifier_type: str = "",
    identifier: str = "",
    is_external: bool = False,
    office: str = Office.MEMBER,
) -> CommitteeMember:
    """One term of one person: one of the directory, or one entered there now. Both days of the term count.

    An identifier the directory knows decides who it is; a name alone never does.

    Refused when the person already sits in this committee on one of these days.
    """
    check_can_keep(by, committee.unit)

    _check_terms(categories, sex, office)
    check_order(starts_on, ends_on, field="ends_on", first_label=_("任期起"), label=_("任期止"))
    check_order(committee.set_up_on, starts_on, field="starts_on", first_label=_("设立日期"), label=_("任期起"))
    if person is None:
        person = _person(committee, name, identifier_type, identifier, is_external, by)
    _check_no_overlap(committee, person, starts_on, ends_on)
    member = CommitteeMember(
        committee=committee,
        person=person,
        categories=[category for category in MemberCategory.values if category in set(categories)],
        sex=sex,
        is_external=is_external,
        office=office,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    save_record(member, by=by, reason="登记委员")
    record_event(
        dossier=committee.dossier,
        type="committee_member_entered",
        by=by,
        subject=member,
        data={"committee": committee.pk, "member": member.pk, "office": office, "until": ends_on.isoformat()},
    )
    compositions.note(committee=committee, on=timezone.localdate(), by=by)
    return member


@transaction.atomic
def link_account(*, member: CommitteeMember, user: User | None, by: User) -> CommitteeMember:
    """The account this member works with; None takes it away. Linked to the same already: nothing changes.

    One account sits in a committee once at a time, and never for somebody who files or administers (roles decide).
    """
    check_can_run_committee(by, member.committee)

    if user is not None and not may(user, Permission.SIT_ON_COMMITTEE):
        raise InputRefused(_("请选择角色为“伦理审查委员”的账号。"), field="user")
    others = CommitteeMember.objects.filter(committee=member.committee, user=user).exclude(person=member.person)
    if user is not None and others.exists():
        raise InputRefused(_("这个账号已经关联本委员会的另一名委员。"), field="user")
    before, member.user = member.user, user
    if save_record(member, by=by, reason="关联委员账号", fields=["user"]):
        if before is not None:
            closing.end_account_access(committee=member.committee, user=before, by=by)
        _keep_out_where_recused(member, by)
        data = {"committee": member.committee_id, "member": member.pk, "user": user.pk if user else None}
        record_event(dossier=member.committee.dossier, type="member_account_linked", by=by, subject=member, data=data)
    return member


def _keep_out_where_recused(member: CommitteeMember, by: User) -> None:
    """What the member declared before there was an account shuts those dossiers to the account too (E13)."""
    if member.user is None:
        return
    rows = ConflictDeclaration.objects.filter(member__person=member.person, answer="conflict")
    for row in rows.select_related("application__dossier"):
        grants.exclude(
            dossier=row.application.dossier,
            user=member.user,
            source=ExclusionSource.DECLARED,
            reason=row.text[:300],
            by=by,
        )


@transaction.atomic
def leave(*, member: CommitteeMember, left_on: dt.date, reason: str, by: User) -> CommitteeMember:
    """The member leaves before the term ends; `left_on` is the last day in office."""
    check_can_keep(by, member.committee.unit)

    if member.left_on is not None:
        raise MoveRefused(_("这名委员已经登记离任。"))
    reason = required_text(reason, limit=200, field="reason", field_label=_("离任原因"), multiline=False)
    check_order(member.starts_on, left_on, field="left_on", first_label=_("任期起"), label=_("提前离任日"))
    if left_on > member.ends_on:
        raise InputRefused(_("任期在 %(day)s 已经结束，不必登记离任。") % {"day": member.ends_on}, field="left_on")
    member.left_on, member.left_reason = left_on, reason
    save_record(member, by=by, reason=reason, fields=["left_on", "left_reason"])
    record_event(
        dossier=member.committee.dossier,
        type="committee_member_left",
        by=by,
        subject=member,
        reason=reason,
        data={"committee": member.committee_id, "member": member.pk, "left_on": left_on.isoformat()},
    )
    closing.end_members_access(member=member, by=by)
    compositions.note(committee=member.committee, on=timezone.localdate(), by=by)
    return member


@transaction.atomic
def note_check(*, member: CommitteeMember, clean_check_no: str, clean_checked_on: dt.date, by: User) -> CommitteeMember:
    """The receipt of the credit check made when the member was appointed. Its answer stays with integrity (ADR 0016)."""
    check_can_keep(by, member.committee.unit)

    number = as_written(
        required_text(clean_check_no, limit=60, field="clean_check_no", field_label=_("诚信核查回执"), multiline=False)
    )
    if not CHECK_NUMBER.fullmatch(number):
        raise InputRefused(_("回执编号写成“诚信核查〔2026〕00001号”。"), field="clean_check_no")
    check_happened(clean_checked_on, field="clean_checked_on", label=_("诚信核查日期"))
    member.clean_check_no, member.clean_checked_on = number, clean_checked_on
    if save_record(member, by=by, reason="登记诚信核查回执", fields=["clean_check_no", "clean_checked_on"]):
        data = {"member": member.pk, "checked_on": clean_checked_on.isoformat()}
        record_event(dossier=member.committee.dossier, type="member_check_noted", by=by, subject=member, data=data)
    return member


@transaction.atomic
def sign(
    *, member: CommitteeMember, kind: str, signed_on: dt.date, by: User, file: tuple[str, bytes] | None = None
) -> SignedUndertaking:
    """An undertaking the member signed. The same one of the same day again returns the row that is there."""
    check_can_keep(by, member.committee.unit)

    if kind not in UndertakingKind.values:
        raise InputRefused(_("请选择签署的文书。"), field="kind")
    check_happened(signed_on, field="signed_on", label=_("签署日期"))
    known = member.undertakings.filter(kind=kind, signed_on=signed_on).first()
    if known is not None:
        return known
    attachment = None
    if file is not None:
        attachment = files.attach(
            dossier=member.committee.dossier, name=file[0], content=file[1], kind=AttachmentKind.OTHER, by=by
        )
    undertaking = SignedUndertaking(member=member, kind=kind, signed_on=signed_on, file=attachment)
    save_record(undertaking, by=by, reason="登记签署文书")
    record_event(
        dossier=member.committee.dossier,
        type="undertaking_recorded",
        by=by,
        subject=undertaking,
        data={"member": member.pk, "kind": kind, "signed_on": signed_on.isoformat()},
    )
    compositions.note(committee=member.committee, on=timezone.localdate(), by=by)
    return undertaking


@transaction.atomic
def train(*, member: CommitteeMember, topic: str, trained_on: dt.date, by: User, organiser: str = "") -> TrainingRecord:
    """A training the member took part in. The same one again returns the row that is there."""
    check_can_keep(by, member.committee.unit)

    topic = required_text(topic, limit=200, field="topic", field_label=_("培训内容"), multiline=False)
    organiser = clean_text(organiser, limit=120, field="organiser", field_label=_("举办单位"), multiline=False)
    check_happened(trained_on, field="trained_on", label=_("培训日期"))
    known = member.trainings.filter(topic=topic, trained_on=trained_on).first()
    if known is not None:
        return known
    training = TrainingRecord(member=member, topic=topic, trained_on=trained_on, organiser=organiser)
    save_record(training, by=by, reason="登记培训")
    data = {"member": member.pk, "trained_on": trained_on.isoformat()}
    record_event(dossier=member.committee.dossier, type="training_recorded", by=by, subject=training, data=data)
    return training


def _person(
    committee: Committee, name: str, identifier_type: str, identifier: str, is_external: bool, by: User
) -> Person:
    known = _by_identifier(identifier_type, identifier)
    if known is not None:
        if known.person is None or known.person.name != normal_name(name):
            raise InputRefused(_("这个标识登记的姓名不同，请核对姓名或者标识。"), field="identifier")
        return known.person
    subject = directory.add_person(name=name, by=by)
    if identifier:
        directory.add_identifier(subject=subject, kind=identifier_type, value=identifier, by=by)
    person = subject.person
    assert person is not None  # add_person makes nothing else
    if not is_external:
        directory.add_affiliation(person=person, organization=committee.unit.organization, by=by)
    return person


def _by_identifier(kind: str, identifier: str) -> Subject | None:
    if not identifier.strip():
        return None
    if kind not in IdentifierType.values:
        raise InputRefused(_("请选择标识类型。"), field="identifier_type")
    try:
        return by_identifier(kind, identifier)
    except InputRefused as refusal:
        raise InputRefused(refusal.reason, field="identifier") from refusal


def _check_terms(categories: Sequence[str], sex: str, office: str) -> None:
    if not set(categories) <= set(MemberCategory.values):
        raise InputRefused(_("请从列表中选择委员类别。"), field="categories")
    if sex not in Sex.values:
        raise InputRefused(_("请选择性别。"), field="sex")
    if office not in Office.values:
        raise InputRefused(_("请选择职务。"), field="office")


def _check_no_overlap(committee: Committee, person: Person, starts_on: dt.date, ends_on: dt.date) -> None:
    for other in committee.members.filter(person=person):
        if other.starts_on <= ends_on and starts_on <= other.last_day:
            raise InputRefused(
                _("%(name)s 在 %(start)s 至 %(end)s 已经是这个委员会的委员，任期不能重叠。")
                % {"name": person, "start": other.starts_on, "end": other.last_day},
                field="starts_on",
            )
