"""The reporter's identity: sealed to the custodians' keys, in a table of its own, in no history, index, log or export.

The server cannot open it: a custodian's private key opens only with the custodian's own passphrase (ADR 0007).
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.records import Record, RecordQuerySet
from integrity.enums import UnlockStatus
from integrity.models.leads import Lead
from integrity.querysets import UnlockQuerySet


class CustodianKey(Record):
    """A custodian's key pair. `protected_private` opens only with a passphrase that is stored nowhere."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="custodian_keys")
    public = models.CharField(max_length=64)
    protected_private = models.TextField()
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords(excluded_fields=["protected_private"])
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("保管人密钥")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user"], condition=Q(retired_at=None), name="custodian_key_one_live"),
            models.CheckConstraint(
                name="custodian_key_retired_pair",
                condition=Q(retired_at=None, retired_by=None) | Q(retired_at__isnull=False, retired_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class ReporterVault(models.Model):
    """Who reported. `sealed`: custodian key id (text) → sealed box. No history on purpose: it would be a second copy."""

    lead = models.OneToOneField(Lead, models.PROTECT, related_name="vault")
    sealed = models.JSONField()
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("举报人身份封存")

    def __str__(self) -> str:
        return "封存"


class IdentityUnlock(Record):
    """A request to open one identity: asked by one person, agreed by two custodians, open for a short time, told to the reporter."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="unlocks")
    reason = models.CharField(_("理由"), max_length=500)
    status = models.CharField(_("状态"), max_length=12, choices=UnlockStatus.choices, default=UnlockStatus.REQUESTED)
    requested_at = models.DateTimeField(_("申请时间"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(_("第一人同意时间"), null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    second_approved_at = models.DateTimeField(_("第二人同意时间"), null=True, blank=True)
    second_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    open_until = models.DateTimeField(_("查阅截止"), null=True, blank=True)
    refusal_reason = models.CharField(_("拒绝理由"), max_length=300, blank=True)
    history = HistoricalRecords()
    objects = UnlockQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("身份查阅申请")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="identity_unlock_pairs",
                condition=(
                    Q(approved_at=None, approved_by=None) | Q(approved_at__isnull=False, approved_by__isnull=False)
                )
                & (
                    Q(second_approved_at=None, second_approved_by=None)
                    | Q(second_approved_at__isnull=False, second_approved_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="identity_unlock_three_people",
                condition=(Q(approved_by=None) | ~Q(approved_by=F("requested_by")))
                & (
                    Q(second_approved_by=None)
                    | (~Q(second_approved_by=F("requested_by")) & ~Q(second_approved_by=F("approved_by")))
                ),
            ),
            models.UniqueConstraint(
                fields=["lead"],
                condition=Q(status__in=["requested", "approved_1", "open"]),
                name="identity_unlock_one_live",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.status}"

    @property
    def dossier(self):
        return self.lead.dossier
