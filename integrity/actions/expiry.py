"""What the calendar does by itself: measures and records begin and end, terms for appeal run out. Idempotent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from casework.actions import clocks
from casework.actors import Actor
from casework.models import Deadline
from casework.refusals import MoveRefused
from integrity.actions import credit, measures
from integrity.decision_terms import APPEAL
from integrity.enums import CreditStatus, DecisionStatus, MeasureStatus
from integrity.models import CreditRecord, Measure


@dataclass(frozen=True)
class Settled:
    """How many rows moved."""

    measures: int
    records: int
    terms: int


def settle_all(*, on: dt.date, by: Actor) -> Settled:
    """Bring everything to where it stands on the day, however long nobody looked. One transaction per row: a fault in one
    leaves the others settled, and a second run does nothing."""
    in_force = [DecisionStatus.ISSUED, DecisionStatus.EFFECTIVE]
    begun = Q(status=MeasureStatus.PLANNED, starts_on__lte=on)
    over = Q(status=MeasureStatus.IN_FORCE, ends_on__lt=on)
    due_measures = Measure.objects.filter(begun | over, withdrawn=False, decision__status__in=in_force)
    begun = Q(status=CreditStatus.PENDING, starts_on__lte=on)
    over = Q(status=CreditStatus.ACTIVE, ends_on__lt=on)
    due_records = CreditRecord.objects.filter(begun | over)
    moved_measures = [
        _settled(measures.settle, measure=measure, on=on, by=by)
        for measure in due_measures.select_related("decision__case__dossier").order_by("pk")
    ]
    moved_records = [
        _settled(credit.settle, record=record, on=on, by=by)
        for record in due_records.select_related("decision__case__dossier").order_by("pk")
    ]
    return Settled(sum(moved_measures), sum(moved_records), close_appeals(on=on, by=by))


def _settled(settle: Callable[..., bool], **row: Any) -> bool:
    """A row somebody else moved in the same moment is left to them; the next run looks again."""
    try:
        return settle(**row)
    except MoveRefused:
        return False


@transaction.atomic
def close_appeals(*, on: dt.date, by: Actor) -> int:
    """The right to appeal has run out: its clock is over on the due day, so that it does not count as overdue work."""
    passed = Deadline.objects.running().filter(key__startswith=f"{APPEAL}:", due_on__lt=on).select_related("dossier")
    deadlines = list(passed.order_by("pk"))
    for deadline in deadlines:
        clocks.meet(dossier=deadline.dossier, key=deadline.key, on=deadline.due_on, by=by)
    return len(deadlines)
