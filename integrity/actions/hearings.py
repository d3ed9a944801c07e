"""The investigation report, the notice before a decision and the respondent's statement or its absence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions import clocks
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text
from casework.workflow import check_move, move
from integrity import access
from integrity.case_terms import (
    STATEMENT,
    check_not_future,
    statement_due,
    statement_due_from,
    statement_key,
    term_clause,
)
from integrity.enums import CaseStatus, Finding, ServiceMethod, StatementKind
from integrity.models import Allegation, Case, InvestigationReport, Respondent, StatementRequest
from integrity.workflow import CASE

CONCLUSIONS = frozenset(Finding) - {Finding.OPEN}


@transaction.atomic
def record_report(
    *,
    case: Case,
    text: str,
    conclusions: Mapping[int, str],
    made_on: dt.date,
    by: User,
    proposed_handling: str = "",
    reason: str = "",
) -> InvestigationReport:
    """Record the report with one conclusion per allegation (allegation pk → finding), 221号 第26条.

    A further report replaces the last one, with a reason, until the first respondent has been told; all versions stay.
    """
    access.check_can_handle_case(by, case)

    if case.status != CaseStatus.REPORT_READY and case.status != CaseStatus.INVESTIGATING:
        check_move(CASE, case, "finish_report")
    last = case.reports.order_by("-version").first()
    text = clean_text(text, field_label=_("报告正文"), field="text")
    if not text:
        raise InputRefused(_("请填写报告正文。"), field="text")
    proposed_handling = clean_text(proposed_handling, field_label=_("处理建议"), field="proposed_handling")
    reason = clean_text(reason, field_label=_("更换理由"), limit=300, field="reason")
    if case.status == CaseStatus.REPORT_READY and not reason:
        raise InputRefused(_("更换调查报告须写明理由。"), field="reason")
    check_not_future(made_on, on=timezone.localdate(), field="made_on")
    if made_on < case.accepted_on:
        raise InputRefused(_("报告日期早于受理日期。"), field="made_on")

    findings = _conclude(case, conclusions, by=by)
    report = InvestigationReport(
        case=case,
        version=last.version + 1 if last else 1,
        supersedes=last,
        text=text,
        proposed_handling=proposed_handling,
        conclusions=findings,
        made_on=made_on,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    save_record(report, by=by, reason=reason or "登记调查报告")
    data = {"report": report.pk, "version": report.version, "conclusions": findings}
    if case.status == CaseStatus.INVESTIGATING:
        move(CASE, case, "finish_report", by=by, reason=reason, article="221-26", data=data)
    else:
        record_event(
            dossier=case.dossier,
            type="case_report_replaced",
            by=by,
            subject=report,
            reason=reason,
            article="221-26",
            data=data,
        )
    return report


@transaction.atomic
def serve_prenotice(
    *, respondent: Respondent, intended: str, served_on: dt.date, method: str, by: User
) -> StatementRequest:
    """Tell the respondent the facts and handling intended, and how long they may answer (221号 第29条).

    Served again before the answer, the later notice counts and the time starts anew.
    """
    case = respondent.case
    access.check_can_handle_case(by, case)

    if case.status != CaseStatus.HEARING_RESPONDENT:
        check_move(CASE, case, "begin_hearing")
    request = StatementRequest.objects.filter(respondent=respondent).first() or StatementRequest(respondent=respondent)
    if request.answer_kind:
        raise MoveRefused(_("%(name)s 的陈述申辩情况已经记录，不能再次告知。") % {"name": respondent})
    intended = clean_text(intended, field_label=_("拟认定事实与拟处理意见"), field="intended")
    if not intended:
        raise InputRefused(_("请写明拟认定的事实和拟处理意见。"), field="intended")
    if method not in ServiceMethod.values:
        raise InputRefused(_("请选择送达方式。"), field="method")
    check_not_future(served_on, on=timezone.localdate(), field="served_on")
    report = case.reports.order_by("-version").first()
    if report is not None and served_on < report.made_on:
        raise InputRefused(_("告知送达日早于调查报告的日期。"), field="served_on")

    request.intended, request.served_on, request.method = intended, served_on, method
    request.due_on = statement_due_from(case, served_on)
    save_record(request, by=by, reason="处理前告知")
    if case.status == CaseStatus.REPORT_READY:
        move(CASE, case, "begin_hearing", by=by, article="221-29")
    key = statement_key(respondent)
    clocks.void(dossier=case.dossier, key=key, reason="重新告知", by=by)
    clocks.start(dossier=case.dossier, clause=term_clause(case, STATEMENT), started_on=served_on, key=key, by=by)
    record_event(
        dossier=case.dossier,
        type="prenotice_served",
        by=by,
        subject=request,
        article="221-29",
        data={
            "respondent": respondent.pk,
            "served_on": str(served_on),
            "due_on": str(request.due_on),
            "method": method,
        },
    )
    return request


@transaction.atomic
def record_statement(
    *, respondent: Respondent, kind: str, by: User, text: str = "", answered_on: dt.date | None = None
) -> StatementRequest:
    """Record what the respondent answered: a statement, a written waiver, or silence once the last day has passed."""
    case = respondent.case
    access.check_can_handle_case(by, case)

    request = _waiting_request(respondent)
    today = timezone.localdate()
    if kind not in StatementKind.values:
        raise InputRefused(_("请选择答复情况。"), field="kind")
    text = clean_text(text, field_label=_("陈述申辩内容"), field="text")
    if kind == StatementKind.GIVEN and not text:
        raise InputRefused(_("请写明陈述申辩的内容。"), field="text")
    due = statement_due(request)
    if kind == StatementKind.SILENT and today <= due:
        raise InputRefused(
            _("陈述申辩期限到 %(day)s 届满，届满后才能记为逾期未陈述。") % {"day": due}, field="kind", article="221-29"
        )
    day = today if kind == StatementKind.SILENT else (answered_on or today)
    check_not_future(day, on=today, field="answered_on")
    if day < request.served_on:
        raise InputRefused(_("答复日期早于告知送达日。"), field="answered_on")

    request.answer_kind, request.answer, request.answered_on = kind, text, day
    save_record(request, by=by, reason="记录陈述申辩")
    ended = due if kind == StatementKind.SILENT else day
    clocks.meet(dossier=case.dossier, key=statement_key(respondent), by=by, on=ended)
    record_event(
        dossier=case.dossier,
        type="statement_recorded",
        by=by,
        subject=request,
        article="221-29",
        data={"respondent": respondent.pk, "statement_kind": kind, "answered_on": str(day)},
    )
    return request


def _conclude(case: Case, conclusions: Mapping[int, str], *, by: User) -> dict[str, str]:
    """Write the finding of every allegation; every one needs one. Returns allegation pk → finding."""
    findings: dict[str, str] = {}
    for allegation in Allegation.objects.filter(respondent__case=case).order_by("pk"):
        finding = conclusions.get(allegation.pk, "")
        if finding not in CONCLUSIONS:
            raise InputRefused(_("请对每一项指控作出结论。"), field=f"finding_{allegation.pk}", article="221-26")
        allegation.finding = finding
        save_record(allegation, by=by, reason="调查结论", fields=["finding"])
        findings[str(allegation.pk)] = str(finding)
    return findings


def _waiting_request(respondent: Respondent) -> StatementRequest:
    request = StatementRequest.objects.filter(respondent=respondent).first()
    if request is None or respondent.case.status != CaseStatus.HEARING_RESPONDENT:
        raise MoveRefused(_("尚未向 %(name)s 送达处理前告知。") % {"name": respondent}, article="221-29")
    if request.answer_kind:
        raise MoveRefused(_("%(name)s 的陈述申辩情况已经记录。") % {"name": respondent})
    report = respondent.case.reports.order_by("-version").first()
    if report is not None and request.served_on < report.made_on:
        raise MoveRefused(_("调查报告已经更换，须先向 %(name)s 重新告知。") % {"name": respondent}, article="221-29")
    return request
