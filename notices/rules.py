"""What the rules say about publishing: when, until when, who could still be recognised. Plain values only."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable

from notices.enums import MaskReason, NameProfile, NoticeKey

ONE_DAY = dt.timedelta(days=1)
# 处罚法 第48条: what was published and no longer holds is taken down within three working days.
WITHDRAW_WITHIN = 3
# PROPOSAL: a notice needs two reviewers who do not know each other's opinion.
REVIEWERS_NEEDED = 2
WORK_TITLE = re.compile(r"《[^《》]{2,200}》")
DOCUMENTS = "法 条例 规则 办法 规定 意见 细则 通知 决定 章程 公告 通报 方案 准则"


def earliest_publication(appeal_ends: Iterable[dt.date | None]) -> dt.date | None:
    """The day after the last appeal window (221号 第41条). None while one of them has not begun or has no end yet."""
    ends = list(appeal_ends)
    if not ends or any(end is None for end in ends):
        return None
    return max(end for end in ends if end is not None) + ONE_DAY


def last_day(measure_ends: Iterable[dt.date | None], *, has_lifetime: bool) -> dt.date | None:
    """Last day on show: the latest end of a measure. None (until withdrawn) with a measure for life or without an end."""
    ends = [end for end in measure_ends if end is not None]
    return max(ends) if ends and not has_lifetime else None


def work_titles(text: str) -> list[str]:
    """Titles of papers or projects named in 《》, without laws and documents, each once."""
    titles = (hit.group() for hit in WORK_TITLE.finditer(text))
    return list(dict.fromkeys(title for title in titles if not title[:-1].endswith(tuple(DOCUMENTS.split()))))


def still_recognisable(reason: str, *, profile: str, included: Collection[str], has_work_title: bool) -> str:
    """How a masked person could still be recognised: work_title, unit_role, name, or "" when nothing speaks for it."""
    if reason == MaskReason.SMALL_UNIT:
        return "name" if profile == NameProfile.FULL and NoticeKey.NAME in included else ""
    if reason not in {MaskReason.NAME_PROFILE, MaskReason.THIRD_PARTY}:
        return ""
    if has_work_title or NoticeKey.WORK_TITLE in included:
        return "work_title"
    if reason == MaskReason.NAME_PROFILE and {NoticeKey.UNIT, NoticeKey.ROLE} <= set(included):
        return "unit_role"
    return ""


def search_form(text: str) -> str:
    """The form in which public words are stored and asked for: NFKC, lower case, without shapeless marks, one blank."""
    kept = "".join(
        " " if unicodedata.category(character) == "Cc" else character
        for character in unicodedata.normalize("NFKC", text)
        if unicodedata.category(character) not in {"Cf", "Cs"}
    )
    return " ".join(kept.casefold().split())


def search_words(query: str, *, limit: int = 10) -> list[str]:
    """The words of a query, each once; all of them must be found. Beyond `limit` they are ignored."""
    return list(dict.fromkeys(search_form(query[:200]).split()))[:limit]


def category_line(label: str) -> str:
    """How a category stands among the stored words, so that it can be asked for as a whole."""
    return f"\n#{search_form(label)}\n"


def stored_words(texts: Iterable[str], categories: Iterable[str]) -> str:
    """Everything a reader can search a notice by, in the form it is searched in."""
    words = "\n".join(search_form(text) for text in texts if text)
    return words + "".join(category_line(label) for label in categories)
