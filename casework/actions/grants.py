"""Give, revoke, exclude, lift. Every grant has a basis and a validity; guardian rows follow in the same transaction."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as AuthPermission
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department, User
from accounts.permissions import Permission
from casework.access import check_right, group_name
from casework.actors import Actor
from casework.enums import ExclusionSource, GrantBasis, GrantPermission
from casework.events import record_event
from casework.models import Dossier, DossierGroupPermission, DossierUserPermission, Exclusion, Grant
from casework.refusals import InputRefused
from casework.saving import save_record

CODENAMES = {GrantPermission.VIEW: "view_dossier", GrantPermission.HANDLE: "handle_dossier"}


def codenames_of(grant: Grant) -> set[str]:
    """The guardian permissions that stand for a grant: whoever handles may also view."""
    return {CODENAMES[GrantPermission.VIEW], CODENAMES[GrantPermission(grant.permission)]}


@transaction.atomic
def give(
    *,
    dossier: Dossier,
    permission: GrantPermission,
    basis: GrantBasis,
    by: Actor,
    user: User | None = None,
    department: Department | None = None,
    role: str = "",
    basis_text: str = "",
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Grant:
    """Let exactly one principal view or handle the dossier. Called by steps that have checked access themselves.

    The database refuses a grant with none or two principals (grant_one_principal).
    """
    grant = Grant(
        dossier=dossier,
        user=user,
        department=department,
        role=role,
        permission=permission,
        basis=basis,
        basis_text=basis_text,
        valid_from=valid_from or timezone.localdate(),
        valid_to=valid_to,
        given_by=by if isinstance(by, User) else None,
    )
    save_record(grant, by=by, reason=basis_text or str(GrantBasis(basis).label))
    derive(dossier=dossier, by=by)
    record_event(
        dossier=dossier,
        type="grant_given",
        by=by,
        subject=grant,
        reason=basis_text,
        data={
            "permission": permission,
            "basis": basis,
            "user": grant.user_id,
            "department": grant.department_id,
            "role": role,
        },
        access_changed=True,
    )
    return grant


@transaction.atomic
def revoke(*, grant: Grant, reason: str, by: Actor) -> Grant:
    """End a grant at once. Revoking twice changes nothing."""
    if grant.revoked_at is not None:
        return grant
    grant.revoked_at = timezone.now()
    grant.revoked_by = by if isinstance(by, User) else None
    grant.revoked_by_label = str(by)[:60]
    save_record(grant, by=by, reason=reason)
    derive(dossier=grant.dossier, by=by)
    record_event(
        dossier=grant.dossier,
        type="grant_revoked",
        by=by,
        subject=grant,
        reason=reason,
        data={"grant": grant.pk},
        access_changed=True,
    )
    return grant


@transaction.atomic
def revoke_all(*, dossier: Dossier, user: User, reason: str, by: Actor) -> int:
    """Revoke every live grant this person holds personally on the dossier; returns how many."""
    live = list(Grant.objects.live(timezone.localdate()).filter(dossier=dossier, user=user))
    for grant in live:
        revoke(grant=grant, reason=reason, by=by)
    return len(live)


def derive(*, dossier: Dossier, by: Actor) -> None:
    """Make the guardian rows of a dossier equal to its unrevoked grants. One that has ended is kept out by its dates."""
    known = AuthPermission.objects.filter(content_type__app_label="casework", codename__in=CODENAMES.values())
    rights = dict(known.values_list("codename", "pk"))
    users: set[tuple[int, int]] = set()
    groups: set[tuple[int, int]] = set()
    for grant in Grant.objects.filter(dossier=dossier, revoked_at=None):
        for codename in codenames_of(grant):
            if grant.user_id:
                users.add((grant.user_id, rights[codename]))
            else:
                name = group_name(department_id=grant.department_id, role=grant.role)
                groups.add((Group.objects.get_or_create(name=name)[0].pk, rights[codename]))
    for row in DossierUserPermission.objects.filter(content_object=dossier):
        if (row.user_id, row.permission_id) in users:
            users.discard((row.user_id, row.permission_id))
        else:
            row.delete()
    for shared in DossierGroupPermission.objects.filter(content_object=dossier):
        if (shared.group_id, shared.permission_id) in groups:
            groups.discard((shared.group_id, shared.permission_id))
        else:
            shared.delete()
    for user_id, permission_id in users:
        DossierUserPermission(content_object=dossier, user_id=user_id, permission_id=permission_id).save()
    for group_id, permission_id in groups:
        DossierGroupPermission(content_object=dossier, group_id=group_id, permission_id=permission_id).save()


@transaction.atomic
def exclude(*, dossier: Dossier, user: User, source: ExclusionSource, reason: str, by: Actor) -> Exclusion:
    """From now on this person sees nothing of the dossier. Beats every grant and right, administrators included (I1).

    Excluding somebody twice changes nothing. 221号 第45条(回避).
    """
    live = Exclusion.objects.filter(dossier=dossier, user=user, lifted_at=None).first()
    if live is not None:
        return live
    exclusion = Exclusion(dossier=dossier, user=user, source=source, reason=reason)
    try:
        with transaction.atomic():
            save_record(exclusion, by=by, reason=reason)
    except IntegrityError:
        return Exclusion.objects.get(dossier=dossier, user=user, lifted_at=None)
    record_event(
        dossier=dossier,
        type="exclusion_made",
        by=by,
        subject=exclusion,
        reason=reason,
        data={"user": user.pk, "source": source},
        access_changed=True,
    )
    return exclusion


@transaction.atomic
def carry(*, exclusion: Exclusion, dossier: Dossier, by: Actor) -> Exclusion:
    """The same person is kept out of a dossier drawn from the first one, for the same reason."""
    source = ExclusionSource(exclusion.source)
    return exclude(dossier=dossier, user=exclusion.user, source=source, reason=exclusion.reason, by=by)


@transaction.atomic
def propose_lift(*, exclusion: Exclusion, reason: str, by: User) -> Exclusion:
    """First of two people asks to lift an exclusion; nothing opens yet (B7)."""
    check_right(by, Permission.KEEP_ACCESS)

    if exclusion.user_id == by.pk:
        raise InputRefused(_("本人不能申请解除对自己的排除。"))
    if exclusion.lifted_at is not None:
        raise InputRefused(_("这项排除已经解除。"))
    if not reason.strip():
        raise InputRefused(_("请写明解除排除的理由。"), field="reason")

    exclusion.lift_proposed_by = by
    exclusion.lift_reason = reason.strip()
    save_record(exclusion, by=by, reason=reason)
    record_event(dossier=exclusion.dossier, type="exclusion_lift_proposed", by=by, subject=exclusion, reason=reason)
    return exclusion


@transaction.atomic
def lift(*, exclusion: Exclusion, by: User) -> Exclusion:
    """Second person confirms: the exclusion ends. Refused for the proposer and for the excluded person."""
    check_right(by, Permission.KEEP_ACCESS)

    if exclusion.lifted_at is not None:
        return exclusion
    if exclusion.lift_proposed_by_id is None:
        raise InputRefused(_("须先由一人提出解除并写明理由，再由另一人确认。"))
    if by.pk in {exclusion.lift_proposed_by_id, exclusion.user_id}:
        raise InputRefused(_("解除排除须由另一人确认，提出人和被排除人都不能确认。"))

    exclusion.lifted_at = timezone.now()
    exclusion.lifted_by = by
    save_record(exclusion, by=by, reason=exclusion.lift_reason)
    record_event(
        dossier=exclusion.dossier,
        type="exclusion_lifted",
        by=by,
        subject=exclusion,
        reason=exclusion.lift_reason,
        access_changed=True,
    )
    return exclusion
