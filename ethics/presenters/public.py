"""The public list as rows: only the columns that may be public leave this module for the public page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ethics.models import Activity, PublicEntry
from ethics.presenters.activity import ENTRY_PILLS

# What the public reads, column by column; nothing else is loaded for its page.
PUBLIC_COLUMNS = ("title", "unit_name", "committee_name", "approved_on", "platform_no", "redaction_note")
# What whoever drafts an entry writes.
WRITTEN = ("title", "unit_name", "committee_name", "platform_no", "redaction_note", "embargo_until")
MOST_WORDS, LONGEST = 6, 100


def words_of(question: str) -> list[str]:
    """The words somebody asks the list for; what no text can hold is left out."""
    return question.replace("\0", " ")[:LONGEST].split()[:MOST_WORDS]


def public_row(entry: PublicEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in PUBLIC_COLUMNS}


def desk_row(entry: PublicEntry, today: dt.date) -> dict[str, Any]:
    """A line of the desk: the public title, how far it is, who wrote it."""
    return {
        "pk": entry.pk,
        "title": entry.title,
        "unit_name": entry.unit_name,
        "status_label": entry.get_status_display(),
        "status_kind": ENTRY_PILLS[entry.status],
        "drafted_by": entry.drafted_by,
        "embargo_until": entry.embargo_until,
        "is_embargoed": entry.embargo_until is not None and entry.embargo_until >= today,
    }


def first_words(activity: Activity) -> dict[str, Any]:
    """What a draft begins with; the person who drafts it decides what stays."""
    registration = getattr(activity, "registration", None)
    return {
        "title": activity.title,
        "unit_name": activity.unit.organization.name,
        "committee_name": activity.committee.name if activity.committee else "",
        "platform_no": registration.platform_no if registration else "",
    }
