"""Pages of the procedures beside the meeting: every form opens and sends once; what is shown, to whom, at what cost."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from casework.models import Event
from ethics.actions import opinions
from ethics.models import Committee
from ethics.review_books import books_of
from ethics.simple_procedure import checklist_of
from tests.factories.procedures import (
    account,
    declares,
    fresh,
    revised,
    says,
    simple_accepted,
    simple_named,
)
from tests.factories.reviews import accepted, seats
from tests.factories.visits import queries_of, send, signed_in, text_of
from tests.integration.procedure_forms import at, form_pages, opinion_fields

pytestmark = pytest.mark.django_db


def _data(values: dict[str, Any], key: str) -> dict[str, Any]:
    files = {name: SimpleUploadedFile(*value) for name, value in values.items() if isinstance(value, tuple)}
    return {**values, **files, "idempotency_key": key}


def test_every_form_opens_and_sends_once(secretary: User, committee: Committee) -> None:
    for who, url, values, event in form_pages(committee, secretary):
        browser, count = signed_in(who), Event.objects.filter(type=event).count()
        assert browser.get(url).status_code == 200, url
        key = secrets.token_hex(16)
        answer = browser.post(url, _data(values, key))
        assert answer.status_code == 302, text_of(answer)
        again = browser.post(url, _data(values, key))
        assert again["Location"] == answer["Location"]
        assert Event.objects.filter(type=event).count() == count + 1, event


def test_an_empty_form_says_what_is_missing_and_keeps_the_rest(secretary: User, committee: Committee) -> None:
    for who, url, _values, event in form_pages(committee, secretary):
        count = Event.objects.filter(type=event).count()
        answer = send(signed_in(who), url)
        assert answer.status_code == 422, url
        assert "error-summary" in answer.content.decode()
        assert Event.objects.filter(type=event).count() == count


def test_nonsense_is_refused_beside_the_field(secretary: User, committee: Committee) -> None:
    review = simple_accepted(committee, secretary=secretary)
    chair, _vice, third = seats(committee)[:3]
    browser = signed_in(account(chair))
    for members in (["abc"], [987654321], [third.pk]):
        answer = send(browser, at("reviewers-name", review), members=members)
        assert answer.status_code == 422
    assert "至少指定 2 名委员" in text_of(answer)
    extend = send(signed_in(secretary), at("review-extend", review), extended_to="2026-02-30", reason="会期。")
    assert "没有这一天" in text_of(extend) and "会期。" in extend.content.decode()


def test_the_naming_screen_shows_what_speaks_against(secretary: User, committee: Committee) -> None:
    """R4."""
    review = simple_accepted(committee, secretary=secretary)
    chair, vice = seats(committee)[:2]
    declares(review.application, vice, answer="conflict")
    page = text_of(signed_in(account(chair)).get(at("reviewers-name", review)))
    for words in ("至少指定 2 名委员", "在办审查 0 件", "任期至", "与申请单位同属一个单位", "委员乙 已回避"):
        assert words in page, words
    assert "代为登记的原因" not in page


def test_the_naming_screen_costs_the_same_for_any_number(secretary: User, committee: Committee) -> None:
    review = simple_accepted(committee, secretary=secretary)
    chair = signed_in(account(seats(committee)[0]))
    before = len(queries_of(chair, at("reviewers-name", review)))
    simple_named(committee, secretary=secretary, title="另一项研究")
    statements = queries_of(chair, at("reviewers-name", review))
    assert len(statements) == before <= 12


def test_the_page_with_reviewers_costs_the_same_for_any_number(secretary: User, committee: Committee) -> None:
    """Session, person and access cost six, everything one reads of the review the rest."""
    review = simple_named(committee, secretary=secretary)
    desk = signed_in(secretary)
    before = len(queries_of(desk, review.application.get_absolute_url()))
    for member in seats(committee)[2:4]:
        says(review, member)
    assert len(queries_of(desk, review.application.get_absolute_url())) <= before <= 23


def test_the_form_of_an_opinion_offers_standard_comments(secretary: User, committee: Committee) -> None:
    """R16: the comments come with the version of the rule set."""
    review = simple_named(committee, secretary=secretary)
    page = BeautifulSoup(signed_in(account(seats(committee)[2])).get(at("opinion-give", review)).content, "html.parser")
    items = checklist_of(books_of(review))
    assert len(page.select("datalist")) == len(items) == 7
    assert page.select_one("#standard-human option")["value"] == items[2].zh  # type: ignore[index]
    assert not page.select("input[name=is_positive][checked]")
    assert page.select_one("[name=comment_human]")["list"] == "standard-human"  # type: ignore[index]


def test_a_doubt_is_told_to_have_moved_it(secretary: User, committee: Committee) -> None:
    review = simple_named(committee, secretary=secretary)
    browser = signed_in(account(seats(committee)[2]))
    answer = send(browser, at("opinion-give", review), **opinion_fields(review, is_positive="no"))
    assert answer.status_code == 302
    assert fresh(review).procedure == "general"


def test_a_returned_opinion_begins_where_it_was(secretary: User, committee: Committee) -> None:
    review = simple_named(committee, secretary=secretary)
    third = seats(committee)[2]
    opinions.send_back(opinion=says(review, third, text="可行。"), reason="请写明补偿。", by=secretary)
    page = signed_in(account(third)).get(at("opinion-give", review))
    assert "请写明补偿。" in text_of(page) and "可行。" in page.content.decode()
    soup = BeautifulSoup(page.content, "html.parser")
    assert soup.select_one("[name=verdict_human] option[selected]")["value"] == "fits"  # type: ignore[index]
    assert not soup.select("input[name=is_positive][checked]")


def test_reviewers_write_before_they_read_each_other(secretary: User, committee: Committee) -> None:
    review = simple_named(committee, secretary=secretary)
    chair, _vice, third, fourth = seats(committee)[:4]
    first = says(review, third)
    url = at("opinion-detail", first.pk)
    assert signed_in(account(fourth)).get(url).status_code == 403
    for user in (account(third), account(chair), secretary):
        assert "方案可行。" in text_of(signed_in(user).get(url))
    says(review, fourth)
    assert signed_in(account(fourth)).get(url).status_code == 200
    assert "退回审查意见" in text_of(signed_in(secretary).get(url))
    assert "退回审查意见" not in text_of(signed_in(account(third)).get(url))


def test_a_recused_member_finds_none_of_it(secretary: User, committee: Committee) -> None:
    """E13."""
    review = simple_named(committee, secretary=secretary)
    third, fourth = seats(committee)[2:4]
    opinion = says(review, fourth)
    declares(review.application, third, answer="conflict")
    browser = signed_in(account(third))
    for url in (at("opinion-give", review), at("opinion-detail", opinion.pk), at("revision-verify", review)):
        assert browser.get(url).status_code == 404


def test_a_revision_is_shown_beside_what_was_required(secretary: User, committee: Committee) -> None:
    review = revised(committee, secretary=secretary)
    answer = signed_in(secretary).get(at("revision-verify", review))
    for words in ("补充知情同意书中的退出条款。", "第 2 版", "比较审查时的版本和修改稿"):
        assert words in text_of(answer), words
    first, last = review.application.versions.order_by("number")
    assert f"compare/?before={first.pk}&amp;after={last.pk}" in answer.content.decode()


def test_an_emergency_has_no_form_of_extension(secretary: User, committee: Committee) -> None:
    review = accepted(committee, secretary=secretary, procedure="emergency", circumstances=["urgent"], expertise="医学")
    answer = signed_in(secretary).get(at("review-extend", review))
    assert answer.status_code == 409 and "72 小时" in answer.content.decode()
