"""Days and hours of ethics review. Pure: 日 are calendar days, months end with the month, 72 hours run without pause."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from casework.calendars import WorkCalendar
from casework.rulebook import Clause, DeadlineRule, RuleBook
from ethics.rules import RuleRefused

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class DueDay:
    """The last day on which something is in time, and the entry it follows from."""

    day: dt.date
    clause: Clause


def months_after(day: dt.date, months: int) -> dt.date:
    """The same-numbered day so many months on, else the last day of that month: 6 months from 31 August end on 28 or 29
    February."""
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month_index + 1, min(day.day, monthrange(year, month_index + 1)[1]))


def due_day(rule: DeadlineRule, start: dt.date, calendar: WorkCalendar | None = None) -> dt.date:
    """The last day of a term; the start day is not counted and a last day off does not move it.

    RuleRefused for a term in working days without a calendar.
    """
    if rule.unit == "d":
        return start + dt.timedelta(days=rule.amount)
    if rule.unit == "m":
        return months_after(start, rule.amount)
    due = calendar.add_working_days(start, rule.amount).due if calendar is not None else None
    if due is None:
        raise RuleRefused("calendar", "计算工作日需要工作日历。", "A term in working days needs the calendar.")
    return due


def earliest_due(books: Iterable[RuleBook], key: str, start: dt.date, calendar: WorkCalendar | None = None) -> DueDay:
    """The term of all rule sets that apply which ends first. RuleRefused if none of them has it."""
    found = [
        DueDay(due_day(book.deadline(key), start, calendar), book.clause("deadline", key))
        for book in books
        if book.has("deadline", key)
    ]
    if not found:
        raise RuleRefused(key, f"适用的规则集中没有期限 {key}。", f"No rule set that applies has the term {key}.")
    return min(found, key=lambda due: due.day)


def followup_due(
    books: Iterable[RuleBook], last: dt.date, *, is_listed: bool = False, months: int | None = None
) -> DueDay:
    """The day the next follow-up is due, from the approval or the last follow-up: at most 12 months, listed ones 6.

    `months` is a shorter interval the committee set; RuleRefused for one that is longer than the law allows, or none.
    """
    limit = earliest_due(books, "D6" if is_listed else "D5", last)
    if months is None:
        return limit
    if months < 1 or months_after(last, months) > limit.day:
        most = limit.clause.numbers["amount"]
        raise RuleRefused(
            "months", f"跟踪审查间隔应为 1 至 {most} 个月。", f"Follow-up comes at intervals of 1 to {most} months."
        )
    return DueDay(months_after(last, months), limit.clause)


def annual_report_due(book: RuleBook, year: int) -> DueDay:
    """The day by which the report on a year is due: 31 March of the next."""
    clause = book.clause("time_limit", "D9")
    return DueDay(dt.date(year + 1, clause.numbers["month"], clause.numbers["day"]), clause)


def emergency_due(book: RuleBook, accepted: dt.datetime) -> dt.datetime:
    """The last moment of an emergency review, in the time of Shanghai. The expert re-review counts inside, nothing pauses
    it. ValueError for a time without a zone."""
    return _aware(accepted).astimezone(SHANGHAI) + dt.timedelta(hours=book.clause("time_limit", "D4").numbers["hours"])


def time_left(due: dt.datetime, now: dt.datetime) -> dt.timedelta:
    """What is left until then; negative once it is too late, zero at the last moment that is in time."""
    return _aware(due) - _aware(now)


def extended(due: dt.date, *, to: dt.date | None, reason: str) -> dt.date:
    """The new day of a decision that needs longer; the day and the reason must be stated (ST 17). Else RuleRefused."""
    if to is None or to <= due:
        raise RuleRefused("to", f"延长后的日期应晚于 {due}。", f"The new day must be later than {due}.")
    if not reason.strip():
        raise RuleRefused("reason", "延长期限应说明理由。", "An extension needs a reason.")
    return to


def _aware(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return moment
