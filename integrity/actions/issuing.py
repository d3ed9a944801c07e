"""What happens to an approved decision: issue, serve, report to the province, supersede, revoke.

Nothing here changes the text. Issue fixes the measures and the credit record; a fallen decision takes both back.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions import clocks
from casework.actors import Actor
from casework.models import Clause
from casework.references import next_reference
from casework.refusals import InputRefused, MoveRefused
from casework.texts import clean_text
from casework.workflow import check_move, move
from integrity import access
from integrity.actions import cases, credit, measures
from integrity.decision_gate import check_against_rules, steps_needed
from integrity.decision_terms import APPEAL, REPORT_PROVINCE, clock_key, term_clause
from integrity.drafting import must_be_reported
from integrity.enums import ServiceMethod, Verdict
from integrity.models import Decision
from integrity.rule_books import book_of
from integrity.workflow import DECISION


@transaction.atomic
def issue(*, decision: Decision, by: User, on: dt.date | None = None) -> Decision:
    """Sign the approved decision: number, windows of the measures, credit record. Takes back the one it supersedes.

    Refused unless every step approved exactly this content, the rules hold and the respondent was heard (221号 第29条).
    """
    access.check_can_draft_decision(by, decision.case)

    on = on or timezone.localdate()
    check_move(DECISION, decision, "issue")
    _check_approved(decision)
    if decision.decided_on and decision.decided_on > on:
        raise InputRefused(_("决定日期晚于今天，还不能签发。"), field="decided_on")
    check_against_rules(decision, on=on)
    if decision.supersedes is not None:
        check_move(DECISION, decision.supersedes, "supersede")

    decision.reference = next_reference("decision", year=on.year)
    decision.issued_at = timezone.now()
    decision.issued_by = by
    decision.issued_by_label = str(by)[:60]
    decision.issuing_body = settings.CHENGYAN_OFFICE_NAME
    who = {"respondent": decision.respondent_id}
    data = {**who, "hash": decision.content_hash, "reference": decision.reference}
    move(DECISION, decision, "issue", by=by, article="221-28", data=data, access_changed=True)
    if decision.supersedes is not None:
        _take_back(decision.supersedes, "supersede", reason=_("由 %(ref)s 取代") % {"ref": decision.reference}, by=by)
    fixed = measures.fix_windows(decision=decision, on=on, by=by)
    credit.make_record(decision=decision, measures=fixed, book=book_of(decision.rule_set), on=on, by=by)
    cases.finish_if_all_decided(case=decision.case, by=by)
    return decision


@transaction.atomic
def serve(*, decision: Decision, served_on: dt.date, method: str, by: User) -> Decision:
    """Record the delivery: the decision takes effect, the terms for appeal and for the report to the province begin."""
    access.check_can_draft_decision(by, decision.case)

    check_move(DECISION, decision, "serve")
    if method not in ServiceMethod.values:
        raise InputRefused(_("请选择送达方式。"), field="method")
    if served_on > timezone.localdate():
        raise InputRefused(_("送达日不能晚于今天。"), field="served_on")
    if decision.issued_at and served_on < timezone.localdate(decision.issued_at):
        raise InputRefused(_("送达日早于签发日，请核对。"), field="served_on")

    decision.served_on = served_on
    decision.service_method = method
    data = {"respondent": decision.respondent_id, "served_on": str(served_on), "method": method}
    move(DECISION, decision, "serve", by=by, article="221-30", data=data)
    _start(decision, term_clause(decision, APPEAL), served_on, by=by)
    if must_be_reported(book_of(decision.rule_set), decision):
        _start(decision, term_clause(decision, REPORT_PROVINCE), served_on, by=by)
    return decision


@transaction.atomic
def report_to_province(*, decision: Decision, sent_on: dt.date, by: User) -> Decision:
    """Decision and report were sent to the provincial department (221号 第37条): its term is met."""
    access.check_can_draft_decision(by, decision.case)

    if sent_on > timezone.localdate():
        raise InputRefused(_("报送日不能晚于今天。"), field="sent_on")
    if decision.served_on is None or sent_on < decision.served_on:
        raise InputRefused(_("报送日早于决定生效日，请核对。"), field="sent_on")
    key = clock_key(REPORT_PROVINCE, decision)
    if clocks.meet(dossier=decision.dossier, key=key, on=sent_on, by=by) is None:
        raise MoveRefused(_("这份决定没有待报省级科技行政部门的事项。"), article="221-37")
    return decision


@transaction.atomic
def revoke(*, decision: Decision, reason: str, by: User) -> Decision:
    """Take an issued decision back, for a written reason. Its record and measures fall with it at once."""
    access.check_can_revoke_decision(by, decision)

    reason = clean_text(reason, field_label=_("撤销理由"), limit=2000, field="reason")
    if not reason:
        raise InputRefused(_("请写明撤销理由。"), field="reason")
    check_move(DECISION, decision, "revoke")

    decision.revocation_reason = reason
    _take_back(decision, "revoke", reason=reason, by=by)
    return decision


def _check_approved(decision: Decision) -> None:
    """Every step needed has approved the content as it is now (I5), and four eyes at least saw it (I6)."""
    if decision.compute_hash() != decision.content_hash:
        raise MoveRefused(_("决定的内容与登记的校验值不一致，不能签发。请联系系统管理员。"))
    given = decision.approvals.filter(verdict=Verdict.APPROVE, bound_hash=decision.content_hash)
    people = dict(given.values_list("step", "given_by_id"))
    for step in steps_needed(decision):
        if step not in people:
            raise MoveRefused(_("还缺%(step)s的同意，不能签发。") % {"step": step.label}, article="221-28")


def _take_back(decision: Decision, step: str, *, reason: str, by: Actor) -> None:
    data = {"respondent": decision.respondent_id, "reference": decision.reference or ""}
    move(DECISION, decision, step, by=by, reason=reason, data=data, access_changed=True)
    credit.revoke_records(decision=decision, reason=reason, by=by)
    measures.recall(decision=decision, reason=reason, by=by)
    for term in (APPEAL, REPORT_PROVINCE):
        clocks.void(dossier=decision.dossier, key=clock_key(term, decision), reason=reason[:300], by=by)


def _start(decision: Decision, clause: Clause, on: dt.date, *, by: Actor) -> None:
    clocks.start(dossier=decision.dossier, clause=clause, started_on=on, key=clock_key(clause.key, decision), by=by)
