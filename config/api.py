"""What every API answer shares: paging newest first, and refusals as JSON in the reader's language."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from casework.refusals import Refusal


class NewestFirst(CursorPagination):
    """50 rows a page, by descending id. The cursor carries a position, never a value of a hidden row."""

    ordering = "-pk"
    page_size = 50

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The place to go on from. One that was not made here is no place, whatever stands in it."""
        cursor = super().decode_cursor(request)
        place = "0" if cursor is None or cursor.position is None else str(cursor.position)
        if not (place.isascii() and place.isdecimal() and len(place) <= 18):
            raise NotFound(self.invalid_cursor_message)
        return cursor


def answer_refusal(exception: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal keeps its sentence, field and article; everything else is answered as usual."""
    if isinstance(exception, Refusal):
        field = getattr(exception, "field", "")
        body = {"detail": exception.reason, "article": exception.article, "field": field}
        return Response(body, status=exception.status)
    return exception_handler(exception, context)
