"""Lead 线索: a report or a clue, before anybody decided whether to look into it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Clause, Dossier
from casework.records import Record
from integrity.enums import LeadChannel, LeadLinkKind, LeadStatus, MessageAuthor, ReportMode
from integrity.querysets import LeadQuerySet, RecordQuerySet


class FormSchema(Record):
    """The questionnaire as it was when a report was filed; frozen, found by its hash."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("举报表单")

    def __str__(self) -> str:
        return self.sha256[:12]


class Lead(Record):
    """What the reporter wrote is in `answers_cipher` only; `summary` is the officer's neutral line for lists and search.

    `answers_cipher` opens with the field cipher under context `integrity.lead:<dossier token>:answers` to a JSON object.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="lead")
    channel = models.CharField(_("来源"), max_length=12, choices=LeadChannel.choices)
    source_document_no = models.CharField(_("来文编号"), max_length=80, blank=True)
    source_body = models.CharField(_("来文单位"), max_length=120, blank=True)
    mode = models.CharField(_("举报方式"), max_length=12, choices=ReportMode.choices, blank=True)
    summary = models.CharField(_("事由摘要"), max_length=200)
    answers_cipher = models.TextField(blank=True)
    schema = models.ForeignKey(FormSchema, models.PROTECT, null=True, blank=True, related_name="+")
    receipt_hash = models.CharField(max_length=128, unique=True, null=True, blank=True)
    receipt_hint = models.CharField(_("回执末四位"), max_length=4, blank=True)
    fingerprint = models.CharField(_("提交指纹"), max_length=64, blank=True)
    received_on = models.DateField(_("收到日期"))
    submitted_at = models.DateTimeField(_("登记时间"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_by_label = models.CharField(_("登记人"), max_length=60)
    status = models.CharField(_("状态"), max_length=20, choices=LeadStatus.choices, default=LeadStatus.SUBMITTED)
    ticks = models.JSONField(_("受理条件"), default=list, blank=True)
    refusal_ground = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("不予受理情形")
    )
    refusal_reason = models.TextField(_("说明"), blank=True)
    transferred_to = models.CharField(_("转送单位"), max_length=120, blank=True)
    decided_at = models.DateTimeField(_("受理决定时间"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    previous_status = models.CharField(max_length=20, choices=LeadStatus.choices, blank=True)
    history = HistoricalRecords(excluded_fields=["answers_cipher", "receipt_hash"])
    objects = LeadQuerySet.as_manager()
    has_links: bool  # known only for leads loaded through access.get_lead_for

    class Meta:
        verbose_name = verbose_name_plural = _("线索")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="lead_decided_pair",
                condition=Q(decided_at=None, decided_by=None) | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_refused_with_ground", condition=~Q(status="not_accepted") | Q(refusal_ground__isnull=False)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "-id"], name="lead_status_newest")]

    def __str__(self) -> str:
        return self.dossier.reference

    def get_absolute_url(self) -> str:
        return reverse("integrity:lead-detail", args=[self.dossier.reference])

    @property
    def answers_context(self) -> str:
        """What the cipher text of the answers is bound to."""
        return f"integrity.lead:{self.dossier.token}:answers"


class Message(Record):
    """One message between reporter and office, written by either, read by both. The text is cipher text, as the answers."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="messages")
    author = models.CharField(_("作者"), max_length=10, choices=MessageAuthor.choices)
    body_cipher = models.TextField()
    token = models.UUIDField(unique=True)
    written_at = models.DateTimeField(_("时间"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    written_by_label = models.CharField(_("作者名"), max_length=60)
    asks = models.BooleanField(_("要求补充"), default=False)
    history = HistoricalRecords(excluded_fields=["body_cipher"])
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("往来消息")

    def __str__(self) -> str:
        return f"{self.lead_id} {self.author}"

    @property
    def body_context(self) -> str:
        return f"integrity.message:{self.token}:body"


class LeadLink(Record):
    """A lead belongs to another lead or to a case. Undone by a mark, never by deletion (B21)."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="links")
    other_lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="linked_from")
    case = models.ForeignKey("integrity.Case", models.PROTECT, null=True, blank=True, related_name="lead_links")
    kind = models.CharField(_("关系"), max_length=10, choices=LeadLinkKind.choices)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("线索关联")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="lead_link_one_target",
                condition=Q(other_lead__isnull=False, case=None) | Q(other_lead=None, case__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_link_undone_pair",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["lead"], condition=Q(kind="duplicate", undone_at=None), name="lead_link_one_live_duplicate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.kind}"
