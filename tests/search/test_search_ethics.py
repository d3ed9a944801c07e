"""Units and committees in the internal index: found by name, number, member and activity, by those who may see the unit."""

from __future__ import annotations

import pytest

from accounts.enums import DepartmentKind, Role
from accounts.models import User
from ethics.actions import units, violations
from ethics.models import ReviewUnit
from tests.factories import department, person
from tests.factories.ethics import FACTS, ZHAOHUA, activity_of, committee_of, days_ago, ethics_officer, supervised_unit
from tests.factories.visits import signed_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_follows")]


def found(user: User, words: str) -> str:
    return text_of(signed_in(user).get("/search/", {"q": words}))


@pytest.fixture
def officer() -> User:
    by = ethics_officer()
    unit = supervised_unit(by=by)
    committee_of(unit, by=by, seats=2)
    activity_of(unit, by=by, approved=None, title="类脑决策系统研发")
    return by


@pytest.mark.parametrize("words", ["嘉陵脑科学研究所", "委员甲", "类脑决策"])
def test_a_unit_is_found_by_what_stands_in_it(officer: User, words: str) -> None:
    assert "嘉陵脑科学研究所" in found(officer, words)
    assert "嘉陵脑科学研究所" in found(person(Role.COUNTY, dept="lzq"), words)


@pytest.mark.parametrize(("role", "dept"), [(Role.OFFICER, "kjj"), (Role.COUNTY, "zhq"), (Role.MEMBER, "jyj")])
def test_nobody_else_finds_it(officer: User, role: Role, dept: str) -> None:
    for words in ("委员甲", "嘉陵脑科学研究所"):
        assert "广科伦" not in found(person(role, dept=dept), words)


def test_what_moves_to_another_county_is_found_there_and_no_longer_here(officer: User) -> None:
    here, there = person(Role.COUNTY, dept="lzq"), person(Role.COUNTY, dept="zhq")
    units.relocate(unit=ReviewUnit.objects.get(), region_code=ZHAOHUA, reason="迁址", by=officer)
    assert "广科伦" in found(there, "嘉陵脑科学研究所")
    assert "广科伦" not in found(here, "嘉陵脑科学研究所")


def test_a_member_of_the_joint_meeting_searches_shares_only(officer: User) -> None:
    unit, office = ReviewUnit.objects.get(), department("jyj", DepartmentKind.MEMBER)
    units.open_to(unit=unit, department=office, basis="行业主管", by=officer)
    assert "广科伦" not in found(person(Role.MEMBER, dept="jyj"), "嘉陵脑科学研究所")


def test_violations_and_numbers_of_leads_are_in_no_index(officer: User) -> None:
    unit = ReviewUnit.objects.get()
    violation = violations.record(
        unit=unit, kind="V1", found_on=days_ago(1), concerned="祝长风课题组", facts=FACTS, by=officer
    )
    violations.refer(violation=violation, by=officer)
    for words in ("祝长风课题组", violation.lead_reference):
        assert "嘉陵脑科学研究所" not in found(officer, words)
