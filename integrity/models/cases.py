"""Case 案件 and what hangs on it: respondents, allegations, report, statement. One case, many respondents, one decision each."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Clause, Dossier, Organization, RuleSet, Subject
from casework.records import Record
from integrity.enums import CaseStatus, Finding, Regime, RespondentRole, ServiceMethod, StatementKind
from integrity.querysets import CaseQuerySet, RecordQuerySet


class Case(Record):
    """One matter under investigation. `rule_set` is the one the case runs on; each decision stores its own again (I20)."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="case")
    title = models.CharField(_("案由"), max_length=200)
    regime = models.CharField(_("适用规则"), max_length=24, choices=Regime.choices)
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="+", verbose_name=_("依据规则"))
    responsible_unit = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任单位")
    )
    conduct_from = models.DateField(_("行为起"), null=True, blank=True)
    conduct_to = models.DateField(_("行为止"), null=True, blank=True)
    accepted_on = models.DateField(_("受理日期"))
    status = models.CharField(_("状态"), max_length=20, choices=CaseStatus.choices, default=CaseStatus.OPENED)
    is_imported = models.BooleanField(_("历史案件"), default=False)
    import_key = models.CharField(_("导入标识"), max_length=80, unique=True, null=True, blank=True)
    import_facts = models.JSONField(_("导入原文"), default=dict, blank=True)
    history = HistoricalRecords()
    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("案件")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="case_conduct_dates",
                condition=Q(conduct_from=None) | Q(conduct_to=None) | Q(conduct_to__gte=F("conduct_from")),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["status", "-id"], name="case_status_newest")]

    def __str__(self) -> str:
        return self.dossier.reference

    def get_absolute_url(self) -> str:
        return reverse("integrity:case-detail", args=[self.dossier.reference])


class Respondent(Record):
    """A person or organisation the case is about, with name, unit and role as they were at the time."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="respondents")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="respondents")
    name_then = models.CharField(_("当时姓名或名称"), max_length=200)
    affiliation_then = models.CharField(_("当时单位"), max_length=200, blank=True)
    role = models.CharField(_("身份"), max_length=24, choices=RespondentRole.choices)
    responsibility = models.CharField(_("责任"), max_length=60, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("被调查人")
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "subject"], name="respondent_once")]

    def __str__(self) -> str:
        return self.name_then

    @property
    def dossier(self) -> Dossier:
        return self.case.dossier


class Allegation(Record):
    """One behaviour of one respondent in one period. The unit a report concludes on."""

    respondent = models.ForeignKey(Respondent, models.PROTECT, related_name="allegations")
    category = models.ForeignKey(Clause, models.PROTECT, related_name="+", verbose_name=_("行为类别"))
    text = models.TextField(_("指控内容"))
    conduct_from = models.DateField(_("行为起"), null=True, blank=True)
    conduct_to = models.DateField(_("行为止"), null=True, blank=True)
    finding = models.CharField(_("结论"), max_length=16, choices=Finding.choices, default=Finding.OPEN)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("指控")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="allegation_dates",
                condition=Q(conduct_from=None) | Q(conduct_to=None) | Q(conduct_to__gte=F("conduct_from")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.respondent} {self.category}"


class InvestigationReport(Record):
    """The report with its conclusion per allegation (`conclusions`: allegation id → finding). A new version supersedes."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField(_("版本"))
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")
    text = models.TextField(_("报告正文"))
    proposed_handling = models.TextField(_("处理建议"), blank=True)
    conclusions = models.JSONField(default=dict)
    made_on = models.DateField(_("报告日期"))
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("调查报告")
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "version"], name="report_version_once")]

    def __str__(self) -> str:
        return f"{self.case} v{self.version}"


class StatementRequest(Record):
    """处理前告知 and its answer: intended facts and handling told, time to state and defend, the answer or its absence."""

    respondent = models.OneToOneField(Respondent, models.PROTECT, related_name="statement_request")
    intended = models.TextField(_("拟认定事实与拟处理意见"))
    served_on = models.DateField(_("告知送达日"))
    method = models.CharField(_("送达方式"), max_length=12, choices=ServiceMethod.choices)
    due_on = models.DateField(_("陈述申辩截止"))
    answer_kind = models.CharField(_("答复情况"), max_length=8, choices=StatementKind.choices, blank=True)
    answer = models.TextField(_("陈述申辩内容"), blank=True)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("陈述申辩")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="statement_answer_pair",
                condition=Q(answer_kind="", answered_on=None) | (~Q(answer_kind="") & Q(answered_on__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return str(self.respondent)
