"""Cards and next steps of an application about its procedure: deadline, named reviewers, waiver, revision, appeals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.extension import Panel
from ethics.deadlines import is_overdue, was_late
from ethics.enums import ApplicationStatus, Procedure, ReviewMode, ReviewOutcome
from ethics.models import Application, CommitteeMember, EthicsAppeal, Review, ReviewerAssignment, ReviewerOpinion
from ethics.presenters.application_expert import latest_review
from ethics.presenters.own_application import register_own_links
from ethics.presenters.parts import register_panel, register_steps
from ethics.procedure_access import CHAIRS, able_chairs, check_may_verify
from ethics.review_access import check_can_run, seat_of
from ethics.review_books import books_of
from ethics.review_workflow import APPLICATION
from ethics.simple_procedure import assignments_of, named_now, newest, result_of
from ethics.terms import time_left
from ethics.triage import PASSED

S = ApplicationStatus
Row = dict[str, Any]
_KNOWN = "_procedure_state"


@dataclass
class State:
    """The last round of an application, with what was given and filed in it; loaded once for cards and steps."""

    review: Review | None
    assignments: list[ReviewerAssignment] = field(default_factory=list)
    appeals: list[EthicsAppeal] = field(default_factory=list)
    seats: dict[int, CommitteeMember | None] = field(default_factory=dict)
    chairs: list[CommitteeMember] | None = None

    def seat(self, application: Application, user: User) -> CommitteeMember | None:
        if user.pk not in self.seats:
            committee = application.committee
            self.seats[user.pk] = seat_of(user, committee) if committee is not None else None
        return self.seats[user.pk]

    def names(self, application: Application, user: User) -> bool:
        """Does this person name reviewers? The chair, or the secretary where no chair can."""
        seat = self.seat(application, user)
        if seat is not None:
            return seat.office in CHAIRS
        if self.chairs is None:
            self.chairs = able_chairs(application)
        return not self.chairs and permitted(check_can_run, user, application) is None

    def mine(self, seat: CommitteeMember | None) -> ReviewerAssignment | None:
        """The live assignment of this seat."""
        return next((one for one in named_now(self.assignments) if seat and one.member_id == seat.pk), None)


def state_of(application: Application) -> State:
    """Two to six queries, once per loaded application."""
    known = application.__dict__.get(_KNOWN)
    if known is None:
        known = application.__dict__[_KNOWN] = _load(application)
    return known


def _load(application: Application) -> State:
    review = latest_review(application)
    if review is None:
        return State(None)
    state = State(review)
    if review.procedure == Procedure.SIMPLE or review.moved_on is not None:
        state.assignments = assignments_of(review)
    if review.decisions.all() or review.round > 1:
        appeals = EthicsAppeal.objects.filter(decision__review__application=application)
        state.appeals = list(appeals.select_related("decision", "file", "answered_by").order_by("pk"))
    return state


@register_panel
def procedure_panel(application: Application, user: User) -> Panel | None:
    """Under which procedure, until when, and what the named reviewers said."""
    state = state_of(application)
    if state.review is None:
        return None
    facts, pills = _facts(state.review), _pills(state.review)
    return Panel(
        "ethics/reviewers_panel.html",
        {"facts": facts, "pills": pills, "reviewers": list(_reviewer_rows(application, state, user))},
    )


@register_panel
def appeals_panel(application: Application, user: User) -> Panel | None:
    """Every appeal with its answer."""
    appeals = state_of(application).appeals
    if not appeals:
        return None
    rows = [
        {
            "filed_on": one.filed_on,
            "against": one.decision.get_outcome_display(),
            "grounds": one.grounds,
            "file": one.file.display_name if one.file else "",
            "file_url": reverse("casework:attachment-download", args=[one.file_id]) if one.file_id else "",
            "outcome": one.get_outcome_display() if one.outcome else "",
            "answer": one.answer,
            "answered_at": one.answered_at,
            "answered_by": str(one.answered_by) if one.answered_by else "",
        }
        for one in appeals
    ]
    return Panel("ethics/appeal_panel.html", {"rows": rows})


def _facts(review: Review) -> list[tuple[str, Any]]:
    procedure = str(Procedure(review.procedure).label)
    facts: list[tuple[str, Any]] = [(_("审查程序"), procedure), (_("轮次"), review.round)]
    if review.departs_reason:
        facts.append((_("程序说明"), review.departs_reason))
    if review.moved_on is not None:
        facts.append(
            (_("转为会议审查"), _("%(day)s，%(reason)s") % {"day": review.moved_on, "reason": review.moved_reason})
        )
    if review.application.mode == ReviewMode.RECORDED:
        # Of a review held elsewhere only the day is known.
        facts.append((_("受理日期"), timezone.localdate(review.accepted_at)))
    else:
        facts.append((_("受理时间"), timezone.localtime(review.accepted_at).strftime("%Y-%m-%d %H:%M")))
    if review.due_at is not None:
        facts.append((_("应急决定时限"), timezone.localtime(review.due_at).strftime("%Y-%m-%d %H:%M")))
        facts.append((_("剩余时间"), _time_left(review)))
    elif review.extended_to is not None:
        facts.append(
            (_("决定期限"), _("%(day)s（原为 %(before)s）") % {"day": review.extended_to, "before": review.due_on})
        )
        facts.append((_("延长原因"), review.extension_reason))
    else:
        facts.append((_("决定期限"), review.due_on))
    return facts


def _time_left(review: Review) -> str:
    """Whole hours and minutes of the 72, as they stand; nothing once the round is decided."""
    if review.due_at is None or review.ended_on is not None or review.decisions.all():
        return ""
    left = time_left(review.due_at, timezone.now())
    hours, minutes = divmod(int(abs(left).total_seconds()) // 60, 60)
    said = _("已超过 %(h)s 小时 %(m)s 分") if left.total_seconds() < 0 else _("还有 %(h)s 小时 %(m)s 分")
    return said % {"h": hours, "m": minutes}


def _pills(review: Review) -> list[Row]:
    pills = []
    if is_overdue(review, timezone.now()):
        pills.append({"label": _("审查决定已逾期"), "kind": "late"})
    decisions = list(review.decisions.all())
    for one in decisions:
        one.review = review
    if decisions and was_late(min(decisions, key=lambda one: one.pk)):
        pills.append({"label": _("决定晚于期限作出"), "kind": "late"})
    if is_to_be_reported(review):
        pills.append({"label": _("结果尚未向会议报告"), "kind": "soon"})
    return pills


def is_to_be_reported(review: Review) -> bool:
    """A result of the simple procedure the next meeting has to be told."""
    decided = any(one.outcome == ReviewOutcome.APPROVE for one in review.decisions.all())
    return review.procedure == Procedure.SIMPLE and decided and review.reported_on is None


def _reviewer_rows(application: Application, state: State, user: User) -> Iterator[Row]:
    review, seat = state.review, state.seat(application, user)
    assert review is not None
    running = application.status == S.IN_REVIEW and review.procedure == Procedure.SIMPLE
    declared = set()
    if running and state.assignments:
        declared = set(application.declarations.filter(answer="none").values_list("member", flat=True))
    releases = running and state.names(application, user)
    for one in state.assignments:
        seen = [_opinion_row(opinion) for opinion in readable(one, state, seat)]
        yield {
            "name": one.member.person.name,
            "named_at": one.named_at,
            "state": _reviewer_state(one, declared, running=running),
            "released": one.released_reason,
            "opinions": seen,
            "release_url": reverse("ethics:reviewer-release", args=[one.pk])
            if releases and one.released_on is None
            else "",
        }


def readable(assignment: ReviewerAssignment, state: State, seat: CommitteeMember | None) -> list[ReviewerOpinion]:
    """The opinions somebody may read: a named reviewer reads those of the others only after giving the own one."""
    mine = state.mine(seat)
    waits = mine is not None and newest(mine) is None and state.review is not None
    still = state.review is not None and state.review.procedure == Procedure.SIMPLE and state.review.ended_on is None
    if waits and still and assignment != mine:
        return []
    return list(assignment.opinions.all())


def _opinion_row(opinion: ReviewerOpinion) -> Row:
    return {
        "url": reverse("ethics:opinion-detail", args=[opinion.pk]),
        "number": opinion.number,
        "label": _("同意") if opinion.is_positive else _("不同意"),
        "kind": "done" if opinion.is_positive else "late",
        "given_at": opinion.given_at,
        "returned": opinion.returned_reason,
    }


def _reviewer_state(assignment: ReviewerAssignment, declared: set[int], *, running: bool) -> Row:
    if assignment.released_on is not None:
        return {"label": _("已解除指定"), "kind": ""}
    if newest(assignment) is not None:
        return {"label": _("已提交意见"), "kind": "done"}
    if not running:
        return {"label": _("未提交意见"), "kind": ""}
    if assignment.member_id not in declared:
        return {"label": _("待声明利益冲突情况"), "kind": "soon"}
    return {"label": _("待提交意见"), "kind": "go"}


@register_steps
def procedure_steps(application: Application, user: User) -> Iterator[Row]:
    """What may be done now, each with the sentence that stands against it."""
    state = state_of(application)
    if state.review is None or not isinstance(user, User):
        return
    seat = state.seat(application, user)
    runs = seat is None and _may_run(user) and permitted(check_can_run, user, application) is None
    reference = application.dossier.reference
    if application.mode == ReviewMode.RUN and state.review.ended_on is None:
        if state.review.procedure == Procedure.SIMPLE:
            yield from _simple_steps(application, state, user, seat, runs=runs)
        if runs and application.status == S.ACCEPTED and state.review.procedure == Procedure.WAIVER:
            yield _step(_("确认免除审查"), "waiver-confirm", reference, article="HS 32")
            yield _step(_("不予免除，转为会议审查"), "waiver-refuse", reference)
    if application.status == S.REVISION_SUBMITTED and permitted(check_may_verify, user, application) is None:
        yield _step(_("核实修改稿"), "revision-verify", reference)
        yield _step(_("退回修改稿"), "revision-return", reference)
    yield from _appeal_steps(application, state, seat, runs=runs)
    if runs and state.review.ended_on is None and not state.review.decisions.all():
        yield _extension_step(state.review, reference)


def _simple_steps(
    application: Application, state: State, user: User, seat: CommitteeMember | None, *, runs: bool
) -> Iterator[Row]:
    reference, in_review = application.dossier.reference, application.status == S.IN_REVIEW
    mine = state.mine(seat)
    if in_review and mine is not None and newest(mine) is None:
        yield _step(_("提交审查意见"), "opinion-give", reference)
    if application.status in {S.ACCEPTED, S.IN_REVIEW}:
        label = _("补充指定委员") if in_review else _("指定审查委员")
        if state.names(application, user):
            yield _step(label, "reviewers-name", reference)
        elif runs:
            yield _refused(label, _("由主任委员或者副主任委员指定。"), "ST 23")
    if runs and in_review:
        assert state.review is not None
        if result_of(books_of(state.review), state.assignments).outcome == PASSED:
            yield _step(_("登记简易程序批准"), "simple-confirm", reference)
        else:
            yield _refused(_("登记简易程序批准"), _("被指定的委员还没有全部提交同意的意见。"), "ST 24")
    if runs and application.status in APPLICATION.step("move_to_meeting").sources:
        yield {**_step(_("转为会议审查"), "simple-to-meeting", reference), "aside": True}


def _appeal_steps(application: Application, state: State, seat: CommitteeMember | None, *, runs: bool) -> Iterator[Row]:
    waiting = next((one for one in state.appeals if one.answered_at is None), None)
    if waiting is not None and (runs or (seat is not None and seat.office in CHAIRS)):
        yield {
            "label": _("答复申诉"),
            "url": reverse("ethics:appeal-answer", args=[waiting.pk]),
            "enabled": True,
            "article": "ST 18",
        }
    elif waiting is None and runs and application.status in APPLICATION.step("review_again").sources:
        yield {**_step(_("登记书面申诉"), "appeal-record", application.dossier.reference), "aside": True}


@register_own_links
def own_appeal_links(application: Application, user: User) -> Iterator[tuple[str, str]]:
    """For the applicant's own page: the appeal, while a decision stands that can be appealed against."""
    if application.status not in APPLICATION.step("review_again").sources:
        return
    waiting = EthicsAppeal.objects.filter(decision__review__application=application, answered_at=None)
    if not waiting.exists():
        yield _("提出申诉"), reverse("ethics:own-appeal", args=[application.dossier.reference])


def _extension_step(review: Review, reference: str) -> Row:
    if review.due_at is not None:
        row = _refused(_("延长审查期限"), _("应急审查不延长、不暂停，专家复核也计算在内。"), "ST 36")
    else:
        row = _step(_("延长审查期限"), "review-extend", reference, article="ST 17")
    # It helps when time runs out; it never is the next step of the review itself.
    return {**row, "aside": True}


def _may_run(user: User) -> bool:
    return may(user, Permission.RUN_REVIEWS) or may(user, Permission.KEEP_ETHICS)


def _step(label: str, name: str, reference: str, *, article: str = "") -> Row:
    return {"label": label, "url": reverse(f"ethics:{name}", args=[reference]), "enabled": True, "article": article}


def _refused(label: str, reason: str, article: str) -> Row:
    return {"label": label, "enabled": False, "reason": reason, "article": article}
