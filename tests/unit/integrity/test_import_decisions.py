"""Past decisions: files read, all or nothing, nothing lost, the same again changes nothing."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from casework.actors import SYSTEM
from casework.models import Dossier, Event, Organization, Subject
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from integrity import import_files
from integrity.actions import decisions, imports, issuing
from integrity.drafting import assess_decision
from integrity.enums import CaseStatus, DecisionStatus, Finding, MeasureStatus, Outcome, RespondentRole
from integrity.import_files import COLUMNS, SHEET, read_file, read_jsonl, template_xlsx
from integrity.import_rows import examine, organization_kind, read_role
from integrity.management.commands import import_decisions as command
from integrity.models import Case, CreditRecord, Decision
from integrity.presenters import decision_page
from integrity.presenters.cases import begun_words
from integrity.presenters.decisions import decision_rows, measure_rows
from integrity.rule_books import book_of
from sharing.presenters import SHARED_FIELDS
from tests.factories.decisions import content
from tests.factories.people import person

pytestmark = pytest.mark.django_db

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


@pytest.fixture
def imported():
    report = run(*LINES)
    assert not report.errors
    return report


def test_every_record_becomes_a_closed_case_with_a_decision_per_person(imported):
    assert [key for key, _reference in imported.made] == [record["id"] for record in LINES]
    for record in LINES:
        case = Case.objects.get(import_key=record["id"])
        assert case.status == CaseStatus.CLOSED and case.is_imported and not case.dossier.is_open
        assert case.decisions.count() == case.respondents.count() == len(record["persons"])
        assert case.history.exists()
        types = set(Event.objects.filter(dossier=case.dossier).values_list("type", flat=True))
        assert {"case_imported", "decision_imported"} <= types


def test_nothing_of_a_line_is_lost(imported):
    for record in LINES:
        assert Case.objects.get(import_key=record["id"]).import_facts == record


def test_printed_windows_are_kept_and_make_one_record(imported):
    decision = one("inv-1")
    windows = {m.source_label: (m.starts_on, m.ends_on, m.as_published) for m in decision.measures.all()}
    assert windows["取消申请资格"] == (dt.date(2023, 12, 26), dt.date(2026, 12, 25), True)
    assert windows["取消评审资格"] == (dt.date(2023, 12, 26), dt.date(2028, 12, 25), True)
    assert windows["通报批评"] == (None, None, False)
    record = decision.credit_records.get()
    assert (record.starts_on, record.ends_on) == (dt.date(2023, 12, 26), dt.date(2028, 12, 25))


def test_a_printed_start_gives_a_counted_end_and_permanence_runs_from_a_known_day(imported):
    measures = {m.source_label: m for m in one("inv-6").measures.all()}
    counted = measures["禁止承担或参与"]
    assert (counted.starts_on, counted.ends_on, counted.as_published) == (
        dt.date(2024, 7, 5),
        dt.date(2027, 7, 4),
        False,
    )
    forever = measures["取消申请资格"]
    assert forever.is_lifetime and forever.starts_on == dt.date(2024, 7, 5)
    assert measures["记入数据库"].kind == "serious_db_entry"
    record = one("inv-6").credit_records.get()
    assert record.is_lifetime and record.in_serious_database


@pytest.mark.parametrize("key", ["inv-2", "inv-3", "inv-4", "inv-5"])
def test_without_a_known_window_no_record_is_invented(imported, key):
    assert not CreditRecord.objects.filter(decision__case__import_key=key).exists()


def test_shapes_of_published_periods_keep_their_words(imported):
    measures = {m.source_label: m for m in one("inv-3").measures.all()}
    assert measures["延迟晋升"].count == 1
    assert measures["限制申请资格"].until_text == "3至5年" and measures["限制申请资格"].months is None
    assert measures["医德考评较差"].until_text == "当年"
    assert measures["行政警告"].is_parallel and measures["党内警告"].is_parallel
    assert measures["诚信诫勉谈话"].status == MeasureStatus.ENDED
    second = {m.source_label: m for m in one("inv-3", "P2").measures.all()}
    assert second["限期撤稿"].days == 30 and second["罚款"].amount == Decimal("5000")
    penalty = {m.source_label: m for m in one("inv-4").measures.all()}
    assert penalty["停止受理"].until_text == "自决定书送达之日起" and penalty["停止受理"].ends_on is None
    assert penalty["收缴违规资金"].amount == Decimal("960700") and penalty["线索移送"].is_parallel


def test_people_and_units_are_named_as_far_as_the_text_names_them(imported):
    assert one("inv-1").respondent.name_then == "P1（剑门医学院）"
    named = one("inv-2").respondent
    assert named.name_then == named.subject.name == "柳见山" and named.subject.person.pinyin_keys
    company = one("inv-4").respondent
    assert not company.subject.is_person and company.role == RespondentRole.UNIT
    left = one("inv-3").respondent
    assert left.affiliation_then == "剑门医学院附属医院（已离职）" and left.name_then == "P1（剑门医学院附属医院）"
    assert Organization.objects.filter(name="剑门医学院").count() == 1


def test_outcomes_follow_the_responsibility(imported):
    outcomes = {label: one("inv-5", label).outcome for label in ("P1", "P2", "P3")}
    assert outcomes == {
        "P1": Outcome.ESTABLISHED,
        "P2": Outcome.NOT_ESTABLISHED,
        "P3": Outcome.INSUFFICIENT,
    }
    assert one("inv-5", "P3").respondent.allegations.get().finding == Finding.INSUFFICIENT
    assert one("inv-5", "P3").measures.get().is_parallel


def test_dates_keep_their_precision_and_numbers_their_text(imported):
    month, year = one("inv-2"), one("inv-4")
    assert (month.decided_on, month.date_precision) == (dt.date(2021, 11, 1), "month")
    assert (year.decided_on, year.date_precision) == (dt.date(2020, 1, 1), "year")
    assert month.source_document_no == "云基监处〔2021〕34号" and month.reference is None
    assert month.status == DecisionStatus.EFFECTIVE


def test_each_decision_is_checked_by_the_rules_of_its_day_and_never_blocked(imported):
    for decision in Decision.objects.select_related("case", "rule_set", "respondent__subject"):
        found = assess_decision(decision, on=timezone.localdate())
        assert not found.errors, [error.zh for error in found.errors]
    assert one("inv-3").rule_set.code == "r323_2019" and one("inv-1").rule_set.code == "r221_2022"
    early = assess_decision(one("inv-5"), on=timezone.localdate())
    assert "W_RULESET" in early.warning_codes


def test_the_page_calls_missing_facts_missing_and_asks_for_nothing(imported):
    found = assess_decision(one("inv-1"), on=timezone.localdate())
    rows = decision_page.check_context(found, imported=True)["findings"]
    assert {row["level"] for row in rows} <= {"warning", "info"}
    assert "公布的原文没有写明情节，无法核对幅度。" in {row["zh"] for row in rows}


def test_the_case_shows_windows_and_where_they_come_from(imported):
    head = person("head")
    shown = {
        measure["name"]: (measure["window"], measure["window_source"])
        for key in ("inv-1", "inv-3", "inv-6")
        for row in decision_rows(Case.objects.get(import_key=key), head)
        for decision in row["decisions"]
        for measure in decision["measures"]
    }
    assert shown["取消评审资格"] == ("2023-12-26 至 2028-12-25", "按公布原文")
    assert shown["禁止承担或参与"] == ("2024-07-05 至 2027-07-04", "按公布的期限推算")
    assert shown["限制申请资格"] == ("", "公布时未写明起止日")
    assert shown["诚信诫勉谈话"] == ("", "")


def test_the_same_file_again_changes_nothing(imported):
    before = Event.objects.count()
    again = run(*LINES)
    assert again.skipped == [record["id"] for record in LINES] and not again.made
    assert Event.objects.count() == before


def test_a_known_id_with_other_content_is_an_error_and_stops_the_rest(imported):
    report = run({**LINES[0], "conduct": "别的事实"}, small())
    assert [(error.line, error.key, error.field) for error in report.errors] == [(1, "inv-1", "id")]
    assert not Case.objects.filter(import_key="s-1").exists()


def test_a_dry_run_keeps_nothing_and_tells_what_would_happen():
    before = (Dossier.objects.count(), Subject.objects.count())
    report = run(*LINES, dry_run=True)
    # The number drawn is given back, so none is promised.
    assert report.is_dry_run and report.made == [(line["id"], "") for line in LINES]
    assert (Dossier.objects.count(), Subject.objects.count()) == before


def test_a_failing_event_undoes_the_whole_import(monkeypatch):
    real, calls = imports.record_event, []

    def fails_late(**kwargs):
        calls.append(kwargs["type"])
        if len(calls) > 3:
            raise RuntimeError("the trail cannot be written")
        return real(**kwargs)

    monkeypatch.setattr(imports, "record_event", fails_late)
    with pytest.raises(RuntimeError):
        run(*LINES)
    assert not Case.objects.exists()


def test_an_officer_imports_with_the_right_only():
    with pytest.raises(AccessDenied):
        run(small(), by=person("intake"))
    officer = person("officer")
    run(small(), by=officer)
    assert Case.objects.get(import_key="s-1").dossier.handler == officer


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


# ---- the Excel template


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


@time_machine.travel("2027-01-01 09:00+08:00", tick=False)
def test_records_over_by_the_day_of_import_come_in_as_expired():
    short = {"kind": "取消申请资格", "scope": "科研项目"}
    past = {**short, "duration": {"value": 1, "unit": "year", "start": "2024-01-01", "end": "2024-12-31"}}
    coming = {**short, "duration": {"value": 1, "unit": "year", "start": "2028-01-01", "end": "2028-12-31"}}
    run(small(id="a", persons=[{"sanctions": [past]}]), small(id="b", persons=[{"sanctions": [coming]}]))
    states = dict(CreditRecord.objects.values_list("decision__case__import_key", "status"))
    assert states == {"a": "expired", "b": "pending"}
    kinds = dict(Decision.objects.values_list("case__import_key", "measures__status"))
    assert kinds == {"a": "ended", "b": "planned"}


def test_examine_reports_every_fault_of_a_line():
    lines, _errors = read_jsonl(jsonl(small(published="去年", units="x", persons=[])))
    record, errors = examine(lines[0])
    assert record is None and {error.field for error in errors} == {"published", "units", "persons"}


def test_a_warning_of_the_party_beside_a_ban_stays_out_of_the_record():
    ban = {"kind": "禁止承担", "duration": {"value": 1, "unit": "year", "start": "2026-01-01", "end": "2026-12-31"}}
    party = {"kind": "党内警告", "duration": {"value": 1, "unit": "year", "start": "2027-01-01", "end": "2027-12-31"}}
    run(small(persons=[{"sanctions": [party, ban]}]))
    record = CreditRecord.objects.get()
    assert record.ends_on == dt.date(2026, 12, 31) and not record.in_serious_database


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


def test_what_another_body_decided_is_neither_drafted_nor_superseded_here_but_may_be_revoked():
    officer = person("officer")
    run(small(), by=officer)
    decision = Decision.objects.select_related("case__dossier", "respondent__case__dossier").get()
    for old in (None, decision):
        with pytest.raises(MoveRefused, match="原单位"):
            decisions.draft(respondent=decision.respondent, content=content(), by=officer, supersedes=old)
    issuing.revoke(decision=decision, reason="原单位已撤销。", by=person("bureau"))
    assert one("s-1").status == DecisionStatus.REVOKED


def test_a_whole_number_stored_with_a_point_is_read_as_whole():
    plain = sheet({**ROW, "kind": "取消申请资格", "value": 3})
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>3</v></c>", b"<v>3.0</v></c>"))
    lines, _errors = read_file("a.xlsx", changed.getvalue())
    value = lines[0].facts["persons"][0]["sanctions"][0]["duration"]["value"]
    assert (value, type(value)) == (3, int)


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


def test_a_period_of_unknown_days_is_never_shown_as_running():
    three_years = {"kind": "取消申请资格", "scope": "科研项目", "duration": {"value": 3, "unit": "year"}}
    for_good = {"kind": "取消申请资格", "scope": "科研项目", "duration": {"unit": "permanent"}}
    run(
        small(id="a", published="2021-06-08", persons=[{"label": "P1", "sanctions": [three_years]}]),
        small(id="b", published="2022-03", persons=[{"label": "P1", "sanctions": [for_good]}]),
    )
    shown = {}
    for key in ("a", "b"):
        decision = one(key)
        (row,) = measure_rows(decision, book_of(decision.rule_set))
        shown[key] = (row["period"], row["status_label"], row["window_source"])
    # Nobody knows whether three years given in 2021 are over; what is permanent is not.
    assert shown == {"a": ("36 个月", "", "公布时未写明起止日"), "b": ("永久", "执行中", "公布时未写明起止日")}


@pytest.mark.parametrize("published", ["2020", "2021-11", "2021-11-08"])
def test_a_date_is_shown_as_exactly_as_it_was_published_and_never_as_a_day_of_ours(published):
    run(small(published=published))
    decision = one("s-1")
    case = decision.case
    facts = dict(decision_page.text_context(decision, person("officer"))["facts_rows"])
    assert facts["公布日期"] == published and "决定日期" not in facts
    assert begun_words(case) == f"公布 {published}"
    event = Event.objects.get(dossier=case.dossier, type="decision_imported")
    assert event.data["published"] == published
    assert SHARED_FIELDS["decided_on"].value(decision, {}) == published
