"""What sharing puts on the Today page: packages to acknowledge, duties after a decision changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.templatetags.casework import in_language
from casework.today import TodayRow, register_today
from sharing.models import ShareDuty, SharePackage, ShareRecipient


@register_today
def packages_to_acknowledge(user: User, on: dt.date) -> Iterator[TodayRow]:
    """For a member: what was shared with their department and not yet acknowledged."""
    holds = standing(user, on)
    if Permission.RECEIVE_SHARES not in holds.permissions:
        return
    visible = SharePackage.objects.visible_to(user, on).open_on(on)
    waiting = ShareRecipient.objects.filter(
        share__in=visible, department__in=holds.departments, acknowledged_at=None
    ).select_related("share__dossier", "share__decision__respondent", "share__shared_by")
    for recipient in waiting.order_by("pk"):
        share = recipient.share
        yield TodayRow(
            title=_("共享：%(name)s 的处理结果") % {"name": share.decision.respondent.name_then},
            url=share.get_absolute_url(),
            reference=share.dossier.reference,
            note=_("%(purpose)s · 共享至 %(until)s")
            % {"purpose": share.get_purpose_display(), "until": share.expires_on},
            action_label=_("查看并签收"),
            action_url=share.get_absolute_url(),
            since=timezone.localdate(share.shared_at),
        )


@register_today
def duties(user: User, on: dt.date) -> Iterator[TodayRow]:
    """For the officer who shared: the decision behind it changed."""
    if Permission.SHARE_CASES not in standing(user, on).permissions:
        return
    mine = SharePackage.objects.managed_by(user, on)
    open_duties = ShareDuty.objects.filter(done_at=None, share__in=mine).select_related("share__dossier")
    for duty in open_duties.order_by("pk"):
        yield TodayRow(
            title=_("共享的处理决定已经变化，请收回"),
            url=duty.share.get_absolute_url(),
            reference=duty.share.dossier.reference,
            note="",
            action_label=_("收回共享"),
            action_url=reverse("sharing:share-recall", args=[duty.share.dossier.reference]),
        )


@register_today
def waiting_for_acknowledgement(user: User, on: dt.date) -> Iterator[TodayRow]:
    """For the officer who shared: departments that have not acknowledged yet."""
    if Permission.SHARE_CASES not in standing(user, on).permissions:
        return
    mine = SharePackage.objects.managed_by(user, on).open_on(on)
    silent = ShareRecipient.objects.filter(share__in=mine, acknowledged_at=None).select_related(
        "share__dossier", "share__decision__respondent", "department"
    )
    for recipient in silent.order_by("pk"):
        share = recipient.share
        yield TodayRow(
            title=_("共享待签收：%(name)s") % {"name": share.decision.respondent.name_then},
            url=share.get_absolute_url(),
            reference=share.dossier.reference,
            note="",
            action_label=_("查看"),
            action_url=share.get_absolute_url(),
            group="waiting",
            waiting_for=in_language(recipient.department),
            since=timezone.localdate(share.shared_at),
        )
