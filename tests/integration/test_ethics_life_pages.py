"""Pages after approval: activity, incidents, public list, statistics; who gets in, what is kept, what it costs."""

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
from ethics.actions import activity_life, applications, incidents, public_entries, units
from ethics.models import Activity, Incident, PublicEntry, ReviewUnit, Violation
from tests.factories import department, person
from tests.factories.dossiers import exclude
from tests.factories.ethics import activity_of, days_ago, ethics_officer, supervised_unit
from tests.factories.ethics_life import FALL, decided, drafted, reported, unlisted
from tests.factories.reviews import applicant, submitted, working_committee
from tests.factories.visits import queries_of, send, signed_in, text_of
from tests.integration.ethics_pages import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return ethics_officer()


@pytest.fixture
def unit(officer: User) -> ReviewUnit:
    return supervised_unit(by=officer)


@pytest.fixture
def activity(unit: ReviewUnit, officer: User) -> Activity:
    return activity_of(unit, by=officer)


def form_pages(activity: Activity, by: User) -> list[tuple[str, dict[str, Any], str]]:
    """(address, what is sent, event type) for every form of an activity."""
    day = days_ago(0).isoformat()
    incident = reported(activity, by=by, kind="change")
    stopped = unlisted(activity.unit, by=by)
    activity_life.suspend(activity=stopped, reason="检修。", by=by)
    return [
        (
            at("incident-enter", activity.pk),
            {"kind": "deviation", "happened_on": day, "reported_on": day, "facts": "多采一次。"},
            "incident_reported",
        ),
        (at("incident-handle", incident.pk), {"outcome": "continue", "note": "已核实。"}, "incident_handled"),
        (at("activity-suspend", activity.pk), {"reason": "设备故障。"}, "activity_suspended"),
        (at("activity-resume", stopped.pk), {"reason": "已检修。"}, "activity_resumed"),
        (
            at("activity-letter-deliver", stopped.letters.get().pk),
            {"delivered_on": day, "how": "邮寄"},
            "review_letter_delivered",
        ),
    ]


def test_every_form_opens_sends_once_and_leads_back_to_the_activity(activity: Activity, officer: User) -> None:
    browser = signed_in(officer)
    for number, (url, values, event) in enumerate(form_pages(activity, officer)):
        count = Event.objects.filter(type=event).count()
        assert browser.get(url).status_code == 200, url
        data = {**values, "idempotency_key": f"{number:032x}"}
        answer = browser.post(url, data)
        assert answer.status_code == 302, text_of(answer)
        assert answer["Location"].startswith("/ethics/activities/")
        assert browser.post(url, data)["Location"] == answer["Location"]
        assert Event.objects.filter(type=event).count() == count + 1, event


def test_the_ladder_of_every_form(activity: Activity, officer: User) -> None:
    """Anonymous: sign in. Invisible: 404. Only reading: 403."""
    reader, stranger = person(Role.MEMBER, dept="jyj"), person(Role.HEAD)
    units.open_to(unit=activity.unit, department=department("jyj"), basis="行业主管", by=officer)
    pages = form_pages(activity, officer)
    events = Event.objects.count()
    for url, values, _event in pages:
        assert Client().get(url)["Location"].startswith("/accounts/login/")
        for method in ("get", "post"):
            assert getattr(signed_in(stranger), method)(url, {"idempotency_key": "0" * 32}).status_code == 404
        assert signed_in(reader).get(url).status_code == 403
        assert send(signed_in(reader), url, **values).status_code == 403
    assert Event.objects.count() == events


