"""Accounts, roles, clearances and second factors: two administrators, neither acting on their own account."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.enums import Clearance, DepartmentKind, Role
from accounts.models import Department, Membership, User
from casework.actions import accounts
from casework.actors import SYSTEM
from casework.cipher import CipherError
from casework.models import Event, OneTimeCode
from casework.refusals import AccessDenied, InputRefused
from tests.factories import department, person
from tests.factories.people import account_event, roles_of

pytestmark = pytest.mark.django_db


STRONG = "山高水长-2026-广元"


def test_a_new_account_has_no_role_and_a_first_password_that_must_be_changed() -> None:
    keeper = person(Role.SYSADMIN)

    user, password = accounts.open_account(username=" wangyue ", name="王悦", by=keeper)

    assert (user.username, user.check_password(password), user.must_change_password) == ("wangyue", True, True)
    assert roles_of(user) == frozenset()
    assert account_event("account_opened", user).actor == keeper
    assert user.history.get().history_user == keeper
    assert "password" not in {field.name for field in user.history.model._meta.fields}


@pytest.mark.parametrize(
    ("username", "name", "field"),
    [("王悦", "王悦", "username"), ("", "王悦", "username"), ("wang yue", "王悦", "username"), ("wangyue", "", "name")],
)
def test_an_account_needs_a_plain_free_name(username: str, name: str, field: str) -> None:
    with pytest.raises(InputRefused) as refused:
        accounts.open_account(username=username, name=name, by=person(Role.SYSADMIN))
    assert refused.value.field == field


def test_an_account_name_is_used_once() -> None:
    keeper = person(Role.SYSADMIN)
    accounts.open_account(username="wangyue", name="王悦", by=keeper)

    with pytest.raises(InputRefused) as refused:
        accounts.open_account(username="wangyue", name="另一人", by=keeper)
    assert refused.value.field == "username"


def test_closing_and_reopening_are_events_and_change_nothing_twice() -> None:
    keeper, user = person(Role.SYSADMIN), person(Role.OFFICER)

    for _again in range(2):
        accounts.close_account(user=user, reason="离职", by=keeper)
    assert not User.objects.get(pk=user.pk).is_active
    assert roles_of(user) == frozenset()
    assert account_event("account_closed", user).reason == "离职"

    for _again in range(2):
        accounts.reopen_account(user=user, reason="返聘", by=keeper)
    assert roles_of(user) == {"officer"}
    assert account_event("account_reopened", user).reason == "返聘"
    assert [row.history_change_reason for row in user.history.all()[:2]] == ["返聘", "离职"]


def test_a_reset_password_is_shown_once_and_must_be_changed() -> None:
    user = person(Role.OFFICER)

    keeper = person(Role.SYSADMIN)
    password = accounts.reset_password(user=user, by=keeper)

    stored = User.objects.get(pk=user.pk)
    assert stored.check_password(password)
    assert stored.must_change_password
    assert password not in str(account_event("password_reset", user).data)
    assert stored.password_reset_by == account_event("password_reset", user).actor == keeper


@pytest.mark.parametrize("weak", ["123456789012", "short", "password123", "officer-own-name"])
def test_a_weak_password_is_refused_with_the_rule_it_breaks(weak: str) -> None:
    user = person(Role.OFFICER, username="officer-own-name")

    with pytest.raises(InputRefused) as refused:
        accounts.change_own_password(password=weak, by=user)
    assert refused.value.field == "new_password"


def test_a_strong_password_ends_the_duty_to_change_it() -> None:
    user = person(Role.OFFICER)
    accounts.reset_password(user=user, by=person(Role.SYSADMIN))

    accounts.change_own_password(password=STRONG, by=user)

    stored = User.objects.get(pk=user.pk)
    assert stored.check_password(STRONG)
    assert not stored.must_change_password
    assert stored.password_reset_at is not None, "a new password does not say that the person knows of the reset"
    assert account_event("password_set", user).actor == user


def test_saying_that_one_knows_of_a_reset_is_on_record_once() -> None:
    user = person(Role.OFFICER)
    accounts.reset_password(user=user, by=person(Role.SYSADMIN))

    accounts.acknowledge_reset(by=user)
    accounts.acknowledge_reset(by=user)

    assert account_event("password_reset_seen", user).actor == user
    assert Event.objects.filter(type="password_reset_seen").count() == 1
    assert User.objects.get(pk=user.pk).password_reset_by is None
    assert user.history.first().history_change_reason == "知悉密码重设"


def test_a_clearance_is_set_once_and_only_from_the_list() -> None:
    keeper, user = person(Role.SECADMIN), person(Role.OFFICER, clearance=1)

    for _again in range(2):
        accounts.set_clearance(user=user, clearance=Clearance.SENSITIVE, reason="承办敏感案件", by=keeper)
    assert User.objects.get(pk=user.pk).clearance == 2
    assert (account_event("clearance_set", user).data, account_event("clearance_set", user).reason) == (
        {"clearance": 2},
        "承办敏感案件",
    )
    with pytest.raises(InputRefused):
        accounts.set_clearance(user=user, clearance=9, reason="", by=keeper)


def unconfirmed(user: User) -> OneTimeCode:
    device = OneTimeCode.fresh(user)
    device.save()
    return device


def test_a_new_authenticator_replaces_the_old_one_after_its_first_right_code() -> None:
    user = person(Role.HEAD)
    old = unconfirmed(user)
    accounts.confirm_device(device=old, code=old.code_now(), by=user)
    new = unconfirmed(user)

    with pytest.raises(InputRefused, match="不正确"):
        accounts.confirm_device(device=new, code="000000" if new.code_now() != "000000" else "111111", by=user)
    assert OneTimeCode.objects.get(user=user, confirmed=True) == old
    new = unconfirmed(user)
    accounts.confirm_device(device=new, code=f" {new.code_now()} ", by=user)

    assert OneTimeCode.objects.get(user=user, confirmed=True) == new
    assert Event.objects.filter(type="second_factor_added", subject_pk=str(user.pk)).count() == 2


def test_the_authenticator_of_somebody_else_is_refused() -> None:
    device = unconfirmed(person(Role.HEAD))

    with pytest.raises(AccessDenied):
        accounts.confirm_device(device=device, code=device.code_now(), by=person(Role.HEAD))


def test_the_database_refuses_a_second_authenticator_in_use() -> None:
    user = person(Role.HEAD)
    for _again in range(2):
        device = unconfirmed(user)
        device.confirmed = True
        if OneTimeCode.objects.filter(user=user, confirmed=True).exists():
            with pytest.raises(IntegrityError), transaction.atomic():
                device.save()
        else:
            device.save()


def test_the_key_of_an_authenticator_is_cipher_text_bound_to_its_row() -> None:
    one, other = unconfirmed(person(Role.HEAD)), unconfirmed(person(Role.HEAD))
    assert one.key.hex() not in one.key_cipher

    one.key_cipher = other.key_cipher
    with pytest.raises(CipherError):
        one.code_now()


def test_a_lost_authenticator_is_removed_by_the_security_administrator() -> None:
    user, keeper = person(Role.HEAD), person(Role.SECADMIN)
    device = unconfirmed(user)
    accounts.confirm_device(device=device, code=device.code_now(), by=user)

    accounts.remove_device(user=user, reason="手机丢失", by=keeper)

    assert not OneTimeCode.objects.filter(user=user).exists()
    assert account_event("second_factor_removed", user).reason == "手机丢失"


def test_a_department_is_added_once() -> None:
    keeper = person(Role.SECADMIN)
    first = accounts.add_department(code="jyj", kind=DepartmentKind.MEMBER, short_name="市教育局", by=keeper)

    assert accounts.add_department(code="jyj", kind=DepartmentKind.MEMBER, short_name="另名", by=SYSTEM) == first
    assert Event.objects.filter(type="department_added").count() == 1
    with pytest.raises(AccessDenied):
        accounts.add_department(code="wjw", kind=DepartmentKind.MEMBER, short_name="", by=person(Role.OFFICER))


def test_a_wrong_code_counts_for_whoever_loaded_the_authenticator_before() -> None:
    """Two browsers that read the row at the same time: the second guess must wait, even with the right code."""
    user = person(Role.HEAD)
    device = unconfirmed(user)
    first, second = (OneTimeCode.objects.get(pk=device.pk) for _browser in range(2))
    right = device.code_now()

    assert not first.verify_token("000000" if right != "000000" else "111111")
    assert not second.verify_token(right)
    assert OneTimeCode.objects.get(pk=device.pk).throttling_failure_count == 1


def test_a_code_for_an_authenticator_that_is_gone_is_wrong() -> None:
    device = unconfirmed(person(Role.HEAD))
    code = device.code_now()
    OneTimeCode.objects.filter(pk=device.pk).delete()

    assert not device.verify_token(code)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_guesses_at_once_are_one_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    device = unconfirmed(person(Role.HEAD))
    start, judged, wrong = threading.Barrier(10), [], "000000" if device.code_now() != "000000" else "111111"
    totp = OneTimeCode._totp
    # A slow machine must not let the waiting time run out between two guesses.
    monkeypatch.setattr(OneTimeCode, "get_throttle_factor", lambda _self: 600)
    monkeypatch.setattr(OneTimeCode, "_totp", lambda self: judged.append(1) or totp(self))

    def guess() -> None:
        mine = OneTimeCode.objects.get(pk=device.pk)
        start.wait()
        try:
            mine.verify_token(wrong)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _again in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(judged) == 1
    assert OneTimeCode.objects.get(pk=device.pk).throttling_failure_count == 1


ACTIONS: dict[str, tuple[Role, Callable[[User, User], Any]]] = {
    "open": (Role.SYSADMIN, lambda _user, by: accounts.open_account(username="new", name="新人", by=by)),
    "close": (Role.SYSADMIN, lambda user, by: accounts.close_account(user=user, reason="离职", by=by)),
    "reset": (Role.SYSADMIN, lambda user, by: accounts.reset_password(user=user, by=by)),
    "clear": (Role.SECADMIN, lambda user, by: accounts.set_clearance(user=user, clearance=3, reason="", by=by)),
    "give": (
        Role.SECADMIN,
        lambda user, by: accounts.give_membership(user=user, department=department(), role=Role.LEGAL, by=by),
    ),
    "end": (
        Role.SECADMIN,
        lambda user, by: accounts.end_membership(membership=user.memberships.get(), reason="转岗", by=by),
    ),
    "device": (Role.SECADMIN, lambda user, by: accounts.remove_device(user=user, reason="丢失", by=by)),
    "department": (
        Role.SECADMIN,
        lambda _user, by: accounts.add_department(code="new", kind="member", short_name="新", by=by),
    ),
}


OTHERS = {Role.SYSADMIN: Role.SECADMIN, Role.SECADMIN: Role.SYSADMIN}


@pytest.mark.parametrize("name", ACTIONS)
def test_each_administrator_does_their_own_work_and_not_the_others(name: str) -> None:
    role, action = ACTIONS[name]
    for wrong in (OTHERS[role], Role.HEAD, Role.AUDITOR):
        with pytest.raises(AccessDenied, match="没有这项权限"):
            action(person(Role.OFFICER), person(wrong))
    action(person(Role.OFFICER), person(role))


@pytest.mark.parametrize("name", ["close", "reset", "clear", "give", "end", "device"])
def test_nobody_acts_on_their_own_account(name: str) -> None:
    role, action = ACTIONS[name]
    keeper = person(role)

    with pytest.raises(AccessDenied, match="自己的账号"):
        action(keeper, keeper)


def test_nobody_reopens_their_own_account() -> None:
    keeper = person(Role.SYSADMIN)
    with pytest.raises(AccessDenied, match="自己的账号"):
        accounts.reopen_account(user=keeper, reason="", by=keeper)


@pytest.mark.parametrize("name", ACTIONS)
def test_a_failing_event_undoes_the_whole_step(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    role, action = ACTIONS[name]
    user, keeper = person(Role.OFFICER), person(role)
    unconfirmed(user)
    department()

    def state() -> tuple[Any, ...]:
        models: list[Any] = [User, Membership, OneTimeCode, Department]
        rows = [list(model.objects.order_by("pk").values()) for model in models]
        return rows, sorted(user.groups.values_list("name", flat=True)), User.history.count(), Event.objects.count()

    before = state()

    def fails(**_values: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(accounts, "record_event", fails)
    with pytest.raises(RuntimeError):
        action(user, keeper)

    assert state() == before
