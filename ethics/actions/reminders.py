"""Record reminders of what is due. Runs any number of times a day. After missed runs one reminder counts what was missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from casework.actors import SYSTEM, Actor
from casework.events import record_event
from casework.saving import save_record
from ethics.models import AnnualReport, Filing, FollowUp, Registration, SpotCheck
from ethics.reminders import reminders_to_send

ONE_DAY = dt.timedelta(days=1)
Duty = Registration | Filing | AnnualReport | FollowUp | SpotCheck


@transaction.atomic
def remind(*, duty: Duty, on: dt.date, thresholds: Sequence[int], by: Actor = SYSTEM) -> bool:
    """Record the reminder this duty needs today; False when none is due, or another run has recorded it already."""
    dossier = duty.dossier  # read with the duty; the row under the lock comes alone
    duty = type(duty)._default_manager.select_for_update().get(pk=duty.pk)  # type: ignore[assignment]
    if duty.due_on is None:
        return False
    since = duty.known_on if duty.reminded_on is None else duty.reminded_on + ONE_DAY
    due = reminders_to_send(thresholds, due=duty.due_on, on=on, known_since=since)
    if not due:
        return False

    duty.reminded_on = on
    save_record(duty, by=by, reason="到期提醒", fields=["reminded_on"])
    record_event(
        dossier=dossier,
        type="ethics_reminded",
        by=by,
        subject=duty,
        data={
            "due_kind": str(duty.due_kind),
            "due_on": duty.due_on.isoformat(),
            "days_left": (duty.due_on - on).days,
            "missed": len(due) - 1,
        },
    )
    return True
