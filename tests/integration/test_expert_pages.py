"""Pages of the re-review, of recorded reviews and of letters: what they show, hand out and keep to themselves."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import secrets
import zipfile

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from docx import Document

from accounts.enums import Role
from accounts.models import User
from casework.models import AccessEvent, Event
from casework.storage import SealedStore, StoreError
from ethics.actions import letters, materials, recorded
from ethics.models import Application, ReviewLetter
from ethics.presenters.parts import panels_of, steps_of
from tests.factories import person
from tests.factories.ethics import areas, committee_of, days_ago, supervised_unit
from tests.factories.experts import (
    OPINION,
    PANEL,
    answered,
    received,
    recorded_accepted,
    recorded_application,
    recorded_decided,
    recorded_passed,
    recording_unit,
    requested,
    run_passed,
)
from tests.factories.reviews import accepted, applicant, days_ahead, working_committee
from tests.factories.visits import queries_of, send, signed_in, text_of

pytestmark = pytest.mark.django_db


def at(name: str, application: Application) -> str:
    return reverse(f"ethics:{name}", args=[application.dossier.reference])


def test_the_relay_is_walked_on_its_pages(secretary: User) -> None:
    passed, browser, today = recorded_passed(by=secretary), signed_in(secretary), timezone.localdate()
    for name in ("expert-receive", "expert-answer", "expert-conclude"):
        assert browser.get(at(name, passed)).status_code == 404
    said = send(
        browser, at("expert-request", passed), authority="四川省科学技术厅", requested_on=days_ago(9).isoformat()
    )
    assert said["Location"] == at("expert-detail", passed)
    send(browser, at("expert-receive", passed), received_on=days_ago(8).isoformat())
    assert "待答复" in text_of(browser.get(at("expert-detail", passed)))
    values = {"answered_on": today.isoformat(), "opinion_no": OPINION, "agree": 4, "disagree": 2, "outcome": "agree"}
    for place, expert in enumerate(PANEL, start=1):
        values |= {f"name_{place}": expert.name, f"categories_{place}": list(expert.categories)}
    halves = send(browser, at("expert-answer", passed), **{**values, "name_6": "", "organization_6": "川北理工学院"})
    assert "请填写这名专家的姓名" in text_of(halves)
    wrong = send(browser, at("expert-answer", passed), **{**values, "outcome": "disagree"})
    assert (wrong.status_code, "已达到需要的 4 人" in text_of(wrong)) == (422, True)
    assert "魏长庚" in wrong.content.decode()
    send(browser, at("expert-answer", passed), **values)
    page = text_of(browser.get(at("expert-detail", passed)))
    for words in ("复核意见：同意", OPINION, "许归鸿", "按复核意见作出决定"):
        assert words in page
    send(browser, at("expert-conclude", passed), decided_on=today.isoformat(), reasons="同意复核意见。")
    passed.refresh_from_db()
    assert (passed.status, passed.activity is not None) == ("approved", True)
    assert Event.objects.filter(type="application_approved", dossier=passed.dossier).count() == 1


def test_a_negative_opinion_asks_for_reasons(secretary: User) -> None:
    passed, browser = recorded_passed(by=secretary), signed_in(secretary)
    answered(passed, by=secretary, agree=2, disagree=4, outcome="disagree")
    assert "不予批准" in text_of(browser.get(at("expert-conclude", passed)))
    day = timezone.localdate().isoformat()
    assert send(browser, at("expert-conclude", passed), decided_on=day).status_code == 422
    send(browser, at("expert-conclude", passed), decided_on=day, reasons="风险过大。")
    passed.refresh_from_db()
    assert passed.status == "rejected"


def test_the_pack_holds_the_papers_of_article_27_with_their_checksums(secretary: User) -> None:
    passed = run_passed(working_committee(by=secretary), secretary=secretary)
    requested(passed, by=secretary)
    answer = signed_in(secretary).get(at("expert-pack", passed))
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    names = archive.namelist()
    assert names[:3] == ["1 专家复核申请函.docx", "2 申请内容.docx", "3 初步审查意见.docx"]
    papers = [name for name in names if name.startswith("4 申请材料/")]
    assert len(papers) == passed.materials.count() > 3
    sums = archive.read(names[-1]).decode("utf-8-sig")
    for name in names[:-1]:
        assert f"{hashlib.sha256(archive.read(name)).hexdigest()}  {name}" in sums
    opinion = "\n".join(one.text for one in Document(io.BytesIO(archive.read(names[2]))).paragraphs)
    for words in ("赞成 6，反对 1，弃权 0", "至少需要 5", "委员甲"):
        assert words in opinion
    trace = AccessEvent.objects.get(kind="export")
    assert (trace.user, trace.what) == (secretary, f"expert-pack:{passed.dossier.reference}")
    assert len(trace.data["files"]) == len(names) - 1


def test_the_pack_of_a_review_held_elsewhere_holds_its_opinion(secretary: User) -> None:
    unit, committee = recording_unit(by=secretary)
    application = recorded_accepted(recorded_application(unit, committee, by=secretary), by=secretary)
    materials.add(application=application, key="overview", file=("概况.txt", b"x"), by=secretary)
    recorded_decided(application, by=secretary, file=("初审意见.txt", "通过".encode()))
    archive = zipfile.ZipFile(io.BytesIO(signed_in(secretary).get(at("expert-pack", application)).content))
    names = archive.namelist()
    assert "3 初步审查意见/初审意见.txt" in names
    assert any(name.endswith("/概况.txt") for name in names)
    assert not any(".." in name or name.startswith("/") for name in names)


def test_no_pack_without_the_committees_opinion_and_none_of_a_broken_store(
    secretary: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = accepted(working_committee(by=secretary), secretary=secretary)
    browser = signed_in(secretary)
    assert browser.get(at("expert-pack", review.application)).status_code == 404
    assert review.application.committee is not None
    passed = run_passed(review.application.committee, secretary=secretary)

    def gone(*_args: object) -> bytes:
        raise StoreError("gone")

    monkeypatch.setattr(SealedStore, "get", gone)
    broken = browser.get(at("expert-pack", passed))
    assert (broken.status_code, "缺失或被改动" in text_of(broken)) == (409, True)
    assert not AccessEvent.objects.filter(kind="export").exists()


def test_an_emergency_shows_the_hours_left(secretary: User) -> None:
    """办法 第36条: 71 hours after acceptance one hour is left, 73 hours after it is too late by one."""
    passed = run_passed(
        working_committee(by=secretary),
        secretary=secretary,
        procedure="emergency",
        circumstances=["ai", "urgent"],
        expertise="人工智能",
    )
    received(passed, by=secretary)
    accepted_at = passed.reviews.get().accepted_at
    for hours, words in ((71, "还剩 1 小时 0 分"), (73, "已超过 1 小时 0 分")):
        with time_machine.travel(accepted_at + dt.timedelta(hours=hours), tick=False):
            browser = signed_in(secretary)
            assert words in text_of(browser.get(at("expert-detail", passed)))
            assert words in text_of(browser.get(at("expert-answer", passed)))


def test_the_page_costs_a_constant_number_of_queries(secretary: User) -> None:
    passed, browser = recorded_passed(by=secretary), signed_in(secretary)
    answered(passed, by=secretary)
    assert len(queries_of(browser, at("expert-detail", passed))) <= 12
    assert len(queries_of(browser, at("application-letters", passed))) <= 12


def test_today_names_what_waits_for_us_and_what_for_the_province(secretary: User) -> None:
    unit, committee = recording_unit(by=secretary)
    made = {}
    for title in ("待申请", "待收到", "待答复", "已逾期", "待决定"):
        made[title] = recorded_application(unit, committee, by=secretary, title=title, start_on=days_ahead(90))
        recorded_accepted(made[title], by=secretary, days=60)
        recorded_decided(made[title], by=secretary, days=50)
    requested(made["待收到"], by=secretary)
    received(made["待答复"], by=secretary)
    received(made["已逾期"], by=secretary, on=days_ago(40))
    answered(made["待决定"], by=secretary)
    recorded_application(unit, committee, by=secretary, title="新登记", list_item="", circumstances=[])
    page = text_of(signed_in(secretary).get("/today/"))
    for words in (
        "申请专家复核",
        "已报送，未登记复核机关收到",
        "待复核机关答复",
        "复核答复已逾期，请联系复核机关",
        "复核已答复：同意",
        "外部审查：新登记",
    ):
        assert words in page
    assert "复核答复已逾期，请联系复核机关。" in text_of(signed_in(secretary).get(at("expert-detail", made["已逾期"])))
    assert "专家复核" not in text_of(signed_in(person(Role.HEAD)).get("/today/"))


def test_a_county_records_on_its_pages_and_another_finds_nothing(secretary: User) -> None:
    areas()
    unit, committee = recording_unit(by=secretary)
    county, far = signed_in(person(Role.COUNTY, dept="lzq")), signed_in(person(Role.COUNTY, dept="zhq"))
    where = reverse("ethics:recorded-enter", args=[unit.dossier.reference])
    assert "登记外部审查" in text_of(county.get(unit.get_absolute_url()))
    assert far.get(where).status_code == 404
    data = {
        "title": "社区睡眠监测研究",
        "leader_name": "庄晓梦",
        "committee": committee.pk,
        "scope_classes": ["human"],
        "simple_grounds": ["risk_le_minimal"],
        "circumstances": ["international"],
        "partner_countries": "法国、日本",
        "start_on": days_ahead(30).isoformat(),
    }
    assert send(county, where, **{**data, "partner_countries": ""}).status_code == 422
    send(county, where, **data)
    application = Application.objects.get()
    assert application.partner_countries == sorted(["法国", "日本"])
    for country in ("法国", "日本"):
        file = io.BytesIO(country.encode())
        file.name = f"{country}.txt"
        paper = {"key": f"partner_approvals:{country}", "file": file, "idempotency_key": secrets.token_hex(16)}
        county.post(at("recorded-paper", application), paper)
    assert application.materials.count() == 2
    shown = text_of(county.get(at("recorded-accept", application)))
    assert "系统建议的程序" in shown and "简易程序" in shown
    untimed = {"accepted_on": days_ago(9).isoformat(), "procedure": "emergency", "accepted_time": "25:99"}
    bad = send(county, at("recorded-accept", application), **untimed)
    assert bad.status_code == 422
    send(county, at("recorded-accept", application), accepted_on=days_ago(9).isoformat(), procedure="simple")
    decision = {
        "decided_on": days_ago(2).isoformat(),
        "document_no": "嘉研伦3号",
        "outcome": "approve",
        "reviewers": "委员甲、委员乙",
        "reasons": "风险不高于最低风险。",
    }
    assert "转为会议审查" in text_of(send(county, at("recorded-decide", application), **decision))
    send(county, at("recorded-decide", application), all_positive="on", **decision)
    application.refresh_from_db()
    assert application.status == "approved"
    page = text_of(county.get(unit.get_absolute_url()))
    assert f"审查记录 {application.dossier.reference}" in page
    assert far.get(at("recorded-decide", application)).status_code == 404


def test_revision_again_and_withdrawal_are_recorded_on_pages(secretary: User) -> None:
    unit, committee = recording_unit(by=secretary)
    browser, plain = signed_in(secretary), {"list_item": "", "circumstances": []}
    first = recorded_accepted(recorded_application(unit, committee, by=secretary, title="一", **plain), by=secretary)
    recorded_decided(first, by=secretary, outcome="approve_after_rev", required_changes="补充。")
    early = {"decided_on": days_ago(3).isoformat(), "document_no": "4号"}
    assert "沿用" in text_of(browser.get(at("recorded-verify", first)))
    send(browser, at("recorded-verify", first), **early)
    second = recorded_accepted(recorded_application(unit, committee, by=secretary, title="二", **plain), by=secretary)
    recorded_decided(second, by=secretary, outcome="rereview", required_changes="重写。")
    assert "二" in text_of(browser.get(unit.get_absolute_url()))
    send(browser, at("recorded-resubmit", second))
    send(browser, at("recorded-withdraw", second), reason="单位放弃。")
    for one, status in ((first, "approved"), (second, "withdrawn")):
        one.refresh_from_db()
        assert one.status == status


def test_an_approval_that_comes_too_late_offers_the_violation_filled_in(secretary: User) -> None:
    """E12."""
    unit, committee = recording_unit(by=secretary)
    begun = recorded_application(unit, committee, by=secretary, list_item="", circumstances=[], start_on=days_ago(35))
    recorded_accepted(begun, by=secretary)
    browser = signed_in(secretary)
    numbers = {"members": 7, "present": 7, "recused": 0, "yes": 6, "no": 1, "abstain": 0}
    data = {"decided_on": days_ago(30).isoformat(), "document_no": "5号", "outcome": "approve", "reasons": "无。"}
    answer = send(browser, at("recorded-decide", begun), **data, **numbers)
    link = BeautifulSoup(answer.content, "html.parser").find("a", string=lambda words: words and "V2" in words)
    assert link is not None
    form = BeautifulSoup(browser.get(link["href"]).content, "html.parser")  # type: ignore[index]
    assert form.select_one("option[selected]")["value"] == "V2"  # type: ignore[index]
    assert begun.leader_name in form.select_one("[name=concerned]")["value"]  # type: ignore[index, operator]
    assert send(browser, at("recorded-decide", begun), **{**data, "outcome": "reject"}, **numbers).status_code == 302


def test_letters_are_listed_read_delivered_and_recalled(secretary: User) -> None:
    application = accepted(working_committee(by=secretary), secretary=secretary).application
    browser = signed_in(secretary)
    letter = application.letters.get()
    listed = text_of(browser.get(at("application-letters", application)))
    assert letter.number in listed and "未送达" in listed and letter.sha256[:12] in listed
    detail = reverse("ethics:letter-detail", args=[letter.pk])
    assert "盖章处" in text_of(browser.get(detail))
    word = browser.get(reverse("ethics:letter-docx", args=[letter.pk]))
    assert Document(io.BytesIO(word.content)).paragraphs[0].text == letter.heading
    today = timezone.localdate().isoformat()
    bad = send(browser, reverse("ethics:letter-deliver", args=[letter.pk]), delivered_on="2000-01-01", how="直接送达")
    assert bad.status_code == 422
    send(browser, reverse("ethics:letter-deliver", args=[letter.pk]), delivered_on=today, how="直接送达")
    recalled = send(browser, reverse("ethics:letter-recall", args=[letter.pk]), reason="写错程序。")
    made = ReviewLetter.objects.get(recalls=letter)
    assert recalled["Location"] == reverse("ethics:letter-detail", args=[made.pk])
    again = send(browser, reverse("ethics:letter-recall", args=[letter.pk]), reason="写错程序。")
    assert "已经收回" in text_of(again)
    assert "这份文书已收回" in text_of(browser.get(detail))
    assert "收回的文书" in text_of(browser.get(recalled["Location"]))


def test_the_applicant_reads_the_own_letters_and_no_name_of_a_reviewer(secretary: User) -> None:
    committee = working_committee(by=secretary)
    passed = run_passed(committee, secretary=secretary)
    requested(passed, by=secretary)
    assert passed.applicant is not None
    own = signed_in(passed.applicant)
    letter = passed.letters.get(kind="acceptance")
    page = text_of(own.get(reverse("ethics:own-letter", args=[letter.pk])))
    assert letter.heading in page
    assert not any(member.person.name in page for member in committee.members.select_related("person"))
    assert own.get(reverse("ethics:own-letter-docx", args=[letter.pk])).status_code == 200
    to_the_province = passed.letters.get(kind="expert_request")
    assert own.get(reverse("ethics:own-letter", args=[to_the_province.pk])).status_code == 404
    for name in ("letter-detail", "letter-docx"):
        assert own.get(reverse(f"ethics:{name}", args=[letter.pk])).status_code == 404
    stranger = signed_in(applicant())
    assert stranger.get(reverse("ethics:own-letter", args=[letter.pk])).status_code == 404
    letters.recall(letter=letter, reason="重发。", by=secretary)
    assert "这份文书已收回" in text_of(own.get(reverse("ethics:own-letter", args=[letter.pk])))


def test_cards_and_steps_of_the_page_of_an_application(secretary: User) -> None:
    unit, committee = recording_unit(by=secretary)
    application = recorded_application(unit, committee, by=secretary)

    def labels() -> list[str]:
        return [str(one["label"]) for one in steps_of(Application.objects.get(pk=application.pk), secretary)]

    assert labels()[0] == "登记受理"
    recorded_accepted(application, by=secretary)
    assert labels()[0] == "登记审查决定" and "列入会议议程" not in labels()
    assert labels()[-2:] == ["登记擅自开展", "撤回登记"]
    recorded_decided(application, by=secretary)
    assert labels()[0] == "申请专家复核"
    expert = requested(application, by=secretary)
    assert labels()[0] == "登记复核机关收到日期"
    shown = {one.template for one in panels_of(Application.objects.get(pk=application.pk), secretary)}
    assert {"ethics/expert_panel.html", "ethics/letter_panel.html"} <= shown
    assert expert.review.application_id == application.pk
    auditor = person(Role.AUDITOR)
    assert not any(one["enabled"] for one in steps_of(Application.objects.get(pk=application.pk), auditor))


def test_an_exemption_is_shown_with_its_article(secretary: User) -> None:
    exempt = recorded_passed(by=secretary, circumstances=["ai", "state_approval"])
    panel = next(one for one in panels_of(exempt, secretary) if one.template == "ethics/expert_panel.html")
    assert panel.context["exempt"]["article"] == "ST 34"
    plain = recorded_application(*recording_unit(by=secretary, name="别的研究院"), by=secretary, title="待受理")
    assert not [one for one in panels_of(plain, secretary) if one.template == "ethics/expert_panel.html"]


def test_bad_input_is_told_and_never_breaks_a_page(secretary: User) -> None:
    passed, browser = recorded_passed(by=secretary), signed_in(secretary)
    received(passed, by=secretary)
    values = {"answered_on": "2026-02-30", "agree": "许多", "disagree": "-1", "outcome": "maybe", "name_1": "\x00"}
    for url in (at("expert-answer", passed), f"{at('expert-answer', passed)}?many"):
        assert send(browser, url, **values).status_code == 422
    assert send(browser, at("expert-put-off", passed), start_on="9999-99-99").status_code == 422
    assert send(browser, at("expert-conclude", passed), decided_on=timezone.localdate().isoformat()).status_code == 422
    assert recorded.missing_papers(passed) == []


def test_an_emergency_is_recorded_by_the_minute_on_its_page(secretary: User) -> None:
    unit, committee = recording_unit(by=secretary)
    urgent = recorded_application(unit, committee, by=secretary, list_item="", circumstances=["urgent"])
    browser = signed_in(secretary)
    data = {"accepted_on": days_ago(1).isoformat(), "procedure": "emergency"}
    assert "请填写受理的时间" in text_of(send(browser, at("recorded-accept", urgent), **data))
    send(browser, at("recorded-accept", urgent), accepted_time="21：05", **data)
    accepted_at = timezone.localtime(urgent.reviews.get().accepted_at)
    assert (accepted_at.hour, accepted_at.minute) == (21, 5)
    assert "应急程序" in text_of(browser.get(at("recorded-decide", urgent)))


def test_a_centre_that_helps_is_chosen_and_shown(secretary: User) -> None:
    centre = committee_of(supervised_unit("剑南审查与服务中心", by=secretary), by=secretary, is_service_centre=True)
    passed, browser = recorded_passed(by=secretary), signed_in(secretary)
    asked = {"authority": "四川省科学技术厅", "requested_on": timezone.localdate().isoformat(), "centre": centre.pk}
    send(browser, at("expert-request", passed), **asked)
    assert "参加复核组织工作的中心" in text_of(browser.get(at("expert-detail", passed)))


def test_steps_after_the_first_decision_of_a_record(secretary: User) -> None:
    unit, committee = recording_unit(by=secretary)
    for outcome, label in (("approve_after_rev", "登记修改稿核实通过"), ("rereview", "登记重新提交")):
        one = recorded_application(unit, committee, by=secretary, title=outcome, list_item="", circumstances=[])
        recorded_decided(recorded_accepted(one, by=secretary), by=secretary, outcome=outcome, required_changes="补充。")
        assert next(iter(steps_of(one, secretary)))["label"] == label
    held_here = accepted(working_committee(by=secretary), secretary=secretary).application
    assert not [one for one in steps_of(held_here, secretary) if "recorded" in one["url"]]
