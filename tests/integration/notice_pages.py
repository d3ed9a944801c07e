"""What the tests of the pages of notices share."""

from __future__ import annotations

import secrets

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notices.models import Notice
from tests.factories.notices import content_of

PAGES = {
    "notice-detail": "published",
    "notice-edit": "draft",
    "notice-secrecy": "draft",
    "notice-review": "review",
    "notice-publish": "approved",
    "notice-schedule": "approved",
    "notice-correct": "published",
    "notice-withdraw": "published",
}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(name: str, notice: Notice) -> str:
    return reverse(f"notices:{name}", args=[notice.dossier.reference])


def send(client: Client, url: str, **values):
    return client.post(url, {"idempotency_key": secrets.token_hex(16), **values})


def words(response) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def form_of(notice: Notice, **changes):
    now = content_of(notice)
    values = {
        "seen_hash": notice.content_hash,
        "title": now.title,
        "intro": now.intro,
        "name_profile": now.name_profile,
        "until": now.until.isoformat() if now.until else "",
        "included": list(now.included),
        "kept": list(now.kept),
    }
    return values | changes
