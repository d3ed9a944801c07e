"""Decision 处理决定: one per respondent. Edited only before issue; afterwards another decision supersedes it."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Dossier, RuleSet
from casework.records import Record
from integrity.enums import ApprovalStep, DecisionOrigin, DecisionStatus, MeasureStatus, Outcome, ServiceMethod, Verdict
from integrity.models.cases import Case, Respondent
from integrity.querysets import DecisionQuerySet, RecordQuerySet


class Decision(Record):
    """`categories` and `factors` hold clause keys of `rule_set`; `tier` one clause key. `content_hash` is what approvals
    bind to; `round` goes up each time the draft comes back, so that no approval of an earlier round counts again.

    `warning_reasons`: code of a warning → why the drafter departs from it. `exempt_ground` is a clause key,
    `exemption_ground` its text. `source_document_no`: the number an imported decision bears elsewhere.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    respondent = models.ForeignKey(Respondent, models.PROTECT, related_name="decisions")
    reference = models.CharField(_("文号"), max_length=60, unique=True, null=True, blank=True)
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="+", verbose_name=_("依据规则"))
    outcome = models.CharField(_("认定结论"), max_length=16, choices=Outcome.choices, blank=True)
    categories = models.JSONField(_("行为类别"), default=list)
    category_text = models.CharField(_("行为类别说明"), max_length=300, blank=True)
    tier = models.CharField(_("情节"), max_length=20, blank=True)
    factors = models.JSONField(_("情节因素"), default=list)
    facts = models.TextField(_("认定的事实与证据"), blank=True)
    basis = models.TextField(_("处理依据"), blank=True)
    exempt_ground = models.CharField(_("免责依据"), max_length=40, blank=True)
    exemption_ground = models.TextField(_("免责理由"), blank=True)
    statement_reply = models.TextField(_("对陈述申辩的回应"), blank=True)
    warning_reasons = models.JSONField(default=dict)
    conduct_on = models.DateField(_("行为日期"), null=True, blank=True)
    decided_on = models.DateField(_("决定日期"), null=True, blank=True)
    date_precision = models.CharField(_("日期精度"), max_length=5, default="day")
    issuing_body = models.CharField(_("作出单位"), max_length=160, blank=True)
    source_document_no = models.CharField(_("原文号"), max_length=120, blank=True)
    origin = models.CharField(_("来源"), max_length=10, choices=DecisionOrigin.choices, default=DecisionOrigin.OWN)
    status = models.CharField(_("状态"), max_length=20, choices=DecisionStatus.choices, default=DecisionStatus.DRAFT)
    content_hash = models.CharField(max_length=64, blank=True)
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField(_("签发时间"), null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    issued_by_label = models.CharField(_("签发人"), max_length=60, blank=True)
    served_on = models.DateField(_("送达日"), null=True, blank=True)
    service_method = models.CharField(_("送达方式"), max_length=12, choices=ServiceMethod.choices, blank=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")
    revocation_reason = models.TextField(_("撤销理由"), blank=True)
    history = HistoricalRecords()
    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("处理决定")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="decision_issued_pair",
                condition=Q(issued_at=None, issued_by_label="") | (Q(issued_at__isnull=False) & ~Q(issued_by_label="")),
            ),
            models.CheckConstraint(
                name="decision_issued_has_outcome",
                condition=Q(status__in=["draft", "section_review", "legal_review"]) | ~Q(outcome=""),
            ),
            models.UniqueConstraint(
                fields=["respondent"],
                condition=~Q(status__in=["superseded", "revoked"]) & Q(supersedes=None),
                name="decision_one_live_first",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "-id"], name="decision_status_newest")]

    def __str__(self) -> str:
        return self.reference or f"{self.case.dossier.reference} · {self.respondent}"

    def get_absolute_url(self) -> str:
        return reverse("integrity:decision-detail", args=[self.pk])

    @property
    def dossier(self) -> Dossier:
        return self.case.dossier

    def content(self) -> dict[str, Any]:
        """Everything an approver signs: the fields and the measures, in a fixed order."""
        measures = self.measures.order_by("order", "pk")
        return {
            "respondent": self.respondent_id,
            "round": self.round,
            "rule_set": self.rule_set_id,
            "outcome": self.outcome,
            "categories": self.categories,
            "category_text": self.category_text,
            "tier": self.tier,
            "factors": self.factors,
            "facts": self.facts,
            "basis": self.basis,
            "exempt_ground": self.exempt_ground,
            "exemption_ground": self.exemption_ground,
            "statement_reply": self.statement_reply,
            "warning_reasons": self.warning_reasons,
            "conduct_on": str(self.conduct_on or ""),
            "decided_on": str(self.decided_on or ""),
            "measures": [measure.content() for measure in measures],
        }

    def compute_hash(self) -> str:
        """sha256 of `content()` as canonical JSON."""
        text = json.dumps(self.content(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class Measure(Record):
    """处理措施. Exactly one way of saying how long (or none): months, lifetime, days, count or words in `until_text`.

    `planned_start` is what the drafter wrote (empty: the day of issue) and what approvals bind to; `starts_on` and
    `ends_on`, both included, are fixed by the issue.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="measures")
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("措施"), max_length=40)
    months = models.PositiveSmallIntegerField(_("期限（月）"), null=True, blank=True)
    is_lifetime = models.BooleanField(_("终身"), default=False)
    days = models.PositiveSmallIntegerField(_("期限（日）"), null=True, blank=True)
    count = models.PositiveSmallIntegerField(_("次数"), null=True, blank=True)
    until_text = models.CharField(_("期限说明"), max_length=200, blank=True)
    scope = models.CharField(_("范围"), max_length=300, blank=True)
    amount = models.DecimalField(_("金额（元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    text = models.CharField(_("说明"), max_length=300, blank=True)
    source_label = models.CharField(_("原文措施"), max_length=120, blank=True)
    is_parallel = models.BooleanField(_("党纪政务等并行处理"), default=False)
    planned_start = models.DateField(_("拟定起始日"), null=True, blank=True)
    starts_on = models.DateField(_("起"), null=True, blank=True)
    ends_on = models.DateField(_("止"), null=True, blank=True)
    as_published = models.BooleanField(_("起止日按公布原文"), default=False)
    status = models.CharField(_("状态"), max_length=10, choices=MeasureStatus.choices, default=MeasureStatus.PLANNED)
    withdrawn = models.BooleanField(_("起草中已删去"), default=False)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("处理措施")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="measure_dates",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["status", "ends_on"], name="measure_ends")]

    def __str__(self) -> str:
        return self.kind

    @property
    def dossier(self) -> Dossier:
        return self.decision.case.dossier

    def content(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "months": self.months,
            "lifetime": self.is_lifetime,
            "days": self.days,
            "count": self.count,
            "until": self.until_text,
            "scope": self.scope,
            "amount": str(self.amount or ""),
            "text": self.text,
            "start": str(self.planned_start or ""),
            "withdrawn": self.withdrawn,
        }


class DecisionApproval(Record):
    """One verdict of one person at one step, bound to the content as it was. Valid while the hash still matches (I5)."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="approvals")
    step = models.CharField(_("环节"), max_length=10, choices=ApprovalStep.choices)
    verdict = models.CharField(_("意见"), max_length=8, choices=Verdict.choices)
    reason = models.TextField(_("说明"), blank=True)
    bound_hash = models.CharField(max_length=64)
    given_at = models.DateTimeField(_("时间"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("审批意见")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "step", "bound_hash"], condition=Q(verdict="approve"), name="approval_one_per_slot"
            ),
            models.UniqueConstraint(
                fields=["decision", "given_by", "bound_hash"],
                condition=Q(verdict="approve"),
                name="approval_one_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.step} {self.verdict}"
