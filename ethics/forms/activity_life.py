"""What is typed about an approved activity, its entry on the public list, and what the statistics are asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import ChoiceField
from casework.forms.fields import DayField, TextField
from ethics.enums import FollowUpOutcome, IncidentKind
from ethics.forms.register import OptionalFile, one_of


class OwnIncidentForm(forms.Form):
    """As the applicant reports; the day of the report is today."""

    kind = one_of(IncidentKind.choices, label=_("报告类别"))
    happened_on = DayField(label=_("发生日期"), help_text=_("严重不良事件应当立即报告。"))
    is_serious = forms.BooleanField(
        label=_("情况严重"),
        required=False,
        help_text=_("危及生命健康，或者可能改变活动的风险。严重不良事件一律按严重处理。"),
    )
    facts = TextField(
        label=_("经过和影响"), multiline=True, limit=5000, help_text=_("只写事实，不写受试者的姓名和联系方式。")
    )
    measures = TextField(label=_("已采取的措施"), multiline=True, limit=2000, required=False)
    file = OptionalFile(label=_("附件"), required=False)


class IncidentForm(OwnIncidentForm):
    field_order = ("kind", "happened_on", "reported_on", "is_serious", "facts", "measures", "file", "suspend")
    reported_on = DayField(label=_("报告日期"), help_text=_("收到报告的日期。"))
    suspend = forms.BooleanField(
        label=_("立即暂停活动"), required=False, help_text=_("先行暂停，同时签发暂停活动通知书；委员会再作处理。")
    )


class HandleIncidentForm(forms.Form):
    outcome = ChoiceField(label=_("处理意见"), choices=FollowUpOutcome.choices, widget=forms.RadioSelect)
    note = TextField(
        label=_("处理说明"), multiline=True, limit=1000, help_text=_("写明理由；暂停、终止的，写入通知书。")
    )


class SuspendForm(forms.Form):
    reason = TextField(label=_("暂停原因"), multiline=True, limit=1000, help_text=_("写入暂停活动通知书。"))


class ResumeForm(forms.Form):
    reason = TextField(label=_("恢复理由"), multiline=True, limit=1000, help_text=_("写入恢复活动通知书。"))


class DeliverForm(forms.Form):
    delivered_on = DayField(label=_("送达日期"))
    how = TextField(label=_("送达方式"), limit=60)


class PublicEntryForm(forms.Form):
    """Only what stands here becomes public; every text may be written more generally than the register has it."""

    title = TextField(label=_("公开的活动名称"), limit=200, help_text=_("可以概括，隐去不宜公开的内容。"))
    unit_name = TextField(label=_("公开的单位名称"), limit=200)
    committee_name = TextField(label=_("公开的委员会名称"), limit=200, required=False)
    platform_no = TextField(label=_("公开的登记编号"), limit=60, required=False)
    redaction_note = TextField(
        label=_("隐去内容的说明"), limit=200, required=False, help_text=_("同时公开，例如“活动名称经过概括”。")
    )
    embargo_until = DayField(
        label=_("此日之后公开"), required=False, help_text=_("当天仍不公开，次日起公开；不填，审核后即公开。")
    )


class WithdrawEntryForm(forms.Form):
    reason = TextField(label=_("撤下原因"), limit=200)


class StatisticsForm(forms.Form):
    """Nonsense in the address means the current year and every committee."""

    hides_optional = True
    year = ChoiceField(label=_("年份"), required=False)
    committee = ChoiceField(label=_("委员会"), required=False)

    def __init__(self, *args: Any, years: list[int], committees: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(str(year), str(year)) for year in years]  # type: ignore[attr-defined]
        self.fields["committee"].choices = [("", _("全部委员会")), *committees]  # type: ignore[attr-defined]
