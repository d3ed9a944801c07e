"""Credit records: made by the issue of a decision, begun and expired by date, revoked with it; and the check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import main_department
from casework.actors import Actor
from casework.cipher import blind_index
from casework.enums import AccessKind, ClauseKind, IdentifierType
from casework.events import record_access, record_event, register_dossier
from casework.identifiers import normalise_identifier
from casework.models import Subject
from casework.references import next_reference
from casework.refusals import InputRefused
from casework.rulebook import RuleBook
from casework.saving import save_record
from casework.texts import clean_text
from casework.workflow import move
from integrity import access
from integrity.credit_matching import match
from integrity.enums import CheckPurpose, CreditStatus, Outcome
from integrity.models import CreditCheck, CreditRecord, Decision, Measure
from integrity.workflow import CREDIT_RECORD

REGISTER = "credit"


@transaction.atomic
def make_record(
    *, decision: Decision, measures: Sequence[Measure], book: RuleBook, on: dt.date, by: Actor
) -> CreditRecord | None:
    """The record of an established outcome: from the earliest start (or the day of issue) to the latest end.

    None for every other outcome: nobody carries a record of what was not found. Called by actions that checked access.
    """
    if decision.outcome != Outcome.ESTABLISHED:
        return None
    windows = [measure for measure in measures if _has_window(measure)]
    lifetime = any(measure.is_lifetime for measure in windows)
    ends = [measure.ends_on for measure in windows if measure.ends_on]
    record = CreditRecord(
        subject=decision.respondent.subject,
        decision=decision,
        tier=decision.tier,
        categories=list(decision.categories),
        starts_on=min((measure.starts_on for measure in windows if measure.starts_on), default=on),
        ends_on=None if lifetime or not ends else max(ends),
        is_lifetime=lifetime,
        in_serious_database=any(_enters_database(book, measure) for measure in measures),
    )
    save_record(record, by=by, reason="形成失信行为记录")
    record_event(
        dossier=decision.dossier,
        type="credit_record_made",
        by=by,
        subject=record,
        data=_facts(record),
        access_changed=True,
    )
    settle(record=record, on=on, by=by)
    return record


@transaction.atomic
def settle(*, record: CreditRecord, on: dt.date, by: Actor) -> bool:
    """Activate or expire the record as the day demands; catches up over both steps. Returns whether it moved."""
    before = record.status
    data = _facts(record)
    if record.status == CreditStatus.PENDING and record.starts_on <= on:
        move(CREDIT_RECORD, record, "activate", by=by, data=data, access_changed=True)
    if record.status == CreditStatus.ACTIVE and record.ends_on and record.ends_on < on:
        move(CREDIT_RECORD, record, "expire", by=by, data=data, access_changed=True)
    return record.status != before


@transaction.atomic
def revoke_records(*, decision: Decision, reason: str, by: Actor) -> int:
    """Revoke what the fallen decision left on record. Expired records stay: they no longer count against anybody."""
    live = CreditRecord.objects.filter(decision=decision, status__in=[CreditStatus.PENDING, CreditStatus.ACTIVE])
    records = list(live.select_related("decision__case__dossier"))
    for record in records:
        move(CREDIT_RECORD, record, "revoke", by=by, reason=reason, data=_facts(record), access_changed=True)
    return len(records)


@transaction.atomic
def check_credit(
    *,
    purpose: str,
    basis: str,
    name: str,
    identifier: str = "",
    identifier_type: str = "",
    subject: Subject | None = None,
    as_of: dt.date,
    by: User,
) -> CreditCheck:
    """Answer whether records count against somebody on a day, and keep question and answer (若干意见 (七)-(九)).

    A hit needs a strong identifier or a chosen subject; a name alone never hits (D13). The question is an event and an
    access record; the identifier itself is kept only as a keyed hash.
    """
    access.check_can_check_credit(by)

    if purpose not in CheckPurpose.values:
        raise InputRefused(_("请选择核查用途。"), field="purpose")
    basis = clean_text(basis, field_label=_("依据"), limit=200, multiline=False, field="basis")
    if not basis:
        raise InputRefused(_("请写明核查依据，例如申报通知的文号。"), field="basis")
    name = clean_text(name, field_label=_("核查对象"), limit=200, multiline=False, field="name")
    if not name:
        raise InputRefused(_("请填写姓名或单位名称。"), field="name")
    if as_of > timezone.localdate():
        raise InputRefused(_("截至日期不能晚于今天。"), field="as_of")
    kind, normal = _identifier(identifier, identifier_type)
    hashed = blind_index(kind, normal) if normal else ""

    matches = match(name=name, kind=kind, normal=normal, hashed=hashed, subject=subject, as_of=as_of, by=by)
    check = CreditCheck(
        reference=next_reference("check", year=timezone.localdate().year),
        purpose=purpose,
        basis=basis,
        asked_name=name,
        asked_identifier_hash=hashed,
        as_of=as_of,
        answer=matches.answer,
        records=[record.pk for record in matches.records],
        candidates=[candidate.pk for candidate in matches.candidates],
        is_strong=matches.is_strong,
        same_name=matches.same_name,
        department=main_department(by),
        asked_at=timezone.now(),
        asked_by=by,
    )
    save_record(check, by=by, reason="诚信核查")
    what = {"answer": check.answer, "purpose": purpose, "as_of": str(as_of), "records": check.records}
    record_event(
        dossier=register_dossier(REGISTER),
        type="credit_checked",
        by=by,
        subject=check,
        reference=check.reference,
        data=what,
    )
    record_access(kind=AccessKind.CHECK, by=by, what=check.reference, purpose=basis, data=what)
    return check


def _identifier(text: str, kind: str) -> tuple[str, str]:
    """Type and normal form; without a type the number itself tells: 统一社会信用代码, 身份证号 or ORCID."""
    if not text.strip():
        return "", ""
    kinds = [kind] if kind else [IdentifierType.ID_CARD, IdentifierType.USCC, IdentifierType.ORCID]
    if kind and kind not in IdentifierType.values:
        raise InputRefused(_("请选择证件类型。"), field="identifier_type")
    for candidate in kinds:
        try:
            return str(candidate), normalise_identifier(candidate, text, today=timezone.localdate())
        except InputRefused as refusal:
            if kind:
                raise InputRefused(refusal.reason, field="identifier") from refusal
    raise InputRefused(
        _("这个号码既不是身份证号，也不是统一社会信用代码或 ORCID。请核对，或者选择证件类型。"), field="identifier"
    )


def _facts(record: CreditRecord) -> dict[str, object]:
    """What the timeline tells of a record: ids and dates only."""
    window = {"starts_on": str(record.starts_on), "ends_on": str(record.ends_on or ""), "lifetime": record.is_lifetime}
    return {"respondent": record.decision.respondent_id, "decision": record.decision_id, **window}


def _has_window(measure: Measure) -> bool:
    if measure.withdrawn or measure.is_parallel or measure.starts_on is None:
        return False
    return measure.is_lifetime or measure.ends_on is not None


def _enters_database(book: RuleBook, measure: Measure) -> bool:
    if measure.withdrawn or not book.has(ClauseKind.MEASURE, measure.kind):
        return False
    return bool(book.clause(ClauseKind.MEASURE, measure.kind).numbers.get("db_entry"))
