"""Statistics of a year: the numbers, the bars beside them, and the list behind every number, from the same rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from ethics.enums import MeetingStatus, Procedure, ReviewOutcome
from ethics.models import (
    Activity,
    Application,
    Committee,
    CommitteeMeeting,
    ConflictDeclaration,
    FollowUp,
    Review,
    ReviewDecision,
    ReviewUnit,
)
from ethics.statistics import Decided, Due, Numbers, by_committee, followed, numbers, percent

Row = dict[str, Any]
OTHERS = ("late", "simple", "meetings", "recusals", "punctual", "overdue", "approved", "listed")


@dataclass(frozen=True)
class Question:
    """One year, one committee or all."""

    year: int
    committee: int | None
    today: dt.date


@dataclass(frozen=True)
class Year:
    """The rows a year's numbers are made of: the same ones its lists show."""

    asked: Question
    rounds: list[Decided]
    meetings: list[tuple[int, dt.date, str]] = field(default_factory=list)
    recusals: list[tuple[int, dt.date]] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    activities: list[tuple[int, str, str, dt.date]] = field(default_factory=list)

    @property
    def counted(self) -> Numbers:
        return numbers(self.rounds, ReviewOutcome.values)


def committees_for(user: User) -> list[tuple[int, str]]:
    """Committees of visible units, for the filter and the table."""
    units = ReviewUnit.objects.visible_to(user)
    found = Committee.objects.filter(unit__in=units).order_by("unit__organization__name", "pk")
    names = found.values_list("pk", "unit__organization__name", "name")
    return [(pk, f"{unit} {name}") for pk, unit, name in names]


def years_since(first: int, today: dt.date) -> list[int]:
    """This year first, back to the year the rules came into force."""
    return list(range(today.year, min(first, today.year) - 1, -1))


def year_of(user: User, asked: Question) -> Year:
    """Everything a year is counted from: five queries."""
    return Year(
        asked,
        _rounds(user, asked),
        _meetings(user, asked),
        _recusals(user, asked),
        followed(_due(user, asked), asked.year, asked.today),
        _activities(user, asked),
    )


def _rounds(user: User, asked: Question) -> list[Decided]:
    """Rounds decided that year, each with the outcome in force: the last decision of the round."""
    last = ReviewDecision.objects.filter(review=OuterRef("pk")).order_by("-pk")
    rounds = Review.objects.filter(application__in=Application.objects.visible_to(user)).annotate(
        outcome=Subquery(last.values("outcome")[:1]), decided_on=Subquery(last.values("decided_on")[:1])
    )
    rounds = rounds.filter(decided_on__year=asked.year)
    if asked.committee is not None:
        rounds = rounds.filter(application__committee=asked.committee)
    columns = ("application", "application__committee", "outcome", "procedure", "accepted_at", "decided_on")
    return [
        Decided(application, committee, outcome, procedure, timezone.localdate(accepted), decided, due or _day(due_at))
        for application, committee, outcome, procedure, accepted, decided, due, due_at in rounds.order_by(
            "-decided_on", "-pk"
        ).values_list(*columns, "due_on", "due_at")
    ]


def _day(moment: dt.datetime) -> dt.date:
    return timezone.localdate(moment)


def _meetings(user: User, asked: Question) -> list[tuple[int, dt.date, str]]:
    held = CommitteeMeeting.objects.visible_to(user).filter(status=MeetingStatus.CLOSED, held_on__year=asked.year)
    if asked.committee is not None:
        held = held.filter(committee=asked.committee)
    return list(held.order_by("-held_on", "-pk").values_list("pk", "held_on", "committee__name"))


def _recusals(user: User, asked: Question) -> list[tuple[int, dt.date]]:
    """One per application and member: declared twice is one recusal."""
    said = ConflictDeclaration.objects.filter(answer="conflict", application__in=Application.objects.visible_to(user))
    if asked.committee is not None:
        said = said.filter(application__committee=asked.committee)
    found: dict[tuple[int, int], tuple[int, dt.date]] = {}
    for application, member, at in said.order_by("pk").values_list("application", "member", "declared_at"):
        found.setdefault((application, member), (application, timezone.localdate(at)))
    return [row for row in found.values() if row[1].year == asked.year]


def _due(user: User, asked: Question) -> list[Due]:
    rows = FollowUp.objects.filter(activity__unit__in=ReviewUnit.objects.visible_to(user), voided_on=None)
    rows = rows.filter(due_on__year=asked.year)
    if asked.committee is not None:
        rows = rows.filter(activity__committee=asked.committee)
    return [Due(*row) for row in rows.order_by("-due_on", "-pk").values_list("pk", "due_on", "done_on")]


def _activities(user: User, asked: Question) -> list[tuple[int, str, str, dt.date]]:
    rows = Activity.objects.filter(unit__in=ReviewUnit.objects.visible_to(user), approved_on__year=asked.year)
    if asked.committee is not None:
        rows = rows.filter(committee=asked.committee)
    return list(rows.order_by("-approved_on", "-pk").values_list("pk", "title", "list_item", "approved_on"))


def outcome_rows(year: Year) -> list[Row]:
    """Decisions by kind with their share and bar, each leading to its list."""
    counted = year.counted
    longest = max(counted.by_outcome.values(), default=0)
    return [
        {
            "label": ReviewOutcome(outcome).label,
            "count": count,
            "share": percent(count, counted.decided),
            "percent": percent(count, longest) or 0,
            "url": _list(year.asked, outcome),
        }
        for outcome, count in counted.by_outcome.items()
    ]


