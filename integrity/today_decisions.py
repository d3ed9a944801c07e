"""What waits on the Today page because of decisions: to draft, to review, to sign, to deliver, to report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.models import Deadline, Event
from casework.today import TodayRow, register_today
from integrity.access import STEP_RIGHTS
from integrity.decision_terms import REPORT_PROVINCE
from integrity.enums import CaseStatus, DecisionStatus, Verdict
from integrity.models import Case, Decision, Respondent
from integrity.presenters.decisions import OVER, REVIEW_STATUSES
from integrity.workflow import DECISION

MOST = 200


@register_today
def decisions_to_draft(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Respondents of this officer's cases in deliberation, or whose decision was revoked, without one. One query."""
    if not may(user, Permission.DRAFT_DECISIONS):
        return
    decided = Decision.objects.exclude(status__in=OVER).values("respondent_id")
    mine = Case.objects.visible_to(user, on).filter(
        dossier__handler=user, status__in=[CaseStatus.DELIBERATION, CaseStatus.DECIDED], is_imported=False
    )
    waiting = Respondent.objects.filter(case__in=mine).exclude(pk__in=decided)
    for respondent in waiting.select_related("case__dossier").order_by("pk")[:MOST]:
        case = respondent.case
        yield TodayRow(
            title=case.title,
            url=case.get_absolute_url(),
            reference=case.dossier.reference,
            note=_("待对 %(name)s 作出处理决定") % {"name": respondent},
            action_label=_("起草决定"),
            action_url=reverse("integrity:decision-draft", args=[case.dossier.reference, respondent.pk]),
        )


@register_today
def decisions_in_hand(user: User, on: dt.date) -> Iterator[TodayRow]:
    """This officer's decisions: to finish, sign or deliver; and those that wait for others. One query."""
    if not may(user, Permission.DRAFT_DECISIONS):
        return
    live = Decision.objects.visible_to(user, on).filter(case__dossier__handler=user)
    live = live.filter(status__in=[*_turns(), *REVIEW_STATUSES])
    for decision in _with_last_move(live).order_by("pk")[:MOST]:
        step = REVIEW_STATUSES.get(DecisionStatus(decision.status))
        if step is not None:
            detail = decision.get_absolute_url()
            yield _row(decision, decision.get_status_display(), _("查看"), detail, waiting_for=str(step.label))
            continue
        note, label, name = _turns()[DecisionStatus(decision.status)]
        yield _row(decision, note, label, reverse(f"integrity:decision-{name}", args=[decision.pk]))


@register_today
def decisions_to_review(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Decisions at a step this person may take, except their own and those they agreed to before. One query."""
    statuses = [status for status, step in REVIEW_STATUSES.items() if may(user, STEP_RIGHTS[step])]
    if not statuses:
        return
    waiting = Decision.objects.visible_to(user, on).filter(status__in=statuses)
    mine = Q(drafted_by=user) | Q(case__dossier__handler=user)
    agreed = Decision.objects.filter(
        status=DecisionStatus.SECOND_APPROVAL, approvals__given_by=user, approvals__verdict=Verdict.APPROVE
    )
    others = waiting.exclude(mine).exclude(pk__in=agreed.values("pk"))
    for decision in _with_last_move(others).order_by("pk")[:MOST]:
        url = reverse("integrity:decision-review", args=[decision.pk])
        yield _row(decision, decision.get_status_display(), _("审批"), url)


@register_today
def decisions_to_report(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Decisions in force still to be sent to the provincial department (221号 第37条). Two queries."""
    if not may(user, Permission.DRAFT_DECISIONS):
        return
    clocks = Deadline.objects.running().filter(key__startswith=f"{REPORT_PROVINCE}:", dossier__handler=user)
    by_decision = {
        clock.key.partition(":")[2]: clock for clock in clocks.select_related("clause").order_by("pk")[:MOST]
    }
    decisions = (
        Decision.objects.visible_to(user, on).filter(pk__in=by_decision).select_related("case__dossier", "respondent")
    )
    for decision in decisions.order_by("pk"):
        clock = by_decision[str(decision.pk)]
        yield TodayRow(
            title=_title(decision),
            url=decision.get_absolute_url(),
            reference=decision.reference or "",
            note=_("待报省级科技行政部门"),
            action_label=_("登记报送"),
            action_url=reverse("integrity:decision-province", args=[decision.pk]),
            due_on=clock.due_on,
            provisional=clock.provisional,
            article=clock.clause.article if clock.clause else "",
            mark=clock.clause.mark if clock.clause else "",
            since=decision.served_on,
        )


def _with_last_move(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """`moved_at`: when each came to the step it stands at, by its events alone; None for a draft never sent."""
    moves = Event.objects.filter(
        dossier_id=OuterRef("case__dossier_id"),
        subject_label=Decision._meta.label,
        subject_pk=Cast(OuterRef("pk"), CharField()),
        type__in=[move.event for move in DECISION.moves],
    )
    last = Subquery(moves.order_by("-seq").values("at")[:1])
    return decisions.select_related("case__dossier", "respondent").annotate(moved_at=last)


def _turns() -> dict[DecisionStatus, tuple[str, str, str]]:
    return {
        DecisionStatus.DRAFT: (_("决定草稿待提交"), _("继续办理"), "detail"),
        DecisionStatus.APPROVED: (_("已批准，待签发"), _("签发"), "issue"),
        DecisionStatus.ISSUED: (_("已签发，待送达"), _("登记送达"), "serve"),
    }


def _title(decision: Decision) -> str:
    return _("对 %(name)s 的处理决定") % {"name": decision.respondent}


def _row(decision: Any, note: str, label: str, url: str, *, waiting_for: str = "") -> TodayRow:
    return TodayRow(
        title=_title(decision),
        url=decision.get_absolute_url(),
        reference=decision.reference or decision.case.dossier.reference,
        note=note,
        action_label=label,
        action_url=url,
        group="waiting" if waiting_for else "mine",
        waiting_for=waiting_for,
        since=timezone.localdate(decision.moved_at) if decision.moved_at else None,
    )
