"""Short names of articles as data keeps them (221-2(1), 处罚法64(2), ST 16) in words a reader knows: 221号 第2条(1). Pure."""

import re

# short name in the data → (Chinese, English)
REGULATIONS = {
    "221": ("221号", "Rules No. 221"),
    "323": ("323号", "Rules No. 323"),
    "令19": ("令19号", "Order No. 19"),
    "令24": ("令24号", "Order No. 24"),
    "处罚法": ("处罚法", "Penalty Law"),
    "复议法": ("复议法", "Reconsideration Law"),
    "保密法": ("保密法", "Secrecy Law"),
    "信息公开条例": ("信息公开条例", "Open Information Regulations"),
    "公开条例": ("公开条例", "Open Information Regulations"),
    "条例": ("信息公开条例", "Open Information Regulations"),
    "民法典": ("民法典", "Civil Code"),
    "行动方案": ("行动方案", "Action Plan"),
    "ST": ("科技伦理审查办法", "Ethics Review Measures"),
    "HS": ("涉及人的研究伦理审查办法", "Human Research Ethics Measures"),
    "AI": ("人工智能伦理办法", "AI Ethics Measures"),
    "BT": ("生物医学新技术条例", "Biomedical Technology Regulations"),
    "SC": ("四川省细则", "Sichuan Detailed Rules"),
}
_PLACE = re.compile(
    r"(?P<law>221|323|令19|令24|[A-Z]{2}|[\u4e00-\u9fff]+)[- ]?(?P<article>\d+(?:–\d+)?)?(?P<item>\([^)]+\))?(?P<annex>附件)?"
)


def article_words(article: str, language: str = "zh") -> str:
    """The article in words; a form this module does not know is returned as it is."""
    found = _PLACE.fullmatch(article)
    if found is None or found["law"] not in REGULATIONS:
        return article
    chinese, english = REGULATIONS[found["law"]]
    number, item = found["article"] or "", found["item"] or ""
    if found["annex"]:
        return f"{english} annex" if language.startswith("en") else f"{chinese} 附件"
    if language.startswith("en"):
        return " ".join(part for part in (english, f"art. {number}{item}" if number else item) if part)
    return " ".join(part for part in (chinese, f"第{number}条{item}" if number else item) if part)
