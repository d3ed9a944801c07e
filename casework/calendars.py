"""Working days and legal periods: one calendar in front of `holidays`; due dates follow from clock events alone.

No database, no network, no clock: the caller passes the overrides (CalendarDay rows), the days and the events.
Sources: 民法典 arts 201-203 for days, months and the last day; the yearly State Council notices for working days.
"""

from __future__ import annotations

import calendar as month_table
import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from holidays.countries import China

# Every day of these years was compared with the State Council notice, and none differed.
LIBRARY_YEARS = range(2007, 2027)
ONE_DAY = dt.timedelta(days=1)
SATURDAY = 6

# Units: "wd" working days, "m" months, "d" calendar days.
UNITS = ("wd", "m", "d")
Kind = Literal["workday", "makeup", "weekend", "holiday", "start", "rollover", "pause"]
Pause = tuple[dt.date, dt.date | None]


@dataclass(frozen=True)
class Override:
    """One day of an official notice. It wins over the library; `source` is the document number of the notice."""

    is_workday: bool
    label: str = ""
    source: str = ""
    confirmed: bool = True


class DayLine(NamedTuple):
    """One day of the explanation: `weekday` 1 Monday to 7 Sunday, `n` its number among the counted working days."""

    date: dt.date
    weekday: int
    counted: bool
    n: int | None
    kind: Kind
    zh: str
    en: str


@dataclass(frozen=True)
class Due:
    """A due date with its reasons. `due` is None while an open pause stops the clock.

    `provisional` is true when a day that was counted or crossed has no confirmed calendar yet.
    """

    due: dt.date | None
    provisional: bool
    explanation: tuple[DayLine, ...]


class KnownDay(NamedTuple):
    """What the calendar knows of one day, the override already applied."""

    is_workday: bool
    kind: Kind
    zh: str
    en: str


class _Leg(NamedTuple):
    """One stretch of counting: its last day (None when an open pause holds it) and the days on the way."""

    end: dt.date | None
    lines: tuple[DayLine, ...]


