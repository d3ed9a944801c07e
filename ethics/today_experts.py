"""Rows of the Today page for whoever runs reviews: re-reviews to be relayed or overdue, recorded reviews left half-way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.today import TodayRow, register_today
from ethics.enums import ApplicationStatus, ReviewMode
from ethics.models import Application, ExpertReview, Review
from ethics.querysets import ApplicationQuerySet

S = ApplicationStatus
MOST = 40
RECORDED_STEPS = {
    S.SUBMITTED: "recorded-accept",
    S.ACCEPTED: "recorded-decide",
    S.AWAITING_REVISION: "recorded-verify",
}


def _run_by(user: User, on: dt.date) -> ApplicationQuerySet | None:
    """The applications whose reviews this person runs; None for everybody else, so that their page asks nothing."""
    if not {Permission.RUN_REVIEWS, Permission.KEEP_ETHICS} & standing(user, on).permissions:
        return None
    return Application.objects.visible_to(user, on)


@register_today
def to_request(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Passed by the committee, the province not yet asked."""
    seen = _run_by(user, on)
    if seen is None:
        return
    passed = seen.filter(status=S.PRELIMINARY_PASSED)
    for one in passed.select_related("dossier", "unit__organization").order_by("pk")[:MOST]:
        yield TodayRow(
            title=_("专家复核：%(title)s") % {"title": one.title},
            url=one.get_absolute_url(),
            reference=one.dossier.reference,
            note=_("初步审查已通过，待申请复核"),
            action_label=_("申请专家复核"),
            action_url=reverse("ethics:expert-request", args=[one.dossier.reference]),
            article="ST 26",
        )


@register_today
def relayed(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Asked for: the day of receipt, the overdue answer, the decision are ours; the answer in time is the province's."""
    seen = _run_by(user, on)
    if seen is None:
        return
    asked = ExpertReview.objects.filter(review__application__in=seen.filter(status=S.EXPERT_REQUESTED))
    related = ("review__application__dossier", "review__application__unit__organization")
    for one in asked.select_related(*related).order_by("due_on", "pk")[:MOST]:
        yield _relayed_row(one, on)


def _relayed_row(expert: ExpertReview, on: dt.date) -> TodayRow:
    application, review = expert.review.application, expert.review
    late = expert.due_on is not None and expert.due_on < on
    due_on, article, waits = expert.due_on, "ST 31", False
    if expert.answered_on is not None:
        name, label, note = (
            "expert-conclude",
            _("作出决定"),
            _("复核已答复：%(word)s") % {"word": expert.get_outcome_display()},
        )
        due_on, article = _decision_day(review), "ST 32"
    elif expert.received_on is None:
        name, label, note = "expert-receive", _("登记收到日期"), _("已报送，未登记复核机关收到")
        due_on = _emergency_day(review)
    else:
        name, label, waits = "expert-answer", _("登记复核答复"), not late
        note = _("复核答复已逾期，请联系复核机关") if late else _("待复核机关答复")
    return TodayRow(
        title=_("专家复核：%(title)s") % {"title": application.title},
        url=reverse("ethics:expert-detail", args=[application.dossier.reference]),
        reference=application.dossier.reference,
        note=note,
        action_label=label,
        action_url=reverse(f"ethics:{name}", args=[application.dossier.reference]),
        group="waiting" if waits else "mine",
        due_on=due_on,
        article=article,
        waiting_for=expert.authority if waits else "",
        since=expert.received_on if waits else None,
    )


def _emergency_day(review: Review) -> dt.date | None:
    return timezone.localdate(review.due_at) if review.due_at is not None else None


def _decision_day(review: Review) -> dt.date | None:
    """The last day of the decision: the experts' time counts inside the hours of an emergency only."""
    return _emergency_day(review) or review.last_day


@register_today
def recorded(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Reviews held elsewhere whose acceptance or decision is not recorded yet."""
    seen = _run_by(user, on)
    if seen is None:
        return
    labels = {
        S.SUBMITTED: _("登记受理"),
        S.ACCEPTED: _("登记审查决定"),
        S.AWAITING_REVISION: _("登记修改稿核实通过"),
    }
    open_ones = seen.filter(mode=ReviewMode.RECORDED, status__in=RECORDED_STEPS).prefetch_related("reviews")
    for one in open_ones.select_related("dossier", "unit__organization").order_by("pk")[:MOST]:
        status = S(one.status)
        running = next((review for review in one.reviews.all() if review.ended_on is None), None)
        yield TodayRow(
            title=_("外部审查：%(title)s") % {"title": one.title},
            url=one.get_absolute_url(),
            reference=one.dossier.reference,
            note=one.unit_name,
            action_label=labels[status],
            action_url=reverse(f"ethics:{RECORDED_STEPS[status]}", args=[one.dossier.reference]),
            due_on=_decision_day(running) if running is not None else None,
        )
