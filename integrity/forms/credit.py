"""Forms of credit: the question of a credit check, the filter of the list, the upload of past decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.enums import IdentifierType
from casework.forms.choices import ChoiceField, ModelChoiceField
from casework.forms.fields import DayField, TextField
from casework.models import Subject
from integrity.enums import CheckPurpose, CreditStatus


class CreditCheckForm(forms.Form):
    """Who is asked about, for what and as of which day. A number is needed for a hit; a name alone never is one."""

    name = TextField(label=_("姓名或单位名称"), limit=200)
    identifier = TextField(
        label=_("证件号码"),
        limit=60,
        required=False,
        help_text=_("身份证号、统一社会信用代码或 ORCID。只凭姓名不能认定为同一人。号码不以明文保存。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    identifier_type = ChoiceField(
        label=_("证件类型"), choices=[("", _("自动识别")), *IdentifierType.choices], required=False
    )
    purpose = ChoiceField(label=_("核查用途"), choices=[("", _("请选择")), *CheckPurpose.choices])
    basis = TextField(label=_("依据"), limit=200, help_text=_("要求核查的文件或事项，例如申报通知的文号。"))
    as_of = DayField(label=_("截至日期"), help_text=_("按这一天是否在期限内作答。"))
    subject = ModelChoiceField(Subject.objects.none(), widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, subjects: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if subjects is not None:
            self.fields["subject"].queryset = subjects  # type: ignore[attr-defined]


class CreditFilterForm(forms.Form):
    """Which records the list shows."""

    hides_optional = True
    status = ChoiceField(label=_("状态"), choices=[("", _("全部")), *CreditStatus.choices], required=False)
    q = TextField(label=_("姓名或单位名称"), limit=100, required=False)


class ImportForm(forms.Form):
    """A file of past decisions: JSON lines, or the Excel template filled in."""

    file = forms.FileField(label=_("文件"), help_text=_("按模板填写的 .xlsx，或者每行一条的 .jsonl。"))
    confirm = forms.BooleanField(
        label=_("核对无误，正式导入"), required=False, help_text=_("不勾选时只检查，不写入任何内容。")
    )
