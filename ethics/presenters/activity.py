"""The page of one activity: facts, follow-ups, incidents, amendments, letters, public entry, and what may be done now."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.rulebook import Clause
from ethics.enums import ENDED, ActivityStatus, ApplicationStatus, ExpertOutcome, IncidentKind
from ethics.life_access import check_is_second, visible_incidents, visible_letters
from ethics.models import Activity, Application, FollowUp, Incident, PublicEntry
from ethics.presenters.marks import due_mark, kind_words
from ethics.presenters.own_application import register_own_links
from ethics.presenters.parts import register_steps
from ethics.review_access import check_can_record
from ethics.stored_rules import adverse_event_clause

Row = dict[str, Any]
Links = list[tuple[str, str]]
S = ActivityStatus
ENTRY_PILLS = {"draft": "go", "published": "done", "withdrawn": ""}


def activity_facts(activity: Activity, *, silent: bool = False) -> list[tuple[str, Any]]:
    """The facts of the register, nothing of an application. `silent`: for a reader who does not learn why it ended."""
    months = activity.follow_up_months
    facts: list[tuple[str, Any]] = [
        (_("单位"), activity.unit.organization.name),
        (_("审查委员会"), activity.committee.name if activity.committee else _("委托其他委员会")),
        (_("负责人"), activity.leader_name),
        (
            _("清单事项"),
            f"{activity.list_item} {activity.get_list_item_display()}" if activity.is_listed else _("不在清单上"),
        ),
        (_("批准日期"), activity.approved_on),
    ]
    if activity.is_listed:
        facts.append((_("专家复核"), _expert(activity)))
    if months:
        facts.append((_("跟踪审查间隔"), ngettext("%(n)s 个月", "%(n)s 个月", months) % {"n": months}))
    if activity.ended_on:
        facts += [(_("结束日期"), activity.ended_on), (_("结束说明"), "" if silent else activity.end_reason)]
    return facts


def _expert(activity: Activity) -> str:
    parts = (activity.get_expert_outcome_display(), str(activity.expert_on or ""), activity.expert_basis)
    return " · ".join(one for one in parts if one)


def follow_up_rows(follow_ups: list[FollowUp], today: dt.date, *, keeps: bool, silent: bool) -> list[Row]:
    """Planned ones first, then those done, newest first."""
    return [
        {
            "due_on": one.due_on,
            "done_on": one.done_on,
            "mark": due_mark(one.due_on, one.done_on, today),
            "outcome": one.get_outcome_display(),
            "note": "" if silent else one.note,
            "url": reverse("ethics:follow-up-record", args=[one.pk]) if keeps and one.done_on is None else "",
        }
        for one in sorted(follow_ups, key=lambda one: (one.done_on is not None, -one.due_on.toordinal()))
    ]


def incident_rows(activity: Activity, user: User, *, keeps: bool) -> list[Row]:
    """What was reported, unanswered ones first, the serious ones before the others. Two queries."""
    found = visible_incidents(user).filter(activity=activity).select_related("file", "entered_by", "handled_by")
    adverse = adverse_event_clause() if any(one.kind == IncidentKind.ADVERSE_EVENT for one in found) else None
    rows = sorted(found, key=lambda one: (one.handled_at is not None, not one.is_serious, -one.pk))
    return [_incident_row(one, adverse, keeps=keeps) for one in rows]


def _incident_row(incident: Incident, adverse: Clause | None, *, keeps: bool) -> Row:
    days = (incident.reported_on - incident.happened_on).days
    at_once = incident.kind == IncidentKind.ADVERSE_EVENT
    return {
        "kind": incident.get_kind_display(),
        "is_serious": incident.is_serious,
        "happened_on": incident.happened_on,
        "reported_on": incident.reported_on,
        "delay": ngettext("发生后 %(n)s 天报告", "发生后 %(n)s 天报告", days) % {"n": days} if at_once and days else "",
        "article": adverse.article if at_once and adverse else "ST 20",
        "mark": adverse.mark if at_once and adverse else "",
        "facts": incident.facts,
        "measures": incident.measures,
        "file": (incident.file.display_name, reverse("casework:attachment-download", args=[incident.file_id]))
        if incident.file
        else None,
        "entered_by": incident.entered_by,
        "outcome": incident.get_outcome_display(),
        "note": incident.outcome_note,
        "handled_at": incident.handled_at,
        "handled_by": incident.handled_by,
        "url": reverse("ethics:incident-handle", args=[incident.pk]) if keeps and incident.handled_at is None else "",
    }


def application_rows(activity: Activity, user: User) -> list[Row]:
    """The applications behind the activity this reader may see: the first one, and amendments, each with its own status.

    While an amendment is open or refused the activity stays as it is (E6). One query.
    """
    found = Application.objects.visible_to(user).filter(activity=activity).select_related("dossier").order_by("pk")
    return [
        {
            "reference": one.dossier.reference,
            "title": one.title,
            "kind": kind_words(one),
            "is_amendment": one.is_amendment,
            "is_open": one.status not in ENDED,
            "status_label": one.get_status_display(),
            "status_kind": "go" if one.status not in ENDED else "",
            "url": one.get_absolute_url(),
        }
        for one in found
    ]


def letter_rows(activity: Activity, user: User, *, keeps: bool) -> list[Row]:
    """Letters about the running activity this reader may see, newest first. One query."""
    return [
        {
            "number": one.number,
            "kind": one.get_kind_display(),
            "heading": one.heading,
            "addressee": one.addressee,
            "body": one.body,
            "issued_at": one.issued_at,
            "delivered_on": one.delivered_on,
            "delivered_how": one.delivered_how,
            "url": reverse("ethics:activity-letter-deliver", args=[one.pk])
            if keeps and one.delivered_on is None
            else "",
        }
        for one in visible_letters(user).filter(activity=activity).order_by("-pk")
    ]


def own_incidents(application: Application, user: User) -> list[Incident]:
    """What this applicant reported of the activity behind the application, newest first."""
    if application.activity_id is None:
        return []
    return list(Incident.objects.filter(activity=application.activity_id, entered_by=user).order_by("-pk"))


def entry_card(entry: PublicEntry | None, user: User, today: dt.date) -> Row | None:
    """The entry of the public list in short, for the page of its activity."""
    if entry is None:
        return None
    return {
        "title": entry.title,
        "status_label": entry.get_status_display(),
        "status_kind": ENTRY_PILLS[entry.status],
        "embargo_until": entry.embargo_until,
        "is_embargoed": entry.embargo_until is not None and entry.embargo_until >= today,
        "url": reverse("ethics_public:entry", args=[entry.pk]) if may(user, Permission.PUBLISH_ETHICS) else "",
    }


def entry_row(entry: PublicEntry, user: User) -> Row:
    """The entry of the public list with the steps open to this reader."""
    return {
        "title": entry.title,
        "unit_name": entry.unit_name,
        "committee_name": entry.committee_name,
        "approved_on": entry.approved_on,
        "platform_no": entry.platform_no,
        "redaction_note": entry.redaction_note,
        "embargo_until": entry.embargo_until,
        "status_label": entry.get_status_display(),
        "status_kind": ENTRY_PILLS[entry.status],
        "drafted_by": entry.drafted_by,
        "published_at": entry.published_at,
        "published_by": entry.published_by,
        "withdrawn_on": entry.withdrawn_on,
        "withdrawn_reason": entry.withdrawn_reason,
        "hidden": _why_hidden(entry),
        "steps": entry_steps(entry, user),
    }


def _why_hidden(entry: PublicEntry) -> str:
    """Why a published entry is not shown, beside its embargo."""
    activity = entry.activity
    if entry.status == "published" and (
        activity.status not in {S.ACTIVE, S.SUSPENDED, S.COMPLETED} or activity.approved_on != entry.approved_on
    ):
        return _("现在不显示：活动的批准已经改变。请撤下，或者重新起草。")
    return ""


def entry_steps(entry: PublicEntry, user: User) -> list[Row]:
    """Publish, edit, take down: what this person may do with the entry now."""
    if not may(user, Permission.PUBLISH_ETHICS):
        return []
    if entry.status == "published":
        return [_step(_("撤下公开"), reverse("ethics_public:withdraw", args=[entry.pk]), danger=True)]
    if entry.status != "draft":
        return []
    refusal = permitted(check_is_second, user, entry)
    publish = _step(
        _("审核公开"),
        reverse("ethics_public:publish", args=[entry.pk]),
        method="post",
        reason=refusal.reason if refusal else "",
    )
    return [publish, _step(_("修改公开稿"), reverse("ethics_public:edit", args=[entry.pk]))]


def step_links(activity: Activity, planned: FollowUp | None) -> Links:
    """The steps of the register that are open now."""
    links: Links = []
    if activity.status == S.REVIEWING:
        if activity.is_listed:
            links.append((_("登记专家复核"), reverse("ethics:activity-expert", args=[activity.pk])))
        if not activity.is_listed or activity.expert_outcome in {ExpertOutcome.AGREE, ExpertOutcome.EXEMPT}:
            links.append((_("登记批准"), reverse("ethics:activity-approve", args=[activity.pk])))
    if planned is not None:
        links.append((_("登记跟踪审查"), reverse("ethics:follow-up-record", args=[planned.pk])))
    if activity.status == S.ACTIVE:
        links.append((_("登记完成"), reverse("ethics:activity-complete", args=[activity.pk])))
    if activity.status in {S.REVIEWING, S.ACTIVE, S.SUSPENDED}:
        links.append((_("登记终止"), reverse("ethics:activity-terminate", args=[activity.pk])))
    return links


def steps(
    activity: Activity, user: User, planned: FollowUp | None, entry: PublicEntry | None, incidents: list[Row]
) -> list[Row]:
    """What may be done with the activity now, the most urgent first. For whoever keeps its unit."""
    waiting = [row for row in incidents if row["url"]]
    rows = [_step(_("处理情况报告"), waiting[0]["url"])] if waiting else []
    serious = any(row["is_serious"] for row in waiting)
    if activity.status == S.SUSPENDED:
        reason = _("还有严重情况没有处理，不能恢复。请先登记处理意见。") if serious else ""
        rows.append(_step(_("恢复活动"), _at("activity-resume", activity), reason=reason))
    links = dict(step_links(activity, planned))
    if activity.status == S.REVIEWING:
        rows += _review_steps(activity, user, links)
    ending = {_("登记完成"), _("登记终止")}
    rows += [_step(label, url) for label, url in links.items() if label not in ending]
    if activity.status in {S.ACTIVE, S.SUSPENDED, S.COMPLETED, S.TERMINATED}:
        rows.append(_step(_("登记不良事件、偏离或者变更"), _at("incident-enter", activity)))
    if _may_draft(activity, user, entry):
        rows.append(_step(_("起草公开名单条目"), reverse("ethics_public:draft", args=[activity.pk])))
    if activity.status == S.ACTIVE:
        rows.append(_step(_("暂停活动"), _at("activity-suspend", activity), danger=True))
    if activity.status in {S.REVIEWING, S.REFUSED}:
        rows.append(_step(_("登记擅自开展"), violation_url(activity.unit.dossier.reference, activity=activity.pk)))
    rows += [_step(label, url, danger=label == _("登记终止")) for label, url in links.items() if label in ending]
    return sorted(rows, key=lambda row: bool(row["danger"]))


def _review_steps(activity: Activity, user: User, links: dict[str, str]) -> list[Row]:
    """An application about it settles the approval; where there is none, one held elsewhere is recorded. One query."""
    if Application.objects.still_open().handed_in().filter(activity=activity).exists():
        links.pop(_("登记批准"), None)
        return []
    if permitted(check_can_record, user) is not None:
        return []
    url = reverse("ethics:recorded-enter", args=[activity.unit.dossier.reference])
    return [_step(_("登记外部审查"), f"{url}?{urlencode({'activity': activity.pk})}")]


def _may_draft(activity: Activity, user: User, entry: PublicEntry | None) -> bool:
    free = entry is None or entry.status == "withdrawn"
    return free and activity.status == S.ACTIVE and may(user, Permission.PUBLISH_ETHICS)


def violation_url(unit_reference: str, **values: Any) -> str:
    """The form for a violation, with “begun without approval” chosen and the record it is about (E12)."""
    address = reverse("ethics:violation-record", args=[unit_reference])
    return f"{address}?{urlencode({'kind': 'V2', **values})}"


@register_own_links
def own_links(application: Application, user: User) -> Links:
    """On the applicant's own page of an approved application: where to report what happens while the activity runs."""
    activity = application.activity
    if application.applicant_id != user.pk or activity is None or application.is_amendment:
        return []
    if activity.status not in {S.ACTIVE, S.SUSPENDED}:
        return []
    address = reverse("ethics:own-incident-enter", args=[application.dossier.reference])
    return [(_("报告不良事件、偏离或者变更"), address)]


@register_steps
def application_steps(application: Application, user: User) -> list[Row]:
    """On the page of an application: an unapproved start is entered as a violation; the applicant reports incidents."""
    rows = [_step(label, url) for label, url in own_links(application, user)]
    begun = application.status not in {ApplicationStatus.APPROVED, ApplicationStatus.WAIVED}
    if begun and application.unit is not None and may(user, Permission.KEEP_ETHICS):
        unit, number = application.unit.dossier.reference, application.dossier.reference
        rows.append(_step(_("登记擅自开展"), violation_url(unit, application=number), aside=True))
    return rows


def _at(name: str, activity: Activity) -> str:
    return reverse(f"ethics:{name}", args=[activity.pk])


def _step(
    label: str, url: str, *, method: str = "get", reason: str = "", danger: bool = False, aside: bool = False
) -> Row:
    return {
        "label": label,
        "url": url,
        "method": method,
        "enabled": not reason,
        "reason": reason,
        "danger": danger,
        "aside": aside,
    }
