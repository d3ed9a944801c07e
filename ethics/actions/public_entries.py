"""The public list: an entry is written by hand, published by a second person, taken down with a reason. Never by itself."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import check_move, lock, move
from ethics.access import check_can_keep
from ethics.enums import ActivityStatus, PublicStatus
from ethics.life_access import check_can_draft, check_can_work_on, check_is_second, is_confidential
from ethics.models import Activity, PublicEntry
from ethics.workflow import PUBLIC_ENTRY


@transaction.atomic
def draft(
    *,
    activity: Activity,
    title: str,
    unit_name: str,
    by: User,
    committee_name: str = "",
    platform_no: str = "",
    redaction_note: str = "",
    embargo_until: dt.date | None = None,
) -> PublicEntry:
    """A draft from an approved activity. One that was taken down is drafted anew in the same row; its history stays."""
    check_can_draft(by)
    check_can_keep(by, activity.unit)

    _check_may_be_public(activity)
    entry = PublicEntry.objects.filter(activity=activity).first()
    if entry is not None and entry.status != PublicStatus.WITHDRAWN:
        raise MoveRefused(_("这项活动已经有公开名单条目。"))
    assert activity.approved_on is not None
    is_new = entry is None
    entry = entry or PublicEntry(activity=activity)
    entry.approved_on, entry.drafted_by = activity.approved_on, by
    _fill(entry, title, unit_name, committee_name, platform_no, redaction_note, embargo_until)
    if is_new:
        save_record(entry, by=by, reason="起草公开名单条目")
        _note(entry, by)
        return entry
    entry.published_at = entry.published_by = entry.withdrawn_on = None
    entry.withdrawn_reason = ""
    move(PUBLIC_ENTRY, entry, "draft_again", by=by, data={"activity": activity.pk})
    return entry


@transaction.atomic
def edit(
    *,
    entry: PublicEntry,
    title: str,
    unit_name: str,
    by: User,
    committee_name: str = "",
    platform_no: str = "",
    redaction_note: str = "",
    embargo_until: dt.date | None = None,
) -> PublicEntry:
    """Another wording of a draft. Whoever wrote last may not publish it."""
    check_can_work_on(by, entry)
    lock(entry, PUBLIC_ENTRY)
    if entry.status != PublicStatus.DRAFT:
        raise MoveRefused(_("只有待审核的公开稿可以修改。已公开的，请先撤下。"))

    _fill(entry, title, unit_name, committee_name, platform_no, redaction_note, embargo_until)
    if not entry.changed_fields(None):
        return entry
    entry.drafted_by = by
    save_record(entry, by=by, reason="修改公开稿")
    _note(entry, by)
    return entry


@transaction.atomic
def publish(*, entry: PublicEntry, by: User) -> PublicEntry:
    """Let out by a second person. With an embargo it shows on the day after its last day."""
    check_is_second(by, entry)
    lock(entry, PUBLIC_ENTRY)
    check_move(PUBLIC_ENTRY, entry, "publish")

    _check_may_be_public(entry.activity)
    if entry.approved_on != entry.activity.approved_on:
        raise InputRefused(_("活动已经重新批准，批准日期不同。请修改公开稿后再公开。"))
    entry.published_at, entry.published_by = timezone.now(), by
    move(PUBLIC_ENTRY, entry, "publish", by=by, data={"activity": entry.activity_id})
    return entry


@transaction.atomic
def withdraw(*, entry: PublicEntry, reason: str, by: User) -> PublicEntry:
    """Take it down; nothing of it is shown from now on."""
    check_can_work_on(by, entry)
    lock(entry, PUBLIC_ENTRY)
    check_move(PUBLIC_ENTRY, entry, "withdraw")

    reason = required_text(reason, limit=200, field="reason", field_label=_("撤下原因"))
    entry.withdrawn_on, entry.withdrawn_reason = timezone.localdate(), reason
    move(PUBLIC_ENTRY, entry, "withdraw", by=by, reason=reason, data={"activity": entry.activity_id})
    return entry


def _check_may_be_public(activity: Activity) -> None:
    if is_confidential(activity):
        raise InputRefused(_("这项活动的卷宗定有密级，不能公开。"))
    if activity.status != ActivityStatus.ACTIVE or activity.approved_on is None:
        raise MoveRefused(_("只有已批准、正在进行的活动可以公开。"))


def _fill(
    entry: PublicEntry,
    title: str,
    unit_name: str,
    committee_name: str,
    platform_no: str,
    redaction_note: str,
    embargo_until: dt.date | None,
) -> None:
    for name, text, limit, label, check in (
        ("title", title, 200, _("公开的活动名称"), required_text),
        ("unit_name", unit_name, 200, _("公开的单位名称"), required_text),
        ("committee_name", committee_name, 200, _("公开的委员会名称"), clean_text),
        ("platform_no", platform_no, 60, _("公开的登记编号"), clean_text),
        ("redaction_note", redaction_note, 200, _("隐去内容的说明"), clean_text),
    ):
        setattr(entry, name, check(text, limit=limit, field=name, field_label=label, multiline=False))
    entry.embargo_until = embargo_until
    if entry.status == PublicStatus.DRAFT and entry.activity.approved_on is not None:
        entry.approved_on = entry.activity.approved_on


def _note(entry: PublicEntry, by: User) -> None:
    record_event(
        dossier=entry.dossier,
        type="public_entry_drafted",
        by=by,
        subject=entry,
        data={"activity": entry.activity_id},
    )
