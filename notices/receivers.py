"""What follows from changes below: a decision fell, a credit record ended, somebody is kept out. Rows only."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from casework.actions import grants
from casework.actors import SYSTEM
from casework.calendar_rows import current_calendar
from casework.models import Exclusion
from casework.signals import record_changed
from integrity.models import CreditRecord, Decision
from notices.actions import duties
from notices.models import Notice
from notices.rules import WITHDRAW_WITHIN

DECISION_ENDED = frozenset({"decision_superseded", "decision_revoked"})
RECORD_ENDED = frozenset({"credit_record_expired", "credit_record_revoked"})


@receiver(record_changed, dispatch_uid="notices.duties")
def make_duties(sender: object, subject: Any, event_type: str, **kwargs: Any) -> None:
    """The notices that rest on the decision must be withdrawn or corrected within three working days (处罚法 第48条)."""
    decision_pk = _decision_of(subject, event_type)
    if decision_pk is None:
        return
    waiting = Notice.objects.in_work().resting_on(decision_pk).select_related("dossier")
    if event_type in RECORD_ENDED:
        waiting = waiting.filter(published_at__isnull=False)
    for notice in waiting:
        due_on = current_calendar().add_working_days(timezone.localdate(), WITHDRAW_WITHIN).due
        duties.make(notice=notice, because=event_type, due_on=due_on, by=SYSTEM)


@receiver(record_changed, dispatch_uid="notices.exclusions")
def carry_exclusion(sender: object, subject: Any, event_type: str, **kwargs: Any) -> None:
    """Whoever is kept out of a case from now on is kept out of the notices drafted from it before."""
    if event_type != "exclusion_made" or not isinstance(subject, Exclusion):
        return
    for notice in Notice.objects.from_case(subject.dossier_id).select_related("dossier"):
        grants.carry(exclusion=subject, dossier=notice.dossier, by=SYSTEM)


def _decision_of(subject: Any, event_type: str) -> int | None:
    if event_type in DECISION_ENDED and isinstance(subject, Decision):
        return subject.pk
    if event_type in RECORD_ENDED and isinstance(subject, CreditRecord):
        return subject.decision_id
    return None
