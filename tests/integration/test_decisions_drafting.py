"""The form of a decision: drafted, checked, edited; nothing typed is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from integrity.actions import decisions
from integrity.enums import DecisionStatus
from integrity.models import Decision
from tests.factories.decisions import content, decision_at, fresh
from tests.factories.people import person
from tests.factories.visits import send, signed_in, text_of
from tests.integration.decision_pages import TYPED, draft_url, url

pytestmark = pytest.mark.django_db


def test_a_new_draft_begins_without_outcome_tier_or_measure(respondent):
    page = signed_in(respondent.case.dossier.handler).get(draft_url(respondent))
    soup = BeautifulSoup(page.content, "html.parser")
    ticked = {field["value"] for field in soup.select("input[checked]")}
    assert ticked == {"fabrication_falsification"}
    assert soup.select_one("input[name=conduct_on]")["value"] == "2024-05-06"
    assert "没有默认选项" in text_of(page) and "221号 第31条" in text_of(page)


def test_a_draft_is_saved_and_leads_to_its_page(respondent):
    client = signed_in(respondent.case.dossier.handler)
    # Dated today: before this day's statement no decision may be dated.
    response = send(client, draft_url(respondent), **{**TYPED, "decided_on": timezone.localdate().isoformat()})
    made = Decision.objects.get()
    assert response.status_code == 302 and response["Location"] == made.get_absolute_url()
    assert made.measures.get(kind="ban_projects").months == 24 and made.facts == "图 3 与原始记录不符。"
    said = text_of(client.get(made.get_absolute_url()))
    assert "提交科室审核" in said and "24 个月" in said and "未发现与规则不符之处" in said


def test_checking_saves_nothing_and_shows_findings_with_article_and_mark(respondent):
    client = signed_in(respondent.case.dossier.handler)
    page = send(client, draft_url(respondent), check="1", **{**TYPED, "tier": "minor"})
    assert page.status_code == 200 and not Decision.objects.exists()
    said = text_of(page)
    assert "不应低于" in said and "221号 第32" in said and "待核" in said
    assert "系统只提示，决定由人作出" in said
    typed = BeautifulSoup(page.content, "html.parser").select_one("textarea[name=facts]").text
    assert "图 3 与原始记录不符。" in typed


def test_findings_come_in_english_on_an_english_page(respondent):
    client = signed_in(respondent.case.dossier.handler)
    client.cookies["django_language"] = "en"
    page = send(client, draft_url(respondent), check="1", **{**TYPED, "tier": "minor"})
    assert "may not be below" in page.content.decode()


def test_the_live_check_answers_with_a_piece_of_a_page(respondent):
    where = reverse("integrity:decision-check", args=[respondent.pk])
    client = signed_in(respondent.case.dossier.handler)
    piece = client.post(where, {**TYPED, "m-ban_projects-months": "36"})
    assert piece.status_code == 200 and b"<html" not in piece.content
    said = piece.content.decode()
    assert "不在“情节较重”的幅度内" in said and "最长的禁止期限" in said
    broken = client.post(where, {**TYPED, "conduct_on": "昨天"})
    assert "有的栏目还不能识别" in broken.content.decode()
    assert client.get(where).status_code == 405
    assert signed_in(person(Role.LEGAL)).post(where, TYPED).status_code == 403
    assert signed_in(person(Role.OFFICER)).post(where, TYPED).status_code == 404
    assert not Decision.objects.exists()


def test_the_rule_set_of_the_form_follows_the_dates_typed(respondent):
    client = signed_in(respondent.case.dossier.handler)
    early = {**TYPED, "conduct_on": "2020-05-06", "decided_on": "2021-05-06"}
    said = text_of(send(client, draft_url(respondent), check="1", **early))
    assert "国科发监〔2019〕323号" in said


def test_a_warning_asks_for_its_reason_and_keeps_it(respondent):
    client = signed_in(respondent.case.dossier.handler)
    early = {**TYPED, "conduct_on": "2021-05-06"}
    page = send(client, draft_url(respondent), check="1", **early)
    assert BeautifulSoup(page.content, "html.parser").select_one("textarea[name=reason_W_RULESET]") is not None
    send(client, draft_url(respondent), reason_W_RULESET="行为持续至施行之后。", **early)
    made = Decision.objects.get()
    assert made.warning_reasons == {"W_RULESET": "行为持续至施行之后。"}
    assert "行为持续至施行之后。" in text_of(client.get(made.get_absolute_url()))
    assert "行为持续至施行之后。" in client.get(url("decision-edit", made)).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"m-ban_projects-months": "0"}, "期限（月）"),
        ({"m-ban_projects-months": "三年"}, "期限（月）"),
        ({"m-ban_projects-chosen": ""}, "没有勾选"),
        ({"m-ban_projects-lifetime": "on"}, "只保留一种"),
        ({"conduct_on": "2026-02-30"}, "没有这一天"),
        ({"facts": "字" * 60_001}, "最多"),
        ({"facts": "空\x00字"}, "控制字符"),
        ({"category_text": "反\u202e向"}, "隐藏字符"),
        ({"tier": "nonsense"}, "不在可选范围内"),
        ({"m-terminate_recover-chosen": "on", "m-terminate_recover-amount": "-5"}, "金额"),
    ],
)
def test_a_fault_is_named_and_nothing_typed_is_lost(respondent, changes, sentence):
    client = signed_in(respondent.case.dossier.handler)
    page = send(client, draft_url(respondent), **{**TYPED, **changes})
    assert page.status_code == 422 and sentence in text_of(page)
    assert not Decision.objects.exists()
    assert "《科研失信行为调查处理规则》第三十一条。" in page.content.decode()


def test_full_width_digits_are_read(respondent):
    client = signed_in(respondent.case.dossier.handler)
    wide = {**TYPED, "m-ban_projects-months": "２４", "conduct_on": "２０２４年５月６日"}
    send(client, draft_url(respondent), **wide)
    made = Decision.objects.get()
    assert made.measures.get(kind="ban_projects").months == 24 and made.conduct_on == dt.date(2024, 5, 6)


def test_tampered_values_change_nothing(respondent):
    client = signed_in(respondent.case.dossier.handler)
    forged = {"status": "effective", "reference": "广科诚决〔2026〕0001号", "rule_set": "1", "issued_by": "1"}
    send(client, draft_url(respondent), **TYPED, **forged)
    made = Decision.objects.get()
    assert (made.status, made.reference, made.issued_by) == (DecisionStatus.DRAFT, None, None)


def test_a_second_draft_is_refused_with_its_sentence(respondent):
    client = signed_in(respondent.case.dossier.handler)
    send(client, draft_url(respondent), **TYPED)
    again = send(client, draft_url(respondent), **TYPED)
    assert again.status_code == 422 and "已有处理决定" in text_of(again)


def test_editing_an_approved_text_warns_and_takes_it_back():
    decision = decision_at("approved")
    client = signed_in(decision.case.dossier.handler)
    page = client.get(url("decision-edit", decision))
    assert "已有的同意全部失效" in text_of(page)
    assert BeautifulSoup(page.content, "html.parser").select_one("input[name=seen_hash]")["value"]
    response = send(client, url("decision-edit", decision), seen_hash=decision.content_hash, **TYPED)
    assert response.status_code == 302 and fresh(decision).status == DecisionStatus.DRAFT
    said = text_of(client.get(decision.get_absolute_url()))
    assert "内容已改动，意见失效" in said


def test_a_stale_edit_keeps_what_was_typed():
    decision = decision_at("draft")
    client = signed_in(decision.case.dossier.handler)
    stale = decision.content_hash
    decisions.edit(decision=decision, content=content(facts="他人改过"), seen_hash=stale, by=decision.drafted_by)
    page = send(client, url("decision-edit", decision), seen_hash=stale, **TYPED)
    assert page.status_code == 422 and "刚被修改" in text_of(page)
    assert "图 3 与原始记录不符。" in page.content.decode()


def test_a_successor_is_drafted_from_the_old_text():
    old = decision_at("effective")
    client = signed_in(old.case.dossier.handler)
    assert "签发后取代" in text_of(client.get(url("decision-supersede", old)))
    response = send(client, url("decision-supersede", old), **TYPED)
    new = Decision.objects.get(supersedes=old)
    assert response["Location"] == new.get_absolute_url()
    said = text_of(client.get(old.get_absolute_url()))
    assert "已经有一份取代它的决定" in said


def test_a_saved_exemption_carries_no_tier(respondent):
    client = signed_in(respondent.case.dossier.handler)
    typed = {**TYPED, "outcome": "exempt", "exempt_ground": "due_diligence", "exempt_text": "已尽勤勉义务。"}
    send(client, draft_url(respondent), **typed)
    assert Decision.objects.get().tier == ""
