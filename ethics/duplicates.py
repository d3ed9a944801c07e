"""Is the same thing asked twice? Titles compared without signs and blanks, or one project number with one leader (R1)."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from casework.likeness import likeness
from ethics.enums import ActivityStatus, ApplicationStatus
from ethics.models import Activity, Application, ReviewUnit

# A title this close to another is worth a look; a person decides. So many of each kind are looked at and shown.
NEAR = 0.8
MOST_READ, MOST_SHOWN = 200, 10
PIECE = 4
CLOSED = (ApplicationStatus.WITHDRAWN, ApplicationStatus.REJECTED)
RUNNING = (ActivityStatus.REVIEWING, ActivityStatus.ACTIVE, ActivityStatus.SUSPENDED)


def is_similar(one: str, other: str) -> bool:
    return likeness(one, other) >= NEAR


def own_twins(application: Application, user: User) -> list[Application]:
    """Other live applications of the applicant alone: nobody learns what others ask for. One query."""
    return _similar(Application.objects.of_applicant(user), application)


def twin_applications(application: Application, user: User) -> list[Application]:
    """Other live applications this member of staff may see. One query."""
    return _similar(Application.objects.visible_to(user), application)


def twin_activities(application: Application, user: User) -> list[Activity]:
    """Running activities of the register this member of staff may see, without the application's own. One query."""
    units = ReviewUnit.objects.visible_to(user)
    rows = Activity.objects.filter(unit__in=units, status__in=RUNNING)
    if application.activity_id is not None:
        rows = rows.exclude(pk=application.activity_id)
    rows = rows.filter(_shares_words(application.title)).select_related("unit__dossier")
    return [one for one in rows.order_by("-pk")[:MOST_READ] if is_similar(one.title, application.title)][:MOST_SHOWN]


def _similar(rows: QuerySet[Any], application: Application) -> list[Application]:
    same_project = Q(pk__in=[])
    if application.project_no and application.leader_name:
        same_project = Q(project_no=application.project_no, leader_name=application.leader_name)
    rows = rows.exclude(pk=application.pk).exclude(status__in=CLOSED)
    if application.activity_id is not None:
        rows = rows.exclude(activity=application.activity_id)
    found = rows.filter(_shares_words(application.title) | same_project).select_related("dossier").order_by("-pk")
    return [
        one
        for one in found[:MOST_READ]
        if is_similar(one.title, application.title)
        or (application.project_no and application.leader_name)
        and (one.project_no, one.leader_name) == (application.project_no, application.leader_name)
    ][:MOST_SHOWN]


def _shares_words(title: str) -> Q:
    """A condition the database answers fast: one piece of the title stands in the other. Near titles share one."""
    plain = unicodedata.normalize("NFKC", title).strip()
    condition = Q(title__iexact=title)
    for start in range(0, len(plain), PIECE):
        piece = plain[start : start + PIECE]
        if len(piece) == PIECE:
            condition |= Q(title__icontains=piece)
    return condition
