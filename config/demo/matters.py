"""What the demo city's cases are about. Every person and unit is invented; any likeness is chance."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from integrity.drafting import MeasureEntry

UNITS = {
    "剑门医学院": "university",
    "剑门医学院附属医院": "hospital",
    "蜀道农业研究所": "institute",
    "嘉陵职业技术大学": "university",
    "昭化古城文化研究院": "institute",
    "青川竹荪生物科技公司": "company",
    "天曌山新材料公司": "company",
    "苍溪雪梨研究中心": "institute",
    "凤凰山中心医院": "hospital",
    "米仓科技咨询公司": "agency",
}


@dataclass(frozen=True)
class Matter:
    """One matter: who, where, what, how grave. `measures` follow the tier; `plain` is what a reporter would write."""

    summary: str
    person: str
    unit: str
    role: str
    category: str
    tier: str
    plain: str
    facts: str
    measures: tuple[MeasureEntry, ...]
    factors: tuple[str, ...] = ()


M = MeasureEntry
HEAVIER = (M("public_notice", scope="本市科技系统"), M("ban_projects", months=24), M("serious_db_entry"))
HEAVIER_AWARDS = (M("public_notice", scope="本单位"), M("ban_awards_talent_title", months=18), M("serious_db_entry"))
SERIOUS = (
    M("public_notice", scope="本市科技系统"),
    M("ban_projects", months=48),
    M("ban_nominator_reviewer", months=60),
    M("serious_db_entry"),
)
GRAVE = (
    M("public_notice", scope="全省科技系统"),
    M("ban_projects", months=84),
    M("terminate_recover", amount=Decimal("186000.00")),
    M("serious_db_entry"),
)
MINOR = (M("admonition_talk"),)

MATTERS = (
    Matter(
        "论文图像重复使用",
        "周砚清",
        "剑门医学院附属医院",
        "corresponding_author",
        "fabrication_falsification",
        "serious",
        "他在两篇论文里用了同一张染色图，只是转了方向。",
        "2024年3月至9月间，在论文图3、图5中重复使用同一组影像并改写标注。",
        SERIOUS,
    ),
    Matter(
        "项目申报书抄袭",
        "贺南星",
        "蜀道农业研究所",
        "project_lead",
        "plagiarism",
        "heavier",
        "申报书的技术路线与另一份申报书几乎相同。",
        "2025年申报市级科技计划项目时，技术路线和创新点与他人在先申报书实质相同。",
        HEAVIER,
    ),
    Matter(
        "委托第三方代写论文",
        "白芷兰",
        "凤凰山中心医院",
        "first_author",
        "paper_trading_fake_review",
        "serious",
        "这篇论文是花钱请公司写的，我见过付款记录。",
        "2024年委托第三方机构撰写并投稿论文一篇，支付费用有转账记录证实。",
        SERIOUS,
    ),
    Matter(
        "未经同意署他人姓名",
        "顾长卿",
        "嘉陵职业技术大学",
        "first_author",
        "authorship_violation",
        "minor",
        "我没有参加这项研究，却被列为作者。",
        "2025年发表论文时未征得两位同事同意即列其为作者，经指出后及时更正。",
        MINOR,
        ("negligent_no_major_impact",),
    ),
    Matter(
        "同一成果重复发表",
        "沈听雨",
        "昭化古城文化研究院",
        "corresponding_author",
        "publication_norm_violation",
        "minor",
        "两本期刊上的文章内容一样。",
        "2025年将同一研究成果先后发表于两种期刊，未作说明。",
        MINOR,
        ("admits_and_pledges",),
    ),
    Matter(
        "以虚假业绩申报人才计划",
        "陆见山",
        "天曌山新材料公司",
        "project_lead",
        "fraudulent_acquisition",
        "heavier",
        "他申报时填写的专利不是他的。",
        "2025年申报人才计划时填报他人专利作为本人成果。",
        HEAVIER_AWARDS,
    ),
    Matter(
        "伪造检测报告用于项目验收",
        "程望川",
        "青川竹荪生物科技公司",
        "project_lead",
        "fabrication_falsification",
        "grave",
        "验收材料里的检测报告是自己做的，检测单位说没有出过。",
        "2024年项目验收时提交伪造的第三方检测报告两份，并销毁原始记录。",
        GRAVE,
        ("evidence_tampering",),
    ),
    Matter(
        "伪造伦理审查批准文件",
        "秦若谷",
        "剑门医学院",
        "corresponding_author",
        "ethics_approval_fraud",
        "heavier",
        "论文里写的伦理批件编号在学校查不到。",
        "2024年发表论文时使用伪造的伦理审查批准文件。",
        HEAVIER,
    ),
    Matter(
        "编造田间试验数据",
        "叶知秋",
        "苍溪雪梨研究中心",
        "project_lead",
        "fabrication_falsification",
        "heavier",
        "试验田去年没有种这个品种，数据却写得很完整。",
        "2024年度结题报告中的部分田间试验数据无原始记录，本人承认为推算。",
        HEAVIER,
        ("admits_and_pledges",),
    ),
    Matter(
        "虚构同行评议专家",
        "许清欢",
        "剑门医学院附属医院",
        "corresponding_author",
        "paper_trading_fake_review",
        "heavier",
        "投稿时推荐的审稿人邮箱是他自己注册的。",
        "2024年投稿时提供虚构的审稿人联系方式，由本人操作评审意见。",
        HEAVIER,
    ),
)
LEAD_ONLY = (
    ("论文署名顺序争议", "只是对署名先后有不同意见，没有证据表明存在不端。"),
    ("职称评审材料存疑", "评审材料里的获奖证书日期不对。"),
    ("课题经费报销不实", "有几张发票与课题没有关系。"),
    ("学位论文相似度过高", "有一章与往届论文很像。"),
    ("代投论文广告", "网上有公司公开招揽代写代投。"),
    ("实验动物使用不规范", "没有看到动物伦理审查的记录。"),
    ("软件著作权买卖", "申报材料里的软件著作权是买来的。"),
    ("专家评审中打招呼", "有人在评审前给专家发短信。"),
    ("成果鉴定意见雷同", "三位专家的意见文字完全一样。"),
    ("结题报告照搬他人", "结题报告大段照搬别的项目。"),
)
