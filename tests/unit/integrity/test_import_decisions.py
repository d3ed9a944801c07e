"""Past decisions: files read, all or nothing, nothing lost, the same again changes nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from casework.models import Dossier, Event, Organization, Subject
from casework.refusals import AccessDenied, MoveRefused
from integrity.actions import decisions, imports, issuing
from integrity.drafting import assess_decision
from integrity.enums import CaseStatus, DecisionStatus, Finding, MeasureStatus, Outcome, RespondentRole
from integrity.models import Case, CreditRecord, Decision
from integrity.presenters import decision_page
from integrity.presenters.cases import begun_words
from integrity.presenters.decisions import decision_rows, measure_rows
from integrity.rule_books import book_of
from sharing.presenters import SHARED_FIELDS
from tests.factories.decisions import content
from tests.factories.people import person
from tests.unit.integrity.past_decisions import LINES, one, run, small

pytestmark = pytest.mark.django_db


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


def test_a_warning_of_the_party_beside_a_ban_stays_out_of_the_record():
    ban = {"kind": "禁止承担", "duration": {"value": 1, "unit": "year", "start": "2026-01-01", "end": "2026-12-31"}}
    party = {"kind": "党内警告", "duration": {"value": 1, "unit": "year", "start": "2027-01-01", "end": "2027-12-31"}}
    run(small(persons=[{"sanctions": [party, ban]}]))
    record = CreditRecord.objects.get()
    assert record.ends_on == dt.date(2026, 12, 31) and not record.in_serious_database


def test_what_another_body_decided_is_neither_drafted_nor_superseded_here_but_may_be_revoked():
    officer = person("officer")
    run(small(), by=officer)
    decision = Decision.objects.select_related("case__dossier", "respondent__case__dossier").get()
    for old in (None, decision):
        with pytest.raises(MoveRefused, match="原单位"):
            decisions.draft(respondent=decision.respondent, content=content(), by=officer, supersedes=old)
    issuing.revoke(decision=decision, reason="原单位已撤销。", by=person("bureau"))
    assert one("s-1").status == DecisionStatus.REVOKED


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
