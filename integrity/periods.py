"""How long a measure lasts: windows from start to end, and whether a period lies in a band of months.

Sanction periods count their start day, unlike procedural terms (`casework.calendars`). Plain values only.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from casework.findings import Words


@dataclass(frozen=True)
class MeasurePlan:
    """A measure as drafted. At most one of months, lifetime, days, count; `until` keeps a period given only in words.

    `count` is a number of occasions (评审 1 次). `label` keeps the wording of a decision made elsewhere.
    """

    kind: str
    months: int | None = None
    lifetime: bool = False
    days: int | None = None
    count: int | None = None
    until: str = ""
    start: date | None = None
    scope: str = ""
    label: str = ""


def measure_window(
    start: date, *, months: int | None = None, days: int | None = None, lifetime: bool = False
) -> tuple[date, date | None]:
    """First and last day of a measure, both included; no last day when it is for life.

    Months end on the day before the same-numbered day: 3 years from 2023-12-26 end on 2026-12-25. Where that day does
    not exist (29 February, or the 31st of a short month) the last day of the month is the end itself, not the day
    before it: 12 months from 2024-02-29 end on 2025-02-28. No rule settles this; we follow 民法典 202, where a missing
    day makes the month's last day the end of the period, so the period is never a day short (PROPOSAL).
    Raises ValueError unless exactly one period is given, it is positive, and its end is a date.
    """
    if lifetime + (months is not None) + (days is not None) != 1:
        raise ValueError("State exactly one of months, days and lifetime.")
    if lifetime:
        return start, None
    amount = months if months is not None else days
    if amount is None or amount < 1:
        raise ValueError("A period must be at least one month or one day.")
    try:
        return start, _months_end(start, amount) if months is not None else start + timedelta(days=amount - 1)
    except OverflowError as error:
        raise ValueError("The period ends beyond the calendar.") from error


def window_of(plan: MeasurePlan, default_start: date | None) -> tuple[date | None, date | None]:
    """The window of a plan that starts on its own date, else on the default; no end where none can be computed.

    Raises ValueError for a period without a computable end, as `measure_window` does.
    """
    start = plan.start or default_start
    if start is None or (not plan.lifetime and plan.months is None and plan.days is None):
        return start, None
    return measure_window(start, months=plan.months, days=plan.days, lifetime=plan.lifetime)


def amounts_of(plan: MeasurePlan) -> tuple[Words, ...]:
    """Each period the plan states as a value, in words. A sound plan has none or one."""
    found = []
    if plan.months is not None:
        found.append(Words(f"{plan.months} 个月", f"{plan.months} months"))
    if plan.lifetime:
        found.append(Words("永久", "permanent"))
    if plan.days is not None:
        found.append(Words(f"{plan.days} 日", f"{plan.days} days"))
    if plan.count is not None:
        found.append(Words(f"{plan.count} 次", f"{plan.count} occasions"))
    return tuple(found)


def is_computable(plan: MeasurePlan, on: date | None) -> bool:
    """Whether every value of the plan is positive and its end, counted from its start or from `on`, is a date."""
    if any(value is not None and value < 1 for value in (plan.months, plan.days, plan.count)):
        return False
    try:
        window_of(plan, on or date.min)
    except ValueError:
        return False
    return True


def is_comparable(plan: MeasurePlan, on: date | None) -> bool:
    """Whether the plan states one period that can be set against a band: months, for life, or days with a start."""
    stated = plan.lifetime + (plan.months is not None) + (plan.days is not None)
    if stated != 1 or plan.count is not None:
        return False
    return plan.days is None or (bool(plan.start or on) and is_computable(plan, on))


def is_in_band(plan: MeasurePlan, band: Mapping[str, Any], on: date | None) -> bool:
    """Whether a comparable period lies between `lo` and `hi` months, each end included only where the band says so.

    Days are compared by their last day, counted from the plan's start or from `on`.
    """
    if plan.lifetime:
        return bool(band["lifetime"])
    low = _compare(plan, band["lo"], on)
    if low < 0 or (low == 0 and not band["lo_incl"]):
        return False
    if "hi" not in band:
        return True
    high = _compare(plan, band["hi"], on)
    return high < 0 or (high == 0 and bool(band["hi_incl"]))


def band_words(band: Mapping[str, Any] | None) -> Words:
    """The band in words, with what happens at its ends."""
    if band is None:
        return Words("不设禁止期限", "no ban period")
    zh, en = [], []
    if band["lo"]:
        inclusive = band["lo_incl"]
        zh.append(f"{band['lo']} 个月以上（{'含' if inclusive else '不含'} {band['lo']} 个月）")
        en.append(f"{'at least' if inclusive else 'more than'} {band['lo']} months")
    if "hi" in band:
        inclusive = band["hi_incl"]
        zh.append(f"{band['hi']} 个月以内（{'含' if inclusive else '不含'} {band['hi']} 个月）")
        en.append(f"{'at most' if inclusive else 'less than'} {band['hi']} months")
    if band["lifetime"]:
        zh.append("可至永久")
        en.append("up to permanent")
    return Words("，".join(zh), ", ".join(en))


def _months_end(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > date.max.year:
        raise OverflowError("year")
    last = monthrange(year, month + 1)[1]
    if start.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, start.day) - timedelta(days=1)


def _compare(plan: MeasurePlan, months: int, on: date | None) -> int:
    """-1, 0 or 1: the plan's period is shorter than, as long as or longer than the months."""
    if plan.months is not None:
        return (plan.months > months) - (plan.months < months)
    start = plan.start or on or date.min
    first_after = start + timedelta(days=plan.days or 0)
    try:
        bound = _months_end(start, months) + timedelta(days=1) if months else start
    except OverflowError:
        return -1
    return (first_after > bound) - (first_after < bound)
