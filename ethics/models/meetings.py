"""CommitteeMeeting 审查会议: agenda, attendance, motions, votes (办法 第14-16条). Votes only ever grow."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Dossier
from casework.models.events import AppendOnlyQuerySet
from casework.records import Record, RecordQuerySet
from ethics.enums import (
    AppealOutcome,
    AttendanceRole,
    FollowUpOutcome,
    ItemKind,
    MeetingStatus,
    MotionResult,
    ReviewOutcome,
    VoteChoice,
)
from ethics.models.activities import FollowUp
from ethics.models.applications import Application
from ethics.models.committees import Committee, CommitteeMember
from ethics.models.incidents import EthicsAppeal, Incident
from ethics.models.reviews import ReviewDecision
from ethics.querysets import MeetingQuerySet


class CommitteeMeeting(Record):
    """One meeting. `chair`: who presides, the chair or the vice-chair the chair named. `minutes`: the text as edited."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="meetings")
    number = models.CharField(_("会议编号"), max_length=60, unique=True)
    status = models.CharField(_("状态"), max_length=9, choices=MeetingStatus.choices, default=MeetingStatus.PLANNED)
    is_emergency = models.BooleanField(_("应急审查会议"), default=False)
    held_on = models.DateField(_("会议日期"))
    begins = models.CharField(_("开始时间"), max_length=5)
    place = models.CharField(_("地点"), max_length=120)
    is_video = models.BooleanField(_("视频会议"), default=False)
    chair = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="chaired_meetings")
    opened_at = models.DateTimeField(_("开会时间"), null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    minutes = models.TextField(_("会议记录"), blank=True)
    minutes_approved_at = models.DateTimeField(_("会议记录核准时间"), null=True, blank=True)
    minutes_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    history = HistoricalRecords()
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("审查会议")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="meeting_opened_pair",
                condition=Q(opened_at=None, opened_by=None) | Q(opened_at__isnull=False, opened_by__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_closed_pair",
                condition=Q(closed_at=None, closed_by=None) & ~Q(status=MeetingStatus.CLOSED)
                | Q(closed_at__isnull=False, closed_by__isnull=False, status=MeetingStatus.CLOSED),
            ),
            models.CheckConstraint(
                name="meeting_minutes_approved_pair",
                condition=Q(minutes_approved_at=None, minutes_approved_by=None)
                | (Q(minutes_approved_at__isnull=False, minutes_approved_by__isnull=False) & ~Q(minutes="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["committee", "-held_on"], name="meeting_newest")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/ethics/meetings/{self.pk}/"

    @property
    def dossier(self) -> Dossier:
        """That of the committee's unit: what a meeting did to an application stands in the application's own dossier."""
        return self.committee.unit.dossier


class AgendaItem(Record):
    """One item: about at most one record, in its order. Reconciled once its result is entered and read out."""

    meeting = models.ForeignKey(CommitteeMeeting, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("序号"))
    kind = models.CharField(_("议题类别"), max_length=9, choices=ItemKind.choices)
    title = models.CharField(_("议题"), max_length=200, blank=True)
    application = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    appeal = models.ForeignKey(EthicsAppeal, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    lead_reviewer = models.ForeignKey(
        CommitteeMember, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("主审委员")
    )
    discussion = models.TextField(_("讨论摘要"), blank=True)
    is_adjourned = models.BooleanField(_("延期再议"), default=False)
    decision = models.OneToOneField(ReviewDecision, models.PROTECT, null=True, blank=True, related_name="agenda_item")
    result = models.CharField(_("结果"), max_length=300, blank=True)
    reconciled_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    reconciled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("会议议题")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "position"], name="agenda_position_once"),
            models.CheckConstraint(
                name="agenda_item_about_one",
                condition=Q(
                    kind__in=(ItemKind.REVIEW, ItemKind.REPORT),
                    application__isnull=False,
                    follow_up=None,
                    incident=None,
                    appeal=None,
                )
                | Q(kind=ItemKind.FOLLOW_UP, follow_up__isnull=False, application=None, incident=None, appeal=None)
                | Q(kind=ItemKind.INCIDENT, incident__isnull=False, application=None, follow_up=None, appeal=None)
                | Q(kind=ItemKind.APPEAL, appeal__isnull=False, application=None, follow_up=None, incident=None)
                | Q(kind=ItemKind.OTHER, application=None, follow_up=None, incident=None, appeal=None) & ~Q(title=""),
            ),
            models.CheckConstraint(
                name="agenda_item_reconciled_pair",
                condition=Q(reconciled_at=None, reconciled_by=None)
                | (Q(reconciled_at__isnull=False, reconciled_by__isnull=False) & ~Q(result="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_kind_display()}"

    @property
    def dossier(self) -> Dossier:
        """The dossier of what the item is about: its discussion and votes belong there."""
        if self.application is not None:
            return self.application.dossier
        if self.appeal is not None:
            return self.appeal.dossier
        return self.meeting.dossier


class Attendance(Record):
    """Somebody at the meeting. `left_before`: the position of the item before which the person left for good.

    `categories` and `has_interest` are for consultants: members bring theirs from the register and declare per dossier.
    """

    meeting = models.ForeignKey(CommitteeMeeting, models.PROTECT, related_name="attendances")
    role = models.CharField(_("身份"), max_length=10, choices=AttendanceRole.choices)
    member = models.ForeignKey(
        CommitteeMember, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name=_("委员")
    )
    name = models.CharField(_("姓名"), max_length=100, blank=True)
    fields = models.CharField(_("专业领域"), max_length=120, blank=True)
    has_interest = models.BooleanField(_("有直接利益关系"), default=False)
    is_remote = models.BooleanField(_("视频参会"), default=False)
    left_before = models.PositiveSmallIntegerField(_("在第几项议题前离会"), null=True, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("到会")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "member"], condition=Q(member__isnull=False), name="attendance_once"
            ),
            models.CheckConstraint(
                name="attendance_member_or_name",
                condition=Q(role=AttendanceRole.MEMBER, member__isnull=False, name="")
                | (~Q(role=AttendanceRole.MEMBER) & Q(member=None) & ~Q(name="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.member)

    @property
    def dossier(self) -> Dossier:
        return self.meeting.dossier


class Motion(Record):
    """A decision put to the vote. `counts`: the result under every rule that applies, frozen when the vote is closed."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="motions")
    number = models.PositiveSmallIntegerField(_("序号"))
    decision = models.CharField(_("提议"), max_length=18)
    text = models.TextField(_("动议内容"), blank=True)
    opened_at = models.DateTimeField(_("开始表决时间"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    result = models.CharField(_("表决结果"), max_length=11, choices=MotionResult.choices, blank=True)
    counts = models.JSONField(default=list)
    closed_at = models.DateTimeField(_("结束表决时间"), null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("动议")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "number"], name="motion_number_once"),
            models.UniqueConstraint(fields=["item"], condition=Q(closed_at=None), name="motion_one_open"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(result=MotionResult.CARRIED), name="motion_one_carried"
            ),
            models.CheckConstraint(
                name="motion_closed_with_result",
                condition=Q(closed_at=None, closed_by=None, result="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(result="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.number}"

    @property
    def decision_label(self) -> str:
        """What the motion proposes, in words; which list it is from follows from the kind of its item."""
        lists = (ReviewOutcome, FollowUpOutcome, AppealOutcome)
        return next((str(one(self.decision).label) for one in lists if self.decision in one.values), self.decision)

    @property
    def dossier(self) -> Dossier:
        return self.item.dossier


class Vote(models.Model):
    """One member's vote: append-only, never removed with anything. A correction is a new row with its reason (E2).

    `cast_by` is the member, or the secretary who wrote down the hand of a member without an account.
    """

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="votes")
    member = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="votes")
    choice = models.CharField(_("表决意见"), max_length=7, choices=VoteChoice.choices)
    dissent = models.TextField(_("不同意见"), blank=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")
    correction_reason = models.CharField(_("更正原因"), max_length=200, blank=True)
    cast_at = models.DateTimeField(_("表决时间"))
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("表决记录")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["motion", "member"], condition=Q(supersedes=None), name="vote_once_per_member"
            ),
            models.CheckConstraint(
                name="vote_corrected_with_reason",
                condition=Q(supersedes=None, correction_reason="")
                | (Q(supersedes__isnull=False) & ~Q(correction_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.motion} {self.member} {self.choice}"
