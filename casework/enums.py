"""Closed lists any case-like record needs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DossierKind(models.TextChoices):
    LEAD = "lead", _("线索")
    CASE = "case", _("案件")
    NOTICE = "notice", _("通报")
    SHARE = "share", _("共享")
    ETHICS = "ethics", _("伦理监管单位")
    REVIEW = "review", _("伦理审查")
    REGISTER = "register", _("登记簿")


class GrantBasis(models.TextChoices):
    """Why somebody may see a dossier (model.md section 6)."""

    TEAM = "team", _("承办")
    DUTY = "duty", _("职责")
    SHARE = "share", _("共享")
    ORDER = "order", _("指定")
    APPEAL = "appeal", _("复查")


class GrantPermission(models.TextChoices):
    VIEW = "view", _("查看")
    HANDLE = "handle", _("办理")


class ExclusionSource(models.TextChoices):
    """Why somebody may not see a dossier. 221号 第45条(回避): declared, computed, ordered, or named in the report."""

    DECLARED = "declared", _("本人声明回避")
    COMPUTED = "computed", _("系统发现关联")
    ORDERED = "ordered", _("决定回避")
    NAMED = "named", _("举报中被点名")


# What a person may state; COMPUTED is for the system.
STATED_SOURCES = (ExclusionSource.NAMED, ExclusionSource.DECLARED, ExclusionSource.ORDERED)


class ClockUnit(models.TextChoices):
    WORKING_DAYS = "wd", _("工作日")
    MONTHS = "m", _("个月")
    DAYS = "d", _("日")


class ClockStatus(models.TextChoices):
    """State of a deadline. Overdue is never stored: it follows from the due day and today."""

    RUNNING = "running", _("计时中")
    PAUSED = "paused", _("已中止计时")
    MET = "met", _("已完成")
    VOID = "void", _("已取消")


class ClockEventKind(models.TextChoices):
    START = "start", _("起算")
    PAUSE = "pause", _("中止")
    RESUME = "resume", _("恢复")
    EXTEND = "extend", _("延长")
    MET = "met", _("完成")
    VOID = "void", _("取消")
    RECOMPUTED = "recomputed", _("重新计算")


class OrganizationKind(models.TextChoices):
    UNIVERSITY = "university", _("高等学校")
    HOSPITAL = "hospital", _("医疗卫生机构")
    INSTITUTE = "institute", _("科研院所")
    COMPANY = "company", _("企业")
    AGENCY = "agency", _("中介服务机构")
    PUBLIC_BODY = "public_body", _("机关事业单位")
    JOURNAL = "journal", _("期刊出版单位")
    OTHER = "other", _("其他单位")


class IdentifierType(models.TextChoices):
    ID_CARD = "id_card", _("居民身份证号")
    USCC = "uscc", _("统一社会信用代码")
    ORCID = "orcid", _("ORCID")
    PASSPORT = "passport", _("护照号")
    STAFF_NO = "staff_no", _("工号")


class Mark(models.TextChoices):
    """How sure we are of a rule (integrity-rules.md section 1.1)."""

    V = "V", _("已核")
    VI = "VI", _("参照")
    R_PLUS = "R+", _("待核（把握较大）")
    R = "R", _("待核")
    R_MINUS = "R-", _("待核（把握较小）")
    U = "U", _("未定")
    PROPOSAL = "PROPOSAL", _("本系统建议")


class ClauseKind(models.TextChoices):
    CATEGORY = "category", _("行为类别")
    TIER = "tier", _("情节")
    MEASURE = "measure", _("处理措施")
    FACTOR = "factor", _("情节因素")
    DEADLINE = "deadline", _("期限")
    ACCEPT = "accept_condition", _("受理条件")
    REFUSE = "refuse_reason", _("不予受理情形")
    CHECK = "check", _("核对规则")
    SOURCE = "proactive_source", _("主动受理来源")
    DEFINITION = "definition", _("用语解释")
    CHANNEL = "channel", _("举报渠道")
    DUTY = "duty", _("报送和告知义务")
    ESCALATION = "escalation", _("升级规则")
    EXEMPT_GROUND = "exempt_ground", _("免责或免予处理情形")
    FIELD = "field", _("记录事项")
    GAP = "gap", _("尚未核实的部分")
    GRADE = "grade", _("信用等级")
    OUTCOME = "outcome", _("认定结论")
    PENALTY_KIND = "penalty_kind", _("行政处罚种类")
    RESPONDENT_KIND = "respondent_kind", _("对象类别")
    SUBJECT = "subject", _("责任主体")
    # Ethics review (ethics-rules.md section 7).
    CHECKLIST_ITEM = "checklist_item", _("审查要点")
    COMMITTEE_RULE = "committee_rule", _("委员会组成规则")
    CONSTRAINT = "constraint", _("不得突破的规则")
    DECISION = "decision", _("审查决定")
    EXPERT_MATERIAL = "expert_material", _("复核申请材料")
    EXPERT_OUTCOME = "expert_outcome", _("复核意见")
    FOLLOWUP_DECISION = "followup_decision", _("跟踪审查决定")
    MATERIAL = "material", _("申请材料")
    MEETING_RULE = "meeting_rule", _("会议和专家组规则")
    MEETING_TRIGGER = "meeting_trigger", _("转为会议审查的情形")
    MEMBER_CATEGORY = "member_category", _("委员类别")
    MEMBER_PAPER = "member_paper", _("委员签署的文件")
    NONVOTER = "nonvoter", _("无表决权人员")
    PROCEDURE = "procedure", _("审查程序")
    REVIEW_ITEM = "review_item", _("专家复核清单事项")
    SCOPE = "scope", _("审查范围")
    SETTING = "setting", _("可选做法")
    SIMPLE_GROUND = "simple_ground", _("适用简易程序的情形")
    TIME_LIMIT = "time_limit", _("时点和时长要求")
    TRIAGE_REASON = "triage_reason", _("分流理由")
    VIOLATION = "violation", _("科技伦理违规情形")
    VOTE_RULE = "vote_rule", _("表决规则")
    WAIVER_CASE = "waiver_case", _("免除审查的情形")
    WAIVER_CONDITION = "waiver_condition", _("免除审查的条件")
    WAIVER_EXCLUSION = "waiver_exclusion", _("不得免除审查的事项")


class AccessKind(models.TextChoices):
    READ = "read", _("查阅")
    SEARCH = "search", _("检索")
    EXPORT = "export", _("导出")
    DOWNLOAD = "download", _("下载")
    PRINT = "print", _("打印")
    UNSEAL = "unseal", _("查阅身份")
    CHECK = "check", _("诚信核查")
    REFUSED = "refused", _("被拒绝")


class AttachmentKind(models.TextChoices):
    REPORT = "report", _("举报材料")
    EVIDENCE = "evidence", _("证据")
    STATEMENT = "statement", _("陈述申辩材料")
    LETTER = "letter", _("文书")
    MATERIAL = "material", _("申请材料")
    OTHER = "other", _("其他材料")
