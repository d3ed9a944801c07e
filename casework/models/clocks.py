"""Deadlines and what moves them. A due day is a pure function of the clock events and the calendar (I8)."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.enums import ClockEventKind, ClockStatus, ClockUnit
from casework.models.dossiers import Dossier
from casework.models.events import AppendOnlyQuerySet
from casework.models.rules import Clause
from casework.records import Record, RecordQuerySet


class CalendarDay(Record):
    """One day of a State Council holiday notice. It wins over the library; `source_notice` is the notice's number."""

    date = models.DateField(_("日期"), unique=True)
    is_workday = models.BooleanField(_("上班"))
    label = models.CharField(_("说明"), max_length=60, blank=True)
    source_notice = models.CharField(_("通知文号"), max_length=80)
    confirmed = models.BooleanField(_("已确认"), default=False)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("放假安排")

    def __str__(self) -> str:
        return f"{self.date} {self.label}"


class DeadlineQuerySet(RecordQuerySet):
    def running(self) -> DeadlineQuerySet:
        return self.filter(status=ClockStatus.RUNNING)

    def overdue(self, on: dt.date) -> DeadlineQuerySet:
        """Running, and the due day has passed."""
        return self.running().filter(due_on__lt=on)


class Deadline(Record):
    """One running obligation of a dossier. `due_on`, `provisional` and `explanation` are cached results, recomputed from events.

    `explanation` lists the days: [{"date", "counted", "n", "kind", "zh", "en"}].
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="deadlines")
    key = models.CharField(_("期限"), max_length=40)
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, blank=True, related_name="+")
    label = models.CharField(_("名称"), max_length=60)
    amount = models.PositiveSmallIntegerField(_("数量"))
    unit = models.CharField(_("单位"), max_length=2, choices=ClockUnit.choices)
    started_on = models.DateField(_("起算日"))
    due_on = models.DateField(_("到期日"), null=True, blank=True)
    provisional = models.BooleanField(_("暂定"), default=False)
    status = models.CharField(_("状态"), max_length=8, choices=ClockStatus.choices, default=ClockStatus.RUNNING)
    explanation = models.JSONField(default=list)
    ended_on = models.DateField(_("完成日"), null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["explanation"])
    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("期限")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier", "key"], condition=Q(status__in=["running", "paused"]), name="deadline_one_running"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["status", "due_on"], name="deadline_due")]

    def __str__(self) -> str:
        return f"{self.label} {self.due_on}"


class ClockEvent(models.Model):
    """Start, pause, resume, extend, met, void: append-only, in the order of `id`. Also what an import of a calendar moved."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="clock_events")
    kind = models.CharField(max_length=10, choices=ClockEventKind.choices)
    on = models.DateField()
    amount = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=2, choices=ClockUnit.choices, blank=True)
    category = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    due_before = models.DateField(null=True, blank=True)
    due_after = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("计时记录")

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
