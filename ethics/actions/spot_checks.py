"""Spot checks at a unit, and putting right what was found."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import MoveRefused
from casework.saving import save_record
from casework.texts import required_text
from ethics.access import check_can_keep
from ethics.models import ReviewUnit, SpotCheck
from ethics.plain_days import check_happened, check_order


@transaction.atomic
def record(
    *, unit: ReviewUnit, checked_on: dt.date, findings: str, by: User, due_on: dt.date | None = None
) -> SpotCheck:
    """What was found that day; `due_on` when the unit must put something right."""
    check_can_keep(by, unit)

    findings = required_text(findings, limit=5000, field="findings", field_label=_("检查情况"))
    check_happened(checked_on, field="checked_on", label=_("检查日期"))
    if due_on is not None:
        check_order(checked_on, due_on, field="due_on", first_label=_("检查日期"), label=_("整改期限"))
    check = SpotCheck(unit=unit, checked_on=checked_on, findings=findings, due_on=due_on, known_on=timezone.localdate())
    save_record(check, by=by, reason="登记抽查")
    data = {"checked_on": checked_on.isoformat(), "due_on": due_on.isoformat() if due_on else None}
    record_event(dossier=unit.dossier, type="spot_check_recorded", by=by, subject=check, data=data)
    return check


@transaction.atomic
def rectify(*, check: SpotCheck, rectified_on: dt.date, rectification: str, by: User) -> SpotCheck:
    """The unit has put it right."""
    check_can_keep(by, check.unit)

    if check.due_on is None:
        raise MoveRefused(_("这次抽查没有要求整改。"))
    if check.rectified_on is not None:
        raise MoveRefused(_("这次抽查已经登记整改完成。"))
    rectification = required_text(rectification, limit=1000, field="rectification", field_label=_("整改情况"))
    check_happened(rectified_on, field="rectified_on", label=_("整改完成日期"))
    check_order(
        check.checked_on, rectified_on, field="rectified_on", first_label=_("检查日期"), label=_("整改完成日期")
    )
    check.rectified_on, check.rectification = rectified_on, rectification
    save_record(check, by=by, reason="登记整改完成", fields=["rectified_on", "rectification"])
    data = {"rectified_on": rectified_on.isoformat(), "due_on": check.due_on.isoformat()}
    record_event(dossier=check.dossier, type="spot_check_rectified", by=by, subject=check, data=data)
    return check
