"""What people paste is kept faithfully or refused with a sentence that names the field."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.refusals import InputRefused
from casework.texts import clean_digits, clean_text, required_text


@pytest.mark.parametrize(
    ("typed", "multiline", "kept"),
    [
        ("  周砚清\u3000", False, "周砚清"),
        ("第一行\r\n第二行\r第三行\u2028第四行\x0b第五行\x85", True, "第一行\n第二行\n第三行\n第四行\n第五行"),
        ("第一行\r\n 第二行\t完", False, "第一行 第二行 完"),
        ("e\u0301tude", True, "étude"),
        ("\ufeff线\u200b索\u200e", True, "线索"),
        ("\t缩进", True, "缩进"),
        ("甲\t乙", True, "甲\t乙"),
        ("𠮷野家 👩\u200d🔬", True, "𠮷野家 👩\u200d🔬"),
        ("", True, ""),
        (" \n ", True, ""),
    ],
)
def test_text_is_cleaned_without_losing_a_word(typed, multiline, kept):
    assert clean_text(typed, field_label="情况说明", multiline=multiline) == kept


@pytest.mark.parametrize(
    "character", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\ud800", "\ufffe", "\U0001ffff", "\ufdd0"]
)
def test_control_characters_are_refused_with_the_name_of_the_field(character):
    with pytest.raises(InputRefused) as refused:
        clean_text(f"论文{character}造假", field_label="情况说明", field="statement")
    assert "“情况说明”中有无法保存的控制字符" in refused.value.reason
    assert refused.value.field == "statement"


def test_text_that_was_damaged_on_the_way_is_refused_before_it_is_kept():
    with pytest.raises(InputRefused, match="“事实”中有乱码"):
        clean_text("周\ufffd清", field_label="事实")


@pytest.mark.parametrize("character", list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
def test_direction_overrides_are_refused(character):
    with pytest.raises(InputRefused, match="改变文字方向"):
        clean_text(f"报告{character}fdp.exe", field_label="标题", multiline=False)


def test_text_at_the_limit_passes_and_one_more_is_refused_with_the_count():
    assert len(clean_text("字" * 60_000, field_label="情况说明")) == 60_000
    with pytest.raises(InputRefused, match="“情况说明”最多 60000 个字，现在有 60001 个字"):
        clean_text("字" * 60_001, field_label="情况说明")
    with pytest.raises(InputRefused, match="最多 5 个字，现在有 6 个字"):
        clean_text("一二三四五六", field_label="标题", limit=5)


def test_a_percent_sign_in_the_label_does_no_harm():
    with pytest.raises(InputRefused, match="“占比%”"):
        clean_text("12", field_label="占比%", limit=1)


@pytest.mark.parametrize("typed", ["", " \n", "\u200b"])
def test_a_text_that_must_be_there_is_asked_for_by_name(typed):
    with pytest.raises(InputRefused, match="请填写“理由”") as refused:
        required_text(typed, field_label="理由", field="reason")
    assert refused.value.field == "reason"
    assert required_text(" 材料不全 ", field_label="理由") == "材料不全"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    try:
        once = clean_text(text, field_label="说明")
    except InputRefused:
        return
    assert clean_text(once, field_label="说明") == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\r" not in once


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("１２３４ 5678", "12345678"),
        ("1234-5678－9012—3456", "1234567890123456"),
        ("\u200b12\u00a034\u300056\n", "123456"),
        ("５１０８１２x", "510812x"),
        ("", ""),
    ],
)
def test_digits_are_read_however_they_were_typed(typed, digits):
    assert clean_digits(typed) == digits
