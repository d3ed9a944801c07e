"""Move tables of applications and meetings (办法 第9-18条; ethics-rules section 8). When, never who."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.workflow import Blocker, Move, Workflow, register_workflow
from ethics.enums import ApplicationStatus, MeetingStatus, Procedure, ReviewMode
from ethics.models import Application, CommitteeMeeting, Review

A = ApplicationStatus


def running_review(application: Application) -> Review | None:
    """The round that is not ended; None before acceptance and after the decision took effect."""
    return application.reviews.running().select_related("expert_review").first()


def _has_been_asked_once(application: Application) -> Blocker | None:
    if application.named_missing:
        return Blocker(_("补正事项只能一次性告知；本次提交的材料已经告知过一次，请受理或者等待申请人补正。"), "ST 10")
    return None


def _is_by_meeting(application: Application) -> Blocker | None:
    review = running_review(application)
    if review is None or review.procedure not in {Procedure.GENERAL, Procedure.EMERGENCY}:
        return Blocker(_("只有按会议审查受理的申请可以列入议程。"))
    return None


def _is_simple(application: Application) -> Blocker | None:
    review = running_review(application)
    if review is None or review.procedure != Procedure.SIMPLE:
        return Blocker(_("只有按简易程序受理的申请可以指定审查委员。"), "ST 23")
    return None


def _is_recorded(application: Application) -> Blocker | None:
    review = running_review(application)
    if application.mode != ReviewMode.RECORDED or review is None or review.procedure == Procedure.WAIVER:
        return Blocker(_("只有在别处审查、已经受理的申请可以登记外部审查的决定。"))
    return None


def _goes_without_meeting(application: Application) -> Blocker | None:
    review = running_review(application)
    if review is None or review.procedure not in {Procedure.SIMPLE, Procedure.WAIVER}:
        return Blocker(_("只有按简易程序或者免除审查受理的申请可以转为会议审查。"), "ST 24")
    return None


def _is_waiver(application: Application) -> Blocker | None:
    review = running_review(application)
    if review is None or review.procedure != Procedure.WAIVER:
        return Blocker(_("这项申请不是按免除审查受理的。"), "HS 32")
    return None


def _needs_experts(application: Application) -> Blocker | None:
    review = running_review(application)
    if review is None or not review.needs_expert:
        return Blocker(_("这项活动不须专家复核。"), "ST 25")
    return None


def _experts_agree_where_needed(application: Application) -> Blocker | None:
    """A listed activity is never approved without the experts' agreement or the record that none is needed (第25-34条)."""
    review = running_review(application)
    if review is None or not review.needs_expert:
        return None
    expert = getattr(review, "expert_review", None)
    if expert is None or expert.outcome != "agree":
        return Blocker(_("清单活动须经专家复核同意，或者有第 34 条的免复核记录，才能批准。"), "ST 25–34")
    return None


def _experts_disagree(application: Application) -> Blocker | None:
    review = running_review(application)
    expert = getattr(review, "expert_review", None) if review is not None else None
    if expert is None or expert.outcome != "disagree":
        return Blocker(_("专家复核没有给出不同意的意见。"), "ST 32")
    return None


