"""Closed lists of search."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GenerationStage(models.TextChoices):
    """BUILDING is filled and written to, never read; LIVE is both; RETIRED is neither and can be brought back."""

    BUILDING = "building", _("正在建立")
    LIVE = "live", _("使用中")
    RETIRED = "retired", _("已停用")
