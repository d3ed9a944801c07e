"""Application 伦理审查申请: what is asked, by whom, with which papers, and the frozen copy of each version (办法 第9-13条)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Attachment, Dossier
from casework.models.events import AppendOnlyQuerySet
from casework.records import Record, RecordQuerySet
from ethics.enums import ENDED, ApplicationKind, ApplicationStatus, ListItem, ReviewMode
from ethics.models.activities import Activity
from ethics.models.committees import Committee
from ethics.models.units import ReviewUnit
from ethics.querysets import ApplicationQuerySet

S = ApplicationStatus
UNPLACED = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.WITHDRAWN)


class Application(Record):
    """One application with its own dossier. `unit` is known at the latest on acceptance; before, `unit_name` says what the
    applicant wrote.

    `scope_classes`, `regimes`: values of ScopeClass and Regime. `circumstances`, `simple_grounds`, `waiver`: keys of rule
    set entries (ethics.triage.Facts). `answers`: text by key. `named_missing`: what the one correction notice of this
    version named (一次性告知, 第10条), as keys of materials or papers; empty before any notice.
    `activity`: of an amendment the approved activity it changes, of an initial application the one it led to, or the one
    that is reviewed anew after its approval was taken away.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="ethics_application")
    mode = models.CharField(_("审查方式"), max_length=8, choices=ReviewMode.choices)
    kind = models.CharField(
        _("申请类别"), max_length=9, choices=ApplicationKind.choices, default=ApplicationKind.INITIAL
    )
    status = models.CharField(
        _("状态"), max_length=22, choices=ApplicationStatus.choices, default=ApplicationStatus.DRAFT
    )
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("申请人")
    )
    unit = models.ForeignKey(ReviewUnit, models.PROTECT, null=True, blank=True, related_name="applications")
    unit_name = models.CharField(_("申请单位"), max_length=200, blank=True)
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, blank=True, related_name="applications")
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="applications")
    title = models.CharField(_("活动名称"), max_length=200)
    project_no = models.CharField(_("项目编号"), max_length=60, blank=True)
    leader_name = models.CharField(_("负责人"), max_length=100, blank=True)
    scope_classes = models.JSONField(_("审查范围"), default=list)
    regimes = models.JSONField(_("适用规则"), default=list)
    list_item = models.CharField(_("清单事项"), max_length=2, choices=ListItem.choices, blank=True)
    circumstances = models.JSONField(_("有关情形"), default=list)
    simple_grounds = models.JSONField(_("简易程序理由"), default=list)
    waiver = models.JSONField(_("免除审查的申请"), default=dict)
    partner_countries = models.JSONField(_("合作方所在国家或者地区"), default=list)
    expertise = models.CharField(_("所属专业领域"), max_length=60, blank=True)
    start_on = models.DateField(_("计划开始日期"), null=True, blank=True)
    end_on = models.DateField(_("计划结束日期"), null=True, blank=True)
    answers = models.JSONField(_("申请内容"), default=dict)
    named_missing = models.JSONField(_("已告知的补正事项"), default=list)
    returned_on = models.DateField(_("补正告知日期"), null=True, blank=True)
    history = HistoricalRecords()
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("伦理审查申请")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="application_placed_once_accepted",
                condition=Q(status__in=UNPLACED) | Q(unit__isnull=False, committee__isnull=False),
            ),
            models.CheckConstraint(
                name="application_ends_after_start",
                condition=Q(end_on=None) | Q(start_on=None) | Q(end_on__gte=F("start_on")),
            ),
            models.CheckConstraint(
                name="application_amends_an_activity",
                condition=Q(kind=ApplicationKind.INITIAL) | Q(kind=ApplicationKind.AMENDMENT, activity__isnull=False),
            ),
            models.CheckConstraint(
                name="application_run_has_applicant",
                condition=Q(mode=ReviewMode.RECORDED) | Q(applicant__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "-id"], name="application_status_newest"),
            models.Index(fields=["applicant", "-id"], name="application_applicant_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/ethics/applications/{self.dossier.reference}/"

    @property
    def is_listed(self) -> bool:
        return bool(self.list_item)

    @property
    def is_amendment(self) -> bool:
        return self.kind == ApplicationKind.AMENDMENT

    @property
    def renews(self) -> bool:
        """Is it under way to give an activity back the approval that was taken away?"""
        return self.kind == ApplicationKind.INITIAL and self.activity_id is not None and self.status not in ENDED


class Investigator(Record):
    """Somebody who works on the activity: told to the committee, and compared with its members before a dossier opens."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="investigators")
    name = models.CharField(_("姓名"), max_length=100)
    organization_name = models.CharField(_("所在单位"), max_length=200, blank=True)
    duty = models.CharField(_("承担的工作"), max_length=200, blank=True)
    has_training = models.BooleanField(_("接受过科技伦理培训"), default=False)
    left_out_on = models.DateField(_("退出日期"), null=True, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("研究人员")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "name", "organization_name"],
                condition=Q(left_out_on=None),
                name="investigator_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def dossier(self) -> Dossier:
        return self.application.dossier


class Material(Record):
    """One paper of an application: `key` is an entry of kind material or paper (partner_approvals:CC for a country).

    The file is replaced by a new version with a reason, never removed (E23).
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="materials")
    key = models.CharField(_("材料"), max_length=80)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name=_("文件"))
    note = models.CharField(_("说明"), max_length=300, blank=True)
    replaced_reason = models.CharField(_("更换原因"), max_length=300, blank=True)
    left_out_on = models.DateField(_("撤下日期"), null=True, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("申请材料")

    def __str__(self) -> str:
        return str(self.attachment)

    @property
    def dossier(self) -> Dossier:
        return self.application.dossier


class ApplicationVersion(models.Model):
    """What was submitted, frozen: append-only. `content` holds everything a reviewer decides on, files by hash and name."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版次"))
    content = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField(_("提交时间"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("申请版本")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "number"], name="application_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.number}"
