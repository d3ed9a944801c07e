"""An approved activity is suspended, resumed, stopped or reviewed again, each with its letter (办法 第19-20条).

Follow-ups and incidents lead here; `follow` is the step their outcome stands for.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.refusals import MoveRefused
from casework.texts import required_text
from casework.workflow import check_move, move
from ethics.access import check_can_keep
from ethics.actions import letters
from ethics.enums import ActivityStatus, FollowUpOutcome, LetterKind
from ethics.models import Activity, ReviewLetter
from ethics.workflow import ACTIVITY

REASON_LIMIT = 1000
ARTICLE = "ST 20"


@transaction.atomic
def suspend(*, activity: Activity, reason: str, by: User) -> Activity:
    """Stop it for the time being, with a letter that says why."""
    check_can_keep(by, activity.unit)
    check_move(ACTIVITY, activity, "suspend")

    reason = required_text(reason, limit=REASON_LIMIT, field="reason", field_label=_("暂停原因"))
    move(ACTIVITY, activity, "suspend", by=by, reason=reason, article=ARTICLE, data={"activity": activity.pk})
    tell(activity=activity, kind=LetterKind.SUSPENSION, reason=reason, by=by)
    return activity


@transaction.atomic
def resume(*, activity: Activity, reason: str, by: User) -> Activity:
    """Let it go on. Never while a serious incident waits for its answer."""
    check_can_keep(by, activity.unit)
    check_move(ACTIVITY, activity, "resume")

    check_answered(activity)
    reason = required_text(reason, limit=REASON_LIMIT, field="reason", field_label=_("恢复理由"))
    move(ACTIVITY, activity, "resume", by=by, reason=reason, article=ARTICLE, data={"activity": activity.pk})
    tell(activity=activity, kind=LetterKind.RESUMPTION, reason=reason, by=by)
    return activity


@transaction.atomic
def follow(*, activity: Activity, outcome: str, on: dt.date, note: str, resumes: bool, by: User) -> None:
    """The step an outcome stands for, with its letter. Part of another action, which checked access.

    `resumes`: going on ends a suspension. A new review takes the approval away until it has decided.
    """
    data = {"activity": activity.pk}
    if outcome == FollowUpOutcome.SUSPEND and activity.status == ActivityStatus.ACTIVE:
        move(ACTIVITY, activity, "suspend", by=by, reason=note, article=ARTICLE, data=data)
        tell(activity=activity, kind=LetterKind.SUSPENSION, reason=note, by=by)
    elif outcome == FollowUpOutcome.CONTINUE and activity.status == ActivityStatus.SUSPENDED and resumes:
        check_answered(activity)
        move(ACTIVITY, activity, "resume", by=by, reason=note, article=ARTICLE, data=data)
        tell(activity=activity, kind=LetterKind.RESUMPTION, reason=note, by=by)
    elif outcome == FollowUpOutcome.TERMINATE:
        check_move(ACTIVITY, activity, "terminate")
        activity.ended_on, activity.end_reason = on, note[:300]
        move(ACTIVITY, activity, "terminate", by=by, reason=note, article=ARTICLE, data=data)
        tell(activity=activity, kind=LetterKind.TERMINATION, reason=note, by=by)
    elif outcome == FollowUpOutcome.NEW_REVIEW:
        # What the experts said was about the plan as it was; the history keeps it.
        activity.expert_outcome, activity.expert_on, activity.expert_basis = "", None, ""
        activity.approved_on = None
        move(ACTIVITY, activity, "review_again", by=by, reason=note, article=ARTICLE, data=data)


@transaction.atomic
def tell(*, activity: Activity, kind: LetterKind, reason: str, by: User) -> ReviewLetter:
    """The letter to the unit about such a step. Part of another action, which checked access."""
    return letters.issue(kind=kind, activity=activity, paragraphs=lambda: _paragraphs(activity, kind, reason), by=by)


def _paragraphs(activity: Activity, kind: LetterKind, reason: str) -> list[str]:
    words = {
        LetterKind.SUSPENSION: _("自收到本通知书之日起，暂停开展活动“%(title)s”。未经书面通知，不得恢复。"),
        LetterKind.RESUMPTION: _("经核实，活动“%(title)s”可以恢复开展。"),
        LetterKind.TERMINATION: _("终止开展活动“%(title)s”，不得继续进行。"),
    }
    paragraphs = [words[kind] % {"title": activity.title}, _("理由：%(text)s") % {"text": reason}]
    if kind != LetterKind.RESUMPTION:
        paragraphs.append(_("请妥善处置已经招募的受试者、实验动物和已经收集的数据，并书面报告处置情况。"))
    return paragraphs


def check_answered(activity: Activity) -> None:
    """Raise MoveRefused while a serious incident of this activity has no answer."""
    if activity.incidents.unhandled().filter(is_serious=True).exists():
        raise MoveRefused(_("还有严重情况没有处理，不能恢复。请先登记处理意见。"), article=ARTICLE)
