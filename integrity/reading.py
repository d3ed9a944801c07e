"""Reading decisions other bodies published: free labels, periods, categories and dates into the ids of a rule set.

Best effort by keywords, and nothing is lost: what is not understood keeps its wording. A person confirms the result.
The keywords describe how such decisions are worded; no rule is stated here. No Django.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from integrity.periods import MeasurePlan

MEASURE, PARALLEL, WATCH = "measure", "parallel", "watch"


class ReadingError(ValueError):
    """A value that cannot be read. `zh` and `en` name it for the person who entered it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class ReadSanction:
    """One published sanction. `track` is measure, parallel (discipline, crime: never a measure) or watch.

    `kind` is the measure id, or the parallel track (party, administrative, referral). `plan.label`, `plan.scope` and
    `plan.until` keep the published words; `end` is the published last day, which wins over a computed one.
    """

    track: str
    kind: str
    plan: MeasurePlan
    end: date | None = None
    note: str = ""


@dataclass(frozen=True)
class ReadDate:
    """A published date: the first day it may mean, and its precision (day, month or year)."""

    day: date
    precision: str

    def __str__(self) -> str:
        """As exactly as it is known: 2021, 2021-11 or 2021-11-08."""
        return self.day.isoformat()[: {"year": 4, "month": 7}.get(self.precision, 10)]


@dataclass(frozen=True)
class ReadCategories:
    """The categories found in a text, in the order of the rule set; `text` keeps the wording when one is `other`."""

    ids: tuple[str, ...]
    text: str


_PARALLEL = (
    ("party", r"党内|党纪|开除党籍|留党察看"),
    ("administrative", r"行政警告|记过|降低岗位等级|政务|撤职|行政处分|开除公职"),
    ("referral", r"线索移送|移送(公安|司法|纪检|检察)|刑事"),
)
_WATCH = r"观察名单"

