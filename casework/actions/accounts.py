"""Accounts, roles, clearances, second factors. The system administrator keeps accounts, the security administrator rights.

Neither may act on their own account: two people watch each other (GB/T 22239-2019).
"""

from __future__ import annotations

import datetime as dt
import secrets

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Clearance, DepartmentKind, Role
from accounts.models import Department, Membership, User
from accounts.people import forget_standing
from accounts.permissions import Permission
from accounts.roles import belongs_outside, clash
from casework.access import check_right, group_name
from casework.actors import SYSTEM, Actor
from casework.events import record_event, register_dossier
from casework.models import OneTimeCode
from casework.refusals import AccessDenied, InputRefused
from casework.saving import save_record

GUANGYUAN = "510800"


def _record(type: str, user: User, by: Actor, reason: str = "", **data: object) -> None:
    record_event(
        dossier=register_dossier("accounts"),
        type=type,
        by=by,
        subject=user,
        reference=user.username,
        reason=reason,
        data=data,
        access_changed=True,
    )


def _check_other(by: User, user: User) -> None:
    if by.pk == user.pk:
        raise AccessDenied(_("不能对自己的账号做这项操作，请由另一位管理员办理。"))


@transaction.atomic
def open_account(*, username: str, name: str, by: User) -> tuple[User, str]:
    """A new account without any role, and its first password, shown once. The person must change it at first sign-in."""
    check_right(by, Permission.KEEP_ACCOUNTS)

    password = secrets.token_urlsafe(12)
    user = User(username=username.strip(), name=name.strip(), must_change_password=True)
    user.set_password(password)
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InputRefused(messages[0], field=field) from error
    save_record(user, by=by, reason="开设账号")
    _record("account_opened", user, by)
    return user, password


@transaction.atomic
def close_account(*, user: User, reason: str, by: User) -> User:
    """The person can no longer sign in, from the next request on; rows that name them stay."""
    check_right(by, Permission.KEEP_ACCOUNTS)
    _check_other(by, user)

    if not user.is_active:
        return user
    user.is_active = False
    save_record(user, by=by, reason=reason, fields=["is_active"])
    _record("account_closed", user, by, reason)
    return user


@transaction.atomic
def reopen_account(*, user: User, reason: str, by: User) -> User:
    """Undo a closing. Memberships are as they were."""
    check_right(by, Permission.KEEP_ACCOUNTS)
    _check_other(by, user)

    if user.is_active:
        return user
    user.is_active = True
    save_record(user, by=by, reason=reason, fields=["is_active"])
    _record("account_reopened", user, by, reason)
    return user


@transaction.atomic
def reset_password(*, user: User, by: User) -> str:
    """A new first password, shown once; the person must change it, and is told until they say that they know."""
    check_right(by, Permission.KEEP_ACCOUNTS)
    _check_other(by, user)

    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.must_change_password = True
    user.password_reset_at, user.password_reset_by = timezone.now(), by
    fields = ["password", "must_change_password", "password_reset_at", "password_reset_by"]
    save_record(user, by=by, reason="重设密码", fields=fields)
    _record("password_reset", user, by)
    return password


@transaction.atomic
def change_own_password(*, password: str, by: User) -> User:
    """Raises InputRefused with the rule a weak password breaks."""
    try:
        validate_password(password, by)
    except ValidationError as error:
        raise InputRefused(" ".join(error.messages), field="new_password") from error
    by.set_password(password)
    by.must_change_password = False
    save_record(by, by=by, reason="修改密码", fields=["password", "must_change_password"])
    _record("password_set", by, by)
    return by


@transaction.atomic
def acknowledge_reset(*, by: User) -> User:
    """The person knows that their password was reset. Whoever pressed the button and when stays on record."""
    if by.password_reset_at is None:
        return by
    by.password_reset_at = by.password_reset_by = None
    save_record(by, by=by, reason="知悉密码重设", fields=["password_reset_at", "password_reset_by"])
    _record("password_reset_seen", by, by)
    return by


@transaction.atomic
def set_clearance(*, user: User, clearance: int, reason: str, by: User) -> User:
    """How sensitive a dossier this person may see at most."""
    check_right(by, Permission.KEEP_ACCESS)
    _check_other(by, user)

    if clearance not in Clearance.values:
        raise InputRefused(_("请选择列表中的知悉级别。"), field="clearance")
    if user.clearance == clearance:
        return user
    user.clearance = clearance
    save_record(user, by=by, reason=reason, fields=["clearance"])
    _record("clearance_set", user, by, reason, clearance=clearance)
    return user


