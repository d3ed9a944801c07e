"""Who may do what in ethics reviews, where no page leads: each refusal with the same set-up as what is allowed."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404

from accounts.enums import Clearance, Role
from accounts.models import User
from casework.refusals import AccessDenied, MoveRefused
from casework.saving import save_record
from ethics import life_access, procedure_access
from ethics import review_access as access
from ethics.actions import activity_life
from ethics.models import ReviewLetter
from tests.factories import person
from tests.factories.dossiers import exclude
from tests.factories.ethics import ethics_officer, supervised_unit
from tests.factories.ethics_life import drafted, unlisted
from tests.factories.experts import recorded_passed
from tests.factories.reviews import accepted, applicant, seats, submitted, working_committee

pytestmark = pytest.mark.django_db


def test_only_a_serving_member_sits(secretary: User) -> None:
    committee = working_committee(by=secretary)
    member = seats(committee)[2]
    assert access.check_is_member(member.user, committee) == member
    with pytest.raises(AccessDenied, match="在任委员"):
        access.check_is_member(person(Role.COMMITTEE), committee)


def test_papers_go_to_the_province_only_once_the_committee_passed_it(secretary: User) -> None:
    access.check_can_take_pack(secretary, recorded_passed(by=secretary))
    waiting = accepted(working_committee(by=secretary), secretary=secretary).application
    with pytest.raises(MoveRefused, match="初步审查"):
        access.check_can_take_pack(secretary, waiting)


def test_nobody_stands_before_the_gate_without_an_account() -> None:
    with pytest.raises(Http404):
        access.get_gate_for(AnonymousUser(), "广科伦审〔2026〕0001号")


def test_a_letter_of_an_activity_is_kept_by_whoever_keeps_the_unit(secretary: User) -> None:
    activity = unlisted(supervised_unit(by=secretary), by=secretary)
    activity_life.suspend(activity=activity, reason="设备检修。", by=secretary)
    letter = activity.letters.get()
    access.check_can_keep_letter(secretary, letter)
    with pytest.raises(AccessDenied):
        access.check_can_keep_letter(person(Role.COMMITTEE), letter)


def test_a_letter_about_nothing_is_kept_by_nobody(secretary: User) -> None:
    with pytest.raises(AccessDenied, match="没有说明"):
        access.check_can_keep_letter(secretary, ReviewLetter())


def test_an_entry_of_a_unit_one_is_kept_out_of_does_not_exist(secretary: User) -> None:
    activity = unlisted(supervised_unit(by=secretary), by=secretary)
    entry, other = drafted(activity, by=secretary), ethics_officer()
    life_access.check_is_second(other, entry)
    exclude(other, activity.dossier)
    with pytest.raises(Http404):
        life_access.check_can_work_on(other, entry)


@pytest.mark.parametrize(("secrecy", "is_secret"), [(Clearance.INTERNAL, False), (Clearance.SENSITIVE, True)])
def test_what_rests_on_a_secret_unit_is_confidential(secretary: User, secrecy: int, is_secret: bool) -> None:
    activity = unlisted(supervised_unit(by=secretary), by=secretary)
    activity.dossier.secrecy = secrecy
    with transaction.atomic():
        save_record(activity.dossier, by=secretary, reason="测试", fields=["secrecy"])
    assert life_access.is_confidential(activity) is is_secret


def test_before_acceptance_an_application_may_have_no_committee(secretary: User) -> None:
    application = submitted(working_committee(by=secretary), by=applicant())
    assert procedure_access.committee_of(application) == application.committee
    application.committee = None
    with pytest.raises(MoveRefused, match="委员会"):
        procedure_access.committee_of(application)
