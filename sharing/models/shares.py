"""SharePackage 共享: one decision shown to one or more departments, in a field profile, for a purpose, until a day."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Department
from casework.models import Dossier
from casework.records import Record, RecordQuerySet
from integrity.enums import DecisionStatus
from integrity.models import Decision
from sharing.enums import FieldProfile, SharePurpose, ShareStatus
from sharing.querysets import SharePackageQuerySet


class SharePackage(Record):
    """What is shown is read live from the decision through the profile (sharing.presenters), never copied."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="share")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="shares", verbose_name=_("处理决定"))
    profile = models.CharField(_("共享内容"), max_length=10, choices=FieldProfile.choices)
    purpose = models.CharField(_("目的"), max_length=16, choices=SharePurpose.choices)
    purpose_text = models.CharField(_("目的说明"), max_length=300, blank=True)
    basis = models.CharField(_("依据"), max_length=300)
    expires_on = models.DateField(_("共享至"))
    status = models.CharField(_("状态"), max_length=10, choices=ShareStatus.choices, default=ShareStatus.DRAFT)
    shared_at = models.DateTimeField(_("共享时间"), null=True, blank=True)
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    recalled_at = models.DateTimeField(_("收回时间"), null=True, blank=True)
    recalled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    recall_reason = models.CharField(_("收回理由"), max_length=300, blank=True)
    history = HistoricalRecords()
    objects = SharePackageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("共享")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="share_shared_pair",
                condition=Q(shared_at=None, shared_by=None) | Q(shared_at__isnull=False, shared_by__isnull=False),
            ),
            models.CheckConstraint(
                name="share_recalled_pair",
                condition=Q(recalled_at=None, recalled_by=None, recall_reason="")
                | (Q(recalled_at__isnull=False, recalled_by__isnull=False) & ~Q(recall_reason="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "-id"], name="share_status_newest")]

    def __str__(self) -> str:
        return self.dossier.reference

    def get_absolute_url(self) -> str:
        return reverse("sharing:share-detail", args=[self.dossier.reference])

    @property
    def is_in_force(self) -> bool:
        """Does the decision behind it still stand?"""
        return self.decision.status in {DecisionStatus.ISSUED, DecisionStatus.EFFECTIVE}


class ShareRecipient(Record):
    """One department the package went to; it acknowledges once."""

    share = models.ForeignKey(SharePackage, models.PROTECT, related_name="recipients")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("接收部门")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["share", "department"], name="share_recipient_once"),
            models.CheckConstraint(
                name="share_acknowledged_pair",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share_id} → {self.department}"


class WrittenOpinion(Record):
    """A member's opinion on a shared decision. Edited by its author only: a new version supersedes (E21)."""

    recipient = models.ForeignKey(ShareRecipient, models.PROTECT, related_name="opinions")
    text = models.TextField(_("书面意见"))
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    written_at = models.DateTimeField(_("时间"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("书面意见")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "written_by", "version"], name="written_opinion_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.written_by_id}"


class ShareDuty(Record):
    """The decision behind a share changed: somebody must recall or renew it. Written by the receiver, done by a person."""

    share = models.ForeignKey(SharePackage, models.PROTECT, related_name="duties")
    because = models.CharField(_("缘由"), max_length=60)
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    done_by_label = models.CharField(_("完成人"), max_length=60, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("共享待办")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="share_duty_done_pair",
                condition=Q(done_at=None, done_by_label="") | (Q(done_at__isnull=False) & ~Q(done_by_label="")),
            ),
            models.UniqueConstraint(fields=["share", "because"], condition=Q(done_at=None), name="share_duty_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.share_id} {self.because}"
