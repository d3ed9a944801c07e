"""Move tables of leads, cases, decisions and identity unlocks. When, never who."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.refusals import MoveRefused
from casework.workflow import Blocker, Move, Workflow, register_workflow
from integrity.enums import (
    CaseStatus,
    CreditStatus,
    DecisionStatus,
    Finding,
    LeadStatus,
    MeasureStatus,
    UnlockStatus,
)
from integrity.models import Case, Decision, IdentityUnlock, Lead

L, C, D, U = LeadStatus, CaseStatus, DecisionStatus, UnlockStatus
IN_FORCE = frozenset({D.ISSUED, D.EFFECTIVE})
M, R = MeasureStatus, CreditStatus


def _has_summary(lead: Lead) -> Blocker | None:
    if not lead.summary.strip():
        return Blocker(_("请先填写事由摘要。"))
    return None


def _has_receipt(lead: Lead) -> Blocker | None:
    if not lead.receipt_hint:
        return Blocker(_("这条线索没有发出回执，举报人收不到消息。请直接联系来文单位或者举报人。"))
    return None


def check_can_be_answered(lead: Lead) -> None:
    """Raise MoveRefused when nobody holds a receipt: a message would never be read."""
    refusal = _has_receipt(lead)
    if refusal is not None:
        raise MoveRefused(refusal.reason, article=refusal.article)


LEAD = register_workflow(
    Workflow(
        name="lead",
        title="线索",
        statuses=LeadStatus,
        initial=L.SUBMITTED,
        owners={
            "intake": {L.SUBMITTED},
            "reporter": {L.NEED_MORE},
            "head": {L.REFUSAL_PROPOSED},
            "officer": {L.ACCEPTED},
            "nobody": {L.NOT_ACCEPTED, L.TRANSFERRED, L.DUPLICATE, L.LINKED},
        },
        moves=(
            Move(
                "ask_more",
                (L.SUBMITTED,),
                L.NEED_MORE,
                "lead_more_asked",
                gettext_lazy("请举报人补充"),
                (_has_receipt,),
            ),
            Move("supplement", (L.NEED_MORE,), L.SUBMITTED, "lead_supplemented", gettext_lazy("收到补充")),
            Move(
                "accept", (L.SUBMITTED, L.NEED_MORE), L.ACCEPTED, "lead_accepted", gettext_lazy("受理"), (_has_summary,)
            ),
            Move(
                "propose_refusal",
                (L.SUBMITTED, L.NEED_MORE),
                L.REFUSAL_PROPOSED,
                "lead_refusal_proposed",
                gettext_lazy("提出不予受理"),
                (_has_summary,),
            ),
            Move("refuse", (L.REFUSAL_PROPOSED,), L.NOT_ACCEPTED, "lead_refused", gettext_lazy("确认不予受理")),
            Move(
                "send_back", (L.REFUSAL_PROPOSED,), L.SUBMITTED, "lead_refusal_sent_back", gettext_lazy("退回重新研究")
            ),
            Move("transfer", (L.SUBMITTED, L.NEED_MORE), L.TRANSFERRED, "lead_transferred", gettext_lazy("转送")),
            Move(
                "mark_duplicate",
                (L.SUBMITTED, L.NEED_MORE, L.ACCEPTED),
                L.DUPLICATE,
                "lead_marked_duplicate",
                gettext_lazy("标记为重复"),
            ),
            Move(
                "undo_to_submitted", (L.DUPLICATE,), L.SUBMITTED, "lead_duplicate_undone", gettext_lazy("撤销重复标记")
            ),
            Move(
                "undo_to_need_more", (L.DUPLICATE,), L.NEED_MORE, "lead_duplicate_undone", gettext_lazy("撤销重复标记")
            ),
            Move("undo_to_accepted", (L.DUPLICATE,), L.ACCEPTED, "lead_duplicate_undone", gettext_lazy("撤销重复标记")),
            Move("link", (L.ACCEPTED,), L.LINKED, "lead_linked", gettext_lazy("立案")),
        ),
    )
)


def _has_allegations(case: Case) -> Blocker | None:
    respondents = case.respondents.all()
    if not respondents:
        return Blocker(_("请先登记被调查人。"), "221-14")
    for respondent in respondents:
        if not respondent.allegations.exists():
            return Blocker(_("%(name)s 还没有指控。") % {"name": respondent}, "221-14")
    return None


def _all_concluded(case: Case) -> Blocker | None:
    for respondent in case.respondents.all():
        if any(allegation.finding == Finding.OPEN for allegation in respondent.allegations.all()):
            return Blocker(_("%(name)s 还有指控没有结论。") % {"name": respondent}, "221-26")
    return None


def _all_heard(case: Case) -> Blocker | None:
    for respondent in case.respondents.all():
        request = getattr(respondent, "statement_request", None)
        if request is None:
            return Blocker(_("尚未向 %(name)s 送达处理前告知。") % {"name": respondent}, "221-29")
        if not request.answer_kind:
            return Blocker(_("尚未记录 %(name)s 的陈述申辩情况。") % {"name": respondent}, "221-29")
    return None


def _all_decided(case: Case) -> Blocker | None:
    for respondent in case.respondents.all():
        if not any(decision.status in IN_FORCE for decision in respondent.decisions.all()):
            return Blocker(_("尚未对 %(name)s 作出处理决定。") % {"name": respondent}, "221-28")
    return None


def _all_served(case: Case) -> Blocker | None:
    for respondent in case.respondents.all():
        if any(decision.status == D.ISSUED for decision in respondent.decisions.all()):
            return Blocker(_("对 %(name)s 的决定尚未送达。") % {"name": respondent}, "221-30")
    return None


CASE = register_workflow(
    Workflow(
        name="case",
        title="案件",
        statuses=CaseStatus,
        initial=C.OPENED,
        owners={
            "officer": {C.OPENED, C.INVESTIGATING, C.REPORT_READY, C.DELIBERATION, C.DECIDED},
            "respondent": {C.HEARING_RESPONDENT},
            "nobody": {C.CLOSED},
        },
        moves=(
            Move(
                "begin_investigation",
                (C.OPENED,),
                C.INVESTIGATING,
                "case_investigation_begun",
                gettext_lazy("开始调查"),
                (_has_allegations,),
            ),
            Move(
                "finish_report",
                (C.INVESTIGATING,),
                C.REPORT_READY,
                "case_report_recorded",
                gettext_lazy("登记调查报告"),
                (_has_allegations, _all_concluded),
            ),
            Move(
                "begin_hearing",
                (C.REPORT_READY,),
                C.HEARING_RESPONDENT,
                "case_hearing_begun",
                gettext_lazy("处理前告知"),
            ),
            Move(
                "begin_deliberation",
                (C.HEARING_RESPONDENT,),
                C.DELIBERATION,
                "case_deliberation_begun",
                gettext_lazy("进入审议"),
                (_all_heard,),
            ),
            Move(
                "finish_decisions",
                (C.DELIBERATION,),
                C.DECIDED,
                "case_decided",
                gettext_lazy("全部作出决定"),
                (_all_decided,),
            ),
            Move("close", (C.DECIDED,), C.CLOSED, "case_closed", gettext_lazy("结案"), (_all_decided, _all_served)),
            Move("reopen", (C.CLOSED,), C.INVESTIGATING, "case_reopened", gettext_lazy("重新调查")),
        ),
    )
)


def _case_deliberates(decision: Decision) -> Blocker | None:
    if decision.case.status not in {C.DELIBERATION, C.DECIDED, C.CLOSED} and not decision.case.is_imported:
        return Blocker(_("陈述申辩尚未结束，不能提交处理决定。"), "221-29")
    return None


def _has_outcome(decision: Decision) -> Blocker | None:
    if not decision.outcome:
        return Blocker(_("请先选择认定结论。"), "221-28")
    return None


DECISION = register_workflow(
    Workflow(
        name="decision",
        title="处理决定",
        statuses=DecisionStatus,
        initial=D.DRAFT,
        owners={
            "officer": {D.DRAFT, D.APPROVED, D.ISSUED},
            "head": {D.SECTION_REVIEW},
            "legal": {D.LEGAL_REVIEW},
            "bureau": {D.BUREAU_APPROVAL, D.SECOND_APPROVAL},
            "nobody": {D.EFFECTIVE, D.SUPERSEDED, D.REVOKED},
        },
        moves=(
            Move(
                "send_to_section",
                (D.DRAFT,),
                D.SECTION_REVIEW,
                "decision_sent_to_section",
                gettext_lazy("提交科室审核"),
                (_case_deliberates, _has_outcome),
            ),
            Move(
                "pass_section", (D.SECTION_REVIEW,), D.LEGAL_REVIEW, "decision_passed_section", gettext_lazy("审核通过")
            ),
            Move(
                "pass_legal",
                (D.LEGAL_REVIEW,),
                D.BUREAU_APPROVAL,
                "decision_passed_legal",
                gettext_lazy("法制审核通过"),
            ),
            Move("approve", (D.BUREAU_APPROVAL,), D.APPROVED, "decision_approved", gettext_lazy("批准")),
            Move("hold", (D.BUREAU_APPROVAL,), D.SECOND_APPROVAL, "decision_held", gettext_lazy("批准并送第二人")),
            Move(
                "approve_second",
                (D.SECOND_APPROVAL,),
                D.APPROVED,
                "decision_second_approved",
                gettext_lazy("第二人批准"),
            ),
            Move(
                "return_to_draft",
                (D.SECTION_REVIEW, D.LEGAL_REVIEW, D.BUREAU_APPROVAL, D.SECOND_APPROVAL),
                D.DRAFT,
                "decision_returned",
                gettext_lazy("退回修改"),
            ),
            Move(
                "void_approvals",
                (D.SECTION_REVIEW, D.LEGAL_REVIEW, D.BUREAU_APPROVAL, D.SECOND_APPROVAL, D.APPROVED),
                D.DRAFT,
                "decision_voided",
                gettext_lazy("内容改动，退回草稿"),
            ),
            Move("issue", (D.APPROVED,), D.ISSUED, "decision_issued", gettext_lazy("签发")),
            Move("serve", (D.ISSUED,), D.EFFECTIVE, "decision_served", gettext_lazy("登记送达")),
            Move(
                "supersede", (D.ISSUED, D.EFFECTIVE), D.SUPERSEDED, "decision_superseded", gettext_lazy("由新决定取代")
            ),
            Move("revoke", (D.ISSUED, D.EFFECTIVE), D.REVOKED, "decision_revoked", gettext_lazy("撤销决定")),
        ),
    )
)


MEASURE = register_workflow(
    Workflow(
        name="measure",
        title="处理措施",
        statuses=MeasureStatus,
        initial=M.PLANNED,
        owners={"officer": {M.PLANNED, M.IN_FORCE}, "nobody": {M.ENDED, M.RECALLED}},
        moves=(
            Move("begin", (M.PLANNED,), M.IN_FORCE, "measure_in_force", gettext_lazy("开始执行")),
            Move("end", (M.IN_FORCE,), M.ENDED, "measure_ended", gettext_lazy("期限届满")),
            Move("recall", (M.PLANNED, M.IN_FORCE), M.RECALLED, "measure_recalled", gettext_lazy("收回措施")),
        ),
    )
)

CREDIT_RECORD = register_workflow(
    Workflow(
        name="credit_record",
        title="失信行为记录",
        statuses=CreditStatus,
        initial=R.PENDING,
        owners={"officer": {R.PENDING, R.ACTIVE}, "nobody": {R.EXPIRED, R.REVOKED}},
        moves=(
            Move("activate", (R.PENDING,), R.ACTIVE, "credit_record_activated", gettext_lazy("记录生效")),
            Move("expire", (R.ACTIVE,), R.EXPIRED, "credit_record_expired", gettext_lazy("记录期满")),
            Move("revoke", (R.PENDING, R.ACTIVE), R.REVOKED, "credit_record_revoked", gettext_lazy("撤销记录")),
        ),
    )
)


def _window_open(unlock: IdentityUnlock) -> Blocker | None:
    if unlock.open_until is None or unlock.open_until <= timezone.now():
        return Blocker(_("查阅时间已过，需要重新申请。"))
    return None


UNLOCK = register_workflow(
    Workflow(
        name="identity_unlock",
        title="身份查阅",
        statuses=UnlockStatus,
        initial=U.REQUESTED,
        owners={"custodian": {U.REQUESTED, U.APPROVED_ONE, U.OPEN}, "nobody": {U.CLOSED, U.REFUSED}},
        moves=(
            Move("approve", (U.REQUESTED,), U.APPROVED_ONE, "unlock_approved", gettext_lazy("同意查阅")),
            Move("open", (U.APPROVED_ONE,), U.OPEN, "unlock_opened", gettext_lazy("第二人同意")),
            Move("view", (U.OPEN,), U.OPEN, "unlock_viewed", gettext_lazy("查阅身份"), (_window_open,)),
            Move("refuse", (U.REQUESTED, U.APPROVED_ONE), U.REFUSED, "unlock_refused", gettext_lazy("拒绝")),
            Move("close", (U.OPEN,), U.CLOSED, "unlock_closed", gettext_lazy("关闭")),
        ),
    )
)
