"""Deadlines: the due day follows from the clock events and the calendar; a step out of order is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import Role
from casework.actions import clocks
from casework.actors import SYSTEM
from casework.calendar_rows import current_calendar
from casework.enums import ClockStatus, ClockUnit
from casework.models import ClockEvent, Deadline, Event
from casework.refusals import InputRefused, MoveRefused
from tests.factories import person
from tests.factories.dossiers import clock, deadline_clause, dossier
from tests.unit.casework.days import MONDAY

pytestmark = pytest.mark.django_db

PAUSABLE = {"pausable": ["assessment"], "extend_max": {"amount": 6, "unit": "m"}}
# 15 working days after Monday 2026-02-09: the Spring Festival of that year is off from 15 to 23 February,
# 14 and 28 February are worked.
DUE = dt.date(2026, 3, 6)


def test_a_clock_counts_the_working_days_of_its_rule() -> None:
    officer = person(Role.OFFICER)
    one, clause = dossier(), deadline_clause()

    deadline = clocks.start(dossier=one, clause=clause, started_on=MONDAY, by=officer)

    stored = Deadline.objects.get(pk=deadline.pk)
    assert (stored.due_on, stored.provisional, stored.status) == (DUE, False, ClockStatus.RUNNING)
    assert stored.explanation[0]["kind"] == "start"
    assert [line["n"] for line in stored.explanation if line["counted"]] == list(range(1, 16))
    assert stored.explanation[-1]["date"] == str(DUE)
    event = one.events.get(type="clock_started")
    assert (event.actor, event.article, event.data["due"]) == (officer, "第16条", str(DUE))
    assert stored.history.first().history_user == officer
    assert stored.clock_events.get().by == officer


@pytest.mark.parametrize(
    ("amount", "unit", "started_on", "due", "provisional"),
    [
        (6, ClockUnit.MONTHS, dt.date(2026, 2, 10), dt.date(2026, 8, 10), False),
        (30, ClockUnit.DAYS, dt.date(2026, 2, 9), dt.date(2026, 3, 11), False),
        (15, ClockUnit.WORKING_DAYS, dt.date(2026, 12, 21), dt.date(2027, 1, 12), True),
    ],
)
def test_units_and_years_without_a_notice(
    amount: int, unit: str, started_on: dt.date, due: dt.date, provisional: bool
) -> None:
    deadline = clock(started_on, amount, unit)

    assert (deadline.provisional, deadline.due_on) == (provisional, due)


def test_a_clock_runs_once_per_key_and_again_after_it_was_met() -> None:
    one, clause = dossier(), deadline_clause()
    clocks.start(dossier=one, clause=clause, started_on=MONDAY, by=SYSTEM)
    other = clocks.start(dossier=one, clause=clause, started_on=MONDAY, by=SYSTEM, key="acceptance:17")

    with pytest.raises(MoveRefused, match="已经在计时"):
        clocks.start(dossier=one, clause=clause, started_on=MONDAY, by=SYSTEM)

    assert other.key == "acceptance:17"
    clocks.meet(dossier=one, key="acceptance", by=SYSTEM)
    clocks.start(dossier=one, clause=clause, started_on=MONDAY, by=SYSTEM)
    assert Deadline.objects.filter(dossier=one, key="acceptance").count() == 2


def test_the_database_refuses_two_running_clocks_of_one_key() -> None:
    first = clock(MONDAY)
    twin = Deadline(dossier=first.dossier, key=first.key, label="二", amount=1, unit="d", started_on=MONDAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


@pytest.mark.parametrize(("on", "late"), [(DUE, False), (DUE + dt.timedelta(days=1), True)])
def test_meeting_ends_the_clock_and_says_whether_it_was_late(on: dt.date, late: bool) -> None:
    deadline = clock(MONDAY)

    met = clocks.meet(dossier=deadline.dossier, key="acceptance", by=SYSTEM, on=on)

    assert (met.status, met.ended_on) == (ClockStatus.MET, on)
    assert deadline.dossier.events.get(type="clock_met").data == {"key": "acceptance", "late": late}
    assert clocks.meet(dossier=deadline.dossier, key="acceptance", by=SYSTEM) is None


def test_an_obligation_that_fell_away_is_void() -> None:
    deadline = clock(MONDAY)

    void = clocks.void(dossier=deadline.dossier, key="acceptance", reason="移送其他单位", by=SYSTEM)

    assert void.status == ClockStatus.VOID
    assert deadline.dossier.events.get(type="clock_void").reason == "移送其他单位"
    assert clocks.void(dossier=deadline.dossier, key="acceptance", reason="再一次", by=SYSTEM) is None


def test_suspended_days_are_not_counted() -> None:
    deadline = clock(MONDAY, **PAUSABLE)
    stopped = dt.date(2026, 2, 11)

    clocks.pause(deadline=deadline, category="assessment", reason="委托鉴定", by=SYSTEM, on=stopped)
    assert (deadline.status, deadline.due_on, deadline.provisional) == (ClockStatus.PAUSED, None, False)
    assert not Deadline.objects.overdue(dt.date(2027, 1, 1)).filter(pk=deadline.pk).exists()

    clocks.resume(deadline=deadline, reason="鉴定完成", by=SYSTEM, on=dt.date(2026, 2, 25))
    expected = current_calendar().add_working_days(dt.date(2026, 2, 24), 14).due
    assert (deadline.status, deadline.due_on) == (ClockStatus.RUNNING, expected)
    assert [event.type for event in deadline.dossier.events.order_by("seq")[2:]] == ["clock_paused", "clock_resumed"]


def test_two_suspensions_add_up() -> None:
    deadline = clock(MONDAY, 10, ClockUnit.DAYS, **PAUSABLE)
    for first, last in ((10, 12), (14, 16)):
        clocks.pause(deadline=deadline, category="assessment", reason="委托鉴定", by=SYSTEM, on=dt.date(2026, 2, first))
        clocks.resume(deadline=deadline, reason="鉴定完成", by=SYSTEM, on=dt.date(2026, 2, last))

    # ten days and four suspended ones lead into the holiday; the first working day after it is 24 February
    assert deadline.due_on == dt.date(2026, 2, 24)


@pytest.mark.parametrize(
    ("steps", "refusal", "sentence"),
    [
        (["pause:illness"], InputRefused, "不允许以此事由"),
        (["pause", "pause"], MoveRefused, "没有在计时"),
        (["resume"], MoveRefused, "没有中止"),
        (["pause:early"], InputRefused, "不能早于"),
        (["pause", "resume:early"], InputRefused, "不能早于"),
        (["extend:7"], InputRefused, "超过规则允许的上限"),
        (["extend:4", "extend:3"], InputRefused, "超过规则允许的上限"),
        (["extend:0"], InputRefused, "超过规则允许的上限"),
        (["meet", "extend:1"], MoveRefused, "已经结束"),
        (["meet", "pause"], MoveRefused, "没有在计时"),
    ],
)
def test_steps_out_of_order_or_beyond_the_rule_are_refused(
    steps: list[str], refusal: type[Exception], sentence: str
) -> None:
    deadline = clock(MONDAY, 6, ClockUnit.MONTHS, **PAUSABLE)
    early, usual = dt.date(2026, 2, 8), dt.date(2026, 3, 2)

    def take(step: str) -> None:
        name, _colon, detail = step.partition(":")
        on = early if detail == "early" else usual
        if name == "pause":
            category = "illness" if detail == "illness" else "assessment"
            clocks.pause(deadline=deadline, category=category, reason="鉴定", by=SYSTEM, on=on)
        elif name == "resume":
            clocks.resume(deadline=deadline, reason="完成", by=SYSTEM, on=on)
        elif name == "extend":
            clocks.extend(deadline=deadline, amount=int(detail), unit=ClockUnit.MONTHS, reason="复杂", by=SYSTEM)
        else:
            clocks.meet(dossier=deadline.dossier, key=deadline.key, by=SYSTEM)
            deadline.refresh_from_db()

    for step in steps[:-1]:
        take(step)
    written = ClockEvent.objects.filter(deadline=deadline).count()
    with pytest.raises(refusal, match=sentence):
        take(steps[-1])

    assert ClockEvent.objects.filter(deadline=deadline).count() == written


def test_an_extension_in_the_same_unit_counts_as_one_period() -> None:
    deadline = clock(dt.date(2026, 3, 9), 6, ClockUnit.MONTHS, **PAUSABLE)

    clocks.extend(deadline=deadline, amount=6, unit=ClockUnit.MONTHS, reason="案情复杂", by=SYSTEM)

    assert deadline.due_on == dt.date(2027, 3, 9)
    assert deadline.provisional
    event = deadline.dossier.events.get(type="clock_extended")
    assert (event.reason, event.data["due"]) == ("案情复杂", "2027-03-09")


def test_a_rule_without_a_limit_allows_no_extension_and_the_other_unit_neither() -> None:
    with pytest.raises(InputRefused):
        clocks.extend(deadline=clock(MONDAY), amount=1, unit=ClockUnit.WORKING_DAYS, reason="复杂", by=SYSTEM)
    with pytest.raises(InputRefused):
        clocks.extend(deadline=clock(MONDAY, **PAUSABLE), amount=1, unit=ClockUnit.DAYS, reason="复杂", by=SYSTEM)


def test_a_clock_without_a_rule_can_neither_pause_nor_extend() -> None:
    deadline = Deadline(dossier=dossier(), key="own", label="自定", amount=5, unit="wd", started_on=MONDAY)
    deadline.save()

    with pytest.raises(InputRefused):
        clocks.pause(deadline=deadline, category="assessment", reason="鉴定", by=SYSTEM)
    with pytest.raises(InputRefused):
        clocks.extend(deadline=deadline, amount=1, unit=ClockUnit.WORKING_DAYS, reason="复杂", by=SYSTEM)


ACTIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "start": lambda have: clocks.start(dossier=have["dossier"], clause=have["clause"], started_on=MONDAY, by=SYSTEM),
    "meet": lambda have: clocks.meet(dossier=have["running"].dossier, key="acceptance", by=SYSTEM),
    "void": lambda have: clocks.void(dossier=have["running"].dossier, key="acceptance", reason="移送", by=SYSTEM),
    "pause": lambda have: clocks.pause(deadline=have["running"], category="assessment", reason="鉴定", by=SYSTEM),
    "resume": lambda have: clocks.resume(deadline=have["paused"], reason="完成", by=SYSTEM),
    "extend": lambda have: clocks.extend(
        deadline=have["running"], amount=1, unit=ClockUnit.MONTHS, reason="复杂", by=SYSTEM
    ),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_a_failing_event_undoes_the_whole_step(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    have: dict[str, Any] = {"dossier": dossier(), "clause": deadline_clause()}
    have["running"] = clock(MONDAY, 6, ClockUnit.MONTHS, **PAUSABLE)
    have["paused"] = clock(MONDAY, 6, ClockUnit.MONTHS, **PAUSABLE)
    clocks.pause(deadline=have["paused"], category="assessment", reason="鉴定", by=SYSTEM, on=MONDAY)

    def state() -> tuple[Any, ...]:
        rows = list(Deadline.objects.order_by("pk").values())
        return rows, ClockEvent.objects.count(), Deadline.history.count(), Event.objects.count()

    before = state()

    def fails(**_values: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(clocks, "record_event", fails)
    with pytest.raises(RuntimeError):
        ACTIONS[name](have)

    assert state() == before
