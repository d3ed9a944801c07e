"""When a notice may come out, how long it stays, who could still be known, how words are searched."""

from __future__ import annotations

import datetime as dt

import pytest

from notices import rules
from notices.enums import MaskReason, NameProfile, NoticeKey

D = dt.date


@pytest.mark.parametrize(
    ("ends", "first"),
    [
        ([], None),
        ([None], None),
        ([D(2026, 3, 6), None], None),
        ([D(2026, 3, 6)], D(2026, 3, 7)),
        ([D(2026, 3, 6), D(2026, 4, 1)], D(2026, 4, 2)),
    ],
)
def test_a_notice_may_come_out_the_day_after_the_last_appeal_window(ends, first):
    assert rules.earliest_publication(iter(ends)) == first


@pytest.mark.parametrize(
    ("ends", "lifetime", "last"),
    [
        ([], False, None),
        ([None], False, None),
        ([D(2026, 12, 25), None, D(2028, 12, 25)], False, D(2028, 12, 25)),
        ([D(2026, 12, 25)], True, None),
    ],
)
def test_a_notice_stays_until_its_latest_measure_ends(ends, lifetime, last):
    assert rules.last_day(ends, has_lifetime=lifetime) == last


def test_titles_of_papers_are_told_from_titles_of_documents():
    text = (
        "依据《科研失信行为调查处理规则》，论文《骨缺损修复研究》、《甲》和《骨缺损修复研究》《某项目申报书》……《办法》"
    )

    assert rules.work_titles(text) == ["《骨缺损修复研究》", "《某项目申报书》"]


ALL = frozenset(NoticeKey.values)


@pytest.mark.parametrize(
    ("reason", "profile", "included", "titled", "hint"),
    [
        (MaskReason.NAME_PROFILE, NameProfile.SURNAME, ALL, False, "work_title"),
        (MaskReason.NAME_PROFILE, NameProfile.SURNAME, ALL - {"work_title"}, True, "work_title"),
        (MaskReason.NAME_PROFILE, NameProfile.SURNAME, ALL - {"work_title"}, False, "unit_role"),
        (MaskReason.NAME_PROFILE, NameProfile.SURNAME, ALL - {"work_title", "role"}, False, ""),
        (MaskReason.THIRD_PARTY, NameProfile.FULL, ALL, False, "work_title"),
        (MaskReason.THIRD_PARTY, NameProfile.FULL, ALL - {"work_title"}, False, ""),
        (MaskReason.SMALL_UNIT, NameProfile.FULL, ALL, True, "name"),
        (MaskReason.SMALL_UNIT, NameProfile.FULL, ALL - {"name"}, True, ""),
        (MaskReason.SMALL_UNIT, NameProfile.SURNAME, ALL, True, ""),
        (MaskReason.IDENTITY_NUMBER, NameProfile.FULL, ALL, True, ""),
    ],
)
def test_the_hint_tells_how_somebody_could_still_be_recognised(reason, profile, included, titled, hint):
    assert rules.still_recognisable(reason, profile=profile, included=included, has_work_title=titled) == hint


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  论文　造假 ", "论文 造假"),
        ("ＤＮＡ\u200b Straße", "dna strasse"),
        ("一\n二\0三", "一 二 三"),
        ("", ""),
    ],
)
def test_words_are_stored_and_asked_for_in_one_form(typed, stored):
    assert rules.search_form(typed) == stored


def test_a_query_is_split_into_words_once_each_and_not_without_end():
    assert rules.search_words("论文 造假 论文") == ["论文", "造假"]
    assert len(rules.search_words(" ".join(str(n) for n in range(90)))) == 10
    assert rules.search_words(" \u200b ") == []


def test_a_category_is_found_as_a_whole_among_the_stored_words():
    words = rules.stored_words(["标题", "", "Ａ"], ["抄袭、剽窃", "买卖论文"])

    assert words.startswith("标题\na")
    assert rules.category_line("买卖论文") in words
    assert rules.category_line("买卖") not in words
