"""The search forms. Turn what was typed into a question, or say what to change; and the name of a saved search."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casework.audience import Audience
from casework.forms.choices import ChoiceField
from casework.forms.fields import TextField
from search import registry
from search.asking import Asked, understand
from search.periods import FIRST_YEAR, LAST_YEAR
from search.queries import MAX_CHARACTERS, MAX_RUNS, MAX_TEXT, MAX_WORDS, QueryError, Refusal

NAME_LIMIT = 60
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
    Refusal.NO_SUCH_DATE: (
        _("没有“%(text)s”这个日期（年份须在 %(first)s 至 %(last)s 之间）。如要查这几个字，请加引号。"),
        {"first": FIRST_YEAR, "last": LAST_YEAR},
    ),
    Refusal.TWO_DATES: (_("一次只能按一个日期筛选，请只留一个。如要查这几个字，请加引号。"), {}),
    Refusal.OTHER_YEAR: (_("检索内容里的日期与选定的年份不一致，请只留一处。"), {}),
}


class SearchForm(forms.Form):
    """GET form. `asked` holds the question once the form is valid."""

    hides_optional = True
    q = forms.CharField(label=_("检索内容"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    year = forms.IntegerField(label=_("年份"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    exact = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, audience: Audience, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        documents = registry.documents_of(audience)
        kinds = [("", _("全部")), *((document.kind, document.label) for document in documents)]
        if audience != Audience.PUBLIC:
            self.fields["q"].widget.attrs |= {"data-suggest": reverse("search:suggest"), "autocomplete": "off"}
        self.fields["kind"] = ChoiceField(label=_("类别"), required=False, choices=kinds)
        self.order_fields(["q", "kind", "year", "exact"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self.asked: Asked = understand(
                cleaned["q"], kind=cleaned["kind"], year=cleaned["year"], is_exact=cleaned["exact"]
            )
        except QueryError as problem:
            sentence, numbers = _SENTENCES[problem.refusal]
            values = {**numbers, "text": problem.text}
            self.add_error("q", forms.ValidationError(sentence, params=values, code=problem.refusal.value))
        return cleaned


class SaveForm(forms.Form):
    """Keep a question under a name. The question itself travels along hidden and is read by SearchForm."""

    name = TextField(label=_("名称"), limit=NAME_LIMIT, help_text=_("只有您自己看得到，方便以后辨认。"))
    has_alert = forms.BooleanField(
        label=_("有新结果时提醒我"),
        required=False,
        help_text=_("每天核对一次，在“今日”里只告知新结果的条数。"),
    )


class RenameForm(forms.Form):
    name = TextField(label=_("名称"), limit=NAME_LIMIT)
