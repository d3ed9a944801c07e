"""The Today page's registry: each app tells which of its records wait for this person, and the one next action.

Sources are called with (user, on) and return rows the person may see and act on; they use a constant number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from accounts.models import User

Group = Literal["mine", "waiting"]


@dataclass(frozen=True)
class TodayRow:
    """One line. `due_on` None: no legal limit. `group` waiting: somebody else's turn, shown with `waiting_for`."""

    title: str
    url: str
    reference: str
    note: str
    action_label: str
    action_url: str
    group: Group = "mine"
    due_on: dt.date | None = None
    provisional: bool = False
    article: str = ""
    mark: str = ""
    waiting_for: str = ""
    since: dt.date | None = None


Source = Callable[[User, dt.date], Iterable[TodayRow]]
SOURCES: list[Source] = []


def register_today(source: Source) -> Source:
    """Add a source (decorator); order of registration is the order among rows without a due day."""
    SOURCES.append(source)
    return source


def rows_for(user: User, on: dt.date) -> list[TodayRow]:
    """All rows of all sources for this person, earliest due day first, those without one last."""
    rows = [row for source in SOURCES for row in source(user, on)]
    return sorted(rows, key=lambda row: (row.due_on is None, row.due_on or on))
