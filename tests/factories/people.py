"""People with a role, departments, organisations, subjects. All names are invented."""

from __future__ import annotations

import datetime as dt
import itertools

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.enums import DepartmentKind, Role
from accounts.models import Department, Membership, User
from accounts.people import standing
from casework.access import group_name
from casework.actors import SYSTEM
from casework.enums import OrganizationKind
from casework.models import Event, Organization, Person, Subject
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
    user.groups.add(*_groups(office, role))
    return user


def _groups(office: Department, role: Role | str) -> list[Group]:
    """The groups of a department and a role, made when they are not there yet."""
    names = [group_name(department_id=office.pk), group_name(role=str(role))]
    known = {one.name: one for one in Group.objects.filter(name__in=names)}
    return [known.get(name) or Group.objects.create(name=name) for name in names]


def people(role: Role, number: int, dept: str = "kjj") -> list[User]:
    """As many as `person` makes one by one, in five statements and without history of their own."""
    office = department(dept)
    hashed = make_password(PASSWORD)
    made = [
        User(username=f"{role}{n}", password=hashed, name=f"测试{role}{n}", clearance=2)
        for n in itertools.islice(_serial, number)
    ]
    User.objects.bulk_create(made)
    since = dt.date(2020, 1, 1)
    Membership.objects.bulk_create(Membership(user=one, department=office, role=role, valid_from=since) for one in made)
    groups = _groups(office, role)
    through = User.groups.through
    through.objects.bulk_create(through(user=one, group=group) for one in made for group in groups)
    return made


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


def roles_of(user: User) -> frozenset[str]:
    """The roles this person holds now, read anew."""
    return standing(User.objects.get(pk=user.pk)).roles


def account_event(type: str, user: User) -> Event:
    """The one event of this type about this account."""
    return Event.objects.get(type=type, subject_pk=str(user.pk), dossier__reference="register:accounts")
