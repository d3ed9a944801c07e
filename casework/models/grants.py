"""Grant and Exclusion: who may see a dossier, on which basis, until when; and who may not, whatever else holds.

The two guardian tables are derived from Grant in the same transaction (casework.actions.grants) and never written alone.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from accounts.enums import Role
from accounts.models import Department
from casework.enums import ExclusionSource, GrantBasis, GrantPermission
from casework.models.dossiers import Dossier
from casework.records import Record, RecordQuerySet


class GrantQuerySet(RecordQuerySet):
    def live(self, on: dt.date) -> GrantQuerySet:
        """Grants in force that day: begun, not ended, not revoked. First and last day count."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on, revoked_at=None)


class Grant(Record):
    """Exactly one principal (user, department or role) may view or handle one dossier, for a stated basis."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="grants")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="grants")
    role = models.CharField(_("角色"), max_length=12, choices=Role.choices, blank=True)
    permission = models.CharField(_("权限"), max_length=8, choices=GrantPermission.choices)
    basis = models.CharField(_("依据"), max_length=8, choices=GrantBasis.choices)
    basis_text = models.CharField(_("依据说明"), max_length=200, blank=True)
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"), null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("收回时间"), null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_by_label = models.CharField(_("收回人"), max_length=60, blank=True)
    history = HistoricalRecords()
    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("授权")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="grant_one_principal",
                condition=Q(user__isnull=False, department=None, role="")
                | Q(user=None, department__isnull=False, role="")
                | (Q(user=None, department=None) & ~Q(role="")),
            ),
            models.CheckConstraint(name="grant_dates", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))),
            models.CheckConstraint(
                name="grant_revoked_pair",
                condition=Q(revoked_at=None, revoked_by_label="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_by_label="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "dossier"], name="grant_user", condition=Q(user__isnull=False)),
            models.Index(
                fields=["department", "dossier"], name="grant_department", condition=Q(department__isnull=False)
            ),
            models.Index(fields=["role", "dossier"], name="grant_role", condition=~Q(role="")),
            # Answers "who opens this dossier?" from the index alone: asked for every row of every list.
            models.Index(
                fields=["dossier", "department", "user", "role", "valid_from", "valid_to", "revoked_at"],
                name="grant_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.principal_label}"

    def is_live(self, on: dt.date) -> bool:
        """The same as GrantQuerySet.live, for one row."""
        ended = self.valid_to is not None and self.valid_to < on
        return self.valid_from <= on and not ended and self.revoked_at is None

    @property
    def principal_label(self) -> str:
        if self.user_id:
            return str(self.user)
        return str(self.department) if self.department_id else str(self.get_role_display())


class Exclusion(Record):
    """This person sees nothing of this dossier, whatever grants or rights say. Lifting takes two people and a reason (B7).

    `carried_from`: the exclusion of another dossier this one follows and ends with. A person may be kept out of one
    dossier for several reasons at once: one of its own, and one for each it was carried from.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="exclusions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="exclusions")
    source = models.CharField(_("来源"), max_length=10, choices=ExclusionSource.choices)
    reason = models.CharField(_("理由"), max_length=300)
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="carried")
    lift_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lift_reason = models.CharField(_("解除理由"), max_length=300, blank=True)
    lifted_at = models.DateTimeField(_("解除时间"), null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("排除")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier", "user"],
                condition=Q(lifted_at=None, carried_from=None),
                name="exclusion_one_live",
            ),
            models.UniqueConstraint(
                fields=["dossier", "user", "carried_from"],
                condition=Q(lifted_at=None, carried_from__isnull=False),
                name="exclusion_carried_once",
            ),
            models.CheckConstraint(
                name="exclusion_lifted_by_two",
                condition=Q(lifted_at=None, lifted_by=None)
                | (
                    Q(lifted_at__isnull=False, lifted_by__isnull=False, lift_proposed_by__isnull=False)
                    & ~Q(lifted_by=F("lift_proposed_by"))
                    & ~Q(lift_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} × {self.user_id}"

    @property
    def follows_another(self) -> bool:
        """It was carried here and ends with the one it was carried from."""
        return self.carried_from is not None and self.carried_from.lifted_at is None


class DossierUserPermission(UserObjectPermissionBase):
    """Derived from Grant: one person, one dossier (guardian, direct key)."""

    id = models.BigAutoField(primary_key=True)
    content_object = models.ForeignKey(Dossier, models.PROTECT)

    class Meta(UserObjectPermissionBase.Meta):
        unique_together: ClassVar = [["user", "permission", "content_object"]]
        indexes: ClassVar = [models.Index(fields=["content_object", "user"], name="dossier_user_permission")]


class DossierGroupPermission(GroupObjectPermissionBase):
    """Derived from Grant: one department or role, one dossier (guardian, direct key)."""

    id = models.BigAutoField(primary_key=True)
    content_object = models.ForeignKey(Dossier, models.PROTECT)

    class Meta(GroupObjectPermissionBase.Meta):
        unique_together: ClassVar = [["group", "permission", "content_object"]]
        indexes: ClassVar = [models.Index(fields=["content_object", "group"], name="dossier_group_permission")]
