"""A past decision as its file states it, read into what the rows will hold. No database; faults name line and field."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from casework.enums import OrganizationKind
from casework.refusals import InputRefused
from casework.texts import clean_text
from integrity.case_terms import EARLIEST_CONDUCT
from integrity.enums import Outcome, RespondentRole
from integrity.import_files import ImportLine, RowError
from integrity.periods import MeasurePlan, window_of
from integrity.reading import (
    MEASURE,
    PARALLEL,
    ReadCategories,
    ReadDate,
    ReadingError,
    ReadSanction,
    read_categories,
    read_date,
    read_outcome,
    read_respondent_kind,
    read_sanction,
)

ORGANIZATION_KINDS = (
    (OrganizationKind.HOSPITAL, r"医院|卫生院|疾控"),
    (OrganizationKind.UNIVERSITY, r"大学|学院"),
    (OrganizationKind.COMPANY, r"公司|集团|企业"),
    (OrganizationKind.INSTITUTE, r"研究所|研究院|研究中心|科学院"),
    (OrganizationKind.JOURNAL, r"期刊|杂志|出版社|编辑部"),
    (OrganizationKind.PUBLIC_BODY, r"委员会|厅$|局$|部$|中心$"),
)
ROLES = (
    (RespondentRole.UNIT, r"单位|申办方|受托方|企业|公司|机构"),
    (RespondentRole.FIRST_AUTHOR, r"第一(兼|作者|、)"),
    (RespondentRole.CORRESPONDING_AUTHOR, r"通讯"),
    (RespondentRole.CO_AUTHOR, r"作者"),
    (RespondentRole.PROJECT_LEAD, r"负责人|申请人|主持人"),
    (RespondentRole.MEMBER, r"参与|参加|成员"),
    (RespondentRole.REVIEWER, r"评审|专家"),
)
AMOUNT = re.compile(r"(?:约|共|人民币)*([0-9]+(?:\.[0-9]+)?)(万|亿)?元")
TIMES = {None: 1, "万": 10_000, "亿": 100_000_000}
LONGEST_PERIOD = 30_000
SANCTION_TEXTS = {"kind": 120, "scope": 300, "note": 200}
LEFT = re.compile(r"[（(]已?(离职|退休|调离)[）)]$")


@dataclass(frozen=True)
class ImportMeasure:
    """One measure to store. `starts_on`, `ends_on`: printed (`as_published`) or counted from a printed start."""

    kind: str
    plan: MeasurePlan
    is_parallel: bool
    note: str
    amount: Decimal | None
    starts_on: dt.date | None
    ends_on: dt.date | None
    as_published: bool


@dataclass(frozen=True)
class ImportPerson:
    """One respondent with the decision on them. `name` is what the page shows: the printed name, or label and unit."""

    name: str
    is_named: bool
    is_organization: bool
    unit: str
    role: RespondentRole
    responsibility: str
    note: str
    outcome: Outcome
    decided_by: str
    measures: tuple[ImportMeasure, ...]


@dataclass(frozen=True)
class ImportRecord:
    """One decision document with everybody it decides on. `facts` is the line as it came: nothing is lost."""

    line: int
    key: str
    facts: Mapping[str, Any]
    issuing_body: str
    published: ReadDate
    document_no: str
    units: tuple[str, ...]
    categories: ReadCategories
    conduct: str
    legal_basis: str
    persons: tuple[ImportPerson, ...]


@dataclass
class _Reader:
    """Collects the faults of one line while it is read."""

    line: int
    key: str
    errors: list[RowError] = field(default_factory=list)

    def fault(self, place: str, reason: str) -> None:
        self.errors.append(RowError(self.line, self.key, place, reason))

    def text(self, facts: Mapping[str, Any], name: str, limit: int, *, place: str = "", needed: bool = False) -> str:
        """A cleaned text; a fault when it is no text, too long, or missing though needed."""
        value = facts.get(name)
        place = place or name
        if value is not None and not isinstance(value, str):
            self.fault(place, _("应为文字。"))
            return ""
        try:
            text = clean_text(value or "", field_label=place, limit=limit)
        except InputRefused as refusal:
            self.fault(place, refusal.reason)
            return ""
        if needed and not text:
            self.fault(place, _("不能为空。"))
        return text


def examine(line: ImportLine) -> tuple[ImportRecord | None, list[RowError]]:
    """The record of one line, or None with every fault found in it."""
    facts = line.facts
    if not _can_be_kept(facts):
        return None, [RowError(line.line, "", "", _("这一行有无法保存的字符或者数值。"))]
    reader = _Reader(line.line, str(facts.get("id") or ""))
    key = reader.text(facts, "id", 80, needed=True)
    issuing_body = reader.text(facts, "issuing_body", 160, needed=True)
    published = _date(reader, facts.get("published"))
    document_no = reader.text(facts, "doc_no", 120)
    category = reader.text(facts, "category", 300)
    conduct = reader.text(facts, "conduct", 60_000)
    legal_basis = reader.text(facts, "legal_basis", 60_000)
    units = _units(reader, facts.get("units"))
    if not isinstance(facts.get("excerpt_truncated", False), bool):
        reader.fault("excerpt_truncated", _("应为 true 或 false。"))
    persons = tuple(_persons(reader, facts, published))
    if reader.errors or published is None:
        return None, reader.errors
    record = ImportRecord(
        line=line.line,
        key=key,
        facts=facts,
        issuing_body=issuing_body,
        published=published,
        document_no=document_no,
        units=units,
        categories=read_categories(category),
        conduct=conduct,
        legal_basis=legal_basis,
        persons=persons,
    )
    return record, []


def _can_be_kept(facts: Mapping[str, Any]) -> bool:
    """The whole line is stored as it came, and no database keeps a NUL, half a character or a number that is none."""
    try:
        text = json.dumps(facts, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:
        return False
    return "\\u0000" not in text


def organization_name(unit: str) -> str:
    """The unit without the remark that the person has left it."""
    return LEFT.sub("", unit).strip()


def organization_kind(name: str) -> OrganizationKind:
    """The kind of organisation its name tells; `other` when it tells none."""
    return next((kind for kind, pattern in ORGANIZATION_KINDS if re.search(pattern, name)), OrganizationKind.OTHER)


def read_role(role: str) -> RespondentRole:
    """The role of the closed list nearest to the printed one; the printed one is kept in the note."""
    return next((kind for kind, pattern in ROLES if re.search(pattern, role)), RespondentRole.OTHER)


def _say(error: ReadingError) -> str:
    return error.en if (get_language() or "").startswith("en") else error.zh


def _date(reader: _Reader, value: object) -> ReadDate | None:
    try:
        found = read_date(value)
    except ReadingError as error:
        reader.fault("published", _say(error))
        return None
    if found.day < EARLIEST_CONDUCT:
        reader.fault("published", _("早于 1949 年，请核对年份。"))
    return found


def _units(reader: _Reader, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(unit, str) for unit in value):
        reader.fault("units", _("应为单位名称的列表。"))
        return ()
    return tuple(reader.text({"units": unit}, "units", 200) for unit in value)


def _persons(reader: _Reader, facts: Mapping[str, Any], published: ReadDate | None) -> Iterator[ImportPerson]:
    persons = facts.get("persons")
    if not isinstance(persons, list) or not persons:
        reader.fault("persons", _("至少要有一名被处理人。"))
        return
    seen: set[str] = set()
    for number, raw in enumerate(persons, start=1):
        place = f"persons.{number}"
        if not isinstance(raw, dict):
            reader.fault(place, _("应为一个 JSON 对象。"))
            continue
        label = reader.text(raw, "label", 40, place=f"{place}.label") or f"P{number}"
        if label in seen:
            reader.fault(f"{place}.label", _("代号重复。"))
        seen.add(label)
        yield _person(reader, raw, place, label, facts, published)


def _person(
    reader: _Reader,
    raw: Mapping[str, Any],
    place: str,
    label: str,
    facts: Mapping[str, Any],
    published: ReadDate | None,
) -> ImportPerson:
    unit = reader.text(raw, "unit", 200, place=f"{place}.unit")
    role = reader.text(raw, "role", 160, place=f"{place}.role")
    name = reader.text(raw, "name", 100, place=f"{place}.name")
    responsibility = reader.text(raw, "responsibility", 60, place=f"{place}.responsibility")
    remark = reader.text(raw, "note", 200, place=f"{place}.note")
    is_organization = read_respondent_kind(role) == "organization"
    sanctions = tuple(_sanctions(reader, raw.get("sanctions"), place, published))
    is_cut = bool(facts.get("excerpt_truncated"))
    own = f"{label}（{organization_name(unit)}）"[:200] if unit else label
    return ImportPerson(
        name=name or (organization_name(unit) if is_organization and unit else own),
        is_named=bool(name),
        is_organization=is_organization,
        unit=unit,
        role=read_role(role),
        responsibility=responsibility,
        note=_note(label, role, remark, is_cut=is_cut, has_measures=bool(sanctions)),
        outcome=_outcome(responsibility, has_measures=any(measure.kind != "watch_list" for measure in sanctions)),
        decided_by=reader.text(raw, "decided_by", 160, place=f"{place}.decided_by"),
        measures=sanctions,
    )


def _outcome(responsibility: str, *, has_measures: bool) -> Outcome:
    """No fault: not established; still open: insufficient; otherwise the document finds the conduct established."""
    return Outcome(read_outcome(responsibility, has_measures=has_measures) or Outcome.ESTABLISHED)


def _note(label: str, role: str, remark: str, *, is_cut: bool, has_measures: bool) -> str:
    parts = [f"原文代号：{label}", f"原文身份：{role}" if role else "", remark]
    if is_cut:
        parts.append("摘录不完整，未列出的处理不等于没有")
    elif not has_measures and not remark:
        parts.append("原文未列处理")
    return "；".join(part for part in parts if part)[:300]


def _sanctions(reader: _Reader, value: object, place: str, published: ReadDate | None) -> Iterator[ImportMeasure]:
    if value is None:
        return
    if not isinstance(value, list):
        reader.fault(f"{place}.sanctions", _("应为处理措施的列表。"))
        return
    for number, raw in enumerate(value, start=1):
        spot = f"{place}.sanctions.{number}"
        if not isinstance(raw, dict) or not isinstance(raw.get("duration") or {}, dict):
            reader.fault(spot, _("应为一个 JSON 对象。"))
            continue
        for name, limit in SANCTION_TEXTS.items():
            reader.text(raw, name, limit, place=f"{spot}.{name}")
        try:
            read = read_sanction(raw)
            yield from [_measure(one, published) for one in read]
        except ReadingError as error:
            reader.fault(spot, _say(error))
        except ValueError:
            reader.fault(spot, _("期限无法算出止日，止日早于起日，或者年份有误。"))


def _measure(read: ReadSanction, published: ReadDate | None) -> ImportMeasure:
    """A printed window is kept as printed; without a printed start none is counted, except that a permanent measure is
    certain to run from a known day of publication on."""
    plan = read.plan
    starts_on, ends_on = plan.start, read.end
    if starts_on and ends_on and ends_on < starts_on:
        raise ValueError("the end is before the start")
    if any(day is not None and day < EARLIEST_CONDUCT for day in (starts_on, ends_on)):
        raise ValueError("no measure of our time")
    if any(value is not None and not 1 <= value <= LONGEST_PERIOD for value in (plan.months, plan.days, plan.count)):
        raise ValueError("no such period")
    as_published = bool(starts_on and ends_on)
    if starts_on and not ends_on:
        starts_on, ends_on = window_of(plan, None)
    if plan.lifetime and starts_on is None and published and published.precision == "day":
        starts_on = published.day
    return ImportMeasure(
        kind=read.kind,
        plan=plan,
        is_parallel=read.track == PARALLEL or read.track != MEASURE,
        note=read.note,
        amount=_amount(read.note),
        starts_on=starts_on,
        ends_on=ends_on,
        as_published=as_published,
    )


def _amount(note: str) -> Decimal | None:
    """Yuan of a note that states one sum: 96.07万元 → 960700."""
    found = AMOUNT.fullmatch(note.strip())
    return Decimal(found[1]) * TIMES[found[2]] if found else None