def test_the_page_tells_everything_and_what_to_do_next(activity: Activity, officer: User) -> None:
    incident = reported(activity, by=officer, suspend=True, file=("记录.txt", b"..."))
    page = text_of(signed_in(officer).get(activity.get_absolute_url()))
    for words in ("严重不良事件", FALL, "待处理", "发生后 1 天报告", "暂停活动通知书", "未送达", "记录.txt", "下一步"):
        assert words in page
    assert "还有严重情况没有处理，不能恢复" in page
    incidents.handle(incident=incident, outcome="continue", note="与训练无关。", by=officer)
    page = text_of(signed_in(officer).get(activity.get_absolute_url()))
    assert "与训练无关。" in page
    assert "不能恢复" not in page
    reader = person(Role.MEMBER, dept="jyj")
    units.open_to(unit=activity.unit, department=department("jyj"), basis="行业主管", by=officer)
    assert "下一步" not in text_of(signed_in(reader).get(activity.get_absolute_url()))
    assert AccessEvent.objects.filter(what=f"activity:{activity.pk}", user=reader).count() == 1


def test_the_unit_links_to_the_page_and_speaks_of_what_happened(activity: Activity, officer: User) -> None:
    reported(activity, by=officer, suspend=True)
    response = signed_in(officer).get(activity.unit.get_absolute_url())
    assert f'href="{activity.get_absolute_url()}"' in response.content.decode()
    page = text_of(response)
    assert "报告活动情况" in page
    assert FALL not in page


def test_the_page_asks_at_most_twelve_questions_whatever_it_holds(activity: Activity, officer: User) -> None:
    browser = signed_in(officer)
    few = len(queries_of(browser, activity.get_absolute_url()))
    for _number in range(4):
        reported(activity, by=officer)
        activity_life.tell(activity=activity, kind="suspension", reason="检修。", by=officer)
    drafted(activity, by=officer)
    many = len(queries_of(browser, activity.get_absolute_url()))
    assert few <= many <= few + 1  # the article on adverse events is read where there is one
    assert many <= 12


def test_the_applicant_reports_from_the_own_pages_and_nobody_else(officer: User) -> None:
    by = applicant()
    application = decided(working_committee(by=officer), secretary=officer, by=by)
    url = at("own-incident-enter", application.dossier.reference)
    data = {"kind": "adverse_event", "happened_on": days_ago(0).isoformat(), "facts": FALL}
    browser = signed_in(by)
    assert send(browser, url, **{**data, "facts": ""}).status_code == 422
    assert send(browser, url, **data)["Location"] == url
    page = text_of(browser.get(url))
    assert "处理中" in page
    incident = Incident.objects.get()
    assert (incident.is_serious, incident.entered_by) == (True, by)
    for stranger in (applicant(), officer, person(Role.HEAD)):
        assert signed_in(stranger).get(url).status_code == 404
    incidents.handle(incident=incident, outcome="suspend", note="内部意见。", by=officer)
    page = text_of(browser.get(url))
    assert "暂停" in page
    assert "内部意见" not in page
    assert officer.name not in page
    assert "测试" not in page.replace(by.name, "")


def test_an_application_that_is_not_approved_has_nothing_to_report(officer: User) -> None:
    by = applicant()
    application = submitted(working_committee(by=officer), by=by)
    url = at("own-incident-enter", application.dossier.reference)
    data = {"kind": "deviation", "happened_on": days_ago(0).isoformat(), "facts": "多采一次。"}
    answer = send(signed_in(by), url, **data)
    assert answer.status_code == 422
    assert "只能对已经批准的活动报告情况" in text_of(answer)


def test_today_shows_serious_incidents_first_and_hides_them_once_answered(activity: Activity, officer: User) -> None:
    reported(activity, by=officer, kind="change")
    serious = reported(activity, by=officer)
    with time_machine.travel(timezone.now()):
        page = text_of(signed_in(officer).get("/today/"))
        assert page.index("严重：严重不良事件") < page.index("计划或者环境变化：")
        assert "涉及人的研究伦理审查办法 第26条" in page or "第26条" in page
        incidents.handle(incident=serious, outcome="continue", note="已核实。", by=officer)
        assert "严重：" not in text_of(signed_in(officer).get("/today/"))
    assert "计划或者环境变化：" not in text_of(signed_in(person(Role.COUNTY, dept="zhq")).get("/today/"))


