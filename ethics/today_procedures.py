"""Rows of the Today page about the procedures beside the meeting: who names, who owes an opinion, what the secretary confirms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.today import TodayRow, register_today
from ethics.enums import ApplicationStatus, Procedure, ReviewMode, ReviewOutcome
from ethics.models import (
    Application,
    CommitteeMember,
    EthicsAppeal,
    Review,
    ReviewDecision,
    ReviewerAssignment,
    ReviewerOpinion,
)
from ethics.procedure_access import CHAIRS
from ethics.querysets import ReviewQuerySet
from ethics.review_access import RELATED

MOST = 40
S = ApplicationStatus
REVIEW_RELATED = tuple(f"application__{path}" for path in RELATED)


def _row(review: Review, title: str, label: str, name: str, *, article: str = "") -> TodayRow:
    application = review.application
    return TodayRow(
        title=title % {"title": application.title},
        url=application.get_absolute_url(),
        reference=application.dossier.reference,
        note=application.unit.organization.name if application.unit else application.unit_name,
        action_label=label,
        action_url=reverse(f"ethics:{name}", args=[application.dossier.reference]),
        due_on=review.last_day,
        article=article,
    )


def _rounds(user: User, on: dt.date) -> ReviewQuerySet | None:
    """Rounds of the applications a secretary sees that are held here; None for everybody else."""
    if Permission.RUN_REVIEWS not in standing(user, on).permissions:
        return None
    seen = Application.objects.visible_to(user, on).filter(mode=ReviewMode.RUN)
    return Review.objects.filter(application__in=seen).select_related(*REVIEW_RELATED)


def _owing() -> QuerySet[ReviewerAssignment]:
    """Named reviewers whose opinion is still to come."""
    given = ReviewerOpinion.objects.filter(assignment=OuterRef("pk"), returned_at=None)
    return ReviewerAssignment.objects.filter(~Exists(given), released_on=None)


@register_today
def to_confirm(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Simple procedures all agreed to, and waivers: one query."""
    rounds = _rounds(user, on)
    if rounds is None:
        return
    named = ReviewerAssignment.objects.filter(review=OuterRef("pk"), released_on=None)
    owing = _owing().filter(review=OuterRef("pk"))
    agreed = Q(Q(Exists(named)), Q(~Exists(owing)), procedure=Procedure.SIMPLE, application__status=S.IN_REVIEW)
    waivers = Q(procedure=Procedure.WAIVER, application__status=S.ACCEPTED)
    for review in rounds.running().filter(agreed | waivers).order_by("due_on", "pk")[:MOST]:
        if review.procedure == Procedure.WAIVER:
            yield _row(review, _("免除审查待确认：%(title)s"), _("确认免除审查"), "waiver-confirm", article="HS 32")
        else:
            yield _row(review, _("委员已全部同意：%(title)s"), _("登记简易程序批准"), "simple-confirm", article="ST 24")


@register_today
def to_report(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Results of the simple procedure no meeting was told of yet."""
    rounds = _rounds(user, on)
    if rounds is None:
        return
    approved = ReviewDecision.objects.filter(review=OuterRef("pk"), outcome=ReviewOutcome.APPROVE)
    waiting = rounds.filter(Exists(approved), procedure=Procedure.SIMPLE, reported_on=None)
    for review in waiting.order_by("pk")[:MOST]:
        application = review.application
        yield TodayRow(
            title=_("简易程序结果待向会议报告：%(title)s") % {"title": application.title},
            url=application.get_absolute_url(),
            reference=application.dossier.reference,
            note=application.committee.name if application.committee else "",
            action_label=_("查看"),
            action_url=application.get_absolute_url(),
        )


@register_today
def appeals(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Appeals without an answer, for the secretary."""
    if Permission.RUN_REVIEWS not in standing(user, on).permissions:
        return
    seen = Application.objects.visible_to(user, on)
    related = ("decision__review__application__dossier", "decision__review__application__committee")
    waiting = EthicsAppeal.objects.filter(decision__review__application__in=seen, answered_at=None)
    for appeal in waiting.select_related(*related).order_by("filed_on", "pk")[:MOST]:
        application = appeal.decision.review.application
        yield TodayRow(
            title=_("申诉待答复：%(title)s") % {"title": application.title},
            url=application.get_absolute_url(),
            reference=application.dossier.reference,
            note=application.committee.name if application.committee else "",
            action_label=_("答复申诉"),
            action_url=reverse("ethics:appeal-answer", args=[appeal.pk]),
            since=appeal.filed_on,
            article="ST 18",
        )


def _serving(user: User, on: dt.date) -> QuerySet[CommitteeMember]:
    terms = CommitteeMember.objects.filter(user=user, starts_on__lte=on, ends_on__gte=on)
    return terms.filter(Q(left_on=None) | Q(left_on__gte=on))


def _open_to_members(user: User, on: dt.date) -> ReviewQuerySet | None:
    """Simple rounds this member has declared on and sees; None for who sits in no committee. Before the declaration
    nothing stands here: what waits behind the gate is a row of the gate (E13)."""
    if Permission.SIT_ON_COMMITTEE not in standing(user, on).permissions:
        return None
    seen = Application.objects.visible_to(user, on).filter(mode=ReviewMode.RUN)
    rounds = Review.objects.running().filter(procedure=Procedure.SIMPLE, application__in=seen)
    return rounds.select_related(*REVIEW_RELATED)  # type: ignore[no-any-return]


@register_today
def to_name(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Applications whose reviewers the chair has to name."""
    rounds = _open_to_members(user, on)
    if rounds is None:
        return
    seats = _serving(user, on).filter(office__in=CHAIRS)
    waiting = rounds.filter(application__status=S.ACCEPTED, application__committee__in=seats.values("committee"))
    for review in waiting.order_by("due_on", "pk")[:MOST]:
        yield _row(review, _("请指定审查委员：%(title)s"), _("指定审查委员"), "reviewers-name", article="ST 23")


@register_today
def to_review(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Applications this member was named to review and owes an opinion on."""
    rounds = _open_to_members(user, on)
    if rounds is None:
        return
    mine = _owing().filter(review=OuterRef("pk"), member__in=_serving(user, on).values("pk"))
    waiting = rounds.filter(Exists(mine), application__status=S.IN_REVIEW)
    for review in waiting.order_by("due_on", "pk")[:MOST]:
        yield _row(review, _("请提交审查意见：%(title)s"), _("提交审查意见"), "opinion-give", article="ST 23")
