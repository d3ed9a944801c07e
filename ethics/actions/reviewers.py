"""The simple procedure: the chair names members, releases them, the secretary confirms what all agreed (办法 第22-24条)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import check_move, lock, move
from ethics.actions import review_decisions
from ethics.enums import ApplicationStatus, Procedure, ReviewMode, ReviewOutcome
from ethics.models import Application, CommitteeMember, Review, ReviewDecision, ReviewerAssignment
from ethics.procedure_access import check_may_name, committee_of, round_of
from ethics.review_access import check_can_run, is_recused
from ethics.review_books import books_of
from ethics.review_workflow import APPLICATION
from ethics.simple_procedure import assignments_of, current_opinions, least_reviewers, named_now, result_of
from ethics.triage import PASSED


@transaction.atomic
def name(
    *, application: Application, members: Sequence[CommitteeMember], by: User, reason: str = ""
) -> list[ReviewerAssignment]:
    """Name reviewers, at least as many as the rules want together with those already named (第23条).

    The chair or a vice-chair names. Where none of them has an account here, the secretary writes down whom the chair
    named, with the reason. The first naming begins the review, a later one replaces who was released.
    """
    seat = check_may_name(by, application)
    lock(application, APPLICATION)
    review = _simple_round(application)
    is_first = application.status == ApplicationStatus.ACCEPTED
    if is_first:
        check_move(APPLICATION, application, "name_reviewers")

    reason = (clean_text if seat else required_text)(reason, limit=300, field="reason", field_label=_("代为登记的原因"))
    rule = least_reviewers(books_of(review))
    named = named_now(assignments_of(review))
    for member in members:
        _check_may_be_named(application, member, named)
    if len(named) + len(set(members)) < rule.numbers["value"] or not members:
        raise InputRefused(
            _("至少指定 %(n)s 名委员。") % {"n": rule.numbers["value"]}, field="members", article=rule.article
        )
    made = [_assign(review, member, by) for member in dict.fromkeys(members)]
    told = {"round": review.round, "members": [one.member_id for one in made]}
    if is_first:
        move(APPLICATION, application, "name_reviewers", by=by, reason=reason, article=rule.article, data=told)
    else:
        record_event(
            dossier=application.dossier,
            type="reviewers_named",
            by=by,
            subject=review,
            reason=reason,
            article=rule.article,
            data=told,
        )
    return made


@transaction.atomic
def release(*, assignment: ReviewerAssignment, reason: str, by: User) -> ReviewerAssignment:
    """Somebody named cannot do it. The row and what they wrote stay (E2); another member has to be named."""
    application = assignment.review.application
    check_may_name(by, application)
    lock(application, APPLICATION)
    _simple_round(application)
    if assignment.released_on is not None or assignment.review.ended_on is not None:
        raise MoveRefused(_("这名委员的指定已经解除。"))

    assignment.released_reason = required_text(
        reason, limit=200, field="reason", field_label=_("解除指定原因"), multiline=False
    )
    assignment.released_on = timezone.localdate()
    save_record(assignment, by=by, reason="解除指定", fields=["released_on", "released_reason"])
    record_event(
        dossier=application.dossier,
        type="reviewer_released",
        by=by,
        subject=assignment,
        reason=assignment.released_reason,
        data={"member": assignment.member_id},
    )
    return assignment


@transaction.atomic
def send_to_meeting(*, application: Application, reason: str, by: User) -> Review:
    """The secretary gives the simple procedure up, for want of members without conflict for instance."""
    check_can_run(by, application)
    check_move(APPLICATION, application, "move_to_meeting")
    review = _simple_round(application)

    reason = required_text(reason, limit=300, field="reason", field_label=_("转为会议审查的原因"))
    return move_to_meeting(review=review, reason=reason, by=by)


@transaction.atomic
def move_to_meeting(
    *, review: Review, reason: str, by: User, article: str = "", triggers: Sequence[dict[str, str]] = ()
) -> Review:
    """The round goes on as a general one and is decided in a meeting; its last day stays. Part of the step that caused it."""
    move(
        APPLICATION,
        review.application,
        "move_to_meeting",
        by=by,
        reason=reason,
        article=article,
        data={"round": review.round, "was": review.procedure, "triggers": list(triggers)},
    )
    review.procedure = Procedure.GENERAL
    review.moved_on, review.moved_reason = timezone.localdate(), reason[:300]
    save_record(review, by=by, reason="转为会议审查", fields=["procedure", "moved_on", "moved_reason"])
    return review


@transaction.atomic
def confirm(
    *, application: Application, basis: str, reasons: str, by: User, follow_up_months: int | None = None
) -> ReviewDecision | None:
    """Approve what every named reviewer agreed to, and only that: there is no outcome to choose (E4, E5).

    `basis`: why the simple procedure was used; stated with the decision (第22条).
    """
    check_can_run(by, application)
    lock(application, APPLICATION)
    review = _simple_round(application)

    assignments = assignments_of(review)
    if result_of(books_of(review), assignments).outcome != PASSED:
        raise MoveRefused(_("被指定的委员还没有全部提交同意的意见，不能登记批准。"), article="ST 24")
    for one in named_now(assignments):
        if is_recused(application, one.member):
            raise MoveRefused(
                _("%(name)s已经回避这份申请，其意见不计。请解除指定，另行指定委员。")
                % {"name": one.member.person.name},
                article="ST 8",
            )
    basis = required_text(basis, limit=1000, field="basis", field_label=_("适用简易程序的依据"))
    reasons = required_text(reasons, limit=3000, field="reasons", field_label=_("审查理由"))
    counted = [
        {
            "opinion": one.pk,
            "number": one.number,
            "member": one.assignment.member_id,
            "is_positive": one.is_positive,
            "given_on": timezone.localdate(one.given_at).isoformat(),
        }
        for one in current_opinions(assignments)
    ]
    return review_decisions.decide(
        review=review,
        outcome=ReviewOutcome.APPROVE,
        decided_on=timezone.localdate(),
        reasons=f"适用简易程序的依据：{basis}\n审查理由：{reasons}",
        follow_up_months=follow_up_months,
        counted=counted,
        by=by,
    )


def _simple_round(application: Application) -> Review:
    """The running round, held here under the simple procedure; MoveRefused otherwise."""
    if application.mode == ReviewMode.RECORDED:
        raise MoveRefused(_("外部审查的结果直接登记，不在本系统指定审查委员。"))
    if application.status not in {ApplicationStatus.ACCEPTED, ApplicationStatus.IN_REVIEW}:
        raise MoveRefused(_("这份申请没有正在进行的审查。"))
    review = round_of(application)
    if review.procedure != Procedure.SIMPLE:
        raise MoveRefused(_("这份申请不是按简易程序审查的。"), article="ST 23")
    review.application = application
    return review


def _check_may_be_named(application: Application, member: CommitteeMember, named: Sequence[ReviewerAssignment]) -> None:
    """A serving member with an account, without conflict, not named already. InputRefused otherwise."""
    who = {"name": member.person.name}
    if member.committee_id != committee_of(application).pk or not member.sits_on(timezone.localdate()):
        raise InputRefused(_("%(name)s今天不是这个委员会的在任委员。") % who, field="members")
    if member.user_id is None:
        raise InputRefused(_("%(name)s没有账号，不能在本系统提交审查意见。") % who, field="members")
    if is_recused(application, member):
        raise InputRefused(_("%(name)s已经回避这份申请，请指定其他委员。") % who, field="members", article="ST 8")
    if member.pk in {one.member_id for one in named}:
        raise InputRefused(_("%(name)s已经被指定。") % who, field="members")


def _assign(review: Review, member: CommitteeMember, by: User) -> ReviewerAssignment:
    assignment = ReviewerAssignment(review=review, member=member, named_at=timezone.now(), named_by=by)
    save_record(assignment, by=by, reason="指定审查委员")
    return assignment
