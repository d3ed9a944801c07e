"""The way of a notice through its pages: checks, blind reviews, publication, next steps, Today."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from casework.today import rows_for
from integrity.actions import issuing
from notices.actions import notices
from notices.enums import NameProfile, NoticeStatus
from notices.models import NoticeReview, PublicNotice
from tests.factories.decisions import decision_at
from tests.factories.notices import EARLY, fresh, notice_at, opinion
from tests.factories.people import person
from tests.integration.notice_pages import PAGES, address, form_of, send, signed_in, words

pytestmark = pytest.mark.django_db


# ---- the way to publication


def test_a_notice_goes_from_secrecy_check_to_the_public_through_its_pages(publisher):
    notice = notice_at("draft", publisher=publisher)
    client = signed_in(publisher)
    detail = words(client.get(notice.get_absolute_url()))
    assert "请先完成保密审查" in detail

    assert send(client, address("notice-secrecy", notice)).status_code == 422
    stale = send(client, address("notice-secrecy", notice), confirmed="on", seen_hash="0" * 64)
    assert "重新核对后再确认" in words(stale)
    send(client, address("notice-secrecy", notice), confirmed="on", note="逐项核对", seen_hash=notice.content_hash)
    send(client, address("notice-send", notice))
    for _n in range(2):
        reviewer = signed_in(person("reviewer"))
        answer = send(
            reviewer,
            address("notice-review", notice),
            verdict="approve",
            seen_hash=fresh(notice).content_hash,
            comment="",
        )
        assert answer.status_code == 302
    early = send(client, address("notice-publish", notice))
    assert early.status_code == 422
    assert "申诉期未满" in words(early)
    send(client, address("notice-publish", notice), exception_reason=EARLY)

    notice = fresh(notice)
    assert notice.status == NoticeStatus.PUBLISHED
    assert Client().get(PublicNotice.objects.get().get_absolute_url()).status_code == 200


def test_a_refused_step_is_a_page_with_its_reason_not_an_error(publisher):
    notice = notice_at("draft", publisher=publisher)

    page = send(signed_in(publisher), address("notice-send", notice))

    assert page.status_code == 409
    assert "请先完成保密审查" in words(page)
    assert signed_in(publisher).get(address("notice-send", notice)).status_code == 405


def test_scheduling_correcting_and_withdrawing_work_through_their_pages(publisher):
    client = signed_in(publisher)
    waiting = notice_at("approved", publisher=publisher)
    page = send(client, address("notice-schedule", waiting), day="2020-01-01", exception_reason=EARLY)
    assert page.status_code == 422
    send(client, address("notice-schedule", waiting), day=timezone.localdate().isoformat(), exception_reason=EARLY)
    assert fresh(waiting).status == NoticeStatus.SCHEDULED

    out = notice_at("published", publisher=publisher)
    assert send(client, address("notice-correct", out), note=" ").status_code == 422
    assert send(client, address("notice-correct", out), note="更正单位。").headers["Location"] == address(
        "notice-edit", out
    )
    assert "公众看到的仍是原通报" in words(client.get(out.get_absolute_url()))
    assert send(client, address("notice-withdraw", out), reason="error").status_code == 422
    send(client, address("notice-withdraw", out), reason="error", text="公布内容有误。")
    assert fresh(out).status == NoticeStatus.WITHDRAWN


# ---- blind review


def test_no_opinion_is_read_by_others_before_both_are_in(publisher):
    first, second = person("reviewer", name="审核甲"), person("reviewer", name="审核乙")
    notice = notice_at("review", publisher=publisher)
    opinion(notice, "return", by=first, comment="图题仍可认出作者。")

    for reader in (publisher, second, person("auditor")):
        client = signed_in(reader)
        if reader.memberships.filter(role="auditor").exists():
            continue
        page = words(client.get(notice.get_absolute_url()))
        assert "图题仍可认出作者" not in page
        assert "已提交，暂不可见" in page
        assert not [part for part in ("退回修改", "同意公开") if f"{part} 审核甲" in page]
    assert "图题仍可认出作者" not in words(signed_in(second).get(address("notice-review", notice)))
    assert "图题仍可认出作者" in words(signed_in(first).get(notice.get_absolute_url()))

    opinion(notice, "approve", by=second)

    page = words(signed_in(publisher).get(notice.get_absolute_url()))
    assert "图题仍可认出作者" in page
    assert "退回修改" in page


def test_an_opinion_on_content_that_changed_stays_hidden_and_is_marked(publisher):
    notice = notice_at("review", publisher=publisher)
    opinion(notice, "return", comment="只给我看")
    send(signed_in(publisher), address("notice-edit", notice), **form_of(fresh(notice), title="另一个标题"))

    page = words(signed_in(publisher).get(notice.get_absolute_url()))

    assert "只给我看" not in page
    assert "本意见不再有效" in page


def test_a_reviewer_who_returns_without_a_word_is_asked_for_the_reason(publisher):
    notice = notice_at("review", publisher=publisher)

    page = send(
        signed_in(person("reviewer")),
        address("notice-review", notice),
        verdict="return",
        seen_hash=notice.content_hash,
        comment="",
    )

    assert page.status_code == 422
    assert "退回须写明位置和理由" in words(page)
    assert not NoticeReview.objects.exists()


# ---- steps and the Today page


def test_the_next_steps_say_why_something_is_not_possible(publisher):
    notice = notice_at("review", publisher=publisher)

    page = words(signed_in(publisher).get(notice.get_absolute_url()))

    assert "现在是“双人审核”，不能公布" in page
    assert "修改（已有审核意见随之失效）" in page


def test_the_filled_button_of_a_draft_is_the_step_to_take_next(publisher):
    notice = notice_at("draft", publisher=publisher)
    client = signed_in(publisher)

    def filled() -> list[str]:
        page = BeautifulSoup(client.get(notice.get_absolute_url()).content, "html.parser")
        return [one.get_text() for one in page.select("#next .btn:not(.plain):not(.danger):not([disabled])")]

    assert filled() == ["保密审查"]
    notices.check_secrecy(notice=notice, note="", seen_hash=notice.content_hash, by=publisher)
    assert filled() == ["提交双人审核"]


def test_giving_up_a_draft_does_not_speak_of_the_public(publisher):
    notice = notice_at("draft", publisher=publisher)
    client = signed_in(publisher)

    page = words(client.get(address("notice-withdraw", notice)))
    assert "作废通报" in page
    assert "公众页面" not in page
    send(client, address("notice-withdraw", notice), reason="other", text="不再需要。")

    page = words(client.get(notice.get_absolute_url()))
    assert "已作废" in page
    assert "公众页面" not in page


@pytest.mark.parametrize("page_name", ["notice-secrecy", "notice-publish", "notice-schedule", "notice-review"])
def test_what_must_be_corrected_stands_above_a_long_page_also_without_script(publisher, page_name):
    notice = notice_at(PAGES[page_name], publisher=publisher)
    who = person("reviewer") if page_name == "notice-review" else publisher
    answer = send(signed_in(who), address(page_name, notice), verdict="return", seen_hash=notice.content_hash)
    assert answer.status_code == 422
    main = BeautifulSoup(answer.content, "html.parser").select_one("#main")
    assert len(main.select(".error-summary")) == 1
    assert main.select_one(".stack > *")["class"] == ["error-summary"]


@pytest.mark.parametrize("status", ["withdrawn", "expired"])
def test_a_notice_that_is_over_offers_no_step(publisher, status):
    notice = notice_at(status, publisher=publisher)

    assert "目前没有需要您办理的事项" in words(signed_in(publisher).get(notice.get_absolute_url()))


def test_the_today_page_tells_each_person_what_waits(publisher):
    on = timezone.localdate()
    reviewer = person("reviewer")
    decision = decision_at("effective")
    out = notice_at("published", publisher=publisher, decisions=[decision], title="已公布的通报")
    notice_at("draft", publisher=publisher, title="起草中的通报")
    notice_at("approved", publisher=publisher, title="可公布的通报")
    waiting = notice_at("review", publisher=publisher, title="审核中的通报")
    decision_at("issued")
    issuing.revoke(decision=decision, reason="新证据表明认定有误。", by=person("bureau"))

    rows = {row.title: row for row in rows_for(publisher, on)}
    duty = rows["须撤下或更正：已公布的通报"]
    assert duty.due_on is not None
    assert duty.action_url == address("notice-withdraw", out)
    assert rows["起草中的通报"].action_label == "继续起草"
    assert rows["可公布的通报"].action_label == "公布"
    assert rows["审核中的通报"].group == "waiting"
    assert rows["有 1 份处理决定尚未通报"].action_label == "起草通报"

    assert [row.title for row in rows_for(reviewer, on)] == ["审核中的通报"]
    opinion(waiting, by=reviewer)
    assert rows_for(reviewer, on) == []
    assert rows_for(person("officer"), on) == []


def test_a_duty_stands_on_top_of_its_notice(publisher):
    decision = decision_at("effective")
    notice = notice_at("published", publisher=publisher, decisions=[decision])
    issuing.revoke(decision=decision, reason="新证据表明认定有误。", by=person("bureau"))

    page = words(signed_in(publisher).get(notice.get_absolute_url()))

    assert "须撤下或更正 撤销处理决定" in page
    assert str(NameProfile.FULL.label) in page
