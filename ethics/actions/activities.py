"""Listed activities from entry to their end. Follow-ups are in follow_ups.py."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import check_move, move
from ethics import stored_rules
from ethics.access import check_can_keep
from ethics.actions import activity_life, follow_ups
from ethics.enums import ActivityStatus, ApplicationKind, ExpertOutcome, LetterKind, ListItem
from ethics.models import Activity, Application, Committee, Registration, ReviewUnit
from ethics.plain_days import check_happened, check_order
from ethics.rules import RuleRefused
from ethics.wording import say
from ethics.workflow import ACTIVITY


@transaction.atomic
def enter(
    *,
    unit: ReviewUnit,
    title: str,
    by: User,
    list_item: str = "",
    committee: Committee | None = None,
    leader_name: str = "",
) -> Activity:
    """An activity under review, here or elsewhere; `list_item` when it is on the list."""
    check_can_keep(by, unit)

    return put_on_register(
        unit=unit, title=title, list_item=list_item, committee=committee, leader_name=leader_name, by=by
    )


@transaction.atomic
def put_on_register(
    *, unit: ReviewUnit, title: str, list_item: str, committee: Committee | None, leader_name: str, by: User
) -> Activity:
    """As `enter`, as part of a review that was decided: who may decide it was checked there."""
    title = required_text(title, limit=200, field="title", field_label=_("活动名称"), multiline=False)
    leader_name = clean_text(leader_name, limit=100, field="leader_name", field_label=_("负责人"), multiline=False)
    if list_item and list_item not in ListItem.values:
        raise InputRefused(_("请选择清单事项。"), field="list_item")
    if committee is not None and committee.unit_id != unit.pk:
        raise InputRefused(_("请选择本单位的委员会。"), field="committee")
    activity = Activity(unit=unit, committee=committee, title=title, leader_name=leader_name, list_item=list_item)
    try:
        with transaction.atomic():
            save_record(activity, by=by, reason="登记清单活动")
    except IntegrityError as error:
        raise InputRefused(_("这个单位已经登记了同名的活动。"), field="title") from error
    data = {"activity": activity.pk, "list_item": list_item}
    record_event(dossier=unit.dossier, type="activity_entered", by=by, subject=activity, data=data)
    return activity


@transaction.atomic
def record_expert(*, activity: Activity, outcome: str, expert_on: dt.date, basis: str, by: User) -> Activity:
    """The experts' outcome, or the record that no re-review is needed. Their refusal ends the review (办法 第30、34条)."""
    check_can_keep(by, activity.unit)

    return note_expert(activity=activity, outcome=outcome, expert_on=expert_on, basis=basis, by=by)


@transaction.atomic
def note_expert(*, activity: Activity, outcome: str, expert_on: dt.date, basis: str, by: User) -> Activity:
    """As `record_expert`, as part of a review that was decided."""
    if activity.status != ActivityStatus.REVIEWING:
        raise MoveRefused(_("只有审查中的活动可以登记专家复核结果。"))
    if outcome not in ExpertOutcome.values:
        raise InputRefused(_("请选择专家复核的结果。"), field="outcome")
    basis = required_text(basis, limit=200, field="basis", field_label=_("复核意见文号或者豁免依据"), multiline=False)
    check_happened(expert_on, field="expert_on", label=_("复核日期"))
    activity.expert_outcome, activity.expert_on, activity.expert_basis = outcome, expert_on, basis
    fields = ["expert_outcome", "expert_on", "expert_basis"]
    if not save_record(activity, by=by, reason="登记专家复核结果", fields=fields):
        return activity
    record_event(
        dossier=activity.dossier,
        type="activity_expert_recorded",
        by=by,
        subject=activity,
        data={"activity": activity.pk, "outcome": outcome, "expert_on": expert_on.isoformat()},
    )
    if outcome == ExpertOutcome.DISAGREE:
        move(ACTIVITY, activity, "refuse", by=by, data={"activity": activity.pk})
    return activity


