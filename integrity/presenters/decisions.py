"""Rows of decisions and measures for the page of a case, and the shape of a next step. No writing."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.refusals import AccessDenied
from casework.rulebook import RuleBook
from casework.templatetags.casework import status_pill_kind
from casework.workflow import Blocker
from integrity import access
from integrity.drafting import clause_of, say
from integrity.enums import (
    ApprovalStep,
    DecisionOrigin,
    DecisionStatus,
    MeasureStatus,
)
from integrity.models import Case, Decision, Measure, Respondent
from integrity.rule_books import book_of

LEVELS = {"error": "error", "warn": "warning", "info": "info"}
OVER = (DecisionStatus.SUPERSEDED, DecisionStatus.REVOKED)
REVIEW_STATUSES = {
    DecisionStatus.SECTION_REVIEW: ApprovalStep.SECTION,
    DecisionStatus.LEGAL_REVIEW: ApprovalStep.LEGAL,
    DecisionStatus.BUREAU_APPROVAL: ApprovalStep.BUREAU,
    DecisionStatus.SECOND_APPROVAL: ApprovalStep.SECOND,
}
Row = dict[str, Any]


# ---- on the page of a case


def decision_rows(case: Case, user: User) -> list[Row]:
    """One row per respondent of a case the reader may see, each with its decisions, newest first.

    No query of its own on the page of a case, which has loaded respondents, decisions and measures.
    """
    return [
        {
            "respondent": person.name_then,
            "affiliation": person.affiliation_then,
            "note": person.note,
            "decisions": [_decision_row(decision) for decision in reversed(_decisions_of(person))],
        }
        for person in case.respondents.all()
    ]


def decision_steps(case: Case, user: User) -> list[Row]:
    """Drafting and reviewing steps of a case that has its report; a closed one says why. Loaded rows as above."""
    people = list(case.respondents.all())
    live = {
        person.pk: decision for person in people for decision in _decisions_of(person) if decision.status not in OVER
    }
    steps = []
    if may(user, Permission.DRAFT_DECISIONS) and not case.is_imported:
        refusal = permitted(access.check_can_draft_decision, user, case)
        for person in people:
            if person.pk in live:
                continue
            url = reverse("integrity:decision-draft", args=[case.dossier.reference, person.pk])
            steps.append(step_row(_("起草对 %(name)s 的处理决定") % {"name": person}, url, "get", refusal))
    for decision in live.values():
        step = REVIEW_STATUSES.get(DecisionStatus(decision.status))
        if step and may(user, access.STEP_RIGHTS[step]):
            refusal = permitted(access.check_can_review_decision, user, decision, step)
            url = reverse("integrity:decision-review", args=[decision.pk])
            steps.append(step_row(_("审批对 %(name)s 的处理决定") % {"name": decision.respondent}, url, "get", refusal))
    return steps


def _decisions_of(person: Respondent) -> list[Decision]:
    """Oldest first."""
    return sorted(person.decisions.all(), key=lambda decision: decision.pk)


def _decision_row(decision: Decision) -> Row:
    book = book_of(decision.rule_set)
    tier = clause_of(book, "tier", decision.tier)
    return {
        "pk": decision.pk,
        "url": decision.get_absolute_url(),
        "reference": decision.reference or decision.source_document_no,
        "status_label": decision.get_status_display(),
        "status_kind": status_pill_kind(decision.status),
        "outcome": decision.get_outcome_display(),
        "tier": say(tier) if tier else "",
        "decided_on": decided_words(decision),
        "issuing_body": decision.issuing_body,
        "is_imported": decision.origin == DecisionOrigin.IMPORTED,
        "measures": measure_rows(decision, book),
    }


def decided_words(decision: Decision) -> str:
    """The date of the decision as exactly as it is known: 2021, 2021-11 or 2021-11-08."""
    length = {"year": 4, "month": 7}.get(decision.date_precision, 10)
    return decision.decided_on.isoformat()[:length] if decision.decided_on else ""


def step_row(label: str, url: str, method: str, stop: Blocker | AccessDenied | None) -> Row:
    return {
        "label": label,
        "url": url,
        "method": method,
        "enabled": stop is None,
        "reason": stop.reason if stop else "",
        "article": stop.article if stop else "",
        "mark": "",
        "danger": False,
    }


# ---- measures


def measure_rows(decision: Decision, book: RuleBook) -> list[Row]:
    """The measures in force or planned, parallel tracks last, with their windows. No query when they are prefetched."""
    live = [measure for measure in decision.measures.all() if not measure.withdrawn]
    ordered = sorted(live, key=lambda measure: (measure.is_parallel, measure.order, measure.pk))
    return [measure_row(measure, book) for measure in ordered]


def measure_row(measure: Measure, book: RuleBook) -> Row:
    clause = clause_of(book, "measure", measure.kind)
    return {
        "name": measure.source_label or (say(clause) if clause else measure.kind),
        "kind_name": say(clause) if clause and measure.source_label else "",
        "article": clause.article if clause else "",
        "mark": clause.mark if clause else "",
        "period": period_words(measure),
        "starts_on": measure.starts_on or measure.planned_start,
        "starts_at_issue": measure.status == MeasureStatus.PLANNED and measure.planned_start is None,
        "ends_on": measure.ends_on,
        "is_lifetime": measure.is_lifetime,
        "window": window_words(measure),
        "window_source": _window_source(measure),
        "scope": measure.scope,
        "text": measure.text,
        "amount": measure.amount,
        "track": _track(measure),
        "status_label": "" if _says_nothing(measure) else measure.get_status_display(),
        "status_kind": {"in_force": "go", "recalled": "late"}.get(measure.status, ""),
    }


def _track(measure: Measure) -> str:
    """What stands beside the integrity measures: discipline, crime, or a watch list. "" for a measure proper."""
    if not measure.is_parallel:
        return ""
    return _("观察名单") if measure.kind == "watch_list" else _("并行处理")


def _says_nothing(measure: Measure) -> bool:
    """A plan has no state yet. Of a measure given elsewhere nobody knows whether it still runs when its last day was not
    published: three years of 2021 must not be shown as in force for good."""
    if measure.status == MeasureStatus.PLANNED:
        return True
    is_imported = measure.decision.origin == DecisionOrigin.IMPORTED
    return is_imported and measure.ends_on is None and not measure.is_lifetime


def period_words(measure: Measure) -> str:
    """How long, in words: 36 个月, 永久, 1 次; "" for a measure that takes no time."""
    stated = [
        _("%(n)s 个月") % {"n": measure.months} if measure.months else "",
        _("永久") if measure.is_lifetime else "",
        _("%(n)s 日") % {"n": measure.days} if measure.days else "",
        _("%(n)s 次") % {"n": measure.count} if measure.count else "",
        measure.until_text,
    ]
    return _("，").join(words for words in stated if words)


def window_words(measure: Measure) -> str:
    """First and last day, both included: 2026-12-01 至 2029-11-30; "" when it has no window yet."""
    start, end = measure.starts_on, measure.ends_on
    if start and end:
        return _("%(start)s 至 %(end)s") % {"start": start, "end": end}
    if start and measure.is_lifetime:
        return _("自 %(start)s 起，永久") % {"start": start}
    return ""


def _window_source(measure: Measure) -> str:
    if measure.decision.origin != DecisionOrigin.IMPORTED:
        return ""
    if measure.as_published:
        return _("按公布原文")
    if measure.ends_on or (measure.is_lifetime and measure.starts_on):
        return _("按公布的期限推算")
    return _("公布时未写明起止日") if period_words(measure) else ""
