"""Files of past decisions: JSON lines or the Excel template, read into one dictionary per decision. No database.

A cell or line that cannot be read becomes a RowError with its place; nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from casework.filetypes import FileRefused, inspect_upload
from casework.refusals import InputRefused

MAX_BYTES = 20 * 2**20
MOST_ROWS = 20_000
SHEET, CHOICES = "历史决定", "选项"
UNITS = {"年": "year", "月": "month", "日": "day", "次": "time", "永久": "permanent"}
YES = {"是": True, "否": False}
# Key, heading, whether it belongs to the decision, the person or one measure, hint of the template.
COLUMNS = (
    ("id", "标识", "decision", "同一决定的各行填写同一个标识"),
    ("issuing_body", "作出单位", "decision", ""),
    ("published", "公布日期", "decision", "2024-04-12、2024-04 或 2024"),
    ("doc_no", "文号", "decision", ""),
    ("units", "涉及单位", "decision", "多个单位用分号隔开"),
    ("category", "行为类别", "decision", "照抄原文"),
    ("conduct", "主要事实", "decision", ""),
    ("legal_basis", "处理依据", "decision", ""),
    ("excerpt_truncated", "摘录不完整", "decision", "是或否"),
    ("label", "人员代号", "person", "P1、P2；同一人的各行相同"),
    ("name", "姓名或名称", "person", "公布时没有的不填"),
    ("role", "身份", "person", "照抄原文"),
    ("unit", "所在单位", "person", ""),
    ("responsibility", "责任", "person", ""),
    ("decided_by", "处理单位", "person", ""),
    ("note", "备注", "person", ""),
    ("kind", "措施", "measure", "照抄原文，一行一项"),
    ("scope", "范围", "measure", ""),
    ("value", "期限", "measure", "数字"),
    ("time_unit", "期限单位", "measure", ""),
    ("start", "起", "measure", "公布的起始日"),
    ("end", "止", "measure", "公布的截止日"),
    ("from", "起算说明", "measure", "例如：决定书送达之日"),
    ("measure_note", "措施备注", "measure", ""),
)
_LEVELS = {key: level for key, _heading, level, _hint in COLUMNS}
_HEADINGS = {heading: key for key, heading, _level, _hint in COLUMNS}


@dataclass(frozen=True)
class RowError:
    """What is wrong in one line: `line` counts from 1 as the file shows it, `key` is the decision's id when known."""

    line: int
    key: str
    field: str
    reason: str


@dataclass(frozen=True)
class ImportLine:
    """One decision as the file states it, with the line it begins on."""

    line: int
    facts: Mapping[str, Any]


def read_file(name: str, content: bytes) -> tuple[list[ImportLine], list[RowError]]:
    """The decisions of a .jsonl or .xlsx file. InputRefused when the file itself cannot be used."""
    if len(content) > MAX_BYTES:
        most = MAX_BYTES // 2**20
        raise InputRefused(_("文件超过 %(most)s 兆字节，请分成几个文件。") % {"most": most}, field="file")
    if name.lower().endswith(".xlsx"):
        inspect_upload(name, content, max_bytes=MAX_BYTES)
        return read_xlsx(content)
    return read_jsonl(content)


def read_jsonl(content: bytes) -> tuple[list[ImportLine], list[RowError]]:
    """One JSON object a line; empty lines are passed over."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [RowError(1, "", "", _("文件不是 UTF-8 编码。"))]
    lines, errors = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            facts = json.loads(line)
        except (ValueError, RecursionError):
            errors.append(RowError(number, "", "", _("这一行不是完整的 JSON。")))
            continue
        if isinstance(facts, dict):
            lines.append(ImportLine(number, facts))
        else:
            errors.append(RowError(number, "", "", _("这一行应是一个 JSON 对象。")))
    if not lines and not errors:
        errors.append(RowError(1, "", "", _("文件里没有内容。")))
    return lines, errors


def read_xlsx(content: bytes) -> tuple[list[ImportLine], list[RowError]]:
    """The template filled in: one row per measure, rows of one decision share its id, rows of one person the label."""
    rows = _rows_of(content)
    headings = [_HEADINGS.get(str(cell or "").strip(), "") for cell in (rows[0] if rows else ())]
    missing = [heading for heading in ("标识", "作出单位", "公布日期") if _HEADINGS[heading] not in headings]
    if missing:
        return [], [RowError(1, "", "", _("第一行缺少栏目：%(names)s。请使用模板。") % {"names": "、".join(missing)})]
    if len(rows) > MOST_ROWS:
        return [], [RowError(MOST_ROWS, "", "", _("行数过多，请分成几个文件。"))]
    return _gather(headings, rows[1:])


def _rows_of(content: bytes) -> list[tuple[Any, ...]]:
    """The cells of the sheet. A workbook that lacks parts may fail anywhere in the reader, also at the last row."""
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


def _gather(headings: list[str], rows: Iterable[tuple[Any, ...]]) -> tuple[list[ImportLine], list[RowError]]:
    decisions: dict[str, tuple[int, dict[str, Any]]] = {}
    errors: list[RowError] = []
    for number, row in enumerate(rows, start=2):
        values = {key: _cell(cell) for key, cell in zip(headings, row, strict=False) if key and _cell(cell) != ""}
        if not values:
            continue
        found = _cell_faults(number, values)
        errors += found
        if found:
            continue
        key = str(values["id"])
        line, facts = decisions.setdefault(key, (number, _decision(values)))
        if line != number:
            errors += _contradictions(number, key, facts, _decision(values))
        _add_person(facts, values)
    return [ImportLine(line, facts) for line, facts in decisions.values()], errors


def _cell(value: Any) -> Any:
    """A cell as JSON would hold it: dates as text, whole numbers whole."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else value


