"""People with a role, departments, organisations, subjects. All names are invented."""

from __future__ import annotations

import datetime as dt
import itertools

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.enums import DepartmentKind, Role
from accounts.models import Department, Membership, User
from casework.access import group_name
from casework.actors import SYSTEM
from casework.enums import OrganizationKind
from casework.models import Organization, Person, Subject
from casework.saving import save_record

_serial = itertools.count(1)
PASSWORD = "correct-horse-battery"


def department(code: str = "kjj", kind: DepartmentKind = DepartmentKind.CONVENOR, name: str = "") -> Department:
    """The department of this code, made when it is not there yet."""
    made, _new = Department.objects.get_or_create(code=code, defaults={"kind": kind, "short_name": name or code})
    return made


def person(
    role: Role | str = Role.OFFICER, *, name: str = "", dept: str = "kjj", clearance: int = 2, username: str = ""
) -> User:
    """An account holding one role in one department since 2020, with the groups that guardian rows hang on."""
    n = next(_serial)
    user = User.objects.create_user(
        username or f"{role}{n}", PASSWORD, name=name or f"测试{role}{n}", clearance=clearance
    )
    kind = DepartmentKind.CONVENOR if dept == "kjj" else DepartmentKind.MEMBER
    office = department(dept, kind)
    Membership.objects.create(user=user, department=office, role=role, valid_from=dt.date(2020, 1, 1))
    for group in (group_name(department_id=office.pk), group_name(role=str(role))):
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


@transaction.atomic
def organization(name: str = "剑门医学院", kind: OrganizationKind = OrganizationKind.UNIVERSITY) -> Organization:
    unit = Organization(name=name, kind=kind, region_code="510802")
    save_record(unit, by=SYSTEM, reason="测试")
    return unit


@transaction.atomic
def subject_person(name: str = "周砚清") -> Subject:
    human = Person(name=name)
    save_record(human, by=SYSTEM, reason="测试")
    subject = Subject(person=human)
    save_record(subject, by=SYSTEM, reason="测试")
    return subject


@transaction.atomic
def subject_organization(name: str = "蜀道农业研究所") -> Subject:
    subject = Subject(organization=organization(name, OrganizationKind.INSTITUTE))
    save_record(subject, by=SYSTEM, reason="测试")
    return subject
