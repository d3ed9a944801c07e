"""What holds in the ethics register after its steps: who sees a unit, who is one person, what falls due, what follows."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.enums import Role
from casework.actions import grants
from casework.actors import SYSTEM
from casework.models import Dossier, Event, Organization, Person
from casework.refusals import InputRefused, MoveRefused
from ethics.actions import (
    activities,
    committees,
    follow_ups,
    members,
    reports,
    units,
    violations,
)
from ethics.models import (
    Activity,
    FollowUp,
    ReviewUnit,
    Violation,
)
from integrity.actions import leads
from integrity.models import Lead
from tests.factories import person
from tests.factories.ethics import (
    FACTS,
    ZHAOHUA,
    areas,
    committee_of,
    days_ago,
    ethics_officer,
    member_of,
    supervised_unit,
)
from tests.unit.ethics.register_desk import Desk, opened, reported, violation_at, waiting

pytestmark = pytest.mark.django_db


def test_a_unit_is_kept_by_ethics_supervision_and_its_county_and_hidden_from_the_rest() -> None:
    areas()
    county, other = person(Role.COUNTY, dept="lzq"), person(Role.COUNTY, dept="zhq")
    unit = supervised_unit(by=county)

    assert list(ReviewUnit.objects.kept_by(county)) == [unit]
    assert list(ReviewUnit.objects.kept_by(ethics_officer())) == [unit]
    assert list(ReviewUnit.objects.visible_to(person(Role.AUDITOR))) == [unit]
    for stranger in (other, person(Role.MEMBER, dept="jyj"), person(Role.HEAD), person(Role.OFFICER)):
        assert not ReviewUnit.objects.visible_to(stranger).exists()


def test_a_county_enters_units_of_its_own_area_only() -> None:
    areas()
    with pytest.raises(InputRefused) as refusal:
        supervised_unit(by=person(Role.COUNTY, dept="lzq"), region_code=ZHAOHUA)
    assert refusal.value.field == "region_code"
    assert not Dossier.objects.filter(kind="ethics").exists()


def test_a_grant_to_a_department_opens_nothing_to_its_people_without_the_right(desk: Desk) -> None:
    opened(desk)
    assert ReviewUnit.objects.visible_to(person(Role.MEMBER, dept="jyj")).exists()
    assert not ReviewUnit.objects.visible_to(person(Role.REVIEWER, dept="jyj")).exists()


def test_relocating_takes_the_unit_from_one_county_to_the_other(desk: Desk) -> None:
    before, after = person(Role.COUNTY, dept="lzq"), person(Role.COUNTY, dept="zhq")
    units.relocate(unit=desk.unit, region_code=ZHAOHUA, reason="迁址", by=desk.by)
    assert not ReviewUnit.objects.visible_to(before).exists()
    assert list(ReviewUnit.objects.kept_by(after)) == [desk.unit]


def test_a_unit_stands_once_and_takes_the_directory_entry_of_its_name_or_code(desk: Desk) -> None:
    count = Organization.objects.count()
    with pytest.raises(InputRefused, match="已经登记"):
        supervised_unit(by=desk.by)
    assert Organization.objects.count() == count
    one = supervised_unit("剑门医学院", by=desk.by)
    assert one.organization.name == "剑门医学院"


def test_a_member_known_by_identifier_is_the_same_person(desk: Desk) -> None:
    orcid = "0000-0002-1825-0097"
    other = supervised_unit("昭化农业研究所", by=desk.by, region_code=ZHAOHUA)
    elsewhere = committees.enter(
        unit=other, name="科技伦理委员会", set_up_on=days_ago(90), regimes=["ST2023"], by=desk.by
    )
    known = {"identifier_type": "orcid", "identifier": orcid, "name": "孟知远"}
    first = member_of(desk.committee, by=desk.by, **known)
    again = member_of(elsewhere, by=desk.by, **known)
    assert first.person == again.person
    with pytest.raises(InputRefused, match="姓名不同"):
        member_of(elsewhere, by=desk.by, **{**known, "name": "另一个人"}, starts_on=days_ago(1))


def test_a_name_alone_never_makes_two_members_one_person(desk: Desk) -> None:
    first = member_of(desk.committee, by=desk.by, name="孟知远")
    second = member_of(desk.committee, by=desk.by, name="孟知远")
    assert first.person != second.person
    assert Person.objects.filter(name="孟知远").count() == 2


def test_terms_of_one_person_adjoin_without_overlapping(desk: Desk) -> None:
    first = member_of(desk.committee, by=desk.by, starts_on=days_ago(400), ends_on=days_ago(10))
    with pytest.raises(InputRefused, match="不能重叠"):
        member_of(desk.committee, by=desk.by, person=first.person, starts_on=days_ago(10), ends_on=days_ago(-900))
    renewed = member_of(desk.committee, by=desk.by, person=first.person, starts_on=days_ago(9), ends_on=days_ago(-900))
    assert first.sits_on(days_ago(10))
    assert not first.sits_on(days_ago(9))
    assert renewed.sits_on(days_ago(9))


def test_last_years_report_falls_due_once_and_only_if_the_committee_existed_then(desk: Desk) -> None:
    today = timezone.localdate()
    reported(desk)
    assert reports.make_due(committee=desk.committee, on=today) is None
    young = committees.enter(unit=desk.unit, name="新委员会", set_up_on=today, regimes=["ST2023"], by=desk.by)
    assert not young.reports.exists()
    next_year = today.replace(year=today.year + 1, month=1, day=1)
    due = reports.make_due(committee=young, on=next_year)
    assert due is not None
    assert (due.year, due.due_on.isoformat()) == (today.year, f"{today.year + 1}-03-31")
    assert Event.objects.filter(type="annual_report_due", subject_pk=str(due.pk)).count() == 1


def test_the_days_come_from_the_rules(desk: Desk) -> None:
    """D6, D7, D8: thirty calendar days, six months with the end of the month."""
    assert (desk.committee.registration.due_on - desk.committee.set_up_on).days == 30
    assert desk.activity.approved_on is not None
    assert (desk.activity.registration.due_on - desk.activity.approved_on).days == 30
    months = desk.follow_up.due_on.year * 12 + desk.follow_up.due_on.month
    approved = desk.activity.approved_on
    assert months - (approved.year * 12 + approved.month) == 6


def test_an_activity_is_not_approved_without_the_experts(desk: Desk) -> None:
    activity = waiting(desk)
    with pytest.raises(MoveRefused, match="专家复核同意"):
        activities.approve(activity=activity, approved_on=days_ago(1), by=desk.by)
    activity.refresh_from_db()
    assert activity.status == "reviewing"


def test_the_database_refuses_an_approval_without_the_experts(desk: Desk) -> None:
    activity = waiting(desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(Activity).filter(pk=activity.pk).update(status="active")


@pytest.mark.parametrize(
    ("outcome", "status", "events", "planned"),
    [
        ("continue", "active", [], 1),
        ("suspend", "suspended", ["activity_suspended"], 1),
        ("terminate", "terminated", ["activity_terminated"], 0),
        ("new_review", "reviewing", ["activity_review_reopened"], 0),
    ],
)
def test_a_follow_up_decides_what_becomes_of_the_activity(
    desk: Desk, outcome: str, status: str, events: list[str], planned: int
) -> None:
    done = days_ago(1)
    follow_ups.record(follow_up=desk.follow_up, done_on=done, outcome=outcome, note="核实", by=desk.by)
    desk.activity.refresh_from_db()
    assert desk.activity.status == status
    assert [Event.objects.filter(type=one).count() for one in events] == [1] * len(events)
    assert desk.activity.follow_ups.filter(done_on=None, voided_on=None).count() == planned


def test_a_suspended_activity_is_followed_up_and_resumes(desk: Desk) -> None:
    follow_ups.record(follow_up=desk.follow_up, done_on=days_ago(5), outcome="suspend", note="整改", by=desk.by)
    desk.activity.refresh_from_db()
    follow_ups.record(follow_up=desk.follow_up, done_on=days_ago(1), outcome="continue", note="已改", by=desk.by)
    desk.activity.refresh_from_db()
    assert desk.activity.status == "active"
    assert Event.objects.filter(type="activity_resumed").count() == 1


def test_the_next_follow_up_may_come_earlier_than_the_rules_say_never_later(desk: Desk) -> None:
    with pytest.raises(InputRefused, match="最迟"):
        follow_ups.record(
            follow_up=desk.follow_up,
            done_on=days_ago(1),
            outcome="continue",
            note="正常",
            next_due_on=days_ago(-400),
            by=desk.by,
        )
    planned = desk.follow_up
    follow_ups.record(
        follow_up=planned, done_on=days_ago(1), outcome="continue", note="正常", next_due_on=days_ago(-30), by=desk.by
    )
    assert desk.follow_up.due_on == days_ago(-30)
    with pytest.raises(MoveRefused):
        follow_ups.record(follow_up=planned, done_on=days_ago(1), outcome="continue", note="正常", by=desk.by)


def test_the_end_of_an_activity_voids_the_planned_follow_up(desk: Desk) -> None:
    activities.complete(activity=desk.activity, ended_on=days_ago(1), by=desk.by)
    assert not FollowUp.objects.still_open().exists()
    assert desk.activity.follow_ups.get().voided_on == days_ago(1)


def test_a_committee_is_broken_from_the_day_it_lacks_a_member(desk: Desk) -> None:
    sound = committee_of(desk.unit, by=desk.by, name="医学伦理委员会")
    assert sound.composition_breaks_on is not None
    assert sound.composition_breaks_on > timezone.localdate()
    members.leave(member=sound.members.order_by("-pk")[0], left_on=days_ago(1), reason="调离", by=desk.by)
    sound.refresh_from_db()
    assert sound.composition_breaks_on == timezone.localdate()
    assert Event.objects.filter(type="committee_composition_noted", data__committee=sound.pk).exists()


def test_a_violation_becomes_a_lead_once_and_the_referrer_does_not_see_it(desk: Desk) -> None:
    violation = violation_at(desk)
    violations.refer(violation=violation, by=desk.by)
    violations.refer(violation=Violation.objects.get(pk=violation.pk), by=desk.by)

    lead = Lead.objects.get()
    assert (lead.channel, lead.source_document_no) == ("ethics", violation.reference)
    assert Event.objects.filter(type="lead_referred", dossier=lead.dossier).count() == 1
    violation.refresh_from_db()
    assert violation.lead_reference == lead.dossier.reference
    assert not Lead.objects.visible_to(desk.by).exists()
    assert violations.lead_numbers([violation], desk.by) == {}
    assert violations.lead_numbers([violation], person(Role.INTAKE)) == {violation.pk: lead.dossier.reference}


def test_the_number_of_the_lead_stands_nowhere_in_the_register(desk: Desk) -> None:
    violation = violations.refer(violation=violation_at(desk), by=desk.by)
    events = Event.objects.filter(dossier=desk.unit.dossier)
    written = str(list(events.values())) + str(list(Violation.history.values()))
    assert violation.lead_reference not in written


def test_the_door_keeps_the_evidence_as_it_was(desk: Desk) -> None:
    lead = leads.refer(
        source_body="科技伦理监管",
        source_reference="广科伦〔2026〕0001号-V1-1",
        summary="移送",
        target="某人",
        unit="某单位",
        evidence=FACTS,
        by=desk.by,
    )
    assert FACTS not in str(Lead.objects.filter(pk=lead.pk).values()[0])
    assert Event.objects.get(type="lead_referred").data["fingerprint"] == lead.fingerprint


def test_whoever_is_excluded_from_the_unit_sees_none_of_it(desk: Desk) -> None:
    grants.exclude(dossier=desk.unit.dossier, user=desk.by, source="declared", reason="同单位", by=SYSTEM)
    assert not ReviewUnit.objects.visible_to(desk.by).exists()
