"""After approval: incidents, suspension and resumption, follow-ups off the list (E6, E7, E11, E12)."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.http import Http404
from django.utils import timezone

from accounts.enums import Clearance, Role
from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from ethics.actions import (
    activities,
    activity_life,
    applications,
    follow_ups,
    incidents,
    letters,
    violations,
)
from ethics.enums import LetterKind
from ethics.life_access import visible_incidents
from ethics.models import Activity, FollowUp, Incident
from ethics.terms import months_after
from tests.factories import person
from tests.factories.ethics import days_ago
from tests.factories.ethics_life import FALL, decide, decided, reported, unlisted
from tests.factories.reviews import applicant, happened, working_committee
from tests.search.records import set_secrecy
from tests.unit.ethics.register_desk import Desk, desk_of_an_officer, waiting

pytestmark = pytest.mark.django_db


def letters_of(activity: Activity) -> list[str]:
    return list(activity.letters.order_by("pk").values_list("kind", flat=True))


def test_suspending_and_resuming_each_write_their_letter(desk: Desk) -> None:
    activity_life.suspend(activity=desk.activity, reason="设备故障。", by=desk.by)
    assert (desk.activity.status, letters_of(desk.activity)) == ("suspended", ["suspension"])
    assert "设备故障。" in desk.activity.letters.get().body
    activity_life.resume(activity=desk.activity, reason="已检修。", by=desk.by)
    assert (desk.activity.status, letters_of(desk.activity)) == ("active", ["suspension", "resumption"])
    assert happened("activity_suspended") == happened("activity_resumed") == 1


def test_the_letter_of_a_step_is_frozen_and_delivered_once(desk: Desk) -> None:
    letter = activity_life.tell(activity=desk.activity, kind=LetterKind.RESUMPTION, reason="已检修。", by=desk.by)
    assert "嘉陵脑科学研究所" in letter.addressee
    assert happened("review_letter_issued") == 1
    letters.deliver(letter=letter, delivered_on=days_ago(0), how="专人送达", by=desk.by)
    with pytest.raises(MoveRefused):
        letters.deliver(letter=letter, delivered_on=days_ago(0), how="邮寄", by=desk.by)
    assert happened("review_letter_delivered") == 1


def test_a_recalled_letter_stays_and_the_recall_follows(desk: Desk) -> None:
    """E11."""
    activity_life.suspend(activity=desk.activity, reason="误报。", by=desk.by)
    first = desk.activity.letters.get()
    recall = letters.recall(letter=first, reason="情况不实。", by=desk.by)
    assert letters_of(desk.activity) == ["suspension", "recall"]
    assert recall.recalls == first
    assert happened("review_letter_issued") == 2


def test_a_termination_is_told_by_a_letter_and_one_never_approved_is_not(desk: Desk) -> None:
    activities.terminate(activity=desk.activity, ended_on=days_ago(0), reason="风险过高。", by=desk.by)
    assert letters_of(desk.activity) == ["termination"]
    other = waiting(desk)
    activities.terminate(activity=other, ended_on=days_ago(0), reason="不再开展。", by=desk.by)
    assert letters_of(other) == []
    assert happened("activity_terminated") == 2


@pytest.mark.parametrize("step", [activity_life.suspend, activity_life.resume])
def test_a_step_without_reason_or_right_is_refused(desk: Desk, step: Any) -> None:
    if step is activity_life.resume:
        activity_life.suspend(activity=desk.activity, reason="设备故障。", by=desk.by)
    with pytest.raises(InputRefused):
        step(activity=desk.activity, reason=" ", by=desk.by)
    for stranger in (person(Role.HEAD), person(Role.COUNTY, dept="zhq"), applicant()):
        with pytest.raises((AccessDenied, Http404)):
            step(activity=desk.activity, reason="理由", by=stranger)


def test_what_is_not_running_is_neither_suspended_nor_resumed(desk: Desk) -> None:
    with pytest.raises(MoveRefused):
        activity_life.resume(activity=desk.activity, reason="理由", by=desk.by)
    with pytest.raises(MoveRefused):
        activity_life.suspend(activity=waiting(desk), reason="理由", by=desk.by)


def test_a_follow_up_that_suspends_and_goes_on_writes_the_letters_too(desk: Desk) -> None:
    follow_ups.record(follow_up=desk.follow_up, done_on=days_ago(3), outcome="suspend", note="档案不全。", by=desk.by)
    follow_ups.record(follow_up=desk.follow_up, done_on=days_ago(1), outcome="continue", note="已补齐。", by=desk.by)
    assert letters_of(desk.activity) == ["suspension", "resumption"]
    assert happened("follow_up_recorded") == 2


def test_a_serious_adverse_event_suspends_at_once_is_answered_and_resumed(desk: Desk) -> None:
    """R11."""
    incident = reported(desk.activity, by=desk.by, suspend=True)
    assert incident.is_serious
    assert desk.activity.status == "suspended"
    assert FALL not in desk.activity.letters.get().body
    with pytest.raises(MoveRefused, match="没有处理"):
        activity_life.resume(activity=desk.activity, reason="理由", by=desk.by)
    incidents.handle(incident=incident, outcome="continue", note="与训练无关。", by=desk.by)
    desk.activity.refresh_from_db()
    assert desk.activity.status == "suspended"  # going on ends no suspension by itself
    activity_life.resume(activity=desk.activity, reason="与训练无关。", by=desk.by)
    assert letters_of(desk.activity) == ["suspension", "resumption"]
    assert happened("incident_reported") == happened("incident_handled") == 1


@pytest.mark.parametrize(
    ("outcome", "status", "letter"),
    [
        ("continue", "active", []),
        ("suspend", "suspended", ["suspension"]),
        ("terminate", "terminated", ["termination"]),
        ("new_review", "reviewing", []),
    ],
)
def test_every_answer_has_its_step_and_letter(desk: Desk, outcome: str, status: str, letter: list[str]) -> None:
    incident = reported(desk.activity, by=desk.by, kind="change")
    assert not incident.is_serious
    incidents.handle(incident=incident, outcome=outcome, note="经会议讨论。", by=desk.by)
    desk.activity.refresh_from_db()
    assert (desk.activity.status, letters_of(desk.activity)) == (status, letter)
    is_planned = desk.activity.follow_ups.filter(done_on=None, voided_on=None).exists()
    assert is_planned is (status in {"active", "suspended"})


def test_after_a_new_review_it_is_approved_again_with_a_follow_up(desk: Desk) -> None:
    activity = unlisted(desk.unit, by=desk.by)
    incidents.handle(incident=reported(activity, by=desk.by), outcome="new_review", note="方案改变。", by=desk.by)
    activity.refresh_from_db()
    assert activity.approved_on is None
    activities.approve(activity=activity, approved_on=days_ago(0), by=desk.by)
    assert activity.follow_ups.get(done_on=None, voided_on=None).due_on == months_after(days_ago(0), 12)


def test_an_incident_is_answered_once(desk: Desk) -> None:
    incident = reported(desk.activity, by=desk.by)
    incidents.handle(incident=incident, outcome="continue", note="已核实。", by=desk.by)
    with pytest.raises(MoveRefused):
        incidents.handle(incident=incident, outcome="terminate", note="再次处理。", by=desk.by)


@pytest.mark.parametrize("values", [{"outcome": ""}, {"outcome": "x"}, {"note": " "}])
def test_an_answer_says_what_and_why(desk: Desk, values: dict[str, str]) -> None:
    incident = reported(desk.activity, by=desk.by)
    given: dict[str, Any] = {"outcome": "continue", "note": "已核实。"} | values
    with pytest.raises(InputRefused):
        incidents.handle(incident=incident, by=desk.by, **given)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "x"},
        {"facts": ""},
        {"happened_on": days_ago(-1), "reported_on": days_ago(-1)},
        {"happened_on": days_ago(1), "reported_on": days_ago(2)},
    ],
)
def test_a_report_that_cannot_be_is_refused(desk: Desk, values: dict[str, Any]) -> None:
    with pytest.raises(InputRefused):
        reported(desk.activity, by=desk.by, **values)
    assert not Incident.objects.exists()


def test_what_was_never_approved_has_no_incidents_but_a_violation(desk: Desk) -> None:
    """E12."""
    with pytest.raises(InputRefused, match="登记违规"):
        reported(waiting(desk), by=desk.by)
    with pytest.raises(InputRefused):
        reported(waiting(desk), by=desk.by, suspend=True)


def test_what_comes_to_light_after_the_end_is_only_noted(desk: Desk) -> None:
    activities.complete(activity=desk.activity, ended_on=days_ago(1), by=desk.by)
    incident = reported(desk.activity, by=desk.by, happened_on=days_ago(5))
    with pytest.raises(InputRefused):
        incidents.handle(incident=incident, outcome="suspend", note="暂停。", by=desk.by)
    incidents.handle(incident=incident, outcome="continue", note="已结束，存档。", by=desk.by)


def test_completion_waits_for_the_answers_and_works_off_the_list(desk: Desk) -> None:
    activity = unlisted(desk.unit, by=desk.by)
    incident = reported(activity, by=desk.by, kind="deviation")
    with pytest.raises(MoveRefused, match="没有处理"):
        activities.complete(activity=activity, ended_on=days_ago(0), by=desk.by)
    incidents.handle(incident=incident, outcome="continue", note="轻微。", by=desk.by)
    activities.complete(activity=activity, ended_on=days_ago(0), reason="资料已归档。", by=desk.by)
    assert (activity.status, activity.end_reason) == ("completed", "资料已归档。")
    assert not activity.follow_ups.filter(done_on=None, voided_on=None).exists()
    assert happened("activity_completed") == 1


def test_only_the_applicant_behind_the_activity_reports_from_the_own_pages() -> None:
    desk_by = desk_of_an_officer().by
    committee, by = working_committee(by=desk_by), applicant()
    application = decided(committee, secretary=desk_by, by=by)
    given: dict[str, Any] = {"kind": "deviation", "happened_on": days_ago(0), "facts": "多采集了一次数据。"}
    with pytest.raises(AccessDenied):
        incidents.report_own(application=application, by=applicant(), **given)
    with pytest.raises(AccessDenied):
        incidents.report(activity=application.activity, by=by, reported_on=days_ago(0), **given)
    incident = incidents.report_own(application=application, by=by, file=("记录.txt", b"..."), **given)
    assert (incident.entered_by, incident.reported_on) == (by, timezone.localdate())
    assert incident.file.dossier == application.dossier
    amendment = applications.begin(title="增加一次采集", activity=application.activity, by=by)
    with pytest.raises(InputRefused):
        incidents.report_own(application=amendment, by=by, **given)
    assert happened("incident_reported") == 1


def test_reports_about_a_confidential_activity_are_for_those_who_may_see_its_dossier() -> None:
    desk = desk_of_an_officer()
    application = decided(working_committee(by=desk.by, unit=desk.unit, name="审查二委"), secretary=desk.by)
    activity = application.activity
    assert activity is not None
    incident = reported(activity, by=desk.by)
    auditor = person(Role.AUDITOR)
    assert visible_incidents(auditor).get() == incident
    set_secrecy(application.dossier, Clearance.SEALED)
    assert not visible_incidents(auditor).exists()
    assert visible_incidents(person(Role.AUDITOR, clearance=int(Clearance.SEALED))).get() == incident


def test_off_the_list_the_follow_up_comes_after_a_year_and_earlier_where_the_committee_says_so(desk: Desk) -> None:
    """R10."""
    activity = unlisted(desk.unit, by=desk.by, approved=10)
    assert activity.follow_ups.get().due_on == months_after(days_ago(10), 12)
    closer = unlisted(desk.unit, by=desk.by, approved=10, title="近距离跟踪", follow_up_months=3)
    planned = closer.follow_ups.get()
    assert planned.due_on == months_after(days_ago(10), 3)
    follow_ups.record(follow_up=planned, done_on=days_ago(1), outcome="continue", note="正常。", by=desk.by)
    assert closer.follow_ups.get(done_on=None).due_on == months_after(days_ago(1), 3)
    with pytest.raises(InputRefused, match="1 至 12"):
        unlisted(desk.unit, by=desk.by, title="太久", follow_up_months=13)


def test_a_new_review_after_a_follow_up_off_the_list_leads_to_a_new_approval(desk: Desk) -> None:
    activity = unlisted(desk.unit, by=desk.by)
    follow_ups.record(
        follow_up=activity.follow_ups.get(), done_on=days_ago(1), outcome="new_review", note="环境改变。", by=desk.by
    )
    assert (activity.status, activity.approved_on) == ("reviewing", None)
    activities.approve(activity=activity, approved_on=days_ago(0), by=desk.by)
    assert activity.follow_ups.filter(done_on=None, voided_on=None).count() == 1
    assert happened("activity_review_reopened") == 1


def test_reminders_reach_activities_off_the_list_and_catch_up_after_forty_days(desk: Desk) -> None:
    """E7."""
    planned: FollowUp = unlisted(desk.unit, by=desk.by, approved=0).follow_ups.get()

    def run(days_left: int) -> list[tuple[int, int]]:
        for _again in range(2):
            call_command("remind_followups", on=planned.due_on - dt.timedelta(days=days_left), stdout=StringIO())
        events = Event.objects.filter(type="ethics_reminded", subject_pk=str(planned.pk), data__due_kind="follow_up")
        return [(one.data["days_left"], one.data["missed"]) for one in events.order_by("pk")]

    assert [run(days)[-1] for days in (60, 30, 7, 1)] == [(60, 0), (30, 0), (7, 0), (1, 0)]
    assert run(-1)[-1] == (-1, 0)
    assert run(-41)[-1] == (-41, 39)
    assert len(run(-41)) == 6


def test_an_open_or_refused_amendment_leaves_its_activity_approved() -> None:
    """E6."""
    secretary = desk_of_an_officer().by
    committee, by = working_committee(by=secretary), applicant()
    activity = decided(committee, secretary=secretary, by=by).activity
    assert activity is not None
    amendment = applications.begin(title="增加样本量", activity=activity, by=by)
    activity.refresh_from_db()
    assert (amendment.kind, activity.status) == ("amendment", "active")
    assert Activity.objects.filter(status="active", approved_on__isnull=False).get(pk=activity.pk)


@pytest.mark.parametrize(("outcome", "months", "amended"), [("reject", None, 0), ("approve", 3, 1)])
def test_a_decided_amendment_leaves_its_activity_approved_and_may_shorten_its_interval(
    outcome: str, months: int | None, amended: int
) -> None:
    """E6: a refused child changes nothing, an approved one is noted on the activity."""
    secretary = desk_of_an_officer().by
    committee = working_committee(by=secretary)
    activity = decided(committee, secretary=secretary).activity
    assert activity is not None
    before = activity.follow_ups.get().due_on
    child = applications.record(
        unit=committee.unit, committee=committee, title="增加样本量", activity=activity, by=secretary
    )
    decide(child, committee, secretary=secretary, outcome=outcome, months=months)
    activity.refresh_from_db()
    planned = activity.follow_ups.get().due_on
    assert (activity.status, activity.approved_on) == ("active", timezone.localdate())
    assert (planned < before) is bool(months)
    assert happened("activity_amended") == amended


def test_a_start_before_approval_is_refused_and_entered_as_a_violation(desk: Desk) -> None:
    """E12: no approval after the fact."""
    committee = working_committee(by=desk.by, unit=desk.unit, name="审查二委")
    with pytest.raises(InputRefused, match="不得事后补批"):
        decided(committee, secretary=desk.by, start_on=days_ago(2), end_on=days_ago(-90))
    violation = violations.record(
        unit=desk.unit, kind="V2", found_on=days_ago(0), concerned="某课题组", facts="已招募。", by=desk.by
    )
    assert violation.reference.endswith("-V2-1")
    assert happened("violation_recorded") == 1
