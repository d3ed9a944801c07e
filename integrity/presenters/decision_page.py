"""The page of a decision: its text for this reader, findings, approvals, terms, next steps. No writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import is_visible, know_handling, permitted
from casework.enums import ClockStatus
from casework.models import Clause, Deadline, Grant
from casework.refusals import AccessDenied, InputRefused
from casework.workflow import Blocker, blocker
from integrity import access
from integrity.decision_gate import check_complete
from integrity.decision_terms import APPEAL, REPORT_PROVINCE, clock_key
from integrity.drafting import Assessment, clause_of, say
from integrity.enums import ApprovalStep, DecisionOrigin, DecisionStatus, Outcome, StatementKind
from integrity.findings import Finding
from integrity.models import Decision, DecisionApproval, StatementRequest
from integrity.presenters.decisions import REVIEW_STATUSES, Row, decided_words, measure_row, step_row
from integrity.rule_books import book_of
from integrity.workflow import DECISION

LEVELS = {"error": "error", "warn": "warning", "info": "info"}


def finding_rows(findings: Iterable[Finding], *, imported: bool = False) -> list[Row]:
    """Findings for _components/findings.html. An imported decision is not to be corrected: errors read as notes."""
    if imported:
        return [_as_note(finding) for finding in findings]
    return [
        {
            "level": LEVELS[finding.level],
            "zh": finding.zh,
            "en": finding.en,
            "article": finding.article,
            "mark": finding.mark,
            "code": finding.code,
        }
        for finding in findings
    ]


def _as_note(finding: Finding) -> Row:
    """A finding on a decision made elsewhere: it explains and asks for nothing."""
    zh, en = finding.zh, finding.en
    if finding.code == "E_MISSING" and finding.field == "tier":
        zh, en = (
            "公布的原文没有写明情节，无法核对幅度。",
            "The published text states no gravity tier; no band can be checked.",
        )
    level = "info" if finding.level == "info" else "warning"
    return {"level": level, "zh": zh, "en": en, "article": finding.article, "mark": finding.mark, "code": finding.code}


def check_context(assessment: Assessment, *, imported: bool = False) -> Row:
    """The card of findings: what departs from the rules, and the advice on the tier."""
    book, advice = assessment.book, assessment.advice
    return {
        "rule_set": book.en if (get_language() or "").startswith("en") else book.zh,
        "document_no": book.document_no,
        "findings": finding_rows(assessment.findings, imported=imported),
        "notes": finding_rows(advice.notes) if advice else [],
        "tiers": [say(tier) for tier in advice.tiers] if advice else [],
        "imported": imported,
    }


def text_context(decision: Decision, user: User) -> Row:
    """What the decision says, as far as this reader may know: whoever does not see the case gets no trace of it."""
    sees_case = is_visible(user, decision.case.dossier)
    book = book_of(decision.rule_set)
    measures = list(decision.measures.all())
    named = {
        "categories": [clause for key in decision.categories if (clause := clause_of(book, "category", key))],
        "factors": [clause for key in decision.factors if (clause := clause_of(book, "factor", key))],
        "tier": clause_of(book, "tier", decision.tier),
        "exempt_ground": clause_of(book, "exempt_ground", decision.exempt_ground),
    }
    live = [measure for measure in measures if not measure.withdrawn]
    ordered = sorted(live, key=lambda measure: (measure.is_parallel, measure.order, measure.pk))
    return {
        "sees_case": sees_case,
        "facts_rows": _facts(decision, named, sees_case),
        "categories": named["categories"],
        "factors": named["factors"],
        "tier": named["tier"],
        "exempt_ground": named["exempt_ground"],
        "measures": [measure_row(measure, book) for measure in ordered],
        "statement": _statement(decision) if sees_case else None,
    }


def _facts(decision: Decision, named: Row, sees_case: bool) -> list[tuple[str, Any]]:
    respondent = decision.respondent
    rows: list[tuple[str, Any]] = [
        (_("被处理人"), respondent.name_then),
        (_("单位"), respondent.affiliation_then),
        (_("身份"), respondent.get_role_display()),
        (_("认定结论"), decision.get_outcome_display() or _("尚未选择")),
    ]
    if decision.outcome == Outcome.ESTABLISHED:
        rows.append((_("情节"), say(named["tier"]) if named["tier"] else ""))
    # What another body published gives the day of publication, seldom that of the decision.
    day = _("公布日期") if decision.origin == DecisionOrigin.IMPORTED else _("决定日期")
    rows += [(_("行为日期"), decision.conduct_on), (day, decided_words(decision))]
    if decision.issuing_body:
        rows.append((_("作出单位"), decision.issuing_body))
    if decision.served_on:
        rows.append((pgettext("决定", "送达"), f"{decision.served_on} · {decision.get_service_method_display()}"))
    if sees_case and respondent.note:
        rows.append((_("备注"), respondent.note))
    return rows


def _statement(decision: Decision) -> Row | None:
    request: StatementRequest | None = getattr(decision.respondent, "statement_request", None)
    if request is None:
        return None
    return {
        "kind": request.get_answer_kind_display() if request.answer_kind else _("尚未答复"),
        "answer": request.answer if request.answer_kind == StatementKind.GIVEN else "",
        "due_on": request.due_on,
        "answered_on": request.answered_on,
    }


def approval_rows(decision: Decision, user: User) -> list[Row]:
    """The verdicts, newest first. While a second head still has to judge, the first one's words stay unseen by them."""
    approvals = decision.approvals.select_related("given_by").order_by("-pk")
    is_waiting = decision.status == DecisionStatus.SECOND_APPROVAL and may(user, Permission.APPROVE_DECISIONS)
    return [
        {
            "step": approval.get_step_display(),
            "verdict": approval.get_verdict_display(),
            "kind": "done" if approval.verdict == "approve" else "soon",
            "reason": "" if _hidden(approval, decision, user, is_waiting) else approval.reason,
            "who": approval.given_by.name,
            "when": approval.given_at,
            "holds": approval.verdict == "approve" and approval.bound_hash == decision.content_hash,
        }
        for approval in approvals
    ]


