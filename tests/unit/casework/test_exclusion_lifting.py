"""Exclusions: made once, lifted by two people, carried ones with their origin."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import Role
from casework.access import is_visible
from casework.actions import grants
from casework.actors import SYSTEM
from casework.models import Exclusion
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.saving import save_record
from tests.factories import person
from tests.factories.dossiers import dossier, exclude, grant, lift

pytestmark = pytest.mark.django_db


def test_excluding_twice_is_one_exclusion() -> None:
    one, officer = dossier(), person(Role.OFFICER)

    assert exclude(officer, one) == exclude(officer, one)

    assert one.events.filter(type="exclusion_made").count() == 1
    event = one.events.get(type="exclusion_made")
    assert (event.data, event.reason) == ({"user": officer.pk, "source": "declared"}, "与被调查人同一课题组")


def test_an_exclusion_made_in_the_same_moment_by_somebody_else_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    one, officer = dossier(), person(Role.OFFICER)
    first = exclude(officer, one)

    class Blind:
        """Looks before the other one has written."""

        def __init__(self, rows: Any) -> None:
            self.rows, self.looks = rows, 0

        def filter(self, **values: Any) -> Any:
            self.looks += 1
            return self.rows.none() if self.looks == 1 else self.rows.filter(**values)

        def get(self, **values: Any) -> Any:
            return self.rows.get(**values)

    monkeypatch.setattr(Exclusion, "objects", Blind(Exclusion.objects))

    assert exclude(officer, one) == first
    assert one.events.filter(type="exclusion_made").count() == 1


def test_lifting_takes_two_people_a_reason_and_leaves_two_events() -> None:
    one, officer = dossier(), person(Role.OFFICER)
    grant(one, user=officer)
    first, second = person(Role.SECADMIN), person(Role.SECADMIN)
    exclusion = exclude(officer, one)

    grants.propose_lift(exclusion=exclusion, reason="查明并无关联", by=first)
    assert not is_visible(officer, one)
    grants.lift(exclusion=exclusion, by=second)
    grants.lift(exclusion=exclusion, by=first)

    exclusion.refresh_from_db()
    assert is_visible(officer, one)
    assert (exclusion.lift_proposed_by, exclusion.lifted_by) == (first, second)
    assert [row.history_user for row in exclusion.history.all()] == [second, first, None]
    assert one.events.get(type="exclusion_lift_proposed").actor == first
    assert one.events.filter(type="exclusion_lifted").count() == 1
    with pytest.raises(MoveRefused, match="已经解除"):
        grants.propose_lift(exclusion=exclusion, reason="再来", by=first)


def test_after_lifting_somebody_may_be_excluded_again() -> None:
    one, officer = dossier(), person(Role.OFFICER)
    lift(exclude(officer, one))

    assert exclude(officer, one).lifted_at is None
    assert Exclusion.objects.filter(dossier=one, user=officer).count() == 2


@pytest.mark.parametrize(
    ("step", "by", "refusal", "sentence"),
    [
        ("propose", "officer", AccessDenied, "没有这项权限"),
        ("propose", "excluded", AccessDenied, "本人不能申请"),
        ("propose without reason", "first", InputRefused, "写明解除排除的理由"),
        ("lift unproposed", "first", MoveRefused, "须先由一人提出"),
        ("lift", "first", AccessDenied, "另一人确认"),
        ("lift", "excluded", AccessDenied, "另一人确认"),
        ("lift", "officer", AccessDenied, "没有这项权限"),
    ],
)
def test_nobody_lifts_an_exclusion_alone_or_for_themselves(
    step: str, by: str, refusal: type[Exception], sentence: str
) -> None:
    excluded = person(Role.SECADMIN)
    people = {"officer": person(Role.OFFICER), "excluded": excluded, "first": person(Role.SECADMIN)}
    exclusion = exclude(excluded, dossier())
    if step == "lift":
        grants.propose_lift(exclusion=exclusion, reason="查明并无关联", by=people["first"])

    with pytest.raises(refusal, match=sentence):
        if step.startswith("lift"):
            grants.lift(exclusion=exclusion, by=people[by])
        else:
            reason = " " if step.endswith("without reason") else "查明"
            grants.propose_lift(exclusion=exclusion, reason=reason, by=people[by])

    exclusion.refresh_from_db()
    assert exclusion.lifted_at is None


def test_a_carried_exclusion_is_lifted_with_its_origin_and_never_alone() -> None:
    one, drawn, drawn_again = dossier(), dossier(), dossier()
    keeper, auditor = person(Role.SECADMIN), person(Role.AUDITOR)
    origin = exclude(auditor, one)
    carried = grants.carry(exclusion=origin, dossier=drawn, by=SYSTEM)
    grants.carry(exclusion=carried, dossier=drawn_again, by=SYSTEM)

    with pytest.raises(MoveRefused, match="解除最初的那一项"):
        grants.propose_lift(exclusion=carried, reason="查明", by=keeper)
    assert not any(is_visible(auditor, each) for each in (one, drawn, drawn_again))
    lift(origin)

    assert all(is_visible(auditor, each) for each in (one, drawn, drawn_again))
    for each in (drawn, drawn_again):
        event, row = each.events.get(type="exclusion_lifted"), Exclusion.objects.get(dossier=each)
        assert event.reason == row.lift_reason == "查明并无关联"
        assert event.data == {"user": auditor.pk, "carried_from": row.carried_from_id}
        assert row.lifted_by_id not in {None, row.lift_proposed_by_id}


def test_lifting_one_of_two_reasons_leaves_the_other() -> None:
    """Kept out of a case twice over: by the case itself and by one of its leads."""
    first, second, drawn = dossier(), dossier(), dossier()
    auditor = person(Role.AUDITOR)
    one, other = exclude(auditor, first), exclude(auditor, second)
    grants.carry(exclusion=one, dossier=drawn, by=SYSTEM)
    grants.carry(exclusion=other, dossier=drawn, by=SYSTEM)
    own = exclude(auditor, drawn)

    lift(one)
    assert not is_visible(auditor, drawn)
    lift(other)
    assert not is_visible(auditor, drawn)
    lift(own)
    assert is_visible(auditor, drawn)


def test_one_carried_in_the_moment_its_origin_was_lifted_can_be_lifted_by_itself() -> None:
    one, drawn, officer = dossier(), dossier(), person(Role.AUDITOR)
    origin = exclude(officer, one)
    lift(origin)

    late = grants.carry(exclusion=origin, dossier=drawn, by=SYSTEM)
    assert not is_visible(officer, drawn)
    lift(late)

    assert is_visible(officer, drawn)


def test_the_database_refuses_one_person_lifting_alone() -> None:
    exclusion, keeper = exclude(person(Role.OFFICER), dossier()), person(Role.SECADMIN)
    exclusion.lift_proposed_by = exclusion.lifted_by = keeper
    exclusion.lifted_at, exclusion.lift_reason = timezone.now(), "一人"

    with pytest.raises(IntegrityError), transaction.atomic():
        save_record(exclusion, by=keeper, reason="一人")
