"""Forms of decisions: the draft with one fixed row per measure of the rule set, the verdict, service, revocation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from casework.forms.choices import ChoiceField, HiddenField, MultipleChoiceField
from casework.forms.fields import DayField, TextField
from casework.rulebook import Clause, RuleBook
from casework.templatetags.casework import article
from integrity.drafting import Assessment, DecisionContent, MeasureEntry, say
from integrity.enums import Outcome, ServiceMethod, Verdict
from integrity.periods import band_words

REASON = "reason_"
OUTCOMES = {
    Outcome.ESTABLISHED: gettext_lazy("成立\n有行为类别、情节和处理措施。"),
    Outcome.NOT_ESTABLISHED: gettext_lazy("不成立\n查明没有失信行为，以适当方式澄清。"),
    Outcome.INSUFFICIENT: gettext_lazy("证据不足\n现有证据不足以认定。"),
    Outcome.EXEMPT: gettext_lazy("尽职免责\n单独成立，不等于未发现问题，须写明依据。"),
}


def _choices(book: RuleBook, kind: str) -> list[tuple[str, str]]:
    return [(clause.key, f"{say(clause)}\n{article(clause.article)}".strip()) for clause in book.of_kind(kind)]


def _factor_choice(clause: Clause) -> tuple[str, str]:
    side = _("从轻") if clause.numbers.get("lenient") else _("从重")
    return clause.key, f"{say(clause)}\n{side}"


def _tier_choice(clause: Clause) -> tuple[str, str]:
    return clause.key, f"{say(clause)}\n{say(band_words(clause.numbers.get('band')))}"  # type: ignore[arg-type]


class MeasureRow(forms.Form):
    """One measure of the rule set. What is filled in without the tick is refused, never dropped."""

    hides_optional = True
    chosen = forms.BooleanField(label=gettext_lazy("给予"), required=False)
    months = forms.IntegerField(label=gettext_lazy("期限（月）"), required=False, min_value=1, max_value=1200)
    lifetime = forms.BooleanField(label=gettext_lazy("永久"), required=False)
    start = DayField(label=gettext_lazy("起始日"), required=False, help_text=gettext_lazy("不填即签发之日。"))
    days = forms.IntegerField(label=gettext_lazy("期限（日）"), required=False, min_value=1, max_value=30_000)
    count = forms.IntegerField(label=gettext_lazy("次数"), required=False, min_value=1, max_value=1200)
    until = TextField(label=gettext_lazy("期限（文字）"), limit=200, required=False)
    scope = TextField(label=gettext_lazy("范围"), limit=300, required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("金额（元）"), required=False, min_value=0, max_digits=14, decimal_places=2
    )
    text = TextField(label=gettext_lazy("说明"), limit=300, required=False)

    def __init__(self, *args: Any, clause: Clause, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"m-{clause.key}", **kwargs)
        self.clause = clause
        self.fields["chosen"].label = say(clause)

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """The fields this measure usually needs."""
        return [self[name] for name in self._main_names()]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """The rest, in the order of the form."""
        return [self[name] for name in self.fields if name not in {"chosen", *self._main_names()}]

    @property
    def is_unfolded(self) -> bool:
        """Open when the measure is given, or when something stands in its fields or is wrong with them."""
        return any(field.value() or field.errors for field in self)

    def _main_names(self) -> list[str]:
        facts = self.clause.numbers
        named = {
            "period": ["months", "lifetime", "start"],
            "money": ["amount"],
            "date": ["until"],
            "scope": ["scope"],
            "text_required": ["text"],
        }
        return [name for fact, names in named.items() if facts.get(fact) for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        filled = [name for name, value in cleaned.items() if name != "chosen" and value not in (None, "", False)]
        if filled and not cleaned.get("chosen"):
            raise ValidationError(
                _("“%(measure)s”填写了内容但没有勾选。请勾选，或者清空。") % {"measure": say(self.clause)}
            )
        return cleaned

    def entry(self) -> MeasureEntry | None:
        """The measure as typed, or None when it is not given."""
        values = dict(self.cleaned_data)
        if not values.pop("chosen"):
            return None
        return MeasureEntry(kind=self.clause.key, **values)


class MeasureRows:
    """The rows of all measures of the rule set, in its order; looks like a formset to the error summary."""

    management_form = None

    def __init__(self, data: Any, *, book: RuleBook, entries: Sequence[MeasureEntry] = ()) -> None:
        given = {entry.kind: entry for entry in entries}
        self.forms = [
            MeasureRow(data, clause=clause, initial=_initial(given.get(clause.key)))
            for clause in book.of_kind("measure")
        ]

    def non_form_errors(self) -> list[str]:
        return []

    def is_valid(self) -> bool:
        # Every row is checked, so that every fault shows at once.
        faults = [row for row in self.forms if not row.is_valid()]
        return not faults

    def entries(self) -> tuple[MeasureEntry, ...]:
        return tuple(entry for row in self.forms if (entry := row.entry()) is not None)


def _initial(entry: MeasureEntry | None) -> dict[str, Any]:
    if entry is None:
        return {}
    names = ("months", "lifetime", "days", "count", "until", "scope", "amount", "text", "start")
    return {"chosen": True, **{name: getattr(entry, name) for name in names}}


class DatesForm(forms.Form):
    """The two dates alone: they choose the rule set the rest of the form is made of."""

    conduct_on = DayField(required=False)
    decided_on = DayField(required=False)

    def days(self) -> tuple[dt.date | None, dt.date | None]:
        """(conduct, decision); None for what is missing or no date."""
        self.full_clean()
        return self.cleaned_data.get("conduct_on"), self.cleaned_data.get("decided_on")


class DecisionForm(forms.Form):
    """A draft decision. Nothing is required here: a draft may be incomplete, sending is what asks for more (B16)."""

    # "选填" beside a field that sending will demand would mislead.
    hides_optional = True
    seen_hash = HiddenField(required=False)
    outcome = ChoiceField(
        label=gettext_lazy("认定结论"),
        widget=forms.RadioSelect,
        required=False,
        choices=list(OUTCOMES.items()),
        help_text=gettext_lazy("没有默认选项。"),
    )
    conduct_on = DayField(
        label=gettext_lazy("行为日期"), required=False, help_text=gettext_lazy("行为持续的，填最后一日。")
    )
    decided_on = DayField(label=gettext_lazy("决定日期"), required=False)
    categories = MultipleChoiceField(
        label=gettext_lazy("行为类别"), widget=forms.CheckboxSelectMultiple, required=False
    )
    category_text = TextField(label=gettext_lazy("行为类别说明"), limit=300, required=False)
    tier = ChoiceField(label=gettext_lazy("情节"), widget=forms.RadioSelect, required=False)
    factors = MultipleChoiceField(
        label=gettext_lazy("从轻、从重情形"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("只在所选情节的幅度内从轻或者从重。"),
    )
    facts = TextField(
        label=gettext_lazy("认定的事实与证据"),
        multiline=True,
        required=False,
        help_text=gettext_lazy("写认定的事实，不写评价。被处理人会读到这里的文字。"),
    )
    basis = TextField(label=gettext_lazy("处理依据"), multiline=True, required=False)
    exempt_ground = ChoiceField(label=gettext_lazy("免责依据"), widget=forms.RadioSelect, required=False)
    exempt_text = TextField(label=gettext_lazy("免责理由"), multiline=True, required=False)
    statement_reply = TextField(
        label=gettext_lazy("对陈述申辩的回应"),
        multiline=True,
        required=False,
        help_text=gettext_lazy("逐点说明采纳与否和理由。已陈述申辩的必须填写。"),
    )

    def __init__(self, data: Any = None, *, book: RuleBook, content: DecisionContent, seen_hash: str = "") -> None:
        super().__init__(data, initial=_initial_of(content, seen_hash))
        self.book = book
        self.rows = MeasureRows(data, book=book, entries=content.measures)
        self._known_reasons = dict(content.warning_reasons)
        self.fields["categories"].choices = _choices(book, "category")  # type: ignore[attr-defined]
        self.fields["tier"].choices = [_tier_choice(tier) for tier in book.of_kind("tier")]  # type: ignore[attr-defined]
        self.fields["factors"].choices = [_factor_choice(one) for one in book.of_kind("factor")]  # type: ignore[attr-defined]
        self.fields["exempt_ground"].choices = _choices(book, "exempt_ground")  # type: ignore[attr-defined]

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.rows.is_valid()])

    def content(self) -> DecisionContent:
        """What was typed, without the reasons; call after is_valid. A tier belongs to an established finding only."""
        values = {name: self.cleaned_data[name] for name in DecisionContent.__dataclass_fields__ if name in self.fields}
        if values["outcome"] != Outcome.ESTABLISHED:
            values["tier"] = ""
        return DecisionContent(**values, measures=self.rows.entries())

    def with_reasons(self, content: DecisionContent, assessment: Assessment) -> DecisionContent:
        """Add one field per warning of the assessment and take over the reasons typed for them."""
        self.ask_reasons(assessment)
        typed = {code: str(self.data.get(f"{REASON}{code}", "")) for code in assessment.warning_codes}
        return replace(content, warning_reasons={code: text for code, text in typed.items() if text.strip()})

    def ask_reasons(self, assessment: Assessment) -> None:
        """One field per code of a warning, with its sentences as the label."""
        for code in assessment.warning_codes:
            sentences = dict.fromkeys(say(finding) for finding in assessment.warnings if finding.code == code)
            field = TextField(label="\n".join(sentences), multiline=True, limit=2000, required=False)
            field.widget.attrs["rows"] = 2
            self.fields[f"{REASON}{code}"] = field
            self.initial[f"{REASON}{code}"] = self._known_reasons.get(code, "")

    @property
    def reason_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(REASON)]


def _initial_of(content: DecisionContent, seen_hash: str) -> Mapping[str, Any]:
    names = [name for name in DecisionContent.__dataclass_fields__ if name not in {"measures", "warning_reasons"}]
    return {"seen_hash": seen_hash, **{name: getattr(content, name) for name in names}}


class VerdictForm(forms.Form):
    """Agree or return, on exactly the content that was read. The action says that an opinion is needed."""

    hides_optional = True
    seen_hash = HiddenField()
    step = HiddenField()
    verdict = ChoiceField(label=gettext_lazy("意见"), widget=forms.RadioSelect, choices=Verdict.choices, required=False)
    reason = TextField(
        label=pgettext_lazy("意见", "说明"),
        multiline=True,
        limit=2000,
        required=False,
        help_text=gettext_lazy("退回修改须写明理由。"),
    )


class ServeForm(forms.Form):
    served_on = DayField(label=gettext_lazy("送达日"))
    method = ChoiceField(label=gettext_lazy("送达方式"), widget=forms.RadioSelect, choices=ServiceMethod.choices)


class ProvinceForm(forms.Form):
    sent_on = DayField(label=gettext_lazy("报送日"))


class RevokeForm(forms.Form):
    reason = TextField(
        label=gettext_lazy("撤销理由"),
        multiline=True,
        limit=2000,
        help_text=gettext_lazy("撤销后，措施收回，失信行为记录撤销，立即生效。"),
    )
