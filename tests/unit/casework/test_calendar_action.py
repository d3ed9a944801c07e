"""Entering a holiday notice: its days win, deadlines are counted again, and what moved is listed (museum row B12)."""

from __future__ import annotations

import datetime as dt
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import Role
from casework.actions import calendar, clocks
from casework.actors import SYSTEM
from casework.calendar_rows import current_calendar
from casework.enums import ClockEventKind, ClockUnit
from casework.holiday_notices import days_of_csv, days_of_lines
from casework.management.commands import workdays
from casework.models import CalendarDay, ClockEvent, Deadline, Event
from casework.presenters.house import calendar_years, entered_notices, moved_deadlines
from casework.refusals import AccessDenied, InputRefused
from tests.factories import person
from tests.factories.dossiers import clock, exclude
from tests.unit.casework.days import MONDAY, NOTICE, SPRING_2027

pytestmark = pytest.mark.django_db

# start, amount, unit, due before the notice, due after it
MOVING = [
    (dt.date(2027, 1, 25), 15, ClockUnit.WORKING_DAYS, dt.date(2027, 2, 19), dt.date(2027, 2, 22)),
    (dt.date(2026, 8, 11), 6, ClockUnit.MONTHS, dt.date(2027, 2, 11), dt.date(2027, 2, 15)),
    (dt.date(2027, 2, 1), 10, ClockUnit.DAYS, dt.date(2027, 2, 11), dt.date(2027, 2, 15)),
]


def enter(**changes: Any) -> calendar.Moved:
    values: dict[str, Any] = {"year": 2027, "notice_no": NOTICE, "days": SPRING_2027, "confirmed": True}
    return calendar.enter_notice(**({"by": SYSTEM} | values | changes))


def test_a_notice_moves_exactly_the_due_days_it_touches_and_lists_them() -> None:
    head = person(Role.HEAD)
    moving = [clock(start, amount, unit) for start, amount, unit, _before, _after in MOVING]
    firmed, untouched = clock(dt.date(2027, 1, 25), 3), clock(MONDAY)
    assert [deadline.due_on for deadline in moving] == [before for *_rule, before, _after in MOVING]
    assert all(deadline.provisional for deadline in [*moving, firmed])

    moved = enter(by=head)

    assert [(deadline.pk, before, after) for deadline, before, after in moved] == [
        (deadline.pk, before, after) for deadline, (*_rule, before, after) in zip(moving, MOVING, strict=True)
    ]
    for deadline, (*_rule, before, after) in zip(moving, MOVING, strict=True):
        stored = Deadline.objects.get(pk=deadline.pk)
        assert (stored.due_on, stored.provisional) == (after, False)
        event = deadline.dossier.events.get(type="clock_recomputed")
        assert (event.actor, event.reason) == (head, NOTICE)
        assert (event.data["before"], event.data["after"]) == (str(before), str(after))
        assert stored.history.first().history_change_reason == NOTICE
    stored = Deadline.objects.get(pk=firmed.pk)
    assert (stored.due_on, stored.provisional) == (firmed.due_on, False)
    assert firmed.dossier.events.filter(type="clock_recomputed").exists()
    assert not untouched.dossier.events.filter(type="clock_recomputed").exists()
    assert ClockEvent.objects.filter(kind=ClockEventKind.RECOMPUTED).count() == 4


def test_counting_again_without_a_new_notice_moves_nothing() -> None:
    deadline = clock(*MOVING[0][:3])

    assert clocks.recompute_all(by=SYSTEM, reason="核对") == []
    assert not deadline.dossier.events.filter(type="clock_recomputed").exists()


def test_ended_and_suspended_clocks_are_left_alone() -> None:
    met, paused = clock(*MOVING[0][:3]), clock(*MOVING[0][:3], pausable=["assessment"])
    clocks.meet(dossier=met.dossier, key=met.key, by=SYSTEM)
    clocks.pause(deadline=paused, category="assessment", reason="鉴定", by=SYSTEM, on=dt.date(2027, 1, 26))

    assert enter() == []


def test_an_unconfirmed_notice_leaves_the_year_provisional() -> None:
    deadline = clock(*MOVING[0][:3])

    enter(confirmed=False)

    deadline.refresh_from_db()
    assert (deadline.due_on, deadline.provisional) == (MOVING[0][4], True)


