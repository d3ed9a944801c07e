"""Respondents, allegations, reports, notices and statements."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from casework.actions import calendar
from casework.enums import ClockStatus
from casework.models import Deadline, Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from integrity.actions import cases, hearings, respondents
from integrity.case_terms import statement_due, statement_key
from integrity.enums import CaseStatus
from integrity.models import Allegation, Case, InvestigationReport, Respondent, StatementRequest
from tests.factories import person, subject_person
from tests.factories.cases import case_at, case_opened, category, hear, report, respondent_of, serve

pytestmark = pytest.mark.django_db


# ---- report


def conclusions(case: Case, finding: str = "established") -> dict[int, str]:
    return {row.pk: finding for row in Allegation.objects.filter(respondent__case=case)}


def test_a_report_concludes_every_allegation_and_moves_the_case(officer):
    case = case_at("investigating", officer=officer, respondents=2)
    made = hearings.record_report(
        case=case, text="正文", conclusions=conclusions(case), made_on=timezone.localdate(), by=officer
    )
    assert case.status == CaseStatus.REPORT_READY
    assert {row.finding for row in Allegation.objects.all()} == {"established"}
    event = case.dossier.events.get(type="case_report_recorded")
    assert event.data["report"] == made.pk and set(event.data["conclusions"].values()) == {"established"}
    assert made.history.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"made_on": dt.date(2099, 1, 1)}, "made_on"),
        ({"made_on": dt.date(2001, 1, 1)}, "made_on"),
        ({"conclusions": {}}, "finding_"),
        ({"conclusions": "open"}, "finding_"),
    ],
)
def test_an_incomplete_report_is_refused_and_concludes_nothing(officer, changes, field):
    case = case_at("investigating", officer=officer)
    values = {"text": "正文", "made_on": timezone.localdate(), "conclusions": conclusions(case), **changes}
    if values["conclusions"] == "open":
        values["conclusions"] = conclusions(case, "open")
    with pytest.raises(InputRefused) as refusal, transaction.atomic():
        hearings.record_report(case=case, by=officer, **values)
    assert refusal.value.field.startswith(field)
    assert not InvestigationReport.objects.exists()
    assert Allegation.objects.get().finding == "open"


def test_a_new_version_replaces_the_report_until_the_first_notice(officer):
    case = case_at("report_ready", officer=officer)
    again = {"text": "更正", "conclusions": conclusions(case, "insufficient"), "made_on": timezone.localdate()}
    with pytest.raises(InputRefused, match="须写明理由"):
        hearings.record_report(case=case, by=officer, **again)
    second = hearings.record_report(case=case, reason="补充证据", by=officer, **again)
    assert (second.version, second.supersedes.version) == (2, 1)
    assert Allegation.objects.get().finding == "insufficient"
    assert case.dossier.events.get(type="case_report_replaced").reason == "补充证据"
    serve(case.respondents.get())
    case = Case.objects.get(pk=case.pk)
    with pytest.raises(MoveRefused, match="不能登记调查报告"):
        hearings.record_report(case=case, reason="再补", by=officer, **again)


# ---- notice and statement


@time_machine.travel(dt.datetime(2026, 9, 24, 9, 0, tzinfo=dt.UTC), tick=False)
def test_a_notice_gives_five_working_days_that_explain_themselves(officer):
    case = case_at("report_ready", officer=officer)
    respondent = case.respondents.get()
    request = hearings.serve_prenotice(
        respondent=respondent, intended="拟认定", served_on=dt.date(2026, 9, 24), method="direct", by=officer
    )
    clock = Deadline.objects.get(dossier=case.dossier, key=statement_key(respondent))
    assert request.due_on == clock.due_on
    counted = [line for line in clock.explanation if line["counted"]]
    assert len(counted) == 5 and clock.clause.mark == "PROPOSAL"
    assert Case.objects.get().status == CaseStatus.HEARING_RESPONDENT
    event = case.dossier.events.get(type="prenotice_served")
    assert event.article == "221-29" and event.data["due_on"] == str(clock.due_on)


def test_each_respondent_has_a_clock_of_their_own(officer):
    case = case_at("hearing_respondent", officer=officer, respondents=2)
    first, second = case.respondents.order_by("pk")
    hear(first)
    states = {clock.key: clock.status for clock in Deadline.objects.filter(key__startswith="statement")}
    assert states == {statement_key(first): ClockStatus.MET, statement_key(second): ClockStatus.RUNNING}


def test_a_notice_served_again_starts_the_time_anew(officer):
    case = case_at("hearing_respondent", officer=officer)
    respondent = case.respondents.get()
    hearings.serve_prenotice(
        respondent=respondent, intended="更正", served_on=timezone.localdate(), method="post", by=officer
    )
    assert StatementRequest.objects.get().intended == "更正"
    clocks = Deadline.objects.filter(key=statement_key(respondent)).order_by("pk")
    assert [clock.status for clock in clocks] == [ClockStatus.VOID, ClockStatus.RUNNING]
    hear(respondent)
    with pytest.raises(MoveRefused, match="已经记录，不能再次告知"):
        serve(respondent)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"intended": ""}, "intended"),
        ({"method": "pigeon"}, "method"),
        ({"served_on": dt.date(2099, 1, 1)}, "served_on"),
        ({"served_on": dt.date(2020, 1, 1)}, "served_on"),
    ],
)
def test_a_faulty_notice_is_refused(officer, changes, field):
    case = case_at("report_ready", officer=officer)
    values = {"intended": "拟认定", "served_on": timezone.localdate(), "method": "direct", **changes}
    with pytest.raises(InputRefused) as refusal:
        hearings.serve_prenotice(respondent=case.respondents.get(), by=officer, **values)
    assert refusal.value.field == field and not StatementRequest.objects.exists()


def test_no_notice_before_the_report(officer):
    case = case_at("investigating", officer=officer)
    with pytest.raises(MoveRefused, match="不能处理前告知"):
        serve(case.respondents.get())


@pytest.mark.parametrize("days_after", [0, 1])
def test_silence_counts_only_after_the_last_day(officer, days_after):
    with time_machine.travel(dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC), tick=False):
        case = case_at("hearing_respondent", officer=officer)
    respondent = case.respondents.get()
    due = respondent.statement_request.due_on
    assert due == dt.date(2026, 11, 9)
    later = dt.datetime.combine(due + dt.timedelta(days=days_after), dt.time(9), tzinfo=dt.UTC)
    with time_machine.travel(later, tick=False):
        if days_after == 0:
            with pytest.raises(InputRefused, match="2026-11-09 届满") as refusal:
                hearings.record_statement(respondent=respondent, kind="silent", by=officer)
            assert refusal.value.article == "221-29"
        else:
            done = hearings.record_statement(respondent=respondent, kind="silent", by=officer)
            assert (done.answer_kind, done.answered_on) == ("silent", dt.date(2026, 11, 10))
            clock = Deadline.objects.get(key=statement_key(respondent))
            assert (clock.status, clock.ended_on) == (ClockStatus.MET, due)


def test_a_holiday_notice_that_moves_the_clock_moves_the_last_day(officer):
    with time_machine.travel(dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC), tick=False):
        case = case_at("hearing_respondent", officer=officer)
        request = case.respondents.get().statement_request
        calendar.enter_notice(
            year=2026,
            notice_no="测试〔2026〕1号",
            days={dt.date(2026, 11, 5): (False, "放假")},
            confirmed=True,
            by=person("sysadmin"),
        )
        assert (request.due_on, statement_due(request)) == (dt.date(2026, 11, 9), dt.date(2026, 11, 10))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "maybe"}, "kind"),
        ({"kind": "given", "text": ""}, "text"),
        ({"kind": "waived", "answered_on": dt.date(2099, 1, 1)}, "answered_on"),
        ({"kind": "waived", "answered_on": dt.date(2020, 1, 1)}, "answered_on"),
    ],
)
def test_a_faulty_statement_is_refused(officer, values, field):
    case = case_at("hearing_respondent", officer=officer)
    with pytest.raises(InputRefused) as refusal:
        hearings.record_statement(respondent=case.respondents.get(), by=officer, **values)
    assert refusal.value.field == field
    assert StatementRequest.objects.get().answer_kind == ""


def test_a_statement_is_recorded_once_and_only_after_the_notice(officer):
    ready = case_at("report_ready", officer=officer)
    with pytest.raises(MoveRefused, match="尚未向 周砚清 送达"):
        hear(ready.respondents.get())
    case = case_at("hearing_respondent", officer=officer, respondents=2)
    respondent = case.respondents.order_by("pk").first()
    hear(respondent)
    event = case.dossier.events.get(type="statement_recorded")
    assert event.data["respondent"] == respondent.pk and event.data["statement_kind"] == "given"
    with pytest.raises(MoveRefused, match="已经记录"):
        hear(respondent)


def test_a_notice_older_than_the_report_must_be_served_again(officer):
    with time_machine.travel(dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC), tick=False):
        case = case_at("hearing_respondent", officer=officer)
    respondent = case.respondents.get()
    made = case.reports.get()
    made.made_on = dt.date(2026, 11, 3)
    made.save()
    with pytest.raises(MoveRefused, match="须先向 周砚清 重新告知"):
        hear(respondent)


# ---- who, and failing events


ACTS = {
    "respondent": (
        "opened",
        lambda case, by: respondents.add_respondent(case=case, subject=subject_person("某"), role="member", by=by),
    ),
    "allegation": (
        "opened",
        lambda case, by: respondents.add_allegation(
            respondent=case.respondents.get(), category=category(case), text="x", by=by
        ),
    ),
    "report": (
        "investigating",
        lambda case, by: hearings.record_report(
            case=case, text="x", conclusions=conclusions(case), made_on=timezone.localdate(), by=by
        ),
    ),
    "notice": (
        "report_ready",
        lambda case, by: hearings.serve_prenotice(
            respondent=case.respondents.get(), intended="x", served_on=timezone.localdate(), method="direct", by=by
        ),
    ),
    "statement": (
        "hearing_respondent",
        lambda case, by: hearings.record_statement(respondent=case.respondents.get(), kind="waived", by=by),
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_only_the_handler_does_it(officer, name):
    status, act = ACTS[name]
    case = case_at(status, officer=officer)
    with pytest.raises(AccessDenied):
        act(case, person("legal"))
    assert act(case, officer) is not None


@pytest.mark.parametrize("name", ACTS)
def test_an_event_that_cannot_be_written_undoes_it(officer, monkeypatch, name):
    status, act = ACTS[name]
    case = case_at(status, officer=officer)
    before = state_of(case)

    def fail(**kwargs):
        raise RuntimeError("no event")

    for module in ("integrity.actions.respondents", "integrity.actions.hearings", "casework.workflow"):
        monkeypatch.setattr(f"{module}.record_event", fail)
    with pytest.raises(RuntimeError):
        act(case, officer)
    assert state_of(case) == before


def state_of(case: Case) -> list[object]:
    return [
        Case.objects.get(pk=case.pk).status,
        list(Respondent.objects.values_list("pk", flat=True)),
        list(Allegation.objects.order_by("pk").values_list("pk", "finding")),
        list(InvestigationReport.objects.values_list("pk", flat=True)),
        list(StatementRequest.objects.values_list("pk", "answer_kind")),
        Event.objects.count(),
        Deadline.objects.count(),
    ]


def test_the_report_helper_of_the_factory_moves_on(officer):
    case = case_opened(officer)
    respondent_of(case)
    cases.begin_investigation(case=case, by=officer)
    report(case, "not_established")
    assert Allegation.objects.get().finding == "not_established"
