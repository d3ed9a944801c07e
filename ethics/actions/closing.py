"""What ends with a review or a term: members keep reading as long as they sit in the committee, and no longer (E22)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework.actions import grants
from casework.enums import GrantBasis, GrantPermission
from casework.models import Grant
from ethics.models import Application, Committee, CommitteeMember


@transaction.atomic
def end_reviewers_access(*, application: Application, by: User) -> None:
    """Let every member's own grant run out with the member's last term. Part of the step that ended the review."""
    live = Grant.objects.live(timezone.localdate()).filter(dossier=application.dossier, user__isnull=False)
    for grant in live.filter(permission=GrantPermission.VIEW).select_related("dossier", "user"):
        _cut(grant, application.committee, by)


@transaction.atomic
def end_members_access(*, member: CommitteeMember, by: User) -> None:
    """Who leaves early reads the dossiers of the committee to the last day in office. Part of recording that."""
    live = Grant.objects.live(timezone.localdate()).filter(user__isnull=False, user=member.user_id)
    own = live.filter(permission=GrantPermission.VIEW, dossier__ethics_application__committee=member.committee_id)
    for grant in own.select_related("dossier", "user"):
        _cut(grant, member.committee, by)


@transaction.atomic
def end_account_access(*, committee: Committee, user: User, by: User) -> None:
    """An account that no longer belongs to a member reads no dossier of the committee from now on (E13)."""
    if CommitteeMember.objects.filter(committee=committee, user=user).exists():
        return
    live = Grant.objects.live(timezone.localdate()).filter(user=user, permission=GrantPermission.VIEW)
    for grant in live.filter(dossier__ethics_application__committee=committee).select_related("dossier", "user"):
        grants.revoke(grant=grant, reason="账号不再关联委员", by=by)


def _cut(grant: Grant, committee: Committee | None, by: User) -> None:
    """A grant that outlives the terms is replaced by one that ends with the last of them."""
    terms = CommitteeMember.objects.filter(user=grant.user, committee=committee)
    last = max((term.last_day for term in terms), default=None)
    if last is None or (grant.valid_to is not None and grant.valid_to <= last):
        return
    grants.revoke(grant=grant, reason="查阅期限不超过任期", by=by)
    if last >= timezone.localdate():
        grants.give(
            dossier=grant.dossier,
            user=grant.user,
            permission=GrantPermission.VIEW,
            basis=GrantBasis(grant.basis),
            basis_text="任期内可以查阅",
            valid_to=last,
            by=by,
        )
