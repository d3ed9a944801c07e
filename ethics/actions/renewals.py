"""A further application about an activity that is on the register: an amendment, or a review anew (办法 第20条).

A review anew follows an incident or a follow-up that took the approval away; only its own approval gives it back.
"""

from __future__ import annotations

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.enums import Clearance
from accounts.models import User
from casework.refusals import InputRefused
from casework.workflow import lock
from ethics.enums import ActivityStatus, ApplicationKind, ApplicationStatus
from ethics.models import Activity, Application, EthicsAppeal
from ethics.workflow import ACTIVITY

COPIED = (
    "unit",
    "unit_name",
    "committee",
    "project_no",
    "leader_name",
    "scope_classes",
    "regimes",
    "list_item",
    "circumstances",
    "partner_countries",
    "expertise",
    "start_on",
    "end_on",
    "answers",
)
ONE_AT_A_TIME = "activity"


def kind_about(activity: Activity) -> ApplicationKind:
    """What can be asked about it now: a change of what runs, or, where the approval was taken away, a review anew."""
    if activity.status in {ActivityStatus.ACTIVE, ActivityStatus.SUSPENDED}:
        return ApplicationKind.AMENDMENT
    if activity.status == ActivityStatus.REVIEWING:
        return ApplicationKind.INITIAL
    raise InputRefused(_("这项活动已经结束，不能再提出申请。"), field=ONE_AT_A_TIME)


def check_is_own(activity: Activity, by: User) -> None:
    """Raise unless it was approved on an application of this person."""
    if not Application.objects.filter(applicant=by, activity=activity, kind=ApplicationKind.INITIAL).exists():
        raise InputRefused(_("只能对本人申请并已批准的活动提出修正案或者申请重新审查。"), field=ONE_AT_A_TIME)


def check_none_open(activity: Activity) -> None:
    """One application about an activity at a time, whatever it asks for; an appeal that waits for its answer counts."""
    lock(activity, ACTIVITY)
    waiting = Application.objects.still_open().filter(activity=activity).first()
    if waiting is not None:
        raise InputRefused(
            _("这项活动已有一份没有结束的修正案申请，请等待结论，或者先撤回。")
            if waiting.is_amendment
            else _("这项活动已有一份没有结束的审查申请，请等待结论，或者先撤回。"),
            field=ONE_AT_A_TIME,
        )
    if EthicsAppeal.objects.filter(decision__review__application__activity=activity, answered_at=None).exists():
        raise InputRefused(_("这项活动还有一份没有答复的申诉，请等待答复。"), field=ONE_AT_A_TIME)


def secrecy_behind(activity: Activity) -> int:
    """The level of the new dossier: that of the most secret one about the activity."""
    found = Application.objects.filter(activity=activity).aggregate(level=Max("dossier__secrecy"))["level"]
    return max(int(Clearance.INTERNAL), found or 0)


def copy_facts(application: Application) -> Application | None:
    """It begins with what was asked last, which is returned. When it would begin anew is to be said afresh: what lost its
    approval stands still until it has another one."""
    last = Application.objects.filter(activity=application.activity).exclude(status=ApplicationStatus.WITHDRAWN)
    found: Application | None = last.order_by("-pk").first() if application.activity is not None else None
    if found is not None:
        for name in COPIED:
            setattr(application, name, getattr(found, name))
        if application.renews:
            application.start_on = None
    return found
