"""Dossier 卷宗: the one row beside each lead, case, notice or share that carries grants, clock, files and events.

It knows no status and no business field (ADR 0001).
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.enums import Clearance
from accounts.models import Department
from casework.enums import DossierKind
from casework.records import Record, RecordQuerySet


class Dossier(Record):
    """`reference` is the number staff read; `token` the name outsiders may see; both unique."""

    kind = models.CharField(_("类别"), max_length=10, choices=DossierKind.choices)
    reference = models.CharField(_("编号"), max_length=60, unique=True)
    token = models.UUIDField(_("外部标识"), default=uuid.uuid4, unique=True, editable=False)
    secrecy = models.PositiveSmallIntegerField(_("知悉级别"), choices=Clearance.choices, default=Clearance.INTERNAL)
    lead_department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, verbose_name=_("承办部门"))
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("承办人")
    )
    is_open = models.BooleanField(_("在办"), default=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("卷宗")
        permissions: ClassVar = [("handle_dossier", "办理卷宗")]
        indexes: ClassVar = [models.Index(fields=["kind", "-id"], name="dossier_kind_newest")]

    def __str__(self) -> str:
        return self.reference


class ReferenceCounter(models.Model):
    """The last serial given out per kind and year. Locked while a number is drawn (casework.references)."""

    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "year"], name="reference_counter_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"