class WorkCalendar:
    """Answers which days count. Make one per set of overrides; it keeps nothing between calls."""

    def __init__(
        self, overrides: Mapping[dt.date, Override] | None = None, confirmed_years: Collection[int] | None = None
    ) -> None:
        """`confirmed_years`: further years whose whole notice was entered; None takes them from the overrides."""
        self._overrides = dict(overrides or {})
        if confirmed_years is None:
            confirmed_years = {day.year for day, override in self._overrides.items() if override.confirmed}
        self._confirmed_years = frozenset(LIBRARY_YEARS) | frozenset(confirmed_years)

    def is_workday(self, day: dt.date) -> bool:
        return self.known_day(day).is_workday

    def is_confirmed(self, day: dt.date) -> bool:
        """Whether an official notice stands behind the answer for this day."""
        override = self._overrides.get(day)
        return day.year in self._confirmed_years and (override is None or override.confirmed)

    def why(self, day: dt.date, language: str = "zh") -> str:
        """Why the day is worked or free, in Chinese, or in English for language "en"."""
        known = self.known_day(day)
        return known.en if language.startswith("en") else known.zh

    def kind(self, day: dt.date) -> Kind:
        return self.known_day(day).kind

    def next_workday(self, day: dt.date) -> dt.date:
        """The day itself when it is worked, else the first working day after it."""
        while not self.known_day(day).is_workday:
            day += ONE_DAY
        return day

    def add_working_days(self, start: dt.date, n: int) -> Due:
        """The n-th working day after `start`; the start day is not counted."""
        return due_on(self, start=start, amount=n, unit="wd")

    def add_months(self, start: dt.date, n: int) -> Due:
        """The same-numbered day n months on, else the month end; a last day off moves to the next working day."""
        return due_on(self, start=start, amount=n, unit="m")

    def add_days(self, start: dt.date, n: int) -> Due:
        """n calendar days on; a last day off moves to the next working day."""
        return due_on(self, start=start, amount=n, unit="d")

    def working_days_between(self, a: dt.date, b: dt.date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` lies before `a`."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.known_day(a + dt.timedelta(days=offset)).is_workday for offset in range(1, (b - a).days + 1))

    def crosses_unconfirmed(self, first: dt.date, last: dt.date) -> bool:
        """Whether any day from `first` to `last`, both included, lacks a confirmed calendar."""
        if any(year not in self._confirmed_years for year in range(first.year, last.year + 1)):
            return True
        return any(first <= day <= last and not override.confirmed for day, override in self._overrides.items())

    def known_day(self, day: dt.date) -> KnownDay:
        """The override of that day, else the library's holiday or make-up day, else the weekday rule."""
        override = self._overrides.get(day)
        if override is not None:
            return _overridden_day(day, override)
        return _library_days(day.year).get(day) or _plain_day(day)


def due_on(
    calendar: WorkCalendar,
    *,
    start: dt.date,
    amount: int,
    unit: str,
    pauses: Iterable[Pause] = (),
    extensions: Iterable[tuple[int, str]] = (),
) -> Due:
    """The due date of a period that began on `start` (a day not counted), from its clock events alone.

    A pause runs from its first day up to, not including, the day of resumption; None is not resumed yet. Its days are
    not counted. An extension in the unit of the period before it adds to that period; another unit follows on its end.
    Raises ValueError for a negative amount, an unknown unit, or a pause that ends before it begins.
    """
    stops = _merged(pauses)
    legs = _legs(amount, unit, extensions)
    lines = [DayLine(start, start.isoweekday(), False, None, "start", "起算日，不计入", "Start day, not counted")]
    end: dt.date | None = start
    for leg_amount, leg_unit in legs:
        if end is not None:
            leg = _run_leg(calendar, end, leg_amount, leg_unit, stops)
            lines.extend(leg.lines)
            end = leg.end
    if end is not None and legs[-1][1] != "wd":
        leg = _roll_over(calendar, end, stops)
        lines.extend(leg.lines)
        end = leg.end
    last = end or lines[-1].date
    provisional = last > start and calendar.crosses_unconfirmed(start + ONE_DAY, last)
    return Due(end, provisional, tuple(lines))


class _Stop(NamedTuple):
    """A pause from `first` up to, not including, `until`; an open one runs until the last day there is."""

    first: dt.date
    until: dt.date

    @property
    def is_open(self) -> bool:
        return self.until == dt.date.max


def _merged(pauses: Iterable[Pause]) -> tuple[_Stop, ...]:
    """The pauses in order, overlapping ones joined, empty ones left out."""
    merged: list[_Stop] = []
    for first, until in sorted((first, until or dt.date.max) for first, until in pauses):
        if until < first:
            raise ValueError(f"a pause from {first} cannot end on {until}")
        if until == first:
            continue
        if merged and first <= merged[-1].until:
            merged[-1] = _Stop(merged[-1].first, max(merged[-1].until, until))
        else:
            merged.append(_Stop(first, until))
    return tuple(merged)


def _legs(amount: int, unit: str, extensions: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """The period and its extensions; neighbours in one unit are one stretch, so 6 and 6 months are 12 months."""
    legs: list[tuple[int, str]] = []
    for leg_amount, leg_unit in itertools.chain([(amount, unit)], extensions):
        if leg_amount < 0 or leg_unit not in UNITS:
            raise ValueError(f"not a period: {leg_amount} {leg_unit}")
        if legs and leg_amount == 0:
            continue
        if legs and legs[-1][1] == leg_unit:
            legs[-1] = (legs[-1][0] + leg_amount, leg_unit)
        else:
            legs.append((leg_amount, leg_unit))
    return legs


def _run_leg(calendar: WorkCalendar, start: dt.date, amount: int, unit: str, stops: Sequence[_Stop]) -> _Leg:
    if unit == "wd":
        return _count_working_days(calendar, start, amount, stops)
    return _count_calendar_days(calendar, start, amount, unit, stops)


def _count_working_days(calendar: WorkCalendar, start: dt.date, amount: int, stops: Sequence[_Stop]) -> _Leg:
    lines: list[DayLine] = []
    counted, day = 0, start
    while counted < amount:
        day += ONE_DAY
        stop = _stop_on(stops, day)
        if stop is not None:
            lines.append(_pause_line(day, stop))
            if stop.is_open:
                return _Leg(None, tuple(lines))
            continue
        known = calendar.known_day(day)
        if known.is_workday:
            counted += 1
            lines.append(_counted_line(day, counted, known))
        else:
            lines.append(_skipped_line(day, known))
    return _Leg(day, tuple(lines))


def _count_calendar_days(
    calendar: WorkCalendar, start: dt.date, amount: int, unit: str, stops: Sequence[_Stop]
) -> _Leg:
    """Months and days: the plain end, put off by the days suspended on the way, also by those met on the longer way."""
    plain_end = start + dt.timedelta(days=amount) if unit == "d" else _months_on(start, amount)
    end = plain_end
    while True:
        suspended = list(_suspended_days(stops, start, end))
        lines = [_pause_line(day, stop) for day, stop in suspended]
        if suspended and suspended[-1][1].is_open:
            return _Leg(None, tuple(lines))
        moved = plain_end + dt.timedelta(days=len(suspended))
        if moved == end:
            break
        end = moved
    lines.append(_end_line(calendar, end, start, amount, unit, len(suspended)))
    return _Leg(end, tuple(lines))


def _roll_over(calendar: WorkCalendar, end: dt.date, stops: Sequence[_Stop]) -> _Leg:
    """A last day off moves to the next working day, 民法典 art 203; a pause on the way holds it as it holds any day."""
    lines: list[DayLine] = []
    day = end
    while not calendar.is_workday(day) or (day > end and _stop_on(stops, day) is not None):
        day += ONE_DAY
        stop = _stop_on(stops, day)
        if stop is not None:
            lines.append(_pause_line(day, stop))
            if stop.is_open:
                return _Leg(None, tuple(lines))
            continue
        known = calendar.known_day(day)
        if known.is_workday:
            zh, en = "末日为休息日，顺延至此", "Last day was a day off, moved here"
            lines.append(DayLine(day, day.isoweekday(), False, None, "rollover", zh, en))
        else:
            lines.append(_skipped_line(day, known))
    return _Leg(day, tuple(lines))


def _months_on(start: dt.date, months: int) -> dt.date:
    """民法典 art 202: the same-numbered day, else the last day of that month."""
    year, month_index = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = month_table.monthrange(year, month_index + 1)[1]
    return dt.date(year, month_index + 1, min(start.day, last))


def _stop_on(stops: Sequence[_Stop], day: dt.date) -> _Stop | None:
    for stop in stops:
        if stop.first <= day < stop.until:
            return stop
    return None


def _suspended_days(stops: Sequence[_Stop], start: dt.date, end: dt.date) -> Iterator[tuple[dt.date, _Stop]]:
    """Days after `start` up to `end` that lie in a pause; of an open pause only the first."""
    for stop in stops:
        day = max(stop.first, start + ONE_DAY)
        while day <= end and day < stop.until:
            yield day, stop
            if stop.is_open:
                return
            day += ONE_DAY


def _pause_line(day: dt.date, stop: _Stop) -> DayLine:
    if stop.is_open:
        zh, en = f"{stop.first.isoformat()} 起中止，尚未恢复", f"Suspended since {stop.first.isoformat()}, not resumed"
    else:
        zh, en = "中止期间，不计入", "Suspended, not counted"
    return DayLine(day, day.isoweekday(), False, None, "pause", zh, en)


def _counted_line(day: dt.date, n: int, known: KnownDay) -> DayLine:
    zh, en = f"第 {n} 个工作日", f"Working day {n}"
    if known.kind == "makeup":
        zh, en = f"{zh}（{known.zh}）", f"{en} ({known.en})"
    return DayLine(day, day.isoweekday(), True, n, known.kind, zh, en)


def _skipped_line(day: dt.date, known: KnownDay) -> DayLine:
    return DayLine(day, day.isoweekday(), False, None, known.kind, known.zh, known.en)


def _end_line(calendar: WorkCalendar, end: dt.date, start: dt.date, amount: int, unit: str, suspended: int) -> DayLine:
    known = calendar.known_day(end)
    zh, en = (
        (f"满 {amount} 日", f"{amount} days are over")
        if unit == "d"
        else (f"满 {amount} 个月", f"{amount} months are over")
    )
    if unit == "m" and not suspended and end.day != start.day:
        zh, en = f"{zh}，当月没有 {start.day} 日，以月末为准", f"{en}, month end because there is no day {start.day}"
    if suspended:
        zh, en = f"{zh}，另加中止的 {suspended} 天", f"{en}, plus {suspended} suspended days"
    if not known.is_workday:
        zh, en = f"{zh}（{known.zh}）", f"{en} ({known.en})"
    return DayLine(end, end.isoweekday(), True, None, known.kind, zh, en)


def _plain_day(day: dt.date) -> KnownDay:
    if day.isoweekday() >= SATURDAY:
        return KnownDay(False, "weekend", "周末", "Weekend")
    return KnownDay(True, "workday", "工作日", "Working day")


def _overridden_day(day: dt.date, override: Override) -> KnownDay:
    is_weekend = day.isoweekday() >= SATURDAY
    source_zh = f"（{override.source}）" if override.source else ""
    source_en = f" ({override.source})" if override.source else ""
    if override.is_workday:
        if is_weekend:
            return KnownDay(
                True, "makeup", (override.label or "调休上班") + source_zh, "Make-up working day" + source_en
            )
        return KnownDay(True, "workday", (override.label or "工作日") + source_zh, "Working day" + source_en)
    if is_weekend and not override.label:
        return KnownDay(False, "weekend", "周末" + source_zh, "Weekend" + source_en)
    return KnownDay(False, "holiday", (override.label or "放假") + source_zh, "Day off by notice" + source_en)


@lru_cache(maxsize=256)
def _library_days(year: int) -> dict[dt.date, KnownDay]:
    """The holidays and make-up days of one year as the library knows them, made once per process and year."""
    # The year after is loaded too: its notice may turn a weekend of this December into working days.
    # Languages are named here because the library otherwise follows the environment of the process.
    chinese = China(years=(year, year + 1), language="zh_CN")
    english = China(years=(year, year + 1), language="en_US")
    days = {day: KnownDay(False, "holiday", chinese[day], english[day]) for day in chinese if day.year == year}
    makeups = {day for day in chinese.weekend_workdays if day.year == year}
    return days | {day: KnownDay(True, "makeup", "调休上班", "Make-up working day") for day in makeups}
