"""What waits for a committee member, and what the gate tells before the member has declared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from ethics.enums import MeetingStatus
from ethics.models import (
    Application,
    CommitteeMeeting,
    ConflictDeclaration,
    Motion,
    ReviewerAssignment,
    Vote,
)
from ethics.presenters.meeting_choices import gate_url
from ethics.presenters.meeting_head import meeting_pill
from ethics.review_access import before_the_gate, visible_items

Row = dict[str, Any]
MOST = 40


def desk_of(user: User, on: dt.date) -> Row:
    """The lists of the desk: a constant number of queries."""
    meetings = CommitteeMeeting.objects.visible_to(user, on).filter(
        status__in=(MeetingStatus.PLANNED, MeetingStatus.OPEN)
    )
    return {
        "to_declare": [{"title": one.title, "url": gate_url(one)} for one in to_declare(user, on)],
        "to_vote": [vote_row(one, user) for one in to_vote(user)],
        "to_review": [review_row(one) for one in to_review(user)],
        "meetings": [
            {"meeting": one, "pill": meeting_pill(one)}
            for one in meetings.select_related("committee").order_by("held_on", "pk")[:MOST]
        ],
    }


def to_declare(user: User, on: dt.date) -> list[Application]:
    """Applications this member has not declared on."""
    said = ConflictDeclaration.objects.filter(application=OuterRef("pk"), member__user=user)
    waiting = before_the_gate(user, on).exclude(Exists(said))
    return list(waiting.select_related("dossier").order_by("pk")[:MOST])


def to_vote(user: User) -> list[Motion]:
    """Open motions on items this member sees, attends, and has not voted on. What counts is checked when voting."""
    voted = Vote.objects.filter(motion=OuterRef("pk"), member__user=user)
    there = Q(
        item__meeting__attendances__member__user=user,
        item__meeting__attendances__left_before=None,
    )
    motions = Motion.objects.filter(there, closed_at=None, item__in=visible_items(user)).exclude(Exists(voted))
    related = ("item__meeting", "item__application__dossier", "item__appeal__decision__review__application__dossier")
    return list(motions.select_related(*related).distinct().order_by("pk")[:MOST])


def to_review(user: User) -> list[ReviewerAssignment]:
    """Simple reviews this member was named for, has declared on, and has given no standing opinion in."""
    opinions = ReviewerAssignment.objects.filter(pk=OuterRef("pk"), opinions__returned_at=None, opinions__isnull=False)
    named = ReviewerAssignment.objects.filter(
        member__user=user,
        released_on=None,
        review__ended_on=None,
        review__application__in=Application.objects.visible_to(user),
    )
    return list(named.exclude(Exists(opinions)).select_related("review__application__dossier").order_by("pk")[:MOST])


def vote_row(motion: Motion, user: User) -> Row:
    item = motion.item
    application = item.application or (item.appeal.decision.review.application if item.appeal else None)
    return {
        "title": _("%(decision)s：%(title)s")
        % {"decision": motion.decision_label, "title": application.title if application else item.get_kind_display()},
        "url": reverse("ethics:item-detail", args=[item.pk]),
        "reference": item.meeting.number,
        "due_on": item.meeting.held_on,
    }


def review_row(assignment: ReviewerAssignment) -> Row:
    application, review = assignment.review.application, assignment.review
    return {
        "title": application.title,
        "url": application.get_absolute_url(),
        "reference": application.dossier.reference,
        "due_on": review.last_day,
    }


def gate_facts(application: Application) -> list[tuple[str, Any]]:
    """Who is behind the application, and nothing of what they plan: enough to know whether there is a conflict."""
    # What the applicant wrote: the register may keep the activity under another unit.
    registered = application.unit.organization.name if application.unit is not None else ""
    named = application.unit_name or registered
    return [
        (_("申请单位"), named),
        *([(_("台账登记单位"), registered)] if registered and registered != named else []),
        (_("负责人"), application.leader_name),
        (_("研究人员"), "\n".join(_team(application))),
    ]


def _team(application: Application) -> Iterator[str]:
    for one in application.investigators.filter(left_out_on=None).order_by("pk"):
        yield f"{one.name}（{one.organization_name}）" if one.organization_name else one.name