@transaction.atomic
def approve(*, activity: Activity, approved_on: dt.date, by: User, follow_up_months: int | None = None) -> Activity:
    """The committee's final approval: the first follow-up and, of a listed one, the registration become due (第33、44条).

    `follow_up_months`: an interval shorter than the rules demand, where the committee set one.
    """
    check_can_keep(by, activity.unit)
    asked = Application.objects.still_open().handed_in()  # a draft is the applicant's own paper
    if asked.filter(activity=activity, kind=ApplicationKind.INITIAL).exists():
        raise MoveRefused(_("这项活动正在按申请审查，批准由审查决定登记。"))
    return let_begin(activity=activity, approved_on=approved_on, follow_up_months=follow_up_months, by=by)


@transaction.atomic
def let_begin(*, activity: Activity, approved_on: dt.date, by: User, follow_up_months: int | None = None) -> Activity:
    """As `approve`, as part of a review that was decided."""
    check_move(ACTIVITY, activity, "approve")

    check_happened(approved_on, field="approved_on", label=_("批准日期"))
    if activity.expert_on is not None:
        check_order(
            activity.expert_on, approved_on, field="approved_on", first_label=_("复核日期"), label=_("批准日期")
        )
    if follow_up_months is not None:
        try:
            stored_rules.follow_up_due(approved_on, is_listed=activity.is_listed, months=follow_up_months)
        except RuleRefused as refusal:
            raise InputRefused(say(refusal), field="follow_up_months") from refusal
        activity.follow_up_months = follow_up_months
    activity.approved_on = approved_on
    move(
        ACTIVITY,
        activity,
        "approve",
        by=by,
        data={"activity": activity.pk, "approved_on": approved_on.isoformat()},
    )
    if activity.is_listed and not Registration.objects.filter(activity=activity).exists():
        due_on = stored_rules.activity_registration_due(approved_on)
        registration = Registration(unit=activity.unit, activity=activity, due_on=due_on, known_on=timezone.localdate())
        save_record(registration, by=by, reason="清单活动批准")
    follow_ups.plan(activity=activity, after=approved_on, by=by)
    return activity


@transaction.atomic
def complete(*, activity: Activity, ended_on: dt.date, by: User, reason: str = "") -> Activity:
    """The activity ended as planned; a follow-up still planned is void. What was reported is answered first."""
    check_can_keep(by, activity.unit)
    check_move(ACTIVITY, activity, "complete")

    if activity.incidents.unhandled().exists():
        raise MoveRefused(_("还有没有处理的情况报告，不能登记完成。请先登记处理意见。"), article="ST 20")
    _end(activity, ended_on, clean_text(reason, limit=300, field="reason", field_label=_("结束说明")))
    move(
        ACTIVITY,
        activity,
        "complete",
        by=by,
        reason=activity.end_reason,
        data={"activity": activity.pk, "ended_on": ended_on.isoformat()},
    )
    follow_ups.void(activity=activity, on=ended_on, by=by)
    return activity


@transaction.atomic
def terminate(*, activity: Activity, ended_on: dt.date, reason: str, by: User) -> Activity:
    """The activity was stopped for good; a follow-up still planned is void. An approved one is told by a letter."""
    check_can_keep(by, activity.unit)
    check_move(ACTIVITY, activity, "terminate")

    _end(activity, ended_on, required_text(reason, limit=300, field="reason", field_label=_("终止原因")))
    move(
        ACTIVITY,
        activity,
        "terminate",
        by=by,
        reason=activity.end_reason,
        data={"activity": activity.pk, "ended_on": ended_on.isoformat()},
    )
    follow_ups.void(activity=activity, on=ended_on, by=by)
    if activity.approved_on is not None:
        activity_life.tell(activity=activity, kind=LetterKind.TERMINATION, reason=activity.end_reason, by=by)
    return activity


def _end(activity: Activity, ended_on: dt.date, reason: str) -> None:
    check_happened(ended_on, field="ended_on", label=_("结束日期"))
    if activity.approved_on is not None:
        check_order(activity.approved_on, ended_on, field="ended_on", first_label=_("批准日期"), label=_("结束日期"))
    activity.ended_on, activity.end_reason = ended_on, reason
