"""The search form: what is typed becomes a query or a sentence that says what to change."""

import pytest

from casework.audience import Audience
from search.forms import SearchForm
from search.queries import Refusal


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请输入要检索的内容。"),
        ("，。", "只有标点，无法检索。请输入文字、字母或数字。"),
        ("一 二 三 四 五 六 七 八 九", "最多 8 个词，24 个片段。请只留下最能区分的几个词。"),
        ("诚" * 41, "每个词最多 40 个字。请截取其中一段，或用空格分开。"),
        ("诚 " * 150, "检索内容最多 200 个字。请截取其中一段。"),
    ],
)
def test_a_refused_text_gets_a_sentence_that_helps(typed, sentence):
    form = SearchForm(Audience.INTERNAL, {"q": typed})
    assert not form.is_valid()
    assert form.errors["q"] == [sentence]


def test_every_refusal_has_its_sentence():
    texts = ["", "，。", "一 二 三 四 五 六 七 八 九", "诚" * 41, "诚 " * 150, "2026-13", "2025年 2026年"]
    codes = set()
    for values in [*({"q": text} for text in texts), {"q": "2026年", "year": "2025"}]:
        form = SearchForm(Audience.INTERNAL, values)
        form.is_valid()
        codes |= {error["code"] for errors in form.errors.get_json_data().values() for error in errors}
    assert codes == set(Refusal)


def test_words_kind_and_year_become_a_query():
    form = SearchForm(Audience.INTERNAL, {"q": "周砚清", "kind": "case", "year": "2026"})
    assert form.is_valid()
    query = form.asked.query
    assert (query.kind, query.year, query.phrases[0].text) == ("case", 2026, "周砚清")


@pytest.mark.parametrize(
    "changes", [{"kind": "share"}, {"kind": "acl"}, {"year": "x"}, {"year": "1"}, {"year": "99999"}]
)
def test_a_filter_that_does_not_exist_is_refused(changes):
    assert not SearchForm(Audience.INTERNAL, {"q": "周砚清"} | changes).is_valid()


def test_the_kinds_are_those_of_the_audience():
    assert [value for value, _label in SearchForm(Audience.PARTNER).fields["kind"].choices] == ["", "share"]
