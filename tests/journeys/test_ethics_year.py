"""Two stories of time in the ethics register.

A follow-up is missed: the clock stands still for forty days, then runs once. One reminder is made for everything that was
missed, the page says by how many days it is late, and recording the follow-up catches up and plans the next.

A year of annual reports: on the first of January the reports of two committees fall due by 31 March. One is handed in on
the last day, the other in April; the ledger says so. The report is not written from nothing: the officer downloads it filled
in from the register.
"""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.management import call_command
from docx import Document

from casework.models import Event
from ethics.models import AnnualReport, FollowUp
from tests.factories.ethics import activity_of, areas, committee_of, supervised_unit
from tests.journeys.hands import choose, fill, open_link, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 4, 0, tzinfo=dt.UTC)


def _night() -> None:
    call_command("remind_followups")


def _reminders(planned: FollowUp) -> list[tuple[int, int]]:
    """(days left, missed) of each reminder, oldest first."""
    told = Event.objects.filter(type="ethics_reminded", data__due_kind="follow_up", subject_pk=str(planned.pk))
    return [(one.data["days_left"], one.data["missed"]) for one in told.order_by("pk")]


def test_a_follow_up_is_missed_and_caught_up(live_server, at_desk, look, shoot, calendar_day):
    areas()
    officer_user = colleague("ethics")
    unit = supervised_unit("嘉陵江医院", by=officer_user)
    activity = activity_of(unit, by=officer_user, approved=0, title="脑卒中康复脑机接口临床研究")
    planned = activity.follow_ups.get()

    calendar_day.move_to(_noon(planned.due_on - dt.timedelta(days=30)))
    _night()
    _night()
    assert _reminders(planned) == [(30, 1)]  # the run of 60 days ahead was missed too

    # The machine stands still for forty days.
    calendar_day.move_to(_noon(planned.due_on + dt.timedelta(days=10)))
    _night()
    _night()
    # 7 and 1 days ahead and nine overdue days were missed: one reminder says so (E7).
    assert _reminders(planned) == [(30, 1), (-10, 11)]

    officer = at_desk(officer_user)
    officer.goto("/today/")
    says(officer, "跟踪审查：脑卒中康复脑机接口临床研究")
    officer.goto("/ethics/")
    says(officer, "跟踪 逾期 10 天")
    officer.goto(unit.get_absolute_url())
    says(officer, "逾期 10 天")
    look(officer)
    shoot(officer, "ethics-follow-up-missed")
    open_link(officer, "登记跟踪审查 脑卒中康复脑机接口临床研究")
    fill(officer, "跟踪日期", (planned.due_on + dt.timedelta(days=9)).isoformat())
    choose(officer, "继续")
    fill(officer, "跟踪情况", "停电停网期间没有登记，现已补做，按方案进行。")
    look(officer)
    press(officer, "登记跟踪审查")
    planned.refresh_from_db()
    coming = activity.follow_ups.get(done_on=None)
    says(officer, f"{coming.due_on} 前")
    says_not(officer, "逾期 10 天")
    _night()
    assert _reminders(planned) == [(30, 1), (-10, 11)]
    assert _reminders(coming) == []


def test_a_year_of_annual_reports(live_server, at_desk, look, shoot, calendar_day):
    areas()
    officer_user = colleague("ethics")
    units = [supervised_unit(name, by=officer_user) for name in ("嘉陵江医院", "昭化农业研究所")]
    committees = [committee_of(unit, by=officer_user, set_up=20) for unit in units]
    activity_of(units[0], by=officer_user, approved=5, title="脑卒中康复脑机接口临床研究", committee=committees[0])

    calendar_day.move_to(_noon(dt.date(2026, 12, 31)))
    _night()
    assert not AnnualReport.objects.exists()
    calendar_day.move_to(_noon(dt.date(2027, 1, 1)))
    _night()
    _night()
    assert sorted(AnnualReport.objects.values_list("committee", "year")) == [(one.pk, 2026) for one in committees]

    calendar_day.move_to(_noon(dt.date(2027, 3, 31)))
    officer = at_desk(officer_user)
    officer.goto("/ethics/")
    says(officer, "2026 年度报告 2027-03-31 前")
    officer.goto(units[0].get_absolute_url())
    look(officer)
    with officer.expect_download() as download:
        officer.get_by_role("main").get_by_role("link", name="下载预填报告").first.click()
    assert download.value.suggested_filename == "嘉陵江医院-2026年度科技伦理审查工作报告.docx"
    with open(download.value.path(), "rb") as file:
        paper = Document(io.BytesIO(file.read()))
    words = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert "脑卒中康复脑机接口临床研究" in words
    assert "委员甲" in words
    open_link(officer, "登记办理情况 2026 年度报告 科技伦理委员会")
    fill(officer, "报送日期", "2027-03-31")
    look(officer)
    press(officer, "登记年度报告")
    says(officer, "2027-03-31 完成")

    calendar_day.move_to(_noon(dt.date(2027, 4, 12)))
    officer = at_desk(officer_user)
    officer.goto("/ethics/?overdue=on")
    says(officer, "2026 年度报告 逾期 12 天")
    officer.goto(units[1].get_absolute_url())
    open_link(officer, "登记办理情况 2026 年度报告 科技伦理委员会")
    fill(officer, "报送日期", "2027-04-10")
    press(officer, "登记年度报告")
    officer.goto("/ethics/")
    says(officer, "2026 年度报告 2027-03-31 完成")
    says(officer, "2026 年度报告 2027-04-10 完成，晚于期限")
    look(officer)
    shoot(officer, "ethics-annual-reports")