def test_a_notice_is_on_record_with_its_number_and_each_day_with_history() -> None:
    head = person(Role.HEAD)

    enter(by=head, notice_no=f"  {NOTICE} ")

    event = Event.objects.filter(type="calendar_entered").get()
    assert (event.actor, event.reference) == (head, NOTICE)
    assert event.data == {"year": 2027, "days": 9, "confirmed": True}
    day = CalendarDay.objects.get(date=dt.date(2027, 2, 20))
    assert (day.is_workday, day.label, day.source_notice, day.confirmed) == (True, "调休上班", NOTICE, True)
    assert day.history.get().history_user == head


def test_entering_a_day_again_corrects_it_and_keeps_the_old_row() -> None:
    enter()
    enter(notice_no="更正", days={dt.date(2027, 2, 20): (False, "放假")})

    day = CalendarDay.objects.get(date=dt.date(2027, 2, 20))
    assert [(row.is_workday, row.source_notice) for row in day.history.all()] == [(False, "更正"), (True, NOTICE)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"notice_no": " "}, "notice_no"),
        ({"notice_no": "长" * 81}, "notice_no"),
        ({"days": {}}, "days"),
        ({"days": {dt.date(2028, 1, 1): (False, "")}}, "days"),
        ({"days": {dt.date(2026, 11, 30): (False, "")}}, "days"),
    ],
)
def test_a_notice_without_number_or_days_or_of_another_year_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputRefused) as refused:
        enter(**changes)

    assert refused.value.field == field
    assert not CalendarDay.objects.exists()


def test_a_notice_may_name_days_of_the_december_before_which_confirm_nothing() -> None:
    enter(year=2028, days={dt.date(2027, 12, 31): (False, "元旦"), dt.date(2028, 1, 1): (False, "元旦")})

    known = current_calendar()
    assert not known.is_workday(dt.date(2027, 12, 31))
    assert known.is_confirmed(dt.date(2028, 6, 15))
    assert not known.is_confirmed(dt.date(2027, 6, 15))


def test_only_keepers_of_the_calendar_enter_notices() -> None:
    with pytest.raises(AccessDenied):
        enter(by=person(Role.OFFICER))


