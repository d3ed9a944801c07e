"""The frozen copy of an application at each submission (I16)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from ethics.models import Application, ApplicationVersion

FIELDS = (
    "title",
    "unit_name",
    "project_no",
    "leader_name",
    "scope_classes",
    "regimes",
    "list_item",
    "circumstances",
    "simple_grounds",
    "waiver",
    "partner_countries",
    "expertise",
    "start_on",
    "end_on",
    "answers",
)


def content_of(application: Application) -> dict[str, Any]:
    """Everything a reviewer decides on, in JSON types: fields, people, papers by name and hash."""
    values = {name: getattr(application, name) for name in FIELDS}
    days = {name: value.isoformat() if value else None for name, value in values.items() if name.endswith("_on")}
    people = application.investigators.filter(left_out_on=None).order_by("pk")
    papers = application.materials.filter(left_out_on=None).select_related("attachment").order_by("key", "pk")
    return {
        **values,
        **days,
        "committee": application.committee.name if application.committee is not None else "",
        "people": [
            {
                "name": one.name,
                "organization_name": one.organization_name,
                "duty": one.duty,
                "has_training": one.has_training,
            }
            for one in people
        ],
        "materials": [
            {
                "key": one.key,
                "attachment": one.attachment_id,
                "name": one.attachment.display_name,
                "version": one.attachment.version,
                "sha256": one.attachment.sha256,
            }
            for one in papers
        ],
    }


@transaction.atomic
def freeze(*, application: Application, by: User) -> ApplicationVersion:
    """Keep this version as it is now. Part of submitting, whose event covers it; the same version twice is refused."""
    content = content_of(application)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    version = ApplicationVersion(
        application=application,
        number=application.version,
        content=content,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        submitted_at=timezone.now(),
        submitted_by=by,
    )
    version.save(force_insert=True)
    return version
