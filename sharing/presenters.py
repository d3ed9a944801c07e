"""Exactly the fields a recipient reads, per profile. An allow-list: what is not named here is not shared.

SUMMARY: who, unit, category, outcome, tier, measures with periods, document number and day. FINDINGS: also the facts
found and the basis. Never: the report, statements, interviews, experts, reporter, internal opinions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.audience import Audience
from casework.enums import AccessKind, ClauseKind
from casework.models import AccessEvent, Clause
from casework.refusals import AccessDenied
from casework.templatetags.casework import in_language
from casework.workflow import Blocker, blocker
from integrity.enums import MeasureStatus
from integrity.models import Decision, Measure
from integrity.presenters.decisions import decided_words
from sharing.access import check_can_recall
from sharing.enums import FieldProfile, ShareStatus
from sharing.models import SharePackage, ShareRecipient, WrittenOpinion
from sharing.workflow import SHARE

READS_SHOWN = 200
NAMED_KINDS = [ClauseKind.CATEGORY, ClauseKind.TIER, ClauseKind.MEASURE]
Clauses = Mapping[tuple[str, str], Clause]


def _categories(decision: Decision, clauses: Clauses) -> str:
    names = [clauses[("category", key)].text for key in decision.categories if ("category", key) in clauses]
    return "；".join([*names, *([decision.category_text] if decision.category_text else [])])


def _tier(decision: Decision, clauses: Clauses) -> str:
    clause = clauses.get(("tier", decision.tier))
    return clause.text if clause else decision.tier


def measure_line(measure: Measure, clauses: Clauses) -> str:
    """One measure in words with its days, both included."""
    clause = clauses.get(("measure", measure.kind))
    text = measure.source_label or (clause.text if clause else measure.kind)
    if measure.scope:
        text += f"（{measure.scope}）"
    if measure.is_lifetime:
        return _labelled(text, _("终身"))
    if measure.starts_on and measure.ends_on:
        return _labelled(text, _("%(start)s 至 %(end)s") % {"start": measure.starts_on, "end": measure.ends_on})
    return _labelled(text, measure.until_text)


def _labelled(label: str, text: str) -> str:
    return _("%(label)s：%(text)s") % {"label": label, "text": text} if text else label


def _measures(decision: Decision, clauses: Clauses) -> str:
    rows = decision.measures.filter(withdrawn=False, is_parallel=False).exclude(status=MeasureStatus.RECALLED)
    return "\n".join(measure_line(measure, clauses) for measure in rows.order_by("order", "pk"))


@dataclass(frozen=True)
class SharedField:
    """One line a recipient reads. `value` gets the decision and the clauses of its rule set."""

    label: str | Promise
    value: Callable[[Decision, Clauses], str]
    audience: Audience = Audience.PARTNER


# In reading order.
SHARED_FIELDS: dict[str, SharedField] = {
    "name": SharedField(gettext_lazy("姓名或名称"), lambda decision, clauses: decision.respondent.name_then),
    "unit": SharedField(gettext_lazy("单位"), lambda decision, clauses: decision.respondent.affiliation_then),
    "role": SharedField(gettext_lazy("身份"), lambda decision, clauses: decision.respondent.get_role_display()),
    "outcome": SharedField(gettext_lazy("认定结论"), lambda decision, clauses: decision.get_outcome_display()),
    "categories": SharedField(gettext_lazy("行为类别"), _categories),
    "tier": SharedField(gettext_lazy("情节"), _tier),
    "measures": SharedField(gettext_lazy("处理措施"), _measures),
    "document_no": SharedField(gettext_lazy("决定文号"), lambda decision, clauses: decision.reference or ""),
    "decided_on": SharedField(gettext_lazy("决定日期"), lambda decision, clauses: decided_words(decision)),
    "facts": SharedField(gettext_lazy("认定的事实"), lambda decision, clauses: decision.facts),
    "basis": SharedField(gettext_lazy("处理依据"), lambda decision, clauses: decision.basis),
}
SUMMARY = ("name", "unit", "role", "outcome", "categories", "tier", "measures", "document_no", "decided_on")
PROFILES: dict[str, tuple[str, ...]] = {
    FieldProfile.SUMMARY: SUMMARY,
    FieldProfile.FINDINGS: (*SUMMARY, "facts", "basis"),
}


def shared_facts(share: SharePackage) -> list[tuple[str, str]]:
    """(label, value) of every field of the share's profile, read live from the decision. Two queries."""
    rows = Clause.objects.filter(rule_set=share.decision.rule_set_id, kind__in=NAMED_KINDS)
    clauses = {(clause.kind, clause.key): clause for clause in rows}
    fields = [SHARED_FIELDS[key] for key in PROFILES[share.profile]]
    return [(str(field.label), field.value(share.decision, clauses)) for field in fields]


