"""From the form to acceptance: triage confirmed or departed from, entrustment, duplicates, no approval afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from casework.likeness import normalised
from casework.models import Event
from casework.refusals import InputRefused
from ethics.actions import acceptance, applications, materials, review_decisions
from ethics.completeness import missing
from ethics.duplicates import is_similar, own_twins, twin_activities, twin_applications
from ethics.models import Committee
from tests.factories.ethics import activity_of, days_ago, supervised_unit
from tests.factories.reviews import accepted, applicant, draft, submitted, working_committee


def test_an_activity_that_began_before_is_not_approved_afterwards(committee: Committee, secretary: User) -> None:
    """E12: no start before approval; it is a violation to be recorded, never an approval."""
    review = accepted(committee, secretary=secretary, start_on=days_ago(1))
    with pytest.raises(InputRefused, match="不得事后补批"):
        review_decisions.decide(review=review, outcome="approve", decided_on=timezone.localdate(), by=secretary)
    assert not review.decisions.exists()


@pytest.mark.parametrize(
    ("values", "proposed", "taken", "refused"),
    [
        ({}, "general", "simple", "申请没有写明适用简易程序的理由"),
        ({"simple_grounds": ["risk_le_minimal"]}, "simple", "general", ""),
        ({"simple_grounds": ["risk_le_minimal"], "circumstances": ["minors"]}, "general", "simple", ""),
        ({"list_item": "L4", "simple_grounds": ["risk_le_minimal"]}, "general", "simple", "清单活动不适用简易程序"),
        ({}, "general", "emergency", "申请没有说明紧急情况"),
        ({"circumstances": ["urgent"], "expertise": "传染病"}, "emergency", "general", ""),
        ({}, "general", "waiver", "不能免除审查"),
    ],
)
def test_the_secretary_confirms_or_departs_with_a_reason(
    committee: Committee, secretary: User, values: dict[str, Any], proposed: str, taken: str, refused: str
) -> None:
    """R3. What no reason can allow stays refused."""
    application = submitted(committee, **values)

    def accept(reason: str) -> Any:
        return acceptance.accept(
            application=application,
            unit=committee.unit,
            committee=committee,
            procedure=taken,
            departs_reason=reason,
            by=secretary,
        )

    with pytest.raises(InputRefused, match=refused or "改变程序的理由"):
        accept("")
    if refused:
        with pytest.raises(InputRefused, match=refused):
            accept("领导要求")
        return
    review = accept("委员会认为更合适")
    assert (review.proposed, review.procedure, review.departs_reason) == (proposed, taken, "委员会认为更合适")
    assert Event.objects.get(type="application_accepted").reason == "委员会认为更合适"


def test_a_committee_of_another_unit_needs_the_written_entrustment(committee: Committee, secretary: User) -> None:
    """ST 13, R19."""
    other = working_committee(by=secretary, unit=supervised_unit(name="剑门医院", by=secretary))
    application = submitted(committee)
    given: dict[str, Any] = {"committee": other, "procedure": "general", "by": secretary}
    with pytest.raises(InputRefused, match="书面委托文件"):
        acceptance.accept(application=application, unit=committee.unit, **given)
    entrusted = submitted(other, circumstances=["entrusted"])
    assert acceptance.accept(application=entrusted, unit=committee.unit, **given).round == 1


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("社区老年人睡眠监测研究", "社区 老年人睡眠监测研究。", True),
        ("ＡＩ辅助诊断研究", "AI辅助诊断研究", True),
        ("社区老年人睡眠监测研究", "社区老年人睡眠监测的研究", True),
        ("社区老年人睡眠监测研究", "新物种合成研究", False),
        ("！！", "？？", False),
    ],
)
def test_titles_are_compared_without_signs(one: str, other: str, similar: bool) -> None:
    assert is_similar(one, other) is similar
    assert normalised("ＡＩ，研究 1") == "ai研究1"


def test_everybody_is_told_of_the_duplicates_they_may_know_of(committee: Committee, secretary: User) -> None:
    """R1."""
    user = applicant()
    mine = submitted(committee, by=user, title="甲地睡眠监测研究", project_no="P-1", leader_name="申请人辰")
    foreign = submitted(committee, title="乙地完全不同的课题", project_no="P-1", leader_name="申请人辰")
    gone = submitted(committee, by=user, title="甲地睡眠监测研究")
    applications.withdraw(application=gone, reason="重复", by=user)
    activity = activity_of(committee.unit, by=secretary, title="甲地睡眠监测研究")
    again = submitted(committee, by=user, title="甲地睡眠监测研究", project_no="P-1", leader_name="申请人辰")
    assert own_twins(again, user) == [mine]
    assert twin_applications(again, secretary) == [foreign, mine]
    assert twin_activities(again, secretary) == [activity]
    assert twin_activities(again, user) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("list_item", "is_asked"), [("L6", True), ("", False)])
def test_a_tick_alone_spares_nobody_the_experts(list_item: str, is_asked: bool) -> None:
    """The exemption of article 34 is a paper, asked for where the activity is on the list."""
    by = applicant()
    application = draft(working_committee(), by=by, list_item=list_item, circumstances=["ai", "state_approval"])
    paper = application.materials.filter(key="state_approval")
    assert paper.exists() is is_asked
    for one in paper:
        materials.leave_out(material=one, by=by)
    left = {one.key for one in missing(application, timezone.localdate())}
    assert ("state_approval" in left) is is_asked
