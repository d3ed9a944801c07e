"""The Excel file of committees with their members: the template, and its rows read into plain values. No database.

One row per member; rows of one committee repeat the unit and the committee. A cell that cannot be read becomes a
RowError with its place; nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from casework.filetypes import FileRefused, inspect_upload
from casework.refusals import InputRefused
from casework.texts import clean_text
from ethics.enums import COMMITTEE_REGIMES, MemberCategory, Office, Sex, UndertakingKind

MAX_BYTES = 10 * 2**20
MOST_ROWS = 5_000
SHEET = "委员会和委员"
YES = {"是": True, "否": False, "": False}
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
# Key, heading, must be filled, hint.
COLUMNS = (
    ("unit", "单位名称", True, "监管台账中的单位全称"),
    ("committee", "委员会名称", True, "同一委员会的各行相同"),
    ("set_up_on", "设立日期", True, "2024-03-01"),
    ("regimes", "适用规则", True, "ST2023；SC；HS2023；AI2026，用分号隔开"),
    ("platform_no", "平台登记编号", False, "没有登记的不填"),
    ("registered_on", "平台登记日期", False, "没有登记的不填"),
    ("name", "姓名", True, "一行一名委员"),
    ("categories", "类别", False, "多个用分号隔开；不代表任何类别的不填"),
    ("sex", "性别", True, "女或男"),
    ("is_external", "外单位", False, "是或否"),
    ("office", "职务", False, "主任委员、副主任委员或委员"),
    ("starts_on", "任期起", True, "2024-03-01"),
    ("ends_on", "任期止", True, "2029-02-28"),
    ("confidentiality", "保密承诺书签署日期", False, ""),
    ("conflict_of_interest", "利益冲突声明签署日期", False, ""),
)
HEADINGS = {heading: key for key, heading, _needed, _hint in COLUMNS}
NAMES = {key: heading for key, heading, _needed, _hint in COLUMNS}
DAYS = ("set_up_on", "registered_on", "starts_on", "ends_on", *UndertakingKind.values)
OF_COMMITTEE = ("set_up_on", "regimes", "platform_no", "registered_on")


@dataclass(frozen=True)
class RowError:
    """What is wrong in one row: `line` counts from 1 as the sheet shows it, `column` is its heading."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class MemberLine:
    """One member as a row states it."""

    line: int
    name: str
    categories: tuple[str, ...]
    sex: str
    is_external: bool
    office: str
    starts_on: dt.date
    ends_on: dt.date
    signed: Mapping[str, dt.date]


@dataclass(frozen=True)
class CommitteeLines:
    """One committee with its members; `line` is the row it begins on."""

    line: int
    unit: str
    name: str
    facts: Mapping[str, Any]
    members: list[MemberLine] = field(default_factory=list)


