"""Rows for the pages of leads: list, detail, what a reporter reads on return."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.calendar_rows import current_calendar
from casework.cipher import default_cipher
from casework.enums import AttachmentKind
from casework.filetypes import describe_warning
from casework.models import Attachment, Deadline, Event
from casework.presenters import all_grants, clock_state
from casework.refusals import AccessDenied
from casework.templatetags.casework import article as article_words
from casework.templatetags.casework import in_language, local_datetime, status_pill_kind
from casework.workflow import blocker
from integrity import access
from integrity.actions.leads import ACCEPT
from integrity.enums import LeadLinkKind, LeadStatus, MessageAuthor, UnlockPurpose, UnlockStatus
from integrity.models import Case, IdentityUnlock, Lead, LeadLink
from integrity.questionnaire import labelled
from integrity.workflow import LEAD, UNLOCK

# What a reporter may know. The words are the same for an open and a doubtful lead, and name nobody: whoever reads them
# over a shoulder, or reports himself to find out, learns nothing that could warn the person reported.
PROGRESS = {
    LeadStatus.SUBMITTED: gettext_lazy("已经收到，正在研究是否受理。"),
    LeadStatus.REFUSAL_PROPOSED: gettext_lazy("已经收到，正在研究是否受理。"),
    LeadStatus.NEED_MORE: gettext_lazy("需要您补充材料，请看下面的消息。"),
    LeadStatus.ACCEPTED: gettext_lazy("已经受理，正在按程序办理。办理期间不提供细节，以免影响核实。"),
    LeadStatus.LINKED: gettext_lazy("已经受理，正在按程序办理。办理期间不提供细节，以免影响核实。"),
    LeadStatus.NOT_ACCEPTED: gettext_lazy("经研究不予受理。如有新的证据或者线索，可以在下面补充。"),
    LeadStatus.TRANSFERRED: gettext_lazy("不属于本单位办理，已经转送有权处理的单位。"),
}

UNDECIDED = (LeadStatus.SUBMITTED, LeadStatus.REFUSAL_PROPOSED, LeadStatus.NEED_MORE)


def answers_of(lead: Lead) -> list[tuple[str, str]]:
    """(question, answer) as the reporter gave them. Opening them is reading: the view records the access."""
    if not lead.answers_cipher:
        return []
    answers = json.loads(default_cipher().open(lead.answers_cipher, lead.answers_context))
    return labelled(answers, lead.schema.content if lead.schema else None)


def message_rows(lead: Lead) -> list[dict[str, Any]]:
    """The talk with the reporter, oldest first; the names of officers are shown to staff only."""
    cipher = default_cipher()
    return [
        {
            "author": message.get_author_display(),
            "who": message.written_by_label if message.author == MessageAuthor.OFFICE else "",
            "is_reporter": message.author == MessageAuthor.REPORTER,
            "at": message.written_at,
            "text": cipher.open(message.body_cipher, message.body_context),
            "asks": message.asks,
        }
        for message in lead.messages.order_by("pk")
    ]


def file_rows(attachments: Iterable[Attachment], *, with_links: bool) -> list[dict[str, Any]]:
    """Rows of attachment_list.html. Without links for the reporter: what was handed in does not come out again."""
    return [
        {
            "name": row.display_name,
            "url": reverse("casework:attachment-download", args=[row.pk]) if with_links else "",
            "size": row.size,
            "added_at": row.uploaded_at,
            "by": row.uploaded_by_label if with_links else "",
            "warnings": [describe_warning(code) for code in row.warnings],
            "sha256": row.sha256 if with_links else "",
            "state_label": row.get_kind_display() if with_links and row.kind != AttachmentKind.REPORT else "",
        }
        for row in attachments
    ]


def list_rows(leads: Iterable[Lead], deadlines: Iterable[Deadline], on: Any) -> list[dict[str, Any]]:
    """Rows of the list of leads; `deadlines` are the running acceptance clocks of these leads."""
    clocks = {deadline.dossier_id: deadline for deadline in deadlines if deadline.key == ACCEPT}
    calendar = current_calendar()
    rows = []
    for lead in leads:
        clock = clocks.get(lead.dossier_id)
        rows.append(
            {
                "reference": lead.dossier.reference,
                "url": lead.get_absolute_url(),
                "summary": lead.summary or _("（尚未填写摘要）"),
                "channel": lead.get_channel_display(),
                "mode": lead.get_mode_display() if lead.mode else "",
                "received_on": lead.received_on,
                "due_on": clock.due_on if clock else None,
                "provisional": bool(clock and clock.provisional),
                "clock_state": clock_state(clock, on, calendar) if clock else "",
                "status": lead.get_status_display(),
                "status_kind": status_pill_kind(lead.status),
            }
        )
    return rows


def link_rows(lead: Lead, user: User) -> list[dict[str, Any]]:
    """Other leads and cases this lead hangs together with, as far as the person may see them; live links, both ways."""
    leads, cases = Lead.objects.visible_to(user), Case.objects.visible_to(user)
    reachable = Q(lead=lead) & (Q(other_lead__in=leads) | Q(case__in=cases)) | Q(other_lead=lead, lead__in=leads)
    links = LeadLink.objects.filter(reachable, undone_at=None)
    rows = []
    for link in links.select_related("lead__dossier", "other_lead__dossier", "case__dossier").order_by("pk"):
        target: Any = link.case or (link.other_lead if link.lead_id == lead.pk else link.lead)
        incoming = link.other_lead_id == lead.pk
        kind = _("与本线索重复") if incoming and link.kind == LeadLinkKind.DUPLICATE else link.get_kind_display()
        rows.append(
            {
                "kind": kind,
                "reference": target.dossier.reference,
                "url": target.get_absolute_url(),
                "reason": link.reason,
            }
        )
    return rows


def event_words(lead: Lead) -> dict[str, dict[Any, str]]:
    """Names for the people and departments in the events of this lead: everybody ever granted it. One query."""
    grants = all_grants(lead.dossier)
    people: dict[Any, str] = {grant.user_id: str(grant.user) for grant in grants if grant.user_id}
    departments: dict[Any, str] = {
        grant.department_id: in_language(grant.department) for grant in grants if grant.department_id
    }
    return {"user": people, "handler": people, "previous": people, "department": departments}


def decision_facts(lead: Lead) -> list[tuple[str, Any]]:
    """What was proposed or decided about acceptance, as facts."""
    facts: list[tuple[str, Any]] = []
    if lead.refusal_ground:
        facts.append((_("不予受理情形"), f"{lead.refusal_ground.text}（{article_words(lead.refusal_ground.article)}）"))
        facts.append((_("说明"), lead.refusal_reason))
    if lead.transferred_to:
        facts.append((_("转送单位"), lead.transferred_to))
    if lead.decided_by:
        facts.append((_("决定人"), str(lead.decided_by)))
        facts.append((_("决定时间"), local_datetime(lead.decided_at)))
    return facts


def exclude_step(lead: Lead, user: User) -> dict[str, Any]:
    """The button on 'who can see this': keep a colleague out of the lead, or why this person may not."""
    denied = permitted(access.check_can_exclude_from_lead, user, lead)
    return {
        "label": _("排除有关的同事"),
        "url": reverse("integrity:lead-exclude", args=[lead.dossier.reference]),
        "reason": denied.reason if denied else "",
        "article": "221-45",
    }


def next_steps(lead: Lead, user: User, *, has_identity: bool) -> list[dict[str, Any]]:
    """Steps of this person on this lead, as _components/next_steps.html takes them. Steps of other roles are left out."""
    steps: list[dict[str, Any]] = []
    if lead.status == LeadStatus.REFUSAL_PROPOSED:
        denied = permitted(access.check_can_refuse_lead, user, lead)
        steps += [
            _step(lead, "refuse", _("确认不予受理"), denied, article="221-15", danger=True),
            _step(lead, "send_back", _("退回重新研究"), denied),
        ]
    if may(user, Permission.ASSESS_LEADS):
        if lead.status == LeadStatus.ACCEPTED:
            label = _("改派承办人") if lead.dossier.handler_id else _("分派承办人")
            steps.append(_link(lead, "assign", label) | {"aside": bool(lead.dossier.handler_id)})
        steps += [
            _step(lead, "accept", _("受理"), article="221-14"),
            _step(lead, "ask_more", _("请举报人补充")),
            _step(lead, "propose_refusal", _("提出不予受理"), article="221-15"),
            _step(lead, "transfer", _("转送其他单位"), article="221-16"),
            _duplicate_step(lead),
            _link(lead, "exclude", _("排除与本线索有关的同事"), article="221-45") | {"danger": True},
        ]
    if may(user, Permission.OPEN_CASES) and lead.status == LeadStatus.ACCEPTED:
        url = reverse("integrity:case-open") + f"?lead={lead.dossier.reference}"
        steps.append({"label": _("立案"), "enabled": True, "url": url, "method": "get"})
    if permitted(access.check_can_add_to_lead, user, lead) is None:
        steps.append(_link(lead, "add_files", _("增加材料")) | {"aside": True})
    if may(user, Permission.REQUEST_IDENTITY) and has_identity:
        steps.append(_link(lead, "unlock_request", _("申请查阅举报人身份")))
    return steps


def _step(
    lead: Lead, move: str, label: str, denied: AccessDenied | None = None, *, article: str = "", danger: bool = False
) -> dict[str, Any]:
    step = _link(lead, move, label, article=article, danger=danger)
    against = denied or blocker(LEAD, lead, move)
    if against is not None:
        return step | {"enabled": False, "reason": against.reason, "article": against.article}
    return step


def _duplicate_step(lead: Lead) -> dict[str, Any]:
    if lead.status == LeadStatus.DUPLICATE:
        return _link(lead, "undo_duplicate", _("撤销重复标记"))
    return _step(lead, "mark_duplicate", _("标记为重复"))


def _link(lead: Lead, name: str, label: str, *, article: str = "", danger: bool = False) -> dict[str, Any]:
    url = reverse(f"integrity:lead-{name.replace('_', '-')}", args=[lead.dossier.reference])
    return {"label": label, "enabled": True, "url": url, "method": "get", "article": article, "danger": danger}


def unlock_rows(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Requests to open the identity, for staff, newest first, told by the events of the dossier alone."""
    rows: dict[str, dict[str, Any]] = {}
    for event in sorted((event for event in events if event.type.startswith("unlock_")), key=lambda event: event.seq):
        row = rows.setdefault(event.subject_pk, {})
        if event.type == "unlock_requested":
            purpose = dict(UnlockPurpose.choices).get(event.data.get("purpose"), "")
            row |= {"at": event.at, "by": event.actor_label, "reason": event.reason, "purpose": purpose}
        status = event.data.get("to", UnlockStatus.REQUESTED)
        row |= {"status": UnlockStatus(status).label, "status_kind": status_pill_kind(status)}
        row["answer"] = event.reason if event.type == "unlock_refused" else ""
    return list(reversed(rows.values()))


