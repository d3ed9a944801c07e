"""Grants, exclusions, handing over: rows, history, events, guardian rows, and that a failing event undoes all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import Role
from casework.access import is_visible
from casework.actions import dossiers, grants
from casework.actors import SYSTEM
from casework.enums import DossierKind, ExclusionSource, GrantBasis, GrantPermission
from casework.management.commands.check_grants import stored_rows
from casework.models import Dossier, DossierGroupPermission, DossierUserPermission, Event, Exclusion, Grant
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.saving import save_record
from tests.factories import department, person
from tests.factories.dossiers import dossier, exclude, grant, lift

pytestmark = pytest.mark.django_db


def rows_of(one: Dossier) -> set[tuple[str, str]]:
    return {(principal, codename) for pk, principal, codename in stored_rows() if pk == one.pk}


def test_a_grant_keeps_its_basis_giver_and_days() -> None:
    one, head, officer = dossier(), person(Role.HEAD), person(Role.OFFICER)
    until = timezone.localdate() + dt.timedelta(days=30)

    given = grants.give(
        dossier=one,
        user=officer,
        permission=GrantPermission.VIEW,
        basis=GrantBasis.ORDER,
        basis_text="协助核对数据",
        valid_to=until,
        by=head,
    )

    assert (given.basis, given.given_by, given.valid_from, given.valid_to) == (
        "order",
        head,
        timezone.localdate(),
        until,
    )
    row = given.history.get()
    assert (row.history_user, row.history_change_reason) == (head, "协助核对数据")
    event = one.events.get(type="grant_given")
    assert (event.actor, event.data["user"], event.data["permission"]) == (head, officer.pk, "view")


@pytest.mark.parametrize(
    ("permission", "codenames"),
    [(GrantPermission.VIEW, {"view_dossier"}), (GrantPermission.HANDLE, {"view_dossier", "handle_dossier"})],
)
def test_guardian_rows_follow_the_grant(permission: str, codenames: set[str]) -> None:
    one, officer = dossier(), person(Role.OFFICER)
    office = department("jyj")

    first = grant(one, user=officer, permission=permission)
    second = grant(one, department=office, permission=permission)
    third = grant(one, role=Role.LEGAL.value, permission=permission)
    principals = {f"user:{officer.pk}", f"department:{office.pk}", "role:legal"}
    assert rows_of(one) == {(principal, codename) for principal in principals for codename in codenames}

    for given in (first, second, third):
        grants.revoke(grant=given, reason="不再需要", by=SYSTEM)
    assert rows_of(one) == set()


def test_a_second_grant_keeps_the_row_when_the_first_is_revoked() -> None:
    one, officer = dossier(), person(Role.OFFICER)
    first = grant(one, user=officer, permission=GrantPermission.HANDLE)
    grant(one, user=officer)

    grants.revoke(grant=first, reason="改派", by=SYSTEM)

    assert rows_of(one) == {(f"user:{officer.pk}", "view_dossier")}
    assert is_visible(officer, one)


def test_revoking_is_dated_named_and_done_once() -> None:
    one, officer, head = dossier(), person(Role.OFFICER), person(Role.HEAD)
    given = grant(one, user=officer)

    grants.revoke(grant=given, reason="不再需要", by=head)
    grants.revoke(grant=given, reason="再一次", by=SYSTEM)

    given.refresh_from_db()
    assert (given.revoked_by, given.revoked_by_label) == (head, head.name)
    assert one.events.filter(type="grant_revoked").count() == 1
    assert given.history.count() == 2
    assert not is_visible(officer, one)


def test_all_grants_of_one_person_are_revoked_and_no_others() -> None:
    one, officer, other = dossier(), person(Role.OFFICER), person(Role.OFFICER)
    grant(one, user=officer)
    grant(one, user=officer, permission=GrantPermission.HANDLE)
    kept = grant(one, user=other)

    assert grants.revoke_all(dossier=one, user=officer, reason="改派", by=SYSTEM) == 2
    assert list(Grant.objects.live(timezone.localdate()).filter(dossier=one)) == [kept]


@pytest.mark.parametrize("principals", [{}, {"user": True, "role": "head"}, {"department": True, "role": "head"}])
def test_none_or_two_principals_are_refused_by_the_database(principals: dict[str, Any]) -> None:
    values: dict[str, Any] = dict(principals)
    if values.get("user"):
        values["user"] = person(Role.OFFICER)
    if values.get("department"):
        values["department"] = department("jyj")

    with pytest.raises(IntegrityError), transaction.atomic():
        grant(dossier(), **values)


def test_an_end_before_the_beginning_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        grant(dossier(), user=person(Role.OFFICER), starts=0, ends=-1)


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


def test_opening_a_dossier_gives_number_event_and_the_handler_their_grant() -> None:
    officer = person(Role.OFFICER)

    one = dossiers.open_dossier(kind=DossierKind.CASE, numbering="case", by=officer, handler=officer)

    assert one.reference.startswith("广科诚案〔")
    assert [event.type for event in one.events.order_by("seq")] == ["dossier_opened", "grant_given"]
    given = Grant.objects.get(dossier=one)
    assert (given.user, given.permission, given.basis) == (officer, "handle", "team")


def test_handing_over_moves_the_grant_and_records_why() -> None:
    first, second, head = person(Role.OFFICER), person(Role.OFFICER), person(Role.HEAD)
    one = dossier(handler=first)

    dossiers.assign(dossier=one, handler=second, reason="岗位调整", by=head)
    dossiers.assign(dossier=one, handler=second, reason="再一次", by=head)

    assert (is_visible(first, one), is_visible(second, one)) == (False, True)
    assert one.history.first().history_change_reason == "岗位调整"
    event = one.events.get(type="dossier_assigned")
    assert (event.data, event.reason) == ({"handler": second.pk, "previous": first.pk}, "岗位调整")


def test_a_dossier_without_a_handler_gets_its_first_one() -> None:
    one, officer = dossier(), person(Role.OFFICER)

    dossiers.assign(dossier=one, handler=officer, reason="", by=person(Role.HEAD))

    assert one.events.get(type="dossier_assigned").data == {"handler": officer.pk, "previous": None}
    assert is_visible(officer, one)


def test_somebody_who_must_keep_away_cannot_become_the_handler() -> None:
    one, officer = dossier(handler=person(Role.OFFICER)), person(Role.OFFICER)
    exclude(officer, one)

    with pytest.raises(InputRefused, match="已回避") as refused:
        dossiers.assign(dossier=one, handler=officer, reason="", by=person(Role.HEAD))

    assert refused.value.field == "handler"
    assert one.events.filter(type="dossier_assigned").count() == 0


def test_closing_twice_is_one_event() -> None:
    one = dossier()
    dossiers.close_dossier(dossier=one, by=SYSTEM)
    dossiers.close_dossier(dossier=one, by=SYSTEM)

    assert not Dossier.objects.get(pk=one.pk).is_open
    assert one.events.filter(type="dossier_closed").count() == 1


ACTIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "give": lambda have: grant(have["dossier"], user=have["officer"]),
    "revoke": lambda have: grants.revoke(grant=have["grant"], reason="收回", by=SYSTEM),
    "exclude": lambda have: grants.exclude(
        dossier=have["dossier"], user=have["officer"], source=ExclusionSource.ORDERED, reason="回避", by=SYSTEM
    ),
    "carry": lambda have: grants.carry(exclusion=have["exclusion"], dossier=have["drawn"], by=SYSTEM),
    "propose_lift": lambda have: grants.propose_lift(exclusion=have["exclusion"], reason="查明", by=have["keeper"]),
    "lift": lambda have: grants.lift(exclusion=have["proposed"], by=have["keeper"]),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_a_failing_event_undoes_the_whole_step(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = dossier()
    have = {"dossier": one, "officer": person(Role.OFFICER), "keeper": person(Role.SECADMIN)}
    have["grant"] = grant(one, user=person(Role.OFFICER))
    have["drawn"] = dossier()
    have["exclusion"] = exclude(person(Role.OFFICER), one)
    have["proposed"] = exclude(person(Role.OFFICER), one)
    grants.propose_lift(exclusion=have["proposed"], reason="查明", by=person(Role.SECADMIN))

    def state() -> tuple[Any, ...]:
        return (
            list(Grant.objects.order_by("pk").values()),
            list(Exclusion.objects.order_by("pk").values()),
            stored_rows(),
            Event.objects.count(),
            Grant.history.count(),
            Exclusion.history.count(),
        )

    before = state()

    def fails(**_values: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(grants, "record_event", fails)
    with pytest.raises(RuntimeError):
        ACTIONS[name](have)

    assert state() == before


def check_grants() -> str:
    output = StringIO()
    try:
        call_command("check_grants", stdout=output)
    except CommandError as error:
        return f"{output.getvalue()}{error}"
    return output.getvalue()


def test_the_nightly_check_finds_rows_that_were_written_past_the_actions() -> None:
    one, officer, office = dossier(), person(Role.OFFICER), department("jyj")
    grant(one, user=officer, permission=GrantPermission.HANDLE)
    grant(one, department=office)
    grant(one, user=person(Role.OFFICER), starts=-9, ends=-1)
    grants.revoke(grant=grant(one, role="legal"), reason="收回", by=SYSTEM)
    assert "rows agree with the grants" in check_grants()

    DossierUserPermission.objects.filter(content_object=one, user=officer, permission__codename="view_dossier").delete()
    row = DossierGroupPermission.objects.get(content_object=one)
    DossierUserPermission(content_object=one, user=person(Role.MEMBER), permission=row.permission).save()

    found = check_grants()
    assert f"missing: dossier {one.pk}, user:{officer.pk}, view_dossier" in found
    assert f"without a grant: dossier {one.pk}, user:" in found
    assert "2 differences" in found
