"""Shares as pages: the ladder of each view, exactly the fields of the profile, and closing by date, at once, everywhere."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from casework.enums import AccessKind
from casework.models import AccessEvent
from sharing.actions import shares
from sharing.enums import FieldProfile, ShareStatus
from sharing.models import SharePackage, WrittenOpinion
from tests.factories import person
from tests.factories.decisions import decision_at
from tests.factories.shares import fresh, receiver, share_at
from tests.factories.visits import queries_of, send, signed_in, text_of

pytestmark = pytest.mark.django_db

LIST = "/sharing/"
# What the factories write into the case. None of it may reach a partner.
CANARIES = {
    "allegation": "蛋白条带与 2021 年另一篇论文相同",
    "report": "经查阅原始记录并谈话核实",
    "intended": "拟认定伪造数据",
    "statement": "本人承认图片使用有误",
    "reply": "所称并非有意",
    "case title": "论文数据造假",
    "case number": "广科诚案",
}
FINDINGS = {"facts": "重复使用同一组影像并改写标注", "basis": "调查处理规则》第二条第二项"}


def member(place: str = "jyj") -> User:
    return person(Role.MEMBER, dept=place, name="罗知夏")


def facts_of(response: Any) -> list[str]:
    card = BeautifulSoup(response.content, "html.parser").select_one(".watermarked .facts")
    assert card is not None
    return [term.get_text(strip=True) for term in card.select("dt")]


def test_strangers_are_sent_to_sign_in_from_every_page() -> None:
    share = share_at()
    names = ["share-detail", "share-acknowledge", "share-opinion", "share-recall"]
    urls = [reverse(f"sharing:{name}", args=[share.dossier.reference]) for name in names]
    for url in [LIST, f"/sharing/give/{share.decision_id}/", *urls]:
        for method in ("get", "post"):
            assert getattr(Client(), method)(url)["Location"].startswith("/accounts/login/")


def test_a_share_of_another_department_does_not_exist() -> None:
    share = share_at(departments=("jyj", "czj"))
    for outsider in (member("wjw"), person(Role.OFFICER), person(Role.COUNTY, dept="jyj")):
        client = signed_in(outsider)
        for name in ("share-detail", "share-opinion", "share-recall"):
            url = reverse(f"sharing:{name}", args=[share.dossier.reference])
            missing = reverse(f"sharing:{name}", args=["广科诚享〔2026〕9999号"])
            assert client.get(url).status_code == client.get(missing).status_code == 404
        url = reverse("sharing:share-acknowledge", args=[share.dossier.reference])
        assert send(client, url).status_code == 404
        assert share.dossier.reference not in text_of(client.get(LIST))
    assert not AccessEvent.objects.filter(dossier=share.dossier).exists()


@pytest.mark.parametrize("profile", list(FieldProfile))
def test_a_member_reads_exactly_the_fields_of_the_profile(profile: str) -> None:
    share = share_at(profile=profile)
    with_findings = profile == FieldProfile.FINDINGS

    response = signed_in(member()).get(share.get_absolute_url())

    expected = ["姓名或名称", "单位", "身份", "认定结论", "行为类别", "情节", "处理措施", "决定文号", "决定日期"]
    assert facts_of(response) == expected + (["认定的事实", "处理依据"] if with_findings else [])
    page = response.content.decode()
    for what, canary in CANARIES.items():
        assert canary not in page, what
    for text in FINDINGS.values():
        assert (text in page) is with_findings
    assert share.shared_by.name in page


def test_the_page_bears_name_and_minute_of_the_reader_and_reading_is_recorded_once() -> None:
    with time_machine.travel(dt.datetime(2026, 11, 23, 1, 5, tzinfo=dt.UTC), tick=False):
        share, reader = share_at(), member()
        response = signed_in(reader).get(share.get_absolute_url())

    assert "罗知夏 · 2026-11-23 09:05" in text_of(response)
    row = AccessEvent.objects.get(dossier=share.dossier)
    assert (row.kind, row.user, row.purpose) == (AccessKind.READ, reader, share.basis)


def test_an_officer_shares_from_the_decision_and_a_second_press_changes_nothing() -> None:
    decision = decision_at("effective")
    office, client = receiver(), signed_in(decision.case.dossier.handler)
    url, key = reverse("sharing:share-give", args=[decision.pk]), secrets.token_hex(16)
    assert "共享对" in text_of(client.get(url))
    typed = {
        "departments": [office.pk],
        "profile": "summary",
        "purpose": "credit_review",
        "basis": "联席会议制度第五条",
        "expires_on": str(timezone.localdate() + dt.timedelta(days=30)),
    }

    first = send(client, url, key, **typed)
    second = send(client, url, key, **typed)

    share = SharePackage.objects.get()
    assert first["Location"] == second["Location"] == share.get_absolute_url()
    assert "已共享" in text_of(client.get(first["Location"]))


def test_what_is_wrong_with_a_share_stands_beside_what_was_typed() -> None:
    decision = decision_at("effective")
    client, url = signed_in(decision.case.dossier.handler), reverse("sharing:share-give", args=[decision.pk])
    receiver()

    response = send(client, url, profile="summary", purpose="other", basis="写过的依据", expires_on="2020-01-01")
    assert response.status_code == 422
    assert "写过的依据" in response.content.decode()

    late = {"departments": [receiver().pk], "profile": "summary", "purpose": "other", "basis": "写过的依据"}
    response = send(client, url, expires_on=str(timezone.localdate()), **late)
    assert (response.status_code, "请写明具体目的" in text_of(response)) == (422, True)
    assert not SharePackage.objects.exists()


def test_giving_is_for_the_officer_of_the_case() -> None:
    decision = decision_at("effective")
    url = reverse("sharing:share-give", args=[decision.pk])

    assert signed_in(person(Role.HEAD)).get(url).status_code == 403
    for stranger in (person(Role.OFFICER), member()):
        assert signed_in(stranger).get(url).status_code == 404


def test_what_is_not_in_force_is_not_even_offered() -> None:
    decision = decision_at("draft")

    answer = signed_in(decision.case.dossier.handler).get(reverse("sharing:share-give", args=[decision.pk]))

    assert (answer.status_code, "只能共享已签发且有效" in text_of(answer)) == (409, True)


def test_a_county_or_zone_is_no_choice_of_the_form() -> None:
    decision = decision_at("effective")
    receiver("jyj")
    county = person(Role.COUNTY, dept="lzq").memberships.get().department
    county.kind, county.short_name = "county", "利州区"
    county.save()

    page = text_of(signed_in(decision.case.dossier.handler).get(reverse("sharing:share-give", args=[decision.pk])))

    assert "jyj" in page
    assert "利州区" not in page


def test_a_member_acknowledges_once() -> None:
    share, first, second = share_at(), member(), member()
    url = reverse("sharing:share-acknowledge", args=[share.dossier.reference])
    assert "确认签收" in text_of(signed_in(first).get(share.get_absolute_url()))
    assert signed_in(first).get(url).status_code == 405

    for reader in (first, first, second):
        assert send(signed_in(reader), url)["Location"] == share.get_absolute_url()

    assert share.recipients.get().acknowledged_by == first
    assert share.dossier.events.filter(type="share_acknowledged").count() == 1
    assert "确认签收" not in text_of(signed_in(second).get(share.get_absolute_url()))
    assert send(signed_in(person(Role.HEAD)), url).status_code == 403


def test_opinions_are_written_kept_in_versions_and_shown_to_both_sides_only() -> None:
    share = share_at(departments=("jyj", "wjw"))
    url = reverse("sharing:share-opinion", args=[share.dossier.reference])
    client = signed_in(member("jyj"))

    assert send(client, url, text="同意采取联合惩戒。").status_code == 302
    assert send(client, url, text="补充：已核查职称材料。").status_code == 302
    empty = send(client, url, text=" ")

    assert (empty.status_code, WrittenOpinion.objects.count()) == (422, 2)
    assert client.get(url).status_code == 200
    own = text_of(client.get(share.get_absolute_url()))
    assert "同意采取联合惩戒。" in own
    assert "第 2 版" in own
    assert "同意采取" not in text_of(signed_in(member("wjw")).get(share.get_absolute_url()))
    assert "同意采取" in text_of(signed_in(share.shared_by).get(share.get_absolute_url()))
    head = signed_in(person(Role.HEAD))
    assert "同意采取" in text_of(head.get(share.get_absolute_url()))
    assert (head.get(url).status_code, send(head, url, text="科长").status_code) == (403, 403)


def test_the_officer_sees_who_read_when_and_who_acknowledged() -> None:
    share, reader = share_at(departments=("jyj", "wjw")), member("jyj")
    signed_in(reader).get(share.get_absolute_url())
    shares.acknowledge(share=share, by=reader)

    page = text_of(signed_in(share.shared_by).get(share.get_absolute_url()))

    assert "罗知夏" in page
    assert "查看 1 次" in page
    assert "还没有人查看" in page
    assert "收回共享" in page
    assert "接收部门" not in text_of(signed_in(reader).get(share.get_absolute_url()))


@pytest.mark.parametrize("way", ["date", "recall"])
def test_a_share_that_is_over_is_gone_from_list_page_and_today_at_once(way: str) -> None:
    share, reader = share_at(days=5), member()
    name, number = share.decision.respondent.name_then, share.dossier.reference
    client = signed_in(reader)
    for url in (LIST, "/today/"):
        assert number in text_of(client.get(url))
    assert name in text_of(client.get(share.get_absolute_url()))

    if way == "recall":
        officer = signed_in(share.shared_by)
        url = reverse("sharing:share-recall", args=[number])
        assert officer.get(url).status_code == 200
        assert send(officer, url, reason=" ").status_code == 422
        assert send(officer, url, reason="共享范围有误")["Location"] == LIST
        assert fresh(share).status == ShareStatus.RECALLED
        assert "共享范围有误" in text_of(officer.get(share.get_absolute_url()))
        assert send(officer, url, reason="再一次").status_code == 422
    travel = dt.timedelta(days=6) if way == "date" else dt.timedelta(0)
    with time_machine.travel(timezone.now() + travel):
        client = signed_in(reader)
        for url in (LIST, "/today/"):
            assert number not in text_of(client.get(url))
        for view in ("share-detail", "share-opinion"):
            assert client.get(reverse(f"sharing:{view}", args=[number])).status_code == 404
        assert send(client, reverse("sharing:share-acknowledge", args=[number])).status_code == 404
    if way == "date":
        assert fresh(share).status == ShareStatus.SHARED, "the clean-up job has not run"


def test_only_those_in_charge_recall() -> None:
    share = share_at()
    url = reverse("sharing:share-recall", args=[share.dossier.reference])

    for reader in (member(), person(Role.HEAD)):
        assert send(signed_in(reader), url, reason="不相干").status_code == 403
    assert fresh(share).status == ShareStatus.SHARED


def test_a_fallen_decision_warns_the_reader_and_stands_on_the_officers_day() -> None:
    decision = decision_at("effective")
    share = share_at(decision=decision)
    waiting = text_of(signed_in(share.shared_by).get("/today/"))
    assert "共享待签收" in waiting

    decision_at("issued", respondent=decision.respondent, supersedes=decision)

    assert "请勿再使用这份材料" in text_of(signed_in(member()).get(share.get_absolute_url()))
    assert "共享的处理决定已经变化" in text_of(signed_in(share.shared_by).get("/today/"))


def test_the_pages_cost_a_constant_number_of_queries() -> None:
    decision = decision_at("effective")
    share = share_at(decision=decision, departments=("jyj", "wjw"))
    reader = member()
    officer, head = signed_in(share.shared_by), signed_in(person(Role.HEAD))
    client = signed_in(reader)
    client.get(share.get_absolute_url())
    few = len(queries_of(client, LIST))
    for _again in range(3):
        share_at(decision=decision, departments=("jyj", "wjw"))

    assert len(queries_of(client, LIST)) == few <= 12
    assert len(queries_of(client, share.get_absolute_url())) <= 14
    for watcher in (officer, head):
        assert len(queries_of(watcher, share.get_absolute_url())) <= 18


def test_an_empty_list_says_what_will_be_here() -> None:
    assert "在案件页面" in text_of(signed_in(person(Role.OFFICER)).get(LIST))
    page = text_of(signed_in(member()).get(LIST))
    assert "这里列出共享给您所在部门的处理结果" in page
    assert "在案件页面" not in page, "a member has no case page"


def test_a_member_reads_in_the_list_what_is_asked_of_their_own_department() -> None:
    share = share_at(departments=["jyj", "wjw"])
    here = signed_in(member())
    assert "待您所在部门签收" in text_of(here.get(LIST))

    send(here, share.get_absolute_url() + "acknowledge/")

    page = text_of(here.get(LIST))
    assert "部门签收" not in page
    assert "待签收" not in page, "who else has not signed is not this department's affair"