def read_file(name: str, content: bytes) -> tuple[list[CommitteeLines], list[RowError]]:
    """The committees of an .xlsx file. InputRefused when the file itself cannot be used."""
    if len(content) > MAX_BYTES:
        raise InputRefused(_("文件超过 %(most)s 兆字节，请分成几个文件。") % {"most": MAX_BYTES // 2**20}, field="file")
    if not name.lower().endswith(".xlsx"):
        raise InputRefused(_("请上传 .xlsx 文件。"), field="file")
    try:
        inspect_upload(name, content, max_bytes=MAX_BYTES)
        rows = _rows_of(content)
    except FileRefused as refusal:
        raise InputRefused(refusal.reason, field="file") from refusal
    headings = [HEADINGS.get(str(cell or "").strip(), "") for cell in (rows[0] if rows else ())]
    missing = [heading for key, heading, needed, _hint in COLUMNS if needed and key not in headings]
    if missing:
        return [], [RowError(1, "", _("第一行缺少栏目：%(names)s。请使用模板。") % {"names": "、".join(missing)})]
    if len(rows) > MOST_ROWS:
        return [], [RowError(MOST_ROWS, "", _("行数过多，请分成几个文件。"))]
    return _gather(headings, rows[1:])


def _rows_of(content: bytes) -> list[tuple[Any, ...]]:
    try:
        with warnings.catch_warnings(action="ignore"):
            book = load_workbook(io.BytesIO(content), read_only=True)
            try:
                sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
                return list(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1))
            finally:
                book.close()
    except Exception as error:
        raise FileRefused("damaged", _("文件已经损坏，无法打开。请用原来的软件重新保存后上传。")) from error


def _gather(headings: list[str], rows: list[tuple[Any, ...]]) -> tuple[list[CommitteeLines], list[RowError]]:
    committees: dict[tuple[str, str], CommitteeLines] = {}
    errors: list[RowError] = []
    for number, row in enumerate(rows, start=2):
        cells = {key: cell for key, cell in zip(headings, row, strict=False) if key and cell not in (None, "")}
        if not cells:
            continue
        reader = _Reader(number, cells)
        facts, member = reader.committee(), reader.member()
        if reader.errors or member is None:
            errors += reader.errors
            continue
        place = (reader.text("unit"), reader.text("committee"))
        known = committees.setdefault(place, CommitteeLines(number, *place, facts))
        errors += [
            RowError(number, NAMES[key], _("与同一委员会前面的行不一致。"))
            for key in OF_COMMITTEE
            if facts[key] not in (None, "", known.facts[key])
        ]
        known.members.append(member)
    if not committees and not errors:
        errors.append(RowError(1, "", _("文件里没有内容。")))
    return list(committees.values()), errors


@dataclass
class _Reader:
    """One row. Collects every fault of it."""

    line: int
    cells: Mapping[str, Any]
    errors: list[RowError] = field(default_factory=list)

    def fault(self, key: str, reason: str) -> None:
        self.errors.append(RowError(self.line, NAMES[key], reason))

    def text(self, key: str, limit: int = 200) -> str:
        value = self.cells.get(key, "")
        if isinstance(value, str) and value.startswith("="):
            self.fault(key, _("单元格里是公式，请改为内容本身。"))
            return ""
        try:
            return clean_text(str(value), field_label=NAMES[key], limit=limit, multiline=False)
        except InputRefused as refusal:
            self.fault(key, refusal.reason)
            return ""

    def needed(self, key: str, limit: int = 200) -> str:
        if key not in self.cells:
            self.fault(key, _("没有填写。"))
        return self.text(key, limit) if key in self.cells else ""

    def day(self, key: str, *, needed: bool) -> dt.date | None:
        value = self.cells.get(key)
        if value is None:
            if needed:
                self.fault(key, _("没有填写。"))
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        found = _DAY.fullmatch(str(value).strip())
        try:
            if found:
                return dt.date(*(int(part) for part in found.groups()))
        except ValueError:
            pass
        self.fault(key, _("不是日期，请写成 2024-03-01。"))
        return None

    def one_of(self, key: str, words: Mapping[str, Any], default: Any = None) -> Any:
        text = self.text(key)
        if not text and default is not None:
            return default
        if text not in words:
            self.fault(key, _("请填写：%(words)s。") % {"words": "、".join(word for word in words if word)})
            return default
        return words[text]

    def several(self, key: str, words: Mapping[str, str], *, needed: bool = True) -> tuple[str, ...]:
        text = self.needed(key, 400) if needed else self.text(key, 400)
        parts = [part.strip() for part in re.split("[;；、]", text) if part.strip()]
        unknown = [part for part in parts if part not in words]
        if unknown:
            known = "、".join(dict.fromkeys(words))
            self.fault(key, _("“%(part)s”不在清单内。可以填写：%(known)s。") % {"part": unknown[0], "known": known})
        return tuple(words[part] for part in parts if part in words)

    def committee(self) -> dict[str, Any]:
        self.needed("unit")
        self.needed("committee")
        return {
            "set_up_on": self.day("set_up_on", needed=True),
            "regimes": self.several("regimes", {str(one.value): str(one.value) for one in COMMITTEE_REGIMES}),
            "platform_no": self.text("platform_no", 60),
            "registered_on": self.day("registered_on", needed=False),
        }

    def member(self) -> MemberLine | None:
        categories = self.several("categories", _both_spellings(MemberCategory), needed=False)
        starts_on, ends_on = self.day("starts_on", needed=True), self.day("ends_on", needed=True)
        signed = {kind: self.day(kind, needed=False) for kind in UndertakingKind.values}
        member = {
            "name": self.needed("name", 100),
            "sex": self.one_of("sex", _both_spellings(Sex)),
            "is_external": self.one_of("is_external", YES, default=False),
            "office": self.one_of("office", _both_spellings(Office), default=Office.MEMBER.value),
        }
        if self.errors or starts_on is None or ends_on is None:
            return None
        days = {kind: day for kind, day in signed.items() if day is not None}
        return MemberLine(self.line, categories=categories, starts_on=starts_on, ends_on=ends_on, signed=days, **member)


def _both_spellings(choices: Any) -> dict[str, str]:
    """Label or code → code. The labels of the template are Chinese in every language of the page."""
    return {**LABELS[choices], **{value: value for value in choices.values}}


LABELS: dict[Any, dict[str, str]] = {
    MemberCategory: {
        "同行": "peer_science",
        "伦理": "ethics",
        "法律": "law",
        "当地情况": "local_knowledge",
        "生命科学": "life_science",
        "医学": "medicine",
        "生命伦理": "bioethics",
        "社会人士": "lay_external",
        "人工智能技术": "ai_technology",
        "人工智能应用": "ai_application",
    },
    Sex: {"女": "female", "男": "male"},
    Office: {"主任委员": "chair", "副主任委员": "vice_chair", "委员": "member"},
}


def template_xlsx() -> bytes:
    """The empty template: headings, hints, and drop-downs for the columns with a short closed list."""
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = SHEET
    for number, (key, heading, needed, hint) in enumerate(COLUMNS, start=1):
        letter = get_column_letter(number)
        cell = sheet.cell(row=1, column=number, value=heading)
        cell.font = Font(bold=needed)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].width = 18
        rule = _closed_list(key) or DataValidation(allow_blank=True)
        if hint or rule.type:
            rule.promptTitle, rule.prompt, rule.showInputMessage = heading, _hint(key, hint), True
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{MOST_ROWS}")
    sheet.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _hint(key: str, hint: str) -> str:
    return hint + "：" + "、".join(LABELS[MemberCategory]) if key == "categories" else hint


def _closed_list(key: str) -> DataValidation | None:
    words = {"sex": LABELS[Sex], "office": LABELS[Office], "is_external": {"是": "", "否": ""}}.get(key)
    if words is None:
        return None
    return DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
