"""Faults of a line of past decisions: named with line and field, and nothing is imported."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest

from casework.actors import SYSTEM
from integrity.actions import imports
from integrity.enums import RespondentRole
from integrity.import_files import read_file, read_jsonl
from integrity.import_rows import examine, organization_kind, read_role
from integrity.models import Case
from tests.unit.integrity.past_decisions import ROW, jsonl, one, run, sheet, small

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "长" * 81}, "id"),
        ({"issuing_body": None}, "issuing_body"),
        ({"issuing_body": 7}, "issuing_body"),
        ({"published": "去年"}, "published"),
        ({"published": "2024-02-30"}, "published"),
        ({"published": "1024-02-03"}, "published"),
        ({"published": "2999-02-03"}, "published"),
        ({"excerpt_truncated": "是"}, "excerpt_truncated"),
        ({"persons": [{"label": "P1", "sanctions": [{"kind": 7}]}]}, "persons.1.sanctions.1.kind"),
        ({"persons": [{"sanctions": [{"kind": "禁止承担", "note": ["x"]}]}]}, "persons.1.sanctions.1.note"),
        ({"persons": [{"sanctions": [{"kind": "禁止承担", "duration": {"range": 5}}]}]}, "persons.1.sanctions.1"),
        (
            {
                "persons": [
                    {"sanctions": [{"kind": "禁止承担", "duration": {"start": "1023-12-26", "end": "1026-12-25"}}]}
                ]
            },
            "persons.1.sanctions.1",
        ),
        ({"doc_no": "号" * 121}, "doc_no"),
        ({"conduct": "反\u202e向"}, "conduct"),
        ({"units": "剑门医学院"}, "units"),
        ({"units": [7]}, "units"),
        ({"persons": []}, "persons"),
        ({"persons": None}, "persons"),
        ({"persons": ["P1"]}, "persons.1"),
        ({"persons": [{"label": "P1"}, {"label": "P1"}]}, "persons.2.label"),
        ({"persons": [{"label": "P1", "sanctions": "警告"}]}, "persons.1.sanctions"),
        ({"persons": [{"label": "P1", "sanctions": ["警告"]}]}, "persons.1.sanctions.1"),
        ({"persons": [{"label": "P1", "sanctions": [{"kind": ""}]}]}, "persons.1.sanctions.1"),
        (
            {"persons": [{"sanctions": [{"kind": "禁止承担", "duration": {"start": "2024-02-31"}}]}]},
            "persons.1.sanctions.1",
        ),
        (
            {
                "persons": [
                    {"sanctions": [{"kind": "禁止承担", "duration": {"start": "2024-03-01", "end": "2024-02-01"}}]}
                ]
            },
            "persons.1.sanctions.1",
        ),
        (
            {
                "persons": [
                    {
                        "sanctions": [
                            {"kind": "禁止承担", "duration": {"value": 0, "unit": "year", "start": "2024-01-01"}}
                        ]
                    }
                ]
            },
            "persons.1.sanctions.1",
        ),
    ],
)
def test_a_fault_names_line_and_field_and_nothing_is_imported(changes, field):
    report = run(small(id="good"), small(**changes))
    assert [(error.line, error.field) for error in report.errors] == [(2, field)]
    assert all(error.reason for error in report.errors) and not Case.objects.exists()


@pytest.mark.parametrize("value", [-3, 0, 99_999])
def test_a_period_nobody_can_serve_is_a_fault(value):
    ban = {"kind": "禁止承担", "duration": {"value": value, "unit": "month"}}
    report = run(small(persons=[{"sanctions": [ban]}]))
    assert [error.field for error in report.errors] == ["persons.1.sanctions.1"]


@pytest.mark.parametrize("value", [3, 3.0, "3", "３"])
def test_a_whole_number_is_read_however_it_was_typed(value):
    ban = {"kind": "禁止承担", "duration": {"value": value, "unit": "year", "start": "2024-01-01"}}
    run(small(persons=[{"label": "P1", "sanctions": [ban]}]))
    measure = one("s-1").measures.get()
    assert (measure.months, measure.ends_on) == (36, dt.date(2026, 12, 31))


def test_faults_are_told_in_the_order_of_the_lines():
    content = jsonl(small(id="a", published="去年")) + b"\n{\n" + jsonl(small(id="a", published=""))
    lines, errors = read_jsonl(content)
    report = imports.import_decisions(lines=lines, errors=errors, by=SYSTEM)
    assert [error.line for error in report.errors] == [1, 2, 3]


@pytest.mark.parametrize("text", ["空\x00字", "半个\ud800字", float("nan"), float("inf")])
def test_a_line_no_database_can_keep_is_a_fault(text):
    lines, _errors = read_jsonl(json.dumps(small(remark=text)).encode())
    report = imports.import_decisions(lines=lines, by=SYSTEM)
    assert "无法保存的字符" in report.errors[0].reason


def test_an_id_twice_in_one_file_is_a_fault():
    report = run(small(), small(conduct="别的"))
    assert [(error.line, error.field) for error in report.errors] == [(2, "id")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{not json", "不是完整的 JSON"),
        (b"[1]", "应是一个 JSON 对象"),
        (b"\xff\xfe\x00", "不是 UTF-8"),
        (b"\n\n", "没有内容"),
        (b"[" * 100_000, "不是完整的 JSON"),
    ],
)
def test_a_line_that_is_no_record_is_a_fault(content, reason):
    _lines, errors = read_jsonl(content)
    assert reason in errors[0].reason


def test_units_and_roles_of_the_text_fall_into_the_closed_lists():
    assert organization_kind("青川市人民医院") == "hospital" and organization_kind("某处") == "other"
    assert read_role("第二作者") == RespondentRole.CO_AUTHOR and read_role("教授") == RespondentRole.OTHER
    assert read_role("通讯作者") == RespondentRole.CORRESPONDING_AUTHOR


def test_examine_reports_every_fault_of_a_line():
    lines, _errors = read_jsonl(jsonl(small(published="去年", units="x", persons=[])))
    record, errors = examine(lines[0])
    assert record is None and {error.field for error in errors} == {"published", "units", "persons"}


def test_a_whole_number_stored_with_a_point_is_read_as_whole():
    plain = sheet({**ROW, "kind": "取消申请资格", "value": 3})
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>3</v></c>", b"<v>3.0</v></c>"))
    lines, _errors = read_file("a.xlsx", changed.getvalue())
    value = lines[0].facts["persons"][0]["sanctions"][0]["duration"]["value"]
    assert (value, type(value)) == (3, int)
