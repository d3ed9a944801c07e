"""What ends with a review: the members keep reading for the rest of their term, and no longer (E22)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework.actions import grants
from casework.enums import GrantPermission
from casework.models import Grant
from ethics.models import Application, CommitteeMember


@transaction.atomic
def end_reviewers_access(*, application: Application, by: User) -> None:
    """Let every member's own grant run out with the member's last term in the committee. Part of the step that ended it."""
    today = timezone.localdate()
    live = Grant.objects.live(today).filter(dossier=application.dossier, permission=GrantPermission.VIEW)
    for grant in live.filter(user__isnull=False).select_related("dossier", "user"):
        terms = CommitteeMember.objects.filter(user=grant.user, committee=application.committee)
        last = max((term.last_day for term in terms), default=None)
        if last is None or (grant.valid_to is not None and grant.valid_to <= last):
            continue
        grants.revoke(grant=grant, reason="审查结束", by=by)
        if last >= today:
            grants.give(
                dossier=grant.dossier,
                user=grant.user,
                permission=GrantPermission.VIEW,
                basis=grant.basis,
                basis_text="审查已结束，任期内可以查阅",
                valid_to=last,
                by=by,
            )