def test_a_start_before_approval_is_entered_from_the_activity_and_the_application(
    unit: ReviewUnit, officer: User
) -> None:
    """E12."""
    waiting = activity_of(unit, by=officer, approved=None, leader_name="负责人乙")
    browser = signed_in(officer)
    page = BeautifulSoup(browser.get(waiting.get_absolute_url()).content, "html.parser")
    link = next(one for one in page.select("a") if "登记擅自开展" in one.get_text())["href"]
    form = BeautifulSoup(browser.get(str(link)).content, "html.parser")
    assert form.select_one("select[name=kind] option[selected]")["value"] == "V2"  # type: ignore[index]
    assert form.select_one("select[name=activity] option[selected]")["value"] == str(waiting.pk)  # type: ignore[index]
    assert form.select_one("input[name=concerned]")["value"] == "嘉陵脑科学研究所、负责人乙"  # type: ignore[index]
    data = {"kind": "V2", "found_on": days_ago(0).isoformat(), "concerned": "课题组", "facts": "已招募。"}
    assert send(browser, str(link), activity=waiting.pk, **data).status_code == 302
    assert Violation.objects.get().activity == waiting
    assert Event.objects.filter(type="violation_recorded").count() == 1
    assert "登记了 1 项违规" in text_of(browser.get(waiting.get_absolute_url()))


@pytest.mark.parametrize(
    "query", ["?kind=V9&activity=x", "?activity=²", "?application=%00", f"?activity={'9' * 40}", "?application=没有"]
)
def test_nonsense_in_the_link_fills_in_nothing(unit: ReviewUnit, officer: User, query: str) -> None:
    response = signed_in(officer).get(at("violation-record", unit.dossier.reference) + query)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert not page.select_one("input[name=concerned]").get("value")  # type: ignore[union-attr]


def test_an_application_of_another_unit_fills_in_nothing(unit: ReviewUnit, officer: User) -> None:
    application = submitted(working_committee(by=officer))
    url = at("violation-record", unit.dossier.reference)
    page = signed_in(officer).get(url, {"application": application.dossier.reference}).content.decode()
    assert application.leader_name not in page


def test_the_ledger_lists_activities_on_the_list_and_counts_the_others(unit: ReviewUnit, officer: User) -> None:
    unlisted(unit, by=officer, approved=400, title="步态监测研究")
    page = text_of(signed_in(officer).get("/ethics/")).split("按县区汇总")[0]
    assert "步态监测研究" not in page
    assert "另有 1 项不在清单上的活动" in page
    assert "1 项跟踪逾期" in page


def test_an_entry_is_drafted_by_one_and_published_by_another(activity: Activity, officer: User) -> None:
    browser = signed_in(officer)
    url = reverse("ethics_public:draft", args=[activity.pk])
    assert browser.get(url).status_code == 200
    data = {"title": "康复训练研究", "unit_name": "某研究所", "redaction_note": "单位名称经过概括"}
    entry_url = send(browser, url, **data)["Location"]
    entry = PublicEntry.objects.get()
    publish = reverse("ethics_public:publish", args=[entry.pk])
    assert send(browser, publish).status_code == 403
    assert "须由起草人以外的另一人" in text_of(browser.get(entry_url))
    second = signed_in(person(Role.PUBLISHER))
    assert "审核公开名单条目：康复训练研究" in text_of(second.get("/today/"))
    page = text_of(second.get(entry_url))
    assert activity.title not in page
    assert send(second, publish).status_code == 302
    public = text_of(Client().get("/ethics-approvals/"))
    assert "康复训练研究" in public
    assert "单位名称经过概括" in public
    for hidden in (activity.title, activity.unit.organization.name, activity.unit.dossier.reference):
        assert hidden not in public
    withdraw = reverse("ethics_public:withdraw", args=[entry.pk])
    assert send(second, withdraw, reason="单位要求").status_code == 302
    assert "康复训练研究" not in text_of(Client().get("/ethics-approvals/"))
    assert Event.objects.filter(type="public_entry_withdrawn").count() == 1


