"""Pages of committee meetings and of the gate: anonymous, invisible, not permitted, works, repeated; what a recused member sees."""

from __future__ import annotations

import io
from urllib.parse import unquote

import pytest
from django.utils.translation import override
from docx import Document

from accounts.enums import Role
from casework.models import AccessEvent
from casework.templatetags.casework import with_primary
from ethics.actions import agenda, attendance, meetings, motions
from ethics.models import AgendaItem, CommitteeMeeting
from ethics.presenters.meeting import item_steps, read_motions
from ethics.presenters.parts import panels_of, steps_of
from ethics.tallies import sitting_of
from ethics.wording import said_result
from tests.factories import person
from tests.factories.dossiers import exclude
from tests.factories.ethics import ethics_officer
from tests.factories.meetings import declare_none, planned, recuse, vote, voted
from tests.factories.reviews import TITLE, accepted, seats
from tests.factories.visits import queries_of, send, signed_in, text_of
from tests.integration.ethics_pages import at

pytestmark = pytest.mark.django_db


def test_the_secretary_walks_a_meeting_through_its_pages(committee, secretary):
    application = accepted(committee, secretary=secretary).application
    browser = signed_in(secretary)
    assert "安排审查会议" in text_of(browser.get(at("meeting-list")))
    chair, *others = seats(committee)
    form = {"begins": "9：30", "place": "三楼", "chair": chair.pk}
    assert send(browser, at("meeting-plan", committee.pk), **form, held_on="2026-02-30").status_code == 422
    day = application.reviews.get().accepted_at.astimezone().date().isoformat()
    assert send(browser, at("meeting-plan", committee.pk), **form, held_on=day).status_code == 302
    meeting = CommitteeMeeting.objects.get()
    assert meeting.begins == "09:30"

    sent = send(browser, at("item-add", meeting.pk), subject=f"review:{application.pk}", title="")
    assert sent.status_code == 302
    item = meeting.items.get()
    present = [one.pk for one in [chair, *others]]
    send(browser, at("meeting-attendance", meeting.pk), present=present)
    send(browser, at("meeting-guest", meeting.pk), role="secretary", name="书记员甲")
    send(browser, at("meeting-begin", meeting.pk))
    page = text_of(browser.get(at("item-detail", item.pk)))
    assert "到会且不需回避的委员 0 人" in page and "尚未声明，不计入" in page
    declare_none(application, [chair, *others], secretary)
    send(browser, at("motion-put", item.pk), decision="approve", text="")
    motion = item.motions.get()
    for seat in meeting.attendances.exclude(member=None).select_related("member__user"):
        voter = signed_in(seat.member.user)
        assert "表决" in text_of(voter.get(at("member-desk")))
        assert send(voter, at("vote-cast", motion.pk, seat.pk), choice="yes").status_code == 302
    send(browser, at("motion-close", motion.pk))
    assert "需要赞成" in text_of(browser.get(at("item-detail", item.pk)))
    send(browser, at("item-conclude", item.pk), reasons="风险可控。", follow_up_months="12")
    send(browser, at("item-note", item.pk), discussion="无异议。", lead_reviewer=chair.pk)
    send(browser, at("item-reconcile", item.pk))
    send(browser, at("meeting-close", meeting.pk))
    approver = signed_in(chair.user)
    assert "核准会议记录" in text_of(approver.get(at("meeting-detail", meeting.pk)))
    send(approver, at("minutes-approve", meeting.pk))
    meeting.refresh_from_db()
    assert meeting.minutes_approved_by == chair.user
    answer = browser.get(at("minutes-file", meeting.pk))
    said = "\n".join(one.text for one in Document(io.BytesIO(answer.content)).paragraphs)
    assert "动议 1：批准" in said and "赞成（7）" in said
    assert AccessEvent.objects.filter(kind="export", what__startswith="ethics:minutes").count() == 1


