"""Every step of the ethics register: the row, its history, its event; a failing event undoes it; nothing changed writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models, transaction
from django.utils import timezone

from accounts.enums import DepartmentKind, Role
from casework.models import Event, Grant
from casework.refusals import AccessDenied
from ethics.actions import (
    activities,
    committees,
    compositions,
    filings,
    follow_ups,
    members,
    registrations,
    reports,
    spot_checks,
    units,
    violations,
)
from ethics.models import (
    Activity,
    AnnualReport,
    Committee,
    CommitteeMember,
    Filing,
    FollowUp,
    Registration,
    ReviewUnit,
    SignedUndertaking,
    SpotCheck,
    TrainingRecord,
    Violation,
)
from tests.factories import department, person
from tests.factories.ethics import (
    BASIS,
    LIZHOU,
    ZHAOHUA,
    committee_of,
    days_ago,
    member_of,
)
from tests.unit.ethics.register_desk import Desk, agreed, check_at, opened, reported, violation_at, waiting

pytestmark = pytest.mark.django_db

Act = Callable[[Desk, Any], Any]
# event type → (what must be there before, the step, the model whose rows it writes)
ACTS: dict[str, tuple[Callable[[Desk], Any], Act, type[models.Model]]] = {
    "ethics_unit_entered": (
        lambda desk: None,
        lambda desk, _: units.enter(name="昭化农业研究所", kind="institute", region_code=ZHAOHUA, by=desk.by),
        ReviewUnit,
    ),
    "ethics_unit_edited": (
        lambda desk: None,
        lambda desk, _: units.edit(unit=desk.unit, sensitive_fields=["ai"], required_basis="ai", by=desk.by),
        ReviewUnit,
    ),
    "ethics_unit_relocated": (
        lambda desk: None,
        lambda desk, _: units.relocate(unit=desk.unit, region_code=ZHAOHUA, reason="迁址", by=desk.by),
        ReviewUnit,
    ),
    "ethics_unit_opened": (
        lambda desk: department("jyj", DepartmentKind.MEMBER),
        lambda desk, office: units.open_to(unit=desk.unit, department=office, basis="行业主管", by=desk.by),
        Grant,
    ),
    "ethics_unit_withdrawn": (
        opened,
        lambda desk, office: units.withdraw(unit=desk.unit, department=office, reason="不再需要", by=desk.by),
        Grant,
    ),
    "committee_entered": (
        lambda desk: None,
        lambda desk, _: committees.enter(
            unit=desk.unit, name="医学伦理委员会", set_up_on=days_ago(9), regimes=["ST2023"], by=desk.by
        ),
        Committee,
    ),
    "committee_edited": (
        lambda desk: None,
        lambda desk, _: committees.edit(committee=desk.committee, name="新名称", regimes=["ST2023"], by=desk.by),
        Committee,
    ),
    "committee_dissolved": (
        lambda desk: None,
        lambda desk, _: committees.dissolve(committee=desk.committee, dissolved_on=days_ago(1), by=desk.by),
        Committee,
    ),
    "committee_member_entered": (
        lambda desk: None,
        lambda desk, _: member_of(desk.committee, by=desk.by),
        CommitteeMember,
    ),
    "committee_member_left": (
        lambda desk: member_of(desk.committee, by=desk.by),
        lambda desk, member: members.leave(member=member, left_on=days_ago(1), reason="调离", by=desk.by),
        CommitteeMember,
    ),
    "undertaking_recorded": (
        lambda desk: member_of(desk.committee, by=desk.by),
        lambda desk, member: members.sign(member=member, kind="confidentiality", signed_on=days_ago(1), by=desk.by),
        SignedUndertaking,
    ),
    "training_recorded": (
        lambda desk: member_of(desk.committee, by=desk.by),
        lambda desk, member: members.train(member=member, topic="办法培训", trained_on=days_ago(1), by=desk.by),
        TrainingRecord,
    ),
    "member_check_noted": (
        lambda desk: desk.committee.members.get(),
        lambda desk, member: members.note_check(
            member=member, clean_check_no="诚信核查〔2026〕00017号", clean_checked_on=days_ago(1), by=desk.by
        ),
        CommitteeMember,
    ),
    "member_account_linked": (
        lambda desk: (desk.committee.members.get(), person(Role.COMMITTEE)),
        lambda desk, pair: members.link_account(member=pair[0], user=pair[1], by=desk.by),
        CommitteeMember,
    ),
    "filing_recorded": (
        lambda desk: committee_of(desk.unit, by=desk.by, seats=1, name="医学委员会", regimes=("HS2023",)).filing,
        lambda desk, filing: filings.record(filing=filing, filed_on=days_ago(1), filing_no="备-1", by=desk.by),
        Filing,
    ),
    "registration_recorded": (
        lambda desk: desk.committee.registration,
        lambda desk, row: registrations.record(
            registration=row, registered_on=days_ago(400), platform_no="川-1", by=desk.by
        ),
        Registration,
    ),
    "annual_report_recorded": (
        reported,
        lambda desk, report: reports.record(report=report, submitted_on=timezone.localdate(), by=desk.by),
        AnnualReport,
    ),
    "spot_check_recorded": (lambda desk: None, lambda desk, _: check_at(desk), SpotCheck),
    "spot_check_rectified": (
        check_at,
        lambda desk, check: spot_checks.rectify(
            check=check, rectified_on=days_ago(1), rectification="已补齐。", by=desk.by
        ),
        SpotCheck,
    ),
    "activity_entered": (lambda desk: None, lambda desk, _: waiting(desk), Activity),
    "activity_expert_recorded": (
        waiting,
        lambda desk, activity: activities.record_expert(
            activity=activity, outcome="exempt", expert_on=days_ago(3), basis="第34条", by=desk.by
        ),
        Activity,
    ),
    "activity_refused": (
        waiting,
        lambda desk, activity: activities.record_expert(
            activity=activity, outcome="disagree", expert_on=days_ago(3), basis=BASIS, by=desk.by
        ),
        Activity,
    ),
    "activity_approved": (
        agreed,
        lambda desk, activity: activities.approve(activity=activity, approved_on=days_ago(9), by=desk.by),
        Activity,
    ),
    "activity_completed": (
        lambda desk: None,
        lambda desk, _: activities.complete(activity=desk.activity, ended_on=days_ago(1), by=desk.by),
        Activity,
    ),
    "activity_terminated": (
        lambda desk: None,
        lambda desk, _: activities.terminate(
            activity=desk.activity, ended_on=days_ago(1), reason="风险过高", by=desk.by
        ),
        Activity,
    ),
    "follow_up_recorded": (
        lambda desk: desk.follow_up,
        lambda desk, planned: follow_ups.record(
            follow_up=planned, done_on=days_ago(1), outcome="continue", note="正常", by=desk.by
        ),
        FollowUp,
    ),
    "violation_recorded": (lambda desk: None, lambda desk, _: violation_at(desk), Violation),
    "violation_referred": (
        violation_at,
        lambda desk, violation: violations.refer(violation=violation, by=desk.by),
        Violation,
    ),
}


def _counts(model: Any) -> tuple[int, int, int]:
    return model.objects.count(), model.history.count(), Event.objects.count()


@pytest.mark.parametrize("event", ACTS)
def test_a_step_writes_its_row_its_history_and_its_event(desk: Desk, event: str) -> None:
    before, act, model = ACTS[event]
    ground = before(desk)
    count = _counts(model)[1]

    act(desk, ground)

    assert model.history.count() > count
    told = Event.objects.filter(type=event).order_by("-pk")[0]
    assert told.actor == desk.by
    assert told.reference.startswith("广科伦〔")


@pytest.mark.parametrize("event", ACTS)
def test_an_event_that_cannot_be_written_undoes_the_step(
    desk: Desk, event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, act, model = ACTS[event]
    ground = before(desk)
    counts = _counts(model)
    monkeypatch.setattr(Event, "save", lambda self, **options: 1 / 0)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        act(desk, ground)

    assert _counts(model) == counts


@pytest.mark.parametrize("event", ACTS)
def test_a_step_is_refused_to_who_only_reads(desk: Desk, event: str) -> None:
    before, act, model = ACTS[event]
    ground = before(desk)
    units.open_to(unit=desk.unit, department=department("wjw", DepartmentKind.MEMBER), basis="行业主管", by=desk.by)
    desk.by = person(Role.MEMBER, dept="wjw")
    counts = _counts(model)

    with pytest.raises(AccessDenied):
        act(desk, ground)

    assert _counts(model) == counts


def test_saying_the_same_again_writes_nothing(desk: Desk) -> None:
    """E20."""
    same: list[Callable[[], Any]] = [
        lambda: units.edit(unit=desk.unit, sensitive_fields=["medicine"], required_basis="sensitive", by=desk.by),
        lambda: committees.edit(committee=desk.committee, name="科技伦理委员会", regimes=["SC", "ST2023"], by=desk.by),
        lambda: compositions.note(committee=desk.committee, on=timezone.localdate()),
        lambda: units.relocate(unit=desk.unit, region_code=LIZHOU, reason="核对", by=desk.by),
    ]
    counts = Event.objects.count(), ReviewUnit.history.count(), Committee.history.count()

    for act in same:
        act()

    assert (Event.objects.count(), ReviewUnit.history.count(), Committee.history.count()) == counts
