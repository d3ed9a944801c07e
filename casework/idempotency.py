"""`once`: a form sent twice has one effect. The second sending is led to where the first one went (B25, I15)."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _

from casework.models import IdempotencyKey
from casework.refusals import InputRefused

QUERY_LIFETIME = dt.timedelta(minutes=10)
_KEY = re.compile(r"[0-9a-f]{32}")


def new_key() -> str:
    """A fresh key for a form about to be shown."""
    return secrets.token_hex(16)


def forget_queries(now: dt.datetime) -> int:
    """Clear what stands behind the "?" of the addresses that forms led to more than ten minutes ago; returns how many.

    Something in passing may ride there, such as a receipt under seal (integrity.slips); the key itself stays.
    """
    old = list(IdempotencyKey.objects.filter(made_at__lt=now - QUERY_LIFETIME, location__contains="?"))
    for row in old:
        row.location = row.location.partition("?")[0]
        row.save(update_fields=["location"])
    return len(old)


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For every view that changes something. One transaction holds the key, the change and its events.

    A POST without a proper key is refused. A response that is not a redirect (the form shown again with its errors)
    gives the key back, so that the corrected form may be sent.
    """

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        key = request.POST.get("idempotency_key", "")
        if not _KEY.fullmatch(key):
            raise InputRefused(_("页面已经过期，请重新打开这一页再提交。"))
        owner = _owner(request)
        try:
            with transaction.atomic():
                row = IdempotencyKey(owner=owner, key=key)
                row.save(force_insert=True)
                response = view(request, *args, **kwargs)
                if isinstance(response, HttpResponseRedirect):
                    # Unescaped, Chinese words in an address are one character each instead of nine.
                    row.location = uri_to_iri(response.url)
                    row.save(update_fields=["location"])
                    if "?" in row.location:
                        forget_queries(timezone.now())
                else:
                    transaction.set_rollback(True)
        except IntegrityError:
            first = IdempotencyKey.objects.filter(owner=owner, key=key).first()
            if first is None:
                raise
            return HttpResponseRedirect(first.location)
        return response

    return wrapper


def _owner(request: HttpRequest) -> str:
    # A visitor without account has no session of ours before the first answer: the csrf cookie marks the browser.
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    mark = hashlib.sha256(request.META.get("CSRF_COOKIE", "").encode()).hexdigest()
    return f"visitor:{mark[:32]}"
