"""Attachment: what is known about a stored file. The bytes lie sealed by their hash (casework.storage), never by name."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.audience import Audience
from casework.enums import AttachmentKind
from casework.models.dossiers import Dossier
from casework.records import Record, RecordQuerySet


class Attachment(Record):
    """One version of one file. `display_name` is shown and downloaded as; it is never a path. A new version supersedes."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="attachments")
    kind = models.CharField(_("类别"), max_length=10, choices=AttachmentKind.choices)
    display_name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(_("指纹"), max_length=64)
    size = models.PositiveBigIntegerField(_("大小"))
    media_type = models.CharField(_("类型"), max_length=100)
    warnings = models.JSONField(default=list)
    audience = models.PositiveSmallIntegerField(default=Audience.INTERNAL)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")
    uploaded_at = models.DateTimeField(_("上传时间"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_by_label = models.CharField(_("上传人"), max_length=60)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("材料")
        indexes: ClassVar = [models.Index(fields=["sha256"], name="attachment_sha256")]

    def __str__(self) -> str:
        return self.display_name
