"""ReviewUnit 单位: a university, institute, hospital or company whose ethics review the bureau supervises (办法 第4条)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Dossier, Organization
from casework.records import Record
from ethics.enums import CommitteeBasis
from ethics.querysets import ReviewUnitQuerySet


class ReviewUnit(Record):
    """One organisation under supervision; everything about its ethics review hangs on its dossier.

    `region_code`: the county that keeps it, or the city. `sensitive_fields`: values of SensitiveField.

    A unit is required to have a committee exactly when a basis is named.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="review_unit")
    organization = models.OneToOneField(
        Organization, models.PROTECT, related_name="review_unit", verbose_name=_("单位")
    )
    region_code = models.CharField(_("行政区划代码"), max_length=6)
    sensitive_fields = models.JSONField(_("敏感领域"), default=list)
    committee_required = models.BooleanField(_("应当设立委员会"), default=False)
    required_basis = models.CharField(_("依据"), max_length=16, choices=CommitteeBasis.choices, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    history = HistoricalRecords()
    objects = ReviewUnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("伦理监管单位")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="review_unit_required_with_basis",
                condition=Q(committee_required=False, required_basis="")
                | (Q(committee_required=True) & ~Q(required_basis="")),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["region_code", "-id"], name="review_unit_region_newest")]

    def __str__(self) -> str:
        return self.organization.name

    def get_absolute_url(self) -> str:
        return reverse("ethics:unit-detail", args=[self.dossier.reference])
