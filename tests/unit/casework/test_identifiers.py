"""One normal form per identifier, real holders never refused, wrong digits always. All numbers are invented."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from casework.enums import IdentifierType
from casework.identifiers import (
    mask_identifier,
    normal_doi,
    normal_orcid,
    normal_uscc,
    normalise_identifier,
    read_id_card,
)
from casework.refusals import InputRefused

TODAY = dt.date(2026, 11, 23)


def card(first_17: str) -> str:
    return first_17 + mod_11_2.calc_check_digit(first_17)


def code(first_17: str) -> str:
    return first_17 + uscc.calc_check_digit(first_17)


@pytest.mark.parametrize(
    ("first_17", "birth", "kind", "warnings"),
    [
        ("51081219900101123", dt.date(1990, 1, 1), "resident", ()),
        ("51080219600229001", dt.date(1960, 2, 29), "resident", ()),  # the code was listed only from 1985
        ("51081219000101001", dt.date(1900, 1, 1), "resident", ()),
        ("51081220261123001", TODAY, "resident", ()),
        ("81000019900101001", dt.date(1990, 1, 1), "residence_permit", ()),
        ("83000019900101001", dt.date(1990, 1, 1), "residence_permit", ()),
        ("91115619900101001", dt.date(1990, 1, 1), "foreign_permanent", ()),
        ("99115619900101001", dt.date(1990, 1, 1), "foreign_permanent", ("unknown_area",)),
        ("47000019900101001", dt.date(1990, 1, 1), "resident", ("unknown_area",)),
    ],
)
def test_a_real_number_is_read_with_its_birth_date(first_17, birth, kind, warnings):
    found = read_id_card(card(first_17), today=TODAY)
    assert (found.number, found.birth, found.kind, found.warnings) == (card(first_17), birth, kind, warnings)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "应为 18 位"),
        ("5108121990010112", "应为 18 位"),
        ("510812900101123", "15 位的旧身份证号"),
        ("51081219900101123Y", "应为 18 位"),
        ("X10812199001011230", "应为 18 位"),
        (card("51081219900101123")[:-1] + "0", "校验位不对"),
        (card("51081219900230123"), "出生日期不存在"),
        (card("51081219901301123"), "出生日期不存在"),
        (card("51081218991231123"), "早于 1900 年或晚于今天"),
        (card("51081220261124123"), "早于 1900 年或晚于今天"),
        (card("51081220990101123"), "早于 1900 年或晚于今天"),
        (card("51081200000101123"), "出生日期不存在"),
    ],
)
def test_an_impossible_id_card_is_refused_with_the_reason(typed, sentence):
    with pytest.raises(InputRefused, match=sentence):
        read_id_card(typed, today=TODAY)


def test_one_wrong_digit_is_always_noticed():
    number = card("51081219900101123")
    for position, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            with pytest.raises(InputRefused):
                read_id_card(number[:position] + other + number[position + 1 :], today=TODAY)


def test_width_case_and_blanks_do_not_matter():
    first_17 = next(text for n in range(100, 200) if card(text := f"51081219900101{n}").endswith("X"))
    wide = f" {first_17[:6]} {first_17[6:14]}－{first_17[14:]}ｘ".translate({48 + n: 0xFF10 + n for n in range(10)})
    assert read_id_card(wide, today=TODAY).number == first_17 + "X"


@pytest.mark.parametrize(
    "first_17", ["91510800MA6ABCD12", "12510800452012345", "N2510812MF1234567", "A1510800600037341"]
)
def test_organisation_codes_are_accepted_letters_in_front_included(first_17):
    assert normal_uscc(f" {code(first_17).lower()[:8]} {code(first_17)[8:]}") == code(first_17)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "应为 18 位"),
        ("91510800MA6ABCD1I2", "不含 I、O、S、V、Z"),
        ("B" + code("91510800MA6ABCD12")[1:], "应为 18 位"),
        (code("91510800MA6ABCD12")[:-1] + ("0" if code("91510800MA6ABCD12")[-1] != "0" else "1"), "校验位不对"),
    ],
)
def test_wrong_organisation_codes_are_refused(typed, sentence):
    with pytest.raises(InputRefused, match=sentence):
        normal_uscc(typed)


@pytest.mark.parametrize(
    "typed",
    ["0000-0002-1825-0097", "0000000218250097", "https://orcid.org/0000-0002-1825-0097", "００００ 0002 1825 0097"],
)
def test_an_orcid_has_one_form(typed):
    assert normal_orcid(typed) == "0000-0002-1825-0097"
    assert normal_orcid("0000-0002-1694-233x") == "0000-0002-1694-233X"


@pytest.mark.parametrize("typed", ["", "0000-0002-1825-0098", "0000-0002-1825-009", "0000-0002-1825-00977"])
def test_a_wrong_orcid_is_refused(typed):
    with pytest.raises(InputRefused, match="ORCID"):
        normal_orcid(typed)


@pytest.mark.parametrize(
    ("typed", "doi"),
    [
        ("10.1000/ABC.Def", "10.1000/abc.def"),
        ("https://doi.org/10.1000/abc", "10.1000/abc"),
        ("http://dx.doi.org/10.1000/abc%2Fd%3c1%3E", "10.1000/abc/d<1>"),
        ("doi: 10.1000/abc.", "10.1000/abc"),
        ("DOI：10.1000/abc%20d", "10.1000/abc%20d"),
        ("doi:https://doi.org/10.1000.10/abc", "10.1000.10/abc"),
        (" \u200b１０.1000/abc。", "10.1000/abc"),
    ],
)
def test_a_doi_has_one_form(typed, doi):
    assert normal_doi(typed) == doi
    assert normal_doi(doi) == doi


@pytest.mark.parametrize("typed", ["", "abc", "10.1/abc", "10.1000/", "11.1000/abc", "10.1000/a b", "doi:"])
def test_what_is_no_doi_is_refused(typed):
    with pytest.raises(InputRefused, match="DOI"):
        normal_doi(typed)


@pytest.mark.parametrize(
    ("kind", "typed", "normal"),
    [
        (IdentifierType.ID_CARD, card("51081219900101123").lower(), card("51081219900101123")),
        (IdentifierType.USCC, code("91510800MA6ABCD12"), code("91510800MA6ABCD12")),
        (IdentifierType.ORCID, "0000000218250097", "0000-0002-1825-0097"),
        (IdentifierType.PASSPORT, "ｅ 1234567", "E1234567"),
        (IdentifierType.STAFF_NO, "gy-0012", "GY0012"),
    ],
)
def test_every_kind_of_identifier_has_a_normal_form(kind, typed, normal):
    assert normalise_identifier(kind, typed, today=TODAY) == normal


def test_every_kind_the_register_knows_is_covered():
    forms = {IdentifierType.ID_CARD, IdentifierType.USCC, IdentifierType.ORCID}
    assert set(IdentifierType) == forms | {IdentifierType.PASSPORT, IdentifierType.STAFF_NO}
    with pytest.raises(KeyError):
        normalise_identifier("fax", "1", today=TODAY)


@pytest.mark.parametrize(("kind", "typed"), [("passport", "E12"), ("passport", "E1234567号"), ("staff_no", " ")])
def test_impossible_numbers_are_refused(kind, typed):
    with pytest.raises(InputRefused, match="请核对"):
        normalise_identifier(kind, typed, today=TODAY)


def test_the_mask_does_not_tell_the_length():
    assert mask_identifier(card("51081219900101123")) == "****" + card("51081219900101123")[-4:]
    assert len(mask_identifier("E1234567")) == len(mask_identifier(card("51081219900101123")))
    assert mask_identifier("1234567") == mask_identifier("") == "****"


@given(st.text(max_size=30))
def test_any_text_is_either_refused_or_already_stable(text):
    for kind in ("orcid", "uscc", "passport", "staff_no"):
        try:
            normal = normalise_identifier(kind, text, today=TODAY)
        except InputRefused:
            continue
        assert normalise_identifier(kind, normal, today=TODAY) == normal
