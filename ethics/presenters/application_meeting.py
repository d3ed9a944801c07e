"""What the page of an application tells of its meetings, and the step that puts it on an agenda."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from casework.access import permitted
from casework.extension import Panel
from ethics.enums import ApplicationStatus, MeetingStatus, Procedure, ReviewMode
from ethics.models import AgendaItem, Application
from ethics.presenters.application_expert import rounds_of
from ethics.presenters.meeting import item_state, item_url, runs
from ethics.presenters.parts import register_panel, register_steps
from ethics.review_access import check_can_run, visible_items


@register_panel
def meetings_panel(application: Application, user: User) -> Panel | None:
    """The items about this application. Nothing while it never stood on an agenda."""
    rows = [
        {
            "meeting": item.meeting,
            "kind": item.get_kind_display(),
            "state": item_state(item),
            "url": item_url(item),
        }
        for item in _items_about(application, user)
    ]
    return Panel("ethics/meeting_panel.html", {"rows": rows}) if rows else None


def _items_about(application: Application, user: User) -> list[AgendaItem]:
    """Those this person may see, the newest meeting first: two queries, once for the card and the step of one page."""
    known: dict[int, list[AgendaItem]] = application.__dict__.setdefault("_items_about", {})
    if user.pk not in known:
        items = visible_items(user).filter(application=application).select_related("meeting", "application")
        known[user.pk] = list(items.prefetch_related("motions").order_by("-meeting__held_on", "-pk"))
    return known[user.pk]


@register_steps
def place_step(application: Application, user: User) -> Iterator[dict[str, Any]]:
    """The secretary puts an accepted application on an agenda; from then on it is dealt with at the meeting."""
    if not runs(user) or application.mode != ReviewMode.RUN:
        return
    if application.status == ApplicationStatus.IN_REVIEW:
        yield from _meeting_step(application, user)
        return
    if application.status != ApplicationStatus.ACCEPTED:
        return
    review = next((one for one in rounds_of(application) if one.ended_on is None), None)
    if review is None or review.procedure not in {Procedure.GENERAL, Procedure.EMERGENCY}:
        return
    if permitted(check_can_run, user, application) is not None:
        return
    yield {
        "label": _("列入会议议程"),
        "url": reverse("ethics:application-place", args=[application.dossier.reference]),
        "method": "get",
        "enabled": True,
        "reason": "",
        "article": "ST 14",
    }


def _meeting_step(application: Application, user: User) -> Iterator[dict[str, Any]]:
    """To the item this application stands on, while its meeting is planned or under way."""
    item = None
    for one in _items_about(application, user):
        if one.reconciled_at is None and one.meeting.status in {MeetingStatus.PLANNED, MeetingStatus.OPEN}:
            item = one  # the last one found is the earliest meeting
    if item is not None:
        yield {
            "label": _("到会议中办理（%(day)s）") % {"day": item.meeting.held_on},
            "url": item_url(item),
            "method": "get",
            "enabled": True,
            "reason": "",
            "article": "",
        }
