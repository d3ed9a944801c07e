"""What must be done by a day: registration 登记, filing 备案, annual report 年度报告, rectification after a spot check 抽查.

`known_on`: the day the register learned of it; `reminded_on`: the last day a reminder was recorded (ethics.reminders).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Dossier
from casework.records import Record
from ethics.enums import DueKind
from ethics.models.activities import Activity
from ethics.models.committees import Committee
from ethics.models.units import ReviewUnit
from ethics.querysets import DueQuerySet


class Registration(Record):
    """Registration of a committee or of a listed activity on the national platform (办法 第43、44条)."""

    unit = models.ForeignKey(ReviewUnit, models.PROTECT, related_name="registrations")
    committee = models.OneToOneField(Committee, models.PROTECT, null=True, blank=True, related_name="registration")
    activity = models.OneToOneField(Activity, models.PROTECT, null=True, blank=True, related_name="registration")
    due_on = models.DateField(_("登记期限"))
    registered_on = models.DateField(_("登记日期"), null=True, blank=True)
    platform_no = models.CharField(_("平台登记编号"), max_length=60, blank=True)
    known_on = models.DateField(_("列入日期"))
    reminded_on = models.DateField(_("最近提醒"), null=True, blank=True)
    history = HistoricalRecords()
    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("平台登记")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="registration_exactly_one",
                condition=Q(committee__isnull=False, activity=None) | Q(committee=None, activity__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_number_with_day", condition=Q(registered_on__isnull=False) | Q(platform_no="")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["registered_on", "due_on"], name="registration_open_by_due")]

    def __str__(self) -> str:
        return f"{self.due_kind.label} {self.committee or self.activity}"

    @property
    def due_kind(self) -> DueKind:
        return DueKind.COMMITTEE_REGISTRATION if self.committee_id else DueKind.ACTIVITY_REGISTRATION

    @property
    def dossier(self) -> Dossier:
        return self.unit.dossier


class Filing(Record):
    """Filing of a committee that reviews research involving people, on the platform of the health system (涉及人的办法 第13条).

    Void while the committee is not measured by that regulation.
    """

    due_kind = DueKind.COMMITTEE_FILING

    committee = models.OneToOneField(Committee, models.PROTECT, related_name="filing")
    due_on = models.DateField(_("备案期限"))
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    filing_no = models.CharField(_("备案编号"), max_length=60, blank=True)
    voided_on = models.DateField(_("取消日期"), null=True, blank=True)
    known_on = models.DateField(_("列入日期"))
    reminded_on = models.DateField(_("最近提醒"), null=True, blank=True)
    history = HistoricalRecords()
    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("机构备案")
        constraints: ClassVar = [
            models.CheckConstraint(name="filing_number_with_day", condition=Q(filed_on__isnull=False) | Q(filing_no=""))
        ]
        indexes: ClassVar = [models.Index(fields=["filed_on", "due_on"], name="filing_open_by_due")]

    def __str__(self) -> str:
        return f"{self.due_kind.label} {self.committee}"

    @property
    def unit(self) -> ReviewUnit:
        return self.committee.unit

    @property
    def dossier(self) -> Dossier:
        return self.committee.unit.dossier


class AnnualReport(Record):
    """The report on the committee's work and the listed activities of one year (办法 第45条)."""

    due_kind = DueKind.ANNUAL_REPORT

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(_("年度"))
    due_on = models.DateField(_("报送期限"))
    submitted_on = models.DateField(_("报送日期"), null=True, blank=True)
    known_on = models.DateField(_("列入日期"))
    reminded_on = models.DateField(_("最近提醒"), null=True, blank=True)
    history = HistoricalRecords()
    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("年度报告")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "year"], name="annual_report_once_per_year")
        ]
        indexes: ClassVar = [models.Index(fields=["submitted_on", "due_on"], name="annual_report_open_by_due")]

    def __str__(self) -> str:
        return f"{self.committee} {self.year}"

    @property
    def unit(self) -> ReviewUnit:
        return self.committee.unit

    @property
    def dossier(self) -> Dossier:
        return self.committee.unit.dossier


class SpotCheck(Record):
    """A check at the unit. With faults found, a day until which they must be put right."""

    due_kind = DueKind.RECTIFICATION

    unit = models.ForeignKey(ReviewUnit, models.PROTECT, related_name="spot_checks")
    checked_on = models.DateField(_("检查日期"))
    findings = models.TextField(_("检查情况"))
    due_on = models.DateField(_("整改期限"), null=True, blank=True)
    rectified_on = models.DateField(_("整改完成日期"), null=True, blank=True)
    rectification = models.CharField(_("整改情况"), max_length=1000, blank=True)
    known_on = models.DateField(_("列入日期"))
    reminded_on = models.DateField(_("最近提醒"), null=True, blank=True)
    history = HistoricalRecords()
    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("抽查")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="spot_check_days_in_order",
                condition=(Q(due_on=None) | Q(due_on__gte=F("checked_on")))
                & (Q(rectified_on=None) | Q(due_on__isnull=False, rectified_on__gte=F("checked_on"))),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.checked_on}"

    @property
    def dossier(self) -> Dossier:
        return self.unit.dossier
