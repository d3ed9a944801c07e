"""The pages of notices in work: who gets in, what they read, what a second sending does."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.actions import grants
from casework.actors import SYSTEM
from casework.enums import AccessKind, ExclusionSource
from casework.models import AccessEvent, Event
from notices.enums import MaskReason, NoticeKey
from notices.models import MaskedSpan, Notice
from tests.factories.decisions import content, decision_at
from tests.factories.notices import fresh, notice_at
from tests.factories.people import person
from tests.integration.notice_pages import PAGES, address, form_of, send, signed_in, words

pytestmark = pytest.mark.django_db
REVIEWER_PAGES = {"notice-detail", "notice-review"}


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
