"""CreditRecord 失信行为记录 and CreditCheck 诚信审核: what counts against a subject on a day, and who asked."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Department
from casework.models import Dossier, Subject
from casework.records import Record
from integrity.enums import CheckPurpose, CreditAnswer, CreditStatus
from integrity.models.decisions import Decision
from integrity.querysets import CreditRecordQuerySet, RecordQuerySet


class CreditRecord(Record):
    """Subject, behaviour, result, deciding body, basis, effective day, end (沪科规〔2024〕12号 as the model of the fields).

    `ends_on` None with `is_lifetime`: for life; None without: no period, so it is a record but blocks nothing.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="credit_records")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="credit_records")
    tier = models.CharField(_("情节"), max_length=20, blank=True)
    categories = models.JSONField(_("行为类别"), default=list)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True, blank=True)
    is_lifetime = models.BooleanField(_("终身"), default=False)
    in_serious_database = models.BooleanField(_("记入严重失信行为数据库"), default=False)
    status = models.CharField(_("状态"), max_length=10, choices=CreditStatus.choices, default=CreditStatus.PENDING)
    history = HistoricalRecords()
    objects = CreditRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("失信行为记录")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "subject"],
                condition=Q(status__in=["pending", "active"]),
                name="credit_record_one_live",
            ),
            models.CheckConstraint(
                name="credit_record_dates", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "ends_on"], name="credit_record_ends")]

    def __str__(self) -> str:
        return f"{self.subject} {self.starts_on}"

    def get_absolute_url(self) -> str:
        return reverse("integrity:credit-record-detail", args=[self.pk])

    @property
    def dossier(self) -> Dossier:
        return self.decision.case.dossier


class CreditCheck(Record):
    """One question and its answer, kept: who asked about whom, for what, as of which day, and what it rested on.

    `records`: credit records behind the answer; `candidates`: subjects of that name (or the one found) behind an
    `observe`; `is_strong`: found by number or chosen by a person; `same_name`: how many subjects bear the name.
    """

    reference = models.CharField(_("核查编号"), max_length=60, unique=True)
    purpose = models.CharField(_("用途"), max_length=12, choices=CheckPurpose.choices)
    basis = models.CharField(_("依据"), max_length=200)
    asked_name = models.CharField(_("核查对象"), max_length=200)
    asked_identifier_hash = models.CharField(max_length=64, blank=True)
    as_of = models.DateField(_("截至日期"))
    answer = models.CharField(_("结果"), max_length=8, choices=CreditAnswer.choices)
    records = models.JSONField(default=list)
    candidates = models.JSONField(default=list)
    is_strong = models.BooleanField(_("按证件号码或选定主体"), default=False)
    same_name = models.PositiveIntegerField(_("同名主体"), default=0)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("时间"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    history = HistoricalRecords(excluded_fields=["asked_identifier_hash"])
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("诚信核查")

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("integrity:credit-check-detail", args=[self.pk])
