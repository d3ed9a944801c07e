"""The pages of notices in work: who gets in, what they read, what a second sending does."""

from __future__ import annotations

import secrets

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from casework.actions import grants
from casework.actors import SYSTEM
from casework.enums import AccessKind, ExclusionSource
from casework.models import AccessEvent, Event
from casework.today import rows_for
from integrity.actions import issuing
from notices.actions import notices
from notices.enums import MaskReason, NameProfile, NoticeKey, NoticeStatus
from notices.models import MaskedSpan, Notice, NoticeReview, PublicNotice
from tests.factories.decisions import content, decision_at
from tests.factories.notices import EARLY, content_of, fresh, notice_at, opinion
from tests.factories.people import person

pytestmark = pytest.mark.django_db

PAGES = {
    "notice-detail": "published",
    "notice-edit": "draft",
    "notice-secrecy": "draft",
    "notice-review": "review",
    "notice-publish": "approved",
    "notice-schedule": "approved",
    "notice-correct": "published",
    "notice-withdraw": "published",
}
REVIEWER_PAGES = {"notice-detail", "notice-review"}


@pytest.fixture
def publisher() -> User:
    return person("publisher", name="何静")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(name: str, notice: Notice) -> str:
    return reverse(f"notices:{name}", args=[notice.dossier.reference])


def send(client: Client, url: str, **values):
    return client.post(url, {"idempotency_key": secrets.token_hex(16), **values})


def words(response) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


# ---- the ladder


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_its_role_only_and_every_look_is_on_record(publisher, name):
    notice = notice_at(PAGES[name], publisher=publisher)
    url = address(name, notice)
    kept_out, reviewer = person("reviewer"), person("reviewer")
    grants.exclude(dossier=notice.dossier, user=kept_out, source=ExclusionSource.DECLARED, reason="同学", by=SYSTEM)

    assert Client().get(url).status_code == 302
    assert signed_in(person("officer")).get(url).status_code == 404
    assert signed_in(kept_out).get(url).status_code == 404
    assert signed_in(publisher).get(reverse(f"notices:{name}", args=["没有"])).status_code == 404
    assert not AccessEvent.objects.filter(dossier=notice.dossier).exists()

    pages = {reviewer: signed_in(reviewer).get(url), publisher: signed_in(publisher).get(url)}

    assert pages[reviewer].status_code == (200 if name in REVIEWER_PAGES else 403)
    assert pages[publisher].status_code == (403 if name == "notice-review" else 200)
    for user, response in pages.items():
        assert response.headers["Cache-Control"] == "no-store"
        assert AccessEvent.objects.filter(dossier=notice.dossier, kind=AccessKind.READ, user=user).count() == 1


