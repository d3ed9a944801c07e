"""Who is at an item and how its vote stands: rows put to the rule sets (ethics.quorum, ethics.voting). Reads, never writes.

Checked anew for every item (E8): who attends, has not left, serves that day, has declared and is not recused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from casework.findings import Finding
from casework.models import Exclusion
from casework.rulebook import RuleBook
from ethics import quorum, voting
from ethics.enums import (
    ActivityStatus,
    AppealOutcome,
    ApplicationStatus,
    AttendanceRole,
    ConflictAnswer,
    FollowUpOutcome,
    ItemKind,
    MemberCategory,
    MotionResult,
    Procedure,
    Regime,
    ReviewOutcome,
)
from ethics.models import (
    Activity,
    AgendaItem,
    Application,
    Attendance,
    CommitteeMember,
    ConflictDeclaration,
    Review,
    Vote,
)
from ethics.review_books import books_of
from ethics.review_workflow import APPLICATION
from ethics.rule_books import known_books
from ethics.rules import applicable

# Before these the member declares: the dossier is read for them (办法 第8条).
DECLARED_KINDS = frozenset({ItemKind.REVIEW, ItemKind.APPEAL})
# What may be put to the vote on an item; the other kinds are only noted.
DECISIONS = {
    ItemKind.REVIEW: ReviewOutcome,
    ItemKind.FOLLOW_UP: FollowUpOutcome,
    ItemKind.INCIDENT: FollowUpOutcome,
    ItemKind.APPEAL: AppealOutcome,
}
RUNNING = (ActivityStatus.ACTIVE, ActivityStatus.SUSPENDED)
_SEPARATORS = re.compile(r"[\s、,，;；/]+")


@dataclass(frozen=True)
class Seated:
    """Somebody on the attendance list, as this item sees the person. `is_serving`: the term covers the day (E9)."""

    attendance: Attendance
    has_left: bool
    is_recused: bool
    has_declared: bool
    is_serving: bool

    @property
    def name(self) -> str:
        return str(self.attendance)

    @property
    def is_member(self) -> bool:
        return self.attendance.role == AttendanceRole.MEMBER

    @property
    def counts(self) -> bool:
        """May this person vote on the item?"""
        return self.is_member and self.is_serving and self.has_declared and not self.is_recused and not self.has_left

    @property
    def attendee(self) -> quorum.Attendee:
        member = self.attendance.member
        if member is None:
            return quorum.Attendee(
                name=self.name,
                role=self.attendance.role,
                categories=fields_of(self.attendance.fields),
                is_recused=self.attendance.has_interest,
                has_left=self.has_left,
            )
        return quorum.Attendee(
            name=self.name,
            sex=member.sex,
            is_external=member.is_external,
            categories=frozenset(member.categories) | category_words(member.categories),
            is_recused=self.is_recused,
            has_left=self.has_left,
        )


@dataclass(frozen=True)
class Sitting:
    """Everybody at one item, under the rule sets and the procedure that hold for it. `members`: all of the committee."""

    books: tuple[RuleBook, ...]
    procedure: str
    expertise: str
    members: int
    seated: tuple[Seated, ...]

    @property
    def voters(self) -> list[Seated]:
        return [one for one in self.seated if one.counts]

    @property
    def undeclared(self) -> list[Seated]:
        """There, and not counted until they have declared."""
        return [one for one in self._there if not one.has_declared and not one.is_recused]

    @property
    def recused(self) -> list[Seated]:
        return [one for one in self._there if one.is_recused]

    @property
    def _there(self) -> list[Seated]:
        return [one for one in self.seated if one.is_member and one.is_serving and not one.has_left]

    def seat_of(self, attendance: Attendance) -> Seated | None:
        return next((one for one in self.seated if one.attendance.pk == attendance.pk), None)

    def findings(self) -> tuple[Finding, ...]:
        """What forbids a vote on the item now: quorum, categories and, in an emergency, somebody of the field."""
        counted = [one for one in self.seated if not one.is_member or one.counts or one in self.recused]
        item = quorum.Item(tuple(one.attendee for one in counted), expertise=self.expertise)
        return quorum.item_findings(self.books, item, self.procedure)

    def tally(self, choices: Iterable[str]) -> voting.Tally:
        votes = list(choices)
        recused = len(self.recused)
        return voting.Tally(
            members=self.members,
            present=len(self.voters) + recused,
            recused=recused,
            **{name: votes.count(name) for name in ("yes", "no", "abstain")},
        )

    def rules(self) -> list[tuple[RuleBook, str]]:
        """Every voting rule that applies, with its rule set. A rule set without one stands on its base (AI2026, SC).

        One that stands alone and knows no such procedure is asked for its general one: an emergency is no way round it.
        """
        found = []
        for book in self.books:
            name = self.procedure
            if not book.has("procedure", name) and not book.has("setting", "base"):
                name = Procedure.GENERAL
            key = book.clause("procedure", name).numbers.get("pass") if book.has("procedure", name) else None
            if key:
                found.append((book, key))
        return found


def current_votes(votes: Iterable[Vote]) -> dict[int, Vote]:
    """Member → the vote that stands: the newest of its corrections."""
    votes = list(votes)
    replaced = {vote.supersedes_id for vote in votes}
    return {vote.member_id: vote for vote in votes if vote.pk not in replaced}


def outcome_of(sitting: Sitting, votes: Mapping[int, Vote]) -> tuple[MotionResult, list[dict[str, Any]]]:
    """The result of a vote and its numbers under every rule, as a motion keeps them.

    Carried only if every rule is met (I21). No votes, no rule, or a quorum lost meanwhile decide nothing (E1, E8).
    """
    standing = [vote for one in sitting.voters if (vote := votes.get(one.attendance.member_id or 0)) is not None]
    tally = sitting.tally(vote.choice for vote in standing)
    counts = [(book, voting.count(book, key, tally)) for book, key in sitting.rules()]
    rows = [_count_row(book, one, tally, sitting) for book, one in counts]
    broken = sitting.findings()
    if broken:
        rows = [{**row, "outcome": voting.NO_DECISION} for row in rows]
        rows += [_finding_row(one, tally, sitting) for one in broken]
    if not rows or any(row["outcome"] == voting.NO_DECISION for row in rows):
        return MotionResult.NO_DECISION, rows
    is_carried = voting.Motion("", tuple(one for _book, one in counts)).is_carried
    return (MotionResult.CARRIED if is_carried else MotionResult.NOT_CARRIED), rows


def sitting_of(item: AgendaItem) -> Sitting:
    """The item with everybody on the attendance list, read anew."""
    application = subject_of(item)
    books, procedure = rules_for(item, latest_review(application))
    asks = item.kind in DECLARED_KINDS
    seated = tuple(
        Seated(
            attendance=row,
            has_left=row.left_before is not None and row.left_before <= item.position,
            is_recused=row.has_conflict or row.is_excluded,
            has_declared=not asks or row.newest_answer == ConflictAnswer.NONE,
            is_serving=row.member is None or row.member.sits_on(item.meeting.held_on),
        )
        for row in _attendances(item, application)
    )
    expertise = application.expertise if application is not None else ""
    return Sitting(books, procedure, expertise, serving_on(item).count(), seated)


def _attendances(item: AgendaItem, application: Application | None) -> Any:
    """The list with what each declared in this term or another, and who is kept out of a dossier behind the item.

    Whoever is recused from one application of an activity is recused from its follow-ups and reports (E13).
    """
    rows = item.meeting.attendances.select_related("meeting", "member__person").order_by("pk")
    activity = _activity_of(item)
    about = Application.objects.filter(activity=activity) if activity is not None else Application.objects.none()
    if application is not None and activity is None:
        about = Application.objects.filter(pk=application.pk)
    said = ConflictDeclaration.objects.filter(application__in=about, member__person=OuterRef("member__person"))
    out = Exclusion.objects.filter(dossier__in=about.values("dossier"), user=OuterRef("member__user"), lifted_at=None)
    return rows.annotate(
        has_conflict=Exists(said.filter(answer=ConflictAnswer.CONFLICT)),
        newest_answer=Subquery(said.order_by("-pk").values("answer")[:1]),
        is_excluded=Exists(out),
    )


def undeclared_sentence(sitting: Sitting) -> str:
    """Who does not count because of a declaration not made; nothing when all have."""
    if not sitting.undeclared:
        return ""
    names = "、".join(one.name for one in sitting.undeclared)
    return _("尚未声明利益冲突情况、不计入到会的委员：%(names)s。") % {"names": names}


def serving_on(item: AgendaItem) -> Any:
    """The members whose term covers the day of the meeting, both days included (E9)."""
    day = item.meeting.held_on
    terms = CommitteeMember.objects.filter(committee=item.meeting.committee_id, starts_on__lte=day, ends_on__gte=day)
    return terms.filter(Q(left_on=None) | Q(left_on__gte=day))


def subject_of(item: AgendaItem) -> Application | None:
    """The application an item is about, directly, or the last one its activity was approved on."""
    if item.application is not None:
        return item.application
    if item.appeal is not None:
        return item.appeal.decision.review.application
    activity = _activity_of(item)
    if activity is None:
        return None
    return activity.applications.filter(status=ApplicationStatus.APPROVED).order_by("-pk").first()


def _activity_of(item: AgendaItem) -> Activity | None:
    """The activity a follow-up or a report is about."""
    return item.follow_up.activity if item.follow_up else item.incident.activity if item.incident else None


def is_settled_elsewhere(item: AgendaItem) -> bool:
    """Was the follow-up, report or appeal dealt with outside this meeting while it stood on the agenda?"""
    if item.follow_up is not None:
        return item.follow_up.done_on is not None or item.follow_up.voided_on is not None
    if item.incident is not None:
        return item.incident.handled_at is not None
    return item.appeal is not None and item.appeal.answered_at is not None


def is_overtaken(item: AgendaItem, decision: str) -> bool:
    """Can this decision never be entered, because the matter went on outside this meeting?"""
    if is_settled_elsewhere(item):
        return True
    if item.incident is not None:
        return decision != FollowUpOutcome.CONTINUE and item.incident.activity.status not in RUNNING
    if item.appeal is not None:
        appealed = item.appeal.decision.review.application.status
        return decision == AppealOutcome.UPHELD and appealed not in APPLICATION.step("review_again").sources
    application = item.application
    if decision != ReviewOutcome.APPROVE or application is None or application.activity is None:
        return False
    if application.is_amendment:
        return application.activity.status not in RUNNING
    return application.renews and application.activity.status != ActivityStatus.REVIEWING


def latest_review(application: Application | None) -> Review | None:
    return application.reviews.order_by("-round").first() if application is not None else None


def rules_for(item: AgendaItem, review: Review | None) -> tuple[tuple[RuleBook, ...], str]:
    """The rule sets of the review, or those the committee is measured by on the day; and the procedure."""
    if review is not None:
        is_urgent = item.kind == ItemKind.REVIEW and review.procedure == Procedure.EMERGENCY
        return books_of(review), Procedure.EMERGENCY if is_urgent else Procedure.GENERAL
    regimes = [one for one in Regime.values if one in {Regime.ST2023.value, *item.meeting.committee.regimes}]
    return applicable(known_books(), regimes, item.meeting.held_on).books, Procedure.GENERAL


def fields_of(text: str) -> frozenset[str]:
    """The fields of science somebody named, separated by commas or blanks."""
    return frozenset(one for one in _SEPARATORS.split(text) if one)


def category_words(categories: Iterable[str]) -> frozenset[str]:
    """What a category is called, with and without “专家”: an application names its field in words."""
    labels = [str(MemberCategory(one).label) for one in categories if one in MemberCategory.values]
    return frozenset(labels) | frozenset(label.removesuffix("专家") for label in labels)


def _count_row(book: RuleBook, one: voting.Count, tally: voting.Tally, sitting: Sitting) -> dict[str, Any]:
    return {
        "regime": book.regime,
        "key": one.rule.key,
        "article": one.rule.article,
        "mark": one.rule.mark,
        "base": one.base,
        "needed": one.needed,
        "outcome": one.outcome,
        "zh": one.finding.zh,
        "en": one.finding.en,
        **_numbers(tally, sitting),
    }


def _finding_row(one: Finding, tally: voting.Tally, sitting: Sitting) -> dict[str, Any]:
    """Why nothing was decided though the hands were counted."""
    return {
        "regime": "",
        "key": one.code,
        "article": one.article,
        "mark": one.mark,
        "base": 0,
        "needed": 0,
        "outcome": voting.NO_DECISION,
        "zh": one.zh,
        "en": one.en,
        **_numbers(tally, sitting),
    }


def _numbers(tally: voting.Tally, sitting: Sitting) -> dict[str, Any]:
    """`recused_members`, `undeclared`: who did not count, as the minutes name them whatever is declared later."""
    return {
        "members": tally.members,
        "present": tally.present,
        "recused": tally.recused,
        "yes": tally.yes,
        "no": tally.no,
        "abstain": tally.abstain,
        "recused_members": [one.attendance.member_id for one in sitting.recused],
        "undeclared": [one.attendance.member_id for one in sitting.undeclared],
    }
