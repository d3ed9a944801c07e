"""Words of one meaning: which sets there are, what they add, and that they add nothing else."""

import pytest

from search.highlight import mark
from search.queries import Phrase, matches, parse
from search.synonyms import read_sets, used, widened


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("科研失信", [("科研失信", ["学术不端"])]),
        ("学术不端", [("学术不端", ["科研失信"])]),
        ("PLAGIARISM", [("plagiarism", ["抄袭", "剽窃"])]),
        ("周砚清 学术不端", [("学术不端", ["科研失信"])]),
        ("学术不端 抄袭", [("学术不端", ["科研失信"]), ("抄袭", ["剽窃", "plagiarism"])]),
        ("学术不端行为", []),
        ("学术", []),
        ("周砚清", []),
    ],
)
def test_a_phrase_that_is_a_member_is_widened_and_the_page_can_say_so(typed, expected):
    assert used(widened(parse(typed))) == expected


def test_nothing_else_of_the_query_changes():
    query = parse("学术不端 周砚清", kind="case", year=2026, month=3)
    wide = widened(query)
    assert (wide.kind, wide.period, wide.limit) == (query.kind, query.period, query.limit)
    assert [phrase.text for phrase in wide.phrases] == [phrase.text for phrase in query.phrases]
    assert widened(parse("周砚清")) == parse("周砚清")


def test_a_widened_query_is_another_one_for_cursor_and_log():
    assert widened(parse("学术不端")).fingerprint != parse("学术不端").fingerprint
    assert widened(parse("周砚清")).fingerprint == parse("周砚清").fingerprint


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("科研失信行为", "调查"), True),
        (("学术不端", "调查"), True),
        (("科研失信", "处理"), False),
        (("调查",), False),
    ],
)
def test_what_a_widened_query_means(texts, expected):
    assert matches(widened(parse("学术不端 调查")), texts) is expected


def test_the_other_words_are_marked_too():
    parts = mark("科研失信和学术不端", widened(parse("学术不端")).phrases)
    assert [part.text for part in parts if part.is_hit] == ["科研失信", "学术不端"]


def test_the_ways_of_a_phrase_are_itself_and_its_alternatives():
    phrase = widened(parse("学术不端")).phrases[0]
    assert phrase.ways == (Phrase("学术不端", True), Phrase("科研失信", True))
    assert parse("周").phrases[0].ways == (Phrase("周", True),)


@pytest.mark.parametrize(
    "sets",
    [
        [["抄袭"]],
        [["抄袭", "抄袭"]],
        [["抄袭", "剽窃"], ["剽窃", "盗用"]],
        [["抄袭", "data fabrication"]],
        [["抄", "剽窃"]],
        [["抄袭", "，"]],
    ],
)
def test_a_file_that_says_something_else_than_it_means_is_refused(sets):
    with pytest.raises(ValueError):
        read_sets(sets)