def opening_rows(lead: Lead) -> list[dict[str, Any]]:
    """What the reporter learns of each opening of their identity: the day, the purpose, how often it was looked at."""
    opened = IdentityUnlock.objects.filter(lead=lead, status__in=[UnlockStatus.OPEN, UnlockStatus.CLOSED])
    unlocks = list(opened.order_by("pk"))
    if not unlocks:
        return []
    events = list(Event.objects.filter(dossier=lead.dossier, type__in=["unlock_requested", "unlock_viewed"]))
    purposes = purposes_of(events)
    viewed = [event.subject_pk for event in events if event.type == "unlock_viewed"]
    return [
        {
            "at": unlock.second_approved_at,
            "purpose": purposes.get(unlock.pk, ""),
            "views": viewed.count(str(unlock.pk)),
        }
        for unlock in unlocks
    ]


def purposes_of(events: Iterable[Event]) -> dict[int, str]:
    """Purpose of each request in words, from the events that recorded the requests."""
    labels = dict(UnlockPurpose.choices)
    return {
        int(event.subject_pk): str(labels.get(event.data.get("purpose"), ""))
        for event in events
        if event.type == "unlock_requested"
    }


def progress_words(lead: Lead) -> str:
    """Where the report stands, in words fit for a reporter. A duplicate reads as it did before it was marked."""
    return str(PROGRESS[_told_status(lead)])


