"""D10: committees for research involving people are filed within three months (涉及人的办法 第13条), chased like every duty."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from ethics.actions import committees, filings, units
from ethics.models import Committee, Filing, ReviewUnit
from ethics.stored_rules import clause_of, committee_filing_due
from ethics.terms import months_after
from tests.factories import department, person
from tests.factories.ethics import committee_of, days_ago
from tests.factories.visits import send, signed_in, text_of
from tests.unit.ethics.register_desk import Desk

pytestmark = pytest.mark.django_db
HUMAN = ("ST2023", "HS2023")


def filed_committee(desk: Desk, *, set_up: int = 200) -> Committee:
    return committee_of(desk.unit, by=desk.by, seats=1, set_up=set_up, name="医学伦理委员会", regimes=HUMAN)


def test_a_committee_for_research_involving_people_must_be_filed_in_three_months(desk: Desk) -> None:
    filing = filed_committee(desk).filing
    assert filing.due_on == months_after(days_ago(200), 3)
    clause = clause_of(filing.due_kind)
    assert clause is not None
    assert (clause.article, clause.mark) == ("HS 13", "R")
    assert not Filing.objects.filter(committee=desk.committee).exists()


def test_the_term_does_not_begin_before_the_regulation_was_in_force() -> None:
    assert committee_filing_due(dt.date(2015, 1, 1)) == dt.date(2023, 5, 18)
    assert committee_filing_due(dt.date(2026, 11, 30)) == dt.date(2027, 2, 28)


def test_the_filing_comes_and_goes_with_the_regulation(desk: Desk) -> None:
    committee = desk.committee

    def measured_by(*regimes: str) -> Filing:
        committees.edit(committee=committee, name=committee.name, regimes=regimes, by=desk.by)
        return Filing.objects.get(committee=committee)

    filing = measured_by(*HUMAN)
    assert (filing.known_on, filing.voided_on) == (timezone.localdate(), None)
    assert list(Filing.objects.overdue(timezone.localdate())) == [filing]
    assert measured_by("ST2023").voided_on == timezone.localdate()
    assert not Filing.objects.still_open().exists()
    with pytest.raises(MoveRefused):
        filings.record(filing=Filing.objects.get(), filed_on=days_ago(1), by=desk.by)
    assert measured_by("ST2023", "HS2023", "SC").voided_on is None


def test_it_is_recorded_with_its_day_and_number_and_corrected_by_recording_again(desk: Desk) -> None:
    filing = filed_committee(desk).filing
    filings.record(filing=filing, filed_on=days_ago(3), filing_no="卫伦备-7", by=desk.by)
    filings.record(filing=filing, filed_on=days_ago(3), filing_no="卫伦备-7", by=desk.by)
    assert Event.objects.filter(type="filing_recorded").count() == 1
    filings.record(filing=filing, filed_on=days_ago(2), filing_no="卫伦备-8", by=desk.by)
    assert Filing.objects.get().filing_no == "卫伦备-8"
    assert [one.filing_no for one in Filing.history.order_by("history_id")] == ["", "卫伦备-7", "卫伦备-8"]
    for day in (days_ago(-1), days_ago(201)):
        with pytest.raises(InputRefused) as refusal:
            filings.record(filing=filing, filed_on=day, by=desk.by)
        assert refusal.value.field == "filed_on"


def test_who_only_reads_records_nothing_and_a_failing_event_undoes_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = filed_committee(desk).filing
    units.open_to(unit=desk.unit, department=department("wjw", "member"), basis="行业主管", by=desk.by)
    with pytest.raises(AccessDenied):
        filings.record(filing=filing, filed_on=days_ago(3), by=person("member", dept="wjw"))
    monkeypatch.setattr(Event, "save", lambda self, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        filings.record(filing=filing, filed_on=days_ago(3), by=desk.by)
    assert Filing.objects.get().filed_on is None


def test_it_is_chased_in_the_ledger_on_today_and_by_reminders(desk: Desk) -> None:
    """E7: one reminder a day however often the clock runs."""
    filing = filed_committee(desk).filing
    browser, late = signed_in(desk.by), f"逾期 {(timezone.localdate() - filing.due_on).days} 天"
    assert "委员会备案 医学伦理委员会" in text_of(browser.get("/today/"))
    assert f"备案 {late}" in text_of(browser.get("/ethics/"))
    page = text_of(browser.get(desk.unit.get_absolute_url()))
    assert "机构备案" in page
    assert "涉及人的" in page
    for _run in "12":
        call_command("remind_followups")
    reminded = Event.objects.filter(type="ethics_reminded", data__due_kind="committee_filing")
    assert [event.data["due_on"] for event in reminded] == [filing.due_on.isoformat()]
    assert list(ReviewUnit.objects.with_overdue(timezone.localdate())) == [desk.unit]

    answer = send(
        browser, reverse("ethics:filing-record", args=[filing.pk]), filed_on=days_ago(1).isoformat(), filing_no="备-7"
    )
    assert answer.status_code == 302
    assert "备-7" in text_of(browser.get(desk.unit.get_absolute_url()))
    assert "委员会备案" not in text_of(browser.get("/today/"))


def test_the_ledger_file_has_a_row_for_it(desk: Desk) -> None:
    filed_committee(desk)
    answer = signed_in(desk.by).get("/ethics/export.xlsx")
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    assert [row[7] for row in rows if row[3] == "医学伦理委员会" and row[5] == "备案"] == ["是"]


def test_a_committee_known_before_filings_were_gets_its_own_at_night(desk: Desk) -> None:
    committee = filed_committee(desk)
    QuerySet(Filing).all().delete()
    call_command("remind_followups")
    call_command("remind_followups")
    assert Filing.objects.get().committee == committee
    assert Event.objects.filter(type="ethics_reminded", data__due_kind="committee_filing").count() == 1
