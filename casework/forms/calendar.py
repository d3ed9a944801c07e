"""What the keeper of the calendar fills in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.forms.fields import TextField
from casework.holiday_notices import Days, days_of_lines
from casework.refusals import InputRefused


class HolidayNoticeForm(forms.Form):
    """`cleaned_data["days"]` is the parsed notice: day → (is a working day, label)."""

    year = forms.IntegerField(label=_("年份"), min_value=2007, max_value=2100)
    notice_no = TextField(label=_("通知文号"), limit=80, help_text=_("国务院办公厅关于部分节假日安排的通知的文号。"))
    days = TextField(
        label=_("放假和调休上班的日子"),
        limit=20_000,
        multiline=True,
        help_text=_("一天一行：日期、休或班、说明。例如：2027-02-06 休 春节。只写与平常周末不同的日子。"),
    )
    confirmed = forms.BooleanField(
        label=_("已与正式通知逐日核对"),
        required=False,
        help_text=_("勾选后，这一年的期限不再标为暂定。"),
    )

    def clean_days(self) -> Days:
        try:
            return days_of_lines(self.cleaned_data["days"])
        except InputRefused as refusal:
            raise forms.ValidationError(refusal.reason) from refusal
