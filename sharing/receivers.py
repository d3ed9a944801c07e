"""What a change below means for shares: rows only. People act on them."""

from __future__ import annotations

from typing import Any

from casework.actions import grants
from casework.actors import SYSTEM
from casework.events import record_event
from casework.models import Exclusion
from casework.saving import save_record
from integrity.models import Decision
from sharing.enums import ShareStatus
from sharing.models import ShareDuty, SharePackage

CAUSES = frozenset({"decision_superseded", "decision_revoked"})


def note_changed_decision(*, subject: Any, event_type: str, **kwargs: Any) -> None:
    """A decision under an open share was superseded or revoked: somebody must recall it."""
    if event_type not in CAUSES or not isinstance(subject, Decision):
        return
    for share in SharePackage.objects.filter(decision=subject, status=ShareStatus.SHARED).select_related("dossier"):
        if ShareDuty.objects.filter(share=share, because=event_type, done_at=None).exists():
            continue
        duty = ShareDuty(share=share, because=event_type)
        save_record(duty, by=SYSTEM, reason=event_type)
        record_event(
            dossier=share.dossier, type="share_duty_made", by=SYSTEM, subject=duty, data={"because": event_type}
        )


def carry_exclusion(*, subject: Any, event_type: str, **kwargs: Any) -> None:
    """Whoever is kept out of a case from now on is kept out of the shares given from it before."""
    if event_type != "exclusion_made" or not isinstance(subject, Exclusion):
        return
    for share in SharePackage.objects.filter(decision__case__dossier=subject.dossier_id).select_related("dossier"):
        grants.carry(exclusion=subject, dossier=share.dossier, by=SYSTEM)