def test_a_recused_member_finds_neither_the_item_nor_a_gap(committee, secretary):
    """E13, B5: page and minutes read as if the item had never been."""
    first = accepted(committee, secretary=secretary, title="手势康复训练研究").application
    second = accepted(committee, secretary=secretary, title="睡眠分期研究").application
    meeting = planned(committee, by=secretary)
    members = seats(committee)
    for application in (first, second):
        agenda.add(meeting=meeting, kind="review", application=application, by=secretary)
    attendance.record(meeting=meeting, present=members, by=secretary)
    declare_none(second, members, secretary)
    declare_none(first, members[:6], secretary)
    recuse(first, members[6], secretary)
    meetings.begin(meeting=meeting, by=secretary)
    for one in meeting.items.order_by("position"):
        agenda.adjourn(item=one, reason="材料待补", by=secretary)
        agenda.reconcile(item=one, by=secretary)
    meetings.close(meeting=meeting, by=secretary)
    recused = signed_in(members[6].user)
    page = text_of(recused.get(at("meeting-detail", meeting.pk)))
    assert "睡眠分期研究" in page and "手势康复训练研究" not in page
    assert "【第 1 项】" in page and "【第 2 项】" not in page
    said = "".join(
        one.text for one in Document(io.BytesIO(recused.get(at("minutes-file", meeting.pk)).content)).paragraphs
    )
    assert "手势康复训练研究" not in said and "睡眠分期研究" in said
    hidden = meeting.items.get(position=1)
    assert recused.get(at("item-detail", hidden.pk)).status_code == 404
    assert recused.get(at("application-gate", first.dossier.reference)).status_code == 404
    both = signed_in(members[0].user)
    assert "【第 2 项】" in text_of(both.get(at("meeting-detail", meeting.pk)))


def test_the_gate_shows_who_and_nothing_of_what(committee, secretary):
    """R5."""
    application = accepted(committee, secretary=secretary).application
    reference = application.dossier.reference
    members = seats(committee)
    browser = signed_in(members[0].user)
    assert browser.get(at("application-gate", reference)).status_code == 404
    meeting = planned(committee, by=secretary)
    agenda.add(meeting=meeting, kind="review", application=application, by=secretary)
    page = text_of(browser.get(at("application-gate", reference)))
    assert TITLE in page and "申请人辰" in page and "嘉陵大学" in page and "您与申请人同属一个单位" in page
    assert reference not in page
    assert signed_in(person(Role.COMMITTEE)).get(at("application-gate", reference)).status_code == 404
    assert send(browser, at("application-gate", reference)).status_code == 422
    assert send(browser, at("application-gate", reference), answer="none").status_code == 422
    sent = send(browser, at("application-gate", reference), answer="none", text="没有合作。")
    assert unquote(sent.headers["Location"]) == application.get_absolute_url()
    assert "您已声明没有利益冲突" in text_of(browser.get(at("application-gate", reference)))
    later = send(browser, at("application-gate", reference), answer="conflict", text="新近合作。")
    assert later.headers["Location"] == at("member-desk")
    assert browser.get(at("application-gate", reference)).status_code == 404


def test_nobody_votes_for_another_member(item, committee, secretary):
    """R15."""
    motion = motions.put(item=item, decision="approve", by=secretary)
    first, second = seats(committee)[:2]
    place = item.meeting.attendances.get(member=second)
    for user in (secretary, first.user):
        assert send(signed_in(user), at("vote-cast", motion.pk, place.pk), choice="yes").status_code == 403
    assert not motion.votes.exists()


def test_a_vote_sent_twice_is_one_vote_and_a_second_one_is_a_correction(item, committee, secretary):
    motion = motions.put(item=item, decision="approve", by=secretary)
    member = seats(committee)[1]
    place = item.meeting.attendances.get(member=member)
    browser, url = signed_in(member.user), at("vote-cast", motion.pk, place.pk)
    for _press in range(2):
        send(browser, url, key="a" * 32, choice="yes")
    assert motion.votes.count() == 1
    assert send(browser, url, choice="no", dissent="样本量不足。").status_code == 422
    assert send(browser, url, choice="no", dissent="样本量不足。", reason="点错").status_code == 302
    assert list(motion.votes.order_by("pk").values_list("choice", flat=True)) == ["yes", "no"]


def test_votes_are_hidden_while_the_vote_is_open(item, committee, secretary):
    motion = motions.put(item=item, decision="approve", by=secretary)
    members = seats(committee)
    vote(motion, members[0], "no", secretary, dissent="理由甲")
    page = text_of(signed_in(members[1].user).get(at("item-detail", item.pk)))
    assert "已表决 1 人，应表决 7 人" in page and "理由甲" not in page and "反对" not in page


def test_the_pages_cost_a_constant_number_of_queries(item, committee, secretary):
    voted(item, "yyyynna", secretary=secretary)
    for user in (secretary, seats(committee)[0].user):
        browser = signed_in(user)
        for url in (
            at("meeting-list"),
            at("meeting-detail", item.meeting_id),
            at("item-detail", item.pk),
        ):
            found = queries_of(browser, url)
            assert len(found) <= 12, (url, len(found), "\n".join(one[:3000] for one in found))
    browser = signed_in(seats(committee)[0].user)
    assert len(queries_of(browser, at("member-desk"))) <= 12


