"""What a page does not tell: reasons about a secret activity, the number of a hidden item; and what it must tell."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from accounts.enums import Clearance, Role
from accounts.models import User
from ethics.actions import activities, activity_life, agenda, attendance, follow_ups, meetings
from ethics.models import Activity, Committee
from tests.factories import person
from tests.factories.dossiers import exclude
from tests.factories.ethics import days_ago, ethics_officer
from tests.factories.ethics_life import decided
from tests.factories.experts import recorded_accepted, recorded_application, recorded_decided, recording_unit
from tests.factories.meetings import planned
from tests.factories.reviews import accepted, seats
from tests.factories.visits import send, signed_in, text_of
from tests.integration.ethics_pages import at
from tests.search.records import set_secrecy

pytestmark = pytest.mark.django_db
WHY, NOTE, END = "样本来自某保密项目。", "某保密项目的数据齐全。", "某保密项目撤销。"


@pytest.fixture
def secret(committee: Committee, secretary: User) -> Activity:
    """An activity that was suspended, followed up and terminated, each with words; its dossier was made secret since."""
    application = decided(committee, secretary=secretary)
    activity = application.activity
    assert activity is not None
    activity_life.suspend(activity=activity, reason=WHY, by=secretary)
    planned_one = activity.follow_ups.get()
    follow_ups.record(follow_up=planned_one, done_on=days_ago(0), outcome="suspend", note=NOTE, by=secretary)
    activity.refresh_from_db()
    activities.terminate(activity=activity, ended_on=days_ago(0), reason=END, by=secretary)
    set_secrecy(application.dossier, Clearance.SEALED)
    return activity


def test_who_may_not_see_a_secret_activity_reads_no_reason_of_its_steps(secret: Activity) -> None:
    unit = secret.unit
    pages = [unit.get_absolute_url(), secret.get_absolute_url(), at("unit-history", unit.dossier.reference)]
    low = signed_in(person(Role.AUDITOR))
    for page in pages:
        shown = text_of(low.get(page))
        for words in (WHY, NOTE, END):
            assert words not in shown, (page, words)
    assert "科技活动暂停" in text_of(low.get(pages[0]))  # that it happened stands in the register


def test_who_may_see_it_reads_them(secret: Activity) -> None:
    high = signed_in(person(Role.AUDITOR, clearance=int(Clearance.SEALED)))
    shown = text_of(high.get(secret.unit.get_absolute_url()))
    assert all(words in shown for words in (WHY, NOTE, END))
    shown = text_of(high.get(secret.get_absolute_url()))
    assert all(words in shown for words in (NOTE, END))


def test_a_cancelled_meeting_says_why(committee: Committee, secretary: User) -> None:
    meeting = planned(committee, by=secretary)
    browser = signed_in(secretary)
    assert "取消原因" not in text_of(browser.get(meeting.get_absolute_url()))
    assert send(browser, at("meeting-cancel", meeting.pk), reason="主任委员因病请假。").status_code == 302
    for user in (secretary, seats(committee)[1].user):
        assert "主任委员因病请假。" in text_of(signed_in(user).get(meeting.get_absolute_url()))


def test_items_are_counted_as_the_reader_sees_them(committee: Committee, secretary: User) -> None:
    """E13, B5: somebody kept out of the first of three items finds two, and no number that tells of a third."""
    hidden = accepted(committee, secretary=secretary, title="回避的研究").application
    meeting = planned(committee, by=secretary)
    agenda.add(meeting=meeting, kind="review", application=hidden, by=secretary)
    for title in ("通报工作", "学习文件"):
        agenda.add(meeting=meeting, kind="other", title=title, by=secretary)
    attendance.record(meeting=meeting, present=seats(committee), by=secretary)
    meetings.begin(meeting=meeting, by=secretary)
    other = ethics_officer()
    exclude(other, hidden.dossier)
    browser = signed_in(other)

    first, second = meeting.attendances.order_by("pk")[5:7]
    form = browser.get(at("attendance-leave", first.pk)).content
    options = BeautifulSoup(form, "html.parser").select("select[name=position] option[value]")
    assert [(one["value"], one.get_text(strip=True)) for one in options if one["value"]] == [
        ("1", "1 其他事项：通报工作"),
        ("2", "2 其他事项：学习文件"),
    ]
    assert send(browser, at("attendance-leave", first.pk), position="2").status_code == 302
    first.refresh_from_db()
    assert first.left_before == 3
    attendance.leave(attendance=second, position=1, by=secretary)
    page = text_of(browser.get(meeting.get_absolute_url()))
    assert "第 2 项议题前离会" in page
    assert "第 1 项议题前离会" in page
    assert "第 3 项" not in page
    assert "第 3 项议题前离会" in text_of(signed_in(secretary).get(meeting.get_absolute_url()))

    for item in meeting.items.filter(kind="other"):
        agenda.settle(item=item, result="已通报。", by=secretary)
        agenda.reconcile(item=item, by=secretary)
    refused = browser.post(at("meeting-close", meeting.pk), {"idempotency_key": "a" * 32}, follow=True)
    shown = text_of(refused)
    assert "还有议题没有核对结果" in shown
    assert "第 1 项议题还没有" not in shown


def test_a_decision_made_elsewhere_stood_on_no_agenda_of_ours(secretary: User) -> None:
    unit, house = recording_unit(by=secretary)
    application = recorded_application(unit, house, by=secretary, list_item="", circumstances=[])
    recorded_decided(recorded_accepted(application, by=secretary, days=20), by=secretary, days=10)
    page = text_of(signed_in(secretary).get(application.get_absolute_url()))
    assert "登记外部审查的决定" in page
    assert "列入会议议程" not in page


def test_a_waiver_confirmed_elsewhere_is_recorded_on_its_page(secretary: User) -> None:
    unit, house = recording_unit(by=secretary)
    application = recorded_application(
        unit, house, by=secretary, list_item="", circumstances=[], scope_classes=["human"], regimes=["HS2023"]
    )
    browser, url = signed_in(secretary), at("recorded-waive", application.dossier.reference)
    assert url in browser.get(application.get_absolute_url()).content.decode()
    values: dict[str, Any] = {"waived_on": days_ago(3).isoformat(), "reason": "数据已经匿名化。"}
    refused = send(browser, url, **values)
    assert refused.status_code == 422
    assert "数据已经匿名化。" in refused.content.decode()  # nothing typed is lost
    conditions = ["no_bodily_harm", "no_sensitive_personal_info", "no_commercial_interest"]
    assert send(browser, url, **values, conditions=conditions, cases=["anonymised_data"]).status_code == 302
    application.refresh_from_db()
    assert application.status == "waived"
