"""Two reports of one matter: a link that moves nothing and changes no grant, and can be undone at any time (B21)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.access import is_visible
from casework.actions import clocks
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import clean_text
from casework.workflow import check_move, move
from integrity import access
from integrity.actions.leads import ACCEPT, start_clock
from integrity.enums import LeadLinkKind, LeadStatus
from integrity.models import Lead, LeadLink
from integrity.workflow import LEAD

WAITING = (LeadStatus.SUBMITTED, LeadStatus.NEED_MORE)


@transaction.atomic
def mark(*, lead: Lead, original: Lead, reason: str, by: User) -> LeadLink:
    """This lead repeats `original`. Its own clock ends; files, messages, grants and handler stay where they are."""
    access.check_can_assess_lead(by, lead)
    check_move(LEAD, lead, "mark_duplicate")
    _check_pair(lead, original, by)
    reason = clean_text(reason, field_label=_("理由"), limit=300, field="reason")
    if not reason:
        raise InputRefused(_("请写明理由。"), field="reason")

    link = LeadLink(lead=lead, other_lead=original, kind=LeadLinkKind.DUPLICATE, reason=reason)
    save_record(link, by=by, reason=reason)
    lead.previous_status = lead.status
    move(LEAD, lead, "mark_duplicate", by=by, reason=reason, data={"link": link.pk, "original": original.pk})
    clocks.void(dossier=lead.dossier, key=ACCEPT, reason=reason, by=by)
    return link


@transaction.atomic
def undo(*, lead: Lead, reason: str, by: User) -> Lead:
    """Take the mark off: status as before, and the clock again from the day of receipt if it was running."""
    access.check_can_assess_lead(by, lead)
    step = f"undo_to_{lead.previous_status or LeadStatus.SUBMITTED}"
    check_move(LEAD, lead, step)
    reason = clean_text(reason, field_label=_("理由"), limit=300, field="reason")
    if not reason:
        raise InputRefused(_("请写明理由。"), field="reason")

    link = lead.links.get(kind=LeadLinkKind.DUPLICATE, undone_at=None)
    link.undone_at = timezone.now()
    link.undone_by = by
    save_record(link, by=by, reason=reason)
    lead.previous_status = ""
    move(LEAD, lead, step, by=by, reason=reason, data={"link": link.pk})
    if lead.status in WAITING:
        start_clock(lead, by)
    return lead


def _check_pair(lead: Lead, original: Lead, by: User) -> None:
    # The same sentence for a hidden and a missing original: see the form, which loads through visible_to.
    if not is_visible(by, original.dossier):
        raise InputRefused(_("没有这个编号的线索。"), field="original")
    if original.pk == lead.pk:
        raise InputRefused(_("不能与自身重复。"), field="original")
    if original.status == LeadStatus.DUPLICATE:
        raise InputRefused(_("所选线索本身已标记为重复，请选择它的主线索。"), field="original")
    if lead.linked_from.filter(kind=LeadLinkKind.DUPLICATE, undone_at=None).exists():
        # The others may be hidden from this person: the sentence speaks of this lead alone.
        raise InputRefused(_("本线索现在不能标记为重复，请把所选线索标记为与本线索重复。"), field="original")
