"""Share a decision with departments, acknowledge, give an opinion, recall, expire. The only writers of this app."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Clearance
from accounts.models import Department, User
from casework.actions import grants
from casework.actions.dossiers import close_dossier, open_dossier
from casework.actors import SYSTEM, Actor
from casework.enums import DossierKind, GrantBasis, GrantPermission
from casework.events import record_event
from casework.models import Exclusion, Grant
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import move
from integrity.models import Decision
from sharing.access import check_can_answer, check_can_recall, check_can_share
from sharing.enums import FieldProfile, SharePurpose, ShareStatus
from sharing.models import ShareDuty, SharePackage, ShareRecipient, WrittenOpinion
from sharing.workflow import SHARE


@transaction.atomic
def share(
    *,
    decision: Decision,
    departments: Sequence[Department],
    profile: str,
    purpose: str,
    basis: str,
    expires_on: dt.date,
    by: User,
    purpose_text: str = "",
) -> SharePackage:
    """Open one decision to these departments, in a field profile, until the day `expires_on` (included).

    Refused: no department, a past day, more than two years, a decision that is not in force.
    """
    check_can_share(by, decision.case)

    today = timezone.localdate()
    if profile not in FieldProfile.values:
        raise InputRefused(_("请选择共享哪些内容。"), field="profile")
    if purpose not in SharePurpose.values:
        raise InputRefused(_("请选择共享的目的。"), field="purpose")
    basis = required_text(basis, limit=300, field="basis", field_label=_("依据"), multiline=False)
    purpose_text = clean_text(purpose_text, limit=300, field="purpose_text", field_label=_("目的说明"), multiline=False)
    if purpose == SharePurpose.OTHER and not purpose_text:
        raise InputRefused(_("选择“其他履职需要”时，请写明具体目的。"), field="purpose_text")
    if not departments:
        raise InputRefused(_("请至少选择一个接收部门。"), field="departments")
    if expires_on < today:
        raise InputRefused(_("共享截止日不能早于今天。"), field="expires_on")
    if expires_on > today + dt.timedelta(days=731):
        raise InputRefused(_("共享期最长两年，到期后可以重新共享。"), field="expires_on")

    dossier = open_dossier(
        kind=DossierKind.SHARE,
        numbering="share",
        by=by,
        handler=by,
        department=decision.dossier.lead_department,
        secrecy=Clearance.GENERAL,
    )
    package = SharePackage(
        dossier=dossier,
        decision=decision,
        profile=profile,
        purpose=purpose,
        purpose_text=purpose_text,
        basis=basis,
        expires_on=expires_on,
    )
    save_record(package, by=by, reason="起草共享")
    record_event(dossier=dossier, type="share_drafted", by=by, subject=package, data={"decision": decision.pk})
    for exclusion in Exclusion.objects.filter(dossier=decision.dossier, lifted_at=None).select_related("user"):
        grants.carry(exclusion=exclusion, dossier=dossier, by=by)
    for department in departments:
        save_record(ShareRecipient(share=package, department=department), by=by, reason="接收部门")
        grants.give(
            dossier=dossier,
            department=department,
            permission=GrantPermission.VIEW,
            basis=GrantBasis.SHARE,
            basis_text=basis[:200],
            valid_to=expires_on,
            by=by,
        )
    package.shared_at, package.shared_by = timezone.now(), by
    codes = [department.code for department in departments]
    move(
        SHARE,
        package,
        "share",
        by=by,
        reason=basis,
        data={"departments": codes, "profile": profile},
        access_changed=True,
    )
    record_event(
        dossier=decision.dossier,
        type="case_shared",
        by=by,
        subject=package,
        reference=dossier.reference,
        data={"departments": codes, "profile": profile, "until": expires_on.isoformat()},
    )
    return package


@transaction.atomic
def acknowledge(*, share: SharePackage, by: User) -> ShareRecipient:
    """The department has received it. A second acknowledgement changes nothing."""
    recipient = check_can_answer(by, share)

    _check_open(share)
    if recipient.acknowledged_at is not None:
        return recipient
    recipient.acknowledged_at, recipient.acknowledged_by = timezone.now(), by
    save_record(recipient, by=by, reason="签收")
    data = {"department": recipient.department.code}
    record_event(dossier=share.dossier, type="share_acknowledged", by=by, subject=recipient, data=data)
    return recipient


@transaction.atomic
def write_opinion(*, share: SharePackage, text: str, by: User) -> WrittenOpinion:
    """A written opinion of this person; writing again adds a version, the earlier one stays (E21)."""
    recipient = check_can_answer(by, share)

    _check_open(share)
    text = required_text(text, limit=5000, field="text", field_label=_("书面意见"))
    last = recipient.opinions.filter(written_by=by).order_by("-version").first()
    if last is not None and last.text == text:
        return last
    opinion = WrittenOpinion(
        recipient=recipient,
        text=text,
        version=last.version + 1 if last else 1,
        written_at=timezone.now(),
        written_by=by,
    )
    save_record(opinion, by=by, reason="书面意见")
    data = {"department": recipient.department.code, "version": opinion.version}
    record_event(dossier=share.dossier, type="share_opinion_written", by=by, subject=opinion, data=data)
    return opinion


@transaction.atomic
def recall(*, share: SharePackage, reason: str, by: User) -> SharePackage:
    """Close the share at once, everywhere: the departments' grants end in the same transaction."""
    check_can_recall(by, share)

    reason = required_text(reason, limit=300, field="reason", field_label=_("收回理由"), multiline=False)
    share.recalled_at, share.recalled_by, share.recall_reason = timezone.now(), by, reason
    move(SHARE, share, "recall", by=by, reason=reason, access_changed=True)
    _close(share, reason, by)
    return share


@transaction.atomic
def expire(*, share: SharePackage, by: Actor = SYSTEM) -> SharePackage:
    """Tidy up a share whose last day has passed; readers are shut out by the date already."""
    if share.expires_on >= timezone.localdate():
        raise InputRefused(_("共享尚未到期。"))
    move(SHARE, share, "expire", by=by, access_changed=True)
    _close(share, "到期", by)
    return share


def _close(share: SharePackage, reason: str, by: Actor) -> None:
    for grant in Grant.objects.filter(dossier=share.dossier, revoked_at=None, basis=GrantBasis.SHARE):
        grants.revoke(grant=grant, reason=reason, by=by)
    for duty in ShareDuty.objects.filter(share=share, done_at=None):
        duty.done_at, duty.done_by_label = timezone.now(), str(by)
        save_record(duty, by=by, reason=reason)
        record_event(dossier=share.dossier, type="share_duty_done", by=by, subject=duty)
    close_dossier(dossier=share.dossier, by=by)


def _check_open(share: SharePackage) -> None:
    if share.status != ShareStatus.SHARED or share.expires_on < timezone.localdate():
        raise InputRefused(_("共享已经结束，不能再签收或提交意见。"))
