"""The ledger and the statistics as Excel files: one row per duty or number, to sort and filter. Texts never become formulas."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from ethics.models import ReviewUnit
from ethics.presenters.ledger import ledger_rows

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins so is run as a formula by Excel, or by whatever opens a copy of it as text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WIDTHS = (22, 34, 14, 34, 34, 20, 26, 10)


def ledger_xlsx(units: Iterable[ReviewUnit], regions: Mapping[str, str], on: dt.date) -> tuple[bytes, int]:
    """The file and how many rows it has. `units` read with presenters.ledger.with_rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("监管台账"))
    for number, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    headings = [_("编号"), _("单位"), _("县区"), _("委员会"), _("清单活动"), _("事项"), _("情况"), _("逾期")]
    sheet.append(headings)
    count = 0
    for row in _lines(ledger_rows(list(units), regions, on)):
        sheet.append([neutral(value) for value in row])
        count += 1
    content = io.BytesIO()
    book.save(content)
    return content.getvalue(), count


def tables_xlsx(tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """A workbook with one sheet per (name, headings, rows). Numbers stay numbers, nothing stays empty, texts are neutral."""
    book = Workbook(write_only=True)
    for name, headings, rows in tables:
        sheet = book.create_sheet(name)
        sheet.column_dimensions["A"].width = 44
        sheet.freeze_panes = "A2"
        sheet.append(list(headings))
        for row in rows:
            sheet.append([value if isinstance(value, int | float) else neutral(value or "") for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def neutral(value: Any) -> Any:
    """The text with a mark in front when a spreadsheet would run it."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        head = (row["reference"], row["name"], row["region"])
        if not row["committees"] and not row["activities"]:
            yield (*head, "", "", _("应当设立委员会，尚未登记") if row["lacks_committee"] else "", "", "")
        for committee in row["committees"]:
            yield from ((*head, committee["name"], "", *_mark(mark)) for mark in committee["marks"])
        for activity in row["activities"]:
            title = f"{activity['list_item']} {activity['title']}"
            yield (*head, "", title, _("状态"), activity["status_label"], "")
            yield from ((*head, "", title, *_mark(mark)) for mark in activity["marks"])
        if row["late_rectification"]:
            yield (*head, "", "", _("整改"), _("逾期"), _("是"))


def _mark(mark: Mapping[str, Any]) -> tuple[Any, ...]:
    return mark["what"], mark["label"], _("是") if mark["is_late"] else ""
