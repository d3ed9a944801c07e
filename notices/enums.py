"""Closed lists of public notices with their official labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NoticeStatus(models.TextChoices):
    DRAFT = "draft", _("起草")
    REVIEW = "review", _("双人审核")
    APPROVED = "approved", _("审核通过")
    SCHEDULED = "scheduled", _("已排期")
    PUBLISHED = "published", _("已公布")
    WITHDRAWN = "withdrawn", _("已撤下")
    EXPIRED = "expired", _("已期满")


class NoticeKey(models.TextChoices):
    """The only facts that may reach the public (integrity-rules.md section 5.3). No identity number, no reporter."""

    NAME = "name", _("姓名或名称")
    ROLE = "role", _("身份")
    UNIT = "unit", _("单位")
    WORK_TITLE = "work_title", _("论文或项目名称")
    CATEGORIES = "categories", _("行为类别")
    FACTS = "facts", _("认定的事实")
    BASIS = "basis", _("处理依据")
    MEASURES = "measures", _("处理措施")
    PERIODS = "periods", pgettext_lazy("处理措施", "期限")
    DECIDED_BY = "decided_by", _("作出单位")
    DOCUMENT_NO = "document_no", _("决定文号")
    DECIDED_ON = "decided_on", _("决定日期")


class MaskReason(models.TextChoices):
    """Coded reason of every masked span."""

    IDENTITY_NUMBER = "identity_number", _("证件号码一律不公开")
    CONTACT = "contact", _("联系方式一律不公开")
    REPORTER = "reporter", _("保护举报人")
    WITNESS = "witness", _("保护证人、专家")
    THIRD_PARTY = "third_party", _("与处理结果无关的人")
    SMALL_UNIT = "small_unit", _("单位过小，可能认出他人")
    NAME_PROFILE = "name_profile", _("按公开规格隐去姓名")
    TRADE_SECRET = "trade_secret", _("商业秘密")
    PRIVACY = "privacy", _("个人隐私")
    WORK_SECRET = "work_secret", _("工作秘密")


class MaskStyle(models.TextChoices):
    """What stands in the place of a masked span."""

    TOKEN = "token", _("写作〔略〕")
    DELETE = "delete", _("删去")
    REPLACE = "replace", _("改写")


class NameProfile(models.TextChoices):
    """How a respondent's name appears. National practice prints the full name; lighter cases may be masked (PROPOSAL)."""

    FULL = "full", _("公布全名")
    SURNAME = "surname", _("只留姓氏")


class ReviewVerdict(models.TextChoices):
    APPROVE = "approve", _("同意公开")
    RETURN = "return", _("退回修改")


class WithdrawalReason(models.TextChoices):
    """处罚法 第48条: changed, revoked or unlawful decisions are withdrawn within 3 working days."""

    DECISION_CHANGED = "decision_changed", _("原决定变更或撤销")
    ERROR = "error", _("公布内容有误")
    REPAIRED = "repaired", _("信用修复")
    OTHER = "other", _("其他原因")


class PublicState(models.TextChoices):
    LIVE = "live", _("公布中")
    REPLACED = "replaced", _("已更正")
    GONE = "gone", _("已撤下")
