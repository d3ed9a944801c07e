"""What a page did not offer is refused in our own words, in every form."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.utils import translation

from accounts.models import Department
from casework.forms.choices import (
    ChoiceField,
    HiddenField,
    ModelChoiceField,
    ModelMultipleChoiceField,
    MultipleChoiceField,
    TypedChoiceField,
)
from casework.templatetags.casework import form_problems
from tests.architecture.code import name_of, python_files
from tests.factories.people import department

LETTERS = [("a", "甲")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "forged"),
    [
        (lambda: ChoiceField(choices=LETTERS), "x"),
        (lambda: TypedChoiceField(choices=LETTERS), "x"),
        (lambda: MultipleChoiceField(choices=LETTERS), ["a", "x"]),
        (lambda: MultipleChoiceField(choices=LETTERS), "x"),
        (lambda: ModelChoiceField(Department.objects.all()), "x"),
        (lambda: ModelChoiceField(Department.objects.all()), "999999"),
        (lambda: ModelMultipleChoiceField(Department.objects.all()), ["x"]),
        (lambda: ModelMultipleChoiceField(Department.objects.all()), ["999999"]),
        (lambda: ModelMultipleChoiceField(Department.objects.all()), "x"),
    ],
)
def test_a_forged_choice_is_answered_with_our_sentence(field: type, forged: object) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        field().clean(forged)
    assert refused.value.messages == ["不在可选范围内，请重新选择。"]


def test_what_nobody_sees_is_not_named_in_the_list_of_problems() -> None:
    class WithHash(forms.Form):
        seen_hash = HiddenField()

    (problem,) = form_problems(WithHash({}))
    assert problem == {"text": "这一页不完整或者已经过期，请重新打开后再提交。", "anchor": ""}


def test_no_form_takes_its_choices_from_django_directly() -> None:
    direct = [
        name_of(path)
        for path in python_files()
        if re.search(r"forms\.\w*ChoiceField|CharField\(widget=forms\.HiddenInput", path.read_text())
    ]
    assert direct == ["casework/forms/choices.py"]


@pytest.mark.django_db
def test_departments_are_named_in_the_language_of_the_page_and_stored_in_chinese() -> None:
    office = department("edu", name="市教育局")
    office.short_name_en = "Education Bureau"
    field = ModelChoiceField(Department.objects.all())
    for language, said in (("zh-hans", "市教育局"), ("en", "Education Bureau")):
        with translation.override(language):
            assert (field.label_from_instance(office), str(office)) == (said, "市教育局")
