"""Annual reports: due each year for every committee that existed in the year before, then recorded (办法 第45条)."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.events import record_event
from casework.refusals import InputRefused
from casework.saving import save_record
from ethics import stored_rules
from ethics.access import check_can_keep
from ethics.models import AnnualReport, Committee
from ethics.plain_days import check_happened


@transaction.atomic
def make_due(*, committee: Committee, on: dt.date, by: Actor = SYSTEM) -> AnnualReport | None:
    """Last year's report becomes due, if the committee existed in that year; known already: nothing changes.

    Only last year's: what was due before the register knew the committee is for the unit to say, not for the clock.
    """
    year = on.year - 1
    existed = committee.set_up_on.year <= year and (
        committee.dissolved_on is None or committee.dissolved_on.year >= year
    )
    due_on = stored_rules.report_due(year)
    if not existed or due_on is None or AnnualReport.objects.filter(committee=committee, year=year).exists():
        return None
    report = AnnualReport(committee=committee, year=year, due_on=due_on, known_on=on)
    try:
        with transaction.atomic():
            save_record(report, by=by, reason="年度报告到期登记")
    except IntegrityError:
        return None  # another run was faster
    data = {"committee": committee.pk, "year": year, "due_on": due_on.isoformat()}
    record_event(dossier=committee.dossier, type="annual_report_due", by=by, subject=report, data=data)
    return report


def reported_on(year: int) -> set[int]:
    """Committees whose report on this year is known already."""
    return set(AnnualReport.objects.filter(year=year).values_list("committee", flat=True))


@transaction.atomic
def record(*, report: AnnualReport, submitted_on: dt.date, by: User) -> AnnualReport:
    """The report was handed in that day. A wrong day is corrected by recording again."""
    check_can_keep(by, report.committee.unit)

    check_happened(submitted_on, field="submitted_on", label=_("报送日期"))
    if submitted_on.year <= report.year:
        raise InputRefused(_("年度报告在下一年报送，请核对日期。"), field="submitted_on")
    report.submitted_on = submitted_on
    if save_record(report, by=by, reason="登记年度报告", fields=["submitted_on"]):
        data = {
            "committee": report.committee_id,
            "year": report.year,
            "submitted_on": submitted_on.isoformat(),
            "due_on": report.due_on.isoformat(),
        }
        record_event(dossier=report.dossier, type="annual_report_recorded", by=by, subject=report, data=data)
    return report
