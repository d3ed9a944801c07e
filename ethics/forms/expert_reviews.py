"""What is typed about the expert re-review and about letters. Parsing only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import ChoiceField, ModelChoiceField
from casework.forms.fields import DayField, TextField
from ethics.actions.expert_reviews import AGREE, DISAGREE, Expert
from ethics.forms.register import OptionalFile, boxes
from ethics.models import Committee

# The department the provincial government named; the bureau may write another one.
USUAL_AUTHORITY = "四川省科学技术厅"
HEADS = 99


def heads(label: Any, **kwargs: Any) -> forms.IntegerField:
    """A number of people or votes."""
    words = {"required": _("请填写人数，没有的填 0。"), "invalid": _("请填写整数。")}
    limits = {"min_value": _("不能小于零。"), "max_value": _("最多 99，请核对。")}
    return forms.IntegerField(label=label, min_value=0, max_value=HEADS, error_messages={**words, **limits}, **kwargs)


class RequestForm(forms.Form):
    authority = TextField(
        label=_("复核机关"), limit=120, help_text=_("省级人民政府指定的部门。由它组成专家组，本市只转送。")
    )
    requested_on = DayField(label=_("申请复核日期"))
    centre = ModelChoiceField(
        label=_("参加复核组织工作的中心"),
        queryset=Committee.objects.none(),
        required=False,
        empty_label=_("没有中心参加"),
        help_text=_("审查与服务中心不能对同一活动既审查又复核。"),
    )

    def __init__(self, *args: Any, centres: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["centre"].queryset = centres  # type: ignore[attr-defined]
        if not centres:
            del self.fields["centre"]


class ReceiveForm(forms.Form):
    received_on = DayField(label=_("复核机关收到日期"), help_text=_("答复的期限从这一天起算。"))


class AnswerForm(forms.Form):
    """The answer of the authority, with one row per expert; rows left empty count for nothing."""

    answered_on = DayField(label=_("复核答复日期"))
    opinion_no = TextField(label=_("复核意见文号"), limit=80)
    agree = heads(_("同意人数"))
    disagree = heads(_("不同意人数"))
    outcome = ChoiceField(
        label=_("复核意见"),
        choices=[(AGREE, _("同意")), (DISAGREE, _("不同意"))],
        widget=forms.RadioSelect,
        help_text=_("应与人数一致，系统按复核规则计票。不一致的不能登记。"),
    )
    file = OptionalFile(label=_("复核意见扫描件"), required=False)

    def __init__(self, *args: Any, places: int, categories: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = range(1, places + 1)
        for place in self.places:
            self.fields[f"name_{place}"] = TextField(label=_("姓名"), limit=100, required=False)
            self.fields[f"categories_{place}"] = boxes(categories, label=_("专家类别"), required=False)
            self.fields[f"organization_{place}"] = TextField(label=_("工作单位"), limit=200, required=False)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the panel for the page."""
        names = ("name", "categories", "organization")
        return [{"place": place, **{name: self[f"{name}_{place}"] for name in names}} for place in self.places]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        panel = []
        for place in self.places:
            name, categories, organization = (
                given.pop(f"{part}_{place}", "") or "" for part in ("name", "categories", "organization")
            )
            if name:
                panel.append(Expert(name, tuple(categories), organization))
            elif (categories or organization) and f"name_{place}" not in self.errors:
                self.add_error(f"name_{place}", _t("请填写这名专家的姓名，或者清空这一行。"))
        given["panel"] = panel
        return given


class ConcludeForm(forms.Form):
    decided_on = DayField(label=_("委员会决定日期"))
    reasons = TextField(label=_("审查理由"), multiline=True, limit=5000, required=False)

    def __init__(self, *args: Any, must_say_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reasons"].required = must_say_why
        if must_say_why:
            self.fields["reasons"].help_text = _("不予批准的，应当说明理由。")


class PutOffForm(forms.Form):
    start_on = DayField(label=_("开始日期"))
    reason = TextField(
        label=_("原因和依据"),
        limit=300,
        help_text=_("写明谁说明活动还没有开始、依据什么材料。已经开始的不能改日期，应登记违规。"),
    )


class DeliverForm(forms.Form):
    delivered_on = DayField(label=_("送达日期"))
    how = TextField(label=_("送达方式"), limit=60, help_text=_("例如直接送达、邮寄，写明签收人。"))


class RecallForm(forms.Form):
    reason = TextField(
        label=_("收回原因"), multiline=True, limit=300, help_text=_("另发一份收回通知；原文书保留，不删除。")
    )
