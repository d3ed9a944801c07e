"""The reporter's identity: custodians' keys, sealing, and opening by two custodians for a short time.

An identity stands in no event, history row, log or session: only in the sealed boxes of ReporterVault.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from accounts.permissions import Permission
from casework.access import check_right
from casework.actors import SYSTEM, Actor
from casework.enums import AccessKind
from casework.events import record_access, record_event, register_dossier
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.sealing import change_passphrase as passphrase_changed
from casework.sealing import new_custodian_key, open_with, seal_for
from casework.texts import clean_text
from casework.workflow import check_move, move
from integrity import access
from integrity.enums import ReportMode, UnlockPurpose, UnlockStatus
from integrity.models import CustodianKey, IdentityUnlock, Lead, ReporterVault
from integrity.workflow import UNLOCK

LIVE = (UnlockStatus.REQUESTED, UnlockStatus.APPROVED_ONE, UnlockStatus.OPEN)


@sensitive_variables()
@transaction.atomic
def make_key(*, passphrase: str, by: User) -> CustodianKey:
    """A key pair for this custodian. The passphrase is stored nowhere; from now on new identities are sealed to it too."""
    check_right(by, Permission.KEEP_IDENTITIES)
    if CustodianKey.objects.filter(user=by, retired_at=None).exists():
        raise MoveRefused(_("您已经有保管密钥。需要更换口令时，请使用“更换口令”。"))

    public, protected_private = new_custodian_key(passphrase)
    key = CustodianKey(user=by, public=public, protected_private=protected_private)
    save_record(key, by=by, reason="生成保管密钥")
    record_event(dossier=register_dossier("custodians"), type="custodian_key_made", by=by, subject=key)
    return key


@sensitive_variables()
@transaction.atomic
def change_passphrase(*, old: str, new: str, by: User) -> CustodianKey:
    """The same key under another passphrase: what was sealed before still opens. Refused (field `old`) when `old` is wrong."""
    check_right(by, Permission.KEEP_IDENTITIES)
    key = _live_key(by)

    try:
        key.protected_private = passphrase_changed(key.protected_private, old, new)
    except InputRefused as refusal:
        field = "old" if refusal.field == "passphrase" else "passphrase"
        raise InputRefused(refusal.reason, field=field) from refusal
    save_record(key, by=by, reason="更换口令", fields=["protected_private"])
    record_event(dossier=register_dossier("custodians"), type="custodian_passphrase_changed", by=by, subject=key)
    return key


@transaction.atomic
def retire_key(*, reason: str, by: User) -> CustodianKey:
    """Take one's key out of use: nothing new is sealed to it, and what was sealed to it opens with it no longer."""
    check_right(by, Permission.KEEP_IDENTITIES)
    key = _live_key(by)
    reason = clean_text(reason, field_label=_("理由"), limit=300, field="reason")
    if not reason:
        raise InputRefused(_("请写明理由。"), field="reason")

    key.retired_at = timezone.now()
    key.retired_by = by
    save_record(key, by=by, reason="停用保管密钥")
    record_event(
        dossier=register_dossier("custodians"), type="custodian_key_retired", by=by, subject=key, reason=reason
    )
    return key


@sensitive_variables()
def clean_identity(mode: str, identity: Mapping[str, str]) -> dict[str, str]:
    """Name, contact and note as they will be sealed; {} for an anonymous report, whatever was typed.

    Real name needs a name; real name and confidential both need a way to reach the person. InputRefused names the field.
    """
    if mode not in {ReportMode.REAL_NAME, ReportMode.CONFIDENTIAL}:
        return {}
    labels = {"name": _("您的姓名"), "contact": _("联系方式"), "note": _("联系说明")}
    cleaned = {
        key: clean_text(str(identity.get(key) or ""), field_label=label, limit=200, multiline=False, field=key)
        for key, label in labels.items()
    }
    if mode == ReportMode.REAL_NAME and not cleaned["name"]:
        raise InputRefused(_("实名举报请填写姓名；不愿填写时请选择保密或匿名。"), field="name")
    if not cleaned["contact"]:
        raise InputRefused(_("请填写联系方式；不愿填写时请选择匿名。"), field="contact")
    return {key: value for key, value in cleaned.items() if value}


@sensitive_variables()
@transaction.atomic
def seal(*, lead: Lead, identity: Mapping[str, str], by: Actor) -> ReporterVault:
    """Seal an identity for every live custodian key. Called by the steps that take a report in; refused without a key."""
    if ReporterVault.objects.filter(lead=lead).exists():
        raise MoveRefused(_("身份已经封存，不能更改。"))
    keys = {str(key.pk): key.public for key in CustodianKey.objects.filter(retired_at=None).order_by("pk")}
    if not keys:
        raise InputRefused(
            _(
                "目前还没有身份保管人，不能封存您的身份。请选择匿名举报并保管好回执，以后可以补留姓名；也可以过几天再来。"
            ),
            field="mode",
        )

    vault = ReporterVault(
        lead=lead, sealed=seal_for(keys, identity, place=str(lead.dossier.token)), added_at=timezone.now()
    )
    vault.save(force_insert=True)
    record_event(dossier=lead.dossier, type="reporter_sealed", by=by, subject=lead, data={"keys": sorted(keys)})
    return vault