def _hidden(approval: DecisionApproval, decision: Decision, user: User, is_waiting: bool) -> bool:
    bound_now = approval.bound_hash == decision.content_hash
    return is_waiting and bound_now and approval.step == ApprovalStep.BUREAU and approval.given_by_id != user.pk


def page_steps(decision: Decision, user: User, assessment: Assessment, clocks: list[Deadline]) -> list[Row]:
    """What may be done with this decision now; steps of other roles are left out, closed ones say why."""
    steps: list[Row] = []
    if may(user, Permission.DRAFT_DECISIONS):
        know_handling(user, decision.case.dossier, Grant.objects.filter(dossier=decision.case.dossier))
        refusal = permitted(access.check_can_draft_decision, user, decision.case)
        steps += _drafter_steps(decision, refusal, assessment, clocks)
    step = REVIEW_STATUSES.get(DecisionStatus(decision.status))
    if step and may(user, access.STEP_RIGHTS[step]):
        refused = permitted(access.check_can_review_decision, user, decision, step)
        label = _("提出%(step)s意见") % {"step": step.label}
        steps.append(step_row(label, reverse("integrity:decision-review", args=[decision.pk]), "get", refused))
    if may(user, Permission.APPROVE_DECISIONS) and decision.status in {DecisionStatus.ISSUED, DecisionStatus.EFFECTIVE}:
        refused = permitted(access.check_can_revoke_decision, user, decision)
        url = reverse("integrity:decision-revoke", args=[decision.pk])
        steps.append({**step_row(_("撤销决定"), url, "get", refused), "danger": True})
    return steps


