"""remind_followups: thresholds, each overdue day, missed runs, nothing twice; annual reports and broken committees."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from casework.models import Event
from ethics.actions import registrations, reminders
from ethics.models import AnnualReport, Committee, FollowUp
from ethics.stored_rules import reminder_days
from search.models import PendingIndex
from tests.factories.ethics import activity_of, committee_of, ethics_officer, supervised_unit

pytestmark = pytest.mark.django_db


def run(on: dt.date) -> str:
    out = StringIO()
    call_command("remind_followups", on=on, stdout=out)
    return out.getvalue()


def told(follow_up: FollowUp) -> list[tuple[int, int]]:
    """(days left, missed) of each reminder of this follow-up, oldest first."""
    events = Event.objects.filter(type="ethics_reminded", subject_pk=str(follow_up.pk), data__due_kind="follow_up")
    return [(one.data["days_left"], one.data["missed"]) for one in events.order_by("pk")]


@pytest.fixture
def planned() -> FollowUp:
    by = ethics_officer()
    return activity_of(supervised_unit(by=by), by=by, approved=0).follow_ups.get()


def test_reminders_come_on_their_days_and_only_once(planned: FollowUp) -> None:
    for days in range(65, -4, -1):
        day = planned.due_on - dt.timedelta(days=days)
        run(day)
        run(day)
    assert told(planned) == [(60, 0), (30, 0), (7, 0), (1, 0), (-1, 0), (-2, 0), (-3, 0)]


def test_a_run_missed_for_forty_days_is_caught_up_in_one_reminder(planned: FollowUp) -> None:
    run(planned.due_on - dt.timedelta(days=30))
    run(planned.due_on + dt.timedelta(days=10))
    # 7 and 1 days ahead and the first nine overdue days were missed; 60 days ahead was before the first run
    assert told(planned) == [(30, 1), (-10, 11)]


def test_what_is_done_is_not_reminded_of(planned: FollowUp) -> None:
    day = planned.due_on - dt.timedelta(days=7)
    with_history = FollowUp.history.count()
    assert reminders.remind(duty=planned, on=day, thresholds=reminder_days())
    assert not reminders.remind(duty=planned, on=day, thresholds=reminder_days())
    assert FollowUp.history.count() == with_history + 1


def test_a_reminder_whose_event_fails_is_not_kept(planned: FollowUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Event, "save", lambda self, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reminders.remind(duty=planned, on=planned.due_on, thresholds=reminder_days())
    planned.refresh_from_db()
    assert planned.reminded_on is None


def test_the_year_turns_and_the_report_is_chased_to_31_march() -> None:
    by = ethics_officer()
    committee = committee_of(supervised_unit(by=by), by=by, seats=1, set_up=0)
    year = committee.set_up_on.year
    run(dt.date(year, 12, 31))
    assert not AnnualReport.objects.exists()
    run(dt.date(year + 1, 1, 1))
    run(dt.date(year + 1, 1, 2))
    report = AnnualReport.objects.get()
    assert (report.year, report.due_on) == (year, dt.date(year + 1, 3, 31))
    run(dt.date(year + 1, 3, 31))
    assert not AnnualReport.objects.overdue(dt.date(year + 1, 3, 31)).exists()
    assert AnnualReport.objects.overdue(dt.date(year + 1, 4, 1)).get() == report


def test_a_committee_whose_terms_have_ended_is_found_by_the_clock() -> None:
    by = ethics_officer()
    committee = committee_of(supervised_unit(by=by), by=by, set_up=100, term_days=130)
    last = committee.members.order_by("pk")[0].ends_on
    assert committee.composition_breaks_on == last + dt.timedelta(days=1)
    run(last)
    assert not Committee.objects.broken_on(last).exists()
    run(last + dt.timedelta(days=3))
    committee.refresh_from_db()
    assert committee.composition_breaks_on == last + dt.timedelta(days=1)
    assert Committee.objects.broken_on(timezone.localdate()).count() == 0


def test_what_only_time_brings_leaves_the_index_alone() -> None:
    """A night of reminders would otherwise index every unit anew."""
    by = ethics_officer()
    committee = committee_of(supervised_unit(by=by), by=by, seats=1, set_up=200)
    PendingIndex.objects.all().delete()
    assert reminders.remind(duty=committee.registration, on=timezone.localdate(), thresholds=reminder_days())
    assert not PendingIndex.objects.exists()
    registrations.record(registration=committee.registration, registered_on=timezone.localdate(), by=by)
    assert PendingIndex.objects.get().dossier == committee.dossier
