"""A clock for the demo city: its stories happen on past days, so that terms run out and windows close as in life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Shanghai")


class Calendar:
    """Hands out moments counted back from today, each a minute after the last one of the same day."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self._minute = 0

    @contextmanager
    def days_ago(self, days: int) -> Iterator[dt.date]:
        """Everything inside happens `days` days before today, in the morning; yields that day."""
        day = self.today - dt.timedelta(days=days)
        self._minute = (self._minute + 1) % 400
        moment = dt.datetime.combine(day, dt.time(8, 30), CITY) + dt.timedelta(minutes=self._minute)
        with mock.patch("django.utils.timezone.now", lambda: moment.astimezone(dt.UTC)):
            yield day
