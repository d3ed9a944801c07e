"""B12: a holiday notice that moves a deadline is told to the handler, and to nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from casework.actions import calendar
from casework.models import Deadline
from integrity.today_cases import moved_deadlines
from tests.factories import person
from tests.factories.cases import case_at

pytestmark = pytest.mark.django_db


@time_machine.travel("2026-11-23 02:00Z", tick=False)
def test_b12_the_handler_sees_for_a_week_which_deadline_a_notice_moved():
    officer, keeper = person("officer"), person("head")
    case = case_at("investigating", officer=officer)
    deadline = Deadline.objects.get(dossier=case.dossier, key="investigate")
    before = deadline.due_on
    assert deadline.provisional

    moved = calendar.enter_notice(
        year=2027, notice_no="国办发明电〔2026〕9号", days={before: (False, "调休放假")}, confirmed=True, by=keeper
    )

    assert [(one.pk, old) for one, old, _new in moved] == [(deadline.pk, before)]
    deadline.refresh_from_db()
    today = dt.date(2026, 11, 23)
    (row,) = moved_deadlines(officer, today)
    assert str(before) in row.note and str(deadline.due_on) in row.note
    assert row.reference == case.dossier.reference
    assert list(moved_deadlines(person("officer"), today)) == []
    assert list(moved_deadlines(keeper, today)) == []
    assert list(moved_deadlines(officer, today + dt.timedelta(days=7))) == []
