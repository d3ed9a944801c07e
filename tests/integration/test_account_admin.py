"""Pages of the administrators: accounts opened, given roles, closed, reset, each by the right one of the two."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from casework.models import Event, OneTimeCode
from tests.factories import department, person
from tests.factories.visits import send, signed_in, text_of
from tests.integration.account_pages import CHANGE, LOGIN, TODAY, device_of, sign_in

pytestmark = pytest.mark.django_db
PEOPLE = "/accounts/people/"


def test_the_pages_of_the_administrators_do_not_exist_for_others() -> None:
    someone = person(Role.OFFICER)
    urls = [PEOPLE, f"{PEOPLE}open/", f"{PEOPLE}{someone.pk}/"]
    for url in urls:
        assert Client().get(url)["Location"].startswith(LOGIN)
        for role in (Role.HEAD, Role.AUDITOR, Role.OFFICER):
            assert signed_in(person(role)).get(url).status_code == 404
        assert signed_in(person(Role.SYSADMIN)).get(url).status_code == 200
        # Opening accounts is not the other administrator's work: no form that could only be refused.
        expected = 403 if url.endswith("/open/") else 200
        assert signed_in(person(Role.SECADMIN)).get(url).status_code == expected
    client = signed_in(person(Role.OFFICER))
    membership = someone.memberships.get().pk
    for url in (f"memberships/{membership}/end/", "memberships/give/", "close/", "password/"):
        assert send(client, f"{PEOPLE}{someone.pk}/{url}").status_code == 404


def test_an_account_is_opened_by_one_administrator_and_given_a_role_by_the_other() -> None:
    opener, giver = signed_in(person(Role.SYSADMIN)), signed_in(person(Role.SECADMIN))

    opened = send(opener, f"{PEOPLE}open/", username="wangyue", name="王悦")
    user = User.objects.get(username="wangyue")
    shown = text_of(opener.get(opened["Location"]))
    password = re.search(r"首次密码是 (\S+)，只显示这一次", shown)
    assert password is not None
    assert password[1] not in text_of(opener.get(opened["Location"]))
    given = send(
        giver,
        f"{PEOPLE}{user.pk}/memberships/give/",
        department=department().pk,
        role="officer",
        valid_from=str(timezone.localdate()),
    )
    assert given["Location"] == f"{PEOPLE}{user.pk}/"

    client = Client()
    sign_in(client, user, password[1])
    assert client.get(TODAY)["Location"] == CHANGE
    assert user.memberships.get().role == "officer"


def test_what_is_wrong_with_an_account_stands_beside_what_was_typed() -> None:
    opener, giver = signed_in(person(Role.SYSADMIN)), signed_in(person(Role.SECADMIN))
    user = person(Role.OFFICER)

    page = send(opener, f"{PEOPLE}open/", username=user.username, name="王悦")
    assert (page.status_code, "王悦" in page.content.decode()) == (422, True)
    give = f"{PEOPLE}{user.pk}/memberships/give/"
    typed = {"department": department().pk, "valid_from": "2026-02-02", "role": "auditor"}
    page = send(giver, give, **typed)
    assert (page.status_code, "互斥" in text_of(page)) == (422, True)
    page = send(giver, give, **(typed | {"role": "legal", "valid_to": "2026-01-01"}))
    assert (page.status_code, "不能早于" in text_of(page)) == (422, True)
    assert user.memberships.count() == 1


def test_the_administrators_close_reset_clear_and_take_back() -> None:
    opener, giver, user = signed_in(person(Role.SYSADMIN)), signed_in(person(Role.SECADMIN)), person(Role.OFFICER)
    device_of(user)
    base, membership = f"{PEOPLE}{user.pk}/", user.memberships.get().pk

    for client, url, typed in (
        (opener, "close/", {"reason": "离职"}),
        (opener, "reopen/", {"reason": "返岗"}),
        (opener, "password/", {}),
        (giver, "clearance/", {"clearance": "3", "reason": "承办封存案件"}),
        (giver, "device/", {"reason": "手机丢失"}),
        (giver, f"memberships/{membership}/end/", {"reason": "转岗"}),
    ):
        assert send(client, base + url, **typed)["Location"] == base, url

    types = ["account_closed", "account_reopened", "password_reset", "clearance_set", "second_factor_removed"]
    for type in [*types, "membership_ended"]:
        assert Event.objects.filter(type=type, subject_pk=str(user.pk)).count() == 1, type
    user = User.objects.get(pk=user.pk)
    assert (user.is_active, user.clearance, user.must_change_password) == (True, 3, True)
    page = text_of(giver.get(base))
    assert "已收回" in page
    assert "承办封存案件" in page
    assert send(giver, f"{base}promote/").status_code == 404
    assert send(giver, f"{base}close/", reason="离职").status_code == 403
    assert giver.get(f"{base}close/").status_code == 405


def test_nothing_is_taken_from_a_person_by_a_single_press_without_a_reason() -> None:
    opener, giver, user = signed_in(person(Role.SYSADMIN)), signed_in(person(Role.SECADMIN)), person(Role.OFFICER)
    device_of(user)
    base, membership = f"{PEOPLE}{user.pk}/", user.memberships.get().pk

    for client, url in ((opener, "close/"), (giver, "device/"), (giver, f"memberships/{membership}/end/")):
        page = send(client, base + url, reason=" ")
        assert (page.status_code, "请写明理由" in text_of(page)) == (422, True), url
    page = send(giver, f"{base}clearance/", clearance="7", reason="承办封存案件")
    assert (page.status_code, "承办封存案件" in page.content.decode()) == (422, True), "what was typed stays"

    user = User.objects.get(pk=user.pk)
    assert (user.is_active, user.memberships.get().is_revoked) == (True, False)
    assert OneTimeCode.objects.filter(user=user).exists()


def test_an_account_name_is_what_the_hint_says_it_is() -> None:
    page = send(signed_in(person(Role.SYSADMIN)), f"{PEOPLE}open/", username="Wang Yue!", name="王悦")
    assert (page.status_code, "账号只能用小写字母" in text_of(page)) == (422, True)


def test_the_list_finds_people_by_name_or_account_and_leads_on() -> None:
    client = signed_in(person(Role.SYSADMIN))
    wanted = person(Role.OFFICER, name="陆听澜", username="lutinglan")
    for words in ("听澜", "LUTING"):
        page = text_of(client.get(PEOPLE, {"q": words}))
        assert "陆听澜" in page
        assert "共享" not in page
    for n in range(51):
        User.objects.create_user(f"many{n}", name="众人")
    first = client.get(PEOPLE)
    assert "陆听澜" not in text_of(first)
    link = BeautifulSoup(first.content, "html.parser").select_one("a[rel=next]")
    assert wanted.name in text_of(client.get(PEOPLE + link["href"]))
