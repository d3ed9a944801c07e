"""A reporter's visit: which lead this browser holds the receipt of. Kept in a sealed cookie, never in a stored session.

A session row of ours could carry a colleague's account and the lead side by side; a cookie leaves nothing here.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from casework.cipher import CipherError, default_cipher
from integrity.models import Lead

COOKIE = "report_visit"
PATH = "/report/"
CONTEXT = "notices.visit:browser:lead"
IDLE = dt.timedelta(minutes=30)


def as_visitor(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever opens these pages is a visitor, also a colleague who is signed in: no row may tie the account to a report."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.user = AnonymousUser()
        return view(request, *args, **kwargs)

    return wrapper


def begin(response: HttpResponse, lead: Lead, now: dt.datetime) -> HttpResponse:
    """Let this browser see the lead for the next half hour. Called again with each page, so the time counts from the last."""
    content = json.dumps({"lead": str(lead.dossier.token), "seen": now.isoformat()})
    response.set_cookie(
        COOKIE,
        default_cipher().seal(content, CONTEXT),
        max_age=int(IDLE.total_seconds()),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def lead_of(request: HttpRequest, now: dt.datetime) -> Lead | None:
    """The lead of this visit, or None when no receipt was entered or the browser sat idle for half an hour."""
    try:
        content = json.loads(default_cipher().open(request.COOKIES.get(COOKIE, ""), CONTEXT))
    except CipherError:
        return None
    if now - dt.datetime.fromisoformat(content["seen"]) > IDLE:
        return None
    leads = Lead.objects.select_related("dossier", "refusal_ground", "schema")
    return leads.filter(dossier__token=content["lead"]).first()


def end(response: HttpResponse) -> HttpResponse:
    """Forget the visit in this browser."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return response
