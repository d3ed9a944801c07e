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
from casework.access import check_can_confirm_lift, check_can_propose_lift, check_right, group_name
from casework.actors import Actor
from casework.enums import ExclusionSource, GrantBasis, GrantPermission
from casework.events import record_event
from casework.models import Dossier, DossierGroupPermission, DossierUserPermission, Exclusion, Grant
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text

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
def exclude(
    *,
    dossier: Dossier,
    user: User,
    source: ExclusionSource,
    reason: str,
    by: Actor,
    carried_from: Exclusion | None = None,
) -> Exclusion:
    """From now on this person sees nothing of the dossier. Beats every grant and right, administrators included (I1).

    Excluding somebody twice changes nothing. 221号 第45条(回避).
    """
    same = {"dossier": dossier, "user": user, "carried_from": carried_from, "lifted_at": None}
    live = Exclusion.objects.filter(**same).first()
    if live is not None:
        return live
    exclusion = Exclusion(dossier=dossier, user=user, source=source, reason=reason, carried_from=carried_from)
    try:
        with transaction.atomic():
            save_record(exclusion, by=by, reason=reason)
    except IntegrityError:
        return Exclusion.objects.get(**same)
    record_event(
        dossier=dossier,
        type="exclusion_made",
        by=by,
        subject=exclusion,
        reason=reason,
        data={"user": user.pk, "source": source, **_origin(exclusion)},
        access_changed=True,
    )
    return exclusion


@transaction.atomic
def carry(*, exclusion: Exclusion, dossier: Dossier, by: Actor) -> Exclusion:
    """The same person is kept out of a dossier that belongs to the same matter, for the same reason and as long."""
    return exclude(
        dossier=dossier,
        user=exclusion.user,
        source=ExclusionSource(exclusion.source),
        reason=exclusion.reason,
        carried_from=exclusion,
        by=by,
    )


@transaction.atomic
def propose_lift(*, exclusion: Exclusion, reason: str, by: User) -> Exclusion:
    """First of two people asks to lift an exclusion; nothing opens yet (B7). A newer proposal takes the place of an older."""
    exclusion = _locked(exclusion)
    check_can_propose_lift(by, exclusion)
    if exclusion.lifted_at is not None:
        raise MoveRefused(_("这项排除已经解除。"))
    if exclusion.follows_another:
        # Lifted alone it would open half of a matter.
        raise MoveRefused(_("这项排除随其他卷宗而来，请解除最初的那一项，这一项随之解除。"))
    reason = clean_text(reason, field_label=_("理由"), limit=300, field="reason")
    if not reason:
        raise InputRefused(_("请写明解除排除的理由。"), field="reason")

    exclusion.lift_proposed_by = by
    exclusion.lift_reason = reason
    save_record(exclusion, by=by, reason=reason)
    record_event(dossier=exclusion.dossier, type="exclusion_lift_proposed", by=by, subject=exclusion, reason=reason)
    return exclusion


@transaction.atomic
def lift(*, exclusion: Exclusion, by: User) -> Exclusion:
    """Second person confirms: the exclusion ends, and with it all that were carried from it to other dossiers.

    Refused for the proposer and for the excluded person.
    """
    check_right(by, Permission.KEEP_ACCESS)

    exclusion = _locked(exclusion)
    if exclusion.lifted_at is not None:
        return exclusion
    check_can_confirm_lift(by, exclusion)
    if exclusion.lift_proposed_by_id is None:
        raise MoveRefused(_("须先由一人提出解除并写明理由，再由另一人确认。"))

    _end(exclusion, by=by)
    return exclusion


def _locked(exclusion: Exclusion) -> Exclusion:
    """As it stands in the database, held: of two people who confirm in the same moment one finds it done."""
    held = Exclusion.objects.select_for_update(of=("self",)).select_related("dossier", "user")
    return held.get(pk=exclusion.pk)


def _end(exclusion: Exclusion, *, by: User) -> None:
    exclusion.lifted_at = timezone.now()
    exclusion.lifted_by = by
    save_record(exclusion, by=by, reason=exclusion.lift_reason)
    record_event(
        dossier=exclusion.dossier,
        type="exclusion_lifted",
        by=by,
        subject=exclusion,
        reason=exclusion.lift_reason,
        data={"user": exclusion.user_id, **_origin(exclusion)},
        access_changed=True,
    )
    for drawn in exclusion.carried.filter(lifted_at=None).select_related("dossier", "user"):
        drawn.lift_proposed_by_id = exclusion.lift_proposed_by_id
        drawn.lift_reason = exclusion.lift_reason
        _end(drawn, by=by)


def _origin(exclusion: Exclusion) -> dict[str, int]:
    return {"carried_from": exclusion.carried_from_id} if exclusion.carried_from_id else {}
