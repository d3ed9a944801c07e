"""Enter and edit supervised units; open them to departments and close them again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Clearance, DepartmentKind, Role
from accounts.models import Department, User
from accounts.people import main_department
from casework.actions import directory, grants
from casework.actions.dossiers import open_dossier
from casework.enums import DossierKind, GrantBasis, GrantPermission
from casework.events import record_event
from casework.models import Grant, Organization
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import clean_digits, clean_text, required_text
from ethics.access import check_can_enter, check_can_keep, check_can_open
from ethics.enums import CommitteeBasis, SensitiveField
from ethics.models import ReviewUnit


@transaction.atomic
def enter(
    *,
    name: str,
    kind: str,
    region_code: str,
    by: User,
    uscc: str = "",
    sensitive_fields: Sequence[str] = (),
    required_basis: str = "",
    note: str = "",
) -> ReviewUnit:
    """Put an organisation under supervision. Ethics supervision keeps it, and the county it lies in.

    The directory's entry of this 统一社会信用代码, or of exactly this name, is used; otherwise one is made.
    """
    check_can_enter(by, region_code)

    _check_region(region_code)
    note = _checked(sensitive_fields, required_basis, note)
    organization = _organization(name, kind, region_code, uscc, by)
    if ReviewUnit.objects.filter(organization=organization).exists():
        raise _known()
    dossier = open_dossier(
        kind=DossierKind.ETHICS,
        numbering="ethics",
        by=by,
        department=main_department(by),
        secrecy=Clearance.INTERNAL,
    )
    unit = ReviewUnit(
        dossier=dossier,
        organization=organization,
        region_code=region_code,
        sensitive_fields=sorted(sensitive_fields),
        committee_required=bool(required_basis),
        required_basis=required_basis,
        note=note,
    )
    try:
        with transaction.atomic():
            save_record(unit, by=by, reason="登记单位")
    except IntegrityError as error:
        raise _known() from error
    handle, duty = GrantPermission.HANDLE, GrantBasis.DUTY
    grants.give(dossier=dossier, role=Role.ETHICS, permission=handle, basis=duty, by=by)
    _give_to_county(unit, by)
    record_event(
        dossier=dossier,
        type="ethics_unit_entered",
        by=by,
        subject=unit,
        data={"organization": organization.pk, "required_basis": required_basis},
        access_changed=True,
    )
    return unit


@transaction.atomic
def edit(
    *, unit: ReviewUnit, by: User, sensitive_fields: Sequence[str], required_basis: str = "", note: str = ""
) -> ReviewUnit:
    """Change what is said about the unit; the same content again writes nothing."""
    check_can_keep(by, unit)

    unit.note = _checked(sensitive_fields, required_basis, note)
    unit.sensitive_fields = sorted(sensitive_fields)
    unit.required_basis, unit.committee_required = required_basis, bool(required_basis)
    changed = save_record(unit, by=by, reason="修改单位登记")
    if changed:
        record_event(
            dossier=unit.dossier, type="ethics_unit_edited", by=by, subject=unit, data={"fields": sorted(changed)}
        )
    return unit


@transaction.atomic
def relocate(*, unit: ReviewUnit, region_code: str, reason: str, by: User) -> ReviewUnit:
    """The unit lies in another county: that one keeps it from now on, the former one sees it no longer."""
    check_can_open(by, unit)

    _check_region(region_code)
    reason = required_text(reason, limit=200, field="reason", field_label=_("理由"), multiline=False)
    before = county_of(unit.region_code)
    unit.region_code = region_code
    if not save_record(unit, by=by, reason=reason, fields=["region_code"]):
        return unit
    for grant in _live(unit).filter(department=before, permission=GrantPermission.HANDLE) if before else ():
        grants.revoke(grant=grant, reason=reason, by=by)
    _give_to_county(unit, by)
    record_event(
        dossier=unit.dossier,
        type="ethics_unit_relocated",
        by=by,
        subject=unit,
        reason=reason,
        data={"region_code": region_code},
        access_changed=True,
    )
    return unit


@transaction.atomic
def open_to(
    *, unit: ReviewUnit, department: Department, basis: str, by: User, valid_to: dt.date | None = None
) -> Grant:
    """Let a member department read this unit. Open for it already: nothing changes."""
    check_can_open(by, unit)

    basis = required_text(basis, limit=200, field="basis", field_label=_("依据"), multiline=False)
    if valid_to is not None and valid_to < timezone.localdate():
        raise InputRefused(_("开放截止日不能早于今天。"), field="valid_to")
    if department.kind not in {DepartmentKind.MEMBER, DepartmentKind.PARTNER}:
        raise InputRefused(_("请选择联席会议成员单位。"), field="department")
    live = _live(unit).filter(department=department).first()
    if live is not None:
        return live
    given = grants.give(
        dossier=unit.dossier,
        department=department,
        permission=GrantPermission.VIEW,
        basis=GrantBasis.ORDER,
        basis_text=basis,
        valid_to=valid_to,
        by=by,
    )
    record_event(
        dossier=unit.dossier,
        type="ethics_unit_opened",
        by=by,
        subject=unit,
        reason=basis,
        data={"department": department.pk},
        access_changed=True,
    )
    return given


@transaction.atomic
def withdraw(*, unit: ReviewUnit, department: Department, reason: str, by: User) -> ReviewUnit:
    """The department reads it no longer. The county that keeps the unit cannot be shut out this way."""
    check_can_open(by, unit)

    reason = required_text(reason, limit=200, field="reason", field_label=_("理由"), multiline=False)
    live = list(_live(unit).filter(department=department, permission=GrantPermission.VIEW))
    for grant in live:
        grants.revoke(grant=grant, reason=reason, by=by)
    if live:
        record_event(
            dossier=unit.dossier,
            type="ethics_unit_withdrawn",
            by=by,
            subject=unit,
            reason=reason,
            data={"department": department.pk},
            access_changed=True,
        )
    return unit


def county_of(region_code: str) -> Department | None:
    """The county department of this area, if it is a county's."""
    return Department.objects.filter(kind=DepartmentKind.COUNTY, region_code=region_code).order_by("pk").first()


