"""Names: split, masked at a fixed width, and found by any usual spelling (B18, S33). All names are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.names import has_han, name_initials, name_keys, normal_name, pinyin_keys, split_name, surname_mask

HAN_TEXT = st.text(alphabet="周砚清欧阳单于仇曾解吕𠮷圀买提艾力乐重行长沈", min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("name", "surname", "given_name"),
    [
        ("周砚清", "周", "砚清"),
        ("周清", "周", "清"),
        ("欧阳砚", "欧阳", "砚"),
        ("歐陽砚", "歐陽", "砚"),
        ("欧阳", "欧", "阳"),
        ("尉迟 云舟", "尉迟", "云舟"),
        ("司马砚清", "司马", "砚清"),
        ("𠮷野舟", "𠮷", "野舟"),
        ("买买提·艾力", "", "买买提·艾力"),
        ("Yanqing Zhou", "", "Yanqing Zhou"),
        ("周", "周", ""),
        ("", "", ""),
    ],
)
def test_the_surname_is_split_off_compound_surnames_included(name, surname, given_name):
    assert split_name(name) == (surname, given_name)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("周砚清", "周某某"),
        ("周清", "周某某"),
        ("欧阳砚", "欧阳某某"),
        ("买买提·艾力", "买某某"),
        ("𠮷野舟", "𠮷某某"),
        ("Yanqing Zhou", "某某"),
        ("", "某某"),
        ("  周 清 ", "周某某"),
    ],
)
def test_the_mask_keeps_the_surname_and_no_length(name, masked):
    assert surname_mask(name) == masked


@given(HAN_TEXT)
def test_the_mask_is_the_surname_and_two_characters_for_every_name(name):
    surname, given_name = split_name(name)
    assert surname_mask(name) == surname + "某某"
    assert surname + given_name == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("买买提 ・ 艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("周\u3000清", "周清"),
        ("葛\U000e0100城", "葛城"),
        ("Ｙａｎｑｉｎｇ   Zhou", "Yanqing Zhou"),
        ("Zhou, Y. Q.", "Zhou, Y. Q."),
    ],
)
def test_names_have_one_form(typed, kept):
    assert normal_name(typed) == kept


def test_rare_characters_count_as_han():
    assert all(has_han(char) for char in "周𠮷㛃〇𰻞")
    assert not has_han("Zhou, Ｙ·")


@pytest.mark.parametrize(
    ("han", "latin"),
    [
        ("周砚清", "Yanqing Zhou"),
        ("周砚清", "ZHOU Yan-Qing"),
        ("周砚清", "Zhou, Y. Q."),
        ("周砚清", "Y.Q. Zhou"),
        ("周砚清", "Zhou YQ"),
        ("周砚清", "Zhouyanqing"),
        ("周砚清", "Zhōu Yànqīng"),
        ("单云舟", "Yunzhou Shan"),
        ("仇云舟", "Qiu Yunzhou"),
        ("曾乐山", "Leshan Zeng"),
        ("解行之", "Xie Xingzhi"),
        ("区云舟", "Ou Yunzhou"),
        ("查云舟", "Zha Yun-zhou"),
        ("吕砚", "Yan Lv"),
        ("吕砚", "Yan LYU"),
        ("吕砚", "Lü Yan"),
        ("吕砚", "Lǚ Yàn"),
        ("吕砚", "Lu Yan"),
        ("欧阳砚", "Ouyang Yan"),
        ("欧阳砚", "Yan Ou-Yang"),
        ("尉迟云", "Yun Yuchi"),
        ("单于云", "Chanyu Yun"),
        ("沈西安", "Xi'an Shen"),
        ("陈林贵", "Chen Lingui"),
        ("陈林贵", "Chen L.G."),
        ("买买提·艾力", "Maimaiti Aili"),
        ("买买提·艾力", "Aili Maimaiti"),
        ("周", "Zhou"),
    ],
)
def test_a_han_name_and_its_romanised_spelling_share_a_key(han, latin):
    assert set(name_keys(han)) & set(name_keys(latin)), (name_keys(han), name_keys(latin))


@pytest.mark.parametrize(
    ("one", "other"),
    [("周砚清", "Yanqing Zhang"), ("周砚清", "Zhou Haoran"), ("周砚清", "Z. Yan"), ("周砚清", "李云舟")],
)
def test_different_names_share_no_key(one, other):
    assert not set(name_keys(one)) & set(name_keys(other))


def test_two_romanised_spellings_of_one_name_share_a_key():
    assert set(name_keys("Lingui Chen")) & set(name_keys("Chen L G"))
    assert set(name_keys("Y Q Zhou")) & set(name_keys("Zhou, Yanqing"))


def test_the_most_likely_reading_comes_first():
    assert name_keys("周砚清") == ("zhouyanqing", "yanqingzhou", "zhouyq")
    assert name_keys("单云")[0] == "shanyun"
    assert name_keys("Zhou, Yanqing")[:2] == ("zhouyanqing", "yanqingzhou")


def test_a_character_without_reading_stands_for_itself():
    assert "𠮷yan" in name_keys("𠮷砚")


def test_words_that_are_no_pinyin_still_give_keys():
    assert "smithj" in name_keys("John Smith")
    assert name_keys("Łukasz-Ωmega Smith")
    assert name_keys("'") == name_keys("") == name_keys("·") == name_keys(", ") == ()


@given(st.text(max_size=40))
def test_any_text_gives_few_short_lower_case_keys(text):
    keys = name_keys(text)
    assert len(keys) <= 24
    assert len(set(keys)) == len(keys)
    assert len(pinyin_keys(text)) <= 600
    assert not any(" " in key for key in keys)
    assert [key.lower() for key in keys] == list(keys)


def test_polyphones_stop_at_the_limit_and_the_column_cuts_no_key_in_two():
    assert len(name_keys("单重乐行长朝")) == 24
    assert name_keys("周砚清", limit=1) == ("zhouyanqing",)
    long_name = "阿卜杜热合曼重乐行长·买买提吐尔逊艾力重乐行长朝·阿卜杜热合曼重乐行长朝"
    column = pinyin_keys(long_name)
    assert 0 < len(column) <= 600
    assert set(column.split()) < set(name_keys(long_name))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("周砚清", "zyq"),
        ("欧阳文静", "oywj"),
        ("单雨桐", "syt"),
        ("单雨桐", "dyt"),
        ("买买提·艾力", "mmtal"),
        ("曾 宁", "zn"),
    ],
)
def test_a_han_name_is_found_by_first_letters(name: str, wanted: str) -> None:
    assert wanted in name_initials(name)


def test_a_name_in_other_letters_has_no_first_letters() -> None:
    assert name_initials("Zhou Yanqing") == ()
    assert name_initials("") == ()
