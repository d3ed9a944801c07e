"""Applications in the internal index: by number, title, unit, leader; drafts and confidential ones in none (S6)."""

from __future__ import annotations

import pytest

from accounts.enums import Clearance, Role
from accounts.models import User
from ethics.actions import applications
from ethics.models import Application
from search.models import IndexItem
from tests.factories import person
from tests.factories.ethics import ethics_officer
from tests.factories.reviews import TITLE, applicant, draft, seats, submitted, working_committee
from tests.factories.visits import signed_in, text_of
from tests.search.records import set_secrecy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_follows")]


def found(user: User, words: str) -> str:
    return text_of(signed_in(user).get("/search/", {"q": words}))


@pytest.fixture
def secretary() -> User:
    return ethics_officer()


@pytest.fixture
def application(secretary: User) -> Application:
    return submitted(working_committee(by=secretary))


def test_an_application_is_found_by_what_stands_in_it(application: Application, secretary: User) -> None:
    for words in (TITLE, application.dossier.reference, "申请人辰", "睡眠监测"):
        page = found(secretary, words)
        assert application.dossier.reference in page
        assert TITLE in page.replace(" ", "")
    assert "待受理" in found(secretary, TITLE)


def test_nobody_finds_it_who_may_not_see_it(application: Application) -> None:
    for stranger in (person(Role.OFFICER), person(Role.HEAD), person(Role.COUNTY, dept="zhq")):
        assert application.dossier.reference not in found(stranger, TITLE)


def test_a_member_and_an_applicant_do_not_search(application: Application) -> None:
    chair = seats(application.committee)[0].user  # type: ignore[arg-type]
    for user in (chair, application.applicant):
        assert signed_in(user).get("/search/", {"q": TITLE}).status_code == 403  # type: ignore[arg-type]


def test_a_draft_is_in_no_index_until_it_is_submitted(secretary: User) -> None:
    by = applicant()
    one = draft(working_committee(by=secretary), by=by, title="步态识别研究")
    assert not IndexItem.objects.filter(kind="application", is_present=True).exists()
    assert one.dossier.reference not in found(secretary, "步态识别研究")
    applications.submit(application=one, by=by)
    assert one.dossier.reference in found(secretary, "步态识别研究")


@pytest.mark.parametrize("level", [Clearance.SENSITIVE, Clearance.SEALED])
def test_a_confidential_application_is_taken_out_of_every_index(
    application: Application, secretary: User, level: Clearance
) -> None:
    set_secrecy(application.dossier, level)
    assert not IndexItem.objects.filter(kind="application", is_present=True).exists()
    assert application.dossier.reference not in found(secretary, "睡眠监测")
