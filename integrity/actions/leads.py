"""Leads from arrival to the decision on acceptance (221号 第13-17条). Duplicates are in duplicates.py, talk in messages.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import Department, User
from accounts.people import main_department, may
from accounts.permissions import Permission
from casework.actions import clocks, dossiers, grants
from casework.actors import REPORTER, Actor
from casework.cipher import default_cipher
from casework.enums import ClauseKind, DossierKind, GrantBasis, GrantPermission
from casework.events import record_event
from casework.models import Clause, Exclusion
from casework.receipts import fingerprint, new_receipt
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.templatetags.casework import in_language
from casework.texts import clean_text
from casework.workflow import check_move, move
from integrity import access
from integrity.actions import vault
from integrity.actions.messages import keep_files
from integrity.enums import NOT_ENTERED_BY_HAND, REPORTER_CHANNELS, LeadChannel, LeadStatus, ReportMode
from integrity.models import FormSchema, Lead
from integrity.questionnaire import EARLIEST, canonical, clean_answers, definition, definition_hash
from integrity.receipts import receipt_hash
from integrity.rule_books import book_of, current_rule_set
from integrity.rules import acceptance_findings
from integrity.workflow import LEAD

RULES = "r221_2022"
ACCEPT = "accept"


@sensitive_variables()
@transaction.atomic
def submit(
    *,
    mode: str,
    answers: Mapping[str, Any],
    identity: Mapping[str, str],
    files: Iterable[tuple[str, bytes]] = (),
    by: Actor = REPORTER,
) -> tuple[Lead, str]:
    """A report through the public form: the lead and its receipt, sixteen digits to be shown once and kept nowhere.

    `answers` are those of questionnaire.QUESTIONS plus the days `period_from`, `period_to`.
    """
    if mode not in ReportMode.values:
        raise InputRefused(_("请选择实名、保密或者匿名。"), field="mode")

    lead = Lead(channel=LeadChannel.WEB, mode=mode, received_on=timezone.localdate(), submitted_by_label=str(by)[:60])
    office = Department.objects.filter(code=settings.CHENGYAN_OFFICE_CODE).first()
    receipt = _take_in(
        lead, answers, identity, files, department=office, with_receipt=True, type="lead_submitted", by=by
    )
    return lead, receipt


@sensitive_variables()
@transaction.atomic
def enter(
    *,
    channel: str,
    answers: Mapping[str, Any],
    by: User,
    summary: str = "",
    received_on: dt.date | None = None,
    source_body: str = "",
    source_document_no: str = "",
    mode: str = "",
    identity: Mapping[str, str] | None = None,
    files: Iterable[tuple[str, bytes]] = (),
    with_receipt: bool = False,
) -> tuple[Lead, str]:
    """A clue an officer writes down: by phone, letter, visit, hotline, or sent by another body.

    Returns the lead and its receipt, "" unless one was wanted for a reporter. Who wrote the clue down may see it.
    """
    access.check_can_enter_lead(by)
    today = timezone.localdate()
    received_on = received_on or today
    _check_source(channel, mode, received_on, source_body, today)

    lead = Lead(
        channel=channel,
        mode=mode if channel in REPORTER_CHANNELS else "",
        summary=clean_text(summary, field_label=_("事由摘要"), limit=200, multiline=False, field="summary"),
        received_on=received_on,
        source_body=clean_text(source_body, field_label=_("来文单位"), limit=120, multiline=False, field="source_body"),
        source_document_no=clean_text(
            source_document_no, field_label=_("来文编号"), limit=80, multiline=False, field="source_document_no"
        ),
        submitted_by=by,
        submitted_by_label=str(by)[:60],
    )
    receipt = _take_in(
        lead,
        answers,
        identity or {},
        files,
        department=main_department(by),
        with_receipt=with_receipt and channel in REPORTER_CHANNELS,
        type="lead_entered",
        by=by,
    )
    if not may(by, Permission.SEE_ALL_LEADS):
        grants.give(dossier=lead.dossier, user=by, permission=GrantPermission.VIEW, basis=GrantBasis.DUTY, by=by)
    return lead, receipt


@sensitive_variables("evidence")
@transaction.atomic
def refer(
    *, source_body: str, source_reference: str, summary: str, target: str, unit: str, evidence: str, by: User
) -> Lead:
    """The door for the ethics app: a violation becomes a lead, its evidence frozen in the sealed answers.

    The caller has checked that `by` may refer. Whoever refers gets no view of the lead by it.
    """
    lead = Lead(
        channel=LeadChannel.ETHICS,
        summary=clean_text(summary, field_label=_("事由摘要"), limit=200, multiline=False, field="summary"),
        received_on=timezone.localdate(),
        source_body=source_body,
        source_document_no=source_reference,
        submitted_by=by,
        submitted_by_label=str(by)[:60],
    )
    answers = {"target": target, "unit": unit, "facts": evidence}
    office = Department.objects.filter(code=settings.CHENGYAN_OFFICE_CODE).first()
    _take_in(lead, answers, {}, (), department=office, with_receipt=False, type="lead_referred", by=by)
    return lead


def visible_numbers(numbers: Collection[str], user: User) -> set[str]:
    """Of these numbers of leads, those this person may see: the other side of the door never tells more."""
    visible = Lead.objects.visible_to(user).filter(dossier__reference__in=numbers)
    return set(visible.values_list("dossier__reference", flat=True))


@transaction.atomic
def summarise(*, lead: Lead, summary: str, by: User) -> Lead:
    """The neutral line for lists and search. The reporter's own words stay sealed; unchanged text writes nothing."""
    access.check_can_assess_lead(by, lead)
    summary = clean_text(summary, field_label=_("事由摘要"), limit=200, multiline=False, field="summary")
    if not summary:
        raise InputRefused(_("请填写事由摘要。"), field="summary")

    lead.summary = summary
    if save_record(lead, by=by, reason="填写事由摘要", fields=["summary"]):
        record_event(dossier=lead.dossier, type="lead_summarised", by=by, subject=lead)
    return lead


