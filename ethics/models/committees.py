"""Committee 科技伦理（审查）委员会 with its members, what they signed and where they were trained (办法 第6-8条)."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Attachment, Dossier, Person
from casework.records import Record, RecordQuerySet
from ethics.enums import Office, Sex, UndertakingKind
from ethics.models.units import ReviewUnit
from ethics.querysets import CommitteeQuerySet, FlagQuerySet


class Committee(Record):
    """One committee of a unit. `regimes`: values of Regime it is measured by. The day it is dissolved still counts.

    `composition_breaks_on` follows from the members: the first day the composition does not comply, today or before when it
    does not comply now, None while nothing is foreseen (ethics.actions.compositions).
    """

    unit = models.ForeignKey(ReviewUnit, models.PROTECT, related_name="committees")
    name = models.CharField(_("委员会名称"), max_length=200)
    set_up_on = models.DateField(_("设立日期"))
    dissolved_on = models.DateField(_("撤销日期"), null=True, blank=True)
    is_service_centre = models.BooleanField(_("审查与服务中心"), default=False)
    runs_here = models.BooleanField(_("在本系统开展审查"), default=False)
    has_video_rules = models.BooleanField(_("有视频会议制度"), default=False)
    regimes = models.JSONField(_("适用规则"), default=list)
    composition_breaks_on = models.DateField(_("组成自何日起不符合要求"), null=True, blank=True)
    charter = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("章程")
    )
    history = HistoricalRecords()
    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("科技伦理委员会")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "name"], name="committee_name_once_per_unit"),
            models.CheckConstraint(
                name="committee_dissolved_after_set_up",
                condition=Q(dissolved_on=None) | Q(dissolved_on__gte=F("set_up_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.unit.get_absolute_url()}#committee-{self.pk}"

    @property
    def dossier(self) -> Dossier:
        return self.unit.dossier

    def stands_on(self, day: dt.date) -> bool:
        """Was it set up and not yet dissolved that day?"""
        return self.set_up_on <= day and (self.dissolved_on is None or day <= self.dissolved_on)


class CommitteeMember(Record):
    """One person's term in one committee. The first and the last day count, also the last day of who left early (E9)."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="committee_terms", verbose_name=_("委员"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="committee_terms",
        verbose_name=_("账号"),
    )
    categories = models.JSONField(_("类别"), default=list)
    sex = models.CharField(_("性别"), max_length=6, choices=Sex.choices)
    is_external = models.BooleanField(_("外单位委员"), default=False)
    office = models.CharField(_("职务"), max_length=10, choices=Office.choices, default=Office.MEMBER)
    starts_on = models.DateField(_("任期起"))
    ends_on = models.DateField(_("任期止"))
    left_on = models.DateField(_("提前离任日"), null=True, blank=True)
    left_reason = models.CharField(_("离任原因"), max_length=200, blank=True)
    clean_check_no = models.CharField(_("诚信核查回执"), max_length=60, blank=True)
    clean_checked_on = models.DateField(_("诚信核查日期"), null=True, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("委员")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "person", "starts_on"], name="committee_term_once"),
            models.CheckConstraint(
                name="committee_term_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on"))
                & (Q(left_on=None) | Q(left_on__gte=F("starts_on"), left_on__lte=F("ends_on"))),
            ),
            models.CheckConstraint(
                name="committee_check_number_with_day",
                condition=Q(clean_check_no="", clean_checked_on=None)
                | (~Q(clean_check_no="") & Q(clean_checked_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.person.name

    @property
    def last_day(self) -> dt.date:
        """The last day in office: the end of the term, or the day of leaving."""
        return self.left_on or self.ends_on

    def sits_on(self, day: dt.date) -> bool:
        return self.starts_on <= day <= self.last_day


class IntegrityFlag(Record):
    """The signal from above that a serving member stands in an active record of research dishonesty (CM10, ADR 0016).

    Only that, since when, and who gave the signal; the record itself stays with those who may see it.
    """

    member = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="flags", verbose_name=_("委员"))
    raised_on = models.DateField(_("提示日期"))
    cleared_on = models.DateField(_("解除日期"), null=True, blank=True)
    source = models.CharField(_("提示来源"), max_length=60)
    history = HistoricalRecords()
    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("诚信提示")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member"], condition=Q(cleared_on=None), name="integrity_flag_one_open"),
            models.CheckConstraint(
                name="integrity_flag_cleared_after_raised",
                condition=Q(cleared_on=None) | Q(cleared_on__gte=F("raised_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.raised_on}"


class SignedUndertaking(Record):
    """保密承诺书 or 利益冲突声明 signed by a member."""

    member = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="undertakings")
    kind = models.CharField(_("文书"), max_length=20, choices=UndertakingKind.choices)
    signed_on = models.DateField(_("签署日期"))
    file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("文件")
    )
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("签署文书")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "kind", "signed_on"], name="undertaking_signed_once")
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.get_kind_display()}"


class TrainingRecord(Record):
    """A training a member took part in (办法 第8条)."""

    member = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="trainings")
    topic = models.CharField(_("培训内容"), max_length=200)
    trained_on = models.DateField(_("培训日期"))
    organiser = models.CharField(_("举办单位"), max_length=120, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("培训")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "topic", "trained_on"], name="training_recorded_once")
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.topic}"
