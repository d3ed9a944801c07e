"""When the appeal windows under a notice close, read from the decisions, their clocks and the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from casework.calendar_rows import current_calendar
from casework.calendars import due_on
from casework.enums import ClockStatus
from casework.models import Deadline
from casework.refusals import InputRefused
from integrity.decision_terms import APPEAL, clock_key, term_clause
from integrity.enums import DecisionOrigin
from integrity.models import Decision
from notices import rules
from notices.models import Notice
from notices.sources import shown_measures

APPEAL_ARTICLE = "221-41"


def earliest_day(notice: Notice) -> dt.date | None:
    """The first day on which the notice may be published without an exception; None while that cannot be said."""
    return earliest_day_for(decisions_of(notice))


def earliest_day_for(decisions: Collection[Decision]) -> dt.date | None:
    """As `earliest_day`, for decisions that have no notice yet. The running clocks are read together."""
    keys = {decision.pk: clock_key(APPEAL, decision) for decision in decisions}
    clocks = Deadline.objects.filter(key__in=keys.values()).exclude(status=ClockStatus.VOID).order_by("pk")
    ends = dict(clocks.values_list("key", "due_on"))
    return rules.earliest_publication(
        ends[keys[decision.pk]] if keys[decision.pk] in ends else _counted_end(decision) for decision in decisions
    )


def decisions_of(notice: Notice) -> list[Decision]:
    """The decisions a notice rests on, in the order they are printed."""
    fields = notice.fields.order_by("order", "pk").values_list("decision_id", flat=True)
    order = {pk: place for place, pk in reversed(list(enumerate(fields)))}
    found = Decision.objects.filter(pk__in=order).prefetch_related("measures")
    found = found.select_related("case__dossier", "respondent__subject", "rule_set")
    return sorted(found, key=lambda decision: order[decision.pk])


def last_day(decisions: Iterable[Decision]) -> dt.date | None:
    """Until when the notice stays: the latest end of all measures, None when one is for life or none has an end."""
    measures = [measure for decision in decisions for measure in shown_measures(decision)]
    return rules.last_day((one.ends_on for one in measures), has_lifetime=any(one.is_lifetime for one in measures))


def check_until(until: dt.date | None, *, on: dt.date, message: str) -> None:
    """Raise InputRefused when the last day on show has passed already."""
    if until is not None and until < on:
        raise InputRefused(message, field="until")


def _counted_end(decision: Decision) -> dt.date | None:
    """Without a clock: a past decision that came by import is counted from its service, else from its own day."""
    begun = decision.served_on
    if begun is None and decision.origin == DecisionOrigin.IMPORTED:
        begun = decision.decided_on
    if begun is None:
        return None
    numbers = term_clause(decision, APPEAL).numbers
    return due_on(current_calendar(), start=begun, amount=numbers["amount"], unit=numbers["unit"]).due
