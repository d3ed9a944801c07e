"""Days people type: refused with a sentence when they cannot be. Used by every action of the register."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.refusals import InputRefused

EARLIEST = dt.date(1978, 1, 1)


def check_happened(day: dt.date, *, field: str, label: str) -> None:
    """Something that happened did so between 1978 and today."""
    if day > timezone.localdate():
        raise InputRefused(_("“%(field)s”不能晚于今天。") % {"field": label}, field=field)
    if day < EARLIEST:
        raise InputRefused(_("“%(field)s”太早，请核对年份。") % {"field": label}, field=field)


def check_order(first: dt.date, later: dt.date, *, field: str, first_label: str, label: str) -> None:
    """`later` is not before `first`."""
    if later < first:
        raise InputRefused(
            _("“%(field)s”不能早于“%(first)s”（%(day)s）。") % {"field": label, "first": first_label, "day": first},
            field=field,
        )