def _give_to_county(unit: ReviewUnit, by: User) -> None:
    county = county_of(unit.region_code)
    if county is not None:
        handle, duty = GrantPermission.HANDLE, GrantBasis.DUTY
        grants.give(dossier=unit.dossier, department=county, permission=handle, basis=duty, by=by)


def _live(unit: ReviewUnit) -> QuerySet[Grant]:
    return Grant.objects.live(timezone.localdate()).filter(dossier=unit.dossier)


def _check_region(region_code: str) -> None:
    if not Department.objects.filter(region_code=region_code).exclude(region_code="").exists():
        raise InputRefused(_("请选择所属县区。"), field="region_code")


def _organization(name: str, kind: str, region_code: str, uscc: str, by: User) -> Organization:
    name = required_text(name, limit=200, field="name", field_label=_("单位名称"), multiline=False)
    known = Organization.objects.filter(name=name)
    if uscc.strip():
        code = clean_digits(uscc).upper()
        known = Organization.objects.filter(uscc=code)
        other = known.exclude(name=name).first()
        if other is not None:
            raise InputRefused(_("这个统一社会信用代码登记的单位名称不同，请核对名称或者代码。"), field="uscc")
    found = known.order_by("pk").first()
    if found is not None:
        return found
    subject = directory.add_organization(name=name, kind=kind, region_code=region_code, uscc=uscc, by=by)
    if subject.organization is None:
        raise InputRefused(_("登记的应当是单位。"), field="name")
    return subject.organization


def _checked(fields: Sequence[str], basis: str, note: str) -> str:
    if not set(fields) <= set(SensitiveField.values):
        raise InputRefused(_("请从列表中选择敏感领域。"), field="sensitive_fields")
    if basis and basis not in CommitteeBasis.values:
        raise InputRefused(_("请选择应当设立委员会的依据。"), field="required_basis")
    return clean_text(note, limit=300, field="note", field_label=_("备注"), multiline=False)


def _known() -> InputRefused:
    return InputRefused(_("这个单位已经登记，请在监管台账中查找。"), field="name")
