"""Start, meet, pause, resume, extend, void a deadline; recompute all when a holiday notice arrives."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actors import Actor
from casework.calendar_rows import current_calendar
from casework.calendars import Due, WorkCalendar, due_on
from casework.enums import ClockEventKind, ClockStatus, ClockUnit
from casework.events import record_event
from casework.models import Clause, ClockEvent, Deadline, Dossier
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record


def compute(deadline: Deadline, calendar: WorkCalendar) -> Due | None:
    """The due day that follows from the deadline's events and this calendar; None while a pause is open."""
    pauses: list[tuple[dt.date, dt.date | None]] = []
    extensions: list[tuple[int, str]] = []
    for event in deadline.clock_events.order_by("pk"):
        if event.kind == ClockEventKind.PAUSE:
            pauses.append((event.on, None))
        elif event.kind == ClockEventKind.RESUME:
            pauses[-1] = (pauses[-1][0], event.on)
        elif event.kind == ClockEventKind.EXTEND:
            extensions.append((event.amount, event.unit))
    if pauses and pauses[-1][1] is None:
        return None
    return due_on(
        calendar,
        start=deadline.started_on,
        amount=deadline.amount,
        unit=deadline.unit,
        pauses=pauses,
        extensions=extensions,
    )


def _cache(deadline: Deadline, calendar: WorkCalendar) -> None:
    result = compute(deadline, calendar)
    deadline.due_on = result.due if result else None
    deadline.provisional = bool(result and result.provisional)
    lines = [line._asdict() for line in result.explanation] if result else []
    deadline.explanation = [{**line, "date": line["date"].isoformat()} for line in lines]


@transaction.atomic
def start(*, dossier: Dossier, clause: Clause, started_on: dt.date, by: Actor, key: str = "") -> Deadline:
    """Start the clock a rule demands: amount and unit come from the clause (kind deadline), the start day is not counted.

    `key` (the clause's own when empty) tells clocks of one rule apart where one dossier runs several: `statement:17`.
    """
    if _open(dossier, key or clause.key) is not None:
        raise MoveRefused(_("这项期限已经在计时。"))
    deadline = Deadline(
        dossier=dossier,
        key=key or clause.key,
        clause=clause,
        label=clause.zh[:60],
        amount=clause.numbers["amount"],
        unit=clause.numbers["unit"],
        started_on=started_on,
    )
    save_record(deadline, by=by, reason="起算")
    _add(deadline, ClockEventKind.START, on=started_on, by=by)
    return _recount(deadline, type="clock_started", by=by, reason="")


@transaction.atomic
def meet(*, dossier: Dossier, key: str, by: Actor, on: dt.date | None = None) -> Deadline | None:
    """The obligation was fulfilled. Without a running clock of this key nothing happens and None is returned."""
    deadline = _open(dossier, key)
    if deadline is None:
        return None
    deadline.status = ClockStatus.MET
    deadline.ended_on = on or timezone.localdate()
    save_record(deadline, by=by, reason="完成")
    _add(deadline, ClockEventKind.MET, on=deadline.ended_on, by=by)
    late = bool(deadline.due_on and deadline.ended_on > deadline.due_on)
    record_event(dossier=dossier, type="clock_met", by=by, subject=deadline, data={"key": key, "late": late})
    return deadline


@transaction.atomic
def void(*, dossier: Dossier, key: str, reason: str, by: Actor) -> Deadline | None:
    """The obligation fell away (transfer, duplicate, withdrawal). Without a running clock of this key: None."""
    deadline = _open(dossier, key)
    if deadline is None:
        return None
    deadline.status = ClockStatus.VOID
    deadline.ended_on = timezone.localdate()
    save_record(deadline, by=by, reason=reason)
    _add(deadline, ClockEventKind.VOID, on=deadline.ended_on, by=by, reason=reason)
    record_event(dossier=dossier, type="clock_void", by=by, subject=deadline, reason=reason, data={"key": key})
    return deadline


@transaction.atomic
def pause(*, deadline: Deadline, category: str, reason: str, by: Actor, on: dt.date | None = None) -> Deadline:
    """Stop the clock. Only where the rule lists the category as pausable; the suspended time is not counted (221号 第25条)."""
    if deadline.status != ClockStatus.RUNNING:
        raise MoveRefused(_("这项期限没有在计时，不能中止。"))
    allowed = deadline.clause.numbers.get("pausable", []) if deadline.clause else []
    if category not in allowed:
        raise InputRefused(_("规则不允许以此事由中止这项期限。"), field="category")
    on = _not_before(deadline, on)
    deadline.status = ClockStatus.PAUSED
    _add(deadline, ClockEventKind.PAUSE, on=on, by=by, category=category, reason=reason)
    return _recount(deadline, type="clock_paused", by=by, reason=reason)


