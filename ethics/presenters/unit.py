"""The page of one unit: committees with what the rules say of them, listed activities, duties, checks, violations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.models import Attachment
from casework.records import Record
from casework.rulebook import RuleBook
from casework.templatetags.casework import status_pill_kind
from ethics.access import check_can_keep, check_can_open
from ethics.assessment import assess, flagged_members
from ethics.enums import ENDED, ActivityStatus, ExpertOutcome, MemberCategory, Regime, SensitiveField, UndertakingKind
from ethics.models import (
    Activity,
    AnnualReport,
    Application,
    Committee,
    CommitteeMember,
    Filing,
    FollowUp,
    Registration,
    ReviewUnit,
    SpotCheck,
    Violation,
)
from ethics.presenters.activity import step_links
from ethics.presenters.marks import ACTIVITY_PILLS, due_mark, kind_words
from ethics.stored_rules import clause_of, committee_books, term_warning_days

Row = dict[str, Any]
Links = list[tuple[str, str]]


def committees_of(unit: ReviewUnit) -> list[Committee]:
    """The committees with members, papers, trainings, registration and reports: six queries."""
    members = CommitteeMember.objects.select_related("person", "user").prefetch_related("undertakings", "trainings")
    committees = unit.committees.select_related("registration", "filing", "charter").order_by("dissolved_on", "pk")
    return list(
        committees.prefetch_related(
            Prefetch("members", members.order_by("-ends_on", "pk")),
            Prefetch("reports", AnnualReport.objects.order_by("-year")),
        )
    )


def committee_rows(
    committees: Sequence[Committee], on: dt.date, today: dt.date, *, keeps: bool, supervises: bool = False
) -> list[Row]:
    """A card per committee, its composition as of `on`, its duties as of `today`. Flags are for those who keep the unit."""
    books, near = committee_books(), on + dt.timedelta(days=term_warning_days())
    flagged = flagged_members(committees, on) if keeps else set()
    rows = [_committee_row(one, books, on, today, flagged, keeps=keeps, supervises=supervises) for one in committees]
    return [{**row, "is_near": row["coming"] is not None and row["coming"].on <= near} for row in rows]


def _committee_row(
    committee: Committee,
    books: list[RuleBook],
    on: dt.date,
    today: dt.date,
    flagged: Collection[int],
    *,
    keeps: bool,
    supervises: bool,
) -> Row:
    members = list(committee.members.all())
    found = assess(committee, on, members=members, books=books, flagged=flagged)
    edits = keeps and committee.dissolved_on is None
    registration = committee.registration
    return {
        "pk": committee.pk,
        "name": committee.name,
        "stands": committee.stands_on(on),
        "dissolved_on": committee.dissolved_on,
        "facts": _committee_facts(committee),
        "charter": _file_link(committee.charter),
        "seats": found.seats,
        "findings": found.findings,
        "is_broken": any(finding.level == "error" for finding in found.findings),
        "coming": found.coming,
        "without": "、".join(str(Regime(regime).label) for regime in found.without),
        "members": [_member_row(one, committee, on, keeps=keeps, supervises=supervises) for one in members],
        "duties": [
            _registration_row(registration, today, keeps=keeps),
            *_filing_rows(committee, today, keeps=keeps),
            *(_report_row(report, today, keeps=keeps) for report in committee.reports.all()),
        ],
        "links": [
            (_("登记委员"), reverse("ethics:member-enter", args=[committee.pk])),
            (_("修改"), reverse("ethics:committee-edit", args=[committee.pk])),
            *([(_("开展审查的方式"), reverse("ethics:committee-run", args=[committee.pk]))] if supervises else []),
            (_("登记撤销"), reverse("ethics:committee-dissolve", args=[committee.pk])),
        ]
        if edits
        else [],
    }


def _committee_facts(committee: Committee) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        (_("设立日期"), committee.set_up_on),
        (_("适用规则"), "、".join(str(Regime(regime).label) for regime in committee.regimes)),
    ]
    if committee.runs_here:
        video = _("有视频会议制度") if committee.has_video_rules else _("没有视频会议制度，不能视频参会")
        facts.append((_("审查方式"), _("在本系统开展审查，%(video)s") % {"video": video}))
    if committee.is_service_centre:
        facts.append((_("性质"), _("审查与服务中心，不能对同一活动既审查又复核")))
    if committee.dissolved_on:
        facts.append((_("撤销日期"), committee.dissolved_on))
    return facts


def _file_link(file: Attachment | None) -> tuple[str, str] | None:
    return (file.display_name, reverse("casework:attachment-download", args=[file.pk])) if file else None


def _member_row(member: CommitteeMember, committee: Committee, on: dt.date, *, keeps: bool, supervises: bool) -> Row:
    papers = list(member.undertakings.all())
    signed = {paper.kind: paper for paper in sorted(papers, key=lambda paper: paper.signed_on)}
    rows = [
        {
            "label": kind.label,
            "signed_on": signed[kind].signed_on if kind in signed else None,
            "url": (_file_link(signed[kind].file) or ("", ""))[1] if kind in signed else "",
        }
        for kind in UndertakingKind
    ]
    trainings = sorted(member.trainings.all(), key=lambda one: one.trained_on, reverse=True)
    sits = member.sits_on(on)
    runs = supervises and committee.runs_here
    return {
        "name": member.person.name,
        "office": member.get_office_display(),
        "categories": "、".join(str(MemberCategory(one).label) for one in member.categories),
        "sex": member.get_sex_display(),
        "is_external": member.is_external,
        "starts_on": member.starts_on,
        "ends_on": member.ends_on,
        "left_on": member.left_on,
        "left_reason": member.left_reason,
        "sits": sits,
        "state": _("在任") if sits else _("未到任") if on < member.starts_on else _("已离任"),
        "papers": rows,
        "check_no": member.clean_check_no,
        "checked_on": member.clean_checked_on,
        "lacks_check": sits and not member.clean_check_no,
        "account": str(member.user) if supervises and member.user else "",
        "trainings": [f"{one.trained_on} {one.topic}" for one in trainings],
        "links": [
            (_("签署文书"), reverse("ethics:member-sign", args=[member.pk])),
            (_("培训"), reverse("ethics:member-train", args=[member.pk])),
            (_("诚信核查回执"), reverse("ethics:member-check", args=[member.pk])),
            *([(_("关联账号"), reverse("ethics:member-account", args=[member.pk]))] if runs else []),
            *([(_("离任"), reverse("ethics:member-leave", args=[member.pk]))] if member.left_on is None else []),
        ]
        if keeps and sits
        else [],
    }


def _registration_row(registration: Registration, today: dt.date, *, keeps: bool) -> Row:
    return {
        "what": _("平台登记"),
        "number": registration.platform_no,
        "due_on": registration.due_on,
        "mark": due_mark(registration.due_on, registration.registered_on, today),
        "url": reverse("ethics:registration-record", args=[registration.pk]) if keeps else "",
        "is_done": registration.registered_on is not None,
    }


def _filing_rows(committee: Committee, today: dt.date, *, keeps: bool) -> list[Row]:
    """The filing of a committee for research involving people; none for others."""
    filing: Filing | None = getattr(committee, "filing", None)
    if filing is None or filing.voided_on is not None:
        return []
    clause = clause_of(filing.due_kind)
    return [
        {
            "what": _("机构备案"),
            "number": filing.filing_no,
            "due_on": filing.due_on,
            "mark": due_mark(filing.due_on, filing.filed_on, today),
            "url": reverse("ethics:filing-record", args=[filing.pk]) if keeps else "",
            "is_done": filing.filed_on is not None,
            "article": clause.article if clause else "",
            "confidence": clause.mark if clause else "",
        }
    ]


def _report_row(report: AnnualReport, today: dt.date, *, keeps: bool) -> Row:
    return {
        "what": _("%(year)s 年度报告") % {"year": report.year},
        "number": "",
        "due_on": report.due_on,
        "mark": due_mark(report.due_on, report.submitted_on, today),
        "url": reverse("ethics:report-record", args=[report.pk]) if keeps else "",
        "draft_url": reverse("ethics:report-draft", args=[report.pk]) if keeps else "",
        "is_done": report.submitted_on is not None,
    }


def activity_rows(
    unit: ReviewUnit, reviews: Iterable[Application], today: dt.date, *, keeps: bool, silent: Collection[int]
) -> list[Row]:
    """Activities with re-review, registration and follow-ups, the records of their reviews, and the steps open now.

    `silent`: keys of those of which this reader learns what happened, never why.
    """
    activities = unit.activities.select_related("registration", "committee")
    follow_ups = Prefetch("follow_ups", FollowUp.objects.filter(voided_on=None).order_by("-due_on"))
    found: dict[int | None, list[Application]] = {}
    for one in reviews:
        found.setdefault(one.activity_id, []).append(one)
    return [
        {**_activity_row(one, today, keeps=keeps, silent=one.pk in silent), "reviews": found.get(one.pk, [])}
        for one in activities.prefetch_related(follow_ups).order_by("pk")
    ]


def reviews_of(unit: ReviewUnit, user: User) -> list[Application]:
    """The applications of this unit the reader may see, newest first: one query."""
    return list(Application.objects.visible_to(user).filter(unit=unit).select_related("dossier").order_by("-pk"))


def open_reviews(reviews: Iterable[Application]) -> list[Row]:
    """Those that have not led to an activity, and those about one that are still open."""
    return [
        {
            "title": one.title,
            "url": one.get_absolute_url(),
            "reference": one.dossier.reference,
            "status": one.get_status_display(),
            "status_kind": status_pill_kind(one.status),
            "mode": one.get_mode_display(),
            "kind": kind_words(one),
        }
        for one in reviews
        if one.activity_id is None or one.status not in ENDED
    ]


def _activity_row(activity: Activity, today: dt.date, *, keeps: bool, silent: bool) -> Row:
    registration = getattr(activity, "registration", None)
    follow_ups = list(activity.follow_ups.all())
    planned = next((one for one in follow_ups if one.done_on is None), None)
    return {
        "title": activity.title,
        "list_item": activity.list_item,
        "list_words": activity.get_list_item_display() or _("不在清单上"),
        "leader": activity.leader_name,
        "committee": activity.committee,
        "status_label": activity.get_status_display(),
        "status_kind": ACTIVITY_PILLS[ActivityStatus(activity.status)],
        "approved_on": activity.approved_on,
        "expert": activity.get_expert_outcome_display(),
        "expert_kind": "late" if activity.expert_outcome == ExpertOutcome.DISAGREE else "done",
        "expert_on": activity.expert_on,
        "expert_basis": activity.expert_basis,
        "ended_on": activity.ended_on,
        "end_reason": "" if silent else activity.end_reason,
        "is_silent": silent,
        "registration": _registration_row(registration, today, keeps=keeps) if registration else None,
        "planned": due_mark(planned.due_on, None, today) if planned else None,
        "done": [one for one in follow_ups if one.done_on is not None],
        "url": activity.get_absolute_url(),
        "links": step_links(activity, planned) if keeps else [],
    }


def check_rows(unit: ReviewUnit, today: dt.date, *, keeps: bool) -> list[Row]:
    """Spot checks, newest first."""
    return [
        {
            "checked_on": check.checked_on,
            "findings": check.findings,
            "rectification": check.rectification,
            "mark": due_mark(check.due_on, check.rectified_on, today) if check.due_on else None,
            "url": reverse("ethics:spot-check-rectify", args=[check.pk])
            if keeps and check.due_on and check.rectified_on is None
            else "",
        }
        for check in unit.spot_checks.order_by("-checked_on", "-pk")
    ]


def violation_rows(violations: list[Violation], numbers: dict[int, str], *, refers: bool) -> list[Row]:
    """Violations, newest first. `numbers`: those of leads this reader may see; the others were just referred."""
    return [
        {
            "reference": one.reference,
            "kind": f"{one.kind} {one.get_kind_display()}",
            "found_on": one.found_on,
            "concerned": one.concerned,
            "activity": one.activity,
            "facts": one.facts,
            "referred_at": one.referred_at,
            "referred_by": one.referred_by,
            "sha256": one.evidence_sha256,
            "lead": numbers.get(one.pk, ""),
            "refer_url": reverse("ethics:violation-refer", args=[one.pk]) if refers and one.referred_at is None else "",
        }
        for one in violations
    ]


def unit_facts(unit: ReviewUnit, region: str) -> list[tuple[str, Any]]:
    fields = "、".join(str(SensitiveField(field).label) for field in unit.sensitive_fields)
    basis = unit.get_required_basis_display() if unit.committee_required else _("没有规定应当设立")
    return [
        (_("单位类别"), unit.organization.get_kind_display()),
        (_("统一社会信用代码"), unit.organization.uscc),
        (_("所属县区"), region),
        (_("敏感领域"), fields),
        (_("应当设立委员会"), basis),
        (_("备注"), unit.note),
    ]


def steps(user: User, unit: ReviewUnit) -> list[Row]:
    """What may be entered for this unit; nothing for those who only read."""
    if not may(user, Permission.KEEP_ETHICS):
        return []
    refusal = permitted(check_can_keep, user, unit)
    names = [
        ("committee-enter", _("登记委员会")),
        ("recorded-enter", _("登记外部审查")),
        ("activity-enter", _("登记清单活动")),
        ("spot-check-record", _("登记抽查")),
        ("violation-record", _("登记违规")),
        ("unit-edit", _("修改单位登记")),
    ]
    rows = [_step(unit, name, label, refusal.reason if refusal else "") for name, label in names]
    if permitted(check_can_open, user, unit) is None:
        rows += [
            _step(unit, "unit-open", _("开放给部门查看"), ""),
            _step(unit, "unit-relocate", _("改变所属县区"), ""),
        ]
    return rows


def _step(unit: ReviewUnit, name: str, label: str, reason: str) -> Row:
    url = reverse(f"ethics:{name}", args=[unit.dossier.reference])
    return {"label": label, "url": url, "method": "get", "enabled": not reason, "reason": reason}


def history_records(unit: ReviewUnit, silent: Collection[int]) -> list[Record]:
    """Every record of the unit whose changes its history page tells, without those of `silent` activities."""
    committees = list(unit.committees.all())
    members = list(CommitteeMember.objects.filter(committee__in=committees).select_related("person"))
    activities = list(unit.activities.exclude(pk__in=silent))
    return [
        unit,
        *committees,
        *members,
        *activities,
        *Registration.objects.filter(unit=unit).select_related("committee", "activity"),
        *Filing.objects.filter(committee__in=committees).select_related("committee"),
        *AnnualReport.objects.filter(committee__in=committees).select_related("committee"),
        *FollowUp.objects.filter(activity__in=activities).select_related("activity"),
        *SpotCheck.objects.filter(unit=unit).select_related("unit__organization"),
        *Violation.objects.filter(unit=unit).select_related("unit__dossier"),
    ]
