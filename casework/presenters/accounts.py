"""What happened to an account, as the person and the administrators read it."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from casework.models import Event
from casework.presenters.house import event_rows

MOST_EVENTS = 20
RESETS = ("password_reset", "password_reset_seen")


def account_events(user: User) -> list[dict[str, Any]]:
    """Everything that was done to the account, newest first, with who did it and why."""
    return event_rows(list(_about(user)[:MOST_EVENTS]))


def reset_events(user: User) -> list[dict[str, Any]]:
    """When the password was reset, by whom, and when somebody signed in as this person said that they knew."""
    return event_rows(list(_about(user).filter(type__in=RESETS)[:MOST_EVENTS]))


def _about(user: User) -> Any:
    events = Event.objects.filter(dossier__reference="register:accounts", subject_label=user._meta.label)
    return events.filter(subject_pk=str(user.pk)).select_related("dossier").order_by("-seq")
