"""Violation 违规: V1-V5 of a unit or scientist, W1-W3 of a committee or member (办法 第47-48条)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Dossier
from casework.records import Record, RecordQuerySet
from ethics.enums import ViolationKind
from ethics.models.activities import Activity
from ethics.models.units import ReviewUnit


class Violation(Record):
    """What was found, in the words of whoever recorded it. Referred to integrity once, with the words frozen by their hash.

    `lead_reference` is for those who may see the lead: it stands in no history, list, export or index.
    """

    unit = models.ForeignKey(ReviewUnit, models.PROTECT, related_name="violations")
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="violations", verbose_name=_("清单活动")
    )
    serial = models.PositiveSmallIntegerField(_("序号"))
    kind = models.CharField(_("类别"), max_length=2, choices=ViolationKind.choices)
    found_on = models.DateField(_("发现日期"))
    concerned = models.CharField(_("涉及的人或者单位"), max_length=200)
    facts = models.TextField(_("事实"))
    referred_at = models.DateTimeField(_("移送时间"), null=True, blank=True)
    referred_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    evidence_sha256 = models.CharField(_("移送材料校验值"), max_length=64, blank=True)
    lead_reference = models.CharField(max_length=60, blank=True)
    history = HistoricalRecords(excluded_fields=["lead_reference"])
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("违规")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "serial"], name="violation_serial_once_per_unit"),
            models.CheckConstraint(
                name="violation_referred_together",
                condition=Q(referred_at=None, referred_by=None, evidence_sha256="", lead_reference="")
                | (
                    Q(referred_at__isnull=False, referred_by__isnull=False)
                    & ~Q(evidence_sha256="")
                    & ~Q(lead_reference="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number both sides write: the unit's number and a serial."""
        return f"{self.unit.dossier.reference}-{self.kind}-{self.serial}"

    @property
    def dossier(self) -> Dossier:
        return self.unit.dossier
