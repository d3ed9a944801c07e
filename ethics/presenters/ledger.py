"""The supervision ledger: unit → committees → listed activities with their marks, and the sums per county."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ethics.enums import ActivityStatus, SensitiveField
from ethics.models import Activity, AnnualReport, Committee, CommitteeMember, FollowUp, ReviewUnit, SpotCheck
from ethics.presenters.marks import ACTIVITY_PILLS, composition_mark, due_mark
from ethics.querysets import UNIT_PATHS, ReviewUnitQuerySet
from ethics.stored_rules import term_warning_days

Row = dict[str, Any]
NOT_ENDED = (ActivityStatus.REVIEWING, ActivityStatus.ACTIVE, ActivityStatus.SUSPENDED)


def with_rows(units: ReviewUnitQuerySet, on: dt.date) -> QuerySet[Any]:
    """The units with everything a line of the ledger reads: four queries for a page."""
    seats = CommitteeMember.objects.filter(committee=OuterRef("pk"), starts_on__lte=on)
    seats = seats.filter(Q(left_on=None, ends_on__gte=on) | Q(left_on__gte=on))
    committees = Committee.objects.select_related("registration", "filing").annotate(seats=_count(seats, "committee"))
    planned = FollowUp.objects.still_open().filter(activity=OuterRef("pk")).values("due_on")[:1]
    activities = Activity.objects.listed().select_related("registration").annotate(planned_for=Subquery(planned))
    others = Activity.objects.filter(unit=OuterRef("pk"), list_item="", status__in=NOT_ENDED)
    late = FollowUp.objects.overdue(on).filter(activity__unit=OuterRef("pk"), activity__list_item="")
    checks = SpotCheck.objects.overdue(on).filter(unit=OuterRef("pk"))
    return (
        units.select_related("dossier", "organization")
        .annotate(
            has_late_rectification=Exists(checks),
            others=_count(others, "unit"),
            others_late=_count(late, "activity__unit"),
        )
        .prefetch_related(
            Prefetch("committees", committees.order_by("pk")),
            Prefetch("committees__reports", AnnualReport.objects.order_by("-year")),
            Prefetch("activities", activities.order_by("pk")),
        )
    )


def ledger_rows(units: list[ReviewUnit], regions: Mapping[str, str], on: dt.date) -> list[Row]:
    """Lines of the ledger. Read with `with_rows` before."""
    ahead = term_warning_days()
    return [_unit_row(unit, regions, on, ahead) for unit in units]


def _unit_row(unit: ReviewUnit, regions: Mapping[str, str], on: dt.date, ahead: int) -> Row:
    committees = [_committee_row(one, on, ahead) for one in unit.committees.all()]
    activities = [_activity_row(one, on) for one in unit.activities.all()]
    marks = [mark for row in [*committees, *activities] for mark in row["marks"]]
    late = sum(mark["is_late"] for mark in marks)
    late += unit.has_late_rectification + unit.others_late  # type: ignore[attr-defined]
    return {
        "name": unit.organization.name,
        "url": unit.get_absolute_url(),
        "reference": unit.dossier.reference,
        "region": regions.get(unit.region_code, unit.region_code),
        "fields": "、".join(str(SensitiveField(field).label) for field in unit.sensitive_fields),
        "required": unit.committee_required,
        "lacks_committee": unit.committee_required and not any(row["stands"] for row in committees),
        "late_rectification": unit.has_late_rectification,  # type: ignore[attr-defined]
        "late": late,
        "committees": committees,
        "activities": activities,
        "others": unit.others,  # type: ignore[attr-defined]
        "others_late": unit.others_late,  # type: ignore[attr-defined]
    }


def _committee_row(committee: Committee, on: dt.date, ahead: int) -> Row:
    stands = committee.stands_on(on)
    marks = [
        _named(
            pgettext("期限", "登记"), due_mark(committee.registration.due_on, committee.registration.registered_on, on)
        )
    ]
    filing = getattr(committee, "filing", None)
    if filing is not None and filing.voided_on is None:
        marks.append(_named(pgettext("期限", "备案"), due_mark(filing.due_on, filing.filed_on, on)))
    marks += [
        _named(_("%(year)s 年度报告") % {"year": one.year}, due_mark(one.due_on, one.submitted_on, on))
        for one in list(committee.reports.all())
        if one.submitted_on is None or one.year >= on.year - 1
    ]
    composition = composition_mark(committee.composition_breaks_on, on, ahead=ahead) if stands else None
    if composition is not None:
        marks.append(_named(_("组成"), composition))
    return {
        "name": committee.name,
        "seats": committee.seats,  # type: ignore[attr-defined]
        "stands": stands,
        "dissolved_on": committee.dissolved_on,
        "marks": marks,
    }


def _activity_row(activity: Activity, on: dt.date) -> Row:
    registration = getattr(activity, "registration", None)
    marks = []
    if registration is not None:
        marks.append(_named(pgettext("期限", "登记"), due_mark(registration.due_on, registration.registered_on, on)))
    if activity.planned_for is not None:  # type: ignore[attr-defined]
        marks.append(_named(_("跟踪"), due_mark(activity.planned_for, None, on)))  # type: ignore[attr-defined]
    return {
        "title": activity.title,
        "list_item": activity.list_item,
        "status_label": activity.get_status_display(),
        "status_kind": ACTIVITY_PILLS[ActivityStatus(activity.status)],
        "marks": marks,
    }


def _named(what: str, mark: Row) -> Row:
    return {**mark, "what": what}


def region_sums(units: ReviewUnitQuerySet, regions: Mapping[str, str], on: dt.date) -> list[Row]:
    """Per area: units, committees, listed activities, what is overdue, and its share of the longest bar. One query."""
    committees = Committee.objects.standing_on(on).filter(unit=OuterRef("pk"))
    broken = Committee.objects.broken_on(on).filter(unit=OuterRef("pk"))
    activities = Activity.objects.listed().filter(unit=OuterRef("pk"))
    late = _count(broken, "unit")
    for model, path in UNIT_PATHS.items():
        rows = apps.get_model("ethics", model)._default_manager.overdue(on)
        late = late + _count(rows.filter(**{path: OuterRef("pk")}), path)
    counted = units.order_by().annotate(
        own_committees=_count(committees, "unit"), own_activities=_count(activities, "unit"), own_late=late
    )
    found = {
        row["region_code"]: row
        for row in counted.values("region_code").annotate(
            units=Count("pk"),
            committees=Sum("own_committees"),
            activities=Sum("own_activities"),
            late=Sum("own_late"),
        )
    }
    longest = max((row["late"] for row in found.values()), default=0)
    return [
        {
            **row,
            "name": regions.get(code, code),
            "percent": round(100 * row["late"] / longest) if longest else 0,
        }
        for code, row in sorted(
            found.items(), key=lambda item: list(regions).index(item[0]) if item[0] in regions else 99
        )
    ]


def _count(rows: QuerySet, path: str) -> Any:
    """How many rows belong to the outer row, as a subquery."""
    counted = rows.order_by().values(path).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
