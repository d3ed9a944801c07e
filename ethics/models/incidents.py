"""What comes up after a decision: incidents 不良事件、偏离、变更 of an approved activity, and appeals 申诉 (办法 第18-20条)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Attachment, Dossier
from casework.records import Record, RecordQuerySet
from ethics.enums import AppealOutcome, FollowUpOutcome, IncidentKind
from ethics.models.activities import Activity
from ethics.models.reviews import ReviewDecision
from ethics.querysets import IncidentQuerySet


class Incident(Record):
    """A report about an approved activity and what the committee made of it. A serious adverse event is told at once.

    `is_serious`: threatens life or health, or may change the risk. `outcome`: the follow-up decision, none by default.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="incidents")
    kind = models.CharField(_("报告类别"), max_length=13, choices=IncidentKind.choices)
    is_serious = models.BooleanField(_("情况严重"), default=False)
    happened_on = models.DateField(_("发生日期"))
    reported_on = models.DateField(_("报告日期"))
    facts = models.TextField(_("情况"))
    measures = models.TextField(_("已采取的措施"), blank=True)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.CharField(_("处理意见"), max_length=10, choices=FollowUpOutcome.choices, blank=True)
    outcome_note = models.CharField(_("处理说明"), max_length=1000, blank=True)
    handled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()
    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("活动情况报告")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="incident_handled_together",
                condition=Q(handled_at=None, handled_by=None, outcome="", outcome_note="")
                | (Q(handled_at__isnull=False, handled_by__isnull=False) & ~Q(outcome="") & ~Q(outcome_note="")),
            ),
            models.CheckConstraint(
                name="incident_reported_after", condition=Q(reported_on__gte=models.F("happened_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_on}"

    @property
    def dossier(self) -> Dossier:
        return self.activity.unit.dossier


class EthicsAppeal(Record):
    """申诉 against a review decision, to the same committee, in writing with reasons and evidence. Upheld: a new review."""

    decision = models.ForeignKey(ReviewDecision, models.PROTECT, related_name="appeals")
    filed_on = models.DateField(_("申诉日期"))
    grounds = models.TextField(_("申诉理由"))
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.CharField(_("申诉结果"), max_length=9, choices=AppealOutcome.choices, blank=True)
    answer = models.TextField(_("申诉答复"), blank=True)
    answered_at = models.DateTimeField(_("申诉答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("伦理申诉")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision"], condition=Q(answered_at=None), name="ethics_appeal_one_open"),
            models.CheckConstraint(
                name="ethics_appeal_answered_together",
                condition=Q(answered_at=None, answered_by=None, outcome="", answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(outcome="") & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.filed_on}"

    @property
    def dossier(self) -> Dossier:
        return self.decision.review.application.dossier
