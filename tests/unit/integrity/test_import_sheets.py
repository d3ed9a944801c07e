"""Past decisions from the Excel template and by the commands."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from casework.actors import SYSTEM
from casework.refusals import InputRefused
from integrity import import_files
from integrity.actions import imports
from integrity.import_files import COLUMNS, SHEET, read_file, template_xlsx
from integrity.management.commands import import_decisions as command
from integrity.models import Case, Decision
from tests.factories.people import person
from tests.unit.integrity.past_decisions import FIXTURE, LINES, ROW, jsonl, sheet, small

pytestmark = pytest.mark.django_db


def test_the_template_has_every_column_and_its_drop_downs():
    book = load_workbook(io.BytesIO(template_xlsx()))
    assert [cell.value for cell in book[SHEET][1]] == [heading for _key, heading, *_rest in COLUMNS]
    lists = [rule for rule in book[SHEET].data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == 2 and book["选项"].sheet_state == "hidden"


def test_rows_of_one_id_become_one_decision():
    first = {**ROW, "units": "剑门医学院；青川市人民医院", "kind": "取消申请资格", "scope": "科研项目", "value": 3}
    ban = {**first, "time_unit": "年", "start": dt.date(2024, 1, 1), "end": "2026-12-31", "excerpt_truncated": "是"}
    more = {
        **ban,
        "kind": "罚款",
        "measure_note": "5000元",
        "value": None,
        "time_unit": None,
        "start": None,
        "end": None,
    }
    other = {"id": "x-1", "label": "P2", "name": "柳见山", **{key: more[key] for key in ("issuing_body",)}}
    lines, errors = read_file("决定.xlsx", sheet(ban, more, {}, other))
    assert not errors and len(lines) == 1
    facts = lines[0].facts
    assert facts["units"] == ["剑门医学院", "青川市人民医院"] and facts["excerpt_truncated"] is True
    assert [entry["label"] for entry in facts["persons"]] == ["P1", "P2"]
    assert facts["persons"][0]["sanctions"][0]["duration"] == {
        "start": "2024-01-01",
        "end": "2026-12-31",
        "value": 3,
        "unit": "year",
    }
    report = imports.import_decisions(lines=lines, by=SYSTEM)
    assert not report.errors
    assert Decision.objects.filter(case__import_key="x-1").count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "标识"),
        ({"conduct": "=1+1"}, "主要事实"),
        ({"kind": "警告", "time_unit": "世纪"}, "期限单位"),
        ({"excerpt_truncated": "也许"}, "摘录不完整"),
        ({"scope": "项目"}, "措施"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_heading(changes, field):
    _lines, errors = read_file("a.xlsx", sheet(ROW, {**ROW, "id": "x-2", **changes}))
    assert [(error.line, error.field) for error in errors] == [(3, field)]


def test_rows_of_one_decision_may_not_contradict_each_other():
    _lines, errors = read_file("a.xlsx", sheet(ROW, {**ROW, "issuing_body": "别的机关"}))
    assert [(error.line, error.field) for error in errors] == [(3, "作出单位")]


def test_a_sheet_without_the_headings_is_refused():
    _lines, errors = read_file("a.xlsx", sheet({"x": 1}, headings=["x"]))
    assert "标识" in errors[0].reason


def test_what_is_no_excel_file_is_refused():
    with pytest.raises(InputRefused):
        read_file("a.xlsx", b"not a workbook")


# ---- the commands


def test_the_command_imports_reports_and_repeats(tmp_path):
    out = StringIO()
    call_command("import_decisions", str(FIXTURE), "--dry-run", stdout=out)
    assert "inv-1: would be imported" in out.getvalue()
    out = StringIO()
    call_command("import_decisions", str(FIXTURE), "--dry-run", "--json", stdout=out)
    assert len(json.loads(out.getvalue())["made"]) == len(LINES) and not Case.objects.exists()
    call_command("import_decisions", str(FIXTURE), stdout=out)
    assert "inv-1: 广科诚案" in out.getvalue()
    out = StringIO()
    call_command("import_decisions", str(FIXTURE), stdout=out)
    assert "inv-6: imported before, skipped" in out.getvalue()


def test_the_command_writes_the_template(tmp_path):
    target = tmp_path / "模板.xlsx"
    call_command("import_decisions", "--template", str(target), stdout=StringIO())
    assert load_workbook(target).sheetnames == [SHEET, "选项"]


def test_the_command_names_faults_and_fails(tmp_path):
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(jsonl(small(published="去年")))
    err = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("import_decisions", str(bad), stdout=StringIO(), stderr=err)
    assert failed.value.returncode == 1 and err.getvalue() == "line 1 s-1 published: 日期“去年”无法识别。\n"
    bad.write_bytes(b"")
    err = StringIO()
    with pytest.raises(CommandError, match="nothing imported"):
        call_command("import_decisions", str(bad), stdout=StringIO(), stderr=err)
    assert err.getvalue() == "line 1: 文件里没有内容。\n"


def test_the_command_without_a_usable_file_or_account_says_so(tmp_path):
    broken = tmp_path / "a.xlsx"
    broken.write_bytes(b"no workbook")
    away = str(tmp_path / "away" / "a.xlsx")
    for arguments in ([], [away], [str(broken)], [str(FIXTURE), "--by", "nobody"], ["--template", away]):
        with pytest.raises(CommandError) as failed:
            call_command("import_decisions", *arguments, stdout=StringIO())
        assert failed.value.returncode == 2


def test_a_file_beyond_the_limit_is_refused_before_it_is_read_whole(tmp_path, monkeypatch):
    huge = tmp_path / "huge.jsonl"
    huge.write_bytes(jsonl(small()))
    for module in (import_files, command):
        monkeypatch.setattr(module, "MAX_BYTES", 20)
    with pytest.raises(CommandError, match="请分成几个文件") as failed:
        call_command("import_decisions", str(huge), stdout=StringIO())
    assert failed.value.returncode == 2 and not Case.objects.exists()


def test_the_command_imports_for_an_officer():
    officer = person("officer", username="li")
    call_command("import_decisions", str(FIXTURE), "--by", "li", stdout=StringIO())
    assert Case.objects.get(import_key="inv-1").dossier.handler == officer


def test_a_workbook_of_other_sheets_is_read_from_the_first_and_has_a_limit(monkeypatch):
    content = sheet({**ROW, "kind": "取消申请资格", "value": 1.0, "from": "决定书送达之日"})
    book = load_workbook(io.BytesIO(content))
    book[SHEET].title = "表一"
    renamed = io.BytesIO()
    book.save(renamed)
    lines, errors = read_file("a.xlsx", renamed.getvalue())
    duration = {"from": "决定书送达之日", "value": 1, "unit": "year"}
    assert not errors and lines[0].facts["persons"][0]["sanctions"][0]["duration"] == duration
    monkeypatch.setattr(import_files, "MOST_ROWS", 1)
    _lines, errors = read_file("a.xlsx", sheet(ROW, ROW, ROW))
    assert "行数过多" in errors[0].reason


def test_an_empty_workbook_lacks_its_headings():
    content = io.BytesIO()
    Workbook().save(content)
    _lines, errors = read_file("a.xlsx", content.getvalue())
    assert "缺少栏目" in errors[0].reason


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_that_lacks_a_part_is_refused_in_words(part):
    with zipfile.ZipFile(io.BytesIO(template_xlsx())) as whole:
        parts = {name: whole.read(name) for name in whole.namelist() if name != part}
    damaged = io.BytesIO()
    with zipfile.ZipFile(damaged, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    with pytest.raises(InputRefused, match="损坏"):
        read_file("历史决定.xlsx", damaged.getvalue())
