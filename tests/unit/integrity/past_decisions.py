"""Past decisions as lines, for the tests of the import."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

from openpyxl import Workbook

from casework.actors import SYSTEM
from integrity.actions import imports
from integrity.import_files import COLUMNS, SHEET, read_jsonl
from integrity.models import Decision

FIXTURE = Path(__file__).parents[2] / "data" / "decisions_fixture.jsonl"

LINES = [json.loads(line) for line in FIXTURE.read_text("utf-8").splitlines()]


def jsonl(*records: dict) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def run(*records: dict, by=SYSTEM, dry_run: bool = False) -> imports.ImportReport:
    lines, errors = read_jsonl(jsonl(*records))
    return imports.import_decisions(lines=lines, errors=errors, by=by, dry_run=dry_run)


def small(**changes) -> dict:
    record = {"id": "s-1", "issuing_body": "云岭科学基金会", "published": "2024-04-12"}
    return {**record, "persons": [{"label": "P1", "role": "作者", "unit": "剑门医学院", "sanctions": []}], **changes}


def one(key: str, label: str = "P1") -> Decision:
    found = Decision.objects.filter(case__import_key=key, respondent__note__contains=f"原文代号：{label}")
    return found.select_related("case__rule_set", "respondent__subject", "rule_set").get()


def sheet(*rows: dict, headings: list[str] | None = None) -> bytes:
    book = Workbook()
    book.active.title = SHEET
    keys = headings or [key for key, *_rest in COLUMNS]
    names = {key: heading for key, heading, *_rest in COLUMNS}
    book.active.append([names.get(key, key) for key in keys])
    for row in rows:
        book.active.append([row.get(key) for key in keys])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


ROW = {"id": "x-1", "issuing_body": "云岭科学基金会", "published": dt.date(2024, 4, 12), "label": "P1", "role": "作者"}
