"""Forms of a reporter: the receipt, a message, more files, a name left later. The report itself: integrity.forms.leads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import ChoiceField
from casework.forms.fields import FilesField, TextField
from integrity.enums import ReportMode
from integrity.forms.leads import MODE_SENTENCES

FILES_HELP = _("最多 10 个，每个不超过 50 MB。")


class ReceiptForm(forms.Form):
    receipt = TextField(
        label=_("回执"),
        help_text=_("16 位数字，空格和连字符不影响。"),
        error_messages={"required": _("请输入回执上的 16 位数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )


class ReplyForm(forms.Form):
    body = TextField(label=_("补充说明或者回答"), multiline=True, limit=10_000)
    files = FilesField(label=_("材料"), help_text=FILES_HELP)  # type: ignore[assignment]


class MoreFilesForm(forms.Form):
    files = FilesField(label=_("补充材料"), help_text=FILES_HELP, required=True)  # type: ignore[assignment]


class AddNameForm(forms.Form):
    """Leaving a name is one way: it is sealed at once and cannot be taken back."""

    mode = ChoiceField(
        label=_("留名方式"),
        widget=forms.RadioSelect,
        choices=[(mode, MODE_SENTENCES[mode]) for mode in (ReportMode.REAL_NAME, ReportMode.CONFIDENTIAL)],
        error_messages={"required": _("请选择实名或者保密。")},
    )
    name = TextField(label=_("您的姓名"), limit=200, required=False, help_text=_("实名必填，保密的可以不填。"))
    contact = TextField(label=_("联系方式"), limit=200, help_text=_("手机号码、电子邮箱或者通信地址。"))
    note = TextField(label=_("联系说明"), limit=200, required=False, help_text=_("例如方便接听的时间。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].hides_optional = True  # type: ignore[attr-defined]
