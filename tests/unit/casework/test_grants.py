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
from casework.refusals import InputRefused
from tests.factories import department, person
from tests.factories.dossiers import dossier, exclude, grant

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
