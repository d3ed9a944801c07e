"""A waiver of review confirmed elsewhere and recorded here: asked of the rules again, never for what is listed (HS 32)."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from ethics.actions import incidents, recorded_waivers, waivers
from ethics.models import Activity, Application, Committee, ReviewLetter, ReviewUnit
from ethics.presenters.parts import steps_of
from tests.factories import person
from tests.factories.ethics import days_ago
from tests.factories.ethics_life import reported, unlisted
from tests.factories.experts import recorded_accepted, recorded_application
from tests.factories.procedures import waiver_accepted
from tests.factories.reviews import working_committee

pytestmark = pytest.mark.django_db
PLAIN: dict[str, Any] = {
    "title": "公开问卷再分析",
    "list_item": "",
    "circumstances": [],
    "scope_classes": ["human"],
    "regimes": ["HS2023"],
}
TOLD: dict[str, Any] = {
    "conditions": ["no_bodily_harm", "no_sensitive_personal_info", "no_commercial_interest"],
    "cases": ["anonymised_data"],
    "involved": [],
    "reason": "数据已经匿名化。",
}


@pytest.fixture
def entered(keeper: User, place: tuple[ReviewUnit, Committee]) -> Application:
    return recorded_application(*place, by=keeper, **PLAIN)


def waive(application: Application, *, by: User, **values: Any) -> Any:
    return recorded_waivers.waive(application=application, by=by, **({"waived_on": days_ago(3)} | TOLD | values))


def test_what_the_rules_allow_is_waived_as_of_that_day_without_a_letter_of_ours(
    keeper: User, entered: Application
) -> None:
    review = waive(entered, by=keeper, file=("确认书.txt", "同意免除。".encode()))
    entered.refresh_from_db()
    assert (entered.status, review.procedure, review.ended_on) == ("waived", "waiver", days_ago(3))
    assert timezone.localdate(review.accepted_at) == days_ago(3)
    assert not ReviewLetter.objects.exists()
    assert not Activity.objects.exists()
    told = Event.objects.get(type="application_waived", dossier=entered.dossier)
    assert (told.reason, told.article) == ("数据已经匿名化。", "HS 32")
    assert Event.objects.filter(type="dossier_closed", dossier=entered.dossier).exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"conditions": ["no_bodily_harm"]}, "不能免除审查"),
        ({"cases": []}, "不能免除审查"),
        ({"waived_on": days_ago(-1)}, "不能晚于今天"),
        ({"waived_on": days_ago(20000)}, "太早"),
        ({"reason": " "}, "免除审查的理由"),
    ],
)
def test_what_does_not_add_up_is_not_waived(
    keeper: User, entered: Application, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputRefused, match=words):
        waive(entered, by=keeper, **values)
    entered.refresh_from_db()
    assert (entered.status, entered.waiver, entered.reviews.count()) == ("submitted", {}, 0)


def test_what_is_listed_or_not_about_people_is_never_waived(keeper: User, place: tuple[ReviewUnit, Committee]) -> None:
    listed = recorded_application(*place, by=keeper, **{**PLAIN, "list_item": "L6", "circumstances": ["ai"]})
    other = recorded_application(*place, by=keeper, **{**PLAIN, "title": "装置研究", "regimes": []})
    for application, words in ((listed, "清单活动不能免除"), (other, "只适用于涉及人的研究")):
        with pytest.raises(MoveRefused, match=words):
            waive(application, by=keeper)
        assert "登记免除审查" not in [step["label"] for step in steps_of(application, keeper)]


def test_it_is_offered_before_acceptance_only(keeper: User, entered: Application) -> None:
    assert "登记免除审查" in [step["label"] for step in steps_of(entered, keeper)]
    recorded_accepted(entered, by=keeper)
    assert "登记免除审查" not in [step["label"] for step in steps_of(entered, keeper)]
    with pytest.raises(MoveRefused):
        waive(entered, by=keeper)


def test_what_lost_its_approval_is_not_waived(keeper: User, place: tuple[ReviewUnit, Committee]) -> None:
    activity = unlisted(place[0], by=keeper)
    incidents.handle(incident=reported(activity, by=keeper), outcome="new_review", note="方案改变。", by=keeper)
    activity.refresh_from_db()
    application = recorded_application(*place, by=keeper, **PLAIN, activity=activity)
    with pytest.raises(InputRefused, match="须重新审查的活动不能免除"):
        waive(application, by=keeper)


def test_strangers_waive_nothing_and_a_review_held_here_is_another_matter(keeper: User, entered: Application) -> None:
    for stranger in (person(Role.HEAD), person(Role.COUNTY, dept="zhq")):
        with pytest.raises((AccessDenied, Http404)):
            waive(entered, by=stranger)
    here = waiver_accepted(working_committee(by=keeper), secretary=keeper).application
    with pytest.raises(MoveRefused, match="在本系统审查"):
        waive(here, by=keeper)
    waivers.confirm(application=here, reason="数据已经匿名化。", by=keeper)
    assert ReviewLetter.objects.filter(kind="waiver").count() == 1
