"""Closed lists of ethics supervision with their official labels (科技伦理审查办法, national and provincial rules)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SensitiveField(models.TextChoices):
    """Fields whose units must set up a committee when their work touches sensitive areas (办法 第4条)."""

    LIFE_SCIENCE = "life_science", _("生命科学")
    MEDICINE = "medicine", _("医学")
    AI = "ai", _("人工智能")


class CommitteeBasis(models.TextChoices):
    """On which rule a unit must have a committee."""

    SENSITIVE = "sensitive", _("科技伦理审查办法：研究涉及敏感领域")
    HUMAN_RESEARCH = "human_research", _("涉及人的研究办法：应当设立委员会的机构")
    AI = "ai", _("人工智能科技伦理办法：开展人工智能科技活动")


class Regime(models.TextChoices):
    """Which regulation a rule set belongs to (ethics-rules.md section 7); its versions share the regime."""

    ST2023 = "ST2023", _("科技伦理审查办法")
    HS2023 = "HS2023", _("涉及人的研究伦理审查办法")
    AI2026 = "AI2026", _("人工智能科技伦理审查与服务办法")
    BT2026 = "BT2026", _("生物医学新技术管理条例")
    SC = "SC", _("四川省科技伦理审查细则")


# Those that say how a committee is composed, in the order they are laid over each other.
COMMITTEE_REGIMES = (Regime.ST2023, Regime.SC, Regime.HS2023, Regime.AI2026)


class MemberCategory(models.TextChoices):
    """What a member stands for in the composition (办法 第7条; 涉及人的办法 第8条; 人工智能办法 第10条)."""

    PEER_SCIENCE = "peer_science", _("相关科技领域同行专家")
    ETHICS = "ethics", _("伦理专家")
    LAW = "law", _("法律专家")
    LOCAL_KNOWLEDGE = "local_knowledge", _("熟悉当地情况的委员")
    LIFE_SCIENCE = "life_science", _("生命科学专家")
    MEDICINE = "medicine", _("医学专家")
    BIOETHICS = "bioethics", _("生命伦理学专家")
    LAY_EXTERNAL = "lay_external", _("非本机构的社会人士")
    AI_TECHNOLOGY = "ai_technology", _("人工智能技术专家")
    AI_APPLICATION = "ai_application", _("人工智能应用专家")


class Sex(models.TextChoices):
    FEMALE = "female", _("女")
    MALE = "male", _("男")


class Office(models.TextChoices):
    CHAIR = "chair", _("主任委员")
    VICE_CHAIR = "vice_chair", _("副主任委员")
    MEMBER = "member", _("委员")


class UndertakingKind(models.TextChoices):
    """What every member signs (四川省细则 第7-8条)."""

    CONFIDENTIALITY = "confidentiality", _("保密承诺书")
    CONFLICT_OF_INTEREST = "conflict_of_interest", _("利益冲突声明")


class ListItem(models.TextChoices):
    """The list of activities that need expert re-review (办法 附件)."""

    L1 = "L1", _("新物种合成研究")
    L2 = "L2", _("人干细胞导入动物胚胎或者胎儿并孕育成个体的研究")
    L3 = "L3", _("改变人类生殖细胞、受精卵和着床前胚胎遗传物质的基础研究")
    L4 = "L4", _("侵入式脑机接口临床研究")
    L5 = "L5", _("强影响的人机融合系统研发")
    L6 = "L6", _("具有舆论社会动员和意识引导能力的算法与系统研发")
    L7 = "L7", _("安全、健康风险场景高度自主自动化决策系统研发")


class ActivityStatus(models.TextChoices):
    REVIEWING = "reviewing", _("审查中")
    ACTIVE = "active", _("已批准")
    SUSPENDED = "suspended", _("已暂停")
    COMPLETED = "completed", _("已完成")
    TERMINATED = "terminated", _("已终止")
    REFUSED = "refused", _("复核不同意")


class ExpertOutcome(models.TextChoices):
    """Result of the expert re-review, or the record that none is needed (办法 第30、34条)."""

    AGREE = "agree", _("同意")
    DISAGREE = "disagree", _("不同意")
    EXEMPT = "exempt", _("有豁免记录")


class FollowUpOutcome(models.TextChoices):
    """办法 第19-20条."""

    CONTINUE = "continue", _("继续")
    SUSPEND = "suspend", _("暂停")
    TERMINATE = "terminate", _("终止")
    NEW_REVIEW = "new_review", _("重新审查")


class ViolationKind(models.TextChoices):
    """Of a unit or a scientist V1-V5 (办法 第47条), of a committee or a member W1-W3 (第48条)."""

    V1 = "V1", _("弄虚作假获批或者伪造、篡改批件")
    V2 = "V2", _("未获批准擅自开展")
    V3 = "V3", _("超出批准范围")
    V4 = "V4", _("干扰、阻碍审查")
    V5 = "V5", _("其他违规行为")
    W1 = "W1", _("弄虚作假，为获批提供便利")
    W2 = "W2", _("徇私舞弊、滥用职权或者玩忽职守")
    W3 = "W3", _("委员会或者委员的其他违规行为")


class DueKind(models.TextChoices):
    """What the supervision chases."""

    COMMITTEE_REGISTRATION = "committee_registration", _("委员会登记")
    COMMITTEE_FILING = "committee_filing", _("委员会备案")
    ACTIVITY_REGISTRATION = "activity_registration", _("清单活动登记")
    ANNUAL_REPORT = "annual_report", _("年度报告")
    FOLLOW_UP = "follow_up", _("跟踪审查")
    RECTIFICATION = "rectification", _("整改")


class ReviewMode(models.TextChoices):
    """Held elsewhere and supervised here, or held by a committee that works in this system."""

    RECORDED = "recorded", _("外部审查，此处登记")
    RUN = "run", _("在本系统审查")


class ApplicationKind(models.TextChoices):
    INITIAL = "initial", _("初始审查")
    AMENDMENT = "amendment", _("修正案审查")


class ApplicationStatus(models.TextChoices):
    """From draft to decision (ethics-rules.md section 8). What becomes of an approved activity stands on the Activity."""

    DRAFT = "draft", _("填写中")
    SUBMITTED = "submitted", _("待受理")
    RETURNED = "returned", _("待补正")
    ACCEPTED = "accepted", _("已受理，待审查")
    IN_REVIEW = "in_review", _("审查进行中")
    PRELIMINARY_PASSED = "preliminary_passed", _("初步审查通过，待申请复核")
    EXPERT_REQUESTED = "expert_requested", _("专家复核中")
    AWAITING_REVISION = "awaiting_revision", _("待修改（修改后批准）")
    REVISION_SUBMITTED = "revision_submitted", _("修改稿待核实")
    AWAITING_RESUBMISSION = "awaiting_resubmission", _("待修改（修改后再审）")
    APPROVED = "approved", _("审查通过")
    REJECTED = "rejected", _("审查未通过")
    WAIVED = "waived", _("已免除审查")
    WITHDRAWN = "withdrawn", _("申请人撤回")


ENDED = (
    ApplicationStatus.APPROVED,
    ApplicationStatus.REJECTED,
    ApplicationStatus.WAIVED,
    ApplicationStatus.WITHDRAWN,
)


class ScopeClass(models.TextChoices):
    """办法 第2条."""

    HUMAN = "human", _("以人为研究参与者")
    ANIMAL = "animal", _("涉及实验动物")
    OTHER_RISK = "other_risk", _("其他伦理风险")
    BY_LAW = "by_law", _("依法需审查")


class Procedure(models.TextChoices):
    """办法 第14-24、35-39条; 涉及人的办法 第31-32条. Expert re-review follows a procedure, it is none of these."""

    GENERAL = "general", _("一般程序")
    SIMPLE = "simple", _("简易程序")
    EMERGENCY = "emergency", _("应急程序")
    WAIVER = "waiver", _("免除伦理审查")


class ReviewOutcome(models.TextChoices):
    """办法 第16条. Never a default, and equal to what was carried."""

    APPROVE = "approve", _("批准")
    APPROVE_AFTER_REV = "approve_after_rev", _("修改后批准")
    REREVIEW = "rereview", _("修改后再审")
    REJECT = "reject", _("不予批准")


class ConflictAnswer(models.TextChoices):
    """What a member says before the dossier opens (办法 第8条)."""

    NONE = "none", _("没有利益冲突")
    CONFLICT = "conflict", _("有利益冲突，回避")


class MeetingStatus(models.TextChoices):
    PLANNED = "planned", _("已排期")
    OPEN = "open", _("会议进行中")
    CLOSED = "closed", _("会议已结束")
    CANCELLED = "cancelled", _("会议已取消")


class ItemKind(models.TextChoices):
    """What an item of the agenda is about."""

    REVIEW = "review", _("审查申请")
    FOLLOW_UP = "follow_up", _("讨论跟踪审查")
    INCIDENT = "incident", _("讨论不良事件、偏离或者变更")
    APPEAL = "appeal", _("讨论申诉")
    REPORT = "report", _("通报简易程序结果")
    OTHER = "other", _("其他事项")


class AttendanceRole(models.TextChoices):
    """Only members vote (办法 第14条)."""

    MEMBER = "member", _("委员")
    CONSULTANT = "consultant", _("顾问专家")
    SECRETARY = "secretary", _("秘书")
    OBSERVER = "observer", _("列席")


class MotionResult(models.TextChoices):
    """A failed motion decides nothing and rejects nothing (E10)."""

    CARRIED = "carried", _("动议通过")
    NOT_CARRIED = "not_carried", _("动议未通过")
    NO_DECISION = "no_decision", _("未作决定")


class VoteChoice(models.TextChoices):
    YES = "yes", _("赞成")
    NO = "no", _("反对")
    ABSTAIN = "abstain", _("弃权")


class LetterKind(models.TextChoices):
    """Letters of a review. Each is frozen when issued; none is taken back by deletion (E11)."""

    ACCEPTANCE = "acceptance", _("受理通知书")
    CORRECTION = "correction", _("补正告知书")
    EXTENSION = "extension", _("延长审查期限告知书")
    DECISION = "decision", _("审查决定书")
    WAIVER = "waiver", _("免除审查告知书")
    EXPERT_REQUEST = "expert_request", _("专家复核申请函")
    MATERIAL_REPLACED = "material_replaced", _("材料更换告知书")
    SUSPENSION = "suspension", _("暂停活动通知书")
    RESUMPTION = "resumption", _("恢复活动通知书")
    TERMINATION = "termination", _("终止活动通知书")
    APPEAL_ANSWER = "appeal_answer", _("申诉答复书")
    RECALL = "recall", _("收回文书通知书")


class IncidentKind(models.TextChoices):
    """What is reported while an approved activity runs (办法 第20条; 涉及人的办法 第25-26条)."""

    ADVERSE_EVENT = "adverse_event", _("严重不良事件")
    DEVIATION = "deviation", _("方案偏离")
    CHANGE = "change", _("计划或者环境变化")


class AppealOutcome(models.TextChoices):
    """办法 第18条."""

    UPHELD = "upheld", _("申诉理由成立，重新审查")
    DISMISSED = "dismissed", _("申诉理由不成立，维持决定")


class PublicStatus(models.TextChoices):
    """An entry of the public list. Never made by itself."""

    DRAFT = "draft", _("公开稿待审核")
    PUBLISHED = "published", _("已公开")
    WITHDRAWN = "withdrawn", _("已撤下公开")


class ItemVerdict(models.TextChoices):
    """What a named reviewer says of one item of the checklist of article 15. A doubt about one is a doubt about the content."""

    FITS = "fits", _("符合要求")
    DOUBT = "doubt", _("有疑义")
    NOT_CONCERNED = "not_concerned", _("不涉及")
