"""The signal that a serving member stands in an active record of research dishonesty (CM10, ADR 0016).

It comes from above: ethics does not read integrity. The event goes to the register of credit checks, not to the unit's own
chain, which departments read that the unit was opened to.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from casework.actors import SYSTEM, Actor
from casework.events import record_event, register_dossier
from casework.saving import save_record
from ethics.models import CommitteeMember, IntegrityFlag

SOURCE = "科研诚信失信行为记录核对"


@transaction.atomic
def raise_flag(
    *, member: CommitteeMember, on: dt.date, source: str = SOURCE, by: Actor = SYSTEM
) -> IntegrityFlag | None:
    """Flag the member from this day; None when the flag stands already, or another run was faster."""
    if member.flags.still_open().exists():  # type: ignore[attr-defined]
        return None
    flag = IntegrityFlag(member=member, raised_on=on, source=source)
    try:
        with transaction.atomic():
            save_record(flag, by=by, reason="失信行为记录核对")
    except IntegrityError:
        return None
    _tell("integrity_flag_raised", flag, by)
    return flag


@transaction.atomic
def clear(*, flag: IntegrityFlag, on: dt.date, by: Actor = SYSTEM) -> IntegrityFlag | None:
    """The record is no longer active; the flag stays on file. None when it was cleared before."""
    flag = IntegrityFlag.objects.select_for_update().select_related("member").get(pk=flag.pk)
    if flag.cleared_on is not None:
        return None
    flag.cleared_on = max(on, flag.raised_on)
    save_record(flag, by=by, reason="失信行为记录核对", fields=["cleared_on"])
    _tell("integrity_flag_cleared", flag, by)
    return flag


def _tell(event_type: str, flag: IntegrityFlag, by: Actor) -> None:
    data = {"member": flag.member_id, "committee": flag.member.committee_id}
    record_event(dossier=register_dossier("credit"), type=event_type, by=by, subject=flag, data=data)
