"""Applications walked through the procedures beside the meeting by the real actions. All names are invented."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework.workflow import move
from ethics.actions import appeals, applications, conflicts, opinions, review_decisions, reviewers
from ethics.enums import ItemVerdict
from ethics.models import Application, Committee, CommitteeMember, EthicsAppeal, Review, ReviewerOpinion
from ethics.review_books import books_of
from ethics.review_workflow import APPLICATION
from ethics.simple_procedure import checklist_of
from tests.factories.reviews import accepted, seats

EVIDENCE = ("证据.txt", "补充的安全性数据。".encode())
GROUNDS = ("risk_le_minimal",)
CHANGES = "补充知情同意书中的退出条款。"
WAIVER = {
    "claimed": True,
    "conditions": ["no_bodily_harm", "no_sensitive_personal_info", "no_commercial_interest"],
    "cases": ["anonymised_data"],
    "involved": [],
}


def account(member: CommitteeMember) -> User:
    assert member.user is not None
    return member.user


def declares(application: Application, *members: CommitteeMember, answer: str = "none") -> None:
    """Each of them declares through the gate."""
    for member in members:
        conflicts.declare(
            application=application, member=member, answer=answer, text="没有合作，不影响审查。", by=account(member)
        )


def simple_accepted(committee: Committee, *, secretary: User, **values: Any) -> Review:
    """Accepted under the simple procedure; the chair has declared and may name."""
    given = {"simple_grounds": list(GROUNDS), "procedure": "simple"} | values
    review = accepted(committee, secretary=secretary, **given)
    declares(review.application, seats(committee)[0])
    return review


def simple_named(committee: Committee, *, secretary: User, **values: Any) -> Review:
    """The chair named the third and the fourth member, both have declared."""
    review = simple_accepted(committee, secretary=secretary, **values)
    chair, _vice, third, fourth = seats(committee)[:4]
    reviewers.name(application=review.application, members=[third, fourth], by=account(chair))
    declares(review.application, third, fourth)
    return review


def all_fit(review: Review) -> dict[str, dict[str, str]]:
    """Every item of the checklist meets the rules."""
    return {item.key: {"verdict": ItemVerdict.FITS, "comment": ""} for item in checklist_of(books_of(review))}


def says(review: Review, member: CommitteeMember, *, is_positive: bool | None = True, **values: Any) -> ReviewerOpinion:
    """The opinion of this member, positive unless said otherwise."""
    given: dict[str, Any] = {"text": "方案可行。", "checklist": all_fit(review)} | values
    return opinions.give(application=fresh(review).application, is_positive=is_positive, by=account(member), **given)


def simple_agreed(committee: Committee, *, secretary: User, **values: Any) -> Review:
    """Both named reviewers are positive."""
    review = simple_named(committee, secretary=secretary, **values)
    for member in seats(committee)[2:4]:
        says(review, member)
    return fresh(review)


def waiver_accepted(committee: Committee, *, secretary: User, **values: Any) -> Review:
    return accepted(
        committee, secretary=secretary, regimes=["ST2023", "HS2023"], waiver=WAIVER, procedure="waiver", **values
    )


def decided(committee: Committee, *, secretary: User, outcome: str, **values: Any) -> Review:
    """A general round that ended with this outcome, as a meeting would have carried it."""
    review = accepted(committee, secretary=secretary, **values)
    with transaction.atomic():
        move(APPLICATION, review.application, "place_on_agenda", by=secretary)
    review_decisions.decide(
        review=review,
        outcome=outcome,
        decided_on=timezone.localdate(),
        required_changes=CHANGES if outcome in {"approve_after_rev", "rereview"} else "",
        reasons="到会委员一致意见。",
        by=secretary,
    )
    return fresh(review)


def revised(committee: Committee, *, secretary: User, **values: Any) -> Review:
    """Approved after revision, and the revision handed in."""
    review = decided(committee, secretary=secretary, outcome="approve_after_rev", **values)
    application = review.application
    assert application.applicant is not None
    applications.edit(application=application, answers={"consent": "可以随时退出。"}, by=application.applicant)
    applications.submit(application=application, by=application.applicant)
    return fresh(review)


def appealed(committee: Committee, *, secretary: User, outcome: str = "reject", **values: Any) -> EthicsAppeal:
    """The applicant appeals against this outcome."""
    application = decided(committee, secretary=secretary, outcome=outcome, **values).application
    assert application.applicant is not None
    return appeals.file(application=application, grounds="风险评估有误。", file=EVIDENCE, by=application.applicant)


def fresh(review: Review) -> Review:
    """As it stands in the database, with everything around it."""
    return Review.objects.select_related(
        "application__dossier", "application__committee__unit", "application__unit", "application__applicant", "version"
    ).get(pk=review.pk)
