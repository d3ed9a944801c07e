"""Follow-up reviews of approved activities: one is always planned while the activity is approved (办法 第19、33条)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import Actor
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import required_text
from ethics import stored_rules
from ethics.access import check_can_keep
from ethics.actions import activity_life
from ethics.enums import FollowUpOutcome
from ethics.models import Activity, FollowUp
from ethics.plain_days import check_happened, check_order


@transaction.atomic
def record(
    *,
    follow_up: FollowUp,
    done_on: dt.date,
    outcome: str,
    note: str,
    by: User,
    next_due_on: dt.date | None = None,
) -> FollowUp:
    """What the follow-up found. The next one is planned at once, at the latest within the term of the rules.

    Suspended activities are followed up too; continuing resumes them. A new review takes the approval away until then.
    """
    activity = follow_up.activity
    check_can_keep(by, activity.unit)

    if follow_up.done_on is not None or follow_up.voided_on is not None:
        raise MoveRefused(_("这次跟踪审查已经登记，或者因活动结束而取消。"))
    if outcome not in FollowUpOutcome.values:
        raise InputRefused(_("请选择跟踪结论。"), field="outcome")
    note = required_text(note, limit=1000, field="note", field_label=_("跟踪情况"))
    check_happened(done_on, field="done_on", label=_("跟踪日期"))
    if activity.approved_on is not None:
        check_order(activity.approved_on, done_on, field="done_on", first_label=_("批准日期"), label=_("跟踪日期"))
    follow_up.done_on, follow_up.outcome, follow_up.note = done_on, outcome, note
    save_record(follow_up, by=by, reason="登记跟踪审查", fields=["done_on", "outcome", "note"])
    record_event(
        dossier=follow_up.dossier,
        type="follow_up_recorded",
        by=by,
        subject=follow_up,
        data={
            "activity": activity.pk,
            "outcome": outcome,
            "done_on": done_on.isoformat(),
            "due_on": follow_up.due_on.isoformat(),
        },
    )
    activity_life.follow(activity=activity, outcome=outcome, on=done_on, note=note, resumes=True, by=by)
    if outcome in {FollowUpOutcome.CONTINUE, FollowUpOutcome.SUSPEND}:
        plan(activity=activity, after=done_on, by=by, due_on=next_due_on)
    return follow_up


def plan(*, activity: Activity, after: dt.date, by: Actor, due_on: dt.date | None = None) -> None:
    """The next follow-up; `due_on` may make it earlier than the rules demand, never later. Part of another action."""
    latest = stored_rules.follow_up_due(after, is_listed=activity.is_listed, months=activity.follow_up_months)
    if due_on is not None and due_on > latest:
        raise InputRefused(_("下一次跟踪审查最迟在 %(day)s。") % {"day": latest}, field="next_due_on")
    if due_on is not None:
        check_order(after, due_on, field="next_due_on", first_label=_("跟踪日期"), label=_("下一次跟踪期限"))
    _keep(FollowUp(activity=activity, due_on=due_on or latest, known_on=timezone.localdate()), by, "计划跟踪审查")


def shorten(*, activity: Activity, after: dt.date, by: Actor) -> None:
    """A shorter interval was set: the planned follow-up comes earlier where it must. Part of another action."""
    planned = activity.follow_ups.filter(done_on=None, voided_on=None).first()
    latest = stored_rules.follow_up_due(after, is_listed=activity.is_listed, months=activity.follow_up_months)
    if planned is not None and planned.due_on > latest:
        planned.due_on = latest
        _keep(planned, by, "缩短跟踪审查间隔")


def void(*, activity: Activity, on: dt.date, by: Actor) -> None:
    """The planned follow-up falls away because the activity ended. Part of another action."""
    planned = activity.follow_ups.filter(done_on=None, voided_on=None).first()
    if planned is not None:
        planned.voided_on = on
        _keep(planned, by, "活动结束")


def _keep(follow_up: FollowUp, by: Actor, reason: str) -> None:
    save_record(follow_up, by=by, reason=reason)
