"""record_event and record_access: the only writers of the two trails, and the registry of event types.

An event is in the same transaction as the change it tells of; if it cannot be written, the change is undone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import User
from casework.actors import Actor
from casework.audience import Audience
from casework.chain import GENESIS, event_hash
from casework.enums import AccessKind, DossierKind
from casework.models import AccessEvent, Dossier, Event
from casework.signals import record_changed


@dataclass(frozen=True)
class EventType:
    """`key` is `<noun>_<past verb>`; the timeline template is templates/events/<app>/<key>.html.

    `is_searched`: may what the event tells of change what a search finds? Not a reminder, of which a night has thousands.
    """

    key: str
    app: str
    label: str | Promise
    audience: Audience = Audience.INTERNAL
    alerts: bool = False
    is_searched: bool = True

    @property
    def template(self) -> str:
        return f"events/{self.app}/{self.key}.html"


EVENT_TYPES: dict[str, EventType] = {}
_CHAIN_HEAD = f"SELECT seq, hash FROM {Event._meta.db_table} WHERE dossier_id = %s ORDER BY seq DESC LIMIT 1"


def register_events(
    app: str,
    types: Mapping[str, Any],
    audiences: Mapping[str, Audience] | None = None,
    *,
    unsearched: Collection[str] = (),
) -> None:
    """Add an app's event types: key → lazy label. A key may exist once in the whole project; twice raises ValueError."""
    for key, label in types.items():
        if key in EVENT_TYPES:
            raise ValueError(f"event type {key} exists already")
        audience = (audiences or {}).get(key, Audience.INTERNAL)
        EVENT_TYPES[key] = EventType(key, app, label, audience, is_searched=key not in unsearched)


def event_payload(event: Event) -> dict[str, Any]:
    """What the hash of an event covers: everything except the hash itself. Times in UTC, to the microsecond."""
    return {
        "dossier": event.dossier_id,
        "seq": event.seq,
        "type": event.type,
        "at": event.at.astimezone(dt.UTC).isoformat(),
        "actor": event.actor_id,
        "actor_label": event.actor_label,
        "subject_label": event.subject_label,
        "subject_pk": event.subject_pk,
        "reference": event.reference,
        "outcome": event.outcome,
        "reason": event.reason,
        "article": event.article,
        "audience": int(event.audience),
        "data": event.data,
    }


def record_event(
    *,
    dossier: Dossier,
    type: str,
    by: Actor,
    subject: models.Model | None = None,
    reference: str = "",
    reason: str = "",
    article: str = "",
    data: Mapping[str, Any] | None = None,
    outcome: str = "done",
    access_changed: bool = False,
) -> Event:
    """Add one link to the dossier's chain and tell the apps above. `data`: ids, hashes, codes, dates; no free text.

    Raises KeyError for an unregistered type and TransactionManagementError outside a transaction.
    """
    event_type = EVENT_TYPES[type]
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record_event needs the transaction of an action")
    # The lock serialises the chain on PostgreSQL; a transaction on SQLite is alone anyway. The unique constraint on
    # (dossier, seq) holds everywhere.
    if transaction.get_connection().features.has_select_for_update:
        Dossier.objects.select_for_update().filter(pk=dossier.pk).values_list("pk").get()
    seq, prev_hash = _chain_head(dossier)
    event = Event(
        dossier=dossier,
        seq=seq + 1,
        type=type,
        at=timezone.now(),
        actor=by if isinstance(by, User) else None,
        actor_label=str(by)[:60],
        subject_label=subject._meta.label if subject is not None else "",
        subject_pk=str(subject.pk) if subject is not None else "",
        reference=reference or dossier.reference,
        outcome=outcome,
        reason=reason[:500],
        article=article[:60],
        audience=event_type.audience,
        data=dict(data or {}),
        prev_hash=prev_hash,
    )
    event.hash = event_hash(event.prev_hash, event_payload(event))
    event.save(force_insert=True)
    record_changed.send(Dossier, dossier=dossier, subject=subject, event_type=type, access_changed=access_changed)
    return event


def _chain_head(dossier: Dossier) -> tuple[int, str]:
    """Number and hash of the last event. Plain SQL: asked at every write, and building the query costs six times the answer."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(_CHAIN_HEAD, [dossier.pk])
        return cursor.fetchone() or (0, GENESIS)


def record_access(
    *,
    kind: AccessKind,
    by: Actor,
    what: str,
    dossier: Dossier | None = None,
    purpose: str = "",
    data: Mapping[str, Any] | None = None,
) -> AccessEvent:
    """Write down that somebody looked. If this fails the reader sees nothing: the exception is not caught anywhere."""
    row = AccessEvent(
        kind=kind,
        at=timezone.now(),
        user=by if isinstance(by, User) else None,
        actor_label=str(by)[:60],
        dossier=dossier,
        what=what[:120],
        purpose=purpose[:200],
        data=dict(data or {}),
    )
    row.save(force_insert=True)
    return row


def register_dossier(name: str) -> Dossier:
    """The dossier that carries events belonging to no single case: accounts, calendar, rules, directory, credit checks."""
    dossier, _made = Dossier.objects.get_or_create(
        reference=f"register:{name}", defaults={"kind": DossierKind.REGISTER, "is_open": True}
    )
    return dossier
