"""Open a case, attach leads, move it through its stages, give it to another officer, close and reopen it.

Respondents and allegations: actions/respondents.py. Report, prenotice and statement: actions/hearings.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Clearance
from accounts.models import User
from accounts.people import main_department, may
from accounts.permissions import Permission
from casework.actions import clocks, dossiers, files
from casework.actors import Actor
from casework.enums import AttachmentKind, ClauseKind, DossierKind
from casework.events import record_event
from casework.models import Attachment, Clause, Exclusion, Organization, RuleSet
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text
from casework.workflow import blocker, check_move, move
from integrity import access
from integrity.actions import exclusions
from integrity.case_terms import INVESTIGATE, check_not_future, check_period, term_clause
from integrity.enums import CaseStatus, LeadLinkKind, Regime
from integrity.models import Case, Lead, LeadLink
from integrity.rule_books import rule_set_on
from integrity.workflow import CASE, LEAD


@transaction.atomic
def open_case(
    *,
    title: str,
    by: User,
    leads: Sequence[Lead] = (),
    regime: str = Regime.RESEARCH_MISCONDUCT,
    responsible_unit: Organization | None = None,
    conduct_from: dt.date | None = None,
    conduct_to: dt.date | None = None,
    accepted_on: dt.date | None = None,
    source: Clause | None = None,
) -> Case:
    """Open a case from accepted leads given to this officer, or on own motion with a `source` clause (221号 第17条).

    Accepted on the day the first lead was; on own motion on `accepted_on`, today when left out. The investigation
    clock starts there. Whoever is excluded from a lead is excluded from the case.
    """
    access.check_can_open_case(by)
    for lead in leads:
        access.check_can_use_lead(by, lead)

    today = timezone.localdate()
    title = _title(title)
    for lead in leads:
        check_move(LEAD, lead, "link")
    if not leads and (source is None or source.kind != ClauseKind.SOURCE):
        raise InputRefused(_("没有线索的案件须写明主动受理的来源。"), field="source", article="221-17")
    accepted = _accepted_on(leads, accepted_on, today)
    check_period(conduct_from, conduct_to, on=today)
    rule_set = _rule_set(regime, accepted)

    dossier = dossiers.open_dossier(
        kind=DossierKind.CASE,
        numbering="case",
        by=by,
        handler=by,
        department=main_department(by),
        secrecy=max([int(Clearance.INTERNAL), *(lead.dossier.secrecy for lead in leads)]),
    )
    case = Case(
        dossier=dossier,
        title=title,
        regime=regime,
        rule_set=rule_set,
        responsible_unit=responsible_unit,
        conduct_from=conduct_from,
        conduct_to=conduct_to,
        accepted_on=accepted,
    )
    save_record(case, by=by, reason="立案")
    data = {"leads": [lead.pk for lead in leads], "rule_set": rule_set.code, "motion": source.key if source else ""}
    record_event(
        dossier=dossier, type="case_opened", by=by, subject=case, article=source.article if source else "", data=data
    )
    for number, lead in enumerate(leads):
        _link(case, lead, LeadLinkKind.RELATED if number else LeadLinkKind.PRIMARY, reason="", by=by)
    clocks.start(dossier=dossier, clause=term_clause(case, INVESTIGATE), started_on=accepted, by=by)
    return case


@transaction.atomic
def attach_lead(*, case: Case, lead: Lead, reason: str, by: User) -> LeadLink:
    """Join a further accepted lead to a case that is not closed; both must be in this officer's hands."""
    access.check_can_handle_case(by, case)
    access.check_can_use_lead(by, lead)

    if case.status == CaseStatus.CLOSED:
        raise MoveRefused(_("案件已经结案，不能再并入线索。"))
    reason = clean_text(reason, field_label=_("理由"), limit=300, multiline=False, field="reason")

    link = _link(case, lead, LeadLinkKind.RELATED, reason=reason, by=by)
    record_event(
        dossier=case.dossier, type="case_lead_attached", by=by, subject=case, reason=reason, data={"lead": lead.pk}
    )
    return link


@transaction.atomic
def begin_investigation(*, case: Case, by: User) -> Case:
    """Every respondent has an allegation: the inquiry begins."""
    access.check_can_handle_case(by, case)

    move(CASE, case, "begin_investigation", by=by)
    return case


@transaction.atomic
def begin_deliberation(*, case: Case, by: User) -> Case:
    """Everybody was heard, or did not answer in time: the case goes to deliberation (221号 第29条)."""
    access.check_can_handle_case(by, case)

    move(CASE, case, "begin_deliberation", by=by)
    return case


@transaction.atomic
def finish_if_all_decided(*, case: Case, by: Actor) -> bool:
    """Called after each decision is issued, by an action that has checked access: True when it was the last one.

    Then the case counts as decided and the investigation clock is met.
    """
    case.refresh_from_db()
    if blocker(CASE, case, "finish_decisions") is not None:
        return False

    move(CASE, case, "finish_decisions", by=by)
    clocks.meet(dossier=case.dossier, key=INVESTIGATE, by=by)
    return True