def _cell_faults(number: int, values: Mapping[str, Any]) -> list[RowError]:
    key = str(values.get("id", ""))
    heading = {known: name for name, known in _HEADINGS.items()}
    faults = [
        RowError(number, key, heading[name], _("单元格里是公式，请改为内容本身。"))
        for name, value in values.items()
        if isinstance(value, str) and value.startswith("=")
    ]
    if not key:
        faults.append(RowError(number, "", heading["id"], _("没有填写标识。")))
    unit, truncated = values.get("time_unit", "年"), values.get("excerpt_truncated", "否")
    if unit not in UNITS:
        faults.append(RowError(number, key, heading["time_unit"], _("期限单位应为年、月、日、次或永久。")))
    if truncated not in YES:
        faults.append(RowError(number, key, heading["excerpt_truncated"], _("请填“是”或“否”。")))
    if "kind" not in values and any(_LEVELS[name] == "measure" for name in values):
        faults.append(RowError(number, key, heading["kind"], _("写了期限或范围，但没有措施。")))
    return faults


def _decision(values: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {name: str(value) for name, value in values.items() if _LEVELS[name] == "decision"}
    if "units" in facts:
        units = facts["units"].replace(";", "；").split("；")
        facts["units"] = [unit.strip() for unit in units if unit.strip()]
    if "excerpt_truncated" in facts:
        facts["excerpt_truncated"] = YES[facts["excerpt_truncated"]]
    return {**facts, "persons": []}


def _contradictions(number: int, key: str, first: Mapping[str, Any], later: Mapping[str, Any]) -> list[RowError]:
    """Later rows of a decision repeat the first or leave it out; they never say something else."""
    heading = {known: name for name, known in _HEADINGS.items()}
    return [
        RowError(number, key, heading[name], _("与同一决定前面的行不一致。"))
        for name, value in later.items()
        if name != "persons" and first.get(name) != value
    ]


def _add_person(facts: dict[str, Any], values: Mapping[str, Any]) -> None:
    label = str(values.get("label", "P1"))
    person = next((known for known in facts["persons"] if known["label"] == label), None)
    if person is None:
        person = {"label": label, "sanctions": []}
        facts["persons"].append(person)
    for name, value in values.items():
        if _LEVELS[name] == "person":
            person.setdefault(name, str(value))
    if "kind" in values:
        person["sanctions"].append(_sanction(values))


def _sanction(values: Mapping[str, Any]) -> dict[str, Any]:
    sanction: dict[str, Any] = {"kind": str(values["kind"])}
    if "scope" in values:
        sanction["scope"] = str(values["scope"])
    if "measure_note" in values:
        sanction["note"] = str(values["measure_note"])
    duration = {name: values[name] for name in ("start", "end", "from") if name in values}
    if "value" in values or "time_unit" in values:
        duration |= {"value": values.get("value"), "unit": UNITS[values.get("time_unit", "年")]}
    return {**sanction, "duration": duration} if duration else sanction


def template_xlsx() -> bytes:
    """The empty template: headings, hints, and drop-downs for the columns with a closed list."""
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = SHEET
    for number, (_key, heading, _level, hint) in enumerate(COLUMNS, start=1):
        cell = sheet.cell(row=1, column=number, value=heading)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(number)].width = 18
        if hint:
            note = DataValidation(showInputMessage=True, promptTitle=heading, prompt=hint, allow_blank=True)
            sheet.add_data_validation(note)
            note.add(f"{get_column_letter(number)}2:{get_column_letter(number)}{MOST_ROWS}")
    sheet.freeze_panes = "B2"
    _add_choices(book, sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _add_choices(book: Workbook, sheet: Worksheet) -> None:
    """Closed lists live on a hidden sheet: a list written into the rule itself may hold 255 characters only."""
    lists = book.create_sheet(CHOICES)
    lists.sheet_state = "hidden"
    for column, (key, words) in enumerate((("time_unit", list(UNITS)), ("excerpt_truncated", list(YES))), start=1):
        for row, word in enumerate(words, start=1):
            lists.cell(row=row, column=column, value=word)
        letter = get_column_letter(column)
        rule = DataValidation(type="list", formula1=f"={CHOICES}!${letter}$1:${letter}${len(words)}", allow_blank=True)
        rule.error = "请从列表中选择。"
        sheet.add_data_validation(rule)
        place = get_column_letter([name for name, *_rest in COLUMNS].index(key) + 1)
        rule.add(f"{place}2:{place}{MOST_ROWS}")
