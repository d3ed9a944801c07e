"""Pages that belong to no app: health, robots, errors."""

from __future__ import annotations

import sys

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import defaults
from django.views.decorators.http import require_safe

from config.faults import passing_fault
from config.middleware import refusal_page


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers. Says nothing else: no version, no counts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read the portal pages; whether a notice itself is indexed is its own choice (meta robots)."""
    lines = ["User-agent: *", "Disallow: /report/return/", "Disallow: /accounts/", "Disallow: /api/", "Allow: /"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or came from elsewhere. What was typed is still in the browser: say how to get it back."""
    return render(request, "csrf_403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last page there is. A fault that passes, met where no view ran (reading a form, keeping a session), says so."""
    fault = passing_fault(sys.exc_info()[1])
    return refusal_page(request, fault, back="") if fault else defaults.server_error(request)