def acceptance_term(lead: Lead) -> Deadline | None:
    """Until when acceptance is decided, for the reporter and while it is not; the same before and after a mark."""
    if _told_status(lead) not in UNDECIDED:
        return None
    clocks = Deadline.objects.filter(dossier=lead.dossier, key=ACCEPT).exclude(due_on=None)
    return clocks.select_related("clause").order_by("-pk").first()


def _told_status(lead: Lead) -> LeadStatus:
    return LeadStatus(lead.previous_status if lead.status == LeadStatus.DUPLICATE else lead.status)


def vault_rows(unlocks: Iterable[IdentityUnlock], user: User, now: Any) -> list[dict[str, Any]]:
    """Requests as a custodian sees them, with what this custodian can do now and the sentence that forbids the rest."""
    unlocks = list(unlocks)
    dossiers = [unlock.lead.dossier_id for unlock in unlocks]
    events = Event.objects.filter(dossier__in=dossiers, type="unlock_requested")
    purposes = purposes_of(events)
    return [_vault_row(unlock, user, now) | {"purpose": purposes.get(unlock.pk, "")} for unlock in unlocks]


def _vault_row(unlock: IdentityUnlock, user: User, now: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "unlock": unlock,
        "reference": unlock.lead.dossier.reference,
        "status": unlock.get_status_display(),
        "status_kind": status_pill_kind(unlock.status),
        "can_agree": False,
        "can_refuse": False,
        "can_view": False,
        "why_not": "",
    }
    if unlock.status in {UnlockStatus.REQUESTED, UnlockStatus.APPROVED_ONE}:
        row["can_refuse"] = permitted(access.check_can_keep_identity, user, unlock) is None
        denied = permitted(access.check_can_keep_identity, user, unlock) or permitted(
            access.check_can_agree_to_unlock, user, unlock
        )
        row["can_agree"] = denied is None
        row["why_not"] = denied.reason if denied else ""
    elif unlock.status == UnlockStatus.OPEN and unlock.open_until and unlock.open_until <= now:
        row |= {"status": UnlockStatus.CLOSED.label, "status_kind": ""}
    elif unlock.status == UnlockStatus.OPEN:
        against = permitted(access.check_can_view_identity, user, unlock) or blocker(UNLOCK, unlock, "view")
        row["can_view"] = against is None
        row["why_not"] = against.reason if against else ""
    return row


