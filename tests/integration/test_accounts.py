"""Signing in, the second factor, passwords, sessions, and the pages of the two administrators."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from casework.actions import accounts
from casework.cipher import default_cipher
from casework.models import Event, OneTimeCode
from tests.factories import person
from tests.factories.people import PASSWORD
from tests.factories.visits import send, signed_in, text_of
from tests.integration.account_pages import CHANGE, LOGIN, TODAY, device_of, sign_in

pytestmark = pytest.mark.django_db
CODE = "/accounts/second-factor/"
SETUP = "/accounts/second-factor/setup/"
CODE_FOR_TODAY = f"{CODE}?next={TODAY}"


STRONG = "山高水长-2026-广元"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_password_opens_the_day() -> None:
    user, client = person(Role.OFFICER), Client()
    assert client.get(LOGIN).status_code == 200

    assert sign_in(client, user)["Location"] == TODAY
    assert client.get(TODAY).status_code == 200


def test_a_sign_in_makes_no_row_in_the_history_of_the_account() -> None:
    user = person(Role.OFFICER)
    before = user.history.count()
    sign_in(Client(), user)

    assert user.history.count() == before


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [("/sharing/", "/sharing/"), ("https://evil.example/", TODAY), ("//evil.example", TODAY), ("", TODAY)],
)
def test_signing_in_leads_back_to_our_own_pages_only(wanted: str, led_to: str) -> None:
    user = person(Role.OFFICER)
    response = Client().post(LOGIN, {"username": user.username, "password": PASSWORD, "next": wanted})
    assert response["Location"] == led_to


def test_wrong_name_wrong_password_and_a_closed_account_read_the_same() -> None:
    user, closed = person(Role.OFFICER), person(Role.OFFICER)
    accounts.close_account(user=closed, reason="离职", by=person(Role.SYSADMIN))
    client = Client()

    pages = [
        client.post(LOGIN, {"username": "nobody", "password": PASSWORD}),
        sign_in(client, user, "wrong"),
        sign_in(client, closed),
    ]

    assert {page.status_code for page in pages} == {422}
    sentences = {BeautifulSoup(page.content, "html.parser").select_one(".error-summary").get_text() for page in pages}
    assert len(sentences) == 1
    assert "账号或密码不正确" in sentences.pop()
    assert client.get(TODAY).status_code == 302


def test_five_failures_lock_this_name_at_this_address_and_nothing_else() -> None:
    user, colleague = person(Role.OFFICER), person(Role.OFFICER)
    client, here, elsewhere = Client(), {"REMOTE_ADDR": "10.0.0.1"}, {"REMOTE_ADDR": "10.0.0.2"}
    for _again in range(5):
        answer = sign_in(client, user, "wrong", **here)

    assert answer.status_code == 429
    assert "15 分钟后可以再试" in text_of(answer)
    assert sign_in(Client(), user, **here).status_code == 429
    assert sign_in(Client(), user, **elsewhere)["Location"] == TODAY
    assert sign_in(Client(), colleague, **here)["Location"] == TODAY
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        assert sign_in(Client(), user, **here)["Location"] == TODAY


def test_behind_our_proxy_the_address_it_appended_counts(settings: Any) -> None:
    settings.BEHIND_PROXY = True
    user = person(Role.OFFICER)
    first = {"REMOTE_ADDR": "172.18.0.2", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 10.0.0.1"}
    forged = {"REMOTE_ADDR": "172.18.0.2", "HTTP_X_FORWARDED_FOR": "9.9.9.9, 10.0.0.1"}
    other = {"REMOTE_ADDR": "172.18.0.2", "HTTP_X_FORWARDED_FOR": "10.0.0.2"}
    for _again in range(5):
        sign_in(Client(), user, "wrong", **first)

    assert sign_in(Client(), user, **forged).status_code == 429
    assert sign_in(Client(), user, **other)["Location"] == TODAY


def bound(client: Client) -> OneTimeCode:
    """The authenticator a telephone would hold after typing in the key of the page."""
    secret = BeautifulSoup(client.get(SETUP).content, "html.parser").select_one(".ref.long").get_text(strip=True)
    device = OneTimeCode(token=uuid.uuid4())
    device.key_cipher = default_cipher().seal(base64.b32decode(secret).hex(), device.context)
    return device


@pytest.mark.parametrize("role", [Role.HEAD, Role.BUREAU, Role.CUSTODIAN, Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_these_roles_work_only_after_a_second_factor(role: Role) -> None:
    user, client = person(role), Client()
    sign_in(client, user)

    assert client.get(TODAY)["Location"] == CODE_FOR_TODAY
    assert client.get(CODE)["Location"] == SETUP
    phone = bound(client)
    assert send(client, SETUP, code=wrong(phone.code_now())).status_code == 422
    assert not OneTimeCode.objects.exists()
    assert client.get(TODAY)["Location"] == CODE_FOR_TODAY
    assert send(client, SETUP, code=phone.code_now())["Location"] == TODAY
    assert client.get(TODAY).status_code == 200


def test_the_same_key_is_shown_until_it_is_confirmed_and_never_again() -> None:
    user, client = person(Role.HEAD), Client()
    sign_in(client, user)
    phone = bound(client)
    assert bound(client).secret == phone.secret
    assert phone.secret not in str(dict(client.session))
    send(client, SETUP, code=phone.code_now())
    assert OneTimeCode.objects.get(user=user).secret == phone.secret

    later = Client()
    sign_in(later, user)

    assert later.get(SETUP)["Location"] == CODE
    assert phone.secret not in later.get(CODE).content.decode()
    assert bound(client).secret != phone.secret, "a second telephone gets a key of its own"


def test_a_code_is_taken_once_and_wrong_ones_make_waiting_longer() -> None:
    user = person(Role.HEAD)
    device = device_of(user)
    now = timezone.now() + dt.timedelta(minutes=2)
    with time_machine.travel(now, tick=False):
        first, second = Client(), Client()
        for client in (first, second):
            sign_in(client, user)
        code = device.code_now()
        assert first.post(CODE, {"code": f" {code} "})["Location"] == TODAY
        replay = second.post(CODE, {"code": code})
        assert replay.status_code == 422
        assert "不正确或已经用过" in text_of(replay)
        assert second.get(TODAY)["Location"] == CODE_FOR_TODAY
    with time_machine.travel(now + dt.timedelta(minutes=2), tick=False):
        third = Client()
        sign_in(third, user)
        code = device.code_now()
        assert third.post(CODE, {"code": wrong(code)}).status_code == 422
        assert third.post(CODE, {"code": code}).status_code == 422, "right, but too soon after a wrong one"
    with time_machine.travel(now + dt.timedelta(minutes=4), tick=False):
        fourth = Client()
        sign_in(fourth, user)
        for text in ("", "abcdef", "１２３４５６"):
            assert fourth.post(CODE, {"code": text}).status_code == 422
    with time_machine.travel(now + dt.timedelta(minutes=9), tick=False):
        fifth = Client()
        sign_in(fifth, user)
        assert fifth.post(CODE, {"code": device.code_now(), "next": "/sharing/"})["Location"] == "/sharing/"


def test_whoever_bound_an_authenticator_is_always_asked_for_it_and_led_on() -> None:
    user, client = person(Role.OFFICER), Client()
    device = device_of(user)
    sign_in(client, user)

    asked = client.get("/sharing/?before=7")["Location"]
    assert asked == f"{CODE}?next=/sharing/%3Fbefore%3D7"
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        assert client.post(asked, {"code": device.code_now()})["Location"] == "/sharing/?before=7"
        assert client.get(TODAY).status_code == 200


def test_an_authenticator_that_was_removed_ends_the_session_it_opened() -> None:
    user, client = person(Role.HEAD), Client()
    sign_in(client, user)
    send(client, SETUP, code=bound(client).code_now())
    assert client.get(TODAY).status_code == 200

    accounts.remove_device(user=user, reason="手机丢失", by=person(Role.SECADMIN))

    assert client.get(TODAY)["Location"] == CODE_FOR_TODAY


def test_half_an_hour_without_a_click_ends_the_session_and_work_keeps_it() -> None:
    assert settings.SESSION_COOKIE_AGE == 1800
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    user, client, start = person(Role.OFFICER), Client(), timezone.now()
    with time_machine.travel(start, tick=False):
        sign_in(client, user)
    for minutes in (29, 58):
        with time_machine.travel(start + dt.timedelta(minutes=minutes), tick=False):
            assert client.get(TODAY).status_code == 200
    with time_machine.travel(start + dt.timedelta(minutes=58 + 31), tick=False):
        assert client.get(TODAY)["Location"].startswith(LOGIN)


def test_a_closed_account_is_refused_at_the_next_click() -> None:
    user = person(Role.OFFICER)
    client = signed_in(user)
    assert client.get(TODAY).status_code == 200

    accounts.close_account(user=user, reason="离职", by=person(Role.SYSADMIN))

    assert client.get(TODAY)["Location"].startswith(LOGIN)


def test_a_first_password_must_be_changed_before_anything_else() -> None:
    user, client = person(Role.OFFICER), Client()
    password = accounts.reset_password(user=user, by=person(Role.SYSADMIN))
    sign_in(client, user, password)
    for url in (TODAY, "/sharing/", "/accounts/me/"):
        assert client.get(url)["Location"] == CHANGE
    assert "初始密码" in text_of(client.get(CHANGE))
    typed = {"old_password": password, "new_password": STRONG, "repeat_password": STRONG}

    for changes, sentence in (
        ({"old_password": "wrong"}, "现在的密码不正确"),
        ({"repeat_password": "other"}, "两次输入的新密码不一样"),
        ({"new_password": "12345678901", "repeat_password": "12345678901"}, ""),
    ):
        refused = send(client, CHANGE, **(typed | changes))
        assert refused.status_code == 422
        assert sentence in text_of(refused)
    assert send(client, CHANGE, **typed)["Location"] == "/accounts/me/"

    assert client.get(TODAY).status_code == 200
    assert sign_in(Client(), user, STRONG)["Location"] == TODAY


def test_a_reset_is_told_on_every_page_until_the_person_says_that_they_know() -> None:
    """Whoever resets a password could sign in with it first; the person must be able to see it."""
    user, client, keeper = person(Role.OFFICER), Client(), person(Role.SYSADMIN, name="青石")
    password = accounts.reset_password(user=user, by=keeper)
    sign_in(client, user, password)
    told, seen = "由 青石 重设", "/accounts/password/reset-seen/"
    assert told in text_of(client.get(CHANGE)) and seen not in client.get(CHANGE).content.decode()
    assert send(client, seen)["Location"] == CHANGE, "first of all a password of their own"
    send(client, CHANGE, old_password=password, new_password=STRONG, repeat_password=STRONG)

    assert told in text_of(client.get(TODAY)) and seen in client.get(TODAY).content.decode()
    keys = {"key": "d" * 32}
    assert send(client, seen, **keys)["Location"] == send(client, seen, **keys)["Location"] == "/accounts/me/"

    assert told not in text_of(client.get(TODAY))
    assert "重设密码" in text_of(client.get("/accounts/me/")) and "青石" in text_of(client.get("/accounts/me/"))
    assert Event.objects.filter(type="password_reset_seen", actor=user).count() == 1
    assert client.get(seen).status_code == 405
    assert Client().post(seen).status_code == 302


def test_the_security_administrator_reads_resets_and_authenticators_on_the_account() -> None:
    user, keeper = person(Role.HEAD), person(Role.SYSADMIN, name="青石")
    accounts.reset_password(user=user, by=keeper)
    device_of(user)

    page = text_of(signed_in(person(Role.SECADMIN)).get(f"/accounts/people/{user.pk}/"))

    assert "青石 重设密码" in page and f"{user.name} 绑定第二因素" in page


def test_a_stolen_password_alone_cannot_set_a_new_one() -> None:
    user, thief = person(Role.HEAD), Client()
    device = device_of(user)
    sign_in(thief, user)
    typed = {"old_password": PASSWORD, "new_password": STRONG, "repeat_password": STRONG}

    assert thief.get(CHANGE)["Location"] == f"{CODE}?next={CHANGE}"
    assert send(thief, CHANGE, **typed)["Location"] == CODE_FOR_TODAY
    user.refresh_from_db()
    assert user.check_password(PASSWORD)

    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        assert thief.post(f"{CODE}?next={CHANGE}", {"code": device.code_now()})["Location"] == CHANGE
        assert send(thief, CHANGE, **typed)["Location"] == "/accounts/me/"


def test_after_a_reset_the_authenticator_is_asked_for_before_the_new_password() -> None:
    user, client = person(Role.HEAD), Client()
    device = device_of(user)
    password = accounts.reset_password(user=user, by=person(Role.SYSADMIN))
    sign_in(client, user, password)

    assert client.get(TODAY)["Location"] == CODE_FOR_TODAY
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        client.post(CODE, {"code": device.code_now()})
        assert client.get(TODAY)["Location"] == CHANGE


def test_another_session_of_the_same_person_ends_when_the_password_changes() -> None:
    user, here, there = person(Role.OFFICER), Client(), Client()
    for client in (here, there):
        sign_in(client, user)
    send(here, CHANGE, old_password=PASSWORD, new_password=STRONG, repeat_password=STRONG)

    assert here.get(TODAY).status_code == 200
    assert there.get(TODAY)["Location"].startswith(LOGIN)


def test_signing_out_is_a_press_of_a_button() -> None:
    client = signed_in(person(Role.OFFICER))
    assert client.get("/accounts/logout/").status_code == 405

    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get(TODAY)["Location"].startswith(LOGIN)


def test_the_own_account_shows_posts_and_the_state_of_the_second_factor() -> None:
    page = text_of(signed_in(person(Role.OFFICER)).get("/accounts/me/"))
    assert "办案人员" in page
    assert "未启用" in page
    assert "已启用" in text_of(signed_in(person(Role.HEAD)).get("/accounts/me/"))


def test_a_demo_code_is_shown_on_a_development_machine_only(settings: Any) -> None:
    user, client = person(Role.HEAD), Client()
    device = device_of(user)
    device.name = "演示"
    device.save()
    sign_in(client, user)

    assert device.code_now() not in text_of(client.get(CODE))
    settings.DEBUG = True
    assert device.code_now() in text_of(client.get(CODE))
