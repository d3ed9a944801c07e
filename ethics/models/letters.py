"""ReviewLetter 伦理审查文书: numbered, frozen when issued, with its delivery. And the public list 公开名单."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.models import Dossier
from casework.records import Record
from ethics.enums import LetterKind, PublicStatus
from ethics.models.activities import Activity
from ethics.models.applications import Application
from ethics.models.committees import CommitteeMember
from ethics.models.incidents import EthicsAppeal
from ethics.models.reviews import Review, ReviewDecision
from ethics.querysets import LetterQuerySet, PublicEntryQuerySet


class ReviewLetter(Record):
    """One letter as it was issued: `heading` and `body` never change. A decision letter hangs on its decision (E17);
    a letter about a running activity on the activity. `recalls`: the letter a recall takes back (E11)."""

    number = models.CharField(_("文号"), max_length=60, unique=True)
    kind = models.CharField(_("文书类别"), max_length=18, choices=LetterKind.choices)
    application = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="letters")
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="letters")
    review = models.ForeignKey(Review, models.PROTECT, null=True, blank=True, related_name="letters")
    decision = models.ForeignKey(ReviewDecision, models.PROTECT, null=True, blank=True, related_name="letters")
    appeal = models.ForeignKey(EthicsAppeal, models.PROTECT, null=True, blank=True, related_name="letters")
    recalls = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="recalled_by")
    addressee = models.CharField(_("致送"), max_length=200)
    heading = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("正文"))
    sha256 = models.CharField(max_length=64)
    signed_by_member = models.ForeignKey(
        CommitteeMember, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签发委员")
    )
    issued_at = models.DateTimeField(_("签发时间"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    delivered_on = models.DateField(_("送达日期"), null=True, blank=True)
    delivered_how = models.CharField(_("送达方式"), max_length=60, blank=True)
    history = HistoricalRecords()
    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("伦理审查文书")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="letter_about_one",
                condition=Q(application__isnull=False, activity=None) | Q(application=None, activity__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_of_a_decision_has_it",
                condition=~Q(kind=LetterKind.DECISION) | Q(decision__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["decision"], condition=Q(kind=LetterKind.DECISION), name="letter_one_per_decision"
            ),
            models.CheckConstraint(
                name="letter_delivered_together",
                condition=Q(delivered_on=None, delivered_how="")
                | (Q(delivered_on__isnull=False) & ~Q(delivered_how="")),
            ),
            models.CheckConstraint(
                name="letter_recall_names_it",
                condition=Q(kind=LetterKind.RECALL, recalls__isnull=False)
                | (~Q(kind=LetterKind.RECALL) & Q(recalls=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"

    @property
    def dossier(self) -> Dossier:
        if self.application is not None:
            return self.application.dossier
        assert self.activity is not None
        return self.activity.dossier


class PublicEntry(Record):
    """What the public list says of one approved activity: only these columns, written by hand, published by a second person.

    `embargo_until`: not shown before that day, and on it. Titles may differ from the register's: redaction is in the text.
    """

    activity = models.OneToOneField(Activity, models.PROTECT, related_name="public_entry")
    status = models.CharField(_("状态"), max_length=9, choices=PublicStatus.choices, default=PublicStatus.DRAFT)
    title = models.CharField(_("公开的活动名称"), max_length=200)
    unit_name = models.CharField(_("公开的单位名称"), max_length=200)
    committee_name = models.CharField(_("公开的委员会名称"), max_length=200, blank=True)
    approved_on = models.DateField(_("公开的批准日期"))
    platform_no = models.CharField(_("公开的登记编号"), max_length=60, blank=True)
    redaction_note = models.CharField(_("隐去内容的说明"), max_length=200, blank=True)
    embargo_until = models.DateField(_("此日之后公开"), null=True, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("公开时间"), null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_on = models.DateField(_("撤下日期"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("撤下原因"), max_length=200, blank=True)
    history = HistoricalRecords()
    objects = PublicEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("伦理审查公开名单")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="public_entry_published_by_a_second_person",
                condition=Q(published_at=None, published_by=None) & ~Q(status=PublicStatus.PUBLISHED)
                | Q(published_at__isnull=False, published_by__isnull=False)
                & ~Q(published_by=models.F("drafted_by"))
                & ~Q(status=PublicStatus.DRAFT),
            ),
            models.CheckConstraint(
                name="public_entry_withdrawn_with_reason",
                condition=~Q(status=PublicStatus.WITHDRAWN) & Q(withdrawn_on=None, withdrawn_reason="")
                | Q(status=PublicStatus.WITHDRAWN, withdrawn_on__isnull=False) & ~Q(withdrawn_reason=""),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "-approved_on"], name="public_entry_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def dossier(self) -> Dossier:
        return self.activity.unit.dossier
