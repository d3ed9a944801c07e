"""Rows of the list of cases and of the page of one case: stages, respondents, timeline, clocks, next steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import User
from casework.access import Reader, know_handling
from casework.calendar_rows import current_calendar
from casework.calendars import WorkCalendar
from casework.enums import ClockStatus, ExclusionSource
from casework.extension import case_panels, case_steps
from casework.models import Deadline, Dossier, Exclusion, Grant
from casework.presenters import (
    GROUP_WORDS,
    TimelineRow,
    all_grants,
    clock_cards,
    clock_state,
    group_links,
    timeline,
    who_can_see,
)
from casework.templatetags.casework import in_language, status_pill_kind
from integrity.case_terms import INVESTIGATE, statement_key
from integrity.drafting import say
from integrity.enums import (
    ApprovalStep,
    CaseStatus,
    DecisionStatus,
    Finding,
    RespondentRole,
    ServiceMethod,
    StatementKind,
)
from integrity.models import Allegation, Case, Decision, Lead, Respondent, StatementRequest
from integrity.presenters.case_steps import next_steps
from integrity.presenters.decisions import decision_rows, decision_steps
from integrity.presenters.marks import article_mark
from integrity.rule_books import book_of

Row = dict[str, Any]
FINDING_KINDS = {Finding.ESTABLISHED: "late", Finding.NOT_ESTABLISHED: "done", Finding.INSUFFICIENT: "soon"}
SHOWN_AT_FIRST = 15
OVER = (DecisionStatus.SUPERSEDED, DecisionStatus.REVOKED)

# The stages of the bar: what it is called, the statuses it stands for, the event that began it.
STAGES: tuple[tuple[str | Promise, tuple[str, ...], str], ...] = (
    (gettext_lazy("受理"), (), ""),
    (gettext_lazy("立案"), (CaseStatus.OPENED,), "case_opened"),
    (gettext_lazy("调查"), (CaseStatus.INVESTIGATING,), "case_investigation_begun"),
    (gettext_lazy("报告"), (CaseStatus.REPORT_READY,), "case_report_recorded"),
    (gettext_lazy("告知申辩"), (CaseStatus.HEARING_RESPONDENT,), "case_hearing_begun"),
    (gettext_lazy("审议"), (CaseStatus.DELIBERATION,), "case_deliberation_begun"),
    (gettext_lazy("决定"), (CaseStatus.DECIDED,), "case_decided"),
    (gettext_lazy("结案"), (CaseStatus.CLOSED,), "case_closed"),
)


# ---- list


def list_rows(cases: Sequence[Case], on: dt.date) -> list[Row]:
    """Rows of the list, three queries for the whole page: respondents, investigation clocks, calendar."""
    investigation = Deadline.objects.filter(key=INVESTIGATE, status__in=[ClockStatus.RUNNING, ClockStatus.PAUSED])
    prefetch_related_objects(
        cases,
        Prefetch("respondents", Respondent.objects.order_by("pk")),
        Prefetch("dossier__deadlines", investigation, to_attr="investigation"),
    )
    calendar = current_calendar()
    return [_list_row(case, on, calendar) for case in cases]


def _list_row(case: Case, on: dt.date, calendar: WorkCalendar) -> Row:
    clock = case.dossier.investigation[0] if case.dossier.investigation else None  # type: ignore[attr-defined]
    names = [respondent.name_then for respondent in case.respondents.all()]
    return {
        "reference": case.dossier.reference,
        "url": case.get_absolute_url(),
        "title": case.title,
        "respondents": _("、").join(names[:3]) + (_(" 等 %(n)s 名") % {"n": len(names)} if len(names) > 3 else ""),
        "handler": case.dossier.handler,
        "begun": begun_words(case),
        "due_on": clock.due_on if clock else None,
        "provisional": bool(clock and clock.provisional),
        "clock_state": clock_state(clock, on, calendar) if clock else "",
        "status": case.get_status_display(),
        "status_kind": status_pill_kind(case.status),
        "is_imported": case.is_imported,
    }


def begun_words(case: Case) -> str:
    """The day of acceptance; of a historical case the date of publication as far as it was published."""
    if case.is_imported:
        return _("公布 %(day)s") % {"day": case.import_facts.get("published", "")}
    return _("受理 %(day)s") % {"day": case.accepted_on}


def filtered(user: Reader, *, status: str, mine: bool) -> QuerySet[Case]:
    """The cases this person may see, narrowed by the filters of the list."""
    cases = Case.objects.visible_to(user).select_related("dossier__handler")
    if status == "live":
        cases = cases.exclude(status=CaseStatus.CLOSED)
    elif status:
        cases = cases.filter(status=status)
    return cases.filter(dossier__handler=user) if mine else cases


# ---- the page of one case


def load_page(case: Case, user: User) -> list[Grant]:
    """Load what the page needs onto the case, five queries whatever its size; returns the grants of the dossier.

    Also remembers on the dossier whether this person handles it, so that each button need not ask again.
    """
    respondents = Respondent.objects.select_related(
        "subject__person", "subject__organization", "statement_request"
    ).order_by("pk")
    prefetch_related_objects(
        [case],
        Prefetch("respondents", respondents),
        Prefetch("respondents__allegations", Allegation.objects.select_related("category").order_by("pk")),
        Prefetch("respondents__decisions", Decision.objects.select_related("rule_set").order_by("-pk")),
        "respondents__decisions__measures",
    )
    for respondent in case.respondents.all():
        for decision in respondent.decisions.all():
            decision.case = case
    grants = all_grants(case.dossier)
    know_handling(user, case.dossier, grants)
    return grants


def case_page(case: Case, user: User, *, on: dt.date, group: str = "") -> Row:
    """Context of integrity/case_detail.html. The view has loaded the case as visible and recorded the reading."""
    grants = load_page(case, user)
    group = group if group in GROUP_WORDS else ""
    deadlines = list(case.dossier.deadlines.select_related("clause").order_by("pk"))
    book = book_of(case.rule_set)
    labels = _clock_labels(case, deadlines)
    rows = timeline(
        _dossiers(case, user),
        words=_words(case, grants, labels),
        mark_of=partial(article_mark, book),
        own=case.dossier,
    )
    wanted = [row for row in rows if not group or row.group == group]
    exclusions = getattr(case, "exclusion_count", None)
    return {
        "case": case,
        "stages": stages(case, rows),
        "begun": begun_words(case),
        "respondents": [respondent_row(respondent) for respondent in case.respondents.all()],
        "decision_rows": decision_rows(case, user),
        "panels": case_panels(case, user),
        "timeline": wanted[:SHOWN_AT_FIRST],
        "earlier": wanted[SHOWN_AT_FIRST:],
        "groups": group_links(group),
        "clocks": clock_cards(deadlines, on, labels),
        "steps": _in_order([*next_steps(case, user, book), *_decision_steps(case, user), *case_steps(case, user)]),
        "viewers": who_can_see(case.dossier, on, grants=grants, exclusion_count=exclusions),
        "leads": _lead_links(case, rows),
        "report_url": _report_url(case, rows),
        "facts": _facts(case),
    }


def _in_order(steps: list[Row]) -> list[Row]:
    """What moves the case on comes first, what may be done beside it last."""
    return sorted(steps, key=lambda step: bool(step.get("aside")))


def _decision_steps(case: Case, user: User) -> list[Row]:
    """None before there is a report: a row of greyed drafts would hide what is to be done now."""
    return [] if case.status in {CaseStatus.OPENED, CaseStatus.INVESTIGATING} else decision_steps(case, user)


def stages(case: Case, rows: Iterable[TimelineRow]) -> list[Row]:
    """The stage bar: each stage past, now or to come, with the day it last began."""
    began: dict[str, dt.datetime] = {}
    for row in rows:
        began.setdefault(row.event.type, row.at)
    current = next(index for index, (_label, statuses, _event) in enumerate(STAGES) if case.status in statuses)
    bar = []
    for index, (label, _statuses, event) in enumerate(STAGES):
        state = "past" if index < current or case.status == CaseStatus.CLOSED else "now" if index == current else ""
        day = began[event].strftime("%m-%d") if state and event in began else ""
        bar.append({"label": label, "state": state, "when": day if index else case.accepted_on.strftime("%m-%d")})
    return bar


def respondent_row(respondent: Respondent) -> Row:
    """One respondent: who, as what, accused of what with which finding, how they were heard, what was decided."""
    subject, case = respondent.subject, respondent.case
    return {
        "pk": respondent.pk,
        "name": respondent.name_then,
        "name_now": subject.name if subject.name != respondent.name_then else "",
        "url": reverse("integrity:subject-detail", args=[subject.pk]),
        "unit": respondent.affiliation_then,
        "role": respondent.get_role_display(),
        "note": respondent.note,
        "responsibility": respondent.responsibility,
        "allegations": [allegation_row(row) for row in respondent.allegations.all()],
        "statement": statement_words(getattr(respondent, "statement_request", None)),
        "statement_url": reverse("integrity:case-statement", args=[case.dossier.reference, respondent.pk])
        if getattr(respondent, "statement_request", None)
        else "",
        "decision": _decision_word(respondent),
        "add_url": reverse("integrity:case-allegation-add", args=[case.dossier.reference, respondent.pk])
        if case.status in {CaseStatus.OPENED, CaseStatus.INVESTIGATING}
        else "",
    }


def allegation_row(allegation: Allegation) -> Row:
    return {
        "category": allegation.category.text,
        "article": allegation.category.article,
        "mark": allegation.category.mark,
        "text": allegation.text,
        "period": period_words(allegation.conduct_from, allegation.conduct_to),
        "finding": allegation.get_finding_display() if allegation.finding != Finding.OPEN else "",
        "finding_kind": FINDING_KINDS.get(Finding(allegation.finding), ""),
    }


def period_words(start: dt.date | None, end: dt.date | None) -> str:
    """2024-05-06 至 2024-07-01; a single day, an open end or an open beginning in words; "" when nothing is known."""
    if start and end and start != end:
        return _("%(start)s 至 %(end)s") % {"start": start, "end": end}
    if start and end:
        return start.isoformat()
    if start:
        return _("%(day)s 起") % {"day": start}
    return _("至 %(day)s") % {"day": end} if end else ""


def statement_words(request: StatementRequest | None) -> str:
    """Where the hearing of one respondent stands."""
    if request is None:
        return ""
    if request.answer_kind:
        return _("%(kind)s，%(day)s") % {"kind": request.get_answer_kind_display(), "day": request.answered_on}
    return _("已告知，陈述申辩到 %(day)s 届满") % {"day": request.due_on}


def _decision_word(respondent: Respondent) -> Row:
    live = [decision for decision in respondent.decisions.all() if decision.status not in OVER]
    if not live:
        return {"label": _("未决定"), "kind": "", "url": "", "outcome": ""}
    last = live[0]
    return {
        "label": last.get_status_display(),
        "kind": status_pill_kind(last.status),
        "url": last.get_absolute_url(),
        "outcome": last.get_outcome_display() if last.outcome else "",
    }


def _dossiers(case: Case, user: User) -> QuerySet[Dossier]:
    """The case's own dossier and those of its leads that this person may see."""
    leads = Lead.objects.visible_to(user).filter(links__case=case, links__undone_at=None)
    return Dossier.objects.filter(Q(pk=case.dossier_id) | Q(pk__in=leads.values("dossier_id")))


