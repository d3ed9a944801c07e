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
from casework.models import Exclusion
from casework.today import TodayRow, register_today
from ethics.enums import ApplicationStatus, Procedure, ReviewMode, ReviewOutcome
from ethics.models import (
    Application,
    CommitteeMember,
    ConflictDeclaration,
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
        action_url=reverse(f"ethics:{name}", args=[application.dossier.reference])
        if name
        else application.get_absolute_url(),
        due_on=review.last_day or (review.due_at.date() if review.due_at else None),
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
    """Simple procedures all agreed to, waivers, revisions: one query."""
    rounds = _rounds(user, on)
    if rounds is None:
        return
    named = ReviewerAssignment.objects.filter(review=OuterRef("pk"), released_on=None)
    owing = _owing().filter(review=OuterRef("pk"))
    agreed = Q(Q(Exists(named)), Q(~Exists(owing)), procedure=Procedure.SIMPLE, application__status=S.IN_REVIEW)
    waivers = Q(procedure=Procedure.WAIVER, application__status=S.ACCEPTED)
    revisions = Q(application__status=S.REVISION_SUBMITTED)
    for review in rounds.running().filter(agreed | waivers | revisions).order_by("due_on", "pk")[:MOST]:
        if review.application.status == S.REVISION_SUBMITTED:
            yield _row(review, _("修改稿待核实：%(title)s"), _("核实修改稿"), "revision-verify")
        elif review.procedure == Procedure.WAIVER:
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
    """Simple rounds nobody recused this member from; None for who sits in no committee."""
    if Permission.SIT_ON_COMMITTEE not in standing(user, on).permissions:
        return None
    shut = Exclusion.objects.filter(dossier=OuterRef("application__dossier"), user=user, lifted_at=None)
    conflicts = ConflictDeclaration.objects.filter(
        application=OuterRef("application"), member__user=user, answer="conflict"
    )
    rounds = Review.objects.running().filter(procedure=Procedure.SIMPLE, application__mode=ReviewMode.RUN)
    open_ones = rounds.filter(~Exists(shut), ~Exists(conflicts)).select_related(*REVIEW_RELATED)
    seen = Application.objects.visible_to(user, on).filter(pk=OuterRef("application"))
    return open_ones.annotate(is_seen=Exists(seen))  # type: ignore[no-any-return]


@register_today
def to_name(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Applications whose reviewers the chair has to name."""
    rounds = _open_to_members(user, on)
    if rounds is None:
        return
    seats = _serving(user, on).filter(office__in=CHAIRS)
    waiting = rounds.filter(application__status=S.ACCEPTED, application__committee__in=seats.values("committee"))
    for review in waiting.order_by("due_on", "pk")[:MOST]:
        yield _member_row(review, _("请指定审查委员：%(title)s"), _("指定审查委员"), "reviewers-name", "ST 23")


@register_today
def to_review(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Applications this member was named to review and owes an opinion on."""
    rounds = _open_to_members(user, on)
    if rounds is None:
        return
    mine = _owing().filter(review=OuterRef("pk"), member__in=_serving(user, on).values("pk"))
    waiting = rounds.filter(Exists(mine), application__status=S.IN_REVIEW)
    for review in waiting.order_by("due_on", "pk")[:MOST]:
        yield _member_row(review, _("请提交审查意见：%(title)s"), _("提交审查意见"), "opinion-give", "ST 23")


def _member_row(review: Review, title: str, label: str, name: str, article: str) -> TodayRow:
    """Before the declaration a member reads neither number nor title, only that something waits behind the gate (E13)."""
    if review.is_seen:  # type: ignore[attr-defined]
        return _row(review, title, label, name, article=article)
    gate = reverse("ethics:gate", args=[review.application.dossier.reference])
    return TodayRow(
        title=_("一份申请等待您审查，请先声明有没有利益冲突"),
        url=gate,
        reference="",
        note=review.application.committee.name if review.application.committee else "",
        action_label=_("声明"),
        action_url=gate,
        due_on=review.last_day,
        article="ST 8",
    )
