"""Notice 通报 in work: which decisions, which facts, what is masked and why, who reviewed. Never read by the public."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Dossier
from casework.records import Record, RecordQuerySet
from integrity.models import Decision
from notices.enums import MaskReason, MaskStyle, NameProfile, NoticeKey, NoticeStatus, ReviewVerdict, WithdrawalReason
from notices.models.public import PublicNotice
from notices.querysets import NoticeQuerySet


class Notice(Record):
    """The working record. `content_hash` covers title, intro, fields, masks, term; reviews bind to it and to `review_round`.

    `number` is drawn at publication, without gaps. `exception_reason`: why it is published before the appeal window closed.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="notice")
    number = models.CharField(_("通报文号"), max_length=60, unique=True, null=True, blank=True)
    title = models.CharField(_("标题"), max_length=200)
    intro = models.TextField(_("正文"), blank=True)
    name_profile = models.CharField(_("姓名公开规格"), max_length=8, choices=NameProfile.choices)
    scheduled_on = models.DateField(_("拟公布日"), null=True, blank=True)
    until = models.DateField(_("公布至"), null=True, blank=True)
    exception_reason = models.CharField(_("提前公布理由"), max_length=300, blank=True)
    secrecy_checked_at = models.DateTimeField(_("保密审查时间"), null=True, blank=True)
    secrecy_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    allow_indexing = models.BooleanField(_("允许搜索引擎收录"), default=False)
    status = models.CharField(_("状态"), max_length=12, choices=NoticeStatus.choices, default=NoticeStatus.DRAFT)
    content_hash = models.CharField(max_length=64, blank=True)
    review_round = models.PositiveSmallIntegerField(_("审核轮次"), default=0)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("公布时间"), null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_by_label = models.CharField(_("公布人"), max_length=60, blank=True)
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    withdrawn_by_label = models.CharField(_("撤下人"), max_length=60, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawal_reason = models.CharField(_("撤下原因"), max_length=20, choices=WithdrawalReason.choices, blank=True)
    withdrawal_text = models.CharField(_("撤下说明"), max_length=300, blank=True)
    correcting = models.BooleanField(_("更正中"), default=False)
    correction_note = models.CharField(_("更正说明"), max_length=300, blank=True)
    history = HistoricalRecords()
    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通报")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_published_pair",
                condition=Q(published_at=None, published_by_label="")
                | (Q(published_at__isnull=False) & ~Q(published_by_label="")),
            ),
            models.CheckConstraint(
                name="notice_withdrawn_pair",
                condition=Q(withdrawn_at=None, withdrawn_by_label="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by_label="")),
            ),
            models.CheckConstraint(
                name="notice_secrecy_pair",
                condition=Q(secrecy_checked_at=None, secrecy_checked_by=None)
                | Q(secrecy_checked_at__isnull=False, secrecy_checked_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "-id"], name="notice_status_newest")]

    def __str__(self) -> str:
        return self.number or self.dossier.reference

    def get_absolute_url(self) -> str:
        return reverse("notices:notice-detail", args=[self.dossier.reference])

    @property
    def is_editable(self) -> bool:
        """In work: content may be changed, though it voids what reviewers said."""
        return self.status in {NoticeStatus.DRAFT, NoticeStatus.REVIEW, NoticeStatus.APPROVED, NoticeStatus.SCHEDULED}

    def content_fields(self) -> list[NoticeField]:
        """The fields with their masks: those a page has loaded already, else as the database holds them now."""
        loaded = "fields" in getattr(self, "_prefetched_objects_cache", {})
        return list(self.fields.all() if loaded else self.fields.select_related("decision").prefetch_related("spans"))

    def content(self) -> dict[str, Any]:
        """Everything a reviewer agrees to, in a fixed order."""
        return {
            "title": self.title,
            "intro": self.intro,
            "name_profile": self.name_profile,
            "until": str(self.until or ""),
            "allow_indexing": self.allow_indexing,
            "correction_note": self.correction_note,
            "fields": [field.content() for field in self.content_fields()],
        }

    def compute_hash(self) -> str:
        """sha256 of `content()` as canonical JSON."""
        text = json.dumps(self.content(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class NoticeField(Record):
    """One allow-listed fact of one decision. `public_value` is what will be printed; the source is read live, not copied."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="fields")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    key = models.CharField(_("项目"), max_length=16, choices=NoticeKey.choices)
    order = models.PositiveSmallIntegerField(default=0)
    included = models.BooleanField(_("公开"), default=True)
    public_value = models.TextField(_("公开文字"), blank=True)
    source_hash = models.CharField(max_length=64)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通报内容")
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "decision", "key"], name="notice_field_once")
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def dossier(self) -> Dossier:
        return self.notice.dossier

    def content(self) -> dict[str, Any]:
        spans = [span for span in self.spans.all() if not span.dropped]
        return {
            "decision": self.decision_id,
            "key": self.key,
            "included": self.included,
            "public": self.public_value,
            "spans": [[span.start, span.end, span.style, span.replacement, span.reason] for span in spans],
        }


class MaskedSpan(Record):
    """Characters `start` to `end` (end not included) of a field's source text are masked, for a coded reason."""

    field = models.ForeignKey(NoticeField, models.PROTECT, related_name="spans")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    style = models.CharField(_("方式"), max_length=8, choices=MaskStyle.choices, default=MaskStyle.TOKEN)
    replacement = models.CharField(_("改为"), max_length=60, blank=True)
    reason = models.CharField(_("缘由"), max_length=20, choices=MaskReason.choices)
    is_suggested = models.BooleanField(_("系统提示"), default=False)
    dropped = models.BooleanField(_("已取消"), default=False)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("遮蔽处")
        ordering: ClassVar = ["start", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="masked_span_order", condition=Q(end__gt=F("start"))),
            models.CheckConstraint(
                name="masked_span_replacement",
                condition=(Q(style="replace") & ~Q(replacement="")) | (~Q(style="replace") & Q(replacement="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field_id} {self.start}-{self.end}"


class NoticeReview(Record):
    """One reviewer's opinion, bound to the content as it was; unreadable for the other reviewer until both are in."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="reviews")
    verdict = models.CharField(_("意见"), max_length=8, choices=ReviewVerdict.choices)
    comment = models.TextField(_("说明"), blank=True)
    bound_hash = models.CharField(max_length=64)
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    given_at = models.DateTimeField(_("时间"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通报审核意见")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "round", "given_by"], name="notice_review_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.verdict}"


class NoticeDuty(Record):
    """A decision under a notice changed: the notice must be withdrawn or corrected. Written by the receiver, done by a person."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="duties")
    because = models.CharField(_("缘由"), max_length=60)
    due_on = models.DateField(_("到期日"), null=True, blank=True)
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    done_by_label = models.CharField(_("完成人"), max_length=60, blank=True)
    public_notice = models.ForeignKey(PublicNotice, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通报待办")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_duty_done_pair",
                condition=Q(done_at=None, done_by_label="") | (Q(done_at__isnull=False) & ~Q(done_by_label="")),
            ),
            models.UniqueConstraint(
                fields=["notice", "because"], condition=Q(done_at=None), name="notice_duty_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.because}"
