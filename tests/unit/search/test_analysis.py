"""Segmentation: runs, their places in the original, and the terms written for them."""

import random
import re

import pytest

from search import analysis
from search.analysis import REPEAT_LIMIT, TEXT_LIMIT, WORD_LIMIT, bigrams, index_terms, repeats_too_often, runs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("，。！ \n\t", []),
        ("科研诚信", ["科研诚信"]),
        ("科研，诚信", ["科研", "诚信"]),
        ("科研\n诚信", ["科研", "诚信"]),
        ("买买提·艾力", ["买买提", "艾力"]),
        ("线索〔2026〕0012号", ["线索", "2026", "0012", "号"]),
        ("第12条", ["第", "12", "条"]),
        ("GY-2026-012", ["gy", "2026", "012"]),
        ("re search", ["re", "search"]),
        ("research", ["research"]),
        ("ＤＯＩ：１０．１０００／ａｂｃ", ["doi", "10", "1000", "abc"]),
        ("Straße ΑΣ", ["strasse", "ας".casefold()]),
        ("㈠ ㍿ ½", ["一", "株式会社", "1", "2"]),
        ("𠮷野家", ["𠮷野家"]),
        ("𰀀𪚥龘", ["𰀀𪚥龘"]),
        ("人々〇", ["人々〇"]),
        ("cafe\u0301", ["caf\u00e9"]),
        ("caf\u00e9", ["caf\u00e9"]),
        ("张\u200b三\ufeff丰", ["张三丰"]),
        ("葛\U000e0100城", ["葛城"]),
        ("\u0301a\u0301", ["\u00e1"]),
        ("张\u0301三", ["张三"]),
        ("\x00甲\x01乙\x00", ["甲", "乙"]),
        ("ไทย", ["ไทย"]),
    ],
)
def test_a_text_falls_into_runs_of_one_script(text, expected):
    assert [run.text for run in runs(text)] == expected


def test_only_han_runs_are_han():
    assert [run.is_han for run in runs("科研data12 々")] == [True, False, True]


@pytest.mark.parametrize("text", ["A㈠b，ﬁ 科\u200b研ＤＯＩ㍿", "㊟張三㈱", "x\u0301y 𠮷1"])
def test_s04_every_folded_character_knows_its_place_in_the_original(text):
    for run in runs(text):
        assert all(0 <= origin < len(text) for origin in run.origins)
        assert list(run.origins) == sorted(run.origins)
        if run.is_han:
            assert len(run.origins) == len(run.text)


@pytest.mark.parametrize(("run", "expected"), [("", []), ("科", []), ("科研", ["科研"]), ("科研诚", ["科研", "研诚"])])
def test_bigrams_overlap(run, expected):
    assert bigrams(run) == expected


def test_s05_the_index_holds_the_last_character_of_a_run_too():
    assert index_terms(["编辑，Data科"]).terms == ("编辑", "辑", "data", "科")


def test_a_text_within_the_limit_is_not_partial():
    assert not index_terms(["诚" * TEXT_LIMIT]).is_partial


@pytest.mark.parametrize(
    "texts",
    [["诚" * (TEXT_LIMIT + 1)], ["诚" * TEXT_LIMIT, "信"], ["a" * (WORD_LIMIT + 1)], ["ab " * TEXT_LIMIT]],
)
def test_s10_a_text_that_is_cut_is_partial(texts):
    assert index_terms(texts).is_partial


def test_s11_random_characters_never_give_more_terms_than_the_limit():
    # Seeded: the same 150,000 characters every time.
    drawn = random.Random(11)
    text = "".join(chr(drawn.randint(0x20, 0x2FFFF)) for _ in range(150_000))
    text = re.sub("[\ud800-\udfff]", "", text)
    terms = index_terms([text]).terms
    assert len(terms) <= TEXT_LIMIT
    assert max(len(term.encode()) for term in terms) < 2046
    assert not any(re.search(r"[\s\"'\\:*()&|!<>]", term) for term in terms)


@pytest.mark.parametrize(("times", "expected"), [(REPEAT_LIMIT, False), (REPEAT_LIMIT + 1, True)])
def test_s10_a_term_repeated_too_often_is_noticed(times, expected):
    assert repeats_too_often(["科研"] * times + ["诚信"]) is expected


def test_no_terms_repeat_never():
    assert not repeats_too_often([])


def test_plain_text_falls_into_the_same_runs_on_the_short_way():
    plain = [chr(code) for code in range(0x20000) if analysis._PLAIN.fullmatch(chr(code))]
    assert len(plain) > 27_000
    dice = random.Random(5)
    texts = [f"a{one}b文{one}字" for one in plain]
    texts += ["".join(dice.choices(plain[:150] + plain[-150:], k=40)) for _text in range(2_000)]
    for text in texts:
        assert analysis._folded_runs(text) == [(run.text, run.is_han) for run in runs(text)], text
