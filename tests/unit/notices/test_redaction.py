"""What may not reach the public is found however it is written, and masking tells nothing about what it hides."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.enums import MaskReason, MaskStyle
from notices.redaction import BLOCK, TOKEN, Party, Span, apply, compare, find, places_of, scan

CARD = "510802197903121234"
HAN_CARD = "五一〇八〇二一九七九〇三一二一二三四"
ZHOU = Party("周砚清", MaskReason.NAME_PROFILE, "周某某", frozenset({"zhouyanqing", "yanqingzhou"}))


@pytest.mark.parametrize(
    "number",
    [
        CARD,
        "51080219790312123X",
        "51080219790312123ｘ",
        "５１０８０２１９７９０３１２１２３４",
        "510802 19790312 1234",
        "510802-19790312-1234",
        "510802　1979　0312　1234",
        "5 1 0 8 0 2 1 9 7 9 0 3 1 2 1 2 3 4",
        "5\u200b1\u200b0802\u2060197903121234",
        "510802\u00ad19790312\ufeff1234",
        HAN_CARD,
        "伍壹零捌零贰壹玖柒玖零叁壹贰壹贰叁肆",
        "⑤①⓪⑧⓪②①⑨⑦⑨⓪③①②①②③④",
        "٥١٠٨٠٢١٩٧٩٠٣١٢١٢٣٤",
        "5̶1̶0̶8̶0̶2̶1̶9̶7̶9̶0̶3̶1̶2̶1̶2̶3̶4̶",
        "510802.1979.03.12.1234",
        "510802‐19790312—1234",
        "510802790312123",
        "6222021234567890123",
        "6222 0212 3456 7890",
        "4821093755601284",
        "0000-0002-1825-0097",
        "0000-0002-1694-233X",
        "13800001111510802197903121234",
        "510802********1234",
        "510802●●●●●●●●123X",
        "身份证号：G12345678",
        "护照号码为E12345678",
        "工号: 20190037",
    ],
)
def test_identity_numbers_are_found_in_every_disguise(number):
    text = f"经查，周砚清（{number}）伪造图3。"

    found = scan(text)

    assert [span.reason for span in found] == [MaskReason.IDENTITY_NUMBER]
    assert apply(text, found) == f"经查，周砚清（{TOKEN}）伪造图3。"


@pytest.mark.parametrize(
    "contact",
    [
        "13800006789",
        "138 0000 6789",
        "138-0000-6789",
        "１３８００００６７８９",
        "一三八零零零零六七八九",
        "+86 138 0000 6789",
        "+86-13800006789",
        "0839-3261234",
        "（0839）3261234",
        "0839 3261234转802",
        "电话：3261234",
        "联系方式为 8765 4321",
        "zhou@example.edu.cn",
        "zhou＠example．com",
        "zhou (at) example (dot) com",
        "zhou.y_q+1@mail.example.cn",
        "微信：zhou_yq1979",
        "QQ 123456789",
    ],
)
def test_ways_to_reach_somebody_are_found(contact):
    text = f"请与其联系（{contact}）。"

    assert [span.reason for span in scan(text)] == [MaskReason.CONTACT]
    assert apply(text, scan(text)) == f"请与其联系（{TOKEN}）。"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "自2023年12月26日至2026年12月25日",
        "2023-12-26 2026-12-25",
        "2023-12-26至2026-12-25，5年",
        "国科金监处〔2021〕134号",
        "广科诚决〔2026〕0012号",
        "项目批准号 2023YFS0123、82301234",
        "DOI 10.1177/0300060520912345",
        "10.1016/j.cell.2023.171234567890123",
        "ISSN 0140-6736，第 397 卷第 10274 期",
        "统一社会信用代码 91510800MA6XXXXX1X",
        "追回经费 1234567.89 元，罚款 50,000 元",
        "一、二、三、四、五、六、七、八、九",
        "二〇二三年十二月二十六日",
        "2019、2020、2021、2022、2023 年",
        "第 3 类、第 4 类，图 1、图 2、图 3",
        "经微信公众号转载",
    ],
)
def test_ordinary_words_and_numbers_are_left_alone(text):
    assert scan(text) == []


def test_an_all_digit_unit_code_is_no_identity_number():
    # 统一社会信用代码 are public; this one is all digits and has the right check digit.
    assert scan("统一社会信用代码 915108001234500042") == []
    assert scan("统一社会信用代码 915108001234500043") != []


def test_suggestions_name_the_reason_of_each_mask():
    text = (
        "经查，周砚清（剑门医学院附属医院骨科，身份证号 510802197903121234）与苏望舒伪造图3。"
        "2026年9月3日，举报人提供原始影像，证人张某证实。家庭住址：利州区某路 12 号。"
    )
    parties = [ZHOU, Party("苏望舒", MaskReason.THIRD_PARTY, "苏某某")]

    found = find(text, parties=parties, small_units=True)

    assert [(text[span.start : span.end], span.reason) for span in found] == [
        ("周砚清", MaskReason.NAME_PROFILE),
        ("附属医院骨科", MaskReason.SMALL_UNIT),
        ("身份证号 510802197903121234", MaskReason.IDENTITY_NUMBER),
        ("苏望舒", MaskReason.THIRD_PARTY),
        ("2026年9月3日，举报人提供原始影像", MaskReason.REPORTER),
        ("证人张某证实", MaskReason.WITNESS),
        ("家庭住址：利州区某路 12 号", MaskReason.CONTACT),
    ]
    assert apply(text, found) == (f"经查，周某某（剑门医学院，{TOKEN}）与苏某某伪造图3。{TOKEN}，{TOKEN}。{TOKEN}。")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我局接到举报后调查。", ["我局接到举报后调查"]),
        ("经查，群众来信反映属实。", ["群众来信反映属实"]),
        ("于2026年9月，爆料称其造假。", ["于2026年9月，爆料称其造假"]),
        ("其于2024年5月6日伪造数据，经举报查实。", ["经举报查实"]),
        ("2024年5月6日，伪造数据。", []),
        ("  投诉人 王某  ，属实", ["投诉人 王某"]),
    ],
)
def test_clauses_about_the_reporter_are_masked_with_the_day_before_them(text, masked):
    assert [text[span.start : span.end] for span in find(text)] == masked


@pytest.mark.parametrize(
    "written", ["2026年9月3日", "2026-09-03", "2026.9.3", "２０２６年９月３日", "二〇二六年九月三日"]
)
def test_the_day_of_a_report_is_masked_in_every_way_of_writing(written):
    text = f"经查，{written}起掌握情况。"

    found = find(text, dates=[dt.date(2026, 9, 3)])

    assert [(text[span.start : span.end], span.reason) for span in found] == [(written, MaskReason.REPORTER)]


def test_another_day_that_begins_alike_is_not_the_day_of_the_report():
    assert find("2026年9月30日作出决定", dates=[dt.date(2026, 9, 3)]) == []


@pytest.mark.parametrize(
    "written",
    [
        "周砚清",
        "周 砚 清",
        "周\u3000砚清",
        "周\u200b砚清",
        "Zhou Yanqing",
        "Yanqing ZHOU",
        "Yan-qing Zhou",
        "Zhou, Yanqing",
    ],
)
def test_a_name_is_found_however_it_is_spaced_or_romanised(written):
    text = f"通讯作者为{written}等。"

    assert apply(text, find(text, parties=[ZHOU])) == "通讯作者为周某某等。"


def test_latin_names_are_found_whole_and_in_any_case():
    party = Party("Anna Berg", MaskReason.THIRD_PARTY, "某某")

    assert apply("with anna  BERG and Joanna Berg", find("with anna  BERG and Joanna Berg", parties=[party])) == (
        "with 某某 and Joanna Berg"
    )


def test_a_party_without_name_masks_nothing():
    assert find("周砚清", parties=[Party(" ", MaskReason.THIRD_PARTY, "某某")]) == []


def test_taking_back_one_mask_does_not_bare_what_another_covers():
    text = "举报人称周砚清电话13800006789。"
    found = find(text, parties=[ZHOU])

    rest = [span for span in found if span.reason != MaskReason.REPORTER]

    assert apply(text, found) == f"{TOKEN}。"
    assert apply(text, rest) == f"举报人称周某某{TOKEN}。"


def test_masks_of_any_length_leave_the_same_width():
    short, long = "甲乙丙", "甲" + "乙" * 40 + "丙"

    assert apply(short, [Span(1, 2, MaskReason.PRIVACY)]) == apply(long, [Span(1, 41, MaskReason.PRIVACY)])


def test_overlapping_masks_hide_their_whole_union():
    text = "零一二三四五六七八九"
    spans = [
        Span(5, 8, MaskReason.PRIVACY),
        Span(2, 6, MaskReason.PRIVACY, MaskStyle.DELETE),
        Span(2, 3, MaskReason.WITNESS),
    ]

    assert apply(text, spans) == "零一八九"


def test_each_style_leaves_its_own_words():
    assert apply("甲乙丙", [Span(1, 2, MaskReason.PRIVACY, MaskStyle.DELETE)]) == "甲丙"
    assert apply("甲乙丙", [Span(1, 2, MaskReason.PRIVACY, MaskStyle.REPLACE, "某")]) == "甲某丙"
    assert apply("甲乙丙", [Span(1, 2, MaskReason.PRIVACY)]) == f"甲{TOKEN}丙"
    assert apply("甲乙丙", []) == "甲乙丙"


@pytest.mark.parametrize(("start", "end"), [(0, 4), (3, 4), (2, 2), (-1, 1)])
def test_a_mask_made_for_another_text_is_refused(start, end):
    with pytest.raises(ValueError, match="outside a text"):
        apply("甲乙丙", [Span(start, end, MaskReason.PRIVACY)])


def test_the_two_columns_show_what_went_and_what_came():
    text = "周砚清（510802197903121234）在骨科。"
    spans = [
        *find(text, parties=[ZHOU]),
        Span(text.index("骨科"), text.index("骨科") + 2, MaskReason.SMALL_UNIT, "delete"),
    ]

    left, right = compare(text, spans)

    assert left == [("周砚清", "del"), ("（", ""), (BLOCK, "del"), ("）在", ""), ("骨科", "del"), ("。", "")]
    assert right == [("周某某", "ins"), ("（", ""), (TOKEN, "ins"), ("）在", ""), ("。", "")]


def test_a_number_inside_a_longer_mask_is_not_shown_to_reviewers_either():
    left, _right = compare("举报人电话13800006789。", find("举报人电话13800006789。"))

    assert left[0] == (f"举报人{BLOCK}", "del")


@pytest.mark.parametrize(
    ("text", "words", "places"),
    [
        ("骨科与骨科", "骨科", [(0, 2), (3, 5)]),
        ("骨\u200b科", "骨科", [(0, 3)]),
        ("骨　科", "骨 科", [(0, 3)]),
        ("Ａ组(1)", "A组（１）", [(0, 5)]),
        ("骨科", "内科", []),
        ("骨科", " ", []),
        ("a.b", "a?b", []),
    ],
)
def test_words_are_found_as_the_eye_reads_them(text, words, places):
    assert places_of(text, words) == places


def test_a_unit_name_without_department_proposes_nothing():
    assert find("剑门医学院", small_units=True) == []
    assert find("剑门医学院附属医院骨科", small_units=False) == []


@given(st.text(max_size=80), st.sampled_from([CARD, HAN_CARD, "13800006789", "a@b.cn"]), st.text(max_size=80))
def test_after_masking_nothing_forbidden_is_left(before, canary, after):
    text = f"{before}，{canary}，{after}"

    public = apply(text, find(text, parties=[ZHOU]))

    assert canary not in public
    assert "周砚清" not in public


@given(st.text(max_size=200), st.lists(st.tuples(st.integers(0, 200), st.integers(1, 30)), max_size=6))
def test_both_columns_add_up_to_their_texts(text, places):
    spans = [Span(start, min(start + n, len(text)), MaskReason.PRIVACY) for start, n in places if start < len(text)]

    left, right = compare(text, spans)

    assert "".join(part for part, _mark in right) == apply(text, spans)
    if not any(mark for _part, mark in left):
        assert "".join(part for part, _mark in left) == text


@pytest.mark.parametrize(
    "hostile",
    ["1" * 60_000, "a" * 60_000, "1 " * 30_000, "a@" * 20_000, "举报" * 20_000, "周" * 60_000, "Zhou " * 12_000],
)
def test_long_texts_are_read_in_reasonable_time(hostile):
    started = dt.datetime.now(dt.UTC)

    find(hostile, parties=[ZHOU], dates=[dt.date(2026, 9, 3)], small_units=True)

    assert (dt.datetime.now(dt.UTC) - started).total_seconds() < 10
