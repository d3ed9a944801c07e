"""Import of committees with members: template, dry run, errors by row, all or nothing, nothing twice."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from accounts.enums import Role
from accounts.models import User
from casework.models import Event
from casework.refusals import InputRefused
from ethics.actions import imports
from ethics.import_files import COLUMNS, SHEET, read_file, template_xlsx
from ethics.models import Committee, CommitteeMember, ReviewUnit, SignedUndertaking
from tests.factories import person
from tests.factories.ethics import ethics_officer, supervised_unit
from tests.factories.visits import send, signed_in, text_of

pytestmark = pytest.mark.django_db
HEADINGS = [heading for _key, heading, _needed, _hint in COLUMNS]
ROW: dict[str, Any] = {
    "unit": "嘉陵脑科学研究所",
    "committee": "科技伦理委员会",
    "set_up_on": dt.date(2026, 3, 1),
    "regimes": "ST2023；SC",
    "platform_no": "川-9",
    "registered_on": "2026-03-20",
    "name": "孟知远",
    "categories": "同行；伦理",
    "sex": "女",
    "is_external": "否",
    "office": "主任委员",
    "starts_on": "2026年3月1日",
    "ends_on": "2029-02-28",
    "confidentiality": "2026-03-01",
}


def workbook(*rows: dict[str, Any], headings: list[str] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet.append(headings or HEADINGS)
    for row in rows:
        sheet.append([row.get(key) for key, *_rest in COLUMNS])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def run(by: User, *rows: dict[str, Any], dry_run: bool = False) -> imports.ImportReport:
    lines, errors = read_file("委员.xlsx", workbook(*rows))
    return imports.import_committees(lines=lines, errors=errors, by=by, dry_run=dry_run)


@pytest.fixture
def officer() -> User:
    by = ethics_officer()
    supervised_unit(by=by)
    return by


def test_committees_and_members_come_in_and_the_same_file_again_changes_nothing(officer: User) -> None:
    rows = [ROW, ROW | {"name": "祝望舒", "sex": "男", "office": "", "is_external": "是", "platform_no": None}]
    report = run(officer, *rows)
    assert (report.committees, report.made, report.errors) == (1, 2, [])
    committee = Committee.objects.get()
    assert committee.registration.platform_no == "川-9"
    assert committee.regimes == ["ST2023", "SC"]
    first = committee.members.order_by("pk")[0]
    assert (first.person.name, first.categories, first.ends_on) == (
        "孟知远",
        ["peer_science", "ethics"],
        dt.date(2029, 2, 28),
    )
    assert SignedUndertaking.objects.filter(kind="confidentiality").count() == 2
    assert Event.objects.filter(type="committee_member_entered").count() == 2
    events = Event.objects.count()

    again = run(officer, *rows)
    assert (again.committees, again.made, again.skipped, again.errors) == (0, 0, 2, [])
    assert Event.objects.count() == events


def test_a_dry_run_says_the_same_and_keeps_nothing(officer: User) -> None:
    report = run(officer, ROW, dry_run=True)
    assert (report.committees, report.made) == (1, 1)
    assert not Committee.objects.exists()
    assert not Event.objects.filter(type="committee_entered").exists()


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"unit": "没有这个单位"}, "单位名称", "请先登记单位"),
        ({"unit": None}, "单位名称", "没有填写"),
        ({"name": "=HYPERLINK(1)"}, "姓名", "公式"),
        ({"sex": "不明"}, "性别", "请填写"),
        ({"is_external": "也许"}, "外单位", "请填写"),
        ({"categories": "风水"}, "类别", "不在清单内"),
        ({"regimes": "XX"}, "适用规则", "不在清单内"),
        ({"starts_on": "2026-02-30"}, "任期起", "不是日期"),
        ({"starts_on": None}, "任期起", "没有填写"),
        ({"ends_on": "2020-01-01"}, "任期止", "不能早于"),
        ({"name": "甲\u202e乙"}, "姓名", "隐藏字符"),
    ],
)
def test_one_fault_and_nothing_comes_in(officer: User, change: dict[str, Any], column: str, words: str) -> None:
    report = run(officer, ROW | {"name": "祝望舒"}, ROW | change)
    assert [(error.line, error.column) for error in report.errors] == [(3, column)]
    assert any(words in error.reason for error in report.errors)
    assert not CommitteeMember.objects.exists()
    assert not Committee.objects.exists()


def test_a_committee_that_says_something_else_is_refused(officer: User) -> None:
    run(officer, ROW)
    report = run(officer, ROW | {"set_up_on": "2026-03-02", "starts_on": "2026-03-02"})
    assert "设立日期" in report.errors[0].reason
    contradiction = run(officer, ROW | {"committee": "乙"}, ROW | {"committee": "乙", "set_up_on": "2026-03-05"})
    assert "不一致" in contradiction.errors[0].reason


def test_what_the_step_refuses_stands_at_the_row_it_came_from(officer: User) -> None:
    report = run(officer, ROW | {"set_up_on": "2999-01-01"})
    assert [(error.line, error.column) for error in report.errors] == [(2, "委员会名称")]
    assert "不能晚于今天" in report.errors[0].reason


def test_a_county_imports_for_its_own_units_only(officer: User) -> None:
    supervised_unit("昭化农业研究所", by=officer, region_code="510811")
    report = run(person(Role.COUNTY, dept="lzq"), ROW | {"unit": "昭化农业研究所"})
    assert "请先登记单位" in report.errors[0].reason


def test_a_file_that_cannot_be_used_is_refused() -> None:
    for name, content in (("a.csv", b"x"), ("a.xlsx", b"x"), ("a.xlsx", b"x" * (10 * 2**20 + 1))):
        with pytest.raises(InputRefused):
            read_file(name, content)
    _lines, errors = read_file("a.xlsx", workbook(headings=["姓名"]))
    assert "缺少栏目" in errors[0].reason
    _lines, errors = read_file("a.xlsx", workbook())
    assert "没有内容" in errors[0].reason


def test_the_template_can_be_filled_in_and_read(officer: User) -> None:
    book = load_workbook(io.BytesIO(template_xlsx()))
    sheet = book[SHEET]
    assert [cell.value for cell in sheet[1]] == HEADINGS
    sheet.append([ROW.get(key) for key, *_rest in COLUMNS])
    content = io.BytesIO()
    book.save(content)
    lines, errors = read_file("模板.xlsx", content.getvalue())
    assert errors == []
    assert lines[0].members[0].name == "孟知远"


def test_the_page_checks_first_and_imports_with_the_tick(officer: User) -> None:
    browser = signed_in(officer)

    def upload(*rows: dict[str, Any], **more: Any) -> Any:
        file = SimpleUploadedFile("委员.xlsx", workbook(*rows))
        return send(browser, "/ethics/import/", file=file, **more)

    assert browser.get("/ethics/import/").status_code == 200
    assert browser.get("/ethics/import/template.xlsx")["Content-Disposition"].startswith("attachment")
    assert "没有发现问题" in text_of(upload(ROW))
    assert not Committee.objects.exists()
    assert "第 2 行" in text_of(upload(ROW | {"sex": "x"}, confirm="on"))
    assert upload(ROW, confirm="on")["Location"] == "/ethics/"
    assert ReviewUnit.objects.get().committees.get().members.count() == 1