def purpose_line(share: SharePackage) -> str:
    """What the share is for, with the words of the officer where there are any."""
    return _labelled(str(share.get_purpose_display()), share.purpose_text)


def share_rows(shares: list[SharePackage], on: dt.date, mine: Collection[int] = ()) -> list[dict[str, Any]]:
    """Lines of a list. Reads `dossier`, `decision.respondent` and `recipients.department`: load them before.

    `mine`: departments of a reader who receives; whether these still owe a receipt stands in `waits_for_me`.
    """
    rows = []
    for share in shares:
        recipients = list(share.recipients.all())
        is_over = share.status == ShareStatus.SHARED and days_left(share, on) is None
        rows.append(
            {
                "reference": share.dossier.reference,
                "url": share.get_absolute_url(),
                "name": share.decision.respondent.name_then,
                "purpose": share.get_purpose_display(),
                "departments": _("、").join(in_language(recipient.department) for recipient in recipients),
                "waiting": sum(recipient.acknowledged_at is None for recipient in recipients),
                "waits_for_me": any(
                    recipient.acknowledged_at is None for recipient in recipients if recipient.department_id in mine
                ),
                "expires_on": share.expires_on,
                "status": ShareStatus.EXPIRED if is_over else share.status,
                "status_label": ShareStatus.EXPIRED.label if is_over else share.get_status_display(),
            }
        )
    return rows


def days_left(share: SharePackage, on: dt.date) -> int | None:
    """Calendar days until the share closes, 0 on its last day; None once it is closed, by a person or by the date."""
    is_open = share.status == ShareStatus.SHARED and on <= share.expires_on
    return (share.expires_on - on).days if is_open else None


def recipient_rows(share: SharePackage) -> list[dict[str, Any]]:
    """For the house that shared: per department who read when, who acknowledged, which opinions. Five queries."""
    recipients = list(
        share.recipients.select_related("department", "acknowledged_by").prefetch_related("opinions__written_by")
    )
    reads = _reads(share, [recipient.department_id for recipient in recipients])
    return [
        {
            "department": in_language(recipient.department),
            "acknowledged_at": recipient.acknowledged_at,
            "acknowledged_by": recipient.acknowledged_by,
            "reads": [{"who": event.actor_label, "at": event.at} for event in reads.get(recipient.department_id, [])],
            "opinions": sorted(recipient.opinions.all(), key=lambda opinion: opinion.pk),
        }
        for recipient in recipients
    ]


def _reads(share: SharePackage, departments: list[int]) -> dict[int, list[AccessEvent]]:
    """Department → readings by its people, newest first."""
    departments_of: dict[int, list[int]] = {}
    members = Membership.objects.filter(department__in=departments).values_list("user_id", "department_id").distinct()
    for user_id, department_id in members:
        departments_of.setdefault(user_id, []).append(department_id)
    reads: dict[int, list[AccessEvent]] = {}
    seen = AccessEvent.objects.filter(dossier=share.dossier, kind=AccessKind.READ, user__in=departments_of)
    for event in seen.order_by("-pk")[:READS_SHOWN]:
        for department_id in departments_of[event.user_id]:
            reads.setdefault(department_id, []).append(event)
    return reads


def opinions_of(recipient: ShareRecipient | None) -> list[WrittenOpinion]:
    """What this department wrote, newest first; nothing for readers who are no recipients."""
    if recipient is None:
        return []
    return list(recipient.opinions.select_related("written_by").order_by("-pk"))


def next_steps(user: User, share: SharePackage) -> list[dict[str, Any]]:
    """Recall, for those who share: disabled with its reason when it is not theirs to recall or not the moment."""
    if not may(user, Permission.SHARE_CASES):
        return []
    denied = permitted(check_can_recall, user, share)
    refusal: AccessDenied | Blocker | None = denied or blocker(SHARE, share, "recall")
    return [
        {
            "label": _("收回共享"),
            "url": reverse("sharing:share-recall", args=[share.dossier.reference]),
            "method": "get",
            "danger": True,
            "enabled": refusal is None,
            "reason": refusal.reason if refusal else "",
            "article": refusal.article if refusal else "",
        }
    ]


def watermark(user: User, now: dt.datetime) -> str:
    """Name and minute of the reader, printed across what they read."""
    return f"{user.name} · {now:%Y-%m-%d %H:%M}"
