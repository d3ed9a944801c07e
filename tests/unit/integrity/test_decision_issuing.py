"""Issue, service, report to the province, supersession, revocation; and what time does by itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from casework.actors import SYSTEM
from casework.models import Deadline, Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.saving import save_record
from integrity.actions import credit, expiry, issuing
from integrity.decision_terms import appeal_ends_on, clock_key, deadline_of, term_clause
from integrity.drafting import MeasureEntry, assess_content, content_of, statement_window_closed
from integrity.enums import CaseStatus, CreditStatus, DecisionStatus, Outcome, ServiceMethod
from integrity.models import CreditRecord, Decision, StatementRequest
from integrity.rule_books import current_rule_set
from tests.factories.cases import case_at
from tests.factories.decisions import content, decide_all, decision_at, fresh, walk
from tests.factories.people import person

pytestmark = pytest.mark.django_db
DB = MeasureEntry("serious_db_entry")


def broken(*args, **kwargs):
    raise RuntimeError("the trail cannot be written")


def window(decision: Decision, kind: str) -> tuple[dt.date | None, dt.date | None]:
    measure = decision.measures.get(kind=kind)
    return measure.starts_on, measure.ends_on


@time_machine.travel("2026-11-23 09:00+08:00", tick=False)
def test_issue_numbers_the_decision_and_fixes_windows_with_both_days_included():
    decision = decision_at("issued", what=content(measures=(MeasureEntry("ban_projects", months=24), DB)))
    assert decision.reference.startswith("广科诚决〔2026〕")
    assert decision.issued_by == decision.case.dossier.handler and decision.issuing_body == "广元市科技局"
    assert window(decision, "ban_projects") == (dt.date(2026, 11, 23), dt.date(2028, 11, 22))
    assert window(decision, "serious_db_entry") == (dt.date(2026, 11, 23), dt.date(2028, 11, 22))
    assert decision.compute_hash() == decision.content_hash


@time_machine.travel("2026-11-23 09:00+08:00", tick=False)
@pytest.mark.parametrize(
    ("entry", "start", "end", "status"),
    [
        (MeasureEntry("ban_projects", months=24, start=dt.date(2026, 12, 1)), (2026, 12, 1), (2028, 11, 30), "planned"),
        (MeasureEntry("ban_projects", months=12, start=dt.date(2028, 2, 29)), (2028, 2, 29), (2029, 2, 28), "planned"),
        (MeasureEntry("ban_projects", months=35), (2026, 11, 23), (2029, 10, 22), "in_force"),
        (MeasureEntry("ban_projects", days=30), (2026, 11, 23), (2026, 12, 22), "in_force"),
        (MeasureEntry("public_notice", scope="全市"), (2026, 11, 23), None, "in_force"),
    ],
)
def test_windows_of_measures(entry, start, end, status):
    extra = () if entry.kind == "public_notice" else (DB,)
    decision = decision_at("issued", what=content(measures=(entry, *extra)))
    assert window(decision, entry.kind) == (dt.date(*start), dt.date(*end) if end else None)
    assert decision.measures.get(kind=entry.kind).status == status


def test_a_permanent_ban_has_no_end_and_makes_a_record_for_life():
    grave = content(tier="grave", measures=(MeasureEntry("ban_projects", lifetime=True), DB))
    decision = decision_at("issued", what=grave)
    assert window(decision, "ban_projects")[1] is None and window(decision, "serious_db_entry")[1] is None
    record = decision.credit_records.get()
    assert record.is_lifetime and record.ends_on is None and record.in_serious_database


@time_machine.travel("2026-11-23 09:00+08:00", tick=False)
def test_the_record_runs_from_the_earliest_start_to_the_latest_end():
    both = (
        MeasureEntry("ban_projects", months=24, start=dt.date(2026, 12, 1)),
        MeasureEntry("ban_nominator_reviewer", months=30, start=dt.date(2027, 1, 1)),
        DB,
    )
    record = decision_at("issued", what=content(measures=both)).credit_records.get()
    assert (record.starts_on, record.ends_on) == (dt.date(2026, 11, 23), dt.date(2029, 6, 30))
    assert record.status == CreditStatus.ACTIVE and record.history.exists()


@pytest.mark.parametrize("outcome", [Outcome.NOT_ESTABLISHED, Outcome.INSUFFICIENT, Outcome.EXEMPT])
def test_only_an_established_finding_leaves_a_record(outcome):
    ground = {"exempt_ground": "due_diligence", "exempt_text": "已尽勤勉义务。"} if outcome == Outcome.EXEMPT else {}
    decision = decision_at("issued", what=content(outcome=outcome, tier="", measures=(), **ground))
    assert not decision.credit_records.exists()


def test_a_talk_alone_leaves_a_record_without_a_period():
    minor = content(categories=("authorship_violation",), tier="minor", measures=(MeasureEntry("admonition_talk"),))
    record = decision_at("issued", what=minor).credit_records.get()
    assert record.ends_on is None and not record.is_lifetime and not record.in_serious_database


def test_issue_without_its_event_leaves_no_number_no_record(monkeypatch):
    decision = decision_at("approved")
    monkeypatch.setattr(credit, "record_event", broken)
    with pytest.raises(RuntimeError):
        issuing.issue(decision=decision, by=decision.case.dossier.handler)
    stored = fresh(decision)
    assert (stored.status, stored.reference) == (DecisionStatus.APPROVED, None)
    assert not CreditRecord.objects.exists()


def test_issue_needs_every_approval_of_exactly_this_content():
    decision = decision_at("approved")
    officer = decision.case.dossier.handler
    decision.facts = "批准后被改动"
    with pytest.raises(MoveRefused, match="校验值不一致"):
        issuing.issue(decision=decision, by=officer)
    decision.content_hash = decision.compute_hash()
    with pytest.raises(MoveRefused, match="还缺科室负责人的同意"):
        issuing.issue(decision=decision, by=officer)


def test_issue_is_refused_to_others_and_before_the_decision_date():
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    decision = decision_at("approved", what=content(decided_on=tomorrow))
    with pytest.raises(AccessDenied):
        issuing.issue(decision=decision, by=person("bureau"))
    with pytest.raises(InputRefused, match="决定日期晚于今天"):
        issuing.issue(decision=decision, by=decision.case.dossier.handler)


def test_issue_waits_for_the_statement_window():
    decision = decision_at("approved")
    officer = decision.case.dossier.handler
    _unanswered(decision)
    with pytest.raises(InputRefused, match="陈述申辩期尚未届满") as refused:
        issuing.issue(decision=decision, by=officer)
    assert refused.value.article == "221-29"


def test_the_case_is_decided_with_its_last_decision():
    case = case_at("deliberation", respondents=2)
    first, second = case.respondents.select_related("case__dossier__handler", "subject").order_by("pk")
    decision_at("issued", respondent=first)
    case.refresh_from_db()
    assert case.status == CaseStatus.DELIBERATION
    decision_at("issued", respondent=second)
    case.refresh_from_db()
    assert case.status == CaseStatus.DECIDED


def test_service_starts_the_terms_of_each_decision_of_a_case():
    decided = decide_all(case_at("deliberation", respondents=2))
    keys = {clock_key(term, decision) for decision in decided for term in ("appeal", "report_province")}
    running = Deadline.objects.running().filter(dossier=decided[0].case.dossier)
    assert keys <= set(running.values_list("key", flat=True))


@time_machine.travel("2025-09-29 09:00+08:00", tick=False)
def test_the_appeal_term_is_fifteen_working_days_from_service():
    decision = decision_at("effective")
    assert decision.service_method == ServiceMethod.DIRECT
    assert appeal_ends_on(decision) == dt.date(2025, 10, 27)
    assert deadline_of(decision, "appeal").clause.article == "221-41"


def test_without_service_there_is_no_end_of_appeal_and_an_unclocked_one_is_counted():
    issued = decision_at("issued")
    assert appeal_ends_on(issued) is None
    issued.served_on = dt.date(2025, 9, 29)
    assert appeal_ends_on(issued) == dt.date(2025, 10, 27)


def test_terms_of_a_rule_set_without_them_are_those_of_221():
    decision = decision_at("draft")
    decision.rule_set = current_rule_set("most24")
    assert term_clause(decision, "appeal").rule_set.code == "r221_2022"


def test_an_acquittal_is_not_reported_to_the_province():
    decision = decision_at("effective", what=content(outcome=Outcome.NOT_ESTABLISHED, tier="", measures=()))
    assert deadline_of(decision, "report_province") is None and deadline_of(decision, "appeal") is not None


def test_a_talk_need_not_be_reported_to_the_province():
    minor = content(categories=("authorship_violation",), tier="minor", measures=(MeasureEntry("admonition_talk"),))
    decision = decision_at("effective", what=minor)
    assert deadline_of(decision, "report_province") is None
    with pytest.raises(MoveRefused, match="没有待报"):
        issuing.report_to_province(decision=decision, sent_on=timezone.localdate(), by=decision.case.dossier.handler)


@pytest.mark.parametrize(
    ("days", "method", "field"), [(1, "direct", "served_on"), (-1, "direct", "served_on"), (0, "pigeon", "method")]
)
def test_impossible_service_is_refused(days, method, field):
    decision = decision_at("issued")
    day = timezone.localdate() + dt.timedelta(days=days)
    with pytest.raises(InputRefused) as refused:
        issuing.serve(decision=decision, served_on=day, method=method, by=decision.case.dossier.handler)
    assert refused.value.field == field


def test_the_report_to_the_province_meets_its_term_once():
    decision = decision_at("effective")
    officer, today = decision.case.dossier.handler, timezone.localdate()
    with pytest.raises(InputRefused, match="晚于今天"):
        issuing.report_to_province(decision=decision, sent_on=today + dt.timedelta(days=1), by=officer)
    with pytest.raises(InputRefused, match="早于决定生效日"):
        issuing.report_to_province(decision=decision, sent_on=today - dt.timedelta(days=1), by=officer)
    issuing.report_to_province(decision=decision, sent_on=today, by=officer)
    assert deadline_of(decision, "report_province").status == "met"
    told = Event.objects.filter(dossier=decision.case.dossier, type="clock_met").latest("seq")
    assert told.data["key"] == clock_key("report_province", decision) and told.actor == officer
    with pytest.raises(MoveRefused):
        issuing.report_to_province(decision=decision, sent_on=today, by=officer)


def test_measures_of_a_draft_never_begin_by_themselves():
    start = timezone.localdate() - dt.timedelta(days=5)
    planned = (MeasureEntry("ban_projects", months=12, start=start), DB)
    decision = decision_at("draft", what=content(measures=planned, decided_on=start))
    expiry.settle_all(on=timezone.localdate() + dt.timedelta(days=900), by=SYSTEM)
    assert set(decision.measures.values_list("status", flat=True)) == {"planned"}


def test_a_walk_from_draft_to_effect_keeps_the_approved_content():
    decision = walk(decision_at("draft"), "effective")
    bound = set(decision.approvals.filter(verdict="approve").values_list("bound_hash", flat=True))
    assert bound == {fresh(decision).compute_hash()}


def test_silence_past_the_last_day_closes_the_statement_window():
    request = _unanswered(decision_at("draft"))
    respondent = request.respondent
    assert not statement_window_closed(respondent, on=request.due_on)
    assert statement_window_closed(respondent, on=request.due_on + dt.timedelta(days=1))
    assert not statement_window_closed(case_at("report_ready").respondents.get(), on=request.due_on)


@time_machine.travel("2026-11-25 09:00+08:00", tick=False)
def test_a_decision_may_not_be_dated_before_the_respondent_was_heard():
    decision = decision_at("draft")
    answered = decision.respondent.statement_request.answered_on
    drafted = replace(content_of(decision), decided_on=answered)
    early = replace(drafted, decided_on=answered - dt.timedelta(days=1))
    # Answered since or not: on the day the decision bears, the respondent had not been heard and still had time.
    found, refused = (
        [error.code for error in assess_content(decision.respondent, dated, on=timezone.localdate()).errors]
        for dated in (drafted, early)
    )
    assert (found, refused) == ([], ["E_PRENOTICE"])


def _unanswered(decision: Decision) -> StatementRequest:
    request = StatementRequest.objects.select_related("respondent__case__dossier").get(respondent=decision.respondent)
    request.answer_kind, request.answer, request.answered_on = "", "", None
    with transaction.atomic():
        save_record(request, by=decision.case.dossier.handler, reason="重新听取")
    return StatementRequest.objects.select_related("respondent__case__dossier").get(pk=request.pk)
