"""Enter a State Council holiday notice: its days win over the library, and deadlines that move are listed (B12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from casework.access import check_right
from casework.actions.clocks import recompute_all
from casework.actors import Actor
from casework.calendar_rows import DECEMBER
from casework.events import record_event, register_dossier
from casework.models import CalendarDay, Deadline
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import required_text

Moved = list[tuple[Deadline, dt.date | None, dt.date | None]]


@transaction.atomic
def enter_notice(
    *, year: int, notice_no: str, days: Mapping[dt.date, tuple[bool, str]], confirmed: bool, by: Actor
) -> Moved:
    """Enter the days of one year's notice: day → (is a working day, label). Returns the deadlines whose due day moved.

    Entering the same day again corrects it (history keeps the old row). Raises InputRefused for days of another year;
    December of the year before belongs to a notice too, when 元旦 moves a weekend (as on 2018-12-29).
    """
    if isinstance(by, User):
        check_right(by, Permission.KEEP_CALENDAR)

    notice_no = required_text(notice_no, field_label=_("通知文号"), limit=80, multiline=False, field="notice_no")
    if not days:
        raise InputRefused(_("通知里至少要有一天。"), field="days")
    strangers = [day for day in sorted(days) if day.year != year and (day.year, day.month) != (year - 1, DECEMBER)]
    if strangers:
        raise InputRefused(_("%(day)s 不在 %(year)s 年内。") % {"day": strangers[0], "year": year}, field="days")

    known = {row.date: row for row in CalendarDay.objects.filter(date__in=list(days))}
    for day, (is_workday, label) in sorted(days.items()):
        row = known.get(day) or CalendarDay(date=day)
        row.is_workday, row.label, row.source_notice, row.confirmed = is_workday, label, notice_no, confirmed
        save_record(row, by=by, reason=notice_no)
    register = register_dossier("calendar")
    record_event(
        dossier=register,
        type="calendar_entered",
        by=by,
        reference=notice_no,
        data={"year": year, "days": len(days), "confirmed": confirmed},
    )
    return recompute_all(by=by, reason=notice_no)