def test_strangers_find_no_meeting(item):
    for url in (at("meeting-detail", item.meeting_id), at("item-detail", item.pk), at("minutes-file", item.meeting_id)):
        assert signed_in(person(Role.COMMITTEE)).get(url).status_code == 404
        assert signed_in(person(Role.COUNTY)).get(url).status_code == 404


def test_a_secretary_kept_out_of_an_item_does_not_read_it_in_the_minutes(item, secretary):
    """B5, E13."""
    agenda.adjourn(item=item, reason="改日", by=secretary)
    agenda.reconcile(item=item, by=secretary)
    meetings.close(meeting=item.meeting, by=secretary)
    other = ethics_officer()
    assert TITLE in signed_in(other).get(at("minutes-write", item.meeting_id)).content.decode()
    exclude(other, item.application.dossier)
    browser = signed_in(other)
    answer = browser.get(at("minutes-write", item.meeting_id))
    assert answer.status_code == 403 and TITLE not in answer.content.decode()
    assert TITLE not in text_of(browser.get(at("meeting-detail", item.meeting_id)))
    assert browser.get(at("item-detail", item.pk)).status_code == 404


def test_the_agenda_offers_what_waits_and_the_page_of_an_application_leads_there(committee, secretary):
    application = accepted(committee, secretary=secretary).application
    meeting = planned(committee, by=secretary)
    browser = signed_in(secretary)
    assert TITLE in text_of(browser.get(at("item-add", meeting.pk)))
    url = at("application-place", application.dossier.reference)
    assert send(browser, url, meeting="9999").status_code == 422
    assert send(browser, url, meeting=meeting.pk).status_code == 302
    assert TITLE not in text_of(browser.get(at("item-add", meeting.pk)))
    assert [step["label"] for step in steps_of(application, secretary)].count("列入会议议程") == 1
    application.refresh_from_db()
    assert "列入会议议程" not in [step["label"] for step in steps_of(application, secretary)]
    assert any(panel.template == "ethics/meeting_panel.html" for panel in panels_of(application, secretary))


def names(rows) -> list[str]:
    return [str(row["label"]) for row in rows]


def filled(rows) -> list[str]:
    """The one filled button."""
    return [str(row["label"]) for row, is_primary in with_primary(rows) if is_primary]


def test_on_an_agenda_the_review_goes_on_at_the_meeting_and_the_rest_stands_aside(item, secretary):
    steps = steps_of(item.application, secretary)
    assert filled(steps) == [f"到会议中办理（{item.meeting.held_on}）"]
    assert steps[0]["url"] == at("item-detail", item.pk)
    assert names(steps)[-1] == "登记擅自开展"
    page = signed_in(secretary).get(at("meeting-detail", item.meeting_id)).content.decode()
    assert page.index("第 1 项议题：提出动议") < page.index("结束会议")


def test_a_vote_is_closed_with_the_filled_button_only_when_everybody_voted(item, secretary):
    """A missing vote is not made up for after the vote is closed."""
    motion = motions.put(item=item, decision="approve", by=secretary)
    *most, last = [one for one in seats(item.meeting.committee) if item.meeting.attendances.filter(member=one).exists()]
    for member in most:
        vote(motion, member, "yes", secretary)

    def steps():
        fresh = AgendaItem.objects.get(pk=item.pk)
        read_motions(fresh)
        return item_steps(fresh, sitting_of(fresh), secretary)

    assert names(steps())[0] == "结束表决（1 人未表决）" and filled(steps()) == []
    vote(motion, last, "yes", secretary)
    assert filled(steps()) == ["结束表决"]


def test_a_cancelled_meeting_asks_for_nothing(committee, secretary):
    application = accepted(committee, secretary=secretary).application
    meeting = planned(committee, by=secretary)
    agenda.add(meeting=meeting, kind="review", application=application, by=secretary)
    empty = planned(committee, by=secretary)
    for one in (meeting, empty):
        meetings.cancel(meeting=one, reason="改期。", by=secretary)
    browser = signed_in(secretary)
    assert "待核对" not in text_of(browser.get(at("meeting-detail", meeting.pk)))
    page = text_of(browser.get(at("meeting-detail", empty.pk)))
    assert "没有议题。" in page and "先列入议题" not in page


def test_results_are_said_in_the_language_of_the_page():
    with override("en"):
        assert said_result("不予批准") == "Not approved"
        assert said_result("延期再议：补充材料").endswith("补充材料")
    assert said_result("延期再议：补充材料") == "延期再议：补充材料" and said_result("") == ""
