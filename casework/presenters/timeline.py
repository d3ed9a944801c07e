"""The timeline: everything that happened in one or more dossiers, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from casework.audience import Audience
from casework.enums import ExclusionSource, GrantBasis, GrantPermission, IdentifierType
from casework.events import EVENT_TYPES
from casework.models import Dossier, Event

Words = Mapping[str, Mapping[Any, str]]

MOST_EVENTS = 300
# What the codes in event data mean; the apps above add their own.
CODE_WORDS: dict[str, Mapping[Any, str | Promise]] = {
    "permission": dict(GrantPermission.choices),
    "basis": dict(GrantBasis.choices),
    "source": dict(ExclusionSource.choices),
    "role": dict(Role.choices),
    "type": dict(IdentifierType.choices),
}
# First words of event keys, per filter of the timeline; everything else is work on the matter itself.
EVENT_GROUPS: dict[str, tuple[str, ...]] = {
    "clock": ("clock_",),
    "files": ("attachment_",),
    "access": ("grant_", "exclusion_", "dossier_"),
}
GROUP_WORDS: dict[str, str | Promise] = {
    "": gettext_lazy("全部"),
    "work": gettext_lazy("办理"),
    "clock": gettext_lazy("期限"),
    "files": gettext_lazy("材料"),
    "access": gettext_lazy("权限"),
}
ALERTS = ("exclusion_", "clock_void", "decision_revoked", "decision_voided", "unlock_opened", "unlock_viewed")


@dataclass(frozen=True)
class TimelineRow:
    """One line of the timeline. `words` explains ids and codes of the event's data: {"respondent": "周砚清"}."""

    at: dt.datetime
    actor: str
    title: str
    kind: str
    detail_template: str
    event: Event
    article: str = ""
    mark: str = ""
    url: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """The filter of the timeline this line belongs to."""
        return event_group(self.event.type)


def timeline(
    dossiers: Sequence[Dossier] | QuerySet[Dossier],
    *,
    words: Words | None = None,
    group: str = "",
    highest: Audience = Audience.INTERNAL,
    mark_of: Callable[[str], str] | None = None,
    own: Dossier | None = None,
) -> list[TimelineRow]:
    """Everything that happened in these dossiers, newest first, in one query. The reader may see all of them.

    Where there are several, each title carries the number of its dossier, except those of `own`, whose page this is.
    `words`: data key → value → what to show instead; `group`: a key of GROUP_WORDS; `mark_of`: mark of an article.
    Events of a higher audience than `highest` are left out.
    """
    events = Event.objects.filter(dossier__in=dossiers, audience__lte=highest).order_by("-at", "-pk")[:MOST_EVENTS]
    explain: Words = {**CODE_WORDS, **(words or {})}  # type: ignore[dict-item]
    sources = {event.dossier_id for event in events}
    if own is not None:
        sources -= {own.pk}
    elif len(sources) == 1:
        sources = set()
    rows = [_timeline_row(event, explain, mark_of, numbered=event.dossier_id in sources) for event in events]
    return [row for row in rows if not group or row.group == group]


def event_group(key: str) -> str:
    """The filter of the timeline an event belongs to."""
    for group, prefixes in EVENT_GROUPS.items():
        if key.startswith(prefixes):
            return group
    return "work"


def group_links(current: str) -> list[dict[str, Any]]:
    """The filters of a timeline as rows {value, label, current}."""
    return [{"value": key, "label": label, "current": key == current} for key, label in GROUP_WORDS.items()]


def _timeline_row(event: Event, words: Words, mark_of: Callable[[str], str] | None, *, numbered: bool) -> TimelineRow:
    event_type = EVENT_TYPES[event.type]
    said = {
        key: str(words[key][value])
        for key, value in event.data.items()
        if key in words and isinstance(value, str | int) and value in words[key]
    }
    title = str(event_type.label)
    if numbered and event.reference:
        title = _("%(title)s（%(reference)s）") % {"title": title, "reference": event.reference}
    return TimelineRow(
        at=event.at,
        actor=event.actor_label,
        title=title,
        kind=_row_kind(event),
        detail_template=event_type.template,
        event=event,
        article=event.article,
        mark=mark_of(event.article) if mark_of else "",
        words=said,
    )


def _row_kind(event: Event) -> str:
    """key: a step of the matter; private: above the usual audience; alert: something a reader must not overlook."""
    if event.audience > Audience.INTERNAL:
        return "private"
    if event.type.startswith(ALERTS) or EVENT_TYPES[event.type].alerts:
        return "alert"
    return "key" if "from" in event.data and "to" in event.data else ""
