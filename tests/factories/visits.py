"""Visitors: a signed-in client, a reporter's browser, and posting a form as a page would."""

from __future__ import annotations

import secrets
from typing import Any

from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.people import standing
from casework.models import OneTimeCode


def signed_in(user: User) -> Client:
    """A client signed in as this person, second factor shown where the role demands one."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if standing(user).needs_second_factor:
        device = OneTimeCode.objects.filter(user=user, confirmed=True).first() or _new_device(user)
        session = client.session
        session["otp_device_id"] = device.persistent_id
        session.save()
    return client


def _new_device(user: User) -> OneTimeCode:
    device = OneTimeCode.fresh(user, name="测试")
    device.confirmed = True
    device.save()
    return device


def send(client: Client, url: str, key: str = "", **values: Any) -> HttpResponse:
    """Post a form with the key every form carries; the same `key` again is the same press of the button."""
    return client.post(url, {"idempotency_key": key or secrets.token_hex(16), **values})


def text_of(response: HttpResponse) -> str:
    """What a person reads on the main part of a page."""
    soup = BeautifulSoup(response.content, "html.parser")
    return " ".join((soup.find("main") or soup).get_text(" ").split())


def queries_of(client: Client, url: str) -> list[str]:
    """The statements a page costs. Savepoints are left out: they come from the transaction the test runs in.

    The first page of a visit also notes that the session is in use, once a minute: that is no cost of this page.
    """
    client.get(reverse("healthz"))
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200
    statements = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in statements if not sql.startswith(("SAVEPOINT", "RELEASE"))]
