"""PublicNotice: the only table the public can read. Frozen values, nothing that points back to a case (I3, I4, B18)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.records import Record
from notices.enums import PublicState
from notices.querysets import PublicNoticeQuerySet


class PublicNotice(Record):
    """One published text. A correction is a new version of the same number; a withdrawn or replaced one keeps no words.

    `entries`: [{"key": NoticeKey, "value": str}] grouped per respondent as a list of lists; `number` appears in the URL.
    """

    number = models.CharField(_("通报文号"), max_length=60)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("标题"), max_length=200)
    issuer = models.CharField(_("发布单位"), max_length=120)
    intro = models.TextField(_("正文"), blank=True)
    entries = models.JSONField(_("公开内容"), default=list)
    category_labels = models.JSONField(_("行为类别"), default=list)
    published_on = models.DateField(_("公布日"))
    until = models.DateField(_("公布至"), null=True, blank=True)
    changed_at = models.DateTimeField(_("更新时间"))
    changed_by_label = models.CharField(_("更新人"), max_length=60)
    correction_note = models.CharField(_("更正说明"), max_length=300, blank=True)
    allow_indexing = models.BooleanField(_("允许搜索引擎收录"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=PublicState.choices, default=PublicState.LIVE)
    search_text = models.TextField(blank=True)
    history = HistoricalRecords()
    objects = PublicNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("公开通报")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number", "version"], name="public_notice_version_once"),
            models.UniqueConstraint(fields=["number"], condition=Q(state="live"), name="public_notice_one_live"),
            models.CheckConstraint(
                name="public_notice_dates", condition=Q(until=None) | Q(until__gte=F("published_on"))
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-published_on", "-id"], name="public_notice_newest")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("notices:public-detail", args=[self.number])
