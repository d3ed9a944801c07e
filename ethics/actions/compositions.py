"""Keep in step what follows from the members: the day from which a committee does not comply."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from casework.actors import SYSTEM, Actor
from casework.events import record_event
from casework.saving import save_record
from ethics.assessment import assess
from ethics.models import Committee


@transaction.atomic
def note(*, committee: Committee, on: dt.date, by: Actor = SYSTEM) -> Committee:
    """Work out the composition as of `on` and keep the first day it does not comply. No change writes nothing.

    Called by every step that changes members, and each night, because terms end by themselves.
    """
    breaks_on = assess(committee, on).breaks_on
    if not is_news(committee, breaks_on, on):
        return committee
    committee.composition_breaks_on = breaks_on
    if save_record(committee, by=by, reason="核对委员会组成", fields=["composition_breaks_on"]):
        data = {"committee": committee.pk, "breaks_on": breaks_on.isoformat() if breaks_on else None}
        record_event(dossier=committee.dossier, type="committee_composition_noted", by=by, subject=committee, data=data)
    return committee


def is_news(committee: Committee, breaks_on: dt.date | None, on: dt.date) -> bool:
    """Does what was worked out on this day differ from what is kept? A committee broken before stays broken from then."""
    known = committee.composition_breaks_on
    return breaks_on != known and not (breaks_on == on and known is not None and known < on)
