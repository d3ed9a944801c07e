"""The procedures beside the meeting, each from its first page to what it ends in.

A simple procedure: the secretary accepts it, the chair declares, sees links, terms and load and names two members; one of
them agrees, the other has a doubt about one item of article 15, and the application goes to a meeting at once with the
reason and the article. An emergency: decided after 71 hours it is in time, after 73 hours it is late, on the page and in
the record, and at no hour may it be extended.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from casework.models import Event
from casework.workflow import move
from ethics.actions import review_decisions
from ethics.models import Review
from ethics.review_workflow import APPLICATION
from tests.factories.procedures import account, fresh
from tests.factories.reviews import accepted, seats, working_committee
from tests.journeys.hands import choose, fill, offers_not, open_link, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey


def declare(page, reference: str) -> None:
    """A member says at the gate that there is no conflict."""
    page.goto(f"/ethics/gate/{reference}/")
    choose(page, "没有利益冲突")
    fill(page, "说明", "没有合作，不影响审查。")
    press(page, "提交声明")


def go_through(page) -> None:
    """Every item of the checklist meets the rules."""
    for number in range(page.locator("select[name^=verdict_]").count()):
        page.locator("select[name^=verdict_]").nth(number).select_option(label="符合要求")


def test_a_doubt_of_one_reviewer_calls_the_meeting(live_server, at_desk, look, check_page, shoot):
    secretary_user = colleague("ethics")
    committee = working_committee(by=secretary_user)
    chair_seat, _vice, third, fourth = seats(committee)[:4]
    review = accepted(committee, secretary=secretary_user, procedure="simple", simple_grounds=["risk_le_minimal"])
    reference, url = review.application.dossier.reference, review.application.get_absolute_url()

    secretary = at_desk(secretary_user)
    secretary.goto(url)
    says(secretary, "由主任委员或者副主任委员指定。")

    chair = at_desk(account(chair_seat))
    declare(chair, reference)
    open_link(chair, "指定审查委员")
    says(chair, "至少指定 2 名委员")
    says(chair, "在办审查 0 件")
    look(chair)
    shoot(chair, "ethics-reviewers")
    choose(chair, third.person.name)
    press(chair, "指定审查委员")
    says(chair, "至少指定 2 名委员。")
    choose(chair, fourth.person.name)
    press(chair, "指定审查委员")
    says(chair, "已指定审查委员")
    says(chair, "待声明利益冲突情况")

    first = at_desk(account(third))
    assert first.goto(url).status == 404
    declare(first, reference)
    open_link(first, "提交审查意见")
    go_through(first)
    choose(first, "同意批准")
    fill(first, "意见说明", "方案可行，风险可控。")
    look(first)
    press(first, "提交审查意见")
    says(first, "审查意见已提交。")
    offers_not(first, "提交审查意见")

    second = at_desk(account(fourth))
    declare(second, reference)
    says_not(second, "方案可行，风险可控。")
    open_link(second, "提交审查意见")
    go_through(second)
    second.locator("select[name=verdict_human]").select_option(label="有疑义")
    choose(second, "同意批准")
    fill(second, "意见说明", "补偿标准没有写明。")
    press(second, "提交审查意见")
    assert second.locator(".error-summary").count() == 1
    second.locator("input[name=comment_human]").fill("没有写明受试者补偿。")
    look(second)
    shoot(second, "ethics-opinion")
    press(second, "提交审查意见")
    says(second, "按规定，这份申请已转为会议审查。")

    secretary.reload()
    says(secretary, "转为会议审查")
    says(secretary, "对审查内容有疑义")
    check_page(secretary)
    shoot(secretary, "ethics-moved-to-meeting")
    review = fresh(review)
    assert (review.procedure, review.application.status) == ("general", "accepted")


@pytest.mark.parametrize(("hours", "is_late"), [(71, False), (73, True)])
def test_the_seventy_two_hours(live_server, at_desk, check_page, calendar_day, hours, is_late):
    secretary_user = colleague("ethics")
    committee = working_committee(by=secretary_user)
    review: Review = accepted(
        committee,
        secretary=secretary_user,
        title="暴雨后水源性疾病调查",
        procedure="emergency",
        circumstances=["urgent"],
        expertise="医学",
    )
    page = at_desk(secretary_user)
    page.goto(review.application.get_absolute_url())
    says(page, "还有 71 小时")
    says(page, "应急审查不延长、不暂停，专家复核也计算在内。")
    offers_not(page, "延长审查期限")
    check_page(page)

    calendar_day.shift(dt.timedelta(hours=hours))
    page = at_desk(secretary_user)
    page.goto(review.application.get_absolute_url())
    says(page, "已超过 1 小时" if is_late else "还有 0 小时")
    assert ("审查决定已逾期" in page.inner_text("main")) is is_late

    with transaction.atomic():
        move(APPLICATION, review.application, "place_on_agenda", by=secretary_user)
    day = review.accepted_at.astimezone(dt.timezone(dt.timedelta(hours=8))) + dt.timedelta(hours=hours)
    review_decisions.decide(review=review, outcome="approve", decided_on=day.date(), by=secretary_user)
    page.reload()
    check_page(page)
    assert ("决定晚于期限作出" in page.inner_text("main")) is is_late
    event = Event.objects.get(dossier=review.application.dossier, type="review_decided")
    assert event.data["late"] is is_late