APPLICATION = register_workflow(
    Workflow(
        name="ethics_application",
        title="伦理审查申请",
        statuses=ApplicationStatus,
        initial=A.DRAFT,
        owners={
            "applicant": {A.DRAFT, A.RETURNED, A.AWAITING_REVISION, A.AWAITING_RESUBMISSION},
            "secretary": {A.SUBMITTED, A.ACCEPTED, A.PRELIMINARY_PASSED, A.REVISION_SUBMITTED},
            "committee": {A.IN_REVIEW},
            "province": {A.EXPERT_REQUESTED},
            "nobody": {A.APPROVED, A.REJECTED, A.WAIVED, A.WITHDRAWN},
        },
        moves=(
            Move("submit", (A.DRAFT, A.RETURNED), A.SUBMITTED, "application_submitted", gettext_lazy("提交申请")),
            Move(
                "resubmit",
                (A.AWAITING_RESUBMISSION,),
                A.SUBMITTED,
                "application_resubmitted",
                gettext_lazy("修改后重新提交"),
            ),
            Move(
                "return_incomplete",
                (A.SUBMITTED,),
                A.RETURNED,
                "application_returned",
                gettext_lazy("一次性告知补正"),
                (_has_been_asked_once,),
            ),
            Move("accept", (A.SUBMITTED,), A.ACCEPTED, "application_accepted", gettext_lazy("受理")),
            Move(
                "place_on_agenda",
                (A.ACCEPTED,),
                A.IN_REVIEW,
                "application_placed_on_agenda",
                gettext_lazy("列入会议议程"),
                (_is_by_meeting,),
            ),
            Move(
                "name_reviewers",
                (A.ACCEPTED,),
                A.IN_REVIEW,
                "reviewers_named",
                gettext_lazy("指定审查委员"),
                (_is_simple,),
            ),
            Move(
                "record_decision",
                (A.ACCEPTED,),
                A.IN_REVIEW,
                "application_decision_recorded",
                gettext_lazy("登记外部审查的决定"),
                (_is_recorded,),
            ),
            Move("adjourn", (A.IN_REVIEW,), A.ACCEPTED, "application_adjourned", gettext_lazy("延期再议")),
            Move(
                "move_to_meeting",
                (A.ACCEPTED, A.IN_REVIEW),
                A.ACCEPTED,
                "application_moved_to_meeting",
                gettext_lazy("转为会议审查"),
                (_goes_without_meeting,),
            ),
            Move(
                "waive",
                (A.ACCEPTED,),
                A.WAIVED,
                "application_waived",
                gettext_lazy("确认免除审查"),
                (_is_waiver,),
            ),
            Move(
                "pass_preliminary",
                (A.IN_REVIEW, A.REVISION_SUBMITTED),
                A.PRELIMINARY_PASSED,
                "application_passed_preliminary",
                gettext_lazy("初步审查通过"),
                (_needs_experts,),
            ),
            Move(
                "request_expert",
                (A.PRELIMINARY_PASSED,),
                A.EXPERT_REQUESTED,
                "expert_review_requested",
                gettext_lazy("申请专家复核"),
            ),
            Move(
                "approve",
                (A.IN_REVIEW, A.EXPERT_REQUESTED, A.REVISION_SUBMITTED),
                A.APPROVED,
                "application_approved",
                gettext_lazy("登记审查批准"),
                (_experts_agree_where_needed,),
            ),
            Move(
                "ask_revision",
                (A.IN_REVIEW,),
                A.AWAITING_REVISION,
                "application_revision_asked",
                gettext_lazy("登记修改后批准"),
            ),
            Move(
                "ask_rereview",
                (A.IN_REVIEW,),
                A.AWAITING_RESUBMISSION,
                "application_rereview_asked",
                gettext_lazy("登记修改后再审"),
            ),
            Move("reject", (A.IN_REVIEW,), A.REJECTED, "application_rejected", gettext_lazy("登记不予批准")),
            Move(
                "reject_after_experts",
                (A.EXPERT_REQUESTED,),
                A.REJECTED,
                "application_rejected_after_experts",
                gettext_lazy("按复核意见不予批准"),
                (_experts_disagree,),
            ),
            Move(
                "submit_revision",
                (A.AWAITING_REVISION,),
                A.REVISION_SUBMITTED,
                "revision_submitted",
                gettext_lazy("提交修改稿"),
            ),
            Move(
                "return_revision",
                (A.REVISION_SUBMITTED,),
                A.AWAITING_REVISION,
                "revision_returned",
                gettext_lazy("退回修改稿"),
            ),
            Move(
                "withdraw",
                (
                    A.DRAFT,
                    A.SUBMITTED,
                    A.RETURNED,
                    A.ACCEPTED,
                    A.AWAITING_REVISION,
                    A.AWAITING_RESUBMISSION,
                    A.PRELIMINARY_PASSED,
                ),
                A.WITHDRAWN,
                "application_withdrawn",
                gettext_lazy("撤回申请"),
            ),
            Move(
                "review_again",
                (A.AWAITING_REVISION, A.AWAITING_RESUBMISSION, A.REJECTED),
                A.ACCEPTED,
                "application_review_reopened",
                gettext_lazy("申诉成立，重新审查"),
            ),
        ),
    )
)

M = MeetingStatus


def _is_reconciled(meeting: CommitteeMeeting) -> Blocker | None:
    """Every item has its result, or the minutes would be thinner than the meeting (E24)."""
    # Without the number: who asks may be kept out of the item (E13). The page names those the reader may see.
    if meeting.items.filter(reconciled_at=None).exists():
        return Blocker(_("还有议题没有核对结果，不能结束会议。"))
    return None


def _has_an_item(meeting: CommitteeMeeting) -> Blocker | None:
    return None if meeting.items.exists() else Blocker(_("议程中还没有议题。"))


MEETING = register_workflow(
    Workflow(
        name="ethics_meeting",
        title="审查会议",
        statuses=MeetingStatus,
        initial=M.PLANNED,
        owners={"secretary": {M.PLANNED, M.OPEN}, "nobody": {M.CLOSED, M.CANCELLED}},
        moves=(
            Move("open", (M.PLANNED,), M.OPEN, "meeting_opened", gettext_lazy("开会"), (_has_an_item,)),
            Move("close", (M.OPEN,), M.CLOSED, "meeting_closed", gettext_lazy("结束会议"), (_is_reconciled,)),
            Move("cancel", (M.PLANNED,), M.CANCELLED, "meeting_cancelled", gettext_lazy("取消会议")),
        ),
    )
)
