"""Registration of a committee or a listed activity on the national platform (办法 第43、44条)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import MoveRefused
from casework.saving import save_record
from casework.texts import clean_text
from ethics.access import check_can_keep
from ethics.models import Registration
from ethics.plain_days import check_happened, check_order


@transaction.atomic
def record(*, registration: Registration, registered_on: dt.date, by: User, platform_no: str = "") -> Registration:
    """It was registered that day under this number. A wrong entry is corrected by recording again."""
    check_can_keep(by, registration.unit)

    platform_no = clean_text(platform_no, limit=60, field="platform_no", field_label=_("平台登记编号"), multiline=False)
    check_happened(registered_on, field="registered_on", label=_("登记日期"))
    begun = registration.committee.set_up_on if registration.committee else _approved_on(registration)
    check_order(begun, registered_on, field="registered_on", first_label=_("设立或者批准日期"), label=_("登记日期"))
    registration.registered_on, registration.platform_no = registered_on, platform_no
    if save_record(registration, by=by, reason="登记平台登记情况", fields=["registered_on", "platform_no"]):
        record_event(
            dossier=registration.dossier,
            type="registration_recorded",
            by=by,
            subject=registration,
            data={
                "committee": registration.committee_id,
                "activity": registration.activity_id,
                "registered_on": registered_on.isoformat(),
                "due_on": registration.due_on.isoformat(),
            },
        )
    return registration


def _approved_on(registration: Registration) -> dt.date:
    approved_on = registration.activity.approved_on if registration.activity else None
    if approved_on is None:
        raise MoveRefused(_("活动正在重新审查，批准后再登记。"))
    return approved_on
