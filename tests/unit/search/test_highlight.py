"""Marks and cuts in a text the reader may read."""

import pytest

from search.highlight import CONTEXT, Part, cuts, found_at, mark
from search.queries import parse


def marked(parts):
    return "".join(f"[{part.text}]" if part.is_hit else part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("科研诚信办法", "诚信", "科研[诚信]办法"),
        ("编辑部的编辑", "辑", "编[辑]部的编[辑]"),
        ("科研诚信", "科研 研诚", "[科研诚]信"),
        ("诚诚诚诚", "诚诚", "[诚诚诚诚]"),
        ("科研，诚信", "科研诚信", "科研，诚信"),
        ("见ＤＯＩ：10", "doi", "见[ＤＯＩ]：10"),
        ("Research re search", "re", "Research [re] search"),
        ("㈠和一", "一", "[㈠]和[一]"),
        ("甲㍿乙", "株式会社", "甲[㍿]乙"),
        ("张\u200b三说", "张三", "[张\u200b三]说"),
        ("<b>科研</b>", "科研 b", "<[b]>[科研]</[b]>"),
        ("𠮷野家", "野", "𠮷[野]家"),
        ("没有", "数据", "没有"),
        ("", "数据", ""),
    ],
)
def test_s04_the_places_found_are_marked_in_the_original(text, typed, expected):
    assert marked(mark(text, parse(typed).phrases)) == expected


def test_parts_put_together_are_the_text_itself():
    text = "关于周砚清同志ＤＯＩ问题的情况说明，㈠数据"
    assert "".join(part.text for part in mark(text, parse("周砚清 doi 一 数据").phrases)) == text


def test_a_cut_shows_forty_characters_to_each_side():
    text = "前" * 100 + "数据" + "后" * 100
    assert [marked(cut) for cut in cuts(text, parse("数据").phrases)] == [
        "…" + "前" * CONTEXT + "[数据]" + "后" * CONTEXT + "…"
    ]


def test_a_short_text_is_cut_nowhere():
    assert [marked(cut) for cut in cuts("原始数据缺失", parse("数据").phrases)] == ["原始[数据]缺失"]


def test_near_places_share_a_cut_and_far_ones_have_their_own():
    text = "数据" + "近" * 10 + "数据" + "远" * 200 + "数据"
    assert [marked(cut).count("[数据]") for cut in cuts(text, parse("数据").phrases)] == [2, 1]


def test_there_are_at_most_three_cuts():
    text = ("数据" + "远" * 200) * 6
    assert len(cuts(text, parse("数据").phrases)) == 3
    assert len(cuts(text, parse("数据").phrases, most=1)) == 1


def test_nothing_found_gives_no_cut():
    assert cuts("情况说明", parse("数据").phrases) == []


def test_nothing_asked_marks_nothing():
    assert found_at("情况说明", ()) == []
    assert mark("情况说明", ()) == [Part("情况说明", False)]
