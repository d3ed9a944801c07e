"""Closed lists of sharing with their official labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShareStatus(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SHARED = "shared", _("共享中")
    EXPIRED = "expired", _("已到期")
    RECALLED = "recalled", _("已收回")


class FieldProfile(models.TextChoices):
    """Which fields a recipient reads. SUMMARY: who, what category, result, period. FINDINGS: also facts and basis."""

    SUMMARY = "summary", _("结果摘要")
    FINDINGS = "findings", _("认定与处理")


class SharePurpose(models.TextChoices):
    JOINT_MEASURE = "joint_measure", _("联合惩戒")
    DELIBERATION = "deliberation", _("联席会议审议")
    CREDIT_REVIEW = "credit_review", _("诚信审核")
    SUPERVISION = "supervision", _("监督检查")
    OTHER = "other", _("其他履职需要")
