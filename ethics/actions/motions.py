"""Motions and votes: put one by one, cast by the members themselves, counted in whole numbers, never changed (办法 第16条; E1, E2)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import lock
from ethics.actions import review_decisions
from ethics.enums import (
    ApplicationStatus,
    AttendanceRole,
    ItemKind,
    MeetingStatus,
    MotionResult,
    ReviewOutcome,
    VoteChoice,
)
from ethics.models import AgendaItem, Application, Attendance, CommitteeMeeting, Motion, Vote
from ethics.quorum import why_no_vote
from ethics.review_access import check_can_run, check_can_run_committee, check_is_member, is_recused
from ethics.review_workflow import MEETING, running_review
from ethics.tallies import (
    DECISIONS,
    Sitting,
    current_votes,
    is_overtaken,
    outcome_of,
    sitting_of,
    subject_of,
    undeclared_sentence,
)
from ethics.wording import say


@transaction.atomic
def put(*, item: AgendaItem, decision: str, by: User, text: str = "") -> Motion:
    """Open the vote on one decision. Refused while quorum or a category is missing for this very item (E8)."""
    check_keeps_item(by, item)
    check_open_item(item)

    if item.kind not in DECISIONS:
        raise MoveRefused(_("这类议题不付表决，请直接记录结果。"))
    if decision not in DECISIONS[ItemKind(item.kind)].values:
        raise InputRefused(_("请选择付表决的结论。"), field="decision")
    text = clean_text(text, limit=2000, field="text", field_label=_("动议内容"))
    _check_next(item, decision, text)
    _check_can_be_concluded(item, decision)
    check_quorate(sitting_of(item))
    motion = Motion(
        item=item,
        number=item.motions.count() + 1,
        decision=decision,
        text=text,
        opened_at=timezone.now(),
        opened_by=by,
        counts=[],
    )
    save_record(motion, by=by, reason="动议付表决")
    _note(motion, "motion_opened", by, {"decision": decision})
    return motion


@transaction.atomic
def cast(*, motion: Motion, attendance: Attendance, choice: str, by: User, dissent: str = "") -> Vote:
    """One vote. Only the member votes; the secretary writes down the hand of a member without an account (R15)."""
    check_may_cast(by, attendance)
    sitting = _check_may_vote(motion, attendance)

    if current_votes(motion.votes.all()).get(attendance.member_id or 0):
        raise MoveRefused(_("%(name)s 已经表决，不能重复表决。需要更正的，请写明原因。") % {"name": attendance})
    vote = _write(motion, attendance, choice, dissent, by)
    _note(motion, "vote_cast", by, {"member": vote.member_id, "choice": choice, "voters": len(sitting.voters)})
    return vote


@transaction.atomic
def correct(*, motion: Motion, attendance: Attendance, choice: str, reason: str, by: User, dissent: str = "") -> Vote:
    """A slip of the hand put right while the vote is open: a new row with its reason, the old one stays (E2)."""
    check_may_cast(by, attendance)
    _check_may_vote(motion, attendance)

    before = current_votes(motion.votes.all()).get(attendance.member_id or 0)
    if before is None:
        raise MoveRefused(_("%(name)s 还没有表决，不需要更正。") % {"name": attendance})
    reason = required_text(reason, limit=200, field="reason", field_label=_("更正原因"))
    if (before.choice, before.dissent) == (choice, dissent.strip()):
        return before
    vote = _write(motion, attendance, choice, dissent, by, before=before, reason=reason)
    data = {"member": vote.member_id, "choice": choice, "before": before.choice}
    _note(motion, "vote_corrected", by, data)
    return vote


@transaction.atomic
def close(*, motion: Motion, by: User) -> Motion:
    """Count by every rule of every rule set that applies and freeze the numbers. Carried only if all of them carry (I21)."""
    check_keeps_item(by, motion.item)
    lock(motion.item.meeting, MEETING)
    _check_still_open(motion)

    result, counts = outcome_of(sitting_of(motion.item), current_votes(motion.votes.all()))
    motion.result, motion.counts = result, counts
    motion.closed_at, motion.closed_by = timezone.now(), by
    save_record(motion, by=by, reason="表决结束", fields=["result", "counts", "closed_at", "closed_by"])
    numbers = {name: counts[0][name] for name in ("present", "recused", "yes", "no", "abstain")} if counts else {}
    _note(motion, "motion_closed", by, {"result": result, "decision": motion.decision, **numbers})
    return motion


def check_keeps_item(by: User, item: AgendaItem) -> None:
    """The secretary of the committee, not kept out of the dossier the item is about."""
    check_can_run_committee(by, item.meeting.committee)
    if item.application is not None:
        check_can_run(by, item.application)
    if item.appeal is not None:
        check_can_run(by, item.appeal.decision.review.application)


def check_open_item(item: AgendaItem) -> None:
    """The meeting is under way, nobody else just wrote to it, and the item has no result yet."""
    meeting = item.meeting
    if meeting.status != MeetingStatus.OPEN:
        raise MoveRefused(_("会议没有在进行，不能办理议题。"))
    lock(meeting, MEETING)
    stored = AgendaItem.objects.select_for_update().get(pk=item.pk)
    if stored.result or stored.reconciled_at is not None:
        raise MoveRefused(_("这项议题已经有结果，不能再改。"))


def check_quorate(sitting: Sitting) -> None:
    """MoveRefused naming every missing category with its article, and who has not declared."""
    findings = sitting.findings()
    if findings:
        said = " ".join(say(one) for one in findings)
        raise MoveRefused(
            _("现在不能表决：%(findings)s %(undeclared)s")
            % {"findings": said, "undeclared": undeclared_sentence(sitting)},
            article=findings[0].article,
        )


def _check_next(item: AgendaItem, decision: str, text: str) -> None:
    """One motion at a time, none after one that was carried, and none again that just failed."""
    motions = list(item.motions.order_by("number"))
    if any(one.closed_at is None for one in motions):
        raise MoveRefused(_("还有一项动议正在表决，请先结束表决。"))
    if any(one.result == MotionResult.CARRIED for one in motions):
        raise MoveRefused(_("已经有动议通过，不能再表决其他动议。"))
    if any((one.result, one.decision, one.text) == (MotionResult.NOT_CARRIED, decision, text) for one in motions):
        raise MoveRefused(_("这项动议刚刚没有通过。可以另提动议，或者延期再议。"))
    if item.application is not None and item.application.status != ApplicationStatus.IN_REVIEW:
        raise MoveRefused(_("这份申请现在不在审查中，不能表决。"))


def _check_can_be_concluded(item: AgendaItem, decision: str) -> None:
    """What could not be decided is not voted on: an approval after the start (E12); and whoever leads is not recused."""
    application = subject_of(item)
    if item.kind == ItemKind.REVIEW and application is not None and decision == ReviewOutcome.APPROVE:
        review_decisions.check_start(application, item.meeting.held_on)
    if item.kind == ItemKind.REVIEW and application is not None:
        check_accepted_before(application, item.meeting)
    lead = item.lead_reviewer
    if application is not None and lead is not None and is_recused(application, lead):
        raise MoveRefused(_("主审委员 %(name)s 已经回避，请先另行指定。") % {"name": lead}, article="ST 8")
    if is_overtaken(item, decision):
        raise MoveRefused(_("这件事已经在会外办结，不再表决。请延期再议并写明原因。"))


def check_accepted_before(application: Application, meeting: CommitteeMeeting) -> None:
    """A meeting of an earlier day cannot have decided on it: what it carried could never be entered."""
    review = running_review(application)
    if review is not None and meeting.held_on < (day := timezone.localdate(review.accepted_at)):
        raise MoveRefused(
            _("这份申请 %(day)s 才受理，不能由 %(held)s 的会议审查。") % {"day": day, "held": meeting.held_on}
        )


def check_may_cast(by: User, attendance: Attendance) -> None:
    """The member with the own account, or the secretary for whoever has none (R15)."""
    member = attendance.member
    if member is None or member.user_id is None:
        check_can_run_committee(by, attendance.meeting.committee)
        return
    if member.user_id != by.pk:
        raise AccessDenied(_("这位委员有本系统账号，只能由本人表决。"))
    check_is_member(by, attendance.meeting.committee, attendance.meeting.held_on)


def _check_may_vote(motion: Motion, attendance: Attendance) -> Sitting:
    """The vote is open and this person counts at the item now; else the sentence of what stands against it."""
    lock(motion.item.meeting, MEETING)
    _check_still_open(motion)
    sitting = sitting_of(motion.item)
    seat = sitting.seat_of(attendance)
    name = {"name": attendance}
    if seat is None:
        raise MoveRefused(_("%(name)s 没有登记到会，不能表决。") % name)
    if attendance.role != AttendanceRole.MEMBER:
        clause = why_no_vote(sitting.books, seat.attendee)
        said = say(clause) if clause is not None else _("只有委员参加表决")
        raise MoveRefused(
            _("%(name)s 不能表决：%(why)s。") % {**name, "why": said}, article=clause.article if clause else ""
        )
    if not seat.is_serving:
        raise MoveRefused(_("%(name)s 会议当天不是在任委员，不能表决。") % name)
    if seat.is_recused:
        raise MoveRefused(_("%(name)s 已经回避这项议题，不能表决。") % name)
    if seat.has_left:
        raise MoveRefused(_("%(name)s 在这项议题前已经离会，不能表决。") % name)
    if not seat.has_declared:
        raise MoveRefused(_("%(name)s 尚未声明利益冲突情况，不能表决。") % name, article="ST 8")
    return sitting


def _check_still_open(motion: Motion) -> None:
    """Read anew: another browser may have ended the vote."""
    stored = Motion.objects.select_for_update().get(pk=motion.pk)
    if stored.closed_at is not None:
        raise MoveRefused(_("这项动议的表决已经结束。"))


def _write(
    motion: Motion,
    attendance: Attendance,
    choice: str,
    dissent: str,
    by: User,
    *,
    before: Vote | None = None,
    reason: str = "",
) -> Vote:
    if choice not in VoteChoice.values:
        raise InputRefused(_("请选择赞成、反对或者弃权。"), field="choice")
    vote = Vote(
        motion=motion,
        member=attendance.member,
        choice=choice,
        dissent=clean_text(dissent, limit=2000, field="dissent", field_label=_("不同意见")),
        supersedes=before,
        correction_reason=reason,
        cast_at=timezone.now(),
        cast_by=by,
    )
    vote.save(force_insert=True)
    return vote


def _note(motion: Motion, kind: str, by: User, data: dict[str, object]) -> None:
    numbers = {"meeting": motion.item.meeting.number, "item": motion.item_id, "motion": motion.number}
    record_event(dossier=motion.dossier, type=kind, by=by, subject=motion, article="ST 16", data={**numbers, **data})