@transaction.atomic
def accept(*, lead: Lead, ticks: Collection[str], by: User, handler: User | None = None) -> Lead:
    """Accept: all conditions of article 14 hold. With `handler` the lead is handed to an officer who may open a case."""
    access.check_can_assess_lead(by, lead)
    check_move(LEAD, lead, "accept")
    findings = acceptance_findings(book_of(current_rule_set(RULES)), ticks)
    if findings:
        sentence = " ".join(in_language(finding) for finding in findings)
        raise InputRefused(sentence, field="ticks", article=findings[0].article)
    if handler is not None:
        _check_handler(lead, handler)

    lead.ticks = sorted(ticks)
    _sign(lead, by)
    move(LEAD, lead, "accept", by=by, article="221-14", data={"ticks": lead.ticks})
    clocks.meet(dossier=lead.dossier, key=ACCEPT, by=by)
    if handler is not None:
        dossiers.assign(dossier=lead.dossier, handler=handler, reason=_("受理后分派"), by=by)
    return lead


@transaction.atomic
def assign(*, lead: Lead, handler: User, reason: str, by: User) -> Lead:
    """Hand an accepted lead to an officer, or to another one: only its handler can open the case."""
    access.check_can_assess_lead(by, lead)
    reason = _reason(reason, limit=300)
    if lead.status != LeadStatus.ACCEPTED:
        raise MoveRefused(_("只有已受理、尚未立案的线索可以分派。"))
    if handler.pk == lead.dossier.handler_id:
        raise InputRefused(_("%(name)s 已经是承办人。") % {"name": handler}, field="handler")
    _check_handler(lead, handler)

    dossiers.assign(dossier=lead.dossier, handler=handler, reason=reason, by=by)
    return lead


@transaction.atomic
def propose_refusal(*, lead: Lead, ground: str, reason: str, by: User) -> Lead:
    """Propose not to accept, for one of the grounds of article 15. Another person confirms."""
    access.check_can_assess_lead(by, lead)
    check_move(LEAD, lead, "propose_refusal")
    rule_set = current_rule_set(RULES)
    findings = acceptance_findings(book_of(rule_set), (), refusal=ground)
    if findings:
        raise InputRefused(in_language(findings[0]), field="ground", article=findings[0].article)
    clause = Clause.objects.get(rule_set=rule_set, kind=ClauseKind.REFUSE, key=ground)

    lead.refusal_ground = clause
    lead.refusal_reason = _reason(reason, limit=2000)
    move(LEAD, lead, "propose_refusal", by=by, article=clause.article, data={"ground": ground})
    return lead


@transaction.atomic
def refuse(*, lead: Lead, by: User) -> Lead:
    """The head of the section confirms the proposed refusal."""
    access.check_can_refuse_lead(by, lead)
    check_move(LEAD, lead, "refuse")

    _sign(lead, by)
    article = lead.refusal_ground.article if lead.refusal_ground else ""
    move(LEAD, lead, "refuse", by=by, article=article)
    clocks.meet(dossier=lead.dossier, key=ACCEPT, by=by)
    dossiers.close_dossier(dossier=lead.dossier, by=by)
    return lead


@transaction.atomic
def send_back(*, lead: Lead, reason: str, by: User) -> Lead:
    """The head does not share the proposal: the lead is assessed again, the ground is taken off."""
    access.check_can_refuse_lead(by, lead)
    check_move(LEAD, lead, "send_back")
    reason = _reason(reason, limit=500)

    lead.refusal_ground = None
    lead.refusal_reason = ""
    move(LEAD, lead, "send_back", by=by, reason=reason)
    return lead


