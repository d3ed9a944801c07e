"""Units under ethics supervision with committees and listed activities, made by the real actions. All names invented."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.enums import DepartmentKind, Role
from accounts.models import Department, User
from ethics.actions import activities, committees, members, reports, spot_checks, units, violations
from ethics.models import Activity, Committee, CommitteeMember, ReviewUnit
from tests.factories.people import department, person

CITY, LIZHOU, ZHAOHUA = "510800", "510802", "510811"
BASIS = "川科伦复〔2026〕3号"
FACTS = "结题材料所附批件与委员会档案不一致。"
# office, sex, external, categories of the seven seats of a committee that complies with ST2023 and SC
SEATS = (
    ("chair", "female", False, ("peer_science",)),
    ("vice_chair", "male", False, ("peer_science",)),
    ("member", "female", False, ("ethics",)),
    ("member", "male", True, ("law",)),
    ("member", "female", True, ("lay_external",)),
    ("member", "male", False, ()),
    ("member", "male", False, ()),
)


def days_ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def areas() -> dict[str, Department]:
    """The city and two of its counties, with their region codes."""
    wanted = (
        ("kjj", DepartmentKind.CONVENOR, CITY),
        ("lzq", DepartmentKind.COUNTY, LIZHOU),
        ("zhq", DepartmentKind.COUNTY, ZHAOHUA),
    )
    made = {}
    known = {one.code: one for one in Department.objects.filter(code__in=[code for code, _kind, _region in wanted])}
    for code, kind, region in wanted:
        one = known.get(code) or department(code, kind)
        if one.region_code != region or one.kind != kind:
            one.region_code, one.kind = region, kind
            one.save(update_fields=["region_code", "kind"])
        made[region] = one
    return made


def ethics_officer(**values: Any) -> User:
    areas()
    return person(Role.ETHICS, **values)


def supervised_unit(name: str = "嘉陵脑科学研究所", *, by: User | None = None, **values: Any) -> ReviewUnit:
    """A unit of 利州区 whose work touches a sensitive field."""
    areas()
    given: dict[str, Any] = {
        "kind": "institute",
        "region_code": LIZHOU,
        "sensitive_fields": ("medicine",),
        "required_basis": "sensitive",
    } | values
    return units.enter(name=name, by=by or ethics_officer(), **given)


def committee_of(
    unit: ReviewUnit, *, by: User, seats: int = 7, set_up: int = 500, term_days: int = 1800, **values: Any
) -> Committee:
    """A committee with so many of the seven seats filled, set up so many days ago; all members have signed."""
    first = days_ago(set_up)
    given: dict[str, Any] = {"name": "科技伦理委员会", "regimes": ("ST2023", "SC"), "set_up_on": first} | values
    committee = committees.enter(unit=unit, by=by, **given)
    for number, (office, sex, is_external, categories) in enumerate(SEATS[:seats], start=1):
        member = member_of(
            committee,
            by=by,
            name=f"委员{'甲乙丙丁戊己庚'[number - 1]}",
            office=office,
            sex=sex,
            is_external=is_external,
            categories=categories,
            starts_on=first,
            ends_on=first + dt.timedelta(days=term_days),
        )
        for kind in ("confidentiality", "conflict_of_interest"):
            members.sign(member=member, kind=kind, signed_on=first, by=by)
    committee.refresh_from_db()
    return committee


def member_of(committee: Committee, *, by: User, **values: Any) -> CommitteeMember:
    given: dict[str, Any] = {
        "name": "委员辛",
        "office": "member",
        "sex": "female",
        "categories": ("ethics",),
        "starts_on": committee.set_up_on,
        "ends_on": committee.set_up_on + dt.timedelta(days=1800),
    } | values
    return members.enter(committee=committee, by=by, **given)


def activity_of(
    unit: ReviewUnit, *, by: User, approved: int | None = 100, title: str = "侵入式脑机接口临床研究", **values: Any
) -> Activity:
    """A listed activity the experts agreed to, approved so many days ago; None leaves it under review without them."""
    activity = activities.enter(unit=unit, title=title, list_item="L4", by=by, **values)
    if approved is not None:
        activities.record_expert(
            activity=activity, outcome="agree", expert_on=days_ago(approved + 5), basis=BASIS, by=by
        )
        activities.approve(activity=activity, approved_on=days_ago(approved), by=by)
    return activity


def everything_of(unit: ReviewUnit, *, by: User) -> dict[str, int]:
    """One of each thing a unit may have: name in the permission table → key."""
    regimes = ("ST2023", "SC", "HS2023")
    committee = committee_of(unit, by=by, charter=("章程.txt", "第一条……".encode()), regimes=regimes)
    activity = activity_of(unit, by=by, committee=committee)
    waiting = activity_of(unit, by=by, approved=None, title="类脑智能决策系统研发")
    check = spot_checks.record(unit=unit, checked_on=days_ago(10), findings="档案不全。", due_on=days_ago(-20), by=by)
    violation = violations.record(
        unit=unit, kind="V1", found_on=days_ago(3), concerned="嘉陵脑科学研究所", facts=FACTS, activity=activity, by=by
    )
    report = reports.make_due(committee=committee, on=timezone.localdate()) or committee.reports.get()
    assert committee.charter_id is not None
    return {
        "committee": committee.pk,
        "charter": committee.charter_id,
        "committee_member": committee.members.order_by("pk")[0].pk,
        "registration": committee.registration.pk,
        "filing": committee.filing.pk,
        "annual_report": report.pk,
        "activity": activity.pk,
        "activity_in_review": waiting.pk,
        "follow_up": activity.follow_ups.get().pk,
        "spot_check": check.pk,
        "violation": violation.pk,
    }