def test_the_embargo_ends_after_its_last_day(activity: Activity, officer: User) -> None:
    last = timezone.localdate() + dt.timedelta(days=5)
    public_entries.publish(entry=drafted(activity, by=officer, embargo_until=last), by=person(Role.PUBLISHER))
    noon = dt.time(4, 0, tzinfo=dt.UTC)
    with time_machine.travel(dt.datetime.combine(last, noon)):
        assert "康复训练研究" not in text_of(Client().get("/ethics-approvals/"))
    with time_machine.travel(dt.datetime.combine(last + dt.timedelta(days=1), noon)):
        assert "康复训练研究" in text_of(Client().get("/ethics-approvals/"))


def test_the_public_list_is_searched_by_words_and_paged(unit: ReviewUnit, officer: User) -> None:
    publisher = person(Role.PUBLISHER)
    for number in range(22):
        activity = unlisted(unit, by=officer, title=f"研究{number:02d}")
        public_entries.publish(entry=drafted(activity, by=officer, title=f"公开研究{number:02d}"), by=publisher)
    browser = Client()
    first = BeautifulSoup(browser.get("/ethics-approvals/").content, "html.parser")
    assert len(first.select(".notice-list li")) == 20
    second = browser.get("/ethics-approvals/" + first.select_one("a[rel=next]")["href"])  # type: ignore[index,operator]
    assert len(BeautifulSoup(second.content, "html.parser").select(".notice-list li")) == 2
    assert "公开研究07" in text_of(browser.get("/ethics-approvals/", {"q": "研究07 嘉陵"}))
    assert "没有找到" in text_of(browser.get("/ethics-approvals/", {"q": "研究07 别处"}))
    for words in ("\0", "%", "字" * 9000, "' OR 1=1"):
        assert browser.get("/ethics-approvals/", {"q": words, "before": "²"}).status_code == 200
    assert len(queries_of(browser, "/ethics-approvals/")) <= 2


def test_somebody_kept_out_of_the_unit_finds_no_entry(activity: Activity, officer: User) -> None:
    entry = drafted(activity, by=officer)
    publisher = person(Role.PUBLISHER)
    exclude(publisher, activity.unit.dossier)
    browser = signed_in(publisher)
    assert browser.get(reverse("ethics_public:entry", args=[entry.pk])).status_code == 404
    assert "康复训练研究" not in text_of(browser.get(reverse("ethics_public:desk")))
    assert send(browser, reverse("ethics_public:publish", args=[entry.pk])).status_code == 404


@pytest.fixture
def year_of_reviews(officer: User) -> User:
    committee = working_committee(by=officer)
    for title, outcome in (("甲研究", "approve"), ("乙研究", "approve"), ("丙研究", "reject")):
        decided(committee, secretary=officer, outcome=outcome, title=title)
    activity_of(committee.unit, by=officer, approved=10, committee=committee)
    return officer


def test_every_number_opens_a_list_of_as_many_rows(year_of_reviews: User) -> None:
    """R13."""
    browser = signed_in(year_of_reviews)
    page = BeautifulSoup(browser.get(at("statistics")).content, "html.parser")
    rows = {row.select_one("td").get_text(strip=True): row for row in page.select("table.sums tbody tr")}  # type: ignore[union-attr]
    assert len(rows) >= 15
    counted = {}
    for label, row in rows.items():
        link = row.select_one("a")
        assert link is not None
        number = str(link.find(string=True))
        listed = BeautifulSoup(browser.get(str(link["href"])).content, "html.parser")
        if "天数" not in label:
            assert len(listed.select("main .entry")) == int(number), label
            counted[label] = int(number)
    assert (counted["批准"], counted["不予批准"], counted["作出审查决定"]) == (2, 1, 3)
    assert counted["其中清单活动"] == 1


