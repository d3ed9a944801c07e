"""Pages of ethics applications at the desk of the secretary: the list, one application, its acceptance and correction notice."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from casework.models import AccessEvent, Event
from casework.today import rows_for
from ethics.actions import acceptance, applications, conflicts
from ethics.actions import materials as material_actions
from ethics.models import Committee
from tests.factories.reviews import accepted, seats, submitted
from tests.factories.visits import queries_of, send, signed_in, text_of
from tests.integration.ethics_pages import at, upload

pytestmark = pytest.mark.django_db


def test_the_secretary_accepts_under_the_proposal_or_with_a_reason(committee: Committee, secretary: User) -> None:
    """R3."""
    application = submitted(committee, simple_grounds=["risk_le_minimal"], circumstances=["minors"])
    browser, reference = signed_in(secretary), application.dossier.reference
    page = text_of(browser.get(at("application-accept", reference)))
    assert "建议的程序：一般程序" in page
    assert "涉及未成年人，建议会议审查" in page
    assert "科技伦理审查办法 第15条(3)" in page
    given = {"unit": committee.unit.organization.name, "committee": committee.pk, "procedure": "simple"}
    assert "改变程序的理由" in text_of(send(browser, at("application-accept", reference), **given))
    sent = send(browser, at("application-accept", reference), **given | {"unit": "没有登记的单位"})
    assert "监管台账中没有这个单位" in text_of(sent)
    given["departs_reason"] = "只用公开数据"
    assert send(browser, at("application-accept", reference), **given).url == at("application-detail", reference)
    review = application.reviews.get()
    assert (review.proposed, review.procedure, review.departs_reason) == ("general", "simple", "只用公开数据")
    page = text_of(browser.get(application.get_absolute_url()))
    assert "只用公开数据" in page
    assert "还有 30 天" in page
    assert "受理通知书" in page
    assert browser.get(at("application-accept", reference)).status_code == 409
    assert AccessEvent.objects.filter(dossier=application.dossier, user=secretary, kind="read").exists()


def test_the_secretary_tells_once_what_is_missing(committee: Committee, secretary: User) -> None:
    """一次性告知 (办法 第10条)."""
    application = submitted(committee)
    browser, reference = signed_in(secretary), application.dossier.reference
    assert "请一次列出全部需要补正的内容" in text_of(browser.get(at("application-return", reference)))
    assert send(browser, at("application-return", reference)).status_code == 422
    given = {"items": ["overview"], "further": "附上问卷全文\n附上招募海报", "note": "请在一周内补正。"}
    assert send(browser, at("application-return", reference), **given).status_code == 302
    application.refresh_from_db()
    assert application.named_missing == ["overview", "further:1", "further:2"]
    mine = signed_in(application.applicant)
    page = text_of(mine.get(at("own-materials", reference)))
    assert "2. 附上问卷全文" in page
    page = mine.get(at("own-detail", reference))
    assert "请补正" in text_of(page)
    # Nothing is missing by the rules, so the way leads to the papers and not straight to handing in again.
    assert f'href="{at("own-materials", reference)}">补正材料' in page.content.decode()
    assert "请先按上面的通知在前面各页修改" in text_of(mine.get(at("own-review", reference)))
    assert any("待补正" in row.title for row in rows_for(application.applicant, timezone.localdate()))

    assert send(mine, at("own-review", reference)).status_code == 302
    page = text_of(browser.get(application.get_absolute_url()))
    assert "补正事项只能一次性告知" in page
    assert browser.get(at("application-return", reference)).status_code == 409
    assert "第 2 版" in page


def test_a_wrong_file_is_replaced_by_the_secretary_and_the_applicant_is_told(
    committee: Committee, secretary: User
) -> None:
    """E23."""
    application = submitted(committee)
    paper = application.materials.select_related("attachment").first()
    browser = signed_in(secretary)
    sent = send(
        browser, at("material-replace", paper.pk), file=upload("正确.txt", "正确"), reason="上传了别的项目的文件"
    )
    assert sent.url == at("application-detail", application.dossier.reference)
    page = text_of(signed_in(application.applicant).get(at("own-detail", application.dossier.reference)))
    assert "材料更换告知书" in page
    assert "上传了别的项目的文件" in page
    assert Event.objects.filter(type="material_replaced").count() == 1


def test_two_submitted_versions_are_laid_side_by_side(committee: Committee, secretary: User) -> None:
    """I16: what was submitted is frozen, and what changed is marked."""
    application = submitted(committee, answers={"overview": "观察睡眠，记录时长。"})
    browser, reference = signed_in(secretary), application.dossier.reference
    assert "没有可以比较的" in text_of(browser.get(at("application-compare", reference)))
    acceptance.return_incomplete(application=application, items=[("overview", "活动概况")], by=secretary)
    user = application.applicant
    applications.edit(application=application, answers={"overview": "观察睡眠，记录时长和心率。"}, by=user)
    applications.submit(application=application, by=user)
    shown = browser.get(at("application-compare", reference)).content.decode()
    assert "<del>记录时长。</del>" in shown
    assert "<ins>记录时长和心率。</ins>" in shown
    assert "计划结束日期" not in shown
    versions = application.versions.order_by("number")
    assert versions[0].content["answers"] == {"overview": "观察睡眠，记录时长。"}
    assert browser.get(at("application-compare", reference), {"before": "x", "after": "999"}).status_code == 200
    page = text_of(browser.get(at("application-history", reference)))
    assert "活动概况：观察睡眠，记录时长和心率。" in page


def test_the_list_filters_and_costs_the_same_however_long(committee: Committee, secretary: User) -> None:
    first = submitted(committee, title="步态识别研究")
    second = accepted(committee, secretary=secretary, title="手势康复训练研究").application
    browser, address = signed_in(secretary), at("application-list")
    assert "步态识别研究" in text_of(browser.get(address))
    few = queries_of(browser, address)
    for number in range(4):
        submitted(committee, title=f"第{number}项研究")
    many = queries_of(browser, address)
    assert len(many) == len(few) <= 12
    page = text_of(browser.get(address, {"status": "accepted"}))
    assert second.title in page
    assert first.title not in page
    assert first.title in text_of(browser.get(address, {"mine": "on", "committee": committee.pk}))
    assert "没有符合筛选条件的申请。" in text_of(browser.get(address, {"overdue": "on"}))
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        later = signed_in(secretary)
        page = text_of(later.get(address, {"overdue": "on"}))
        assert second.title in page
        assert "逾期" in page
        assert any("待决定" in row.title for row in rows_for(secretary, timezone.localdate()))
    assert any("待受理" in row.title for row in rows_for(secretary, timezone.localdate()))
    assert browser.get(address, {"status": "nonsense", "committee": "x"}).status_code == 200


def test_an_emergency_counts_in_hours(committee: Committee, secretary: User) -> None:
    application = submitted(committee, circumstances=["urgent"], expertise="传染病")
    acceptance.accept(
        application=application, unit=committee.unit, committee=committee, procedure="emergency", by=secretary
    )
    assert "小时" in text_of(signed_in(secretary).get(application.get_absolute_url()))


def test_the_pages_cost_a_constant_number_of_queries(committee: Committee, secretary: User) -> None:
    small, large = submitted(committee, title="甲项目方案"), submitted(committee, title="乙计划内容")
    acceptance.return_incomplete(application=large, items=[("overview", "活动概况")], by=secretary)
    for number in range(5):
        material_actions.add(
            application=large, key="other", file=(f"{number}.txt", str(number).encode()), by=large.applicant
        )
    applications.submit(application=large, by=large.applicant)
    desk = signed_in(secretary)
    few, many = (queries_of(desk, one.get_absolute_url()) for one in (small, large))
    assert len(few) == len(many) <= 20
    own = [queries_of(signed_in(one.applicant), at("own-detail", one.dossier.reference)) for one in (small, large)]
    assert abs(len(own[0]) - len(own[1])) <= 1


def test_a_member_reads_the_application_without_the_timeline(committee: Committee, secretary: User) -> None:
    application = accepted(committee, secretary=secretary).application
    seat = seats(committee)[0]
    browser = signed_in(seat.user)
    assert browser.get(application.get_absolute_url()).status_code == 404
    conflicts.declare(application=application, member=seat, answer="none", text="没有合作。", by=seat.user)
    page = text_of(browser.get(application.get_absolute_url()))
    assert "程序建议和理由" in page
    assert "经过" not in page
    assert browser.get(at("application-history", application.dossier.reference)).status_code == 403
    assert browser.get(at("application-accept", application.dossier.reference)).status_code == 403


def test_a_review_held_elsewhere_stands_in_the_list_too(committee: Committee, secretary: User) -> None:
    recorded = applications.record(
        unit=committee.unit, committee=committee, title="医院自行审查的研究", scope_classes=["human"], by=secretary
    )
    browser = signed_in(secretary)
    assert "外部审查，此处登记" in text_of(browser.get(at("application-list")))
    page = text_of(browser.get(recorded.get_absolute_url()))
    assert "医院自行审查的研究" in page
    assert "没有登记研究人员。" in page
    english = Client()
    english.cookies = browser.cookies
    english.cookies["django_language"] = "en"
    assert english.get(recorded.get_absolute_url()).status_code == 200
