"""How often one place may try something in an hour, without storing the place.

A row is a keyed hash of purpose, address and hour; rows of earlier days are removed with the next count, so that not
even the holder of the key can learn afterwards who had been here. Counted in the database: all processes see it.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from casework.cipher import blind_index
from notices.models import ThrottleCount

WRONG_RECEIPTS_PER_HOUR = 10
REPORTS_PER_HOUR = 20


def place_of(request: HttpRequest) -> str:
    """The address the request came from; behind a trusted proxy the last one the proxy wrote down."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
        if forwarded:
            return str(forwarded)
    return str(request.META.get("REMOTE_ADDR", ""))


def is_over(purpose: str, place: str, *, limit: int, now: dt.datetime) -> bool:
    """Has this place reached the limit in this hour?"""
    counts = ThrottleCount.objects.filter(bucket=_bucket(purpose, place, now))
    return (counts.values_list("count", flat=True).first() or 0) >= limit


@transaction.atomic
def count(purpose: str, place: str, *, now: dt.datetime) -> None:
    """One more try. Must run outside a transaction that may still be undone, or the try is forgotten."""
    day = timezone.localdate(now)
    ThrottleCount.objects.filter(day__lt=day).delete()
    bucket = _bucket(purpose, place, now)
    ThrottleCount.objects.get_or_create(bucket=bucket, defaults={"day": day})
    row = ThrottleCount.objects.select_for_update().get(bucket=bucket)
    row.count += 1
    row.save(update_fields=["count"])


def _bucket(purpose: str, place: str, now: dt.datetime) -> str:
    return blind_index(f"throttle:{purpose}", f"{place}|{timezone.localtime(now):%Y-%m-%d %H}")
