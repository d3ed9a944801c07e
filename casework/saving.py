"""save_record: the only place that saves a record, and that sets and clears who did it and why."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models, transaction

from accounts.models import User
from casework.actors import Actor
from casework.records import Record, remembered


def save_record(record: models.Model, *, by: Actor, reason: str, fields: Collection[str] | None = None) -> list[str]:
    """Save a new record whole, or the changed ones of `fields` (None: any changed field) of a known one.

    Accounts and departments are no Records (they lie below this app): for a known one of these `fields` must be named.
    Returns the names of the fields written; an empty list means nothing differed and nothing was written (E20).
    Must run inside the transaction of an action, so that the event that follows shares its fate.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("save_record needs the transaction of an action")
    is_new = record._state.adding
    changed = _changed(record, None if is_new else fields)
    if not changed:
        return []

    # simple-history leaves both marks on the instance: a second save would be credited to the first person.
    record._history_user = by if isinstance(by, User) else None  # type: ignore[attr-defined]
    record._change_reason = reason[:100]  # type: ignore[attr-defined]
    try:
        record.save(force_insert=is_new, update_fields=None if is_new else changed)
    finally:
        del record._history_user, record._change_reason  # type: ignore[attr-defined]
    loaded = record.__dict__.setdefault("_loaded", {})
    for field in record._meta.concrete_fields:
        if is_new or field.name in changed:
            loaded[field.attname] = remembered(getattr(record, field.attname))
    return changed


def _changed(record: models.Model, fields: Collection[str] | None) -> list[str]:
    if isinstance(record, Record):
        return record.changed_fields(fields)
    if fields is None and not record._state.adding:
        raise TypeError("name the fields to save")
    return list(fields) if fields is not None else [field.name for field in record._meta.concrete_fields]
