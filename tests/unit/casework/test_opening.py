"""The SQL of the access rule against the same rule in query objects, over a crowd of dossiers (I1, I2)."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from accounts.people import standing
from casework.actions import grants
from casework.actors import SYSTEM
from casework.models import Dossier, DossierGroupPermission, DossierUserPermission, Exclusion, Grant
from casework.opening import Excluded, Opened
from tests.factories.dossiers import dossier, exclude, grant, lift
from tests.factories.people import department, person

pytestmark = pytest.mark.django_db


def _granted(user: User, on: dt.date) -> Q:
    held = standing(user, on)
    mine = Q(user=user) | Q(department__in=held.departments) | Q(role__in=held.roles)
    begun = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))
    given = Exists(Grant.objects.filter(mine, begun, dossier=OuterRef("pk"), revoked_at=None))
    by_name = Exists(DossierUserPermission.objects.filter(content_object=OuterRef("pk"), user=user))
    mine_too = Group.objects.filter(user=user).values("pk")
    by_group = Exists(DossierGroupPermission.objects.filter(content_object=OuterRef("pk"), group__in=mine_too))
    return Q(given) & (Q(by_name) | Q(by_group))


def _crowd(people: list[User]) -> Iterator[Dossier]:
    """Forty dossiers, each with some grants to some of the people, their departments or roles, and some exclusions."""
    dice = random.Random(19)
    for _number in range(40):
        one = dossier()
        for _grant in range(dice.randrange(4)):
            who = dice.choice(people)
            principal = dice.choice(
                [{"user": who}, {"department": department(dice.choice(["jyj", "wjw", "gaj"]))}, {"role": Role.OFFICER}]
            )
            starts = dice.choice([-400, -1, 0, 1])
            given = grant(one, starts=starts, ends=dice.choice([None, starts, starts + 1, 30]), **principal)
            if dice.random() < 0.2:
                grants.revoke(grant=given, reason="不再需要", by=SYSTEM)
        if dice.random() < 0.3:
            kept_out = exclude(dice.choice(people), one)
            if dice.random() < 0.3:
                lift(kept_out)
        if dice.random() < 0.2:
            # A grant whose derived row is missing opens nothing.
            DossierUserPermission.objects.filter(content_object=one).delete()
            DossierGroupPermission.objects.filter(content_object=one).delete()
        yield one


def test_the_condition_in_sql_opens_and_excludes_what_query_objects_do() -> None:
    people = [
        person(Role.OFFICER, dept="jyj"),
        person(Role.OFFICER, dept="kjj"),
        person(Role.MEMBER, dept="wjw"),
        person(Role.MEMBER, dept="gaj"),
    ]
    crowd = {one.pk for one in _crowd(people)}
    today, opened_to_somebody = timezone.localdate(), 0
    for user in people:
        for on in (today - dt.timedelta(days=1), today, today + dt.timedelta(days=2)):
            held = standing(user, on)
            opened = Opened("pk", user=user.pk, departments=held.departments, roles=held.roles, on=on)
            found = set(Dossier.objects.filter(Q(opened)).values_list("pk", flat=True)) & crowd
            wanted = set(Dossier.objects.filter(_granted(user, on)).values_list("pk", flat=True)) & crowd
            assert found == wanted
            opened_to_somebody += 0 < len(found) < len(crowd)
        kept_out = set(Dossier.objects.filter(Q(Excluded("pk", user=user.pk))).values_list("pk", flat=True))
        assert kept_out == set(Exclusion.objects.filter(user=user, lifted_at=None).values_list("dossier", flat=True))
        assert set(Dossier.objects.filter(~Q(Excluded("pk", user=user.pk))).values_list("pk", flat=True)) >= crowd - (
            kept_out
        )
    assert opened_to_somebody >= 6


def test_the_conditions_reach_a_dossier_over_other_rows_and_stand_beside_other_conditions() -> None:
    user, one, other = person(Role.MEMBER, dept="wjw"), dossier(), dossier()
    grant(one, department=department("wjw"))
    held = standing(user, timezone.localdate())
    opened = Opened("dossier_id", user=user.pk, departments=held.departments, roles=(), on=held.on)
    rows = Grant.objects.filter(Q(opened) | Q(dossier=other), dossier__in=[one, other])

    assert set(rows.values_list("dossier", flat=True)) == {one.pk}
    assert rows.filter(Q(opened)).exclude(Q(Excluded("dossier_id", user=user.pk))).count() == 1


def test_somebody_without_department_and_role_is_opened_by_a_grant_of_their_own_only() -> None:
    user, one, other = person(Role.MEMBER, dept="wjw"), dossier(), dossier()
    grant(one, user=user)
    grant(other, role=Role.MEMBER)
    opened = Opened("pk", user=user.pk, departments=(), roles=(), on=timezone.localdate())

    assert list(Dossier.objects.filter(Q(opened)).values_list("pk", flat=True)) == [one.pk]