@transaction.atomic
def resume(*, deadline: Deadline, reason: str, by: Actor, on: dt.date | None = None) -> Deadline:
    """Let the clock run again from the day the cause is removed."""
    if deadline.status != ClockStatus.PAUSED:
        raise MoveRefused(_("这项期限没有中止，不需要恢复。"))
    on = _not_before(deadline, on)
    deadline.status = ClockStatus.RUNNING
    _add(deadline, ClockEventKind.RESUME, on=on, by=by, reason=reason)
    return _recount(deadline, type="clock_resumed", by=by, reason=reason)


@transaction.atomic
def extend(*, deadline: Deadline, amount: int, unit: ClockUnit, reason: str, by: Actor) -> Deadline:
    """Add time, up to what the rule allows in total (numbers.extend_max). Raises InputRefused beyond that."""
    if deadline.status not in {ClockStatus.RUNNING, ClockStatus.PAUSED}:
        raise MoveRefused(_("这项期限已经结束，不能延长。"))
    limit = deadline.clause.numbers.get("extend_max") if deadline.clause else None
    used = sum(event.amount for event in deadline.clock_events.filter(kind=ClockEventKind.EXTEND))
    if not limit or limit["unit"] != unit or amount < 1 or used + amount > limit["amount"]:
        article = deadline.clause.article if deadline.clause else ""
        raise InputRefused(_("延长超过规则允许的上限。"), field="amount", article=article)
    _add(deadline, ClockEventKind.EXTEND, on=timezone.localdate(), by=by, amount=amount, unit=unit, reason=reason)
    return _recount(deadline, type="clock_extended", by=by, reason=reason)


@transaction.atomic
def recompute_all(*, by: Actor, reason: str) -> list[tuple[Deadline, dt.date | None, dt.date | None]]:
    """Count every running deadline again with the calendar of now; returns those whose due day moved, with both days.

    A suspended one has no due day; it is counted when it resumes.
    """
    calendar = current_calendar()
    moved = []
    for deadline in Deadline.objects.select_related("dossier").filter(status=ClockStatus.RUNNING).order_by("pk"):
        before, was_provisional = deadline.due_on, deadline.provisional
        _cache(deadline, calendar)
        if deadline.due_on == before and deadline.provisional == was_provisional:
            continue
        save_record(deadline, by=by, reason=reason)
        event = _add(deadline, ClockEventKind.RECOMPUTED, on=timezone.localdate(), by=by, reason=reason, before=before)
        record_event(
            dossier=deadline.dossier,
            type="clock_recomputed",
            by=by,
            subject=deadline,
            reason=reason,
            data={"key": deadline.key, "before": str(before), "after": str(deadline.due_on), "clock_event": event.pk},
        )
        if deadline.due_on != before:
            moved.append((deadline, before, deadline.due_on))
    return moved


def _open(dossier: Dossier, key: str) -> Deadline | None:
    running = Deadline.objects.filter(dossier=dossier, key=key, status__in=[ClockStatus.RUNNING, ClockStatus.PAUSED])
    return running.order_by("-pk").first()


def _not_before(deadline: Deadline, on: dt.date | None) -> dt.date:
    """The day of a pause or resumption, today by default. Clock events follow each other in time."""
    on = on or timezone.localdate()
    last = (
        deadline.clock_events.exclude(kind=ClockEventKind.RECOMPUTED)
        .order_by("-pk")
        .values_list("on", flat=True)
        .first()
    )
    if on < (last or deadline.started_on):
        raise InputRefused(_("日期不能早于这项期限的上一次变动。"), field="on")
    return on


def _add(
    deadline: Deadline,
    kind: ClockEventKind,
    *,
    on: dt.date,
    by: Actor,
    amount: int = 0,
    unit: str = "",
    category: str = "",
    reason: str = "",
    before: dt.date | None = None,
) -> ClockEvent:
    event = ClockEvent(
        deadline=deadline,
        kind=kind,
        on=on,
        amount=amount,
        unit=unit,
        category=category,
        reason=reason,
        due_before=before,
        due_after=deadline.due_on if kind == ClockEventKind.RECOMPUTED else None,
        by_id=getattr(by, "pk", None),
    )
    event.save(force_insert=True)
    return event


def _recount(deadline: Deadline, *, type: str, by: Actor, reason: str) -> Deadline:
    _cache(deadline, current_calendar())
    save_record(deadline, by=by, reason=reason or "计时")
    data = {"key": deadline.key, "due": str(deadline.due_on), "provisional": deadline.provisional}
    article = deadline.clause.article if deadline.clause else ""
    record_event(
        dossier=deadline.dossier, type=type, by=by, subject=deadline, reason=reason, article=article, data=data
    )
    return deadline
