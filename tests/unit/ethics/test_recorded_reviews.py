"""Reviews held by a unit's committee and recorded here: counted anew by every rule set, refused where they do not add up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from ethics.actions import committees, materials, recorded, starts
from ethics.models import Application, Committee, ReviewDecision, ReviewLetter, ReviewUnit
from ethics.voting import Tally
from tests.factories import person
from tests.factories.ethics import ZHAOHUA, areas, committee_of, days_ago, supervised_unit
from tests.factories.experts import (
    CARRIED,
    recorded_accepted,
    recorded_application,
    recorded_decided,
    recorded_passed,
    recording_unit,
)
from tests.factories.reviews import accepted, days_ahead, types_of, working_committee

pytestmark = pytest.mark.django_db
PLAIN: dict[str, Any] = {
    "title": "社区睡眠监测研究",
    "list_item": "",
    "circumstances": [],
    "scope_classes": ["human"],
}


@pytest.fixture
def entered(keeper: User, place: tuple[ReviewUnit, Committee]) -> Application:
    return recorded_application(*place, by=keeper, **PLAIN)


def test_a_review_is_recorded_accepted_decided_and_enters_the_register(keeper: User, entered: Application) -> None:
    assert (entered.status, entered.mode) == ("submitted", "recorded")
    recorded_accepted(entered, by=keeper, days=20)
    assert timezone.localdate(entered.reviews.get().accepted_at) == days_ago(20)
    recorded_decided(entered, by=keeper, days=10, file=("批件.txt", "批准".encode()), follow_up_months=6)
    entered.refresh_from_db()
    activity = entered.activity
    assert activity is not None
    assert (entered.status, activity.status, activity.approved_on) == ("approved", "active", days_ago(10))
    assert activity.follow_ups.get().due_on > timezone.localdate()
    decision = ReviewDecision.objects.get()
    assert (decision.document_no, decision.counted[0]["yes"]) == ("嘉研伦〔2026〕3号", 6)
    assert {"application_recorded", "application_submitted", "application_accepted", "review_decided"} <= set(
        types_of(entered)
    )
    assert "attachment_added" in types_of(entered)


def test_no_letter_is_written_in_the_name_of_another_committee(keeper: User, entered: Application) -> None:
    """E17: the decision letter of a review held elsewhere is the paper of that committee."""
    recorded_decided(recorded_accepted(entered, by=keeper), by=keeper)
    assert not ReviewLetter.objects.exists()


def test_five_of_nine_pass_one_regime_and_fail_the_other(keeper: User, place: tuple[ReviewUnit, Committee]) -> None:
    """Nine members, five present, four in favour: enough for ST2023, not for HS2023; a project under both needs both."""
    nine = Tally(members=9, present=5, yes=4, no=1)
    plain = recorded_accepted(recorded_application(*place, by=keeper, **PLAIN), by=keeper)
    recorded_decided(plain, by=keeper, tally=nine)
    both = {**PLAIN, "title": "睡眠药物观察", "regimes": ["HS2023"]}
    application = recorded_accepted(recorded_application(*place, by=keeper, **both), by=keeper)
    with pytest.raises(InputRefused, match="基数 9，至少需要 5 票") as refusal:
        recorded_decided(application, by=keeper, tally=nine)
    assert (refusal.value.field, refusal.value.article) == ("yes", "HS 22")
    application.refresh_from_db()
    recorded_decided(application, by=keeper, tally=Tally(members=9, present=6, yes=5, no=1))
    assert {row["regime"] for row in ReviewDecision.objects.latest("pk").counted} == {"ST2023", "HS2023"}


@pytest.mark.parametrize(
    ("tally", "field"),
    [
        (None, "members"),
        (Tally(members=7, present=5, yes=3, no=2), "yes"),
        (Tally(members=7, present=7, yes=0), "yes"),
        (Tally(members=7, present=5, recused=1, yes=4), "yes"),
        (Tally(members=7, present=8, yes=6), "present"),
        (Tally(members=7, present=6, recused=7, yes=0), "recused"),
        (Tally(members=7, present=6, yes=6, abstain=1), "yes"),
        (Tally(members=7, present=-1, yes=0), "members"),
    ],
)
@pytest.mark.parametrize("outcome", ["approve", "reject"])
def test_numbers_that_do_not_carry_the_outcome_are_refused(
    keeper: User, entered: Application, tally: Tally | None, field: str, outcome: str
) -> None:
    """E1, E5, E8, E10: no votes, too few, no quorum after the recusal; for a reject as for an approval."""
    recorded_accepted(entered, by=keeper)
    with pytest.raises(InputRefused) as refusal:
        recorded_decided(entered, by=keeper, tally=tally, outcome=outcome)
    assert refusal.value.field == field
    assert not ReviewDecision.objects.exists()
    entered.refresh_from_db()
    assert entered.status == "accepted"


def test_there_is_no_outcome_without_saying_which(keeper: User, entered: Application) -> None:
    """E4."""
    recorded_accepted(entered, by=keeper)
    for outcome in ("", "positive"):
        with pytest.raises(InputRefused) as refusal:
            recorded_decided(entered, by=keeper, outcome=outcome)
        assert refusal.value.field == "outcome"
    with pytest.raises(InputRefused) as unnumbered:
        recorded_decided(entered, by=keeper, document_no=" ")
    assert unnumbered.value.field == "document_no"


def test_work_that_began_before_the_decision_is_not_approved(keeper: User, place: tuple[ReviewUnit, Committee]) -> None:
    """E12."""
    begun = recorded_application(*place, by=keeper, **{**PLAIN, "start_on": days_ago(50)})
    recorded_accepted(begun, by=keeper)
    with pytest.raises(InputRefused, match="不得事后补批"):
        recorded_decided(begun, by=keeper)
    begun.refresh_from_db()
    recorded_decided(begun, by=keeper, outcome="reject", reasons="已经擅自开始。")
    assert begun.status == "rejected"


def test_revised_then_verified(keeper: User, entered: Application) -> None:
    recorded_accepted(entered, by=keeper)
    recorded_decided(entered, by=keeper, outcome="approve_after_rev", required_changes="补充知情同意书。")
    assert entered.status == "awaiting_revision"
    with pytest.raises(InputRefused) as early:
        recorded.verify(application=entered, decided_on=days_ago(31), document_no="嘉研伦7号", by=keeper)
    assert early.value.field == "decided_on"
    entered.refresh_from_db()
    recorded.verify(
        application=entered,
        decided_on=days_ago(5),
        document_no="嘉研伦7号",
        file=("核实.txt", b"ok"),
        by=keeper,
    )
    assert entered.status == "approved"
    assert "revision_submitted" in types_of(entered)
    assert [one.outcome for one in ReviewDecision.objects.order_by("pk")] == ["approve_after_rev", "approve"]


def test_a_listed_one_passes_to_the_experts_with_its_paper(keeper: User, place: tuple[ReviewUnit, Committee]) -> None:
    listed = recorded_accepted(recorded_application(*place, by=keeper), by=keeper)
    recorded_decided(listed, by=keeper, file=("初审意见.txt", b"ok"))
    assert listed.status == "preliminary_passed"
    assert listed.reviews.get().preliminary["file"]
    revised = recorded_accepted(
        recorded_application(*place, by=keeper, title="自主手术系统", list_item="L7"), by=keeper
    )
    recorded_decided(revised, by=keeper, outcome="approve_after_rev", required_changes="补充应急预案。")
    recorded.verify(application=revised, decided_on=days_ago(3), document_no="8号", file=("核实.txt", b"ok"), by=keeper)
    assert (revised.status, bool(revised.reviews.get().preliminary["file"])) == ("preliminary_passed", True)


def test_revised_and_reviewed_again_is_a_new_round(keeper: User, entered: Application) -> None:
    recorded_accepted(entered, by=keeper)
    recorded_decided(entered, by=keeper, outcome="rereview", required_changes="重写方案。")
    with pytest.raises(MoveRefused):
        recorded.verify(application=entered, decided_on=days_ago(2), document_no="9号", by=keeper)
    recorded.resubmit(application=entered, by=keeper)
    assert (entered.status, entered.version) == ("submitted", 2)
    assert "application_resubmitted" in types_of(entered)
    recorded_accepted(entered, by=keeper, days=5)
    recorded_decided(entered, by=keeper, days=1)
    assert list(entered.reviews.order_by("round").values_list("round", flat=True)) == [1, 2]


SIMPLE: dict[str, Any] = {**PLAIN, "simple_grounds": ["risk_le_minimal"]}


def test_the_simple_procedure_names_members_who_all_agree(keeper: User, place: tuple[ReviewUnit, Committee]) -> None:
    application = recorded_accepted(recorded_application(*place, by=keeper, **SIMPLE), by=keeper, procedure="simple")
    for reviewers, words in ((["委员甲"], "至少由 2 名"), (["委员甲", "郑外人"], "郑外人"), ([], "至少由 2 名")):
        with pytest.raises(InputRefused, match=words) as refusal:
            recorded_decided(application, by=keeper, tally=None, reviewers=reviewers)
        assert refusal.value.field == "reviewers"
        application.refresh_from_db()
    with pytest.raises(InputRefused, match="转为会议审查"):
        recorded_decided(application, by=keeper, outcome="reject", reviewers=["委员甲", "委员乙"])
    application.refresh_from_db()
    recorded_decided(application, by=keeper, tally=None, reviewers=["委员 甲", "委员乙", "委员甲"])
    row = ReviewDecision.objects.get().counted[0]
    assert (application.status, row["reviewers"], row["yes"]) == ("approved", ["委员甲", "委员乙"], 2)
    told = Event.objects.get(dossier=application.dossier, type="application_decision_recorded")
    assert told.data["reviewers"] == ["委员甲", "委员乙"]


def test_an_emergency_is_accepted_by_the_minute(keeper: User, place: tuple[ReviewUnit, Committee]) -> None:
    urgent = {**PLAIN, "circumstances": ["urgent"]}
    application = recorded_application(*place, by=keeper, **urgent)
    with pytest.raises(InputRefused) as untimed:
        recorded_accepted(application, by=keeper, procedure="emergency")
    assert untimed.value.field == "accepted_time"
    review = recorded.accept(
        application=application,
        procedure="emergency",
        accepted_on=days_ago(1),
        accepted_time=dt.time(9, 30),
        by=keeper,
    )
    assert review.due_at is not None
    assert review.due_at - review.accepted_at == dt.timedelta(hours=72)
    recorded_decided(application, by=keeper, days=0)
    assert application.status == "approved"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"procedure": "waiver"}, "procedure"),
        ({"procedure": ""}, "procedure"),
        ({"accepted_on": dt.date(1066, 1, 1)}, "accepted_on"),
        ({"days": -2}, "accepted_on"),
    ],
)
def test_an_impossible_acceptance_is_refused(
    keeper: User, entered: Application, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputRefused) as refusal:
        recorded_accepted(entered, by=keeper, **values)
    assert refusal.value.field == field


def test_an_entrusted_review_needs_its_paper(keeper: User, place: tuple[ReviewUnit, Committee]) -> None:
    """办法 第13条."""
    other = committee_of(supervised_unit("剑南伦理中心", by=keeper), by=keeper)
    application = recorded_application(place[0], other, by=keeper, **PLAIN)
    assert "entrusted" in application.circumstances
    with pytest.raises(InputRefused, match="书面委托"):
        recorded_accepted(application, by=keeper)
    application.refresh_from_db()
    materials.add(application=application, key="written_entrustment", file=("委托书.txt", b"x"), by=keeper)
    recorded_decided(recorded_accepted(application, by=keeper), by=keeper)
    assert application.status == "approved"


def test_an_international_one_needs_one_approval_per_country(keeper: User, place: tuple[ReviewUnit, Committee]) -> None:
    """办法 第12条."""
    abroad = {**PLAIN, "circumstances": ["international"]}
    with pytest.raises(InputRefused) as nowhere:
        recorded_application(*place, by=keeper, **abroad)
    assert nowhere.value.field == "partner_countries"
    application = recorded_application(*place, by=keeper, partner_countries=["法国", "日本"], **abroad)
    recorded_accepted(application, by=keeper)
    materials.add(application=application, key="partner_approvals:法国", file=("fr.txt", b"oui"), by=keeper)
    with pytest.raises(InputRefused, match="日本"):
        recorded_decided(application, by=keeper)
    application.refresh_from_db()
    materials.add(application=application, key="partner_approvals:日本", file=("jp.txt", b"hai"), by=keeper)
    recorded_decided(application, by=keeper)
    assert application.status == "approved"
    assert recorded.missing_papers(application) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"scope_classes": []}, "scope_classes"),
        ({"scope_classes": ["moon"]}, "scope_classes"),
        ({"title": " "}, "title"),
        ({"leader_name": ""}, "leader_name"),
        ({"list_item": "L9"}, "list_item"),
        ({"circumstances": ["flying"]}, "regimes"),
        ({"partner_countries": ["法国"]}, "partner_countries"),
    ],
)
def test_an_impossible_record_is_refused(
    keeper: User, place: tuple[ReviewUnit, Committee], values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputRefused) as refusal:
        recorded_application(*place, by=keeper, **{**PLAIN, **values})
    assert refusal.value.field == field
    assert not Application.objects.exists()


def test_a_committee_that_works_here_is_not_recorded_as_elsewhere(keeper: User) -> None:
    """E17: nobody gets round the votes of this system by a paper."""
    committee = working_committee(by=keeper)
    with pytest.raises(InputRefused, match="在本系统开展审查"):
        recorded_application(committee.unit, committee, by=keeper, **PLAIN)
    committees.let_run_here(committee=committee, runs_here=False, has_video_rules=True, by=keeper)
    recorded_application(committee.unit, committee, by=keeper, **PLAIN)


def test_a_recorded_amendment_leaves_its_activity_approved(keeper: User, entered: Application) -> None:
    """E6."""
    recorded_decided(recorded_accepted(entered, by=keeper), by=keeper)
    entered.refresh_from_db()
    activity, unit, committee = entered.activity, entered.unit, entered.committee
    assert activity is not None and unit is not None and committee is not None
    other, own = recording_unit(by=keeper, name="别的研究院")
    with pytest.raises(InputRefused, match="本单位"):
        recorded_application(other, own, by=keeper, activity=activity, **PLAIN)
    amendment = recorded_application(unit, committee, by=keeper, activity=activity, **PLAIN)
    with pytest.raises(InputRefused, match="没有结束的修正案"):
        recorded_application(unit, committee, by=keeper, activity=activity, **PLAIN)
    recorded_decided(recorded_accepted(amendment, by=keeper, days=20), by=keeper, days=10)
    activity.refresh_from_db()
    assert (amendment.status, activity.status) == ("approved", "active")
    assert Event.objects.filter(type="activity_amended").exists()


def test_a_mistaken_record_is_withdrawn_not_deleted(keeper: User, entered: Application) -> None:
    """E11."""
    recorded_accepted(entered, by=keeper)
    with pytest.raises(InputRefused) as silent:
        recorded.withdraw(application=entered, reason="", by=keeper)
    assert silent.value.field == "reason"
    recorded.withdraw(application=entered, reason="重复登记。", by=keeper)
    assert (entered.status, entered.reviews.get().ended_on) == ("withdrawn", timezone.localdate())
    assert "application_withdrawn" in types_of(entered)
    with pytest.raises(MoveRefused):
        recorded_decided(entered, by=keeper)


def test_only_whoever_keeps_the_unit_records(keeper: User, place: tuple[ReviewUnit, Committee]) -> None:
    areas()
    unit, committee = place
    own = person(Role.COUNTY, dept="lzq")
    application = recorded_application(unit, committee, by=own, **PLAIN)
    recorded_decided(recorded_accepted(application, by=own), by=own)
    assert application.status == "approved"
    with pytest.raises((AccessDenied, Http404)):
        recorded_application(unit, committee, by=person(Role.COUNTY, dept="zhq"), **PLAIN)
    far = supervised_unit("昭化医院", by=keeper, region_code=ZHAOHUA)
    with pytest.raises((AccessDenied, Http404)):
        recorded_application(far, committee_of(far, by=keeper), by=own, **PLAIN)
    with pytest.raises(AccessDenied):
        recorded_application(unit, committee, by=person(Role.HEAD), **PLAIN)


def test_steps_of_the_record_are_not_for_a_review_held_here(keeper: User) -> None:
    application = accepted(working_committee(by=keeper), secretary=keeper).application
    for step in (
        lambda: recorded.decide(
            application=application,
            outcome="approve",
            decided_on=timezone.localdate(),
            document_no="1号",
            tally=CARRIED,
            by=keeper,
        ),
        lambda: recorded_accepted(application, by=keeper),
        lambda: recorded.withdraw(application=application, reason="x", by=keeper),
    ):
        with pytest.raises(MoveRefused, match="在本系统审查"):
            step()


def test_the_day_may_be_put_right_while_nothing_is_decided(keeper: User) -> None:
    application = recorded_passed(by=keeper, start_on=days_ahead(1))
    starts.put_off(application=application, start_on=days_ahead(3), reason="单位更正。", by=keeper)
    starts.put_off(application=application, start_on=days_ahead(3), reason="单位更正。", by=keeper)
    assert types_of(application).count("application_edited") == 1
