"""Closed lists of integrity casework with their official labels. What a regulation may change is data, not here."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeadChannel(models.TextChoices):
    """How a lead came. 221号 第13条(举报渠道)、第17条(主动受理)."""

    WEB = "web", _("网上举报")
    PHONE = "phone", _("电话")
    LETTER = "letter", _("来信")
    VISIT = "visit", _("来访")
    HOTLINE = "hotline", _("12345热线")
    INSPECTION = "inspection", _("监督检查")
    AUDIT = "audit", _("审计移送")
    DISCIPLINE = "discipline", _("纪检监察移送")
    MEDIA = "media", _("媒体或期刊披露")
    SUPERIOR = "superior", _("上级交办")
    ETHICS = "ethics", _("科技伦理监管移送")


REPORTER_CHANNELS = frozenset(
    {LeadChannel.WEB, LeadChannel.PHONE, LeadChannel.LETTER, LeadChannel.VISIT, LeadChannel.HOTLINE}
)
# Nobody types these in: the public form and the door of the ethics app write them.
NOT_ENTERED_BY_HAND = frozenset({LeadChannel.WEB, LeadChannel.ETHICS})


class ReportMode(models.TextChoices):
    """How a reporter wishes to report. 221号 第13条 encourages the real name."""

    REAL_NAME = "real_name", _("实名")
    CONFIDENTIAL = "confidential", _("保密")
    ANONYMOUS = "anonymous", _("匿名")


class LeadStatus(models.TextChoices):
    SUBMITTED = "submitted", _("待受理")
    NEED_MORE = "need_more", _("待补充")
    REFUSAL_PROPOSED = "refusal_proposed", _("拟不予受理")
    ACCEPTED = "accepted", _("已受理")
    NOT_ACCEPTED = "not_accepted", _("不予受理")
    TRANSFERRED = "transferred", _("已转送")
    DUPLICATE = "duplicate", _("重复线索")
    LINKED = "linked", _("已立案")


class LeadLinkKind(models.TextChoices):
    PRIMARY = "primary", _("主线索")
    DUPLICATE = "duplicate", _("重复")
    RELATED = "related", _("相关")


class MessageAuthor(models.TextChoices):
    REPORTER = "reporter", _("举报人")
    OFFICE = "office", _("受理机构")


class CaseStatus(models.TextChoices):
    OPENED = "opened", _("已立案")
    INVESTIGATING = "investigating", _("调查中")
    REPORT_READY = "report_ready", _("调查报告已出")
    HEARING_RESPONDENT = "hearing_respondent", _("陈述申辩")
    DELIBERATION = "deliberation", _("审议")
    DECIDED = "decided", _("已作出决定")
    CLOSED = "closed", _("已结案")


class Regime(models.TextChoices):
    """Which body of rules applies: 科研失信 (221号) or 科技活动违规 (科技部令第24号)."""

    RESEARCH_MISCONDUCT = "research_misconduct", _("科研失信")
    ST_VIOLATION = "st_violation", _("科技活动违规")


class RespondentRole(models.TextChoices):
    """integrity-rules.md section 8, respondent_roles."""

    FIRST_AUTHOR = "first_author", _("第一作者")
    CORRESPONDING_AUTHOR = "corresponding_author", _("通讯作者")
    CO_AUTHOR = "co_author", _("其他作者")
    PROJECT_LEAD = "project_lead", _("项目负责人")
    MEMBER = "member", _("项目参加人")
    REVIEWER = "reviewer", _("评审专家")
    UNIT = "unit", _("单位")
    AGENCY = "agency", _("第三方机构")
    OTHER = "other", _("其他身份")


class Finding(models.TextChoices):
    """Conclusion per allegation; OPEN until a report concludes it."""

    OPEN = "open", _("待查")
    ESTABLISHED = "established", _("属实")
    NOT_ESTABLISHED = "not_established", _("不属实")
    INSUFFICIENT = "insufficient", _("证据不足")
    OUT_OF_SCOPE = "out_of_scope", _("不属于科研失信")


class Outcome(models.TextChoices):
    """Outcome of a decision. EXEMPT is 尽职免责 (plan of 2023-06-05, section 十五): a finding of its own, never automatic."""

    ESTABLISHED = "established", _("失信行为成立")
    NOT_ESTABLISHED = "not_established", _("失信行为不成立")
    INSUFFICIENT = "insufficient", _("证据不足以认定")
    EXEMPT = "exempt", _("尽职免责")


class DecisionStatus(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SECTION_REVIEW = "section_review", _("科室审核")
    LEGAL_REVIEW = "legal_review", _("法制审核")
    BUREAU_APPROVAL = "bureau_approval", _("局领导批准")
    SECOND_APPROVAL = "second_approval", _("待第二人批准")
    APPROVED = "approved", _("已批准待签发")
    ISSUED = "issued", _("已签发")
    EFFECTIVE = "effective", _("已生效")
    SUPERSEDED = "superseded", _("已被取代")
    REVOKED = "revoked", _("已撤销")


class ApprovalStep(models.TextChoices):
    SECTION = "section", _("科室负责人")
    LEGAL = "legal", _("法制审核人")
    BUREAU = "bureau", _("局领导")
    SECOND = "second", _("第二批准人")


class Verdict(models.TextChoices):
    APPROVE = "approve", _("同意")
    RETURN = "return", _("退回修改")


class DecisionOrigin(models.TextChoices):
    OWN = "own", _("本系统作出")
    IMPORTED = "imported", _("历史决定导入")


class ServiceMethod(models.TextChoices):
    """送达方式."""

    DIRECT = "direct", _("直接送达")
    POST = "post", _("邮寄送达")
    ELECTRONIC = "electronic", _("电子送达")
    LEFT = "left", _("留置送达")
    PUBLIC = "public", _("公告送达")
    ENTRUSTED = "entrusted", _("委托送达")


class StatementKind(models.TextChoices):
    """How the respondent answered the pre-decision notice. 221号 第29条: silence past the deadline is a waiver."""

    GIVEN = "given", _("已陈述申辩")
    WAIVED = "waived", _("书面放弃")
    SILENT = "silent", _("逾期未陈述")


class MeasureStatus(models.TextChoices):
    PLANNED = "planned", _("拟定")
    IN_FORCE = "in_force", _("执行中")
    ENDED = "ended", _("已届满")
    RECALLED = "recalled", _("已收回")


class CreditStatus(models.TextChoices):
    PENDING = "pending", _("待生效")
    ACTIVE = "active", _("有效")
    EXPIRED = "expired", _("已期满")
    REVOKED = "revoked", _("已撤销")


class CreditAnswer(models.TextChoices):
    """Answer of a credit check (诚信审核): 若干意见 (七)-(九)."""

    CLEAR = "clear", _("未发现有效失信记录")
    OBSERVE = "observe", _("需人工核实")
    HIT = "hit", _("有有效失信记录")


class CheckPurpose(models.TextChoices):
    """Points where a credit check is due: 若干意见 (七)-(九)."""

    APPLICATION = "application", _("项目申报")
    EXPERT = "expert", _("专家遴选")
    APPROVAL = "approval", _("立项")
    CONTRACT = "contract", _("合同签订")
    ACCEPTANCE = "acceptance", _("结题验收")
    AWARD = "award", _("科技奖励")
    TALENT = "talent", _("人才计划")
    TITLE = "title", _("职称评审")
    OTHER = "other", _("其他事项")


class UnlockStatus(models.TextChoices):
    REQUESTED = "requested", _("待第一人同意")
    APPROVED_ONE = "approved_1", _("待第二人同意")
    OPEN = "open", _("限时可查阅")
    CLOSED = "closed", _("已关闭")
    REFUSED = "refused", _("已拒绝")


class UnlockPurpose(models.TextChoices):
    """What an identity is opened for. The reporter reads this on return, the custodians read the full reason."""

    VERIFY = "verify", _("核实举报内容")
    ANSWER = "answer", _("书面答复举报人")
    PROTECT = "protect", _("保护举报人")
    LAW = "law", _("依法移送或者配合调查")