@pytest.mark.parametrize(
    ("name", "status"), [*PAGES.items(), ("notice-detail", "draft"), ("notice-detail", "approved")]
)
def test_pages_ask_the_database_at_most_twelve_times_however_many_decisions(publisher, name, status):
    decisions = [decision_at("effective"), decision_at("effective")]
    notice = notice_at(status, publisher=publisher, decisions=decisions)
    reader = signed_in(person("reviewer") if name == "notice-review" else publisher)

    with CaptureQueriesContext(connection) as asked:
        assert reader.get(address(name, notice)).status_code == 200

    # Savepoints come from the transaction of the test, not from the page.
    queries = [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(queries) <= 12, "\n".join(queries)


def test_the_list_is_for_those_who_work_with_notices(publisher, django_assert_max_num_queries):
    notice = notice_at("draft", publisher=publisher)
    url = reverse("notices:notice-list")

    assert Client().get(url).status_code == 302
    assert signed_in(person("officer")).get(url).status_code == 403
    client = signed_in(publisher)
    with django_assert_max_num_queries(12):
        page = client.get(url)
    assert notice.title in words(page)
    assert notice.title in words(client.get(url, {"status": "draft"}))
    assert notice.title not in words(client.get(url, {"status": "published"}))
    assert notice.title in words(client.get(url, {"status": "nonsense"}))
    assert "起草通报" not in words(signed_in(person("reviewer")).get(url))


# ---- drafting


def test_a_publisher_drafts_from_the_decisions_that_may_be_published(publisher):
    good, open_one = decision_at("effective"), decision_at("approved")
    client = signed_in(publisher)
    url = reverse("notices:notice-draft")

    page = client.get(url, {"decision": good.pk})
    assert good.reference in words(page) and good.case.title not in words(page)
    assert [box["value"] for box in BeautifulSoup(page.content, "html.parser").select("input[name=decisions]")] == [
        str(good.pk)
    ]
    answer = send(client, url, decisions=[good.pk], title="关于一起造假的通报", intro="", name_profile="full")

    notice = Notice.objects.get()
    assert answer.headers["Location"] == address("notice-edit", notice)
    assert Event.objects.filter(dossier=notice.dossier, type="notice_drafted").count() == 1
    refused = send(client, url, decisions=[open_one.pk], title="通报", intro="", name_profile="full")
    assert refused.status_code == 422


def test_a_refused_draft_keeps_what_was_typed(publisher):
    decision = decision_at("effective")

    page = send(
        signed_in(publisher),
        reverse("notices:notice-draft"),
        decisions=[decision.pk],
        title="关于13800006789的通报",
        intro="仍在这里的正文",
        name_profile="surname",
    )

    assert page.status_code == 422
    assert "不能写证件号码、电话或邮箱" in words(page)
    assert "仍在这里的正文" in page.content.decode()
    assert not Notice.objects.exists()


def test_drafting_is_for_publishers_and_says_so_when_there_is_nothing(publisher):
    url = reverse("notices:notice-draft")

    assert signed_in(person("reviewer")).get(url).status_code == 403
    assert "现在没有可以通报的决定" in words(signed_in(publisher).get(url))


def test_a_form_sent_twice_has_one_effect(publisher):
    decision = decision_at("effective")
    client, url = signed_in(publisher), reverse("notices:notice-draft")
    values = {
        "decisions": [decision.pk],
        "title": "通报",
        "intro": "",
        "name_profile": "full",
        "idempotency_key": "a" * 32,
    }

    first, second = client.post(url, values), client.post(url, values)

    assert first.headers["Location"] == second.headers["Location"]
    assert Notice.objects.count() == 1


# ---- editing


def form_of(notice: Notice, **changes):
    now = content_of(notice)
    values = {
        "seen_hash": notice.content_hash,
        "title": now.title,
        "intro": now.intro,
        "name_profile": now.name_profile,
        "until": now.until.isoformat() if now.until else "",
        "included": list(now.included),
        "kept": list(now.kept),
    }
    return values | changes


def test_the_edit_page_shows_source_and_public_text_side_by_side(publisher):
    facts = "经查，周砚清（身份证号 510802197903121234）伪造图 3。"
    notice = notice_at(
        "draft",
        publisher=publisher,
        decisions=[decision_at("effective", what=content(facts=facts))],
        name_profile="surname",
    )

    page = signed_in(publisher).get(address("notice-edit", notice))

    soup = BeautifulSoup(page.content, "html.parser")
    assert "周砚清" in [mark.get_text() for mark in soup.select(".compare del")]
    assert {"周某某", "〔略〕"} <= {mark.get_text() for mark in soup.select(".compare ins")}
    assert "510802197903121234" not in page.content.decode()
    table = soup.select_one("table").get_text(" ", strip=True)
    assert "证件号码一律不公开" in table
    assert "按公开规格隐去姓名" in table
    assert "单位与身份合在一起可以认出本人" in table


def test_a_mask_is_added_by_its_words_and_the_page_stays_open(publisher):
    notice = notice_at("draft", publisher=publisher)
    facts = notice.fields.get(key=NoticeKey.FACTS)
    new = {"mask_field": facts.pk, "mask_words": "图 3", "mask_reason": MaskReason.PRIVACY, "mask_style": "token"}
    url = address("notice-edit", notice)

    answer = send(signed_in(publisher), url, **form_of(notice, **new))

    assert answer.headers["Location"] == url
    assert MaskedSpan.objects.filter(field=facts, reason=MaskReason.PRIVACY).exists()


def test_saving_leads_back_to_the_notice(publisher):
    notice = notice_at("draft", publisher=publisher)
    client, url = signed_in(publisher), address("notice-edit", notice)

    assert send(client, url, **form_of(notice, title="新标题")).headers["Location"] == notice.get_absolute_url()
    stay = send(client, url, **form_of(fresh(notice), title="更新的标题", stay="1"))
    assert stay.headers["Location"] == url
    assert fresh(notice).title == "更新的标题"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seen_hash": "0" * 64}, "被他人修改过"),
        ({"title": ""}, "请填写这一栏"),
        ({"until": "2026-02-30"}, "没有这一天"),
        ({"until": "2020-01-01"}, "公布截止日已经过去"),
        ({"included": ["x"]}, "公开项目：不在可选范围内"),
        ({"mask_words": "没有的字", "mask_field": "0"}, ""),
        ({"mask_words": "周砚清"}, "请选择要遮蔽的项目"),
    ],
)
def test_a_refused_edit_keeps_what_was_typed(publisher, changes, sentence):
    notice = notice_at("draft", publisher=publisher)

    page = send(signed_in(publisher), address("notice-edit", notice), **form_of(notice, intro="刚写的正文", **changes))

    assert page.status_code == 422
    assert sentence in words(page)
    assert "刚写的正文" in page.content.decode()
    assert fresh(notice).content_hash == notice.content_hash


def test_the_list_of_problems_leads_to_the_boxes_the_page_draws_itself(publisher):
    notice = notice_at("draft", publisher=publisher)
    page = send(signed_in(publisher), address("notice-edit", notice), **form_of(notice, included=["x"], kept=["x"]))

    soup = BeautifulSoup(page.content, "html.parser")
    anchors = [link["href"].removeprefix("#") for link in soup.select(".error-summary a")]
    assert anchors == ["id_included_0", "id_kept_0"]
    assert soup.find(id="id_included_0")["name"] == "included" and soup.find(id="id_kept_0")


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
