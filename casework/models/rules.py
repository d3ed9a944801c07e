"""Rule sets as rows: loaded from versioned files, immutable once published, corrected only by a new version (B24)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.enums import ClauseKind, Mark
from casework.records import Record, RecordQuerySet


class RuleSet(Record):
    """One version of one regulation. `sha256` is the hash of the file it came from."""

    code = models.CharField(_("代码"), max_length=30)
    version = models.PositiveSmallIntegerField(_("版本"))
    zh = models.CharField(_("名称"), max_length=120)
    en = models.CharField(_("英文名称"), max_length=200)
    document_no = models.CharField(_("文号"), max_length=80, blank=True)
    regime = models.CharField(_("适用"), max_length=30)
    in_force_from = models.DateField(_("施行日"))
    in_force_to = models.DateField(_("失效日"), null=True, blank=True)
    from_precision = models.CharField(max_length=5, default="day")
    scale_from = models.CharField(max_length=30, blank=True)
    suggest = models.BooleanField(_("可提出建议"), default=False)
    status = models.CharField(_("状态"), max_length=20)
    sha256 = models.CharField(max_length=64)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")
    published_at = models.DateTimeField(_("载入时间"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_by_label = models.CharField(_("载入人"), max_length=60)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("规则")
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="rule_set_version_once")]

    def __str__(self) -> str:
        return self.en if (translation.get_language() or "").startswith("en") else self.zh


class Clause(Record):
    """One entry of a rule set: a category, tier, measure, factor, deadline or check, with article and confidence mark."""

    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="clauses")
    kind = models.CharField(_("类别"), max_length=20, choices=ClauseKind.choices)
    key = models.CharField(_("标识"), max_length=60)
    order = models.PositiveSmallIntegerField(default=0)
    article = models.CharField(_("条款"), max_length=60, blank=True)
    mark = models.CharField(_("核对程度"), max_length=8, choices=Mark.choices)
    zh = models.TextField(_("内容"))
    en = models.TextField(_("英文内容"))
    numbers = models.JSONField(default=dict)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("条款")
        ordering: ClassVar = ["rule_set", "kind", "order"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["rule_set", "kind", "key"], name="clause_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The clause in the reader's language."""
        return self.en if (translation.get_language() or "").startswith("en") else self.zh
