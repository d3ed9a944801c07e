"""Pages of decisions: who gets in, drafting and live checking, each step, nothing typed is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from casework.actions import grants
from casework.enums import AccessKind, ExclusionSource
from casework.models import AccessEvent
from casework.today import rows_for
from integrity.actions import decisions
from integrity.drafting import MeasureEntry
from integrity.enums import DecisionStatus
from integrity.models import Decision
from tests.factories.cases import case_at
from tests.factories.decisions import content, decision_at, fresh, serious_content
from tests.factories.people import person
from tests.factories.visits import queries_of, send, signed_in, text_of

pytestmark = pytest.mark.django_db

TYPED = {
    "outcome": "established",
    "conduct_on": "2024-05-06",
    "decided_on": "2026-11-01",
    "categories": ["fabrication_falsification"],
    "tier": "heavier",
    "factors": ["admits_and_pledges"],
    "facts": "图 3 与原始记录不符。",
    "basis": "《科研失信行为调查处理规则》第三十一条。",
    "statement_reply": "不予采纳。",
    "m-ban_projects-chosen": "on",
    "m-ban_projects-months": "24",
    "m-serious_db_entry-chosen": "on",
}
# name, status in which the step is open, who takes it, what is typed, status afterwards
STEPS = [
    ("decision-send", "draft", "handler", {}, "section_review"),
    ("decision-review", "section_review", "head", {"verdict": "approve"}, "legal_review"),
    ("decision-review", "legal_review", "legal", {"verdict": "approve"}, "bureau_approval"),
    ("decision-review", "bureau_approval", "bureau", {"verdict": "return", "reason": "补证"}, "draft"),
    ("decision-review", "second_approval", "bureau", {"verdict": "approve"}, "approved"),
    ("decision-issue", "approved", "handler", {}, "issued"),
    ("decision-serve", "issued", "handler", {"method": "direct"}, "effective"),
    ("decision-revoke", "issued", "bureau", {"reason": "认定有误"}, "revoked"),
]


def url(name: str, decision: Decision) -> str:
    return reverse(f"integrity:{name}", args=[decision.pk])


def values_for(decision: Decision, typed: dict) -> dict:
    if "verdict" in typed:
        steps = {"section_review": "section", "legal_review": "legal", "bureau_approval": "bureau"}
        step = steps.get(decision.status, "second")
        return {**typed, "seen_hash": decision.content_hash, "step": step}
    if "method" in typed:
        return {**typed, "served_on": timezone.localdate().isoformat()}
    return typed


def actor(decision: Decision, who: str):
    return decision.case.dossier.handler if who == "handler" else person(who)


@pytest.fixture
def respondent():
    return case_at("deliberation").respondents.select_related("case__dossier__handler").get()


def draft_url(respondent) -> str:
    return reverse("integrity:decision-draft", args=[respondent.case.dossier.reference, respondent.pk])


NAMES = ["detail", "edit", "send", "review", "issue", "serve", "province", "supersede", "revoke"]


@pytest.mark.parametrize("name", NAMES)
def test_a_visitor_is_sent_to_the_login_and_a_stranger_finds_nothing(name):
    decision = decision_at("draft")
    where = url(f"decision-{name}", decision)
    assert Client().get(where)["Location"].startswith("/accounts/login/")
    stranger = signed_in(person(Role.OFFICER))
    response = stranger.get(where) if name == "detail" else send(stranger, where)
    assert response.status_code == 404


@pytest.mark.parametrize("name", ["edit", "send", "issue", "serve", "province", "supersede"])
def test_whoever_only_reads_the_case_may_not_act(name):
    decision = decision_at("draft")
    response = send(signed_in(person(Role.LEGAL)), url(f"decision-{name}", decision))
    assert response.status_code == 403 and "没有这项权限" in text_of(response)


def test_an_excluded_head_of_the_bureau_finds_nothing():
    decision, head = decision_at("bureau_approval"), person(Role.BUREAU)
    grants.exclude(
        dossier=decision.case.dossier,
        user=head,
        source=ExclusionSource.DECLARED,
        reason="亲属",
        by=person(Role.SECADMIN),
    )
    assert signed_in(head).get(url("decision-review", decision)).status_code == 404


@pytest.mark.parametrize(("name", "status", "who", "typed", "after"), STEPS)
def test_each_step_works_once_and_the_same_press_again_changes_nothing(name, status, who, typed, after):
    decision = decision_at(status)
    client, key = signed_in(actor(decision, who)), "ab" * 16
    values = values_for(decision, typed)
    first = send(client, url(name, decision), key, **values)
    assert first.status_code == 302, text_of(first)
    stored = fresh(decision)
    assert stored.status == after
    again = send(client, url(name, decision), key, **values)
    assert again.status_code == 302 and again["Location"] == first["Location"]
    assert fresh(decision).history.count() == stored.history.count()


@pytest.mark.parametrize(
    ("name", "status", "who"),
    [
        ("decision-serve", "issued", "handler"),
        ("decision-revoke", "issued", "bureau"),
        ("decision-review", "section_review", "head"),
    ],
)
def test_an_empty_form_names_what_is_missing_and_changes_nothing(name, status, who):
    decision = decision_at(status)
    response = send(signed_in(actor(decision, who)), url(name, decision))
    assert response.status_code == 422
    assert fresh(decision).status == status


def test_a_page_of_each_step_shows_its_form(respondent):
    decision = decision_at("issued", respondent=respondent)
    officer = signed_in(respondent.case.dossier.handler)
    assert "送达方式" in text_of(officer.get(url("decision-serve", decision)))
    assert "撤销理由" in text_of(signed_in(person(Role.BUREAU)).get(url("decision-revoke", decision)))


def test_a_review_out_of_turn_is_told_so():
    decision = decision_at("draft")
    response = signed_in(person(Role.HEAD)).get(url("decision-review", decision))
    assert response.status_code == 409 and "不在审批环节" in text_of(response)


def test_the_report_to_the_province_is_entered_once():
    decision = decision_at("effective")
    client = signed_in(decision.case.dossier.handler)
    assert "登记已报省级科技行政部门" in text_of(client.get(url("decision-detail", decision)))
    today = timezone.localdate().isoformat()
    assert send(client, url("decision-province", decision), sent_on="2000-01-01").status_code == 422
    assert send(client, url("decision-province", decision), sent_on=today).status_code == 302
    assert "登记已报省级科技行政部门" not in text_of(client.get(url("decision-detail", decision)))


# ---- drafting


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
        ({"tier": "nonsense"}, "nonsense"),
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


# ---- reading


def test_reading_is_recorded_once_per_visit():
    decision = decision_at("draft")
    officer = decision.case.dossier.handler
    signed_in(officer).get(decision.get_absolute_url())
    seen = AccessEvent.objects.filter(kind=AccessKind.READ, user=officer, what=f"decision:{decision.pk}")
    assert seen.count() == 1


@pytest.mark.parametrize(
    ("status", "who", "page"),
    [
        ("draft", "handler", "detail"),
        ("draft", "handler", "edit"),
        ("effective", "handler", "detail"),
        ("superseded", "handler", "detail"),
        ("section_review", "head", "detail"),
        ("second_approval", "bureau", "detail"),
        ("second_approval", "bureau", "review"),
        ("issued", "publisher", "detail"),
    ],
)
def test_a_page_asks_the_database_at_most_twelve_times(status, who, page):
    decision = decision_at(status)
    client = signed_in(actor(decision, who))
    client.get(url(f"decision-{page}", decision))
    asked = queries_of(client, url(f"decision-{page}", decision))
    # The frame (session, second factor) is the same on every page.
    own = [sql for sql in asked if "django_session" not in sql and "onetimecode" not in sql]
    assert len(own) <= 12, "\n".join(own)


def test_the_second_head_does_not_read_what_the_first_one_wrote():
    decision = decision_at("bureau_approval", what=serious_content())
    first = person(Role.BUREAU)
    decisions.review(
        decision=decision,
        step="bureau",
        verdict="approve",
        seen_hash=decision.content_hash,
        reason="同意，量罚适当。",
        by=first,
    )
    second = signed_in(person(Role.BUREAU))
    for page in (second.get(url("decision-review", decision)), second.get(decision.get_absolute_url())):
        assert "局领导" in text_of(page) and "量罚适当" not in text_of(page)
    for reader in (first, decision.case.dossier.handler):
        assert "量罚适当" in text_of(signed_in(reader).get(decision.get_absolute_url()))


def test_a_publisher_reads_the_result_without_the_case():
    decision = decision_at("issued")
    page = signed_in(person(Role.PUBLISHER)).get(decision.get_absolute_url())
    said = text_of(page)
    assert page.status_code == 200 and decision.facts in said
    assert decision.case.dossier.reference not in said and "陈述申辩" not in said and "审批意见" not in said
    assert signed_in(person(Role.PUBLISHER)).get(decision_at("approved").get_absolute_url()).status_code == 404


def test_a_greyed_step_says_why_in_the_sentence_of_the_rules():
    lacking = content(measures=(MeasureEntry("ban_projects", months=24),))
    decision = decision_at("draft", what=lacking)
    said = text_of(signed_in(decision.case.dossier.handler).get(decision.get_absolute_url()))
    assert "应当同时给予“记入科研诚信严重失信行为数据库”" in said


def test_a_minor_reader_sees_no_steps_of_others():
    decision = decision_at("section_review")
    said = text_of(signed_in(person(Role.LEGAL)).get(decision.get_absolute_url()))
    assert "目前没有需要您办理的事项" in said


# ---- Today


def today(user) -> list[tuple[str, str]]:
    return [(row.note, row.group) for row in rows_for(user, timezone.localdate())]


@pytest.mark.parametrize(
    ("status", "note"),
    [
        ("draft", "决定草稿待提交"),
        ("approved", "已批准，待签发"),
        ("issued", "已签发，待送达"),
        ("effective", "待报省级科技行政部门"),
    ],
)
def test_the_officer_finds_the_next_step_on_today(status, note):
    decision = decision_at(status)
    assert (note, "mine") in today(decision.case.dossier.handler)


def test_a_case_in_deliberation_asks_for_its_decision(respondent):
    assert ("待对 周砚清 作出处理决定", "mine") in today(respondent.case.dossier.handler)


@pytest.mark.parametrize(
    ("status", "role"),
    [
        ("section_review", "head"),
        ("legal_review", "legal"),
        ("bureau_approval", "bureau"),
        ("second_approval", "bureau"),
    ],
)
def test_the_reviewer_finds_the_decision_and_the_officer_waits(status, role):
    decision = decision_at(status)
    assert any("处理决定" in row.title for row in rows_for(person(role), timezone.localdate()))
    waiting = [row for row in rows_for(decision.case.dossier.handler, timezone.localdate()) if row.group == "waiting"]
    assert any(row.waiting_for for row in waiting)


def test_the_first_head_is_not_asked_a_second_time():
    decision = decision_at("second_approval")
    first = decision.approvals.get(step="bureau").given_by
    assert not [row for row in rows_for(first, timezone.localdate()) if "处理决定" in row.title]


# ---- on the case


def test_the_case_lists_decisions_and_the_step_to_draft():
    case = case_at("deliberation", respondents=2)
    first = case.respondents.order_by("pk").first()
    decision = decision_at("issued", respondent=fresh_respondent(first))
    said = text_of(signed_in(case.dossier.handler).get(case.get_absolute_url()))
    assert decision.reference in said and "尚未作出处理决定" in said
    assert "起草对 贺南星 的处理决定" in said


def fresh_respondent(respondent):
    return type(respondent).objects.select_related("case__dossier__handler", "subject").get(pk=respondent.pk)


def test_the_case_offers_the_review_to_whom_it_waits_for_and_says_why_not_to_others():
    decision = decision_at("second_approval")
    case = decision.case
    step = "审批对 周砚清 的处理决定"
    assert step in text_of(signed_in(person(Role.BUREAU)).get(case.get_absolute_url()))
    assert step not in text_of(signed_in(case.dossier.handler).get(case.get_absolute_url()))
    first = decision.approvals.get(step="bureau").given_by
    assert "须由另一人审批" in text_of(signed_in(first).get(case.get_absolute_url()))


def test_before_the_report_nothing_is_drafted():
    case = case_at("investigating")
    client = signed_in(case.dossier.handler)
    assert "起草" not in text_of(client.get(case.get_absolute_url()))
    page = send(client, draft_url(case.respondents.get()), **TYPED)
    assert page.status_code == 422 and "不能起草处理决定" in text_of(page)


def test_an_exemption_shows_its_ground_and_the_officer_its_next_steps():
    exempt = content(
        outcome="exempt", tier="", measures=(), exempt_ground="due_diligence", exempt_text="已尽勤勉义务。"
    )
    decision = decision_at("issued", what=exempt)
    said = text_of(signed_in(decision.case.dossier.handler).get(decision.get_absolute_url()))
    assert "合规尽责免予问责" in said and "已尽勤勉义务。" in said and "登记送达" in said
    assert "撤销决定" in text_of(signed_in(person(Role.BUREAU)).get(decision.get_absolute_url()))


def test_a_saved_exemption_carries_no_tier(respondent):
    client = signed_in(respondent.case.dossier.handler)
    typed = {**TYPED, "outcome": "exempt", "exempt_ground": "due_diligence", "exempt_text": "已尽勤勉义务。"}
    send(client, draft_url(respondent), **typed)
    assert Decision.objects.get().tier == ""


def test_a_draft_with_an_unanswered_warning_cannot_be_sent_from_its_page():
    early = content(conduct_on=dt.date(2021, 5, 6))
    decision = decision_at("draft", what=early)
    client = signed_in(decision.case.dossier.handler)
    assert "请说明理由" in text_of(client.get(decision.get_absolute_url()))
    refused = send(client, url("decision-send", decision))
    assert refused.status_code == 422 and "请说明理由" in text_of(refused)


def test_an_approved_decision_offers_its_issue():
    decision = decision_at("approved")
    client = signed_in(decision.case.dossier.handler)
    page = client.get(decision.get_absolute_url())
    assert BeautifulSoup(page.content, "html.parser").select_one(f"a[href='{url('decision-issue', decision)}']")

    # What cannot be changed afterwards is shown once more before it is signed.
    asked = text_of(client.get(url("decision-issue", decision)))
    assert "内容不能再改" in asked and decision.respondent.name_then in asked and "签发之日" in asked
    assert fresh(decision).status == "approved"


def test_the_form_of_an_opinion_does_not_call_the_opinion_optional():
    decision = decision_at("section_review")
    page = signed_in(person(Role.HEAD)).get(url("decision-review", decision))
    assert "选填" not in text_of(page)
