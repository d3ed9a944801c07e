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
    ACTIVITY_REGISTRATION = "activity_registration", _("清单活动登记")
    ANNUAL_REPORT = "annual_report", _("年度报告")
    FOLLOW_UP = "follow_up", _("跟踪审查")
    RECTIFICATION = "rectification", _("整改")