def _lead_links(case: Case, rows: Iterable[TimelineRow]) -> list[Row]:
    """Linked leads the reader may see, read from the timeline: each has at least the event of its arrival there."""
    found = {row.event.dossier_id: row.event.reference for row in rows if row.event.dossier_id != case.dossier_id}
    return [
        {"reference": reference, "url": reverse("integrity:lead-detail", args=[reference])}
        for _pk, reference in sorted(found.items())
    ]


def _report_url(case: Case, rows: Iterable[TimelineRow]) -> str:
    has_report = any(row.event.type.startswith("case_report_") for row in rows)
    return reverse("integrity:case-report", args=[case.dossier.reference]) if has_report else ""


def _facts(case: Case) -> list[tuple[str, Any]]:
    rows = [
        (_("适用规则"), f"{case.rule_set} {case.rule_set.document_no}".strip()),
        (_("责任单位"), case.responsible_unit),
        (_("行为期间"), period_words(case.conduct_from, case.conduct_to)),
        (_("公布日期"), case.import_facts.get("published")) if case.is_imported else (_("受理日期"), case.accepted_on),
        (_("承办人"), case.dossier.handler),
    ]
    return [(term, str(value)) for term, value in rows if value]


def _words(case: Case, grants: Iterable[Grant], clocks: Mapping[str, str]) -> dict[str, Mapping[Any, str]]:
    """What ids and codes in the events of a case mean, from rows the page has loaded anyway."""
    people = {grant.user_id: str(grant.user) for grant in grants if grant.user_id}
    if case.dossier.handler is not None:
        people[case.dossier.handler_id] = str(case.dossier.handler)
    names = {respondent.pk: respondent.name_then for respondent in case.respondents.all()}
    categories = {
        allegation.category.key: allegation.category.text
        for respondent in case.respondents.all()
        for allegation in respondent.allegations.all()
    }
    return {
        "user": people,
        "handler": people,
        "previous": people,
        "department": {grant.department_id: in_language(grant.department) for grant in grants if grant.department_id},
        "respondent": names,
        "category": categories,
        "respondent_role": dict(RespondentRole.choices),
        "statement_kind": dict(StatementKind.choices),
        "method": dict(ServiceMethod.choices),
        "step": dict(ApprovalStep.choices),
        "measure": {clause.key: say(clause) for clause in book_of(case.rule_set).of_kind("measure")},
        "role": dict(Role.choices),
        "source": dict(ExclusionSource.choices),
        "key": clocks,
    }


