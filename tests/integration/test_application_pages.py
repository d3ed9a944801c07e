"""Pages of ethics applications: the applicant's own. Anonymous, invisible, refused, works, repeated."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from casework.models import AccessEvent, Event
from casework.today import rows_for
from ethics.actions import applications, conflicts, investigators
from ethics.actions import materials as material_actions
from ethics.completeness import missing, wanted_materials
from ethics.models import Application, Committee
from tests.factories import person
from tests.factories.ethics import activity_of
from tests.factories.reviews import accepted, applicant, days_ahead, decided, draft, seats, submitted
from tests.factories.visits import queries_of, send, signed_in, text_of
from tests.integration.ethics_pages import at, upload

pytestmark = pytest.mark.django_db


def hand_in(browser: Client, reference: str, key: str, *files: SimpleUploadedFile) -> Any:
    """Send the small form of one paper; `key` says which, so that `send` cannot be used."""
    values = {"idempotency_key": secrets.token_hex(16), "key": key, **({"file": files[0]} if files else {})}
    return browser.post(at("own-materials", reference), values)


def basics_of(committee: Committee, **changed: Any) -> dict[str, Any]:
    return {
        "title": "步态识别研究",
        "unit_name": committee.unit.organization.name,
        "committee": committee.pk,
        "leader_name": "申请人辰",
        "scope_classes": ["human"],
        "start_on": days_ahead(40).isoformat(),
        "end_on": days_ahead(400).isoformat(),
        "overview": "目的和意义。",
    } | changed


def test_the_form_is_filled_page_by_page_and_handed_in(committee: Committee) -> None:
    """R1, R2."""
    user = applicant()
    browser = signed_in(user)
    assert "还没有申请。" in text_of(browser.get(at("own-list")))
    assert send(browser, at("own-begin"), title="步态识别研究").status_code == 302
    application = Application.objects.get()
    reference = application.dossier.reference

    page = text_of(browser.get(at("own-review", reference)))
    assert "补齐后才能提交" in page
    assert "负责人" in page
    assert "提交申请" not in page
    sent = send(browser, at("own-review", reference))
    assert sent.status_code == 422

    assert send(browser, at("own-basics", reference), **basics_of(committee)).url == at("own-circumstances", reference)
    circumstances = {
        "circumstances": ["personal_data", "international"],
        "partner_countries": "日本、德国",
        "list_item": "",
    }
    assert send(browser, at("own-circumstances", reference), **circumstances).url == at("own-people", reference)
    application.refresh_from_db()
    assert application.partner_countries == ["德国", "日本"]
    assert application.answers["overview"] == "目的和意义。"
    assert send(browser, at("own-people", reference), name="申请人辰", has_training="on").status_code == 302

    page = text_of(browser.get(at("own-materials", reference)))
    assert "德国的审查批准文件" in page
    assert "科技伦理审查办法 第9条" in page
    for wanted in wanted_materials(application, timezone.localdate()):
        if not wanted.is_optional:
            sent = hand_in(browser, reference, wanted.key, upload("材料.txt", wanted.key))
            assert sent.status_code == 302, text_of(sent)
    assert missing(application, timezone.localdate()) == []
    assert "提交申请" in text_of(browser.get(at("own-review", reference)))
    key = secrets.token_hex(16)
    assert send(browser, at("own-review", reference), key).url == at("own-detail", reference)
    assert send(browser, at("own-review", reference), key).url == at("own-detail", reference)
    assert Event.objects.filter(type="application_submitted").count() == 1
    assert "已提交，等待受理" in text_of(browser.get(at("own-detail", reference)))


def test_an_application_under_review_is_read_and_not_written(committee: Committee, secretary: User) -> None:
    """No edit, no upload, no other person while it is under review; what was asked for stays as it was."""
    application = submitted(committee)
    browser = signed_in(application.applicant)
    reference = application.dossier.reference
    before = Event.objects.count()
    for name in ("basics", "circumstances", "people", "materials", "review"):
        assert browser.get(at(f"own-{name}", reference)).status_code == 409
        assert send(browser, at(f"own-{name}", reference), title="另一个", name="某人").status_code == 409
    person_named, paper = application.investigators.get(), application.materials.first()
    assert send(browser, at("own-person-leave", person_named.pk)).status_code == 409
    assert send(browser, at("own-material-leave", paper.pk)).status_code == 409
    assert send(browser, at("own-material-replace", paper.pk), file=upload(), reason="x").status_code == 422
    assert Event.objects.count() == before
    assert browser.get(at("own-detail", reference)).status_code == 200


def test_a_stranger_finds_nothing_of_it(committee: Committee, secretary: User) -> None:
    application = submitted(committee)
    reference, paper = application.dossier.reference, application.materials.select_related("attachment").first()
    other, member = applicant(), person(Role.COMMITTEE)
    for user in (other, member):
        browser = signed_in(user)
        for name in (
            "own-detail",
            "own-basics",
            "own-review",
            "own-withdraw",
            "application-detail",
            "application-compare",
        ):
            assert browser.get(at(name, reference)).status_code == 404
        assert browser.get(at("own-file", paper.attachment_id)).status_code == 404
        assert browser.get(at("own-material-replace", paper.pk)).status_code == 404
    # The applicant reads it on the own pages alone: nobody reviews their own application.
    assert signed_in(application.applicant).get(application.get_absolute_url()).status_code == 404
    assert Client().get(at("own-list")).status_code == 302
    assert signed_in(secretary).get(at("own-list")).status_code == 403
    assert signed_in(other).get(at("application-list")).status_code == 403


def test_what_is_typed_wrong_is_told_and_kept(committee: Committee) -> None:
    application = draft(committee)
    browser, reference = signed_in(application.applicant), application.dossier.reference
    sent = send(browser, at("own-basics", reference), **basics_of(committee, end_on=days_ahead(1).isoformat()))
    assert sent.status_code == 422
    assert "计划结束日期不能早于计划开始日期。" in text_of(sent)
    assert "目的和意义。" in sent.content.decode()
    application.refresh_from_db()
    assert application.answers == {}
    assert hand_in(browser, reference, "no_such", upload()).status_code == 422
    assert hand_in(browser, reference, "overview").status_code == 422
    sent = send(browser, at("own-people", reference), name="申请人辰", organization_name="嘉陵大学")
    assert "这名研究人员已经登记。" in text_of(sent)


def test_papers_are_replaced_with_a_reason_and_every_version_stays_readable(committee: Committee) -> None:
    """E23."""
    application = draft(committee)
    browser, reference = signed_in(application.applicant), application.dossier.reference
    paper = application.materials.get(key="overview")
    first = paper.attachment_id
    assert send(browser, at("own-material-replace", paper.pk), file=upload("新概况.txt", "新")).status_code == 422
    sent = send(browser, at("own-material-replace", paper.pk), file=upload("新概况.txt", "新"), reason="漏了一页")
    assert sent.status_code == 302
    page = text_of(browser.get(at("own-materials", reference)))
    assert "新概况.txt" in page
    assert "漏了一页" in page
    assert "原第 1 版" in page
    paper.refresh_from_db()
    for pk in (first, paper.attachment_id):
        assert browser.get(at("own-file", pk)).status_code == 200
    assert AccessEvent.objects.filter(kind="download").count() == 2
    send(browser, at("own-material-leave", paper.pk))
    assert "活动概况" in " ".join(one.label for one in missing(application, timezone.localdate()))
    named = application.investigators.get()
    send(browser, at("own-person-leave", named.pk))
    assert Event.objects.filter(type="investigator_left_out").count() == 1
    assert Event.objects.filter(type="material_left_out").count() == 1


def test_the_applicant_is_warned_of_own_duplicates_only(committee: Committee, secretary: User) -> None:
    """R1: the secretary sees all of them, the applicant the own ones."""
    user = applicant()
    mine = submitted(committee, by=user, title="社区老年人睡眠监测研究")
    other = submitted(committee, title="社区老年人睡眠监测研究。")
    activity_of(committee.unit, by=secretary, title="社区老年人睡眠监测的研究")
    again = draft(committee, by=user, title="社区 老年人睡眠监测研究")
    page = text_of(signed_in(user).get(at("own-basics", again.dossier.reference)))
    assert mine.dossier.reference in page
    assert other.dossier.reference not in page
    page = text_of(signed_in(secretary).get(mine.get_absolute_url()))
    assert other.dossier.reference in page
    assert "社区老年人睡眠监测的研究" in page
    assert again.dossier.reference not in page


def test_a_letter_is_confirmed_once(committee: Committee, secretary: User) -> None:
    application = accepted(committee, secretary=secretary).application
    letter = application.letters.get()
    browser = signed_in(application.applicant)
    page = text_of(browser.get(at("own-letter", letter.pk)))
    assert "待确认收到" in page and "未送达" not in page
    assert "有文书待确认" in text_of(browser.get(at("own-list")))
    assert any("文书待确认" in row.title for row in rows_for(application.applicant, timezone.localdate()))
    for _press in range(2):
        assert send(browser, at("own-letter-confirm", letter.pk)).status_code == 302
    assert Event.objects.filter(type="review_letter_delivered").count() == 1
    assert (
        signed_in(applicant()).post(at("own-letter-confirm", letter.pk), {"idempotency_key": "0" * 32}).status_code
        == 404
    )


def test_withdrawn_by_the_applicant_with_a_reason(committee: Committee, secretary: User) -> None:
    application = submitted(committee)
    browser, reference = signed_in(application.applicant), application.dossier.reference
    assert send(browser, at("own-withdraw", reference)).status_code == 422
    assert send(browser, at("own-withdraw", reference), reason="项目取消").status_code == 302
    assert "已撤回" in text_of(browser.get(at("own-detail", reference)))
    assert browser.get(at("own-basics", reference)).status_code == 409
    assert Event.objects.filter(type="application_withdrawn", reason="项目取消").exists()
    assert signed_in(secretary).get(application.get_absolute_url()).status_code == 200


def test_the_applicant_never_reads_who_reviews(committee: Committee, secretary: User) -> None:
    review = accepted(committee, secretary=secretary)
    chair = seats(committee)[0]
    conflicts.declare(
        application=review.application, member=chair, answer="conflict", text="同一课题组。", by=chair.user
    )
    reference = review.application.dossier.reference
    page = signed_in(review.application.applicant).get(at("own-detail", reference)).content.decode()
    for name in (chair.person.name, chair.user.name, secretary.name, "同一课题组"):
        assert name not in page


def test_an_approved_activity_is_amended_from_its_application(committee: Committee, secretary: User) -> None:
    """E6: the activity stays approved while the amendment is under way; R9: the amendment is compared with it."""
    application = decided(committee, secretary=secretary, answers={"overview": "原来的方案。"})
    browser, activity = signed_in(application.applicant), application.activity
    page = text_of(browser.get(at("own-detail", application.dossier.reference)))
    assert "已批准" in page
    assert "提出修正案" in page
    assert "原批准继续有效" in text_of(browser.get(at("own-amend", activity.pk)))
    sent = send(browser, at("own-amend", activity.pk), title="增加受试者的修正案")
    amendment = Application.objects.get(kind="amendment")
    assert sent.url == at("own-basics", amendment.dossier.reference)
    assert amendment.answers == {"overview": "原来的方案。"}
    assert "已有一份没有结束的修正案" in text_of(send(browser, at("own-amend", activity.pk), title="再来一份"))
    activity.refresh_from_db()
    assert activity.status == "active"
    assert signed_in(applicant()).get(at("own-amend", activity.pk)).status_code == 404

    complete(amendment, overview="增加受试者的方案。")
    shown = signed_in(secretary).get(at("application-compare", amendment.dossier.reference)).content.decode()
    assert "<del>原来的方案。</del>" in shown
    assert "<ins>增加受试者的方案。</ins>" in shown


def complete(amendment: Application, **answers: str) -> None:
    """What an amendment does not take over: people and papers; then handed in."""
    by = amendment.applicant
    applications.edit(application=amendment, answers=answers, by=by)
    investigators.add(application=amendment, name="申请人辰", has_training=True, by=by)
    for wanted in wanted_materials(amendment, timezone.localdate()):
        if not wanted.is_optional:
            file = (f"{wanted.key}.txt", f"修正 {wanted.key}".encode())
            material_actions.add(application=amendment, key=wanted.key, file=file, by=by)
    applications.submit(application=amendment, by=by)


def test_what_the_committee_wants_changed_comes_back_to_the_form(committee: Committee, secretary: User) -> None:
    application = decided(committee, "approve_after_rev", secretary=secretary)
    browser, reference = signed_in(application.applicant), application.dossier.reference
    page = text_of(browser.get(at("own-basics", reference)))
    assert "修改要求：补充保密措施。" in page
    assert any("待修改" in row.title for row in rows_for(application.applicant, timezone.localdate()))
    assert send(browser, at("own-review", reference)).status_code == 302
    application.refresh_from_db()
    assert (application.status, application.version) == ("revision_submitted", 2)
    assert any("修改稿待核实" in row.title for row in rows_for(secretary, timezone.localdate()))


def test_a_page_of_the_applicant_costs_little(committee: Committee) -> None:
    application = draft(committee, regimes=["HS2023", "AI2026"])
    browser, reference = signed_in(application.applicant), application.dossier.reference
    costs = {
        name: len(queries_of(browser, at(f"own-{name}", reference)))
        for name in ("detail", "basics", "circumstances", "people", "materials", "review")
    }
    assert max(costs.values()) <= 14, costs
