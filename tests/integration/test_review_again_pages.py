"""A review anew on the pages: of the applicant, of the unit's keeper, and what stands on the activity meanwhile."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from casework.today import rows_for
from ethics.models import Application, Committee
from tests.factories.ethics_life import reviewed_again, unlisted
from tests.factories.experts import recording_unit
from tests.factories.reviews import applicant, days_ahead, decided
from tests.factories.visits import queries_of, send, signed_in, text_of
from tests.integration.ethics_pages import at

pytestmark = pytest.mark.django_db


def test_the_applicant_asks_for_it_from_the_own_page(committee: Committee, secretary: User) -> None:
    first = decided(committee, secretary=secretary, answers={"overview": "原来的方案。"})
    activity = reviewed_again(first, by=secretary)
    browser, today = signed_in(first.applicant), timezone.localdate()
    assert any("须重新审查" in row.title for row in rows_for(first.applicant, today))
    page = text_of(browser.get(at("own-detail", first.dossier.reference)))
    assert "可以按批准的方案开展活动" not in page
    assert "重新批准之前不得进行" in page
    assert "申请重新审查" in page
    assert "须重新审查" in text_of(browser.get(at("own-list")))

    asked = text_of(browser.get(at("own-review-again", activity.pk)))
    assert "材料重新上传" in asked
    sent = send(browser, at("own-review-again", activity.pk), title="社区老年人睡眠监测研究")
    second = Application.objects.get(activity=activity, status="draft")
    assert sent.url == at("own-basics", second.dossier.reference)
    page = text_of(browser.get(at("own-detail", second.dossier.reference)))
    assert "重新审查" in page
    assert "申请重新审查" not in text_of(browser.get(at("own-detail", first.dossier.reference)))
    assert not any("须重新审查" in row.title for row in rows_for(first.applicant, today))
    refused = send(browser, at("own-review-again", activity.pk), title="再来一份")
    assert refused.status_code == 422
    assert "没有结束的审查申请" in text_of(refused)
    assert signed_in(applicant()).get(at("own-review-again", activity.pk)).status_code == 404


def test_the_keeper_records_one_held_elsewhere_from_the_page_of_the_activity(secretary: User) -> None:
    unit, house = recording_unit(by=secretary)
    activity = unlisted(unit, by=secretary)
    browser, url = signed_in(secretary), at("recorded-enter", unit.dossier.reference)
    assert f"?activity={activity.pk}" not in browser.get(activity.get_absolute_url()).content.decode()
    reviewed_again(Application(activity=activity), by=secretary)
    assert f"{url}?activity={activity.pk}" in browser.get(activity.get_absolute_url()).content.decode()
    form = browser.get(f"{url}?activity={activity.pk}").content.decode()
    assert f'value="{activity.pk}" selected' in form
    assert "社区步态监测研究（审查中）" in form
    for nonsense in ("x", "９", "9" * 30, "0"):
        assert browser.get(url, {"activity": nonsense}).status_code == 200
    typed = {
        "activity": activity.pk,
        "title": activity.title,
        "leader_name": "负责人甲",
        "committee": house.pk,
        "scope_classes": ["human"],
        "start_on": days_ahead(5).isoformat(),
    }
    assert send(browser, url, **typed).status_code == 302
    application = Application.objects.get()
    assert (application.kind, application.renews) == ("initial", True)
    for page in (activity.get_absolute_url(), unit.get_absolute_url(), at("application-list")):
        assert "重新审查" in text_of(browser.get(page))
    page = text_of(browser.get(activity.get_absolute_url()))
    assert "登记批准" not in page
    assert "登记外部审查" not in page


def test_the_list_of_the_applicant_costs_the_same_with_many(committee: Committee, secretary: User) -> None:
    by = applicant()
    browser = signed_in(by)
    reviewed_again(decided(committee, secretary=secretary, by=by), by=secretary)
    one = len(queries_of(browser, at("own-list")))
    reviewed_again(decided(committee, secretary=secretary, by=by, title="另一项睡眠监测研究"), by=secretary)
    assert len(queries_of(browser, at("own-list"))) == one
