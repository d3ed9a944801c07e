"""What auditors read: events and readings of everything below their secrecy limit. Their own reading is on record too."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from casework.access import auditable_condition, check_right
from casework.enums import AccessKind
from casework.events import EVENT_TYPES, record_access
from casework.forms.audit import AuditFilterForm
from casework.models import AccessEvent, Event
from casework.paging import page
from casework.presenters.house import access_rows, event_rows


@require_safe
def audit_events(request: HttpRequest) -> HttpResponse:
    """What happened, newest first."""
    kinds = sorted((key, str(event_type.label)) for key, event_type in EVENT_TYPES.items())
    return _audit(request, Event.objects.all(), "type", kinds, event_rows, "casework/audit_events.html")


@require_safe
def audit_access(request: HttpRequest) -> HttpResponse:
    """Who looked, searched, took out, newest first."""
    rows = AccessEvent.objects.all()
    return _audit(request, rows, "kind", list(AccessKind.choices), access_rows, "casework/audit_access.html")


def _audit(
    request: HttpRequest, rows: QuerySet, field: str, kinds: list[tuple[str, Any]], present: Any, template: str
) -> HttpResponse:
    check_right(request.user, Permission.READ_AUDIT)
    form = AuditFilterForm(request.GET, kinds=kinds)
    rows = rows.filter(auditable_condition(request.user)).select_related("dossier")
    wanted = form.cleaned_data if form.is_valid() else {}
    if not wanted:
        rows = rows.none()
    if wanted.get("kind"):
        rows = rows.filter(**{field: wanted["kind"]})
    if wanted.get("reference"):
        rows = rows.filter(dossier__reference__contains=wanted["reference"].strip())
    found = page(rows, request)
    filters = {name: value for name, value in wanted.items() if value}
    record_access(kind=AccessKind.READ, by=request.user, what=f"audit:{field}", data=filters)
    context = {"form": form, "page": found, "rows": present(found.rows)}
    return render(request, template, context, status=422 if form.errors else 200)