@transaction.atomic
def close_case(*, case: Case, by: User, reason: str = "") -> Case:
    """Every decision was served: the case is closed and stays readable."""
    access.check_can_handle_case(by, case)

    reason = clean_text(reason, field_label=_("说明"), limit=300, field="reason")
    move(CASE, case, "close", by=by, reason=reason)
    dossiers.close_dossier(dossier=case.dossier, by=by)
    return case


@transaction.atomic
def reopen(*, case: Case, reason: str, by: User) -> Case:
    """Take a closed case up again, by the head of the section and for a written reason.

    Everybody must be heard anew: earlier answers stay in history and on the timeline, the rows ask again.
    """
    access.check_can_assign_case(by, case)

    reason = _reason(reason)
    move(CASE, case, "reopen", by=by, reason=reason)
    case.dossier.is_open = True
    save_record(case.dossier, by=by, reason=reason, fields=["is_open"])
    for respondent in case.respondents.select_related("statement_request"):
        request = getattr(respondent, "statement_request", None)
        if request is not None:
            request.answer_kind, request.answer, request.answered_on = "", "", None
            save_record(request, by=by, reason=reason, fields=["answer_kind", "answer", "answered_on"])
    return case


@transaction.atomic
def assign_handler(*, case: Case, handler: User, reason: str, by: User) -> Case:
    """Give the case, with its leads, to another officer. The earlier handler loses access unless other grants hold."""
    access.check_can_assign_case(by, case)

    reason = _reason(reason)
    if case.status == CaseStatus.CLOSED:
        raise MoveRefused(_("案件已经结案，不能改派。"))
    if handler.pk == case.dossier.handler_id:
        raise InputRefused(_("%(name)s 已经是承办人。") % {"name": handler}, field="handler")
    if not may(handler, Permission.HANDLE_CASES) or handler.clearance < case.dossier.secrecy:
        raise InputRefused(_("%(name)s 没有办理这类案件的权限。") % {"name": handler}, field="handler")
    if Exclusion.objects.filter(dossier=case.dossier, user=handler, lifted_at=None).exists():
        raise InputRefused(_("%(name)s 须回避本案。") % {"name": handler}, field="handler", article="221-45")

    previous = case.dossier.handler_id
    dossiers.assign(dossier=case.dossier, handler=handler, reason=reason, by=by)
    for link in case.lead_links.filter(undone_at=None).select_related("lead__dossier__handler"):
        if link.lead.dossier.handler_id == previous:
            dossiers.assign(dossier=link.lead.dossier, handler=handler, reason=reason, by=by)
    return case


@transaction.atomic
def add_file(*, case: Case, name: str, content: bytes, kind: AttachmentKind, by: User) -> Attachment:
    """Add evidence or another document to the case. Refused files raise InputRefused (field "files")."""
    access.check_can_handle_case(by, case)

    if case.status == CaseStatus.CLOSED:
        raise MoveRefused(_("案件已经结案，不能再增加材料。"))
    return files.attach(dossier=case.dossier, name=name, content=content, kind=kind, by=by)


def _link(case: Case, lead: Lead, kind: LeadLinkKind, *, reason: str, by: User) -> LeadLink:
    """Join the lead. Exclusions hold for both: who is named in a report must not meet it as a case."""
    move(LEAD, lead, "link", by=by, data={"case": case.pk})
    link = LeadLink(lead=lead, case=case, kind=kind, reason=reason)
    save_record(link, by=by, reason="立案")
    exclusions.join(case=case, lead=lead, by=by)
    return link


def _title(text: str) -> str:
    title = clean_text(text, field_label=_("案由"), limit=200, multiline=False, field="title")
    if not title:
        raise InputRefused(_("请填写案由。"), field="title")
    return title


def _reason(text: str) -> str:
    reason = clean_text(text, field_label=_("理由"), limit=300, field="reason")
    if not reason:
        raise InputRefused(_("请写明理由。"), field="reason")
    return reason


def _accepted_on(leads: Sequence[Lead], accepted_on: dt.date | None, today: dt.date) -> dt.date:
    decided = [timezone.localdate(lead.decided_at) for lead in leads if lead.decided_at is not None]
    if decided:
        return min(decided)
    day = accepted_on or today
    check_not_future(day, on=today, field="accepted_on")
    return day


def _rule_set(regime: str, on: dt.date) -> RuleSet:
    if regime not in Regime.values:
        raise InputRefused(_("请选择适用的规则。"), field="regime")
    try:
        return rule_set_on(regime, on)
    except RuleSet.DoesNotExist as error:
        raise InputRefused(_("%(day)s 没有施行中的这类规则。") % {"day": on}, field="regime") from error