# Labels that say by themselves which measure they are; the first that fits wins, so the narrower stand first.
_LABELS = (
    ("serious_db_entry", r"记入.*严重失信|(记入|列入|纳入)(科研诚信)?(严重失信行为)?数据库"),
    ("admonition_talk", r"诫勉|警示/诫勉"),
    ("public_notice", r"通报"),
    ("suspend_rectify", r"整改|暂停(?!.*(申请|申报)).*(项目|科技活动)"),
    ("defer_degree", r"(暂缓|延缓)授予.*学位"),
    ("deny_revoke_degree", r"(不授予|撤销).*学位"),
    ("supervisor_quota", r"导师|招生|招收.*研究生"),
    ("ban_nominator_reviewer", r"评审专家|评审资格|提名|推荐"),
    ("ban_awards_talent_title", r"(职称|职务|岗位)?(晋升|晋级)|职称.*(申报|评审|评定)|职称申报"),
    ("remove_honours_membership", r"取消.*(院士|专家称号|委员|会员|成员资格)"),
    ("revoke_awards_titles", r"撤销.*(奖励|奖项|荣誉|职务|职称)|追回奖金"),
    ("terminate_recover", r"(终止|撤销)(相关)?项目|(追回|退回|收回|收缴).*(资金|经费)"),
    ("ban_projects", r"禁止(承担|参与)"),
)
# Labels that only say "may not apply"; the scope says for what, often for several things at once.
_APPLYING = r"申请资格|申报资格|取消资格|停报|限制申报|限制申请"
_SCOPES = (
    ("ban_projects", r"(科技计划|科研|基金|科技)项目|项目申[请报]|基金|课题|科研活动|科学技术活动|科技活动|财政性资金"),
    ("ban_awards_talent_title", r"奖励|人才|职称|科技奖"),
    ("ban_nominator_reviewer", r"提名|推荐|评审"),
    ("supervisor_quota", r"研究生|导师"),
)
_CATEGORIES = (
    ("plagiarism", r"抄袭|剽窃|侵占.*(成果|申请书)"),
    (
        "fabrication_falsification",
        r"(伪造|编造|篡改)(?!.{0,2}(公章|印章|签字|批准|申请材料|评审|同行|伦理))|(数据|图片|图像|论文|结果|结论).{0,4}(造假|不实|不当使用)"
        r"|买卖.{0,4}数据",
    ),
    (
        "paper_trading_fake_review",
        r"(买卖|购买).{0,6}论文|买卖(?!.{0,4}数据)|代写|代投|(虚假|虚构).{0,4}(同行评议|评审专家|评议)",
    ),
    (
        "fraudulent_acquisition",
        r"请托|打招呼|贿赂|利益交换|提供虚假信息|提供虚假材料|虚假.{0,2}申请材料|骗取",
    ),
    ("ethics_approval_fraud", r"伦理.*(弄虚作假|虚假|伪造|篡改|造假)|(伪造|篡改).*伦理"),
    ("authorship_violation", r"署名|作者知情同意"),
    ("publication_norm_violation", r"重复发表|一稿多投|引用.*文献|无关文献|非必要引用"),
)
_MOMENTARY = r"^(当年|当年度|\d{4}年度?)$"
_DATES = (
    ("day", r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"),
    ("month", r"(\d{4})[-/.年](\d{1,2})月?"),
    ("year", r"(\d{4})年?"),
)
_UNIT_WORDS = {"year": "年", "month": "个月", "day": "日", "time": "次"}
_FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_ORGANIZATIONS = r"单位|申办方|受托方|企业|公司|机构"


def read_sanction(raw: Mapping[str, Any]) -> tuple[ReadSanction, ...]:
    """The measures one published sanction stands for: usually one, several when its scope names several fields.

    `raw` holds `kind` (the label) and perhaps `scope`, `note` and `duration`. Raises ReadingError for an empty label or
    an impossible date.
    """
    label = _text(raw.get("kind"))
    if not label:
        raise ReadingError("处理措施没有名称。", "A sanction has no label.")
    scope = _text(raw.get("scope"))
    track, kinds = _track_and_kinds(label, scope)
    duration = raw.get("duration") or {}
    plan = replace(read_duration(duration), scope=scope, label=label)
    if re.match(_MOMENTARY, scope) and not plan.until:
        plan = replace(plan, until=scope)
    end = read_date(duration["end"]).day if duration.get("end") else None
    note = _text(raw.get("note"))
    return tuple(
        ReadSanction(track, kind, replace(plan, kind=kind if track == MEASURE else "other"), end, note)
        for kind in kinds
    )


def read_duration(duration: Mapping[str, Any]) -> MeasurePlan:
    """The period of a published sanction as a plan of kind `other`; what is no plain number stays words in `until`.

    Units are year, month, day, time and permanent. A range is never resolved; `from` (自决定书送达之日) is kept.
    """
    value, unit = _number(duration.get("value")), _text(duration.get("unit"))
    plan = MeasurePlan("other", start=read_date(duration["start"]).day if duration.get("start") else None)
    words = []
    whole = value if isinstance(value, int) and not isinstance(value, bool) else None
    if unit == "permanent":
        plan = replace(plan, lifetime=True)
    elif unit == "year" and isinstance(value, float) and (value * 12).is_integer():
        plan = replace(plan, months=int(value * 12))
    elif whole is not None and unit in ("year", "month"):
        plan = replace(plan, months=whole * 12 if unit == "year" else whole)
    elif whole is not None and unit == "day":
        plan = replace(plan, days=whole)
    elif whole is not None and unit == "time":
        plan = replace(plan, count=whole)
    elif value is not None:
        words.append(f"{value}{_UNIT_WORDS.get(unit, unit)}")
    if duration.get("range"):
        words.append(_range(duration["range"]) + _UNIT_WORDS.get(unit, unit))
    if duration.get("from"):
        words.append(f"自{_text(duration['from']).removeprefix('自')}起")
    for name in duration.keys() - {"value", "unit", "range", "from", "start", "end"}:
        words.append(f"{name}：{duration[name]}")
    return replace(plan, until="，".join(words))


def read_categories(text: str | None) -> ReadCategories:
    """The categories a published description names; `other` with the whole text for each part nobody recognises."""
    whole = _text(text)
    ids, unread = set(), not whole
    for part in re.split(r"[；;\n]", whole):
        found = {key for key, pattern in _CATEGORIES if re.search(pattern, part)}
        ids |= found
        unread = unread or (bool(part.strip()) and not found)
    ordered = tuple(key for key, _pattern in _CATEGORIES if key in ids)
    return ReadCategories((*ordered, "other") if unread else ordered, whole)


def read_date(value: object) -> ReadDate:
    """A date as published: 2023-12-26, 2021年11月, 2020. Raises ReadingError when it is no date."""
    text = _text(value)
    for precision, pattern in _DATES:
        match = re.fullmatch(pattern, text)
        if match:
            year, month, day = (*(int(number) for number in match.groups()), 1, 1)[:3]
            try:
                return ReadDate(date(year, month, day), precision)
            except ValueError:
                break
    raise ReadingError(f"日期“{text}”无法识别。", f"The date “{text}” is not understood.")


def read_outcome(responsibility: str | None, *, has_measures: bool) -> str:
    """The outcome a published responsibility stands for, or "" where the text does not say (it may have been cut)."""
    text = _text(responsibility)
    if re.search(r"无过错|无责|未发现|不承担责任", text):
        return "not_established"
    if re.search(r"待查|未查实|待核实|证据不足", text):
        return "insufficient"
    return "established" if has_measures or text else ""


def read_respondent_kind(role: str | None) -> str:
    """`organization` for a role only a unit can have, else `person`."""
    return "organization" if re.search(_ORGANIZATIONS, _text(role)) else "person"


def _text(value: object) -> str:
    return unicodedata.normalize("NFC", str(value)).translate(_FULL_WIDTH_DIGITS).strip() if value is not None else ""


def _number(value: object) -> object:
    """A whole number however it was typed (3, 3.0, "３"); anything else as it came."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", _text(value)):
        return int(_text(value))
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _range(value: object) -> str:
    if not isinstance(value, list):
        raise ReadingError(
            f"期限的范围“{value}”应为列表，例如 [3, 5]。", f"The range “{value}” must be a list, as [3, 5]."
        )
    return "至".join(str(end) for end in value)


def _track_and_kinds(label: str, scope: str) -> tuple[str, tuple[str, ...]]:
    for kind, pattern in _PARALLEL:
        if re.search(pattern, label):
            return PARALLEL, (kind,)
    if re.search(_WATCH, label):
        return WATCH, ("watch_list",)
    for kind, pattern in _LABELS:
        if re.search(pattern, label):
            return MEASURE, (kind,)
    if re.search(_APPLYING, label):
        named = tuple(kind for kind, pattern in _SCOPES if re.search(pattern, scope or label))
        # Without a scope 取消申请资格 usually means projects; a scope that names none of these stays free text.
        return MEASURE, named or (("other",) if scope else ("ban_projects",))
    return MEASURE, ("other",)
