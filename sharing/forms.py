"""What the officer and the member fill in. Parsing only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import DepartmentKind
from accounts.models import Department
from casework.forms.choices import ChoiceField, ModelMultipleChoiceField
from casework.forms.fields import DayField, TextField
from sharing.enums import FieldProfile, SharePurpose

CONTENTS = {
    FieldProfile.SUMMARY: _("对象、单位、行为类别、结论、情节、措施和期限、文号。"),
    FieldProfile.FINDINGS: _("结果摘要，另加认定的事实和处理依据。"),
}


class ShareForm(forms.Form):
    departments = ModelMultipleChoiceField(
        label=_("接收部门"),
        queryset=Department.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一个接收部门。")},
    )
    profile = ChoiceField(
        label=_("共享内容"),
        widget=forms.RadioSelect,
        help_text=_("举报人、调查报告和内部意见永不共享。"),
        error_messages={"required": _("请选择共享哪些内容。")},
    )
    purpose = ChoiceField(
        label=_("目的"),
        choices=[("", _("请选择")), *SharePurpose.choices],
        error_messages={"required": _("请选择共享的目的。")},
    )
    purpose_text = TextField(
        label=_("目的说明"), limit=300, required=False, help_text=_("选择“其他履职需要”的必须填写，其他目的可以不填。")
    )
    basis = TextField(label=_("依据"), limit=300, help_text=_("写明履行哪一项法定职责，例如文件名称和条款。"))
    expires_on = DayField(label=_("共享至"), help_text=_("到这一天为止，含当天；到期自动关闭。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose_text"].hides_optional = True
        # The part after the line break is shown as the explanation of the choice.
        self.fields["profile"].choices = [
            (value, f"{FieldProfile(value).label}\n{text}") for value, text in CONTENTS.items()
        ]
        # The bureau itself has the case; counties and zones have nobody who may receive shares.
        others = Department.objects.filter(kind__in=[DepartmentKind.MEMBER, DepartmentKind.PARTNER])
        self.fields["departments"].queryset = others


class OpinionForm(forms.Form):
    text = TextField(
        label=_("书面意见"),
        multiline=True,
        limit=5000,
        help_text=_("只有共享方和您所在部门能看到。提交后不能修改，可以再提交一份。"),
    )


class RecallForm(forms.Form):
    reason = TextField(label=_("收回理由"), limit=300, help_text=_("记入经过，接收部门看不到。"))