def test_a_failing_event_undoes_the_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = clock(*MOVING[0][:3])

    def fails(**_values: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(clocks, "record_event", fails)
    with pytest.raises(RuntimeError):
        enter()

    assert not CalendarDay.objects.exists()
    assert Deadline.objects.get(pk=deadline.pk).due_on == MOVING[0][3]


def test_the_page_shows_moved_deadlines_only_of_dossiers_the_reader_may_see() -> None:
    head = person(Role.HEAD)
    seen, hidden, firmed = clock(*MOVING[0][:3]), clock(*MOVING[1][:3]), clock(dt.date(2027, 1, 25), 3)
    exclude(head, hidden.dossier)

    enter(by=head)

    rows = moved_deadlines(head, NOTICE)
    assert [(row["reference"], row["before"], row["after"]) for row in rows] == [
        (seen.dossier.reference, MOVING[0][3], MOVING[0][4])
    ]
    assert moved_deadlines(head, "没有这个文号") == []
    assert firmed.dossier.reference not in {row["reference"] for row in rows}


def test_years_say_whether_they_are_confirmed_and_by_what() -> None:
    enter()

    years = {row["year"]: (row["is_confirmed"], row["source"]) for row in calendar_years(dt.date(2026, 11, 23))}

    assert years == {
        2025: (True, "内置，已逐日核对"),
        2026: (True, "内置，已逐日核对"),
        2027: (True, "已录入通知"),
        2028: (False, "尚未录入"),
    }
    assert [(row["source_notice"], row["count"]) for row in entered_notices()] == [(NOTICE, 9)]


LINES = """
2027-02-06 休 春节
2027-02-20 班

2027-02-07 放假 春节 第二天
"""


def test_a_notice_is_read_from_typed_lines_and_from_a_table() -> None:
    assert days_of_lines(LINES) == {
        dt.date(2027, 2, 6): (False, "春节"),
        dt.date(2027, 2, 20): (True, ""),
        dt.date(2027, 2, 7): (False, "春节 第二天"),
    }
    table = "\ufeffdate,is_workday,label\n2027-02-06,0,春节\n2027-02-20,TRUE,\n"
    assert days_of_csv(table) == {dt.date(2027, 2, 6): (False, "春节"), dt.date(2027, 2, 20): (True, "")}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2027-02-06 春节", "第 1 行：请写“休”或“班”"),
        ("2027-02-06", "第 1 行：请写“休”或“班”"),
        ("\n20270206 休", "第 2 行：日期应写成"),
        ("2027-W05-6 休", "日期应写成"),
        ("2027-02-30 休", "日期应写成"),
        ("2027-02-06 休\n2027-02-06 班", "第 2 行：这一天已经写过"),
        ("2027-02-06 休 " + "长" * 61, "说明最多 60 个字"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, sentence: str) -> None:
    with pytest.raises(InputRefused, match=sentence) as refused:
        days_of_lines(text)
    assert refused.value.field == "days"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "表头应为 date,is_workday,label"),
        ("day,work\n", "表头应为"),
        ("date,is_workday,label\n2027-02-06,maybe,春节\n", "第 2 行：is_workday 应为 1 或 0"),
        ("date,is_workday,label\n,1,\n", "第 2 行：日期应写成"),
        ("date,is_workday,label\n2027-02-06\n", "第 2 行：is_workday"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(InputRefused, match=sentence):
        days_of_csv(text)


def run(command: str, *arguments: Any) -> str:
    output = StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()


def test_the_command_counts_working_days_and_explains_each() -> None:
    answer = json.loads(run("workdays", "--from", "2026-02-09", "--days", "15", "--json"))

    assert (answer["due"], answer["provisional"]) == ("2026-03-06", False)
    assert answer["explanation"][0] == {
        "date": "2026-02-09",
        "weekday": 1,
        "counted": False,
        "n": None,
        "kind": "start",
        "zh": "起算日，不计入",
        "en": "Start day, not counted",
    }
    assert [line["n"] for line in answer["explanation"] if line["counted"]] == list(range(1, 16))
    text = run("workdays", "--from", "2027-02-01", "--days", "5")
    assert text.endswith("2027-02-12 暂定\n")
    enter()
    assert run("workdays", "--from", "2027-02-01", "--days", "5").endswith("2027-02-16\n")


@pytest.mark.parametrize(
    ("start", "days", "sentence"),
    [
        ("2026-02-09", "-1", "--days must not be negative"),
        ("2026-02-09", "100000000", "--days must not be more than 10000"),
        ("9999-12-30", "5", "--from 9999-12-30: the term ends beyond the calendar"),
        ("2026-02-30", "1", "“2026-02-30” is not a date such as 2026-11-23"),
        ("20260209", "1", "“20260209” is not a date such as 2026-11-23"),
        ("2026-W07-1", "1", "“2026-W07-1” is not a date such as 2026-11-23"),
    ],
)
def test_the_command_names_what_it_cannot_count(start: str, days: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=re.escape(sentence)):
        run("workdays", "--from", start, "--days", days)


def test_the_command_counts_without_any_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_table() -> None:
        raise workdays.DatabaseError("no such table: casework_calendarday")

    monkeypatch.setattr(workdays, "current_calendar", no_table)

    assert json.loads(run("workdays", "--from", "2026-02-09", "--days", "15", "--json"))["due"] == "2026-03-06"


def test_a_table_is_imported_by_command(tmp_path: Path) -> None:
    file, head = tmp_path / "2027.csv", person(Role.HEAD, username="head2027")
    rows = [f"{day},{int(is_workday)},{label}" for day, (is_workday, label) in SPRING_2027.items()]
    file.write_text("\n".join(["date,is_workday,label", *rows]))
    deadline = clock(*MOVING[0][:3])

    options = [str(file), "--notice", NOTICE, "--year", "2027", "--confirmed"]
    said = run("import_calendar", *options, "--by", "head2027")

    assert f"{deadline.dossier.reference} 受理期限: 2027-02-19 → 2027-02-22" in said
    assert "9 days entered, 1 deadlines moved" in said
    assert Event.objects.get(type="calendar_entered").actor == head
    assert "0 deadlines moved" in run("import_calendar", *options)
    with pytest.raises(CommandError, match="no account nobody"):
        run("import_calendar", *options, "--by", "nobody")
    with pytest.raises(CommandError, match="不在 2028 年内"):
        run("import_calendar", str(file), "--notice", NOTICE, "--year", "2028")
    with pytest.raises(CommandError, match="No such file"):
        run("import_calendar", str(tmp_path / "none.csv"), "--notice", NOTICE, "--year", "2027")
