"""What the pages of a review say is to be done next, to whom, and on what a confirmation rests."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from ethics.actions import reviewers
from ethics.models import Committee, Review
from ethics.presenters.application_procedure import (
    appeals_panel,
    own_appeal_links,
    procedure_panel,
    procedure_steps,
)
from tests.factories.procedures import (
    account,
    appealed,
    decided,
    declares,
    fresh,
    revised,
    says,
    simple_accepted,
    simple_agreed,
    waiver_accepted,
)
from tests.factories.reviews import accepted, seats
from tests.factories.visits import send, signed_in, text_of
from tests.integration.procedure_forms import at, form_pages

pytestmark = pytest.mark.django_db


def labels(review: Review, user: User) -> dict[str, bool]:
    """Next step → whether it can be taken."""
    return {str(one["label"]): one["enabled"] for one in procedure_steps(fresh(review).application, user)}


def test_the_next_steps_follow_the_person_and_the_moment(secretary: User, committee: Committee) -> None:
    chair, _vice, third, fourth = seats(committee)[:4]
    review = simple_accepted(committee, secretary=secretary)
    assert labels(review, account(chair)) == {"指定审查委员": True}
    assert labels(review, secretary) == {"指定审查委员": False, "转为会议审查": True, "延长审查期限": True}
    reviewers.name(application=review.application, members=[third, fourth], by=account(chair))
    declares(review.application, third, fourth)
    assert labels(review, account(third)) == {"提交审查意见": True}
    says(review, third)
    assert labels(review, account(third)) == {}
    assert labels(review, secretary)["登记简易程序批准"] is False
    says(review, fourth)
    assert labels(review, secretary)["登记简易程序批准"] is True
    waiver = waiver_accepted(committee, secretary=secretary, title="匿名问卷")
    assert set(labels(waiver, secretary)) == {"确认免除审查", "不予免除，转为会议审查", "延长审查期限"}
    revision = revised(committee, secretary=secretary, title="平衡训练")
    assert labels(revision, secretary) == {"核实修改稿": True, "退回修改稿": True}
    urgent = accepted(
        committee,
        secretary=secretary,
        title="应急研究",
        procedure="emergency",
        circumstances=["urgent"],
        expertise="医学",
    )
    assert labels(urgent, secretary) == {"延长审查期限": False}
    rejected = decided(committee, secretary=secretary, title="电刺激", outcome="reject")
    assert labels(rejected, secretary) == {"登记书面申诉": True}
    appeal = appealed(committee, secretary=secretary, title="磁刺激")
    assert labels(appeal.decision.review, secretary) == {"答复申诉": True}


def test_the_card_says_where_it_stands(secretary: User, committee: Committee) -> None:
    review = simple_agreed(committee, secretary=secretary)
    panel = procedure_panel(review.application, secretary)
    assert panel is not None
    assert [one["state"]["label"] for one in panel.context["reviewers"]] == ["已提交意见", "已提交意见"]
    reviewers.confirm(application=review.application, basis="低风险。", reasons="可行。", by=secretary)
    panel = procedure_panel(fresh(review).application, secretary)
    assert panel is not None
    assert [one["label"] for one in panel.context["pills"]] == ["结果尚未向会议报告"]
    assert appeals_panel(fresh(review).application, secretary) is None
    appeal = appealed(committee, secretary=secretary, title="磁刺激")
    shown = appeals_panel(fresh(appeal.decision.review).application, secretary)
    assert shown is not None and shown.context["rows"][0]["grounds"] == "风险评估有误。"


def test_today_names_who_is_next(secretary: User, committee: Committee) -> None:
    chair, _vice, third, fourth = seats(committee)[:4]

    def today(user: User) -> str:
        return text_of(signed_in(user).get(reverse("today")))

    review = simple_accepted(committee, secretary=secretary, title="步行训练研究")
    assert "请指定审查委员：步行训练研究" in today(account(chair))
    reviewers.name(application=review.application, members=[third, fourth], by=account(chair))
    undeclared = today(account(third))
    assert "请提交审查意见" not in undeclared and review.application.dossier.reference not in undeclared
    declares(review.application, third, fourth)
    assert "请提交审查意见：步行训练研究" in today(account(third))
    says(review, third)
    assert "步行训练研究" not in today(account(third))
    assert "委员已全部同意" not in today(secretary)
    says(review, fourth)
    assert "委员已全部同意：步行训练研究" in today(secretary)
    reviewers.confirm(application=fresh(review).application, basis="低风险。", reasons="可行。", by=secretary)
    waiver_accepted(committee, secretary=secretary, title="匿名问卷研究")
    appealed(committee, secretary=secretary, title="磁刺激研究")
    page = today(secretary)
    for words in (
        "简易程序结果待向会议报告：步行训练研究",
        "免除审查待确认：匿名问卷研究",
        "申诉待答复：磁刺激研究",
    ):
        assert words in page, words


def test_nobody_is_asked_in(committee: Committee, secretary: User) -> None:
    """Anonymous visitors are led to sign in, whatever the address."""
    for _who, url, _values, _event in form_pages(committee, secretary):
        assert Client().get(url)["Location"].startswith("/accounts/login/")


def test_the_applicant_is_offered_an_appeal_while_there_is_one_to_make(secretary: User, committee: Committee) -> None:
    rejected = decided(committee, secretary=secretary, outcome="reject").application
    waiting = appealed(committee, secretary=secretary, title="磁刺激").decision.review.application
    running = accepted(committee, secretary=secretary, title="步态").application
    assert rejected.applicant is not None
    assert [url for _label, url in own_appeal_links(rejected, rejected.applicant)] == [
        at("own-appeal", rejected.dossier.reference)
    ]
    for one in (waiting, running):
        assert list(own_appeal_links(one, rejected.applicant)) == []


def test_what_a_confirmation_rests_on_stands_above_it(secretary: User, committee: Committee) -> None:
    agreed = simple_agreed(committee, secretary=secretary)
    page = text_of(signed_in(secretary).get(at("simple-confirm", agreed)))
    for words in ("委员丙：同意（第 1 版", "不高于最低风险（科技伦理审查办法 第22条）", "按规则的最长间隔"):
        assert words in page, words
    appeal = appealed(committee, secretary=secretary, title="磁刺激")
    answer = signed_in(secretary).get(at("appeal-answer", appeal.pk))
    assert "证据.txt" in text_of(answer)
    assert reverse("casework:attachment-download", args=[appeal.file_id]) in answer.content.decode()


def test_without_a_chair_the_secretary_is_asked_why(secretary: User, committee: Committee) -> None:
    review = simple_accepted(committee, secretary=secretary)
    third, fourth = seats(committee)[2:4]
    assert signed_in(secretary).get(at("reviewers-name", review)).status_code == 403
    for chair in seats(committee)[:2]:
        chair.user = None
        chair.save()
    assert labels(review, secretary)["指定审查委员"] is True
    page = text_of(signed_in(secretary).get(at("reviewers-name", review)))
    assert "代为登记的原因" in page and "没有账号，不能在本系统提交意见" in page
    chosen = {"members": [third.pk, fourth.pk]}
    assert send(signed_in(secretary), at("reviewers-name", review), **chosen).status_code == 422
    answer = send(signed_in(secretary), at("reviewers-name", review), **chosen, reason="主任委员书面指定。")
    assert answer.status_code == 302
    assert fresh(review).application.status == "in_review"
