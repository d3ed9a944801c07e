"""Memberships: what a role in a department gives, which exclude each other, and when they end."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.enums import DepartmentKind, Role
from accounts.models import Membership, User
from accounts.people import may, standing
from accounts.permissions import Permission
from casework.actions import accounts
from casework.refusals import InputRefused
from tests.factories import department, person
from tests.factories.people import account_event, roles_of

pytestmark = pytest.mark.django_db


def test_a_membership_gives_standing_groups_and_an_event() -> None:
    keeper, user = person(Role.SECADMIN), person(Role.OFFICER)

    given = accounts.give_membership(user=user, department=department("jyj"), role=Role.LEGAL, by=keeper)

    assert roles_of(user) == {"officer", "legal"}
    assert may(User.objects.get(pk=user.pk), Permission.KEEP_RULES)
    names = set(user.groups.values_list("name", flat=True))
    assert names >= {"role:legal", f"department:{given.department_id}"}
    assert account_event("membership_given", user).data == {
        "department": "jyj",
        "role": "legal",
        "membership": given.pk,
    }
    assert given.history.get().history_user == keeper


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (Role.OFFICER, Role.SYSADMIN),
        (Role.SYSADMIN, Role.AUDITOR),
        (Role.SECADMIN, Role.HEAD),
        (Role.CUSTODIAN, Role.INTAKE),
        (Role.HEAD, Role.CUSTODIAN),
    ],
)
def test_roles_that_must_watch_each_other_never_meet_in_one_person(held: Role, wanted: Role) -> None:
    user = person(held)

    with pytest.raises(InputRefused, match="互斥") as refused:
        accounts.give_membership(user=user, department=department(), role=wanted, by=person(Role.SECADMIN))
    assert refused.value.field == "role"
    assert roles_of(user) == {held}


def test_a_role_that_is_over_no_longer_excludes_another() -> None:
    user, keeper = person(Role.OFFICER), person(Role.SECADMIN)
    accounts.end_membership(membership=user.memberships.get(), reason="转岗", by=keeper)

    accounts.give_membership(user=user, department=department(), role=Role.SYSADMIN, by=keeper)

    assert roles_of(user) == {"sysadmin"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "officer"}, "role"),
        ({"role": "director"}, "role"),
        ({"role": "legal", "valid_to": dt.date(2020, 1, 1)}, "valid_to"),
    ],
)
def test_a_membership_twice_of_an_unknown_role_or_ending_too_early_is_refused(
    changes: dict[str, Any], field: str
) -> None:
    user = person(Role.OFFICER)
    values = {"user": user, "department": department(), "by": person(Role.SECADMIN)} | changes

    with pytest.raises(InputRefused) as refused:
        accounts.give_membership(**values)
    assert refused.value.field == field


def test_a_membership_of_later_or_earlier_days_gives_nothing_today() -> None:
    keeper, user = person(Role.SECADMIN), person(Role.OFFICER)
    today = timezone.localdate()
    later, earlier = today + dt.timedelta(days=1), today - dt.timedelta(days=1)
    accounts.give_membership(user=user, department=department(), role=Role.LEGAL, by=keeper, valid_from=later)
    accounts.give_membership(
        user=user, department=department(), role=Role.HEAD, by=keeper, valid_from=dt.date(2025, 1, 1), valid_to=earlier
    )

    assert roles_of(user) == {"officer"}
    assert standing(user, later).roles == {"officer", "legal"}
    assert standing(user, earlier).roles == {"officer", "head"}


def test_an_ended_membership_takes_role_and_groups_at_once_and_may_be_given_again() -> None:
    keeper, user = person(Role.SECADMIN), person(Role.OFFICER)
    membership = user.memberships.get()

    for _again in range(2):
        accounts.end_membership(membership=membership, reason="转岗", by=keeper)

    assert roles_of(user) == frozenset()
    assert not user.groups.exists()
    assert account_event("membership_ended", user).reason == "转岗"
    accounts.give_membership(user=user, department=department(), role=Role.OFFICER, by=keeper)
    assert roles_of(user) == {"officer"}
    assert Membership.objects.filter(user=user).count() == 2


def test_groups_follow_the_memberships_that_are_not_over() -> None:
    user = person(Role.OFFICER)
    user.groups.add(Group.objects.create(name="role:head"))

    accounts.sync_groups(user=user)

    assert set(user.groups.values_list("name", flat=True)) == {"role:officer", f"department:{department().pk}"}


@pytest.mark.parametrize(
    ("role", "kind", "is_allowed"),
    [
        ("applicant", DepartmentKind.OUTSIDE, True),
        ("committee", DepartmentKind.OUTSIDE, True),
        ("applicant", DepartmentKind.CONVENOR, False),
        ("committee", DepartmentKind.MEMBER, False),
        ("officer", DepartmentKind.OUTSIDE, False),
    ],
)
def test_people_from_outside_belong_to_no_department_of_the_house(
    role: str, kind: DepartmentKind, is_allowed: bool
) -> None:
    """A grant to a department reaches everybody in it."""
    user, office = person(Role.LEGAL), department(f"dept-{kind}", kind)
    if is_allowed:
        given = accounts.give_membership(user=user, department=office, role=role, by=person(Role.SECADMIN))
        assert given.department == office
    else:
        with pytest.raises(InputRefused, match="外部人员"):
            accounts.give_membership(user=user, department=office, role=role, by=person(Role.SECADMIN))
