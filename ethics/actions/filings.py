"""Filing of committees for research involving people on the platform of the health system (涉及人的办法 第13条)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import Actor
from casework.events import record_event
from casework.refusals import MoveRefused
from casework.saving import save_record
from casework.texts import clean_text
from ethics import stored_rules
from ethics.access import check_can_keep
from ethics.enums import Regime
from ethics.models import Committee, Filing
from ethics.plain_days import check_happened, check_order


def follow_regimes(*, committee: Committee, by: Actor) -> Filing | None:
    """The filing falls due with the regulation and is void without it. Part of entering and editing a committee."""
    today, applies = timezone.localdate(), Regime.HS2023 in committee.regimes
    filing = Filing.objects.filter(committee=committee).first()
    if filing is None and applies:
        due_on = stored_rules.committee_filing_due(committee.set_up_on)
        filing = Filing(committee=committee, due_on=due_on, known_on=today)
        _keep(filing, by, "委员会适用涉及人的办法")
    elif filing is not None and applies != (filing.voided_on is None):
        filing.voided_on = None if applies else today
        _keep(filing, by, "委员会适用规则改变")
    return filing


@transaction.atomic
def record(*, filing: Filing, filed_on: dt.date, by: User, filing_no: str = "") -> Filing:
    """It was filed that day under this number. A wrong entry is corrected by recording again."""
    check_can_keep(by, filing.unit)

    if filing.voided_on is not None:
        raise MoveRefused(_("这个委员会不再适用涉及人的研究伦理审查办法，不必备案。"))
    filing_no = clean_text(filing_no, limit=60, field="filing_no", field_label=_("备案编号"), multiline=False)
    check_happened(filed_on, field="filed_on", label=_("备案日期"))
    check_order(
        filing.committee.set_up_on,
        filed_on,
        field="filed_on",
        first_label=_("设立日期"),
        label=_("备案日期"),
    )
    filing.filed_on, filing.filing_no = filed_on, filing_no
    if save_record(filing, by=by, reason="登记机构备案", fields=["filed_on", "filing_no"]):
        data = {
            "committee": filing.committee_id,
            "filed_on": filed_on.isoformat(),
            "due_on": filing.due_on.isoformat(),
        }
        record_event(dossier=filing.dossier, type="filing_recorded", by=by, subject=filing, data=data)
    return filing


def _keep(filing: Filing, by: Actor, reason: str) -> None:
    save_record(filing, by=by, reason=reason)
