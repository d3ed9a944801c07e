"""Violations at a unit, and the one door to integrity: a violation becomes a lead with its evidence frozen."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.models import Dossier
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import required_text
from ethics.access import check_can_keep, check_can_refer
from ethics.enums import ViolationKind
from ethics.models import Activity, ReviewUnit, Violation
from ethics.plain_days import check_happened
from integrity.actions import leads


@transaction.atomic
def record(
    *,
    unit: ReviewUnit,
    kind: str,
    found_on: dt.date,
    concerned: str,
    facts: str,
    by: User,
    activity: Activity | None = None,
) -> Violation:
    """What was found. It stays as recorded: corrections are a further violation record, or said in the referral."""
    check_can_keep(by, unit)

    if kind not in ViolationKind.values:
        raise InputRefused(_("请选择违规类别。"), field="kind")
    check_happened(found_on, field="found_on", label=_("发现日期"))
    concerned = required_text(
        concerned, limit=200, field="concerned", field_label=_("涉及的人或者单位"), multiline=False
    )
    facts = required_text(facts, limit=5000, field="facts", field_label=_("事实"))
    if activity is not None and activity.unit_id != unit.pk:
        raise InputRefused(_("请选择本单位的活动。"), field="activity")
    # The lock keeps two people from drawing the same serial.
    Dossier.objects.select_for_update().get(pk=unit.dossier_id)
    last = unit.violations.order_by("-serial").first()
    violation = Violation(
        unit=unit,
        activity=activity,
        serial=last.serial + 1 if last else 1,
        kind=kind,
        found_on=found_on,
        concerned=concerned,
        facts=facts,
    )
    save_record(violation, by=by, reason="登记违规")
    record_event(
        dossier=unit.dossier,
        type="violation_recorded",
        by=by,
        subject=violation,
        reference=violation.reference,
        data={"kind": kind, "activity": activity.pk if activity else None},
    )
    return violation


@transaction.atomic
def refer(*, violation: Violation, by: User) -> Violation:
    """Hand it over to integrity, once; a second time changes nothing. What becomes of the lead is not told here."""
    check_can_refer(by, violation.unit)

    Violation.objects.select_for_update().get(pk=violation.pk)
    violation.refresh_from_db()
    if violation.referred_at is not None:
        return violation
    evidence = evidence_text(violation)
    lead = leads.refer(
        source_reference=violation.reference,
        source_body=_("科技伦理监管"),
        summary=_("科技伦理违规移送：%(kind)s") % {"kind": violation.get_kind_display()},
        target=violation.concerned,
        unit=violation.unit.organization.name,
        evidence=evidence,
        by=by,
    )
    violation.referred_at, violation.referred_by = timezone.now(), by
    violation.evidence_sha256 = hashlib.sha256(evidence.encode()).hexdigest()
    violation.lead_reference = lead.dossier.reference
    save_record(violation, by=by, reason="移送科研诚信")
    record_event(
        dossier=violation.dossier,
        type="violation_referred",
        by=by,
        subject=violation,
        reference=violation.reference,
        data={"kind": violation.kind, "evidence_sha256": violation.evidence_sha256},
    )
    return violation


def lead_numbers(violations: list[Violation], user: User) -> dict[int, str]:
    """Violation → number of its lead, for those leads this person may see anyway; nothing about the others."""
    referred = {one.lead_reference: one.pk for one in violations if one.lead_reference}
    return {referred[number]: number for number in leads.visible_numbers(set(referred), user)}


def evidence_text(violation: Violation) -> str:
    """What is handed over, as it stands now: its hash is kept on both sides."""
    lines = [
        f"移送编号：{violation.reference}",
        f"违规类别：{violation.kind} {ViolationKind(violation.kind).label}",
        f"单位：{violation.unit.organization.name}",
        f"涉及的人或者单位：{violation.concerned}",
        f"发现日期：{violation.found_on.isoformat()}",
    ]
    if violation.activity is not None:
        activity = violation.activity
        lines.append(f"清单活动：{activity.title}（{activity.list_item}）")
        if activity.expert_basis:
            lines.append(f"专家复核：{activity.expert_basis}")
        if activity.approved_on:
            lines.append(f"批准日期：{activity.approved_on.isoformat()}")
    return "\n".join([*lines, f"事实：{violation.facts}"])
