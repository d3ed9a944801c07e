"""The fields every form of ours reads typed values with."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from casework.forms.fields import DayField, FilesField, SecretField, TextField


@pytest.mark.parametrize(
    "typed", ["2026-02-09", "2026/2/9", "2026.2.9", "2026年2月9日", "２０２６－０２－０９", " 2026 -02-09"]
)
def test_a_day_is_read_however_it_is_written(typed: str) -> None:
    assert DayField().clean(typed) == dt.date(2026, 2, 9)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-02-30", "没有这一天"),
        ("0000-01-01", "没有这一天"),
        ("0206-02-09", "年份应在 1900 至 2999 之间"),
        ("9206-02-09", "年份应在 1900 至 2999 之间"),
        ("二〇二六年二月九日", "格式"),
        ("20260-02-09", "格式"),
        ("2026-02-09\0", "格式"),
        ("", "请填写日期"),
    ],
)
def test_what_is_no_day_of_ours_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        DayField().clean(typed)


def test_a_password_is_taken_exactly_as_typed() -> None:
    assert SecretField().clean("  e\u0301 密码\u200b ") == "  e\u0301 密码\u200b "


@pytest.mark.parametrize(("typed", "words"), [("", "请填写"), ("a\0b", "控制字符"), ("x" * 1001, "最多 1000 个字符")])
def test_a_password_nobody_can_type_is_refused(typed: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SecretField().clean(typed)


@pytest.mark.parametrize("field", [TextField, SecretField, DayField, FilesField])
def test_a_form_may_say_itself_what_is_missing(field: type) -> None:
    for own in ("请填写公布日。", None):
        messages = {"error_messages": {"required": own}} if own else {}
        with pytest.raises(ValidationError, match=own or "请(填写|选择)"):
            field(required=True, **messages).clean("")