@transaction.atomic
def give_membership(
    *,
    user: User,
    department: Department,
    role: str,
    by: Actor,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Membership:
    """Let a person work for a department in a role. Refused when the roles exclude each other (accounts.roles.clash)."""
    if isinstance(by, User):
        check_right(by, Permission.KEEP_ACCESS)
        _check_other(by, user)

    if role not in Role.values:
        raise InputRefused(_("请选择列表中的角色。"), field="role")
    if belongs_outside(role) != (department.kind == DepartmentKind.OUTSIDE):
        raise InputRefused(
            _("申请人和伦理审查委员只能归入“外部人员”类的部门，其他角色不能归入这类部门。"), field="department"
        )
    # The lock keeps two administrators from giving two exclusive roles in the same moment.
    User.objects.select_for_update().get(pk=user.pk)
    starts = valid_from or timezone.localdate()
    if valid_to is not None and valid_to < starts:
        raise InputRefused(_("截止日期不能早于起始日期。"), field="valid_to")
    current = Membership.objects.filter(user=user, is_revoked=False).exclude(valid_to__lt=starts)
    if clash(frozenset(current.values_list("role", flat=True)) | {role}):
        raise InputRefused(_("这个角色与该人员现有的角色互斥：管理员、保管人不能兼任其他角色。"), field="role")
    membership = Membership(user=user, department=department, role=role, valid_from=starts, valid_to=valid_to)
    try:
        with transaction.atomic():
            save_record(membership, by=by, reason="授予任职")
    except IntegrityError as error:
        raise InputRefused(_("该人员已经以这个角色在这个部门任职。"), field="role") from error
    for name in (group_name(department_id=department.pk), group_name(role=role)):
        user.groups.add(Group.objects.get_or_create(name=name)[0])
    forget_standing(user)
    _record("membership_given", user, by, department=department.code, role=role, membership=membership.pk)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, reason: str, by: User) -> Membership:
    """The membership is over at once. It stays on record with its days; history says who took it back."""
    check_right(by, Permission.KEEP_ACCESS)
    _check_other(by, membership.user)

    if membership.is_revoked:
        return membership
    membership.is_revoked = True
    save_record(membership, by=by, reason=reason, fields=["is_revoked"])
    sync_groups(user=membership.user, by=by)
    _record("membership_ended", membership.user, by, reason, membership=membership.pk)
    return membership


def sync_groups(*, user: User, by: Actor = SYSTEM) -> None:
    """Make the person's groups equal to the memberships that are not over. Standing by day decides access on top of this."""
    held = Membership.objects.filter(user=user, is_revoked=False)
    open_now = held.exclude(valid_to__lt=timezone.localdate())
    wanted = set()
    for department_id, role in open_now.values_list("department_id", "role"):
        wanted |= {group_name(department_id=department_id), group_name(role=role)}
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in sorted(wanted)])
    forget_standing(user)


@transaction.atomic
def confirm_device(*, device: OneTimeCode, code: str, by: User) -> OneTimeCode:
    """Take an authenticator (OneTimeCode.fresh) into use with its first right code; the earlier one is dropped.

    After a wrong code nothing of it is kept.
    """
    if device.user_id != by.pk:
        raise AccessDenied(_("只能绑定自己的验证器。"))

    if device.pk is None:
        device.save()
    if not device.verify_token(code.strip()):
        raise InputRefused(_("动态口令不正确，请等下一个再试。"), field="code")
    OneTimeCode.objects.filter(user=by, confirmed=True).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    _record("second_factor_added", by, by)
    return device


@transaction.atomic
def remove_device(*, user: User, reason: str, by: User) -> User:
    """For a lost telephone: the person sets up a new authenticator at the next sign-in."""
    check_right(by, Permission.KEEP_ACCESS)
    _check_other(by, user)

    OneTimeCode.objects.filter(user=user).delete()
    _record("second_factor_removed", user, by, reason)
    return user


@transaction.atomic
def add_department(
    *,
    code: str,
    kind: str,
    short_name: str,
    by: Actor,
    short_name_en: str = "",
    region_code: str = GUANGYUAN,
    natural_part: str = "",
) -> Department:
    """A department of the joint meeting, a county bureau or a zone; the same code again returns the row that is there."""
    if isinstance(by, User):
        check_right(by, Permission.KEEP_ACCESS)

    known = Department.objects.filter(code=code).first()
    if known is not None:
        return known
    department = Department(
        code=code,
        kind=kind,
        short_name=short_name,
        short_name_en=short_name_en,
        region_code=region_code,
        natural_part=natural_part,
    )
    save_record(department, by=by, reason="登记部门")
    record_event(
        dossier=register_dossier("accounts"), type="department_added", by=by, subject=department, reference=code
    )
    return department
