"""The list and the page of an application for staff and members: what is asked, what triage says, until when, what happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.access import know_handling, permitted
from casework.presenters import who_can_see
from casework.presenters.timeline import group_links, timeline
from casework.presenters.viewers import all_grants
from casework.records import Record
from casework.refusals import InputRefused
from ethics.actions.versions import content_of
from ethics.application_choices import material_words, ordered_books
from ethics.completeness import missing, wanted_materials
from ethics.duplicates import twin_activities, twin_applications
from ethics.enums import ApplicationStatus, Procedure, Regime, ReviewMode, ScopeClass
from ethics.models import Application, Committee, Review
from ethics.presenters.application_expert import rounds_of
from ethics.presenters.application_words import event_words, materials_of
from ethics.presenters.marks import kind_words
from ethics.presenters.own_application import content_facts, earlier_versions, versions_of
from ethics.presenters.parts import panels_of, steps_of
from ethics.querysets import UNDECIDED, ApplicationQuerySet
from ethics.review_access import check_reads_events
from ethics.review_books import proposal_for, reason_rows
from ethics.triage import Proposal
from ethics.wording import say

Row = dict[str, Any]
S = ApplicationStatus
RECENT = 15

STATUS_PILLS: dict[str, str] = {
    S.SUBMITTED: "go",
    S.RETURNED: "soon",
    S.ACCEPTED: "go",
    S.IN_REVIEW: "go",
    S.PRELIMINARY_PASSED: "go",
    S.EXPERT_REQUESTED: "go",
    S.AWAITING_REVISION: "soon",
    S.REVISION_SUBMITTED: "go",
    S.AWAITING_RESUBMISSION: "soon",
    S.APPROVED: "done",
    S.REJECTED: "late",
    S.WAIVED: "done",
}
# Whose turn it is, for "only what waits for me".
SECRETARYS = (S.SUBMITTED, S.ACCEPTED, S.PRELIMINARY_PASSED, S.REVISION_SUBMITTED)
MEMBERS = (S.IN_REVIEW,)


def filtered(user: User, *, status: str, committee: str, mine: bool, overdue: bool) -> ApplicationQuerySet:
    """The applications of the list, with what a row reads."""
    rows: Any = Application.objects.visible_to(user)
    if status:
        rows = rows.filter(status=status)
    if committee:
        rows = rows.filter(committee=int(committee))
    if mine:
        rights = standing(user).permissions
        keeps = Permission.RUN_REVIEWS in rights or Permission.KEEP_ETHICS in rights
        rows = rows.filter(status__in=SECRETARYS if keeps else MEMBERS)
    if overdue:
        rows = rows.overdue(timezone.now())
    running = Prefetch("reviews", Review.objects.running(), to_attr="running")
    return rows.select_related("dossier", "unit__organization", "committee").prefetch_related(running)


def committees_of_list(user: User) -> list[tuple[str, str]]:
    """The committees that have an application this person may see. One query."""
    seen = Committee.objects.filter(applications__in=Application.objects.visible_to(user)).distinct()
    rows = seen.select_related("unit__organization").order_by("unit__organization__name", "pk")
    return [(str(one.pk), f"{one.unit.organization.name} · {one.name}") for one in rows]


def list_rows(applications: Iterable[Application], now: dt.datetime) -> list[Row]:
    return [
        {
            "title": one.title,
            "url": one.get_absolute_url(),
            "reference": one.dossier.reference,
            "unit": one.unit.organization.name if one.unit is not None else one.unit_name,
            "committee": one.committee,
            "mode": one.get_mode_display() if one.mode == ReviewMode.RECORDED else "",
            "further": kind_words(one) if one.is_amendment or one.renews else "",
            "list_item": one.list_item,
            "status": one.get_status_display(),
            "pill": STATUS_PILLS.get(one.status, ""),
            "procedure": one.running[0].get_procedure_display() if one.running else "",  # type: ignore[attr-defined]
            "due": due_mark(one, one.running[0] if one.running else None, now),  # type: ignore[attr-defined]
        }
        for one in applications
    ]


def due_mark(application: Application, review: Review | None, now: dt.datetime) -> Row | None:
    """Until when the decision is due, and how much is left; None where no decision is due.

    An emergency counts in hours, without pause; everything else in calendar days (第17、36条).
    """
    if review is None or application.status not in UNDECIDED:
        return None
    if review.due_at is not None:
        minutes = int((review.due_at - now).total_seconds() // 60)
        text = timezone.localtime(review.due_at).strftime("%Y-%m-%d %H:%M")
        return {"until": text, **_left_in_hours(minutes)}
    last = review.last_day
    if last is None:
        return None
    days = (last - timezone.localdate(now)).days
    label = (
        ngettext("还有 %(n)s 天", "还有 %(n)s 天", days) % {"n": days}
        if days >= 0
        else ngettext("逾期 %(n)s 天", "逾期 %(n)s 天", -days) % {"n": -days}
    )
    return {"until": last.isoformat(), "label": label, "kind": "late" if days < 0 else "soon" if days <= 7 else ""}


def _left_in_hours(minutes: int) -> Row:
    hours, rest = divmod(abs(minutes), 60)
    words = {"h": hours, "m": rest}
    if minutes < 0:
        return {"label": _("逾期 %(h)s 小时 %(m)s 分") % words, "kind": "late"}
    return {"label": _("还有 %(h)s 小时 %(m)s 分") % words, "kind": "soon"}


def triage_context(application: Application, review: Review | None, on: dt.date) -> Row:
    """The reasons as frozen on acceptance, or as triage proposes today, each with article and mark."""
    if review is not None:
        return {
            "proposed": review.get_proposed_display(),
            "procedure": review.get_procedure_display(),
            "departs_reason": review.departs_reason or review.moved_reason,
            "needs_expert": review.needs_expert,
            "reasons": worded_reasons(review.reasons),
            "against": [],
            "problem": "",
        }
    try:
        proposal = proposal_for(application, on)
    except InputRefused as refusal:
        return {"problem": refusal.reason, "reasons": [], "against": []}
    return {**proposal_context(proposal), "procedure": "", "departs_reason": "", "problem": ""}


def proposal_context(proposal: Proposal) -> Row:
    return {
        "proposed": Procedure(proposal.procedure).label,
        "needs_expert": proposal.needs_expert,
        "reasons": worded_reasons(reason_rows(proposal)),
        "against": proposal.waiver_findings,
    }


class _Said:
    """A stored reason speaks both languages like a clause."""

    def __init__(self, row: Mapping[str, str]) -> None:
        self.zh, self.en = row["zh"], row["en"]


def worded_reasons(rows: Iterable[Mapping[str, str]]) -> list[Row]:
    return [{"words": say(_Said(row)), "article": row["article"], "mark": row["mark"]} for row in rows]


def paper_rows(application: Application, *, replaces: bool) -> list[Row]:
    """Papers under their names, each with its versions. One query, the materials and the rule sets."""
    books, files = ordered_books(), earlier_versions(application)
    rows: dict[str, Row] = {}
    for one in (paper for paper in materials_of(application) if paper.left_out_on is None):
        row = rows.setdefault(one.key, {"label": material_words(one.key, books), "files": []})
        file = one.attachment
        row["files"].append(
            {
                "name": file.display_name,
                "url": _download(file.pk),
                "version": file.version,
                "size": file.size,
                "at": file.uploaded_at,
                "reason": one.replaced_reason,
                "earlier": [
                    {"name": old.display_name, "version": old.version, "url": _download(old.pk)}
                    for old in versions_of(file, files)
                ],
                "replace_url": reverse("ethics:material-replace", args=[one.pk]) if replaces else "",
            }
        )
    return list(rows.values())


def _download(pk: int) -> str:
    return reverse("casework:attachment-download", args=[pk])


def twin_rows(application: Application, user: User) -> list[Row]:
    """Everything that may be the same, for a person to judge. Two queries."""
    rows = [
        {
            "what": _("申请"),
            "title": one.title,
            "reference": one.dossier.reference,
            "status": one.get_status_display(),
            "url": one.get_absolute_url(),
        }
        for one in twin_applications(application, user)
    ]
    return rows + [
        {
            "what": _("科技活动"),
            "title": one.title,
            "reference": one.unit.dossier.reference,
            "status": one.get_status_display(),
            "url": one.unit.get_absolute_url(),
        }
        for one in twin_activities(application, user)
    ]


def return_choices(application: Application, on: dt.date) -> tuple[list[tuple[str, str]], list[str]]:
    """(what a correction notice may name, what is preselected): the missing first, then every paper that is there."""
    left = missing(application, on)
    offered = {one.key: _("缺少：%(what)s") % {"what": one.label} for one in left}
    for wanted in wanted_materials(application, on):
        if not wanted.is_optional:
            offered.setdefault(wanted.key, _("需要完善：%(what)s") % {"what": wanted.label})
    return list(offered.items()), [one.key for one in left]


def detail_page(application: Application, user: User, now: dt.datetime, group: str) -> Row:
    """The page of one application. Members do not read the timeline: opinions of others stand in it (R4)."""
    on = timezone.localdate(now)
    rights = standing(user, on).permissions
    reads_events = permitted(check_reads_events, user) is None
    grants = all_grants(application.dossier)
    know_handling(user, application.dossier, grants, on)
    rounds = rounds_of(application)
    running = next((one for one in rounds if one.ended_on is None), None)
    versions = list(application.versions.select_related("submitted_by").order_by("-number"))
    content = versions[0].content if versions else content_of(application)
    replaces = Permission.RUN_REVIEWS in rights and application.status in SECRETARYS
    told = timeline([application.dossier], group=group, words=event_words(application)) if reads_events else []
    return {
        "application": application,
        "status": application.get_status_display(),
        "pill": STATUS_PILLS.get(application.status, ""),
        "due": due_mark(application, running, now),
        "review": running or (rounds[0] if rounds else None),
        "facts": content_facts(content, ordered_books()),
        "side": side_facts(application),
        "people": content["people"],
        "papers": paper_rows(application, replaces=replaces),
        "triage": triage_context(application, running or (rounds[0] if rounds else None), on),
        "twins": twin_rows(application, user) if application.status == S.SUBMITTED and reads_events else [],
        "versions": versions,
        "may_compare": len(versions) > 1 or ((application.is_amendment or application.renews) and bool(versions)),
        "panels": panels_of(application, user),
        "steps": steps_of(application, user),
        "reads_events": reads_events,
        "timeline": told[:RECENT],
        "earlier": told[RECENT:],
        "groups": group_links(group),
        "viewers": who_can_see(application.dossier, on, grants=grants) if reads_events else None,
    }


def side_facts(application: Application) -> list[tuple[str, Any]]:
    return [
        (_("审查方式"), application.get_mode_display()),
        (_("申请类别"), kind_words(application)),
        (_("台账登记单位"), application.unit),
        (_("受理的委员会"), application.committee),
        (_("申请人"), application.applicant),
        (_("补正告知日期"), application.returned_on),
    ]


def history_records(application: Application) -> list[Record]:
    """Every record of the application whose changes its history page tells."""
    reviews = list(application.reviews.select_related("application"))
    return [
        application,
        *application.investigators.all(),
        *application.materials.select_related("attachment"),
        *reviews,
        *application.letters.all(),
    ]


def history_words() -> dict[str, dict[Any, str]]:
    """field → value → words, for fields of an application that hold codes. One query for the rule sets."""
    books = ordered_books()
    kinds = {
        "circumstances": ("triage_reason",),
        "simple_grounds": ("simple_ground",),
        "waiver": ("waiver_condition", "waiver_case", "waiver_exclusion"),
        "key": ("material",),
    }
    of_rules = {
        name: {clause.key: say(clause) for kind in wanted for book in books for clause in book.of_kind(kind)}
        for name, wanted in kinds.items()
    }
    parts = {"claimed": _("申请免除审查"), "conditions": _("条件"), "cases": _("情形"), "involved": _("涉及的内容")}
    return {
        **of_rules,
        "waiver": {**of_rules["waiver"], **parts},
        "scope_classes": dict(ScopeClass.choices),
        "regimes": dict(Regime.choices),
        "answers": {"overview": _("活动概况"), "risks": _("可能的风险和防控措施")},
        "named_missing": of_rules["key"],
    }
