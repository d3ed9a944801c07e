"""Words and colours for what is due, done or late."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ethics.enums import ActivityStatus
from ethics.models import Application

SOON_DAYS = 30
ACTIVITY_PILLS = {
    ActivityStatus.REVIEWING: "go",
    ActivityStatus.ACTIVE: "done",
    ActivityStatus.SUSPENDED: "soon",
    ActivityStatus.TERMINATED: "",
    ActivityStatus.COMPLETED: "",
    ActivityStatus.REFUSED: "late",
}


def kind_words(application: Application) -> str:
    """The kind of an application; one that is to give an approval back is told apart from the first."""
    return _("重新审查") if application.renews else application.get_kind_display()


def due_mark(due_on: dt.date | None, done_on: dt.date | None, on: dt.date) -> dict[str, Any]:
    """{label, kind, is_late} of a pill: done that day (in time or late), late by n days, due soon, due."""
    if done_on is not None:
        late = due_on is not None and done_on > due_on
        label = _("%(day)s 完成，晚于期限") if late else _("%(day)s 完成")
        return {"label": label % {"day": done_on}, "kind": "soon" if late else "done", "is_late": False}
    if due_on is None:
        return {"label": _("无期限"), "kind": "", "is_late": False}
    left = (due_on - on).days
    if left < 0:
        return {
            "label": ngettext("逾期 %(n)s 天", "逾期 %(n)s 天", -left) % {"n": -left},
            "kind": "late",
            "is_late": True,
        }
    kind = "soon" if left <= SOON_DAYS else ""
    return {"label": _("%(day)s 前") % {"day": due_on}, "kind": kind, "is_late": False}


def composition_mark(breaks_on: dt.date | None, on: dt.date, *, ahead: int) -> dict[str, Any] | None:
    """The pill of a committee that does not comply, or will not in at most `ahead` days; None otherwise."""
    if breaks_on is None or (breaks_on - on).days > ahead:
        return None
    if breaks_on <= on:
        return {"label": _("不符合要求"), "kind": "late", "is_late": True}
    return {"label": _("%(day)s 起不符合要求") % {"day": breaks_on}, "kind": "soon", "is_late": False}