def test_statistics_are_asked_per_committee_and_year_and_nonsense_is_this_year(year_of_reviews: User) -> None:
    browser = signed_in(year_of_reviews)
    other = working_committee(by=year_of_reviews, unit=supervised_unit("别的研究所", by=year_of_reviews))
    page = text_of(browser.get(at("statistics"), {"committee": other.pk}))
    assert "这一年没有作出决定。" in page
    for query in ({"year": "x"}, {"committee": "²"}, {"year": "0"}, {"committee": "9" * 40}):
        response = browser.get(at("statistics"), query)
        assert response.status_code == 200
        assert f"{timezone.localdate().year} 年伦理审查统计" in text_of(response)
    assert browser.get(at("statistics-list"), {"what": "nonsense"}).status_code == 200


def test_the_statistics_cost_the_same_however_much_there_is(year_of_reviews: User) -> None:
    browser = signed_in(year_of_reviews)
    before = len(queries_of(browser, at("statistics")))
    committee = working_committee(by=year_of_reviews, unit=supervised_unit("别的研究所", by=year_of_reviews))
    decided(committee, secretary=year_of_reviews, title="丁研究")
    assert len(queries_of(browser, at("statistics"))) == before
    assert before <= 12


def test_a_county_counts_what_it_may_see_and_takes_nothing_out(year_of_reviews: User) -> None:
    browser = signed_in(person(Role.COUNTY, dept="zhq"))
    assert "甲研究" not in text_of(browser.get(at("statistics-list"), {"what": "approve"}))
    assert browser.get(at("statistics-export")).status_code == 403
    assert signed_in(person(Role.MEMBER, dept="jyj")).get(at("statistics")).status_code == 403


def test_the_export_holds_the_tables_and_is_recorded(year_of_reviews: User) -> None:
    answer = signed_in(year_of_reviews).get(at("statistics-export"), {"year": timezone.localdate().year})
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["审查结论", "其他数字", "按委员会"]
    rows = list(book["审查结论"].iter_rows(values_only=True))
    assert rows[1][:2] == ("批准", 2)
    trace = AccessEvent.objects.get(kind="export")
    assert (trace.user, trace.what) == (year_of_reviews, "ethics:statistics")


def test_the_api_reads_through_the_same_door(officer: User) -> None:
    application = decided(working_committee(by=officer), secretary=officer)
    browser = signed_in(officer)
    one = browser.get(reverse("api-ethics-application-detail", args=[application.dossier.reference])).json()
    assert (one["title"], one["status"], one["activity"]) == (application.title, "approved", application.activity_id)
    assert "applicant" not in one
    found = browser.get(reverse("api-ethics-activity-detail", args=[application.activity_id])).json()
    assert found["unit"] == application.unit.dossier.reference  # type: ignore[union-attr]
    for stranger in (person(Role.HEAD), applicant(), person(Role.COMMITTEE)):
        client = signed_in(stranger)
        for name in ("api-ethics-application-list", "api-ethics-activity-list"):
            assert client.get(reverse(name)).json()["results"] == []
        assert client.get(reverse("api-ethics-activity-detail", args=[application.activity_id])).status_code == 404
    assert AccessEvent.objects.filter(what=f"api:ethics-activity:{application.activity_id}").count() == 1


def test_an_amendment_stands_on_the_page_of_its_activity_which_stays_approved(officer: User) -> None:
    """E6."""
    by = applicant()
    committee = working_committee(by=officer)
    activity = decided(committee, secretary=officer, by=by).activity
    assert activity is not None
    recorded = applications.record(
        unit=committee.unit, committee=committee, title="增加样本量", activity=activity, by=officer
    )
    page = text_of(signed_in(officer).get(activity.get_absolute_url()))
    assert recorded.dossier.reference in page
    assert "审查期间，原批准继续有效。" in page
    assert "已批准" in page
