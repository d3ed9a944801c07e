"""What every API answer shares: paging newest first, and refusals as JSON in the reader's language."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler

from casework.refusals import Refusal


class NewestFirst(CursorPagination):
    """50 rows a page, by descending id. The cursor carries a position, never a value of a hidden row."""

    ordering = "-pk"
    page_size = 50


def answer_refusal(exception: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal keeps its sentence, field and article; everything else is answered as usual."""
    if isinstance(exception, Refusal):
        field = getattr(exception, "field", "")
        body = {"detail": exception.reason, "article": exception.article, "field": field}
        return Response(body, status=exception.status)
    return exception_handler(exception, context)
