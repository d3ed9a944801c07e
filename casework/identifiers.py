"""Identifiers of people, organisations and papers: one normal form each, refused with a sentence when impossible.

The normal form is what `cipher.blind_index` hashes: two ways of typing one number must end here in one text.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from casework.refusals import InputRefused
from casework.texts import SHAPELESS, clean_digits

FIRST_YEAR = 1900
VISIBLE_DIGITS = 4
MASKABLE_FROM = 8
ID_CARD = re.compile(r"[0-9]{17}[0-9X]")
# GB 32100-2015; "N" villages' cooperatives, "A" army and "Y" others are letters, which stdnum's own check refuses.
USCC = re.compile(r"[1-9ANY][0-9A-HJ-NP-RT-UW-Y][0-9]{6}[0-9A-HJ-NP-RT-UW-Y]{10}")
ORCID = re.compile(r"[0-9]{15}[0-9X]")
DOI = re.compile(r"10\.[0-9]{4,9}(\.[0-9]+)*/[^\s]+")
DOI_PREFIX = re.compile(r"^((https?://)?(dx\.|www\.)?doi\.org/|doi\s*[:/]\s*)+", re.IGNORECASE)
PASSPORT = re.compile(r"[A-Z0-9]{5,15}")
# First two digits of GB/T 2260. A code of today says nothing about codes of the past, so the rest is not judged.
PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
CardKind = Literal["resident", "residence_permit", "foreign_permanent"]


@dataclass(frozen=True)
class IdCard:
    """What an ID-card number says by itself. `warnings` are codes: "unknown_area"."""

    number: str
    birth: dt.date
    kind: CardKind
    warnings: tuple[str, ...] = ()


def read_id_card(text: str, *, today: dt.date) -> IdCard:
    """An 18-digit number (GB 11643) with its birth date; a wrong check digit or date raises InputRefused.

    An unknown area code is only a warning: codes change, and real holders must not be refused.
    """
    number = _upper(text)
    if re.fullmatch(r"[0-9]{15}", number):
        raise InputRefused(_("15 位的旧身份证号已经停用。请填写 18 位的身份证号。"))
    if not ID_CARD.fullmatch(number):
        raise InputRefused(_("身份证号应为 18 位：前 17 位是数字，最后一位是数字或 X。"))
    if mod_11_2.calc_check_digit(number[:-1]) != number[-1]:
        raise InputRefused(_("身份证号的校验位不对，可能有一位写错。请核对。"))
    try:
        birth = dt.datetime.strptime(number[6:14], "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError as error:
        raise InputRefused(_("身份证号中的出生日期不存在。请核对。")) from error
    if birth.year < FIRST_YEAR or birth > today:
        raise InputRefused(_("身份证号中的出生日期早于 1900 年或晚于今天。请核对。"))
    warnings = () if PROVINCE.match(number) else ("unknown_area",)
    return IdCard(number, birth, _card_kind(number), warnings)


def normal_id_card(text: str, *, today: dt.date) -> str:
    return read_id_card(text, today=today).number


def normal_uscc(text: str) -> str:
    """统一社会信用代码, 18 characters with the right check digit, else InputRefused."""
    code = _upper(text)
    if not USCC.fullmatch(code):
        raise InputRefused(_("统一社会信用代码应为 18 位数字或大写字母，不含 I、O、S、V、Z。"))
    if uscc.calc_check_digit(code[:-1]) != code[-1]:
        raise InputRefused(_("统一社会信用代码的校验位不对，可能有一位写错。请核对。"))
    return code


def normal_orcid(text: str) -> str:
    """0000-0002-1825-0097, also from its address; else InputRefused."""
    plain = _upper(re.sub(r"^\s*(https?://)?(www\.)?orcid\.org/", "", text, flags=re.IGNORECASE))
    if not ORCID.fullmatch(plain) or mod_11_2.calc_check_digit(plain[:-1]) != plain[-1]:
        raise InputRefused(_("ORCID 应为 16 位，例如 0000-0002-1825-0097。请核对。"))
    return "-".join(plain[start : start + 4] for start in range(0, 16, 4))


def normal_doi(text: str) -> str:
    """10.1000/abc in lower case, from an address, with "doi:" or bare; else InputRefused."""
    plain = unicodedata.normalize("NFKC", SHAPELESS.sub("", text)).strip()
    bare = DOI_PREFIX.sub("", plain)
    if "doi.org/" in plain.lower():
        bare = unquote(bare)
    bare = bare.rstrip(".,;。，；").lower()
    if not DOI.fullmatch(bare):
        raise InputRefused(_("DOI 应以 10. 开头，例如 10.1000/xyz123。请核对。"))
    return bare


def normal_passport(text: str) -> str:
    number = _upper(text)
    if not PASSPORT.fullmatch(number):
        raise InputRefused(_("护照号应为 5 至 15 位字母或数字。请核对。"))
    return number


def normal_staff_no(text: str) -> str:
    """A unit's own number: nothing is known about its form except that it is short and one word."""
    number = _upper(text)
    if not 1 <= len(number) <= 40:
        raise InputRefused(_("工号应为 1 至 40 位。请核对。"))
    return number


def normalise_identifier(kind: str, text: str, *, today: dt.date) -> str:
    """The normal form for a kind of `IdentifierType`. KeyError for an unknown kind, InputRefused for the text."""
    if kind == "id_card":
        return normal_id_card(text, today=today)
    return NORMAL_FORMS[kind](text)


def mask_identifier(value: str) -> str:
    """**** and the last four characters, whatever the length; only **** for a short one."""
    return "****" + (value[-VISIBLE_DIGITS:] if len(value) >= MASKABLE_FROM else "")


def _upper(text: str) -> str:
    """Cleaned again after upper-casing, which takes some accented letters apart."""
    return clean_digits(clean_digits(text).upper())


def _card_kind(number: str) -> CardKind:
    if number[0] == "9":
        return "foreign_permanent"
    return "residence_permit" if number[:2] in ("81", "82", "83") else "resident"


NORMAL_FORMS: dict[str, Callable[[str], str]] = {
    "uscc": normal_uscc,
    "orcid": normal_orcid,
    "passport": normal_passport,
    "staff_no": normal_staff_no,
}
