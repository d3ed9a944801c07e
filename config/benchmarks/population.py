"""Fill a throw-away database: 100,000 cases, 200 departments, grants, guardian rows of both kinds. Invented text only.

Bulk writes go around the record rules on purpose; the command refuses to run on anything but its own database.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models
from guardian.models import GroupObjectPermission

from accounts.enums import DepartmentKind, Role
from accounts.models import Department, Membership, User
from casework.access import group_name
from casework.enums import DossierKind, GrantBasis, GrantPermission
from casework.models import Dossier, DossierGroupPermission, Grant
from integrity.enums import Regime
from integrity.models import Case
from integrity.rule_books import current_rule_set

# the registers of rules and calendar have the first numbers
FIRST = 1000
WORDS = "科研诚信数据论文项目经费评审署名伦理实验记录原始图片重复发表撤稿调查处理决定通报共享单位医院大学研究所"


def insert(model: type[models.Model], rows: Iterator[Any], size: int = 5000) -> None:
    """Plain bulk insert, without history."""
    queryset = models.QuerySet(model)
    while batch := list(islice(rows, size)):
        queryset.bulk_create(batch)


def sentence(dice: random.Random, length: int) -> str:
    """Chinese-looking text of this many characters."""
    return "".join(dice.choice(WORDS) for _position in range(length))


def populate(cases: int, departments: int, *, seed: int = 7) -> User:
    """Make everything; returns an officer of six departments who sees about 3 % of the cases through grants."""
    dice = random.Random(seed)
    insert(
        Department,
        (Department(code=f"d{n}", kind=DepartmentKind.MEMBER, short_name=f"部门{n}") for n in range(departments)),
    )
    offices = list(Department.objects.order_by("pk"))
    groups = [Group(name=group_name(department_id=office.pk)) for office in offices]
    Group.objects.bulk_create(groups)
    groups = list(Group.objects.filter(name__startswith="department:").order_by("pk"))
    officer = User.objects.create_user("bench", None, name="测量", clearance=2)
    for office, group in list(zip(offices, groups, strict=True))[:6]:
        Membership.objects.create(user=officer, department=office, role=Role.MEMBER, valid_from=dt.date(2020, 1, 1))
        officer.groups.add(group)

    insert(
        Dossier,
        (
            Dossier(pk=FIRST + n, kind=DossierKind.CASE, reference=f"测〔2026〕{n:07d}号", secrecy=1)
            for n in range(1, cases + 1)
        ),
    )
    rules = current_rule_set("r221_2022")
    insert(
        Case,
        (
            Case(
                pk=n,
                dossier_id=FIRST + n,
                title=sentence(dice, 20),
                regime=Regime.RESEARCH_MISCONDUCT,
                rule_set=rules,
                accepted_on=dt.date(2026, 1, 1),
            )
            for n in range(1, cases + 1)
        ),
    )
    owners = [dice.randrange(departments) for _case in range(cases)]
    insert(
        Grant,
        (
            Grant(
                dossier_id=FIRST + n,
                department=offices[owner],
                permission=GrantPermission.VIEW,
                basis=GrantBasis.DUTY,
                valid_from=dt.date(2020, 1, 1),
            )
            for n, owner in enumerate(owners, 1)
        ),
    )
    right = Permission.objects.get(codename="view_dossier", content_type__app_label="casework")
    insert(
        DossierGroupPermission,
        (
            DossierGroupPermission(content_object_id=FIRST + n, group=groups[owner], permission=right)
            for n, owner in enumerate(owners, 1)
        ),
    )
    kind = ContentType.objects.get_for_model(Case)
    view_case = Permission.objects.get(codename="view_case", content_type=kind)
    insert(
        GroupObjectPermission,
        (
            GroupObjectPermission(object_pk=str(n), content_type=kind, group=groups[owner], permission=view_case)
            for n, owner in enumerate(owners, 1)
        ),
    )
    return officer
