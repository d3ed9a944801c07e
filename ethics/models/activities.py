"""Activity 科技活动 under supervision with its FollowUps 跟踪审查 (办法 第19、25-34条)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Dossier
from casework.records import Record
from ethics.enums import ActivityStatus, DueKind, ExpertOutcome, FollowUpOutcome, ListItem
from ethics.models.committees import Committee
from ethics.models.units import ReviewUnit
from ethics.querysets import ActivityQuerySet, DueQuerySet

APPROVED = (ActivityStatus.ACTIVE, ActivityStatus.SUSPENDED, ActivityStatus.COMPLETED)


class Activity(Record):
    """An activity under ethics supervision, on the list (`list_item`) or not. A listed one is approved only with the expert
    re-review agreed, or exempt."""

    unit = models.ForeignKey(ReviewUnit, models.PROTECT, related_name="activities")
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("审查委员会")
    )
    title = models.CharField(_("活动名称"), max_length=200)
    leader_name = models.CharField(_("负责人"), max_length=100, blank=True)
    list_item = models.CharField(_("清单事项"), max_length=2, choices=ListItem.choices, blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=ActivityStatus.choices, default=ActivityStatus.REVIEWING
    )
    expert_outcome = models.CharField(_("专家复核"), max_length=10, choices=ExpertOutcome.choices, blank=True)
    expert_on = models.DateField(_("复核日期"), null=True, blank=True)
    expert_basis = models.CharField(_("复核意见文号或者豁免依据"), max_length=200, blank=True)
    approved_on = models.DateField(_("批准日期"), null=True, blank=True)
    ended_on = models.DateField(_("结束日期"), null=True, blank=True)
    end_reason = models.CharField(_("结束说明"), max_length=300, blank=True)
    follow_up_months = models.PositiveSmallIntegerField(_("跟踪审查间隔（月）"), null=True, blank=True)
    history = HistoricalRecords()
    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("科技活动")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "title"], name="activity_title_once_per_unit"),
            models.CheckConstraint(
                name="activity_expert_recorded",
                condition=Q(expert_outcome="", expert_on=None, expert_basis="")
                | (Q(expert_on__isnull=False) & ~Q(expert_outcome="") & ~Q(expert_basis="")),
            ),
            # Without the experts' agreement, or the record that none is needed, it never counts as approved (办法 第25-34条).
            models.CheckConstraint(
                name="activity_approved_after_experts",
                condition=~Q(status__in=APPROVED)
                | Q(list_item="", approved_on__isnull=False)
                | Q(
                    approved_on__isnull=False,
                    expert_outcome__in=(ExpertOutcome.AGREE, ExpertOutcome.EXEMPT),
                    approved_on__gte=F("expert_on"),
                ),
            ),
            models.CheckConstraint(
                name="activity_ended_with_status",
                condition=Q(status__in=(ActivityStatus.COMPLETED, ActivityStatus.TERMINATED), ended_on__isnull=False)
                | (~Q(status__in=(ActivityStatus.COMPLETED, ActivityStatus.TERMINATED)) & Q(ended_on=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("ethics:activity-detail", args=[self.pk])

    @property
    def is_listed(self) -> bool:
        return bool(self.list_item)

    @property
    def dossier(self) -> Dossier:
        return self.unit.dossier


class FollowUp(Record):
    """One follow-up review, planned with its last day, then done with an outcome, or void because the activity ended."""

    due_kind = DueKind.FOLLOW_UP

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="follow_ups")
    due_on = models.DateField(_("跟踪期限"))
    done_on = models.DateField(_("跟踪日期"), null=True, blank=True)
    outcome = models.CharField(_("跟踪结论"), max_length=10, choices=FollowUpOutcome.choices, blank=True)
    note = models.CharField(_("跟踪情况"), max_length=1000, blank=True)
    voided_on = models.DateField(_("取消日期"), null=True, blank=True)
    known_on = models.DateField(_("列入日期"))
    reminded_on = models.DateField(_("最近提醒"), null=True, blank=True)
    history = HistoricalRecords()
    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("跟踪审查")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="follow_up_done_with_outcome",
                condition=Q(done_on=None, outcome="") | (Q(done_on__isnull=False, voided_on=None) & ~Q(outcome="")),
            ),
            models.UniqueConstraint(
                fields=["activity"], condition=Q(done_on=None, voided_on=None), name="follow_up_one_open"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["done_on", "due_on"], name="follow_up_open_by_due")]

    def __str__(self) -> str:
        return f"{self.activity} {self.due_on}"

    @property
    def unit(self) -> ReviewUnit:
        return self.activity.unit

    @property
    def dossier(self) -> Dossier:
        return self.activity.unit.dossier
