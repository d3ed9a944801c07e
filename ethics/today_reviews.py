"""Rows of the Today page about applications: what an applicant has to answer, what the secretary has to take up or decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.today import TodayRow, register_today
from ethics.enums import ActivityStatus, ApplicationKind, ApplicationStatus
from ethics.models import Application, Review, ReviewLetter
from ethics.stored_rules import rules

S = ApplicationStatus
# The most urgent ones; the list has them all.
MOST = 40
# A decision is shown as due when so few days are left: less than the law gives, more than a meeting needs to be called.
SOON_DAYS = 10


@register_today
def to_answer(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Of the applicant: applications that came back."""
    if Permission.APPLY_ETHICS not in standing(user, on).permissions:
        return
    words = {
        S.RETURNED: _("待补正：%(title)s"),
        S.AWAITING_REVISION: _("待修改：%(title)s"),
        S.AWAITING_RESUBMISSION: _("待修改：%(title)s"),
    }
    own = Application.objects.of_applicant(user).filter(status__in=list(words)).select_related("dossier")
    for one in own.order_by("pk")[:MOST]:
        url = reverse("ethics:own-detail", args=[one.dossier.reference])
        yield TodayRow(
            title=words[S(one.status)] % {"title": one.title},
            url=url,
            reference=one.dossier.reference,
            note=_("请按通知修改后提交"),
            action_label=_("办理"),
            action_url=url,
        )


@register_today
def to_confirm(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Of the applicant: letters whose receipt is not yet confirmed."""
    if Permission.APPLY_ETHICS not in standing(user, on).permissions:
        return
    own = Application.objects.of_applicant(user)
    waiting = ReviewLetter.objects.filter(application__in=own, delivered_on=None)
    waiting = waiting.to_the_applicant().select_related("application__dossier")
    for letter in waiting.order_by("pk")[:MOST]:
        url = reverse("ethics:own-detail", args=[letter.dossier.reference])
        yield TodayRow(
            title=_("文书待确认：%(kind)s") % {"kind": letter.get_kind_display()},
            url=url,
            reference=letter.number,
            note=letter.heading,
            action_label=_("查看并确认"),
            action_url=url,
        )


@register_today
def to_apply_again(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Of an applicant: approved activities that have to be reviewed anew, while nothing was asked yet."""
    own = Application.objects.of_applicant(user).filter(
        kind=ApplicationKind.INITIAL, status=S.APPROVED, activity__status=ActivityStatus.REVIEWING
    )
    waiting = Application.objects.still_open().filter(activity=OuterRef("activity"))
    rows = own.exclude(Exists(waiting)).select_related("dossier").order_by("pk")
    newest = {one.activity_id: one for one in rows}
    for one in list(newest.values())[:MOST]:
        yield TodayRow(
            title=_("须重新审查：%(title)s") % {"title": one.title},
            url=reverse("ethics:own-detail", args=[one.dossier.reference]),
            reference=one.dossier.reference,
            note=_("重新批准之前不得进行。"),
            action_label=_("申请重新审查"),
            action_url=reverse("ethics:own-review-again", args=[one.activity_id]),
        )


@register_today
def to_take_up(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Of the secretary: applications to be accepted or returned, revisions to be verified."""
    if Permission.RUN_REVIEWS not in standing(user, on).permissions:
        return
    words = {S.SUBMITTED: _("待受理：%(title)s"), S.REVISION_SUBMITTED: _("修改稿待核实：%(title)s")}
    seen = Application.objects.visible_to(user, on).filter(status__in=list(words))
    for one in seen.select_related("dossier", "committee").order_by("pk")[:MOST]:
        yield TodayRow(
            title=words[S(one.status)] % {"title": one.title},
            url=one.get_absolute_url(),
            reference=one.dossier.reference,
            note=str(one.committee or one.unit_name),
            action_label=_("办理"),
            action_url=one.get_absolute_url(),
        )


@register_today
def to_decide(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Of the secretary: decisions that are due soon or overdue."""
    if Permission.RUN_REVIEWS not in standing(user, on).permissions:
        return
    running = Prefetch("reviews", Review.objects.running(), to_attr="running")
    seen = Application.objects.visible_to(user, on).awaiting_decision()
    soon = on + dt.timedelta(days=SOON_DAYS)
    clause = rules().clause("deadline", "D2")
    rows = seen.due_until(soon).select_related("dossier", "committee").prefetch_related(running)
    for one in rows.order_by("pk")[:MOST]:
        review = one.running[0]
        last = timezone.localdate(review.due_at) if review.due_at is not None else review.last_day
        note = str(one.committee)
        if review.due_at is not None:
            moment = timezone.localtime(review.due_at).strftime("%Y-%m-%d %H:%M")
            note = _("%(name)s · 应急审查，%(moment)s 前决定") % {"name": note, "moment": moment}
        yield TodayRow(
            title=_("待决定：%(title)s") % {"title": one.title},
            url=one.get_absolute_url(),
            reference=one.dossier.reference,
            note=note,
            action_label=_("查看"),
            action_url=one.get_absolute_url(),
            due_on=last,
            article=review.due_by_label or clause.article,
            mark=clause.mark if not review.due_by_label else "",
        )