def number_rows(year: Year) -> list[Row]:
    """The other numbers of the year, each with its list; None is shown as a dash."""
    counted, punctual = year.counted, sum(row.is_punctual for row in year.due)
    share = percent(punctual, len(year.due))
    return [
        _number(_("作出审查决定"), counted.decided, year, ""),
        _number(_("从受理到决定的天数（中位数）"), _plain(counted.median_days), year, ""),
        _number(_("超过法定审查期限的决定"), counted.late, year, "late"),
        _number(_("按简易程序审查"), counted.simple, year, "simple", share=counted.simple_percent),
        _number(_("召开审查会议"), len(year.meetings), year, "meetings"),
        _number(_("委员回避"), len(year.recusals), year, "recusals"),
        _number(_("按期完成的跟踪审查"), punctual, year, "punctual", share=share),
        _number(_("逾期的跟踪审查"), len(year.due) - punctual, year, "overdue"),
        _number(_("批准的科技活动"), len(year.activities), year, "approved"),
        _number(_("其中清单活动"), sum(bool(row[2]) for row in year.activities), year, "listed"),
    ]


def committee_rows(year: Year, names: dict[int, str]) -> list[Row]:
    """A line per committee that decided something that year."""
    rows = []
    for committee, rounds in by_committee(year.rounds).items():
        counted = numbers(rounds, ReviewOutcome.values)
        asked = Question(year.asked.year, committee, year.asked.today)
        rows.append(
            {
                "name": names.get(committee or 0) or _("其他单位的委员会"),
                "decided": counted.decided,
                "median": _plain(counted.median_days),
                "late": counted.late,
                "simple": counted.simple,
                "url": _list(asked, ""),
            }
        )
    return sorted(rows, key=lambda row: (-row["decided"], row["name"]))


def _number(label: str, value: Any, year: Year, what: str, *, share: int | None = None) -> Row:
    return {"label": label, "value": value, "share": share, "url": _list(year.asked, what)}


def _plain(days: float | None) -> int | float | None:
    return int(days) if days is not None and days == int(days) else days


def _list(asked: Question, what: str) -> str:
    values = {"what": what, "year": asked.year, "committee": asked.committee or ""}
    return f"{reverse('ethics:statistics-list')}?{urlencode({key: value for key, value in values.items() if value})}"


def heading_of(what: str) -> str:
    """What a list behind a number is called; every decision for a word that is none of ours."""
    if what in ReviewOutcome.values:
        return _("审查结论：%(outcome)s") % {"outcome": ReviewOutcome(what).label}
    names = {
        "late": _("超过法定审查期限的决定"),
        "simple": _("按简易程序审查"),
        "meetings": _("召开审查会议"),
        "recusals": _("委员回避"),
        "punctual": _("按期完成的跟踪审查"),
        "overdue": _("逾期的跟踪审查"),
        "approved": _("批准的科技活动"),
        "listed": _("清单活动"),
    }
    return names.get(what) or _("作出审查决定")


def behind(year: Year, what: str) -> list[Row]:
    """The rows behind a number, as {day, title, note, url}: as many as the number says."""
    if what == "meetings":
        return [
            {"day": day, "title": name, "note": "", "url": f"/ethics/meetings/{pk}/"} for pk, day, name in year.meetings
        ]
    if what == "recusals":
        shown = _applications({pk for pk, _day in year.recusals})
        return [{"day": day, "note": _("委员回避"), **shown[pk]} for pk, day in year.recusals]
    if what in {"punctual", "overdue"}:
        return _follow_up_rows([row for row in year.due if row.is_punctual == (what == "punctual")])
    if what in {"approved", "listed"}:
        return [
            {"day": day, "title": title, "note": item, "url": reverse("ethics:activity-detail", args=[pk])}
            for pk, title, item, day in year.activities
            if what == "approved" or item
        ]
    return _round_rows(_rounds_behind(year.rounds, what))


def _rounds_behind(rounds: list[Decided], what: str) -> list[Decided]:
    if what in ReviewOutcome.values:
        return [row for row in rounds if row.outcome == what]
    if what == "late":
        return [row for row in rounds if row.is_late]
    return [row for row in rounds if what != "simple" or row.procedure == Procedure.SIMPLE]


def _round_rows(rounds: list[Decided]) -> list[Row]:
    shown = _applications({row.application for row in rounds})
    return [
        {
            "day": row.decided_on,
            "note": _("%(outcome)s · 受理后 %(n)s 天") % {"outcome": ReviewOutcome(row.outcome).label, "n": row.days},
            **shown[row.application],
        }
        for row in rounds
    ]


def _follow_up_rows(due: list[Due]) -> list[Row]:
    found = FollowUp.objects.filter(pk__in=[row.pk for row in due]).select_related("activity")
    activities = {one.pk: one.activity for one in found}
    return [
        {
            "day": row.due_on,
            "title": activities[row.pk].title,
            "note": _("%(day)s 完成") % {"day": row.done_on} if row.done_on else _("没有完成"),
            "url": activities[row.pk].get_absolute_url(),
        }
        for row in due
    ]


def _applications(keys: set[int]) -> dict[int, Row]:
    found = Application.objects.filter(Q(pk__in=keys)).select_related("dossier")
    return {one.pk: {"title": f"{one.dossier.reference} {one.title}", "url": one.get_absolute_url()} for one in found}
