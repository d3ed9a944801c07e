"""Review 审查 of one version of an application, who declared what before it opened, who was named, what was decided."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Attachment, Dossier
from casework.models.events import AppendOnlyQuerySet
from casework.records import Record, RecordQuerySet
from ethics.enums import ConflictAnswer, Procedure, ReviewOutcome
from ethics.models.applications import Application, ApplicationVersion
from ethics.models.committees import Committee, CommitteeMember
from ethics.querysets import ReviewQuerySet


class Review(Record):
    """One round of review, begun by acceptance. `proposed` is what triage proposed with `reasons`: [{regime, kind, key,
    article, mark, zh, en}]; a `procedure` that departs from it has its `departs_reason`.

    `rule_sets`: [{code, version, regime}] the round is held under. `due_on` is the day of the decision (30 days), for an
    emergency `due_at` the moment (72 hours); `extended_to` the day stated by an extension. `moved_on`: the day it went from
    the simple procedure to a meeting. `preliminary`: what the committee passed before the expert re-review.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField(_("轮次"))
    version = models.ForeignKey(ApplicationVersion, models.PROTECT, null=True, blank=True, related_name="+")
    proposed = models.CharField(_("建议程序"), max_length=10, choices=Procedure.choices)
    procedure = models.CharField(_("审查程序"), max_length=10, choices=Procedure.choices)
    departs_reason = models.CharField(_("改变程序的理由"), max_length=300, blank=True)
    needs_expert = models.BooleanField(_("须专家复核"), default=False)
    reasons = models.JSONField(default=list)
    rule_sets = models.JSONField(default=list)
    preliminary = models.JSONField(_("初步审查意见"), default=dict)
    accepted_at = models.DateTimeField(_("受理时间"))
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField(_("决定期限"), null=True, blank=True)
    due_at = models.DateTimeField(_("应急决定时限"), null=True, blank=True)
    due_by_label = models.CharField(_("时限依据"), max_length=60, blank=True)
    extended_to = models.DateField(_("延长至"), null=True, blank=True)
    extension_reason = models.CharField(_("延长原因"), max_length=300, blank=True)
    moved_on = models.DateField(_("转为会议审查日期"), null=True, blank=True)
    moved_reason = models.CharField(_("转为会议审查的原因"), max_length=300, blank=True)
    reported_on = models.DateField(_("简易程序结果报告会议日期"), null=True, blank=True)
    ended_on = models.DateField(_("本轮结束日期"), null=True, blank=True)
    history = HistoricalRecords()
    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("伦理审查")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "round"], name="review_round_once"),
            models.UniqueConstraint(fields=["application"], condition=Q(ended_on=None), name="review_one_running"),
            # The clock of an emergency runs in hours, that of everything else in days.
            models.CheckConstraint(
                name="review_due_matches_procedure",
                condition=Q(procedure=Procedure.EMERGENCY, due_at__isnull=False, due_on=None) & ~Q(due_by_label="")
                | ~Q(procedure=Procedure.EMERGENCY) & Q(due_at=None, due_by_label="", due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="review_extension_with_reason",
                condition=Q(extended_to=None, extension_reason="")
                | (Q(extended_to__isnull=False) & ~Q(extension_reason="")),
            ),
            models.CheckConstraint(
                name="review_departure_with_reason",
                condition=Q(procedure=models.F("proposed")) | ~Q(departs_reason="") | ~Q(moved_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.round}"

    @property
    def last_day(self) -> dt.date | None:
        """The day by which the decision is due, as extended; None for an emergency, which is due at a moment."""
        return self.extended_to or self.due_on

    @property
    def dossier(self) -> Dossier:
        return self.application.dossier


class ConflictDeclaration(models.Model):
    """What a member declared before a dossier opened: append-only. `suggested`: the links found, as shown to the member.

    The newest row of a member counts; a conflict is never taken back by a later row (the exclusion it writes is lifted by
    two people only).
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="declarations")
    member = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="declarations")
    answer = models.CharField(_("声明"), max_length=8, choices=ConflictAnswer.choices)
    text = models.CharField(_("说明"), max_length=500, blank=True)
    suggested = models.JSONField(default=list)
    declared_at = models.DateTimeField(_("声明时间"))
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("利益冲突声明记录")
        constraints: ClassVar = [
            models.CheckConstraint(name="conflict_is_explained", condition=Q(answer=ConflictAnswer.NONE) | ~Q(text=""))
        ]
        indexes: ClassVar = [models.Index(fields=["application", "member", "-id"], name="declaration_newest")]

    def __str__(self) -> str:
        return f"{self.member} {self.answer}"


class ReviewerAssignment(Record):
    """A member the chair named for the simple procedure (办法 第23条). Replaced ones keep their row and their opinion (E2)."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="assignments")
    member = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="assignments")
    named_at = models.DateTimeField(_("指定时间"))
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    released_on = models.DateField(_("解除指定日期"), null=True, blank=True)
    released_reason = models.CharField(_("解除指定原因"), max_length=200, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("审查委员指定")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["review", "member"], condition=Q(released_on=None), name="reviewer_named_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.review} {self.member}"

    @property
    def dossier(self) -> Dossier:
        return self.review.application.dossier


class ReviewerOpinion(Record):
    """One version of a named reviewer's opinion: written by the reviewer only; a returned one is followed by a new (E21)."""

    assignment = models.ForeignKey(ReviewerAssignment, models.PROTECT, related_name="opinions")
    number = models.PositiveSmallIntegerField(_("版次"), default=1)
    is_positive = models.BooleanField(_("同意批准"))
    has_doubt = models.BooleanField(_("对审查内容有疑义"), default=False)
    asks_meeting = models.BooleanField(_("要求会议审查"), default=False)
    sees_changed_risk = models.BooleanField(_("认为风险受益发生变化"), default=False)
    checklist = models.JSONField(_("逐项审查意见"), default=dict)
    text = models.TextField(_("审查意见"))
    given_at = models.DateTimeField(_("提交时间"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(_("退回时间"), null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    returned_reason = models.CharField(_("退回原因"), max_length=300, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("审查委员意见")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "number"], name="opinion_version_once"),
            models.CheckConstraint(
                name="opinion_returned_together",
                condition=Q(returned_at=None, returned_by=None, returned_reason="")
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(returned_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.number}"

    @property
    def dossier(self) -> Dossier:
        return self.assignment.dossier


class ReviewDecision(Record):
    """What a round decided. No default outcome: the row is written whole, once, and never edited (E4, E5). Of several rows
    of a round the last is in force: approved after revision, then approved when the revision was verified.

    `counted`: how it was carried, as frozen text and numbers: [{regime, key, article, base, needed, yes, no, abstain,
    outcome}] of the motion, or the opinions of the simple procedure. `document_no`: the number the unit's committee gave a
    review held elsewhere.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="decisions")
    outcome = models.CharField(_("审查结论"), max_length=18, choices=ReviewOutcome.choices)
    required_changes = models.TextField(_("修改要求"), blank=True)
    reasons = models.TextField(_("审查理由"), blank=True)
    follow_up_months = models.PositiveSmallIntegerField(_("跟踪审查间隔（月）"), null=True, blank=True)
    counted = models.JSONField(default=list)
    document_no = models.CharField(_("审查意见文号"), max_length=80, blank=True)
    decided_on = models.DateField(_("决定日期"))
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("伦理审查决定")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="review_decision_says_what_is_needed",
                condition=Q(outcome=ReviewOutcome.APPROVE)
                | Q(outcome=ReviewOutcome.REJECT) & ~Q(reasons="")
                | Q(outcome__in=(ReviewOutcome.APPROVE_AFTER_REV, ReviewOutcome.REREVIEW)) & ~Q(required_changes=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.review} {self.get_outcome_display()}"

    @property
    def dossier(self) -> Dossier:
        return self.review.application.dossier


class ExpertReview(Record):
    """专家复核 of a review the committee passed: relayed to the province and its answer recorded (办法 第25-34条).

    `panel`: [{name, categories, organization}] as the authority told it. `committee` is a copy of the reviewing committee,
    so that the database itself refuses a centre that did both.
    """

    review = models.OneToOneField(Review, models.PROTECT, related_name="expert_review")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="+")
    centre = models.ForeignKey(Committee, models.PROTECT, null=True, blank=True, related_name="+")
    authority = models.CharField(_("复核机关"), max_length=120)
    requested_on = models.DateField(_("申请复核日期"))
    received_on = models.DateField(_("复核机关收到日期"), null=True, blank=True)
    due_on = models.DateField(_("复核答复期限"), null=True, blank=True)
    panel = models.JSONField(_("复核专家组"), default=list)
    agree = models.PositiveSmallIntegerField(_("同意人数"), null=True, blank=True)
    disagree = models.PositiveSmallIntegerField(_("不同意人数"), null=True, blank=True)
    outcome = models.CharField(
        _("复核意见"), max_length=10, choices=[("agree", _("同意")), ("disagree", _("不同意"))], blank=True
    )
    opinion_no = models.CharField(_("复核意见文号"), max_length=80, blank=True)
    answered_on = models.DateField(_("复核答复日期"), null=True, blank=True)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("专家复核")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="expert_review_not_by_the_same_centre",
                condition=Q(centre=None) | ~Q(centre=models.F("committee")),
            ),
            models.CheckConstraint(
                name="expert_review_answered_together",
                condition=Q(answered_on=None, outcome="", agree=None, disagree=None, opinion_no="")
                | (
                    Q(answered_on__isnull=False, received_on__isnull=False, agree__isnull=False)
                    & Q(disagree__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(opinion_no="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review} {self.outcome}"

    @property
    def dossier(self) -> Dossier:
        return self.review.application.dossier
