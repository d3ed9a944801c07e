"""Whether the decision of a round is late: by days, an emergency by its 72 hours, which nothing pauses (办法 第17、36条).

The expert re-review runs inside both: a preliminary opinion is no decision and stops no clock.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from ethics.enums import ReviewMode
from ethics.models import Review, ReviewDecision
from ethics.terms import time_left


def is_past(review: Review, now: dt.datetime) -> bool:
    """Is the last moment that was in time over? The last day and the last moment still count."""
    if review.due_at is not None:
        return time_left(review.due_at, now) < dt.timedelta(0)
    return review.last_day is not None and timezone.localdate(now) > review.last_day


def is_overdue(review: Review, now: dt.datetime) -> bool:
    """Is the decision due and not made? A decision to approve after revision is one; an ended round owes nothing."""
    if review.ended_on is not None or review.decisions.all():
        return False
    return is_past(review, now)


def was_late(decision: ReviewDecision) -> bool:
    """Was it made after its time? One held here was made when it was recorded; one held elsewhere on the day it says."""
    review = decision.review
    if review.due_at is None:
        return review.last_day is not None and decision.decided_on > review.last_day
    if review.application.mode == ReviewMode.RECORDED:
        return decision.decided_on > timezone.localdate(review.due_at)
    return is_past(review, decision.recorded_at)
