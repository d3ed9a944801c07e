"""What waits on the Today page because of leads and of the identity vault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.models import Deadline
from casework.today import TodayRow, register_today
from integrity.actions.leads import ACCEPT
from integrity.enums import LeadStatus, UnlockStatus
from integrity.models import IdentityUnlock, Lead

MOST = 200


@register_today
def leads_to_assess(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Leads whose acceptance clock runs: for intake to assess, for the head to confirm a refusal."""
    assesses, confirms = may(user, Permission.ASSESS_LEADS), may(user, Permission.REFUSE_LEADS)
    if not (assesses or confirms):
        return
    visible = Lead.objects.visible_to(user, on).values("dossier_id")
    clocks = Deadline.objects.running().filter(key=ACCEPT, dossier__in=visible)
    for clock in clocks.select_related("dossier__lead", "clause").order_by("due_on", "pk")[:MOST]:
        lead = clock.dossier.lead
        if lead.status == LeadStatus.REFUSAL_PROPOSED:
            mine, step, label, waits = confirms, "refuse", _("确认或者退回"), _("科室负责人")
        elif lead.status == LeadStatus.NEED_MORE:
            mine, step, label, waits = False, "detail", "", _("举报人补充")
        else:
            mine, step, label, waits = assesses, "detail", _("作出受理决定"), _("受理人员")
        if mine or assesses:
            yield _lead_row(lead, clock, mine, step, label if mine else _("查看"), waits)


def _lead_row(lead: Lead, clock: Deadline, mine: bool, step: str, label: str, waits: str) -> TodayRow:
    reference = clock.dossier.reference
    detail = reverse("integrity:lead-detail", args=[reference])
    return TodayRow(
        title=lead.summary or _("新线索，尚未填写摘要"),
        url=detail,
        reference=reference,
        note=_("应在 %(day)s 前决定是否受理") % {"day": clock.due_on},
        action_label=label,
        action_url=reverse(f"integrity:lead-{step}", args=[reference]) if mine else detail,
        group="mine" if mine else "waiting",
        due_on=clock.due_on,
        provisional=clock.provisional,
        article=clock.clause.article if clock.clause else "",
        mark=clock.clause.mark if clock.clause else "",
        waiting_for="" if mine else waits,
        since=lead.received_on,
    )


@register_today
def leads_to_hand_on(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Accepted leads in nobody's hands: no officer can open a case from them."""
    if not may(user, Permission.ASSESS_LEADS):
        return
    idle = Lead.objects.visible_to(user, on).filter(status=LeadStatus.ACCEPTED, dossier__handler=None)
    for lead in idle.select_related("dossier").order_by("pk")[:MOST]:
        yield TodayRow(
            title=lead.summary,
            url=lead.get_absolute_url(),
            reference=lead.dossier.reference,
            note=_("已受理，还没有承办人"),
            action_label=_("分派承办人"),
            action_url=reverse("integrity:lead-assign", args=[lead.dossier.reference]),
        )


@register_today
def leads_to_open(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Accepted leads handed to this officer, still without a case."""
    if not may(user, Permission.OPEN_CASES):
        return
    mine = Lead.objects.visible_to(user, on).filter(status=LeadStatus.ACCEPTED, dossier__handler=user)
    for lead in mine.select_related("dossier").order_by("pk")[:MOST]:
        reference = lead.dossier.reference
        yield TodayRow(
            title=lead.summary,
            url=lead.get_absolute_url(),
            reference=reference,
            note=_("已受理，等待立案"),
            action_label=_("立案"),
            action_url=reverse("integrity:case-open") + f"?lead={reference}",
            since=timezone.localdate(lead.decided_at) if lead.decided_at else None,
        )


@register_today
def identities_to_keep(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Requests a custodian has to answer, and windows open for this custodian."""
    if not may(user, Permission.KEEP_IDENTITIES):
        return
    asked = [UnlockStatus.REQUESTED, UnlockStatus.APPROVED_ONE]
    unlocks = IdentityUnlock.objects.visible_to(user, on).filter(status__in=asked)
    for unlock in unlocks.select_related("lead__dossier").order_by("pk")[:MOST]:
        agreed = unlock.approved_by_id == user.pk
        yield TodayRow(
            title=_("查阅举报人身份的申请"),
            url=reverse("integrity:vault-list"),
            reference=unlock.lead.dossier.reference,
            note=unlock.get_status_display(),
            action_label=_("查看"),
            action_url=reverse("integrity:vault-list"),
            group="waiting" if agreed else "mine",
            waiting_for=_("另一位保管人") if agreed else "",
            since=timezone.localdate(unlock.requested_at),
        )
