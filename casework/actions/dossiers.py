"""Open and close dossiers, hand them over. Called by the actions of the apps above, inside their transaction."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Clearance
from accounts.models import Department, User
from casework.actions import grants
from casework.actors import Actor
from casework.enums import DossierKind, GrantBasis, GrantPermission
from casework.events import record_event
from casework.models import Dossier, Exclusion
from casework.references import next_reference
from casework.refusals import InputRefused
from casework.saving import save_record


@transaction.atomic
def open_dossier(
    *,
    kind: DossierKind,
    numbering: str,
    by: Actor,
    handler: User | None = None,
    department: Department | None = None,
    secrecy: int = Clearance.INTERNAL,
) -> Dossier:
    """A new dossier with the next number of `numbering` (casework.references.FORMS); its handler gets a handling grant."""
    dossier = Dossier(
        kind=kind,
        reference=next_reference(numbering, year=timezone.localdate().year),
        secrecy=secrecy,
        lead_department=department,
        handler=handler,
    )
    save_record(dossier, by=by, reason="开卷")
    record_event(dossier=dossier, type="dossier_opened", by=by, subject=dossier, access_changed=True)
    if handler is not None:
        grants.give(dossier=dossier, user=handler, permission=GrantPermission.HANDLE, basis=GrantBasis.TEAM, by=by)
    return dossier


@transaction.atomic
def assign(*, dossier: Dossier, handler: User, reason: str, by: User) -> Dossier:
    """Make this person the handler; the earlier handler keeps reading rights only through other grants.

    The caller has checked that `by` may assign (it is a step of the app above). Refused for somebody who is excluded
    from the dossier: a handler who must keep away sees nothing of it (221号 第45条).
    """
    if Exclusion.objects.filter(dossier=dossier, user=handler, lifted_at=None).exists():
        raise InputRefused(_("该人员已回避这份卷宗，不能承办。"), field="handler", article="221号 第45条")
    previous = dossier.handler
    dossier.handler = handler
    if not save_record(dossier, by=by, reason=reason or "分派", fields=["handler"]):
        return dossier
    if previous is not None:
        grants.revoke_all(dossier=dossier, user=previous, reason=reason or "改派", by=by)
    grants.give(dossier=dossier, user=handler, permission=GrantPermission.HANDLE, basis=GrantBasis.TEAM, by=by)
    record_event(
        dossier=dossier,
        type="dossier_assigned",
        by=by,
        subject=dossier,
        reason=reason,
        data={"handler": handler.pk, "previous": previous.pk if previous else None},
        access_changed=True,
    )
    return dossier


@transaction.atomic
def close_dossier(*, dossier: Dossier, by: Actor) -> Dossier:
    """Mark the dossier as no longer in work; it stays readable as before."""
    dossier.is_open = False
    if save_record(dossier, by=by, reason="结卷", fields=["is_open"]):
        record_event(dossier=dossier, type="dossier_closed", by=by, subject=dossier)
    return dossier


@transaction.atomic
def reopen_dossier(*, dossier: Dossier, reason: str, by: Actor) -> Dossier:
    """Put a closed dossier back into work. One that is open stays as it is."""
    dossier.is_open = True
    if save_record(dossier, by=by, reason=reason, fields=["is_open"]):
        record_event(dossier=dossier, type="dossier_reopened", by=by, subject=dossier, reason=reason)
    return dossier
