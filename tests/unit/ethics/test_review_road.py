"""The road of an application as far as acceptance: complete, frozen, kept from the applicant's own hands."""

from __future__ import annotations

import pytest

from casework.refusals import InputRefused
from ethics.actions import acceptance, applications, conflicts
from ethics.models import Application
from tests.factories.ethics import ethics_officer
from tests.factories.reviews import accepted, applicant, draft, seats, submitted, working_committee

pytestmark = pytest.mark.django_db


def test_an_incomplete_application_is_told_everything_at_once() -> None:
    by = applicant()
    application = applications.begin(title="手势交互研究", by=by)
    with pytest.raises(InputRefused) as refusal:
        applications.submit(application=application, by=by)
    for word in ("申请单位", "负责人", "研究人员", "实施方案", "承诺书"):
        assert word in refusal.value.reason


def test_a_complete_application_is_submitted_and_frozen() -> None:
    application = submitted(working_committee())
    version = application.versions.get()
    assert (application.status, version.number) == ("submitted", 1)
    assert version.content["title"] == application.title
    assert {one["key"] for one in version.content["materials"]} >= {"overview", "commitment"}


def test_acceptance_proposes_and_starts_the_clock() -> None:
    secretary = ethics_officer()
    review = accepted(working_committee(), secretary=secretary)
    assert (review.proposed, review.procedure, review.needs_expert) == ("general", "general", False)
    assert review.due_on is not None and review.due_on > review.accepted_at.date()
    assert {one["code"] for one in review.rule_sets} == {"st2023"}


def test_a_member_sees_nothing_before_declaring_and_nothing_after_a_conflict() -> None:
    """E13."""
    secretary = ethics_officer()
    committee = working_committee(by=secretary)
    application = accepted(committee, secretary=secretary).application
    chair, vice = seats(committee)[:2]
    assert chair.user is not None and vice.user is not None
    visible = Application.objects.visible_to
    assert not visible(chair.user).exists()
    conflicts.declare(application=application, member=chair, answer="none", text="同单位，无合作。", by=chair.user)
    assert visible(chair.user).get() == application
    conflicts.declare(application=application, member=vice, answer="conflict", text="共同承担项目。", by=vice.user)
    assert not visible(vice.user).exists()


def test_a_second_correction_notice_is_refused() -> None:
    secretary = ethics_officer()
    application = submitted(working_committee(by=secretary))
    acceptance.return_incomplete(application=application, items=[("overview", "活动概况")], by=secretary)
    assert application.applicant is not None
    applications.submit(application=application, by=application.applicant)
    with pytest.raises(Exception, match="一次性告知"):
        acceptance.return_incomplete(application=application, items=[("other", "其他")], by=secretary)


def test_a_draft_is_the_applicants_own() -> None:
    secretary = ethics_officer()
    application = draft(working_committee(by=secretary))
    assert not Application.objects.visible_to(secretary).exists()
    assert Application.objects.of_applicant(application.applicant).get() == application
