"""A date typed into the search box: 2026-03-05, 2026年3月5日, 2026-03, 2026年3月, 2026年. Pure.

It narrows the filing day instead of being looked for in the texts. Only a date that stands by itself is one: part of a
number, of a longer word or within quotation marks it stays text, and so does a bare 2026, which many numbers hold.
"""

import datetime as dt
import re
from dataclasses import dataclass

FIRST_YEAR, LAST_YEAR = 1949, 2199

_PLAIN = str.maketrans("０１２３４５６７８９－／．", "0123456789-/.")
_DATE = re.compile(
    r"(?<!\S)(?P<year>[0-9]{4})(?:"
    r"(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?:(?P=mark)(?P<day>[0-9]{1,2}))?"
    r"| ?年(?: ?(?P<han_month>[0-9]{1,2}) ?月(?:份| ?(?P<han_day>[0-9]{1,2}) ?[日号])?)?"
    r")(?!\S)"
)


class NoSuchDate(ValueError):
    """Written like a date, but there is none: 2026-02-30. `text` is what was typed."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class TwoDates(ValueError):
    """More than one date: which one is meant cannot be known."""


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a month of a year, or a day."""

    year: int
    month: int | None = None
    day: int | None = None


def read_period(text: str) -> tuple[Period | None, str]:
    """The date in a text and the text without it. Raises NoSuchDate and TwoDates."""
    plain = text.translate(_PLAIN)
    found = list(_DATE.finditer(plain))
    if not found:
        return None, text
    periods = {_period(match, text[match.start() : match.end()]) for match in found}
    if len(periods) > 1:
        raise TwoDates
    rest = text
    for match in reversed(found):
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    return periods.pop(), " ".join(rest.split())


def _period(match: re.Match[str], typed: str) -> Period:
    year = int(match["year"])
    month, day = match["month"] or match["han_month"], match["day"] or match["han_day"]
    period = Period(year, int(month) if month else None, int(day) if day else None)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoSuchDate(typed)
    try:
        dt.date(year, 1 if period.month is None else period.month, 1 if period.day is None else period.day)
    except ValueError as problem:
        raise NoSuchDate(typed) from problem
    return period