def consent_words(unlock: IdentityUnlock) -> dict[str, Any]:
    """What a custodian agrees to and what follows, for the page before agreeing."""
    purposes = purposes_of(Event.objects.filter(dossier=unlock.lead.dossier, type="unlock_requested"))
    facts = [
        (_("申请人"), f"{unlock.requested_by} · {local_datetime(unlock.requested_at)}"),
        (_("用途"), purposes.get(unlock.pk, "")),
        (_("理由"), unlock.reason),
    ]
    if unlock.approved_by is None:
        return {"facts": facts, "intro": _("您是第一位同意的保管人。还须另一位保管人同意，身份才会开封。")}
    facts.append((_("第一人同意"), f"{unlock.approved_by} · {local_datetime(unlock.approved_at)}"))
    words = {"first": unlock.approved_by, "minutes": settings.CHENGYAN_UNLOCK_MINUTES}
    intro = _(
        "您同意后身份立即开封，%(minutes)s 分钟内您和%(first)s可以凭各自的口令查阅。"
        "举报人返回时会看到开封时间、用途和查阅次数。"
    )
    return {"facts": facts, "intro": intro % words}


def identity_facts(identity: dict[str, str]) -> list[tuple[str, str]]:
    """An opened identity as facts, for the one page that shows it."""
    labels = {"name": _("姓名"), "contact": _("联系方式"), "note": _("联系说明")}
    return [(label, identity.get(key, "")) for key, label in labels.items()]
