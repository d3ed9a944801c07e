"""What is typed in the procedures beside the meeting. Parsing only; whether it may be so is for the actions to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import ChoiceField, ModelMultipleChoiceField, TypedChoiceField
from casework.forms.fields import DayField, TextField
from casework.rulebook import Clause
from ethics.enums import AppealOutcome, ItemVerdict
from ethics.forms.register import CHOOSE, OptionalFile
from ethics.models import CommitteeMember
from ethics.wording import say


class _Members(ModelMultipleChoiceField):
    """Each member with the words the form was given."""

    words: dict[int, str]

    def label_from_instance(self, obj: Any) -> str:
        return self.words[obj.pk]


class NameForm(forms.Form):
    """`words`: key of a member → the words of its choice. `by_secretary`: no chair can do it here, which wants a reason."""

    members = _Members(
        label=_("审查委员"),
        queryset=CommitteeMember.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选择审查委员。")},
    )
    reason = TextField(
        label=_("代为登记的原因"), limit=300, help_text=_("主任委员、副主任委员都没有账号，写明由谁、在什么时候指定。")
    )

    def __init__(self, *args: Any, words: dict[int, str], by_secretary: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["members"]
        field.words = words  # type: ignore[attr-defined]
        field.queryset = CommitteeMember.objects.filter(pk__in=words).select_related("person")  # type: ignore[attr-defined]
        if not by_secretary:
            del self.fields["reason"]


class WhyForm(forms.Form):
    """One reason, asked for in the words of the step."""

    reason = TextField(label=_("理由"), limit=300, multiline=True)

    def __init__(self, *args: Any, label: Any = "", limit: int = 300, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = label or field.label, help_text
        field.limit = limit  # type: ignore[attr-defined]


class OpinionForm(forms.Form):
    """The checklist of the rule sets, then the opinion. Standard comments are offered as one types (R16)."""

    is_positive = TypedChoiceField(
        label=_("审查意见"),
        choices=[
            ("yes", _("同意批准")),
            ("no", _("不同意批准\n否定性意见不会直接作出不予批准的决定，而是转为会议审查。")),
        ],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    has_doubt = forms.BooleanField(label=_("对审查内容有疑义"), required=False)
    asks_meeting = forms.BooleanField(label=_("要求会议审查"), required=False)
    sees_changed_risk = forms.BooleanField(label=_("认为风险受益比发生变化"), required=False)
    text = TextField(label=_("意见说明"), multiline=True, limit=5000)

    def __init__(self, *args: Any, items: Sequence[Clause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"verdict_{item.key}"] = ChoiceField(label=say(item), choices=[CHOOSE, *ItemVerdict.choices])
            self.fields[f"comment_{item.key}"] = TextField(
                label=_("说明"),
                limit=500,
                required=False,
                widget=forms.TextInput(attrs={"list": f"standard-{item.key}", "autocomplete": "off"}),
            )

    def rows(self) -> Iterator[tuple[Clause, str, BoundField, BoundField]]:
        """(item, its standard comment, verdict, comment)."""
        for item in self.items:
            yield item, say(item), self[f"verdict_{item.key}"], self[f"comment_{item.key}"]

    def opinion(self) -> list[BoundField]:
        return [self[name] for name in ("is_positive", "has_doubt", "asks_meeting", "sees_changed_risk", "text")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        own = ("is_positive", "has_doubt", "asks_meeting", "sees_changed_risk", "text")
        return {name: given[name] for name in own if name in given} | {
            "checklist": {
                item.key: {
                    "verdict": given.get(f"verdict_{item.key}", ""),
                    "comment": given.get(f"comment_{item.key}", ""),
                }
                for item in self.items
            }
        }


class ConfirmForm(forms.Form):
    basis = TextField(label=_("适用简易程序的依据"), multiline=True, limit=1000)
    reasons = TextField(label=_("审查理由"), multiline=True, limit=3000)
    follow_up_months = TypedChoiceField(
        label=_("跟踪审查间隔"), required=False, coerce=int, empty_value=None, help_text=_("不选按规则的最长间隔。")
    )

    def __init__(self, *args: Any, most_months: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [(str(n), _("%(n)s 个月") % {"n": n}) for n in range(1, most_months + 1)]
        self.fields["follow_up_months"].choices = [("", _("按规则的最长间隔")), *months]  # type: ignore[attr-defined]


class VerifyForm(forms.Form):
    note = TextField(label=_("核实情况"), multiline=True, limit=2000, help_text=_("逐项写明修改要求是怎样落实的。"))


class StillOpenForm(forms.Form):
    still_open = TextField(
        label=_("尚未落实的修改要求"), multiline=True, limit=2000, help_text=_("写进告知书，申请人据此再次修改。")
    )


class ExtendForm(forms.Form):
    extended_to = DayField(label=_("延长至"))
    reason = TextField(label=_("延长原因"), multiline=True, limit=300, help_text=_("写进告知书。"))


class OwnAppealForm(forms.Form):
    grounds = TextField(
        label=_("申诉理由"), multiline=True, limit=5000, help_text=_("写明不服的内容、理由和所依据的材料。")
    )
    file = OptionalFile(label=_("证据材料"), error_messages={"required": _("请选择证据材料文件。")})


class AppealForm(OwnAppealForm):
    field_order = ("filed_on", "grounds", "file")
    filed_on = DayField(label=_("申诉日期"), help_text=_("收到书面申诉的日期。"))


class AnswerForm(forms.Form):
    outcome = ChoiceField(label=_("申诉结果"), choices=AppealOutcome.choices, widget=forms.RadioSelect)
    answer = TextField(label=_("申诉答复"), multiline=True, limit=5000, help_text=_("写进申诉答复书。"))
