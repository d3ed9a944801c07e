"""The calendar page and the two audit pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.enums import Clearance, DepartmentKind, Role
from accounts.models import Membership
from casework.actions.dossiers import close_dossier
from casework.actors import SYSTEM
from casework.enums import AccessKind
from casework.events import record_access
from casework.models import AccessEvent, CalendarDay, Event
from tests.factories import department, person
from tests.factories.dossiers import clock, dossier, exclude
from tests.factories.visits import queries_of, send, signed_in, text_of
from tests.unit.casework.days import NOTICE

pytestmark = pytest.mark.django_db

CALENDAR, EVENTS, ACCESS = "/calendar/", "/audit/", "/audit/access/"
TYPED = "2027-02-11 休 春节\n2027-02-12 休 春节\n2027-02-20 班 调休上班"


def notice(**changes: Any) -> dict[str, Any]:
    return {"year": "2027", "notice_no": NOTICE, "days": TYPED, "confirmed": "on"} | changes


@pytest.mark.parametrize("url", [CALENDAR, EVENTS, ACCESS])
def test_the_pages_are_for_their_keepers(url: str) -> None:
    allowed = {CALENDAR: Role.HEAD, EVENTS: Role.AUDITOR, ACCESS: Role.AUDITOR}[url]
    assert Client().get(url)["Location"].startswith("/accounts/login/")
    for role in (Role.OFFICER, Role.PUBLISHER, Role.MEMBER):
        answer = signed_in(person(role)).get(url)
        assert (answer.status_code, "没有这项权限" in text_of(answer)) == (403, True)
    client = signed_in(person(allowed))
    assert client.get(url).status_code == 200
    assert f'<a href="{"/audit/" if url == ACCESS else url}" aria-current="page">' in client.get(url).content.decode()


def test_a_notice_is_entered_and_the_moved_deadlines_are_shown() -> None:
    deadline = clock(dt.date(2027, 1, 25))
    client = signed_in(person(Role.HEAD))
    assert "尚未录入" in text_of(client.get(CALENDAR))
    key = "a" * 32

    first = send(client, CALENDAR, key, **notice())
    again = send(client, CALENDAR, key, **notice())

    assert first["Location"] == again["Location"]
    page = text_of(client.get(first["Location"]))
    assert "1 项期限的日期有变动" in page
    assert deadline.dossier.reference in page
    assert "2027-02-19 2027-02-22" in page
    assert "已录入通知" in page
    assert Event.objects.filter(type="calendar_entered").count() == 1
    assert CalendarDay.objects.count() == 3
    assert "没有期限因此变动" in text_of(client.get(CALENDAR, {"notice": "别的文号"}))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"days": "2027-02-11 春节"}, "第 1 行"),
        ({"days": "2028-02-11 休"}, "不在 2027 年内"),
        ({"notice_no": ""}, "请填写这一栏"),
        ({"year": "1999"}, "2007"),
    ],
)
def test_what_is_wrong_with_a_notice_stands_beside_what_was_typed(changes: dict[str, str], sentence: str) -> None:
    page = send(signed_in(person(Role.HEAD)), CALENDAR, **notice(**changes))

    assert page.status_code == 422
    assert sentence in text_of(page)
    area = BeautifulSoup(page.content, "html.parser").select_one("textarea[name=days]")
    assert area.get_text().strip() == notice(**changes)["days"]
    assert not CalendarDay.objects.exists()


def test_an_auditor_reads_events_and_the_reading_is_on_record() -> None:
    auditor, officer = person(Role.AUDITOR, clearance=2), person(Role.OFFICER, name="李明")
    one = dossier(handler=officer)
    close_dossier(dossier=one, by=officer)
    sealed, own = dossier(secrecy=Clearance.SEALED), dossier()
    exclude(auditor, own)
    client = signed_in(auditor)

    page = text_of(client.get(EVENTS))

    assert "结卷" in page
    assert "李明" in page
    assert one.reference in page
    assert sealed.reference not in page
    assert own.reference not in page
    row = AccessEvent.objects.get(user=auditor)
    assert (row.kind, row.what, row.data) == (AccessKind.READ, "audit:type", {})


def test_events_are_filtered_by_type_and_number() -> None:
    first, second = dossier(), dossier()
    close_dossier(dossier=first, by=SYSTEM)
    close_dossier(dossier=second, by=SYSTEM)
    client = signed_in(person(Role.AUDITOR, clearance=2))

    page = client.get(EVENTS, {"kind": "dossier_closed", "reference": f" {first.reference} "})

    table = BeautifulSoup(page.content, "html.parser").select("tbody tr")
    assert len(table) == 1
    assert "结卷" in table[0].get_text()
    assert first.reference in table[0].get_text()
    refused = client.get(EVENTS, {"kind": "nothing_of_ours"})
    assert refused.status_code == 422
    assert not BeautifulSoup(refused.content, "html.parser").select("tbody tr")
    assert "没有符合条件的记录" in text_of(client.get(EVENTS, {"reference": "没有这个编号"}))


def test_registers_have_a_word_instead_of_a_number() -> None:
    client = signed_in(person(Role.AUDITOR, clearance=2))
    send(signed_in(person(Role.HEAD)), CALENDAR, **notice())

    page = text_of(client.get(EVENTS, {"kind": "calendar_entered"}))

    assert "放假安排 #1" in page
    assert "register:" not in page


def test_readings_are_listed_filtered_and_paged_at_a_constant_cost() -> None:
    auditor, one = person(Role.AUDITOR, clearance=2), dossier()
    client = signed_in(auditor)
    record_access(kind=AccessKind.SEARCH, by=person(Role.OFFICER, name="李明"), what="query:ab12", purpose="办案")
    for n in range(60):
        record_access(kind=AccessKind.READ, by=SYSTEM, what=f"row {n}", dossier=one)

    assert "row 59" in text_of(client.get(ACCESS))
    found = text_of(client.get(ACCESS, {"kind": "search"}))
    assert "李明" in found
    assert "办案" in found
    assert "row 59" not in found
    page = client.get(ACCESS, {"reference": one.reference})
    link = BeautifulSoup(page.content, "html.parser").select_one("a[rel=next]")
    assert "row 0" in text_of(client.get(ACCESS + link["href"]))
    assert len(queries_of(client, ACCESS)) <= 12
    assert len(queries_of(client, EVENTS)) <= 12


def test_departments_are_named_in_english_on_english_pages_and_in_chinese_elsewhere():
    office = department("edu", DepartmentKind.MEMBER, name="市教育局")
    office.short_name_en = "Education Bureau"
    office.save()
    client = signed_in(person(Role.MEMBER, dept="edu"))

    for language, own, other in (("en", "Education Bureau", "市教育局"), ("zh-hans", "市教育局", "Education Bureau")):
        client.cookies["django_language"] = language
        for page in ("/accounts/me/", "/today/"):
            words = client.get(page).content.decode()
            assert own in words and other not in words


def test_names_in_a_row_are_parted_as_the_language_of_the_page_does():
    user = person(Role.INTAKE)
    Membership.objects.create(
        user=user, department=department("edu", name="市教育局"), role=Role.OFFICER, valid_from=dt.date(2020, 1, 1)
    )
    client = signed_in(user)
    assert "受理人员、办案人员" in client.get("/today/").content.decode()
    client.cookies["django_language"] = "en"
    assert "Acceptance officer, Case officer" in client.get("/today/").content.decode()