def _clock_labels(case: Case, deadlines: Iterable[Deadline]) -> dict[str, str]:
    """Name of each clock, with the respondent where a case runs one for each (`statement:17`, `appeal:5`)."""
    names = {statement_key(respondent): respondent.name_then for respondent in case.respondents.all()}
    decisions = {
        str(decision.pk): respondent.name_then
        for respondent in case.respondents.all()
        for decision in respondent.decisions.all()
    }
    labels = {}
    for deadline in deadlines:
        label = deadline.clause.text if deadline.clause else deadline.label
        name = names.get(deadline.key) or decisions.get(deadline.key.partition(":")[2], "")
        labels[deadline.key] = _("%(label)s：%(name)s") % {"label": label, "name": name} if name else label
    return labels


# ---- choices of forms


def leads_to_open(user: User) -> list[Lead]:
    """Accepted leads in this officer's hands, oldest first."""
    leads = Lead.objects.visible_to(user).filter(status="accepted", dossier__handler=user)
    return list(leads.select_related("dossier").order_by("pk"))


def assignable(case: Case, people: Iterable[User], viewer: User) -> dict[User, str]:
    """Who may take the case over, with the open cases each has; only those `viewer` may see are counted (B5)."""
    excluded = set(Exclusion.objects.filter(dossier=case.dossier, lifted_at=None).values_list("user_id", flat=True))
    open_cases = Case.objects.visible_to(viewer).exclude(status=CaseStatus.CLOSED)
    loads: dict[int | None, int] = {}
    for handler_id in open_cases.values_list("dossier__handler_id", flat=True):
        loads[handler_id] = loads.get(handler_id, 0) + 1
    return {
        user: _("%(name)s（在办 %(n)s 件）") % {"name": user, "n": loads.get(user.pk, 0)}
        for user in people
        if user.pk not in excluded and user.pk != case.dossier.handler_id and user.clearance >= case.dossier.secrecy
    }
