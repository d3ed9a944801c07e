"""Keyset paging, newest first: one row more than the page is read instead of counting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest


@dataclass(frozen=True)
class Page:
    """`next_cursor` is the id to pass as ?before=, empty on the last page."""

    rows: list[Any]
    next_cursor: str
    is_first: bool


def page(queryset: QuerySet, request: HttpRequest, *, size: int = 50) -> Page:
    """The page the request asks for with ?before=<id>. Anything that is not a number means the first page."""
    before = request.GET.get("before", "")
    # isdecimal alone would let full-width and other digits through, and SQLite overflows beyond 18 of them
    is_first = not (before.isascii() and before.isdecimal() and len(before) <= 18)
    if not is_first:
        queryset = queryset.filter(pk__lt=int(before))
    rows = list(queryset.order_by("-pk")[: size + 1])
    more = len(rows) > size
    return Page(rows[:size], str(rows[size - 1].pk) if more else "", is_first)