def _drafter_steps(
    decision: Decision, refusal: AccessDenied | None, assessment: Assessment, clocks: list[Deadline]
) -> list[Row]:
    def to(name: str) -> str:
        return reverse(f"integrity:decision-{name}", args=[decision.pk])

    status, steps = decision.status, []
    if status == DecisionStatus.DRAFT:
        stop = refusal or blocker(DECISION, decision, "send_to_section") or rules_blocker(decision, assessment)
        stop = stop or completeness_blocker(decision)
        steps.append(step_row(_("提交科室审核"), to("send"), "post", stop))
    if status == DecisionStatus.APPROVED:
        steps.append(step_row(_("签发"), to("issue"), "get", refusal))
    if status == DecisionStatus.ISSUED:
        steps.append(step_row(_("登记送达"), to("serve"), "get", refusal))
    if status == DecisionStatus.DRAFT or status in REVIEW_STATUSES or status == DecisionStatus.APPROVED:
        label = _("修改") if status == DecisionStatus.DRAFT else _("修改（已有的同意全部失效）")
        steps.append(step_row(label, to("edit"), "get", refusal))
    if status == DecisionStatus.EFFECTIVE and _province_waits(decision, clocks):
        steps.append(step_row(_("登记已报省级科技行政部门"), to("province"), "get", refusal))
    if status in {DecisionStatus.ISSUED, DecisionStatus.EFFECTIVE} and decision.origin == DecisionOrigin.OWN:
        stop = refusal or _superseder_blocker(decision)
        steps.append(step_row(_("起草取代它的新决定"), to("supersede"), "get", stop))
    return steps


def rules_blocker(decision: Decision, assessment: Assessment) -> Blocker | None:
    """The first thing the rules hold against sending the draft on."""
    for error in assessment.errors:
        return Blocker(say(error), error.article)
    for code in assessment.without_reason(decision.warning_reasons):
        warning = next(finding for finding in assessment.warnings if finding.code == code)
        return Blocker(_("请说明理由：%(sentence)s") % {"sentence": say(warning)}, warning.article)
    return None


def completeness_blocker(decision: Decision) -> Blocker | None:
    """What the document still lacks, in the sentence that sending would refuse with."""
    try:
        check_complete(decision)
    except InputRefused as refusal:
        return Blocker(refusal.reason, refusal.article)
    return None


def _superseder_blocker(decision: Decision) -> Blocker | None:
    if hasattr(decision, "superseded_by"):
        return Blocker(_("已经有一份取代它的决定。"))
    return None


def _province_waits(decision: Decision, clocks: list[Deadline]) -> bool:
    key = clock_key(REPORT_PROVINCE, decision)
    return any(clock.key == key and clock.status == ClockStatus.RUNNING for clock in clocks)


def clocks_of(decision: Decision) -> list[Deadline]:
    """The clocks that run, or ran, from this decision; none before it was served."""
    if decision.served_on is None:
        return []
    keys = [clock_key(term, decision) for term in (APPEAL, REPORT_PROVINCE)]
    clocks = Deadline.objects.filter(dossier=decision.case.dossier, key__in=keys).select_related("clause")
    return list(clocks.order_by("pk"))


def term_rows(clocks: list[Deadline], on: dt.date) -> list[Row]:
    """The terms running from a decision: label, due day, article, whether it has passed."""
    rows = []
    for clock in clocks:
        clause: Clause | None = clock.clause
        rows.append(
            {
                "label": clause.text if clause else clock.label,
                "due_on": clock.due_on,
                "status": clock.get_status_display(),
                "late": bool(clock.status == "running" and clock.due_on and clock.due_on < on),
                "article": clause.article if clause else "",
                "mark": clause.mark if clause else "",
                "provisional": clock.provisional,
            }
        )
    return rows


def reason_rows(decision: Decision, assessment: Assessment) -> list[tuple[str, str]]:
    """(sentence of the warning, reason given) for each warning the drafter answered."""
    rows = []
    for code, reason in decision.warning_reasons.items():
        sentence = next((say(finding) for finding in assessment.warnings if finding.code == code), code)
        rows.append((sentence, reason))
    return rows
