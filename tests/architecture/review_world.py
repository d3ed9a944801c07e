"""The part of the world of test_urls that ethics review adds: one committee that works here, and what lies before it."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from ethics.actions import conflicts, members
from tests.factories.reviews import accepted, draft, seats, submitted, working_committee


def fill(people: dict[str, User]) -> dict[str, Any]:
    """Name in the table → value of the address. `committee` sits in the committee and has no conflict anywhere."""
    secretary, applicant = people["ethics"], people["applicant"]
    committee = working_committee(by=secretary)
    seat = seats(committee)[0]
    members.link_account(member=seat, user=people["committee"], by=secretary)
    review = accepted(committee, secretary=secretary, by=applicant, title="手势康复训练研究")
    conflicts.declare(
        application=review.application, member=seat, answer="none", text="同单位，没有合作。", by=people["committee"]
    )
    return {
        "own_draft": draft(committee, by=applicant, title="步态识别研究").dossier.reference,
        "own_submitted": submitted(committee, by=applicant, title="睡眠分期研究").dossier.reference,
        "accepted_application": review.application.dossier.reference,
        "working_committee": committee.pk,
        "working_unit": committee.unit.dossier.reference,
    }
