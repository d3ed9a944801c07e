"""A review held elsewhere on the pages: its steps, and what its forms offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.access import permitted
from casework.refusals import InputRefused, MoveRefused
from ethics.actions.recorded import ENTRUSTED
from ethics.actions.recorded_waivers import check_may_be_told
from ethics.completeness import wanted_materials
from ethics.enums import ActivityStatus, ApplicationStatus, Procedure, ReviewMode
from ethics.models import Activity, Application, Committee, ReviewUnit
from ethics.presenters.parts import register_steps
from ethics.review_access import check_can_run, closed_activities
from ethics.review_books import proposal_for
from ethics.rule_books import known_books
from ethics.wording import say

Row = dict[str, Any]
S = ApplicationStatus
# Possible at any time, never what is to be done next.
ASIDE = frozenset({"recorded-paper", "expert-put-off", "recorded-waive"})


@register_steps
def steps(application: Application, user: User) -> Iterator[Row]:
    """What is recorded next of a review held elsewhere."""
    if application.mode != ReviewMode.RECORDED:
        return
    refusal = permitted(check_can_run, user, application)
    for name, label, method in [*_open_steps(application), *_waiver_step(application)]:
        yield {
            "label": label,
            "url": reverse(f"ethics:{name}", args=[application.dossier.reference]),
            "method": method,
            "enabled": refusal is None,
            "reason": refusal.reason if refusal else "",
            "danger": name == "recorded-withdraw",
            "aside": name in ASIDE,
            "article": "",
            "mark": "",
        }


def _open_steps(application: Application) -> Iterator[tuple[str, str, str]]:
    status = application.status
    if status == S.SUBMITTED:
        yield "recorded-accept", _("登记受理"), "get"
    elif status == S.ACCEPTED:
        yield "recorded-decide", _("登记审查决定"), "get"
    elif status == S.AWAITING_REVISION:
        yield "recorded-verify", _("登记修改稿核实通过"), "get"
    elif status == S.AWAITING_RESUBMISSION:
        yield "recorded-resubmit", _("登记重新提交"), "post"
    if status in {S.SUBMITTED, S.ACCEPTED, S.AWAITING_REVISION, S.AWAITING_RESUBMISSION, S.PRELIMINARY_PASSED}:
        yield "recorded-paper", _("上传审查材料"), "get"
    if status in {S.SUBMITTED, S.ACCEPTED, S.AWAITING_REVISION, S.AWAITING_RESUBMISSION}:
        yield "expert-put-off", _("更正开始日期"), "get"
        yield "recorded-withdraw", _("撤回登记"), "get"


def _waiver_step(application: Application) -> Iterator[tuple[str, str, str]]:
    """Only where an answer about the conditions could make it one (HS 32)."""
    if application.status != S.SUBMITTED or application.renews:
        return
    try:
        check_may_be_told(application)
    except MoveRefused:
        return
    yield "recorded-waive", _("登记免除审查"), "get"


def committees_for(unit: ReviewUnit, user: User) -> QuerySet[Committee]:
    """The unit's own committees, and others of visible units it may have entrusted; none that works in this system."""
    units = ReviewUnit.objects.visible_to(user)
    standing = Committee.objects.standing_on(timezone.localdate()).filter(
        Q(unit=unit) | Q(unit__in=units), runs_here=False
    )
    return standing.select_related("unit__organization").order_by("unit__organization__name", "pk")


def activities_to_review(unit: ReviewUnit, user: User) -> QuerySet[Activity]:
    """Those a further review may be about: running ones to be amended, and those under review."""
    statuses = [ActivityStatus.ACTIVE, ActivityStatus.SUSPENDED, ActivityStatus.REVIEWING]
    closed = closed_activities(user)
    return unit.activities.filter(status__in=statuses).exclude(pk__in=closed).order_by("pk")


def facts_to_begin_with(activity: Activity, user: User) -> Row:
    """What the record of a further review begins with: what was asked last, where this reader may see it."""
    found: Row = {
        "activity": activity,
        "title": activity.title,
        "leader_name": activity.leader_name,
        "list_item": activity.list_item,
        "committee": activity.committee,
    }
    last = Application.objects.visible_to(user).filter(activity=activity).order_by("-pk").first()
    if last is None:
        return found
    return {
        **found,
        "title": last.title,
        "leader_name": last.leader_name,
        "committee": last.committee,
        "scope_classes": last.scope_classes,
        "regimes": last.regimes,
        "circumstances": last.circumstances,
        "partner_countries": "、".join(last.partner_countries),
    }


def circumstance_choices() -> list[tuple[str, str]]:
    """What triage knows, in the words of the rule sets; entrusting follows from the committee."""
    return _clauses("triage_reason", leave_out={"default_meeting", ENTRUSTED})


def ground_choices() -> list[tuple[str, str]]:
    return _clauses("simple_ground", leave_out=set())


def _clauses(kind: str, *, leave_out: Iterable[str]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for book in sorted(known_books(), key=lambda one: one.code != "st2023"):
        for clause in book.of_kind(kind):
            if clause.key not in leave_out:
                found.setdefault(clause.key, say(clause))
    return list(found.items())


def paper_choices(application: Application) -> list[tuple[str, str]]:
    return [(one.key, one.label) for one in wanted_materials(application, timezone.localdate())]


def proposal_rows(application: Application) -> Row:
    """What triage proposes and why, beside the form of the acceptance."""
    try:
        proposal = proposal_for(application, timezone.localdate())
    except InputRefused as refusal:
        return {"label": "", "problem": refusal.reason, "reasons": [], "needs_expert": False}
    return {
        "label": Procedure(proposal.procedure).label,
        "problem": "",
        "needs_expert": proposal.needs_expert,
        "reasons": [
            {"words": say(one.clause), "article": one.clause.article, "mark": one.clause.mark}
            for one in proposal.reasons
        ],
    }


def decision_hints(application: Application, on: dt.date) -> list[tuple[str, Any]]:
    """What the register knows, to compare with the paper in hand."""
    committee, review = application.committee, application.reviews.running().first()
    facts: list[tuple[str, Any]] = []
    if committee is not None:
        serving = sum(member.sits_on(on) for member in committee.members.all())
        facts = [(_("审查委员会"), committee.name), (_("登记在任委员"), _("%(n)s 人") % {"n": serving})]
    if review is not None:
        facts += [
            (_("受理日期"), timezone.localdate(review.accepted_at)),
            (_("审查程序"), review.get_procedure_display()),
            (_("决定期限"), review.last_day or timezone.localtime(review.due_at).strftime("%Y-%m-%d %H:%M")),
        ]
    facts.append((_("计划开始日期"), application.start_on))
    return facts
