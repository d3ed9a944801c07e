"""Incidents of an approved activity: reported by the keeper or the applicant, answered once (办法 第20条, 涉及人的办法 第26条)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions.files import attach
from casework.enums import AttachmentKind
from casework.events import record_event
from casework.models import Attachment, Dossier
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from ethics.access import check_can_keep
from ethics.actions import activity_life, follow_ups
from ethics.enums import ActivityStatus, FollowUpOutcome, IncidentKind
from ethics.models import Activity, Application, Incident
from ethics.plain_days import check_happened, check_order
from ethics.review_access import check_is_applicant

ARTICLES = {
    IncidentKind.ADVERSE_EVENT: "HS 26",
    IncidentKind.DEVIATION: "ST 20",
    IncidentKind.CHANGE: "ST 20",
}
RUNNING = (ActivityStatus.ACTIVE, ActivityStatus.SUSPENDED)
# What happened while it ran may come to light after its end.
APPROVED_ONCE = (*RUNNING, ActivityStatus.COMPLETED, ActivityStatus.TERMINATED)
ENDING = (FollowUpOutcome.TERMINATE, FollowUpOutcome.NEW_REVIEW)


@transaction.atomic
def report(
    *,
    activity: Activity,
    kind: str,
    happened_on: dt.date,
    reported_on: dt.date,
    facts: str,
    by: User,
    measures: str = "",
    is_serious: bool = False,
    file: tuple[str, bytes] | None = None,
    suspend: bool = False,
) -> Incident:
    """Entered by whoever keeps the unit. `suspend`: stop the activity at once, before the committee has answered."""
    check_can_keep(by, activity.unit)

    if suspend and activity.status != ActivityStatus.ACTIVE:
        raise InputRefused(_("只有已批准、正在进行的活动可以暂停。"), field="suspend")
    kept = _kept(activity.dossier, file, by)
    incident = _write(activity, kind, happened_on, reported_on, facts, measures, is_serious, kept, by)
    if suspend:
        # Not the facts: the unit's page is read by more people than the report.
        words = {"day": incident.happened_on, "kind": incident.get_kind_display()}
        activity_life.suspend(activity=activity, reason=_("%(day)s %(kind)s，先行暂停。") % words, by=by)
    return incident


@transaction.atomic
def report_own(
    *,
    application: Application,
    kind: str,
    happened_on: dt.date,
    facts: str,
    by: User,
    measures: str = "",
    is_serious: bool = False,
    file: tuple[str, bytes] | None = None,
) -> Incident:
    """Told by the applicant behind the activity; told today, whatever day it happened."""
    check_is_applicant(by, application)

    activity = application.activity
    if activity is None or application.is_amendment:
        raise InputRefused(_("只能对已经批准的活动报告情况。"))
    kept = _kept(application.dossier, file, by)
    return _write(activity, kind, happened_on, timezone.localdate(), facts, measures, is_serious, kept, by)


@transaction.atomic
def handle(*, incident: Incident, outcome: str, note: str, by: User) -> Incident:
    """What the committee makes of it, once: go on, suspend, stop, or review anew, with the letter that follows.

    Going on ends no suspension: that is a step of its own, with its own letter.
    """
    activity = incident.activity
    check_can_keep(by, activity.unit)

    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    incident.activity = activity
    if incident.handled_at is not None:
        raise MoveRefused(_("这份情况报告已经处理。"))
    if outcome not in FollowUpOutcome.values:
        raise InputRefused(_("请选择处理意见。"), field="outcome")
    if outcome != FollowUpOutcome.CONTINUE and activity.status not in RUNNING:
        raise InputRefused(_("活动没有在进行，只能选择“继续”，并在处理说明中写明情况。"), field="outcome")
    note = required_text(note, limit=1000, field="note", field_label=_("处理说明"))
    incident.outcome, incident.outcome_note = outcome, note
    incident.handled_at, incident.handled_by = timezone.now(), by
    save_record(incident, by=by, reason="处理活动情况报告")
    record_event(
        dossier=incident.dossier,
        type="incident_handled",
        by=by,
        subject=incident,
        article=ARTICLES[IncidentKind(incident.kind)],
        data={"activity": activity.pk, "incident_kind": incident.kind, "outcome": outcome},
    )
    today = timezone.localdate()
    activity_life.follow(activity=activity, outcome=outcome, on=today, note=note, resumes=False, by=by)
    if outcome in ENDING:
        follow_ups.void(activity=activity, on=today, by=by)
    return incident


def _write(
    activity: Activity,
    kind: str,
    happened_on: dt.date,
    reported_on: dt.date,
    facts: str,
    measures: str,
    is_serious: bool,
    file: Attachment | None,
    by: User,
) -> Incident:
    if activity.status not in APPROVED_ONCE:
        raise InputRefused(_("活动没有批准，不能报告情况。已经擅自开展的，请登记违规。"), article="ST 47")
    if kind not in IncidentKind.values:
        raise InputRefused(_("请选择报告类别。"), field="kind")
    check_happened(happened_on, field="happened_on", label=_("发生日期"))
    check_happened(reported_on, field="reported_on", label=_("报告日期"))
    check_order(happened_on, reported_on, field="reported_on", first_label=_("发生日期"), label=_("报告日期"))
    incident = Incident(
        activity=activity,
        kind=kind,
        # The law speaks of serious adverse events only: there is no lesser kind to report.
        is_serious=is_serious or kind == IncidentKind.ADVERSE_EVENT,
        happened_on=happened_on,
        reported_on=reported_on,
        facts=required_text(facts, limit=5000, field="facts", field_label=_("经过和影响")),
        measures=clean_text(measures, limit=2000, field="measures", field_label=_("已采取的措施")),
        file=file,
        entered_by=by,
    )
    save_record(incident, by=by, reason="报告活动情况")
    record_event(
        dossier=incident.dossier,
        type="incident_reported",
        by=by,
        subject=incident,
        article=ARTICLES[IncidentKind(kind)],
        data={"activity": activity.pk, "incident_kind": kind, "happened_on": happened_on.isoformat()},
    )
    return incident


def _kept(dossier: Dossier, file: tuple[str, bytes] | None, by: User) -> Attachment | None:
    if file is None:
        return None
    name, content = file
    return attach(dossier=dossier, name=name, content=content, kind=AttachmentKind.OTHER, by=by)
