"""User, Department, Membership: who works here, for which department, in which role, from when until when."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.enums import Clearance, DepartmentKind, Role


class UserManager(BaseUserManager["User"]):
    """Accounts are made by an administrator through casework.actions.accounts; here only for Django's own commands."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. `is_superuser` opens the read-only admin, never a dossier: access has no bypass."""

    username = models.CharField(_("账号"), max_length=40, unique=True, validators=[ASCIIUsernameValidator()])
    name = models.CharField(_("姓名"), max_length=60)
    clearance = models.PositiveSmallIntegerField(_("知悉级别"), choices=Clearance.choices, default=Clearance.GENERAL)
    is_active = models.BooleanField(_("启用"), default=True)
    is_staff = models.BooleanField(_("可看后台"), default=False)
    must_change_password = models.BooleanField(_("须改密码"), default=False)
    # Set by a reset until the person has said that they know of it: who reset a password could have signed in with it.
    password_reset_at = models.DateTimeField(_("密码重设时间"), null=True, blank=True)
    password_reset_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("重设密码的人")
    )
    # Sign-ins are on record with django-axes; here each of them would make a history row that says nothing.
    last_login = None  # type: ignore[assignment]

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()
    history = HistoricalRecords(excluded_fields=["password"], m2m_fields=[])

    class Meta:
        verbose_name = verbose_name_plural = _("账号")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="user_password_reset_pair",
                condition=Q(password_reset_at=None, password_reset_by=None)
                | Q(password_reset_at__isnull=False, password_reset_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Department(models.Model):
    """A body of the joint meeting, a county bureau or a zone. Its name may change over time: DepartmentName."""

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    kind = models.CharField(_("类别"), max_length=12, choices=DepartmentKind.choices)
    region_code = models.CharField(_("行政区划代码"), max_length=6, default="510800")
    short_name = models.CharField(_("简称"), max_length=60)
    short_name_en = models.CharField(_("英文简称"), max_length=80, blank=True)
    natural_part = models.CharField(_("主要关联"), max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("部门")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.short_name

    @property
    def zh(self) -> str:
        return self.short_name

    @property
    def en(self) -> str:
        """For pages in English. What is stored, sent or printed says the Chinese name."""
        return self.short_name_en

    @property
    def in_joint_meeting(self) -> bool:
        return self.kind in {DepartmentKind.CONVENOR, DepartmentKind.MEMBER}


class DepartmentName(models.Model):
    """The official name of a department between two days, both included."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="names")
    name = models.CharField(_("全称"), max_length=100)
    name_en = models.CharField(_("英文全称"), max_length=160, blank=True)
    valid_from = models.DateField(_("启用日"))
    valid_to = models.DateField(_("停用日"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("部门名称")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="department_name_dates"
            )
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def valid_on(self, on: dt.date) -> MembershipQuerySet:
        """Memberships in force that day and not taken back; first and last day both count."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on, is_revoked=False)


class Membership(models.Model):
    """One person, one department, one role, between two days, both included."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships")
    role = models.CharField(_("角色"), max_length=12, choices=Role.choices)
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"), null=True, blank=True)
    is_revoked = models.BooleanField(_("已收回"), default=False)
    substitute_for = models.ForeignKey(User, models.PROTECT, related_name="substitutes", null=True, blank=True)
    history = HistoricalRecords()
    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="membership_dates"
            ),
            models.UniqueConstraint(
                fields=["user", "department", "role"],
                condition=Q(valid_to=None, is_revoked=False),
                name="membership_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.department} · {self.get_role_display()}"
