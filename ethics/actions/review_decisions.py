"""What a round decides, and what follows from it: the only place an application gets its outcome (办法 第16-17条).

Called by the actions that carried it: a meeting's item, the named reviewers, the answer of the experts, the record of a
review held elsewhere. They checked who may; here is checked what must hold whatever the way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Clearance
from accounts.models import User
from casework.actions.dossiers import close_dossier
from casework.events import record_event
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import move
from ethics.actions import activities, closing, follow_ups, letters
from ethics.deadlines import was_late
from ethics.enums import ActivityStatus, ExpertOutcome, LetterKind, ReviewMode, ReviewOutcome
from ethics.models import Activity, Application, Committee, CommitteeMember, ExpertReview, Review, ReviewDecision
from ethics.plain_days import check_happened, check_order
from ethics.review_books import books_of
from ethics.review_workflow import APPLICATION
from ethics.rules import RuleRefused
from ethics.terms import followup_due
from ethics.wording import say

MOVES = {
    ReviewOutcome.APPROVE: "approve",
    ReviewOutcome.APPROVE_AFTER_REV: "ask_revision",
    ReviewOutcome.REREVIEW: "ask_rereview",
    ReviewOutcome.REJECT: "reject",
}


@transaction.atomic
def decide(
    *,
    review: Review,
    outcome: str,
    decided_on: dt.date,
    by: User,
    required_changes: str = "",
    reasons: str = "",
    follow_up_months: int | None = None,
    counted: Sequence[dict[str, Any]] = (),
    document_no: str = "",
    signed_by_member: CommitteeMember | None = None,
) -> ReviewDecision | None:
    """Write the outcome that was carried, take its step and issue its letter. There is no default outcome (E4).

    An approval that still needs the experts is kept as the preliminary opinion and returns None: the decision follows
    their answer (第25-32条). An approval whose activity was to begin earlier is refused: nothing is approved afterwards (E12).
    """
    application = review.application
    required_changes, reasons = _checked_texts(review, outcome, required_changes, reasons)
    _check_day(review, decided_on)
    if outcome == ReviewOutcome.APPROVE:
        check_start(application, decided_on)
        _check_interval(review, decided_on, follow_up_months)
    if outcome == ReviewOutcome.APPROVE and review.needs_expert and not _experts_agreed(review):
        _pass_preliminary(review, decided_on, reasons, follow_up_months, counted, document_no, by)
        return None
    decision = ReviewDecision(
        review=review,
        outcome=outcome,
        required_changes=required_changes,
        reasons=reasons,
        follow_up_months=follow_up_months,
        counted=list(counted),
        document_no=clean_text(
            document_no, limit=80, field="document_no", field_label=_("审查意见文号"), multiline=False
        ),
        decided_on=decided_on,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    save_record(decision, by=by, reason="登记审查结论")
    record_event(
        dossier=application.dossier,
        type="review_decided",
        by=by,
        subject=decision,
        article="ST 16",
        data={
            "review_outcome": outcome,
            "decided_on": decided_on.isoformat(),
            "round": review.round,
            "late": was_late(decision),
        },
    )
    _take_effect(review, decision, by)
    if application.mode == ReviewMode.RECORDED:
        return decision  # the letter is the one of the committee that decided elsewhere
    letters.issue(
        kind=LetterKind.DECISION,
        application=application,
        review=review,
        decision=decision,
        signed_by_member=signed_by_member,
        paragraphs=lambda: _letter_text(application, decision),
        by=by,
    )
    return decision


def _checked_texts(review: Review, outcome: str, required_changes: str, reasons: str) -> tuple[str, str]:
    """What the rule sets want said with this outcome: the changes required, the reasons (第16条)."""
    if outcome not in ReviewOutcome.values:
        raise InputRefused(_("请选择审查结论。"), field="outcome")
    wanted = set()
    for book in books_of(review):
        if book.has("decision", outcome):
            wanted |= set(book.clause("decision", outcome).numbers.get("needs", ()))
    check = {True: required_text, False: clean_text}
    return (
        check["required_changes" in wanted](
            required_changes, limit=5000, field="required_changes", field_label=_("修改要求")
        ),
        check["reasons" in wanted](reasons, limit=5000, field="reasons", field_label=_("审查理由")),
    )


def _check_day(review: Review, decided_on: dt.date) -> None:
    check_happened(decided_on, field="decided_on", label=_("决定日期"))
    check_order(
        timezone.localdate(review.accepted_at),
        decided_on,
        field="decided_on",
        first_label=_("受理日期"),
        label=_("决定日期"),
    )


def check_start(application: Application, decided_on: dt.date) -> None:
    """InputRefused where the activity was to begin before the day: nothing is approved afterwards (E12)."""
    if application.is_amendment or application.start_on is None or application.start_on >= decided_on:
        return
    raise InputRefused(
        _(
            "申请写明的开始日期 %(start)s 早于批准日期，不能批准。还没有开始的，请申请人改正开始日期；"
            "已经开始的，不得事后补批，请登记为“未获批准擅自开展”的违规。"
        )
        % {"start": application.start_on},
        field="decided_on",
        article="ST 47",
    )


def _check_interval(review: Review, decided_on: dt.date, months: int | None) -> None:
    try:
        followup_due(books_of(review), decided_on, is_listed=review.application.is_listed, months=months)
    except RuleRefused as refusal:
        raise InputRefused(say(refusal), field="follow_up_months") from refusal


def _experts_agreed(review: Review) -> bool:
    return ExpertReview.objects.filter(review=review, outcome="agree").exists()


def _pass_preliminary(
    review: Review,
    decided_on: dt.date,
    reasons: str,
    follow_up_months: int | None,
    counted: Sequence[dict[str, Any]],
    document_no: str,
    by: User,
) -> None:
    review.preliminary = {
        "decided_on": decided_on.isoformat(),
        "reasons": reasons,
        "follow_up_months": follow_up_months,
        "counted": list(counted),
        "document_no": document_no,
    }
    save_record(review, by=by, reason="初步审查通过", fields=["preliminary"])
    move(APPLICATION, review.application, "pass_preliminary", by=by, article="ST 26", data={"round": review.round})


def _take_effect(review: Review, decision: ReviewDecision, by: User) -> None:
    """The step of the application the outcome stands for. A revision keeps the round open until it is verified."""
    application, outcome = review.application, ReviewOutcome(decision.outcome)
    name = MOVES[outcome]
    expert = ExpertReview.objects.filter(review=review).first()
    if outcome == ReviewOutcome.REJECT and expert is not None and expert.outcome == "disagree":
        name = "reject_after_experts"
    move(
        APPLICATION,
        application,
        name,
        by=by,
        article="ST 16",
        data={"round": review.round, "decided_on": decision.decided_on.isoformat()},
    )
    if outcome != ReviewOutcome.APPROVE_AFTER_REV:
        review.ended_on = decision.decided_on
        save_record(review, by=by, reason="本轮审查结束", fields=["ended_on"])
    if outcome == ReviewOutcome.APPROVE:
        _let_the_activity_begin(review, decision, expert, by)
    if outcome in {ReviewOutcome.APPROVE, ReviewOutcome.REJECT}:
        close_dossier(dossier=application.dossier, by=by)
        closing.end_reviewers_access(application=application, by=by)


def _let_the_activity_begin(review: Review, decision: ReviewDecision, expert: ExpertReview | None, by: User) -> None:
    """The activity enters the register as approved, with its follow-up and, when listed, its registration due.

    An amendment leaves its activity approved and only notes that it changed (E6). A review anew gives back what was taken.
    """
    application = review.application
    if application.is_amendment:
        _amend(application, decision, by)
        return
    activity = _renewed(application) if application.activity is not None else _entered(application, by)
    activity.follow_up_months = decision.follow_up_months
    save_record(activity, by=by, reason="跟踪审查间隔", fields=["follow_up_months", "committee", "leader_name"])
    if application.is_listed and activity.expert_outcome == "":
        _record_experts(activity, review, expert, by)
    activities.let_begin(activity=activity, approved_on=decision.decided_on, by=by)
    application.activity = activity
    save_record(application, by=by, reason="登记科技活动", fields=["activity"])


def _entered(application: Application, by: User) -> Activity:
    if application.unit is None:
        raise InputRefused(_("请先选择申请单位。"), field="unit")
    is_secret = application.dossier.secrecy > Clearance.INTERNAL
    # The register of a unit is read by more people than a dossier of this level: it shows the number alone.
    title = _("保密活动 %(number)s") % {"number": application.dossier.reference} if is_secret else application.title
    if Activity.objects.filter(unit=application.unit, title=title).exists():
        title = f"{title[:160]}（{application.dossier.reference}）"
    return activities.put_on_register(
        unit=application.unit,
        title=title,
        list_item=application.list_item,
        committee=_own_committee(application),
        leader_name="" if is_secret else application.leader_name,
        by=by,
    )


def _renewed(application: Application) -> Activity:
    """The activity whose approval was taken away: it answers from now on to the committee that reviewed it anew."""
    activity = application.activity
    assert activity is not None
    if activity.status != ActivityStatus.REVIEWING:
        raise InputRefused(_("原活动已经不在审查中，这次重新审查不能批准。"), field="outcome")
    activity.committee = _own_committee(application)
    if application.dossier.secrecy <= Clearance.INTERNAL:
        activity.leader_name = application.leader_name or activity.leader_name
    return activity


def _own_committee(application: Application) -> Committee | None:
    """Another unit's committee, by entrustment, stands on the application: the register names own committees only."""
    return Committee.objects.filter(applications=application, unit=application.unit).first()


