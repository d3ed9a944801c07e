"""Decisions from draft to approval: draft, edit, send, review. Issue and what follows is in `issuing.py`.

Approval binds to the content hash: any edit, and every return, takes the draft back and voids what was given (I5, B17).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.enums import ClauseKind
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.rulebook import RuleBook
from casework.saving import save_record
from casework.texts import clean_text
from casework.workflow import check_move, lock, move
from integrity import access
from integrity.actions import measures
from integrity.decision_gate import check_against_rules, check_complete, needs_second, say_book
from integrity.drafting import (
    DecisionContent,
    book_in_force,
    rule_set_of,
)
from integrity.enums import ApprovalStep, CaseStatus, DecisionOrigin, DecisionStatus, Outcome, Verdict
from integrity.models import Case, Decision, DecisionApproval, Respondent
from integrity.workflow import DECISION

# Statuses in which the text may still change; afterwards only another decision supersedes it.
IN_THE_MAKING = (
    DecisionStatus.DRAFT,
    DecisionStatus.SECTION_REVIEW,
    DecisionStatus.LEGAL_REVIEW,
    DecisionStatus.BUREAU_APPROVAL,
    DecisionStatus.SECOND_APPROVAL,
    DecisionStatus.APPROVED,
)
# The steps a decision passes, and where it stands while it waits for each.
STEP_OF_STATUS = {
    DecisionStatus.SECTION_REVIEW: ApprovalStep.SECTION,
    DecisionStatus.LEGAL_REVIEW: ApprovalStep.LEGAL,
    DecisionStatus.BUREAU_APPROVAL: ApprovalStep.BUREAU,
    DecisionStatus.SECOND_APPROVAL: ApprovalStep.SECOND,
}
BEFORE_DRAFTING = (CaseStatus.OPENED, CaseStatus.INVESTIGATING)


@transaction.atomic
def draft(
    *, respondent: Respondent, content: DecisionContent, by: User, supersedes: Decision | None = None
) -> Decision:
    """Begin the decision on one respondent. It may still be incomplete or against the rules; sending checks that.

    `supersedes`: the issued decision on the same respondent this one is to replace.
    """
    case = respondent.case
    access.check_can_draft_decision(by, case)

    _check_may_begin(case, respondent, supersedes)

    decision = Decision(case=case, respondent=respondent, drafted_by=by, supersedes=supersedes)
    book = _fill(decision, content)
    entries = measures.clean_entries(content.measures, book)
    try:
        with transaction.atomic():
            save_record(decision, by=by, reason="起草")
    except IntegrityError as error:
        raise MoveRefused(_("对 %(name)s 已有处理决定。") % {"name": respondent}, article="221-28") from error
    measures.write(decision=decision, entries=entries, by=by)
    decision.content_hash = decision.compute_hash()
    save_record(decision, by=by, reason="起草", fields=["content_hash"])
    record_event(
        dossier=case.dossier,
        type="decision_drafted",
        by=by,
        subject=decision,
        data={"respondent": respondent.pk, "rule_set": book.code, "supersedes": supersedes.pk if supersedes else None},
    )
    return decision


@transaction.atomic
def edit(*, decision: Decision, content: DecisionContent, seen_hash: str, by: User) -> Decision:
    """Change the text before issue. `seen_hash`: the content the form was opened with; a stale form is refused.

    A change while approval is under way voids every approval given and takes the decision back to draft.
    """
    access.check_can_draft_decision(by, decision.case)

    lock(decision, DECISION)
    if decision.status not in IN_THE_MAKING:
        raise MoveRefused(_("决定已经签发，不能修改；如需变更，请另行作出新的决定取代。"), article="221-30")
    _check_fresh(decision, seen_hash)

    book = _fill(decision, content)
    changed = measures.write(decision=decision, entries=measures.clean_entries(content.measures, book), by=by)
    was_under_review = decision.status != DecisionStatus.DRAFT
    if not changed and not decision.changed_fields():
        return decision
    if was_under_review:
        decision.round += 1
    decision.content_hash = decision.compute_hash()
    save_record(decision, by=by, reason="修改")
    record_event(
        dossier=decision.dossier,
        type="decision_edited",
        by=by,
        subject=decision,
        data={
            "respondent": decision.respondent_id,
            "before": seen_hash,
            "after": decision.content_hash,
            "round": decision.round,
        },
    )
    if was_under_review:
        move(
            DECISION,
            decision,
            "void_approvals",
            by=by,
            data={"respondent": decision.respondent_id, "round": decision.round},
        )
    return decision


@transaction.atomic
def send(*, decision: Decision, by: User, on: dt.date | None = None) -> Decision:
    """Hand the draft to the head of the section. Errors of the rule set block; each warning needs its reason.

    Raises InputRefused with the sentence of the first fault and the field it belongs to.
    """
    access.check_can_draft_decision(by, decision.case)

    check_move(DECISION, decision, "send_to_section")
    check_complete(decision)
    check_against_rules(decision, on=on or timezone.localdate())

    data = {"respondent": decision.respondent_id, "hash": decision.content_hash, "round": decision.round}
    move(DECISION, decision, "send_to_section", by=by, data=data)
    return decision


@transaction.atomic
def review(
    *,
    decision: Decision,
    step: str,
    verdict: str,
    seen_hash: str,
    by: User,
    reason: str = "",
    on: dt.date | None = None,
) -> Decision:
    """Give the verdict of one step on exactly the content read (`seen_hash`). A return needs a reason and voids all.

    Serious and grave decisions wait for a second head of the bureau after the first one's approval.
    """
    if step not in ApprovalStep.values or verdict not in Verdict.values:
        raise InputRefused(_("请选择意见：同意，或者退回修改。"), field="verdict")
    access.check_can_review_decision(by, decision, ApprovalStep(step))

    lock(decision, DECISION)
    if STEP_OF_STATUS.get(DecisionStatus(decision.status)) != step:
        raise MoveRefused(
            _("现在是“%(status)s”，不在%(step)s环节。")
            % {"status": decision.get_status_display(), "step": ApprovalStep(step).label}
        )
    _check_fresh(decision, seen_hash)
    reason = clean_text(reason, field_label=_("意见"), limit=2000, field="reason")
    if verdict == Verdict.RETURN and not reason:
        raise InputRefused(_("退回修改须写明理由。"), field="reason")
    if verdict == Verdict.APPROVE:
        check_against_rules(decision, on=on or timezone.localdate())

    approval = DecisionApproval(
        decision=decision,
        step=step,
        verdict=verdict,
        reason=reason,
        bound_hash=decision.content_hash,
        given_at=timezone.now(),
        given_by=by,
    )
    save_record(approval, by=by, reason="审批意见")
    bound = {"hash": decision.content_hash, "round": decision.round}
    data = {"respondent": decision.respondent_id, "step": step, "verdict": verdict, **bound}
    if verdict == Verdict.RETURN:
        decision.round += 1
        decision.content_hash = decision.compute_hash()
        move(DECISION, decision, "return_to_draft", by=by, reason=reason, data=data)
    else:
        move(DECISION, decision, _move_after(decision, ApprovalStep(step)), by=by, reason=reason, data=data)
    return decision


def _move_after(decision: Decision, step: ApprovalStep) -> str:
    if step == ApprovalStep.BUREAU:
        return "hold" if needs_second(decision) else "approve"
    return {
        ApprovalStep.SECTION: "pass_section",
        ApprovalStep.LEGAL: "pass_legal",
        ApprovalStep.SECOND: "approve_second",
    }[step]


def _check_may_begin(case: Case, respondent: Respondent, supersedes: Decision | None) -> None:
    if case.is_imported and supersedes is None:
        raise MoveRefused(_("历史案件的决定由原单位作出，不在本系统起草。"))
    if supersedes is not None:
        _check_may_supersede(respondent, supersedes)
        return
    if case.status in BEFORE_DRAFTING:
        raise MoveRefused(_("调查报告尚未登记，不能起草处理决定。"), article="221-28")
    over = [DecisionStatus.SUPERSEDED, DecisionStatus.REVOKED]
    if Decision.objects.filter(respondent=respondent).exclude(status__in=over).exists():
        raise MoveRefused(_("对 %(name)s 已有处理决定。") % {"name": respondent}, article="221-28")


def _check_may_supersede(respondent: Respondent, old: Decision) -> None:
    if old.respondent_id != respondent.pk:
        raise MoveRefused(_("新的决定须针对同一被处理人。"))
    if old.origin == DecisionOrigin.IMPORTED:
        raise MoveRefused(_("外单位作出的决定不能由本系统的决定取代。原单位撤销或变更的，请登记撤销。"))
    check_move(DECISION, old, "supersede")
    if Decision.objects.filter(supersedes=old).exists():
        raise MoveRefused(_("已经有一份取代它的决定。"))


def _check_fresh(decision: Decision, seen_hash: str) -> None:
    """The content is the one the person had before their eyes, and the one the stored hash stands for."""
    if seen_hash != decision.content_hash:
        raise MoveRefused(_("决定的内容刚被修改，请重新打开后再看。"))
    if decision.compute_hash() != decision.content_hash:
        raise MoveRefused(_("决定的内容与登记的校验值不一致，不能继续。请联系系统管理员。"))


def _fill(decision: Decision, content: DecisionContent) -> RuleBook:
    """Write the cleaned content into the row; the rule set follows from the dates. Returns its book."""
    if content.outcome and content.outcome not in Outcome.values:
        raise InputRefused(_("请选择认定结论。"), field="outcome")
    book = book_in_force(decision.case.regime, conduct_on=content.conduct_on, decided_on=content.decided_on)
    decision.rule_set = rule_set_of(book)
    decision.outcome = content.outcome
    decision.categories = _keys(book, ClauseKind.CATEGORY, content.categories, "categories")
    decision.factors = _keys(book, "factor", content.factors, "factors")
    decision.tier = "".join(_keys(book, ClauseKind.TIER, [content.tier] if content.tier else [], "tier"))
    grounds = [content.exempt_ground] if content.exempt_ground else []
    decision.exempt_ground = "".join(_keys(book, "exempt_ground", grounds, "exempt_ground"))
    decision.category_text = clean_text(
        content.category_text, field_label=_("行为类别说明"), limit=300, multiline=False, field="category_text"
    )
    decision.facts = clean_text(content.facts, field_label=_("认定的事实与证据"), field="facts")
    decision.basis = clean_text(content.basis, field_label=_("处理依据"), field="basis")
    decision.exemption_ground = clean_text(content.exempt_text, field_label=_("免责理由"), field="exempt_text")
    decision.statement_reply = clean_text(
        content.statement_reply, field_label=_("对陈述申辩的回应"), field="statement_reply"
    )
    decision.warning_reasons = _reasons(content.warning_reasons)
    decision.conduct_on = content.conduct_on
    decision.decided_on = content.decided_on
    return book


def _keys(book: RuleBook, kind: str, keys: Sequence[str], field: str) -> list[str]:
    """The chosen entries in the order of the rule set, each once; a key it does not hold is refused."""
    for key in keys:
        if not book.has(kind, key):
            named = {"key": key, "rule_set": say_book(book)}
            raise InputRefused(_("“%(key)s”不在%(rule_set)s的清单内，请重新选择。") % named, field=field)
    return [clause.key for clause in book.of_kind(kind) if clause.key in keys]


def _reasons(reasons: Mapping[str, str]) -> dict[str, str]:
    cleaned = {
        code: clean_text(text, field_label=_("理由"), limit=2000, field=f"reason_{code}")
        for code, text in sorted(reasons.items())
    }
    return {code: text for code, text in cleaned.items() if text}
