"""What the tests of the pages of the procedures beside the meeting share: addresses, and what each form sends."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from ethics.models import Committee, Review, ReviewerAssignment
from ethics.review_books import books_of
from ethics.simple_procedure import checklist_of
from tests.factories.procedures import (
    account,
    appealed,
    decided,
    revised,
    says,
    simple_accepted,
    simple_agreed,
    simple_named,
    waiver_accepted,
)
from tests.factories.reviews import accepted, days_ahead, seats

REASON = {"reason": "按规定办理。"}


def at(name: str, key: Any) -> str:
    """The address of a page about a review, or about the row with this key."""
    return reverse(f"ethics:{name}", args=[key.application.dossier.reference if isinstance(key, Review) else key])


def opinion_fields(review: Review, **values: Any) -> dict[str, Any]:
    """What the form of an opinion sends: every item fits, the answer is yes."""
    verdicts = {f"verdict_{item.key}": "fits" for item in checklist_of(books_of(review))}
    return {**verdicts, "is_positive": "yes", "text": "方案可行。", **values}


def form_pages(committee: Committee, secretary: User) -> list[tuple[User, str, dict[str, Any], str]]:
    """(who, address, what is sent, event type) for every form."""
    chair, _vice, third, fourth = seats(committee)[:4]
    given: dict[str, Any] = {"secretary": secretary}
    named = simple_named(committee, title="研究二", **given)
    opinion = says(named, third)
    other = simple_named(committee, title="研究三", **given)
    rejected = decided(committee, title="研究八", outcome="reject", **given)
    own = decided(committee, title="研究九", outcome="rereview", **given)
    assert own.application.applicant is not None
    appeal = appealed(committee, title="研究十", **given)
    day = timezone.localdate().isoformat()
    return [
        (
            account(chair),
            at("reviewers-name", simple_accepted(committee, title="研究一", **given)),
            {"members": [third.pk, fourth.pk]},
            "reviewers_named",
        ),
        (secretary, at("opinion-return", opinion.pk), REASON, "opinion_returned"),
        (account(fourth), at("opinion-give", named), opinion_fields(named), "opinion_given"),
        (
            account(chair),
            at("reviewer-release", ReviewerAssignment.objects.get(review=other, member=third).pk),
            REASON,
            "reviewer_released",
        ),
        (secretary, at("simple-to-meeting", other), REASON, "application_moved_to_meeting"),
        (
            secretary,
            at("simple-confirm", simple_agreed(committee, title="研究四", **given)),
            {"basis": "风险不高于最低风险。", "reasons": "方案可行。", "follow_up_months": "6"},
            "review_decided",
        ),
        (
            secretary,
            at("waiver-confirm", waiver_accepted(committee, title="研究五", **given)),
            REASON,
            "application_waived",
        ),
        (
            secretary,
            at("waiver-refuse", waiver_accepted(committee, title="研究六", **given)),
            REASON,
            "application_moved_to_meeting",
        ),
        (
            secretary,
            at("revision-return", revised(committee, title="研究七", **given)),
            {"still_open": "退出条款仍不完整。"},
            "revision_returned",
        ),
        (
            secretary,
            at("revision-verify", revised(committee, title="研究十一", **given)),
            {"note": "已补充。"},
            "application_approved",
        ),
        (
            secretary,
            at("review-extend", accepted(committee, title="研究十二", **given)),
            {"extended_to": days_ahead(60).isoformat(), **REASON},
            "review_extended",
        ),
        (
            secretary,
            at("appeal-record", rejected),
            {"filed_on": day, "grounds": "评估有误。", "file": ("证据.txt", b"evidence")},
            "ethics_appeal_filed",
        ),
        (
            own.application.applicant,
            at("own-appeal", own),
            {"grounds": "评估有误。", "file": ("证据.txt", b"evidence")},
            "ethics_appeal_filed",
        ),
        (
            secretary,
            at("appeal-answer", appeal.pk),
            {"outcome": "dismissed", "answer": "维持原决定。"},
            "ethics_appeal_answered",
        ),
    ]