@transaction.atomic
def transfer(*, lead: Lead, unit: str, reason: str, by: User) -> Lead:
    """Not for this office: sent on to the body in charge (221号 第16条)."""
    access.check_can_assess_lead(by, lead)
    check_move(LEAD, lead, "transfer")
    unit = clean_text(unit, field_label=_("转送单位"), limit=120, multiline=False, field="unit")
    if not unit:
        raise InputRefused(_("请写明转送到哪个单位。"), field="unit")
    reason = _reason(reason, limit=500)

    lead.transferred_to = unit
    _sign(lead, by)
    move(LEAD, lead, "transfer", by=by, reason=reason, article="221-16")
    clocks.meet(dossier=lead.dossier, key=ACCEPT, by=by)
    dossiers.close_dossier(dossier=lead.dossier, by=by)
    return lead


@sensitive_variables()
def _take_in(
    lead: Lead,
    answers: Mapping[str, Any],
    identity: Mapping[str, str],
    files: Iterable[tuple[str, bytes]],
    *,
    department: Department | None,
    with_receipt: bool,
    type: str,
    by: Actor,
) -> str:
    """Open the dossier, seal answers and identity, keep the files, start the clock; returns the receipt or ""."""
    cleaned = clean_answers(answers, on=timezone.localdate())
    sealed_identity = vault.clean_identity(lead.mode, identity)
    receipt = new_receipt() if with_receipt else ""
    lead.dossier = dossiers.open_dossier(kind=DossierKind.LEAD, numbering="lead", by=by, department=department)
    attachments = keep_files(lead.dossier, files, by=by)

    lead.submitted_at = timezone.now()
    lead.schema = _schema(by)
    lead.answers_cipher = default_cipher().seal(canonical(cleaned).decode(), lead.answers_context)
    content = canonical({"answers": cleaned, "files": [attachment.sha256 for attachment in attachments]})
    lead.fingerprint = fingerprint(content, lead.submitted_at.isoformat())
    if receipt:
        lead.receipt_hash, lead.receipt_hint = receipt_hash(receipt), receipt[-4:]
    save_record(lead, by=by, reason="收到")
    record_event(
        dossier=lead.dossier,
        type=type,
        by=by,
        subject=lead,
        data={
            "channel": lead.channel,
            "mode": lead.mode,
            "schema": lead.schema.sha256,
            "fingerprint": lead.fingerprint,
        },
    )
    if sealed_identity:
        vault.seal(lead=lead, identity=sealed_identity, by=by)
    start_clock(lead, by)
    return receipt


def start_clock(lead: Lead, by: Actor) -> None:
    """Fifteen working days from the day of receipt (221号 第16条); the amount comes from the rule set."""
    clause = Clause.objects.get(rule_set=current_rule_set(RULES), kind=ClauseKind.DEADLINE, key=ACCEPT)
    clocks.start(dossier=lead.dossier, clause=clause, started_on=lead.received_on, by=by)


def _schema(by: Actor) -> FormSchema:
    content = definition()
    sha256 = definition_hash(content)
    known = FormSchema.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    schema = FormSchema(sha256=sha256, content=content)
    save_record(schema, by=by, reason="新表单")
    return schema


def _check_source(channel: str, mode: str, received_on: dt.date, source_body: str, today: dt.date) -> None:
    if channel not in LeadChannel.values or channel in NOT_ENTERED_BY_HAND:
        raise InputRefused(_("请选择线索来源。"), field="channel")
    if channel in REPORTER_CHANNELS and mode not in ReportMode.values:
        raise InputRefused(_("请选择实名、保密或者匿名。"), field="mode")
    if channel not in REPORTER_CHANNELS and not source_body.strip():
        raise InputRefused(_("请写明来文单位。"), field="source_body")
    if received_on > today:
        raise InputRefused(_("收到日期不能晚于今天。"), field="received_on")
    if received_on < EARLIEST:
        raise InputRefused(_("收到日期太早，请核对年份。"), field="received_on")


def _check_handler(lead: Lead, handler: User) -> None:
    if not may(handler, Permission.OPEN_CASES):
        raise InputRefused(_("这位同事不能立案，请选择办案人员。"), field="handler")
    if Exclusion.objects.filter(dossier=lead.dossier, user=handler, lifted_at=None).exists():
        raise InputRefused(_("这位同事与本线索有关，已排除知悉。请选择其他人。"), field="handler")


def _reason(text: str, *, limit: int) -> str:
    reason = clean_text(text, field_label=_("理由"), limit=limit, field="reason")
    if not reason:
        raise InputRefused(_("请写明理由。"), field="reason")
    return reason


def _sign(lead: Lead, by: User) -> None:
    lead.decided_at = timezone.now()
    lead.decided_by = by