@sensitive_variables()
@transaction.atomic
def add_name(*, lead: Lead, mode: str, identity: Mapping[str, str], by: Actor) -> Lead:
    """An anonymous reporter leaves a name after all. One way: it is sealed at once and cannot be taken back or changed."""
    if lead.mode != ReportMode.ANONYMOUS:
        raise MoveRefused(_("这份举报已经留有身份，不能再次填写。"))
    if mode not in {ReportMode.REAL_NAME, ReportMode.CONFIDENTIAL}:
        raise InputRefused(_("请选择实名或者保密。"), field="mode")

    seal(lead=lead, identity=clean_identity(mode, identity), by=by)
    lead.mode = mode
    save_record(lead, by=by, reason="补留姓名", fields=["mode"])
    record_event(dossier=lead.dossier, type="reporter_named", by=by, subject=lead, data={"mode": mode})
    return lead


@transaction.atomic
def request(*, lead: Lead, purpose: str, reason: str, by: User) -> IdentityUnlock:
    """Ask to open the identity. `purpose` (UnlockPurpose) is what the reporter will read; `reason` is for the custodians."""
    access.check_can_request_identity(by, lead)
    reason = clean_text(reason, field_label=_("理由"), limit=500, field="reason")
    if not reason:
        raise InputRefused(_("请写明为什么需要知道举报人是谁。"), field="reason")
    if purpose not in UnlockPurpose.values:
        raise InputRefused(_("请选择用途。"), field="purpose")
    if not ReporterVault.objects.filter(lead=lead).exists():
        raise MoveRefused(_("这条线索没有封存的身份。"))
    close_if_over(lead=lead, now=timezone.now(), by=SYSTEM)
    if IdentityUnlock.objects.filter(lead=lead, status__in=LIVE).exists():
        raise MoveRefused(_("这条线索已有一项查阅申请正在办理。"))

    unlock = IdentityUnlock(lead=lead, reason=reason, requested_at=timezone.now(), requested_by=by)
    save_record(unlock, by=by, reason=reason)
    record_event(
        dossier=lead.dossier, type="unlock_requested", by=by, subject=unlock, reason=reason, data={"purpose": purpose}
    )
    return unlock


@transaction.atomic
def approve(*, unlock: IdentityUnlock, by: User) -> IdentityUnlock:
    """First consent, or the second by another custodian, which opens the window of CHENGYAN_UNLOCK_MINUTES."""
    access.check_can_keep_identity(by, unlock)
    access.check_can_agree_to_unlock(by, unlock)

    now = timezone.now()
    if unlock.status == UnlockStatus.REQUESTED:
        check_move(UNLOCK, unlock, "approve")
        unlock.approved_at, unlock.approved_by = now, by
        move(UNLOCK, unlock, "approve", by=by)
        return unlock
    check_move(UNLOCK, unlock, "open")
    unlock.second_approved_at, unlock.second_approved_by = now, by
    unlock.open_until = now + dt.timedelta(minutes=settings.CHENGYAN_UNLOCK_MINUTES)
    move(UNLOCK, unlock, "open", by=by, data={"until": unlock.open_until.isoformat()})
    return unlock


@transaction.atomic
def refuse(*, unlock: IdentityUnlock, reason: str, by: User) -> IdentityUnlock:
    """Either custodian may refuse while the window is not open yet."""
    access.check_can_keep_identity(by, unlock)
    check_move(UNLOCK, unlock, "refuse")
    reason = clean_text(reason, field_label=_("拒绝理由"), limit=300, field="reason")
    if not reason:
        raise InputRefused(_("请写明拒绝的理由。"), field="reason")

    unlock.refusal_reason = reason
    move(UNLOCK, unlock, "refuse", by=by, reason=reason)
    return unlock


@sensitive_variables()
@transaction.atomic
def view(*, unlock: IdentityUnlock, passphrase: str, by: User) -> dict[str, str]:
    """The identity, for one of the two custodians who agreed, within the window. Every look is an event the reporter sees."""
    access.check_can_view_identity(by, unlock)
    check_move(UNLOCK, unlock, "view")
    key = _live_key(by)
    box = unlock.lead.vault.sealed.get(str(key.pk))
    if box is None:
        raise InputRefused(_("封存时还没有您的密钥，您不能打开这份身份。请由另一位保管人查阅。"))

    identity = open_with(key.protected_private, passphrase, box, place=str(unlock.lead.dossier.token))
    move(UNLOCK, unlock, "view", by=by)
    record_access(kind=AccessKind.UNSEAL, by=by, what=f"identity_unlock:{unlock.pk}", dossier=unlock.lead.dossier)
    return identity


@transaction.atomic
def close(*, unlock: IdentityUnlock, by: User) -> IdentityUnlock:
    """End the window early, by one of the two custodians who agreed."""
    access.check_can_view_identity(by, unlock)

    move(UNLOCK, unlock, "close", by=by)
    return unlock


@transaction.atomic
def close_if_over(*, lead: Lead, now: dt.datetime, by: Actor) -> int:
    """Close windows of this lead that ended before `now`; returns how many. Until then they are over but look open."""
    over = IdentityUnlock.objects.filter(lead=lead, status=UnlockStatus.OPEN, open_until__lte=now)
    unlocks = list(over.select_related("lead__dossier").order_by("pk"))
    for unlock in unlocks:
        move(UNLOCK, unlock, "close", by=by, reason="查阅时间已过")
    return len(unlocks)


def _live_key(user: User) -> CustodianKey:
    key = CustodianKey.objects.filter(user=user, retired_at=None).first()
    if key is None:
        raise MoveRefused(_("您还没有保管密钥，请先生成。"))
    return key