def _record_experts(activity: Activity, review: Review, expert: ExpertReview | None, by: User) -> None:
    if expert is not None and expert.answered_on is not None:
        outcome, on, basis = ExpertOutcome.AGREE, expert.answered_on, expert.opinion_no
    else:
        # Art 34: a state approval that includes ethics makes the re-review unnecessary; triage kept the reason.
        lifting = [one for one in review.reasons if one["key"] == "state_approval"]
        outcome, on = ExpertOutcome.EXEMPT, timezone.localdate(review.accepted_at)
        basis = lifting[0]["zh"] if lifting else review.departs_reason
    activities.note_expert(activity=activity, outcome=outcome, expert_on=on, basis=basis[:200], by=by)


def _amend(application: Application, decision: ReviewDecision, by: User) -> None:
    activity = application.activity
    if activity is None or activity.status not in {ActivityStatus.ACTIVE, ActivityStatus.SUSPENDED}:
        raise InputRefused(_("原活动已经结束，修正案不能批准。"), field="outcome")
    if decision.follow_up_months is not None:
        activity.follow_up_months = decision.follow_up_months
        save_record(activity, by=by, reason="修正案批准", fields=["follow_up_months"])
        follow_ups.shorten(activity=activity, after=decision.decided_on, by=by)
    record_event(
        dossier=activity.dossier,
        type="activity_amended",
        by=by,
        subject=activity,
        data={"activity": activity.pk, "decided_on": decision.decided_on.isoformat()},
    )


def _letter_text(application: Application, decision: ReviewDecision) -> list[str]:
    outcome = ReviewOutcome(decision.outcome)
    lines = [
        _("编号：%(number)s。决定日期：%(day)s。")
        % {"number": application.dossier.reference, "day": decision.decided_on},
        _("审查结论：%(outcome)s。") % {"outcome": outcome.label},
    ]
    if decision.required_changes:
        lines.append(_("修改要求：%(text)s") % {"text": decision.required_changes})
    if decision.reasons:
        lines.append(_("理由：%(text)s") % {"text": decision.reasons})
    if outcome == ReviewOutcome.APPROVE and decision.follow_up_months:
        lines.append(_("跟踪审查间隔：%(n)s 个月。") % {"n": decision.follow_up_months})
    if outcome != ReviewOutcome.APPROVE:
        lines.append(_("对本决定有异议的，可以向作出决定的委员会提出书面申诉，并写明理由、附相关证据。"))
    return lines
