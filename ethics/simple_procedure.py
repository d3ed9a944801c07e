"""How the simple procedure of a round stands: who is named, which opinions count, what they come to (办法 第22-24条)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch

from casework.rulebook import Clause, RuleBook
from ethics.models import Review, ReviewerAssignment, ReviewerOpinion
from ethics.triage import Opinion, SimpleResult, simple_result


def assignments_of(review: Review) -> list[ReviewerAssignment]:
    """Everybody ever named in this round with all versions of their opinions, released ones too (E2). Two queries."""
    opinions = ReviewerOpinion.objects.select_related("given_by", "returned_by").order_by("number")
    rows = review.assignments.select_related("member__person", "member__user", "named_by").order_by("pk")
    return list(rows.prefetch_related(Prefetch("opinions", opinions)))


def newest(assignment: ReviewerAssignment) -> ReviewerOpinion | None:
    """The opinion of a reviewer that counts: the last version, unless it was returned."""
    last = max(assignment.opinions.all(), key=lambda one: one.number, default=None)
    return last if last is not None and last.returned_at is None else None


def named_now(assignments: Sequence[ReviewerAssignment]) -> list[ReviewerAssignment]:
    return [one for one in assignments if one.released_on is None]


def current_opinions(assignments: Sequence[ReviewerAssignment]) -> list[ReviewerOpinion]:
    """The opinions that count, of those who are named now."""
    return [opinion for one in named_now(assignments) if (opinion := newest(one)) is not None]


def result_of(books: Sequence[RuleBook], assignments: Sequence[ReviewerAssignment]) -> SimpleResult:
    """passed, waiting or to_meeting, under the rule sets of the round."""
    opinions = [
        Opinion(
            reviewer=str(one.assignment_id),
            is_positive=one.is_positive,
            has_doubt=one.has_doubt,
            asks_meeting=one.asks_meeting,
            sees_changed_risk=one.sees_changed_risk,
        )
        for one in current_opinions(assignments)
    ]
    return simple_result(books, {str(one.pk) for one in named_now(assignments)}, opinions)


def least_reviewers(books: Sequence[RuleBook]) -> Clause:
    """The entry that wants the most reviewers of all rule sets that apply."""
    rules = [book.clause("meeting_rule", "S_REVIEWERS") for book in books if book.has("meeting_rule", "S_REVIEWERS")]
    return max(rules, key=lambda rule: int(rule.numbers["value"]))


def checklist_of(books: Sequence[RuleBook]) -> list[Clause]:
    """The items a reviewer goes through, each once, in the order of the rule sets."""
    items: dict[str, Clause] = {}
    for book in books:
        for clause in book.of_kind("checklist_item"):
            items.setdefault(clause.key, clause)
    return list(items.values())
