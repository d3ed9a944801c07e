"""Text typed by people: cleaned once on the way in, refused with a sentence when it cannot be kept as it is."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from casework.refusals import InputRefused

LONGEST_TEXT = 60_000
LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Marks without shape that web pages leave behind: zero-width space, word joiner, byte order and direction marks.
SHAPELESS = re.compile("[\u200b\u200e\u200f\u061c\u2060\ufeff]")
# They make the eye read another order than the one stored.
BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Control characters except line break and tab, halves of characters, and code points that stand for nothing.
NONCHARACTERS = "\ufdd0-\ufdef" + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
CONTROLS = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{NONCHARACTERS}]")
# What a reader puts in the place of bytes it could not read: the letter that stood there is lost.
UNREADABLE = "\ufffd"
SEPARATORS = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212\uff0d]+")


def clean_text(
    value: str, *, field_label: str, limit: int = LONGEST_TEXT, multiline: bool = True, field: str = ""
) -> str:
    """NFC, plain line breaks, no shapeless marks, no blanks at the ends; one line only unless `multiline`.

    `limit` is in characters. Raises InputRefused naming `field_label` for control characters, direction overrides,
    broken and lost characters and text that is too long; nothing is ever cut off.
    """
    text = LINE_BREAKS.sub("\n", SHAPELESS.sub("", value))
    text = unicodedata.normalize("NFC", text).strip()
    if not multiline:
        text = re.sub(r"\s+", " ", text)
    problem = _problem_of(text, limit)
    if problem:
        raise InputRefused(problem % {"field": field_label, "limit": limit, "count": len(text)}, field=field)
    return text


def required_text(
    value: str, *, field_label: str, limit: int = LONGEST_TEXT, multiline: bool = True, field: str = ""
) -> str:
    """As clean_text; an empty text is refused too."""
    text = clean_text(value, field_label=field_label, limit=limit, multiline=multiline, field=field)
    if not text:
        raise InputRefused(_("请填写“%(field)s”。") % {"field": field_label}, field=field)
    return text


def clean_digits(text: str) -> str:
    """Full-width to plain, without blanks and hyphens. Says nothing about what is left: the caller checks the form."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", SHAPELESS.sub("", text)))


def _problem_of(text: str, limit: int) -> str:
    if BIDI_CONTROLS.search(text):
        return _("“%(field)s”中有改变文字方向的隐藏字符，显示会与实际内容不同。请删除后重新输入。")
    if CONTROLS.search(text):
        return _("“%(field)s”中有无法保存的控制字符。请删除后重新输入，或者先粘贴到记事本再复制。")
    if UNREADABLE in text:
        return _("“%(field)s”中有乱码（�），文字可能在复制或转换编码时损坏。请重新输入这些字。")
    if len(text) > limit:
        return _("“%(field)s”最多 %(limit)s 个字，现在有 %(count)s 个字。请精简，或者改用附件。")
    return ""
