"""A day as people and programs write it to us: 2026-11-23 and nothing else. For commands and files; no Django."""

from __future__ import annotations

import argparse
import datetime as dt
import re

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(value: object) -> dt.date:
    """The day, or ValueError. `date.fromisoformat` alone takes 20270206 and 2027-W05-6 too, which nobody reads at a
    glance."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValueError(f"not a day: {value!r}")
    return dt.date.fromisoformat(value)


def day_argument(text: str) -> dt.date:
    """`type=` of a command option that takes a day."""
    try:
        return read_day(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date such as 2026-11-23") from error
