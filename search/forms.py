"""The search form: words, kind, year. Turns what was typed into a Query, or says what to change."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.audience import Audience
from casework.forms.choices import ChoiceField
from search import registry
from search.queries import MAX_CHARACTERS, MAX_RUNS, MAX_TEXT, MAX_WORDS, QueryError, Refusal, parse

_SENTENCES = {
    Refusal.NOTHING: (_("请输入要检索的内容。"), {}),
    Refusal.NO_WORD: (_("只有标点，无法检索。请输入文字、字母或数字。"), {}),
    Refusal.TOO_MANY_WORDS: (
        _("最多 %(words)s 个词，%(runs)s 个片段。请只留下最能区分的几个词。"),
        {"words": MAX_WORDS, "runs": MAX_RUNS},
    ),
    Refusal.WORD_TOO_LONG: (
        _("每个词最多 %(limit)s 个字。请截取其中一段，或用空格分开。"),
        {"limit": MAX_CHARACTERS},
    ),
    Refusal.TEXT_TOO_LONG: (_("检索内容最多 %(limit)s 个字。请截取其中一段。"), {"limit": MAX_TEXT}),
}


class SearchForm(forms.Form):
    """GET form. `query` holds the parsed Query once the form is valid."""

    hides_optional = True
    q = forms.CharField(label=_("检索内容"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    year = forms.IntegerField(label=_("年份"), required=False, min_value=1949, max_value=2199)

    def __init__(self, audience: Audience, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        documents = registry.documents_of(audience)
        kinds = [("", _("全部")), *((document.kind, document.label) for document in documents)]
        self.fields["kind"] = ChoiceField(label=_("类别"), required=False, choices=kinds)
        self.order_fields(["q", "kind", "year"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self.query = parse(cleaned["q"], kind=cleaned["kind"], year=cleaned["year"])
        except QueryError as problem:
            sentence, numbers = _SENTENCES[problem.refusal]
            self.add_error("q", forms.ValidationError(sentence, params=numbers, code=problem.refusal.value))
        return cleaned
