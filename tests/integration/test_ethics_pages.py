"""Pages of the ethics register: anonymous, invisible, not permitted, works, repeated; ledger, filters, paging, queries."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.enums import Role
from accounts.models import User
from casework.models import AccessEvent, Event
from ethics.actions import members, registrations, units, violations
from ethics.exports import neutral
from ethics.models import Committee, ReviewUnit, Violation
from integrity.models import Lead
from tests.factories import department, person
from tests.factories.ethics import (
    FACTS,
    ZHAOHUA,
    activity_of,
    areas,
    committee_of,
    days_ago,
    ethics_officer,
    everything_of,
    supervised_unit,
)
from tests.factories.visits import queries_of, send, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return ethics_officer()


@pytest.fixture
def unit(officer: User) -> ReviewUnit:
    return supervised_unit(by=officer)


def form_pages(unit: ReviewUnit, things: dict[str, int]) -> list[tuple[str, dict[str, Any], str]]:
    """(address, what is sent, event type) for every form of a unit."""
    reference = unit.dossier.reference
    day, later = days_ago(1).isoformat(), days_ago(-900).isoformat()

    def at(name: str, *keys: Any) -> str:
        return reverse(f"ethics:{name}", args=keys)

    return [
        (at("unit-edit", reference), {"sensitive_fields": ["ai"], "required_basis": "ai"}, "ethics_unit_edited"),
        (at("unit-relocate", reference), {"region_code": ZHAOHUA, "reason": "迁址"}, "ethics_unit_relocated"),
        (
            at("unit-open", reference),
            {"department": department("wjw").pk, "basis": "行业主管"},
            "ethics_unit_opened",
        ),
        (
            at("committee-enter", reference),
            {"name": "医学伦理委员会", "set_up_on": day, "regimes": ["ST2023", "HS2023"]},
            "committee_entered",
        ),
        (
            at("committee-edit", things["committee"]),
            {"name": "科技伦理审查委员会", "regimes": ["ST2023", "HS2023"]},
            "committee_edited",
        ),
        (
            at("member-enter", things["committee"]),
            {
                "name": "顾南乔",
                "sex": "female",
                "office": "member",
                "categories": ["ethics"],
                "starts_on": day,
                "ends_on": later,
            },
            "committee_member_entered",
        ),
        (
            at("member-sign", things["committee_member"]),
            {"kind": "confidentiality", "signed_on": day},
            "undertaking_recorded",
        ),
        (
            at("member-train", things["committee_member"]),
            {"topic": "办法培训", "trained_on": day},
            "training_recorded",
        ),
        (
            at("member-leave", things["committee_member"]),
            {"left_on": day, "reason": "调离"},
            "committee_member_left",
        ),
        (
            at("registration-record", things["registration"]),
            {"registered_on": day, "platform_no": "川-7"},
            "registration_recorded",
        ),
        (
            at("filing-record", things["filing"]),
            {"filed_on": day, "filing_no": "备-7"},
            "filing_recorded",
        ),
        (
            at("member-check", things["committee_member"]),
            {"clean_check_no": "诚信核查〔2026〕00017号", "clean_checked_on": day},
            "member_check_noted",
        ),
        (at("report-record", things["annual_report"]), {"submitted_on": day}, "annual_report_recorded"),
        (
            at("spot-check-record", reference),
            {"checked_on": day, "findings": "无问题。"},
            "spot_check_recorded",
        ),
        (
            at("spot-check-rectify", things["spot_check"]),
            {"rectified_on": day, "rectification": "已补齐。"},
            "spot_check_rectified",
        ),
        (
            at("violation-record", reference),
            {"kind": "V2", "found_on": day, "concerned": "某课题组", "facts": FACTS},
            "violation_recorded",
        ),
        (at("activity-enter", reference), {"title": "新物种合成", "list_item": "L1"}, "activity_entered"),
        (
            at("activity-expert", things["activity_in_review"]),
            {"outcome": "agree", "expert_on": day, "basis": "川科伦复3号"},
            "activity_expert_recorded",
        ),
        (at("activity-approve", things["activity_in_review"]), {"approved_on": day}, "activity_approved"),
        (
            at("follow-up-record", things["follow_up"]),
            {"done_on": day, "outcome": "continue", "note": "正常。"},
            "follow_up_recorded",
        ),
        (at("activity-complete", things["activity"]), {"ended_on": day}, "activity_completed"),
        (
            at("activity-terminate", things["activity_in_review"]),
            {"ended_on": day, "reason": "停止"},
            "activity_terminated",
        ),
        (at("committee-dissolve", things["committee"]), {"dissolved_on": day}, "committee_dissolved"),
    ]


def test_every_form_opens_sends_once_and_leads_back_to_the_unit(officer: User, unit: ReviewUnit) -> None:
    department("wjw", "member")
    things = everything_of(unit, by=officer)
    browser = signed_in(officer)
    for url, values, event in form_pages(unit, things):
        count = Event.objects.filter(type=event).count()
        assert browser.get(url).status_code == 200, url
        data = {**values, "idempotency_key": f"{abs(hash(url)):032x}"[:32]}
        answer = browser.post(url, data)
        assert answer.status_code == 302, text_of(answer)
        assert answer["Location"] == reverse("ethics:unit-detail", args=[unit.dossier.reference])
        again = browser.post(url, data)
        assert again["Location"] == answer["Location"]
        assert Event.objects.filter(type=event).count() == count + 1, event


def test_the_ladder_of_every_form(officer: User, unit: ReviewUnit) -> None:
    """Anonymous: sign in. Invisible: 404. Only reading: 403."""
    department("wjw", "member")
    things = everything_of(unit, by=officer)
    reader, stranger = person(Role.MEMBER, dept="jyj"), person(Role.HEAD)
    units.open_to(unit=unit, department=department("jyj"), basis="行业主管", by=officer)
    events = Event.objects.count()
    for url, values, _event in form_pages(unit, things):
        assert Client().get(url)["Location"].startswith("/accounts/login/")
        for method in ("get", "post"):
            assert getattr(signed_in(stranger), method)(url, {"idempotency_key": "0" * 32}).status_code == 404
        assert signed_in(reader).get(url).status_code == 403
        assert send(signed_in(reader), url, **values).status_code == 403
    assert Event.objects.count() == events


def test_a_unit_is_entered_on_its_page(officer: User) -> None:
    browser = signed_in(officer)
    data = {"name": "利州脑健康研究所", "kind": "institute", "region_code": "510802", "sensitive_fields": ["medicine"]}
    answer = send(browser, "/ethics/units/enter/", **data)
    unit = ReviewUnit.objects.get()
    assert answer["Location"] == unit.get_absolute_url()
    assert "已登记利州脑健康研究所" in text_of(browser.get(answer["Location"]))
    assert "已经登记" in text_of(send(browser, "/ethics/units/enter/", **data))


def test_a_county_is_offered_its_own_area_only() -> None:
    areas()
    department("zhq").short_name = "昭化区"
    page = BeautifulSoup(signed_in(person(Role.COUNTY, dept="lzq")).get("/ethics/units/enter/").content, "html.parser")
    assert [one["value"] for one in page.select("select[name=region_code] option")] == ["", "510802"]


def test_the_page_of_a_unit_says_what_is_wrong_and_when_it_will_break(officer: User, unit: ReviewUnit) -> None:
    committee_of(unit, by=officer, seats=6)
    page = text_of(signed_in(officer).get(unit.get_absolute_url()))
    assert "组成不符合要求" in page
    assert "委员 6 人，少于规定的 7 人。" in page
    assert "科技伦理审查办法 第7条" in page
    assert "预计" in page


def test_the_composition_is_asked_about_any_day(officer: User, unit: ReviewUnit) -> None:
    """Both days of a term count: sound on the last day, broken on the next (E9)."""
    committee = committee_of(unit, by=officer, term_days=600)
    last = committee.members.order_by("pk")[0].ends_on
    browser = signed_in(officer)
    assert "组成符合要求" in text_of(browser.get(unit.get_absolute_url(), {"on": last.isoformat()}))
    after = (last + dt.timedelta(days=1)).isoformat()
    # R25: the next break as seen from the day asked about.
    assert f"预计 {after} 起不再符合要求" in text_of(browser.get(unit.get_absolute_url(), {"on": last.isoformat()}))
    assert "委员 0 人" in text_of(browser.get(unit.get_absolute_url(), {"on": after}))
    before = (committee.set_up_on - dt.timedelta(days=1)).isoformat()
    assert "尚未设立" in text_of(browser.get(unit.get_absolute_url(), {"on": before}))
    assert browser.get(unit.get_absolute_url(), {"on": "2026-02-30"}).status_code == 200


def test_reading_a_unit_is_recorded_and_its_history_is_shown(officer: User, unit: ReviewUnit) -> None:
    things = everything_of(unit, by=officer)
    browser = signed_in(officer)
    browser.get(unit.get_absolute_url())
    assert AccessEvent.objects.filter(dossier=unit.dossier, user=officer, kind="read").count() == 1
    member = Committee.objects.get(pk=things["committee"]).members.order_by("pk")[0]
    members.leave(member=member, left_on=days_ago(1), reason="调离", by=officer)
    page = text_of(browser.get(reverse("ethics:unit-history", args=[unit.dossier.reference])))
    assert "提前离任日" in page
    assert days_ago(1).isoformat() in page


def test_a_violation_is_referred_with_one_click_and_only_intake_reads_the_number(
    officer: User, unit: ReviewUnit
) -> None:
    violation = violations.record(
        unit=unit, kind="V1", found_on=days_ago(2), concerned="某课题组", facts=FACTS, by=officer
    )
    browser = signed_in(officer)
    url = reverse("ethics:violation-refer", args=[violation.pk])
    assert "移送科研诚信" in text_of(browser.get(unit.get_absolute_url()))
    assert send(browser, url)["Location"] == unit.get_absolute_url()
    send(browser, url)
    number = Lead.objects.get().dossier.reference
    for address in (unit.get_absolute_url(), reverse("ethics:unit-history", args=[unit.dossier.reference])):
        page = text_of(browser.get(address))
        assert number not in page
    assert "已移送科研诚信" in text_of(browser.get(unit.get_absolute_url()))
    lead_page = text_of(signed_in(person(Role.INTAKE)).get(f"/leads/{number}/"))
    assert violation.reference in lead_page
    assert FACTS in lead_page
    assert Violation.objects.get().lead_reference == number


def test_the_ledger_shows_marks_filters_and_sums(officer: User, unit: ReviewUnit) -> None:
    committee_of(unit, by=officer)
    activity_of(unit, by=officer, approved=50)
    supervised_unit("昭化农业研究所", by=officer, region_code=ZHAOHUA, required_basis="")
    browser = signed_in(officer)
    page = text_of(browser.get("/ethics/"))
    assert "嘉陵脑科学研究所" in page
    assert "昭化农业研究所" in page
    assert "逾期 20 天" in page  # the registration of the activity was due 30 days after its approval
    assert "按县区汇总" in page
    filtered = text_of(browser.get("/ethics/", {"region": ZHAOHUA}))
    assert "嘉陵脑科学研究所" not in filtered.split("按县区汇总")[0]
    late = text_of(browser.get("/ethics/", {"overdue": "on"})).split("按县区汇总")[0]
    assert "嘉陵脑科学研究所" in late
    assert "昭化农业研究所" not in late
    assert browser.get("/ethics/", {"region": "x", "before": "²"}).status_code == 200


def test_what_is_done_is_not_overdue_any_more(officer: User, unit: ReviewUnit) -> None:
    activity = activity_of(unit, by=officer, approved=50)
    assert list(ReviewUnit.objects.with_overdue(timezone.localdate())) == [unit]
    registrations.record(registration=activity.registration, registered_on=timezone.localdate(), by=officer)
    assert not ReviewUnit.objects.with_overdue(timezone.localdate()).exists()


def test_the_ledger_is_paged_and_asks_at_most_twelve_questions(officer: User) -> None:
    for number in range(27):
        unit = supervised_unit(f"单位{number:02d}", by=officer)
        if number % 9 == 0:
            committee = committee_of(unit, by=officer, seats=1)
            activity_of(unit, by=officer, committee=committee)
    browser = signed_in(officer)
    browser.get("/ethics/")
    assert len(queries_of(browser, "/ethics/")) <= 12
    first = browser.get("/ethics/")
    page = BeautifulSoup(first.content, "html.parser")
    assert len(page.select("table.ledger tbody tr")) == 25
    second = BeautifulSoup(browser.get("/ethics/" + page.select_one("a[rel=next]")["href"]).content, "html.parser")  # type: ignore[index]
    assert len(second.select("table.ledger tbody tr")) == 2
    assert len(queries_of(browser, "/ethics/?overdue=on")) <= 12


def test_nobody_else_opens_the_ledger() -> None:
    assert signed_in(person(Role.HEAD)).get("/ethics/").status_code == 403
    assert "科技伦理" not in text_of(signed_in(person(Role.HEAD)).get("/today/"))
    member = signed_in(person(Role.MEMBER, dept="jyj"))
    assert "这里列出您可以查看的单位" in text_of(member.get("/ethics/"))


def test_the_export_holds_the_rows_as_text_and_is_recorded(officer: User) -> None:
    unit = supervised_unit("=cmd|'/c calc'!A1 研究所", by=officer)
    committee_of(unit, by=officer, seats=1)
    answer = signed_in(officer).get("/ethics/export.xlsx", {"region": "510802"})
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][1] == "单位"
    assert rows[1][1] == "'=cmd|'/c calc'!A1 研究所"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    trace = AccessEvent.objects.get(kind="export")
    assert (trace.user, trace.what, trace.data["region"]) == (officer, "ethics:ledger", "510802")
    assert trace.data["rows"] == len(rows) - 1
    assert signed_in(person(Role.COUNTY, dept="lzq")).get("/ethics/export.xlsx").status_code == 403


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_a_text_a_spreadsheet_would_run_is_neutralised(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert neutral("普通文字") == "普通文字"


def test_today_lists_what_is_due_for_whoever_keeps_the_unit(officer: User, unit: ReviewUnit) -> None:
    committee_of(unit, by=officer, seats=6, term_days=530)
    activity_of(unit, by=officer, approved=170)
    with time_machine.travel(timezone.now()):
        page = text_of(signed_in(officer).get("/today/"))
    assert "委员会登记 科技伦理委员会" in page
    assert "跟踪审查：侵入式脑机接口临床研究" in page
    assert "委员会组成不符合要求：科技伦理委员会" in page
    assert "任期将满：委员甲" in page
    for other in (person(Role.COUNTY, dept="zhq"), person(Role.AUDITOR)):
        assert "科技伦理委员会" not in text_of(signed_in(other).get("/today/"))
    assert "科技伦理委员会" in text_of(signed_in(person(Role.COUNTY, dept="lzq")).get("/today/"))
