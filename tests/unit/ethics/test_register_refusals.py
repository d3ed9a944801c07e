"""What the ethics register refuses, with a sentence that names the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from casework.refusals import InputRefused, MoveRefused
from ethics.actions import (
    activities,
    committees,
    follow_ups,
    members,
    registrations,
    reports,
    spot_checks,
    units,
    violations,
)
from tests.factories import department
from tests.factories.ethics import (
    LIZHOU,
    days_ago,
    member_of,
)
from tests.unit.ethics.register_desk import Desk, agreed, reported, waiting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: units.enter(name="", kind="institute", region_code=LIZHOU, by=desk.by),
        lambda desk: units.enter(name="某所", kind="nonsense", region_code=LIZHOU, by=desk.by),
        lambda desk: units.enter(name="某所", kind="institute", region_code="999999", by=desk.by),
        lambda desk: units.edit(unit=desk.unit, sensitive_fields=["x"], by=desk.by),
        lambda desk: units.edit(unit=desk.unit, sensitive_fields=[], required_basis="x", by=desk.by),
        lambda desk: units.open_to(unit=desk.unit, department=department("kjj"), basis="x", by=desk.by),
        lambda desk: committees.enter(
            unit=desk.unit, name="甲", set_up_on=days_ago(-1), regimes=["ST2023"], by=desk.by
        ),
        lambda desk: committees.enter(unit=desk.unit, name="甲", set_up_on=days_ago(1), regimes=[], by=desk.by),
        lambda desk: committees.enter(
            unit=desk.unit, name="科技伦理委员会", set_up_on=days_ago(1), regimes=["ST2023"], by=desk.by
        ),
        lambda desk: committees.dissolve(committee=desk.committee, dissolved_on=days_ago(900), by=desk.by),
        lambda desk: member_of(desk.committee, by=desk.by, sex="x"),
        lambda desk: member_of(desk.committee, by=desk.by, office="x"),
        lambda desk: member_of(desk.committee, by=desk.by, categories=["x"]),
        lambda desk: member_of(desk.committee, by=desk.by, ends_on=days_ago(501)),
        lambda desk: member_of(desk.committee, by=desk.by, starts_on=days_ago(600)),
        lambda desk: member_of(desk.committee, by=desk.by, identifier_type="x", identifier="1"),
        lambda desk: member_of(desk.committee, by=desk.by, identifier_type="orcid", identifier="1"),
        lambda desk: members.sign(member=desk.committee.members.get(), kind="x", signed_on=days_ago(1), by=desk.by),
        lambda desk: members.leave(
            member=desk.committee.members.get(), left_on=days_ago(-4000), reason="x", by=desk.by
        ),
        lambda desk: registrations.record(
            registration=desk.committee.registration, registered_on=days_ago(600), by=desk.by
        ),
        lambda desk: reports.record(report=reported(desk), submitted_on=days_ago(700), by=desk.by),
        lambda desk: spot_checks.record(
            unit=desk.unit, checked_on=days_ago(1), findings="x", due_on=days_ago(2), by=desk.by
        ),
        lambda desk: activities.enter(unit=desk.unit, title="新", list_item="L9", by=desk.by),
        lambda desk: activities.enter(unit=desk.unit, title="侵入式脑机接口临床研究", list_item="L4", by=desk.by),
        lambda desk: activities.record_expert(
            activity=waiting(desk), outcome="x", expert_on=days_ago(1), basis="x", by=desk.by
        ),
        lambda desk: activities.approve(activity=agreed(desk), approved_on=days_ago(99), by=desk.by),
        lambda desk: activities.complete(activity=desk.activity, ended_on=days_ago(200), by=desk.by),
        lambda desk: follow_ups.record(
            follow_up=desk.follow_up, done_on=days_ago(1), outcome="x", note="x", by=desk.by
        ),
        lambda desk: violations.record(
            unit=desk.unit, kind="X1", found_on=days_ago(1), concerned="x", facts="x", by=desk.by
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(desk: Desk, act: Callable[[Desk], Any]) -> None:
    with pytest.raises(InputRefused) as refusal:
        act(desk)
    assert refusal.value.reason.endswith("。")


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: [
            committees.dissolve(committee=desk.committee, dissolved_on=days_ago(1), by=desk.by) for _ in "12"
        ],
        lambda desk: [
            members.leave(member=desk.committee.members.get(), left_on=days_ago(1), reason="x", by=desk.by)
            for _ in "12"
        ],
        lambda desk: spot_checks.rectify(
            check=spot_checks.record(unit=desk.unit, checked_on=days_ago(2), findings="x", by=desk.by),
            rectified_on=days_ago(1),
            rectification="x",
            by=desk.by,
        ),
        lambda desk: activities.record_expert(
            activity=desk.activity, outcome="agree", expert_on=days_ago(1), basis="x", by=desk.by
        ),
        lambda desk: [activities.complete(activity=desk.activity, ended_on=days_ago(1), by=desk.by) for _ in "12"],
    ],
)
def test_a_step_out_of_turn_is_refused(desk: Desk, act: Callable[[Desk], Any]) -> None:
    with pytest.raises(MoveRefused):
        act(desk)
