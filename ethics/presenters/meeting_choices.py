"""What the forms about meetings offer, and the small steps of the page of a meeting."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from ethics.enums import ApplicationStatus, ItemKind, MeetingStatus, Office, Procedure
from ethics.models import (
    AgendaItem,
    Application,
    Committee,
    CommitteeMeeting,
    CommitteeMember,
    EthicsAppeal,
    FollowUp,
    Incident,
    ReviewUnit,
)
from ethics.presenters.minutes_text import title_of
from ethics.review_access import before_the_gate, check_can_run_committee, closed_activities, visible_items

Row = dict[str, Any]


def committees_to_plan(user: User) -> list[Committee]:
    """Committees that work here, for their secretary."""
    if not may(user, Permission.RUN_REVIEWS):
        return []
    units = ReviewUnit.objects.kept_by(user)
    standing = Committee.objects.of_units(units).standing_on(timezone.localdate()).filter(runs_here=True)
    return list(standing.select_related("unit__organization").order_by("pk"))


def serving_members(committee: Committee, day: dt.date) -> QuerySet[CommitteeMember]:
    """The members whose term covers the day, both days included (E9)."""
    terms = committee.members.filter(starts_on__lte=day, ends_on__gte=day)
    return terms.filter(Q(left_on=None) | Q(left_on__gte=day)).select_related("person").order_by("pk")


def chairs_of(committee: Committee) -> QuerySet[CommitteeMember]:
    """Who may preside: the action compares the term with the day."""
    offices = (Office.CHAIR, Office.VICE_CHAIR)
    return committee.members.filter(office__in=offices).select_related("person").order_by("pk")


def not_yet_there(meeting: CommitteeMeeting) -> QuerySet[CommitteeMember]:
    return serving_members(meeting.committee, meeting.held_on).exclude(attendances__meeting=meeting)


def places_of(meeting: CommitteeMeeting, user: User) -> list[tuple[int, str]]:
    """(position, title) of the items this person may see, in their order. The position itself is shown to nobody."""
    items = (
        visible_items(user)
        .filter(meeting=meeting)
        .select_related(
            "application__dossier",
            "appeal__decision__review__application__dossier",
            "follow_up__activity",
            "incident__activity",
        )
    )
    return [(one.position, title_of(one)) for one in items.order_by("position")]


def gate_rows(meeting: CommitteeMeeting, user: User) -> list[Row]:
    """What this member still has to declare on before the meeting, and may see nothing else of."""
    if meeting.status not in {MeetingStatus.PLANNED, MeetingStatus.OPEN}:
        return []
    on_agenda = Q(agenda_items__meeting=meeting) | Q(reviews__decisions__appeals__agenda_items__meeting=meeting)
    waiting = before_the_gate(user, timezone.localdate()).filter(on_agenda)
    waiting = waiting.exclude(declarations__member__user=user).select_related("dossier").distinct()
    return [{"title": one.title, "url": gate_url(one)} for one in waiting.order_by("pk")]


def gate_url(application: Application) -> str:
    return reverse("ethics:application-gate", args=[application.dossier.reference])


def minutes_steps(meeting: CommitteeMeeting, user: User) -> list[Row]:
    """What may be done with the minutes now: made anew and edited by the secretary, approved by who presided."""
    if meeting.status not in {MeetingStatus.OPEN, MeetingStatus.CLOSED} or meeting.minutes_approved_at is not None:
        return []
    is_secretary = (
        may(user, Permission.RUN_REVIEWS) and permitted(check_can_run_committee, user, meeting.committee) is None
    )
    approves = meeting.chair.user_id == user.pk or (meeting.chair.user_id is None and is_secretary)
    steps = []
    if meeting.status == MeetingStatus.CLOSED and approves:
        label = _("核准会议记录") if meeting.chair.user_id else _("登记主持人已核准")
        steps.append(_minutes_step("minutes-approve", meeting, label, "post"))
    if is_secretary and meeting.minutes:
        steps.append(_minutes_step("minutes-write", meeting, _("修改会议记录"), "get"))
    if is_secretary:
        steps.append(_minutes_step("minutes-make", meeting, _("按会议数据生成会议记录"), "post"))
    return steps


def _minutes_step(name: str, meeting: CommitteeMeeting, label: str, method: str) -> Row:
    url = reverse(f"ethics:{name}", args=[meeting.pk])
    return {"label": label, "url": url, "method": method, "enabled": True, "reason": ""}


def subjects_of(meeting: CommitteeMeeting, user: User) -> list[tuple[str, Any]]:
    """Everything of this committee that waits to be put on an agenda, in groups: value is “kind:key”."""
    committee = meeting.committee
    seen = Application.objects.visible_to(user).filter(committee=committee).select_related("dossier").order_by("pk")
    by_meeting = seen.filter(
        status=ApplicationStatus.ACCEPTED,
        reviews__ended_on=None,
        reviews__procedure__in=(Procedure.GENERAL, Procedure.EMERGENCY),
    )
    to_report = seen.filter(
        reviews__procedure=Procedure.SIMPLE, reviews__reported_on=None, reviews__decisions__isnull=False
    )
    placed = AgendaItem.objects.filter(result="", meeting__status__in=(MeetingStatus.PLANNED, MeetingStatus.OPEN))
    to_report = to_report.exclude(pk__in=placed.filter(kind=ItemKind.REPORT).values("application")).distinct()
    follow_ups = FollowUp.objects.still_open().filter(
        Q(activity__committee=committee) | Q(activity__applications__committee=committee)
    )
    incidents = Incident.objects.unhandled().filter(
        Q(activity__committee=committee) | Q(activity__applications__committee=committee)
    )
    closed = closed_activities(user)
    follow_ups, incidents = follow_ups.exclude(activity__in=closed), incidents.exclude(activity__in=closed)
    appeals = EthicsAppeal.objects.filter(answered_at=None, decision__review__application__in=seen)
    groups = [
        (ItemKind.REVIEW, [(one.pk, f"{one.dossier.reference} {one.title}") for one in by_meeting]),
        (ItemKind.REPORT, [(one.pk, f"{one.dossier.reference} {one.title}") for one in to_report]),
        (
            ItemKind.FOLLOW_UP,
            [
                (one.pk, _("%(day)s 前 %(title)s") % {"day": one.due_on, "title": one.activity.title})
                for one in follow_ups.select_related("activity").distinct().order_by("due_on", "pk")
            ],
        ),
        (
            ItemKind.INCIDENT,
            [
                (one.pk, f"{one.activity.title} {one.get_kind_display()} {one.happened_on}")
                for one in incidents.select_related("activity").distinct().order_by("pk")
            ],
        ),
        (
            ItemKind.APPEAL,
            [
                (one.pk, f"{one.decision.review.application.title} {one.filed_on}")
                for one in appeals.select_related("decision__review__application").order_by("pk")
            ],
        ),
    ]
    found: list[tuple[str, Any]] = [
        (str(kind.label), [(f"{kind}:{pk}", label) for pk, label in rows]) for kind, rows in groups if rows
    ]
    return [*found, (f"{ItemKind.OTHER}:", ItemKind.OTHER.label)]


SUBJECT_MODELS = {
    ItemKind.REVIEW: ("application", Application),
    ItemKind.REPORT: ("application", Application),
    ItemKind.FOLLOW_UP: ("follow_up", FollowUp),
    ItemKind.INCIDENT: ("incident", Incident),
    ItemKind.APPEAL: ("appeal", EthicsAppeal),
}


def subject_from(value: str) -> dict[str, Any]:
    """What `agenda.add` takes for a value the form offered."""
    kind, _colon, key = value.partition(":")
    if not key:
        return {"kind": kind}
    name, model = SUBJECT_MODELS[ItemKind(kind)]
    return {"kind": kind, name: model._default_manager.get(pk=int(key))}


def meetings_for(committee: Committee) -> list[tuple[int, str]]:
    """Meetings an application may still be placed on."""
    live = CommitteeMeeting.objects.filter(
        committee=committee, status__in=(MeetingStatus.PLANNED, MeetingStatus.OPEN)
    ).order_by("held_on", "pk")
    return [(one.pk, f"{one.held_on} {one.begins} {one.place}（{one.number}）") for one in live]
