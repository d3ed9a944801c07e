"""Letters: from their decision only, delivered once, taken back by a further letter."""

from __future__ import annotations

import io

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from docx import Document

from accounts.models import User
from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from ethics.actions import letters
from ethics.enums import LetterKind
from ethics.letter_docx import letter_docx
from ethics.models import Application, ReviewLetter
from ethics.presenters.application_letters import letter_text
from tests.factories.ethics import activity_of, days_ago, supervised_unit
from tests.factories.experts import requested, run_passed
from tests.factories.reviews import accepted, applicant, working_committee

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(secretary: User) -> Application:
    return accepted(working_committee(by=secretary), secretary=secretary).application


@pytest.fixture
def letter(application: Application) -> ReviewLetter:
    return application.letters.get(kind="acceptance")


def test_a_decision_letter_without_its_decision_is_refused(application: Application, secretary: User) -> None:
    """E17: the database itself refuses it."""
    with pytest.raises(IntegrityError), transaction.atomic():
        letters.issue(kind=LetterKind.DECISION, application=application, paragraphs=["批准。"], by=secretary)
    assert not ReviewLetter.objects.filter(kind="decision").exists()


def test_a_letter_is_delivered_once_and_not_before_it_was_issued(letter: ReviewLetter, secretary: User) -> None:
    with pytest.raises(InputRefused) as early:
        letters.deliver(letter=letter, delivered_on=days_ago(1), how="直接送达", by=secretary)
    assert early.value.field == "delivered_on"
    letter.refresh_from_db()
    with pytest.raises(InputRefused):
        letters.deliver(letter=letter, delivered_on=timezone.localdate(), how="", by=secretary)
    letter.refresh_from_db()
    letters.deliver(letter=letter, delivered_on=timezone.localdate(), how="直接送达", by=secretary)
    assert Event.objects.filter(type="review_letter_delivered").count() == 1
    with pytest.raises(MoveRefused, match="已经登记送达"):
        letters.deliver(letter=letter, delivered_on=timezone.localdate(), how="邮寄", by=secretary)


def test_the_applicant_confirms_and_nobody_else(letter: ReviewLetter) -> None:
    with pytest.raises(AccessDenied):
        letters.confirm_receipt(letter=letter, by=applicant())
    assert letter.application is not None and letter.application.applicant is not None
    letters.confirm_receipt(letter=letter, by=letter.application.applicant)
    letters.confirm_receipt(letter=letter, by=letter.application.applicant)
    assert Event.objects.filter(type="review_letter_delivered").count() == 1


def test_a_recall_leaves_the_first_letter_as_it_was(letter: ReviewLetter, secretary: User) -> None:
    """E11."""
    before = (letter.number, letter.body, letter.sha256)
    made = letters.recall(letter=letter, reason="程序写错。", by=secretary)
    letter.refresh_from_db()
    assert (letter.number, letter.body, letter.sha256) == before
    assert (made.recalls, made.addressee, letter.recalled_by) == (letter, letter.addressee, made)
    assert letter.number in made.body
    assert Event.objects.filter(type="review_letter_issued", data__letter=made.pk).exists()
    for again in (letter, made):
        with pytest.raises(MoveRefused):
            letters.recall(letter=again, reason="再收回", by=secretary)


def test_a_recall_says_why(letter: ReviewLetter, secretary: User) -> None:
    with pytest.raises(InputRefused) as silent:
        letters.recall(letter=letter, reason=" ", by=secretary)
    assert silent.value.field == "reason"


def test_the_letter_to_the_province_and_its_recall_are_none_of_the_applicants(secretary: User) -> None:
    passed = run_passed(working_committee(by=secretary), secretary=secretary)
    requested(passed, by=secretary)
    letter = ReviewLetter.objects.get(kind="expert_request")
    made = letters.recall(letter=letter, reason="重发。", by=secretary)
    theirs = ReviewLetter.objects.filter(application=passed).to_the_applicant()
    assert {one.kind for one in theirs} == {"acceptance"}
    assert (made.addressee, letter_text(made)["signer"]) == (letter.addressee, letter_text(letter)["signer"])
    assert letter_text(letter)["signer"] == "广元区域科技伦理审查中心"


def test_the_word_file_has_the_parts_of_an_official_letter_in_order(letter: ReviewLetter) -> None:
    document = Document(io.BytesIO(letter_docx(letter_text(letter))))
    lines = [one.text for one in document.paragraphs if one.text]
    assert lines[:3] == [letter.heading, letter.number, f"{letter.addressee}："]
    assert lines[3:-3] == letter.body.split("\n")
    assert lines[-3:-1] == ["科技伦理委员会", "（盖章处）"]
    assert "年" in lines[-1]
    assert document.core_properties.author == ""


def test_a_letter_about_an_activity_is_signed_by_its_committee_or_its_unit(secretary: User) -> None:
    unit = supervised_unit(by=secretary)
    activity = activity_of(unit, by=secretary)
    letter = letters.issue(kind=LetterKind.SUSPENSION, activity=activity, paragraphs=["暂停。"], by=secretary)
    assert letter_text(letter)["signer"] == unit.organization.name
    letters.deliver(letter=letter, delivered_on=timezone.localdate(), how="直接送达", by=secretary)
    letters.recall(letter=letter, reason="更正。", by=secretary)


def test_a_letter_is_about_something(secretary: User) -> None:
    with pytest.raises(ValueError, match="an application or an activity"):
        letters.issue(kind=LetterKind.SUSPENSION, paragraphs=["暂停。"], by=secretary)
    letter = ReviewLetter(kind=LetterKind.SUSPENSION)
    with pytest.raises(MoveRefused, match="登记送达"):
        letters.confirm_receipt(letter=letter, by=secretary)


def test_letters_are_chinese_on_an_english_page(secretary: User) -> None:
    with translation.override("en"):
        passed = run_passed(working_committee(by=secretary), secretary=secretary)
        requested(passed, by=secretary)
    for letter in passed.letters.all():
        assert letter.heading.startswith("关于“")
        assert "编号" in letter.body
