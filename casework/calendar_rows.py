"""The calendar of now: the library's years overlaid with the rows of imported holiday notices."""

from casework.calendars import LIBRARY_YEARS, Override, WorkCalendar
from casework.models import CalendarDay

DECEMBER = 12


def current_calendar() -> WorkCalendar:
    """Build the calendar from CalendarDay rows. A year counts as confirmed when a confirmed notice of it was imported.

    Days of December are no proof: they may come from the notice of the year that follows.
    """
    rows = list(CalendarDay.objects.order_by("date"))
    overrides = {row.date: Override(row.is_workday, row.label, row.source_notice, row.confirmed) for row in rows}
    confirmed = {row.date.year for row in rows if row.confirmed and row.date.month < DECEMBER}
    return WorkCalendar(overrides, confirmed_years=frozenset(LIBRARY_YEARS) | confirmed)
