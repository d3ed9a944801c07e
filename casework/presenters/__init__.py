"""Rows for what every dossier page shows: timeline, clocks that explain themselves, who can see it and why, changes.

Nothing here decides about access: callers hand over a dossier they loaded through `visible_to`.
"""

from casework.presenters.changes import file_rows, history_rows
from casework.presenters.clocks import clock_card, clock_cards, clock_state, countdown
from casework.presenters.timeline import GROUP_WORDS, TimelineRow, event_group, group_links, timeline
from casework.presenters.viewers import (
    Viewer,
    WhoCanSee,
    all_grants,
    grant_in_force,
    grant_sentence,
    who_can_see,
    who_could_see,
    wide_sentence,
)

__all__ = [
    "GROUP_WORDS",
    "TimelineRow",
    "Viewer",
    "WhoCanSee",
    "all_grants",
    "clock_card",
    "clock_cards",
    "clock_state",
    "countdown",
    "event_group",
    "file_rows",
    "grant_in_force",
    "grant_sentence",
    "group_links",
    "history_rows",
    "timeline",
    "who_can_see",
    "who_could_see",
    "wide_sentence",
]
