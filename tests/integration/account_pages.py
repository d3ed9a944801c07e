"""What the tests of the pages of accounts share."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from casework.actions import accounts
from casework.models import OneTimeCode
from tests.factories.people import PASSWORD

LOGIN = "/accounts/login/"
TODAY = "/today/"
CHANGE = "/accounts/password/"


def sign_in(client: Client, user: User, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"username": user.username, "password": password}, **more)


def device_of(user: User) -> OneTimeCode:
    device = OneTimeCode.fresh(user)
    device.save()
    return accounts.confirm_device(device=device, code=device.code_now(), by=user)
