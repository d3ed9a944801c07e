"""Duties towards a notice whose decision changed: made when it happens, done by whoever withdraws or corrects it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from casework.actors import Actor
from casework.events import record_event
from casework.saving import save_record
from notices.models import Notice, NoticeDuty, PublicNotice


@transaction.atomic
def make(*, notice: Notice, because: str, due_on: dt.date | None, by: Actor) -> NoticeDuty:
    """Something under this notice changed; `because` is the event type. The same open duty is not made twice."""
    known = NoticeDuty.objects.filter(notice=notice, because=because, done_at=None).first()
    if known is not None:
        return known
    duty = NoticeDuty(notice=notice, because=because, due_on=due_on)
    save_record(duty, by=by, reason=because)
    record_event(
        dossier=notice.dossier,
        type="notice_duty_made",
        by=by,
        subject=duty,
        article="处罚法48",
        data={"because": because, "due": str(due_on or "")},
    )
    return duty


@transaction.atomic
def settle(*, notice: Notice, public_notice: PublicNotice | None, by: Actor) -> int:
    """Everything open is done now that the notice was withdrawn, corrected or ran out; returns how many duties."""
    waiting = list(NoticeDuty.objects.filter(notice=notice, done_at=None).order_by("pk"))
    for duty in waiting:
        duty.done_at = timezone.now()
        duty.done_by_label = str(by)[:60]
        duty.public_notice = public_notice
        save_record(duty, by=by, reason="已处理")
        record_event(
            dossier=notice.dossier, type="notice_duty_done", by=by, subject=duty, data={"because": duty.because}
        )
    return len(waiting)
