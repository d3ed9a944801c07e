"""What is typed about a review held elsewhere. Parsing only; whether it may be so is for the actions to say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import ChoiceField, ModelChoiceField
from casework.forms.fields import DayField, TextField
from casework.rulebook import RuleBook
from ethics.application_choices import choices_of
from ethics.enums import ListItem, Procedure, Regime, ReviewOutcome, ScopeClass
from ethics.forms.expert_reviews import heads
from ethics.forms.register import OptionalFile, boxes, one_of
from ethics.models import Activity, Committee
from ethics.voting import Tally

SEPARATORS = re.compile(r"[、，,;；\n]+")
_CLOCK = re.compile(r"([0-9]{1,2})[:：时]([0-9]{2})分?")
MOST_MONTHS = 60


class SeveralField(TextField):
    """Several names in one line, parted by 、 or a comma."""

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [one.strip() for one in SEPARATORS.split(text) if one.strip()]


class ClockField(TextField):
    """A time of the day as 9:30 or 21：05; nothing is None."""

    def clean(self, value: Any) -> dt.time | None:
        typed = super().clean(value)
        if not typed:
            return None
        match = _CLOCK.fullmatch(typed)
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            raise ValidationError(_t("请按“21:05”的格式填写时间。"))
        return dt.time(int(match[1]), int(match[2]))


class CommitteeField(ModelChoiceField):
    """Committees of several units often bear the same name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.unit.organization.name}）"


class ActivityField(ModelChoiceField):
    """An activity with its state: what is asked of it follows from that."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title}（{obj.get_status_display()}）"


class EnterForm(forms.Form):
    activity = ActivityField(
        label=_("审查的活动"),
        queryset=Activity.objects.none(),
        required=False,
        empty_label=_("新的活动（初始审查）"),
        help_text=_("已批准的活动要修改的，选这项活动，登记为修正案审查；审查中或者须重新审查的，也选这项活动。"),
    )
    title = TextField(label=_("活动名称"), limit=200)
    leader_name = TextField(label=_("负责人"), limit=100)
    committee = CommitteeField(
        label=_("审查委员会"),
        queryset=Committee.objects.none(),
        empty_label=_("请选择"),
        help_text=_("由其他单位的委员会审查的，须有书面委托文件。"),
    )
    scope_classes = boxes(ScopeClass.choices, label=_("审查范围"))
    regimes = boxes(
        [(one.value, one.label) for one in Regime if one not in {Regime.ST2023, Regime.SC}],
        label=_("还适用哪些规则"),
        required=False,
        help_text=_("科技伦理审查办法总是适用，不用勾选。"),
    )
    list_item = ChoiceField(
        label=_("清单事项"),
        required=False,
        choices=[("", _("不在清单内")), *((one.value, f"{one.value} {one.label}") for one in ListItem)],
    )
    circumstances = boxes((), label=_("有关情形"), required=False)
    partner_countries = SeveralField(
        label=_("合作方所在国家或者地区"), limit=300, required=False, help_text=_("国际合作活动填写，多个用顿号隔开。")
    )
    simple_grounds = boxes((), label=_("适用简易程序的理由"), required=False)
    start_on = DayField(label=_("计划开始日期"), help_text=_("活动不得在批准以前开始。"))

    def __init__(
        self,
        *args: Any,
        activities: Any,
        committees: Any,
        circumstances: Iterable[tuple[str, str]],
        grounds: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["committee"].queryset = committees  # type: ignore[attr-defined]
        self.fields["activity"].queryset = activities  # type: ignore[attr-defined]
        self.fields["circumstances"].choices = list(circumstances)  # type: ignore[attr-defined]
        self.fields["simple_grounds"].choices = list(grounds)  # type: ignore[attr-defined]
        if not activities:
            del self.fields["activity"]


class PaperForm(forms.Form):
    key = one_of((), label=_("材料"))
    file = forms.FileField(label=_("文件"), error_messages={"required": _("请选择文件。")})
    note = TextField(label=_("说明"), limit=300, required=False)

    def __init__(self, *args: Any, papers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [("", _("请选择")), *papers]  # type: ignore[attr-defined]

    def clean_file(self) -> tuple[str, bytes]:
        file = self.cleaned_data["file"]
        return file.name or "", file.read()


class AcceptForm(forms.Form):
    accepted_on = DayField(label=_("受理日期"), help_text=_("委员会受理的日期，决定期限从这一天起算。"))
    accepted_time = ClockField(
        label=_("受理时间"), limit=10, required=False, help_text=_("应急程序须填写，例如 21:05；其他程序不用填。")
    )
    procedure = ChoiceField(
        label=_("审查程序"),
        choices=[(one.value, one.label) for one in Procedure if one != Procedure.WAIVER],
        widget=forms.RadioSelect,
    )
    departs_reason = TextField(
        label=_("改变程序的理由"), limit=300, required=False, help_text=_("与系统建议的程序不同时填写。")
    )


class WaiveForm(forms.Form):
    """What the unit stated for the waiver, in the words of the rule set."""

    waived_on = DayField(label=_("确认免除的日期"), help_text=_("委员会书面确认免除审查的日期。"))
    conditions = boxes((), label=_("免除审查的条件（全部符合才可以）"))
    cases = boxes((), label=_("属于哪一种情形"))
    involved = boxes((), label=_("涉及下列内容吗"), required=False)
    reason = TextField(
        label=_("免除审查的理由"), limit=300, multiline=True, help_text=_("免除审查不等于免除知情同意。")
    )
    file = OptionalFile(label=_("委员会的确认文件"), required=False)

    def __init__(self, *args: Any, books: Sequence[RuleBook], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = {"conditions": "waiver_condition", "cases": "waiver_case", "involved": "waiver_exclusion"}
        for name, kind in kinds.items():
            self.fields[name].choices = choices_of(books, kind)  # type: ignore[attr-defined]


class _DecisionForm(forms.Form):
    decided_on = DayField(label=_("决定日期"))
    document_no = TextField(label=_("审查意见文号"), limit=80)
    follow_up_months = forms.IntegerField(
        label=_("跟踪审查间隔（月）"),
        required=False,
        min_value=1,
        max_value=MOST_MONTHS,
        error_messages={
            "invalid": _("请填写整数。"),
            "min_value": _("至少 1 个月。"),
            "max_value": _("太长，请核对。"),
        },
        help_text=_("批准时填写，不填按规则的最长间隔。"),
    )
    reasons = TextField(label=_("审查理由"), multiline=True, limit=5000, required=False)
    file = OptionalFile(label=_("审查意见扫描件"), required=False)


class VerifyForm(_DecisionForm):
    pass


class _OutcomeForm(_DecisionForm):
    """`outcome` is never chosen beforehand (E4)."""

    outcome = ChoiceField(label=_("审查结论"), choices=ReviewOutcome.choices, widget=forms.RadioSelect)
    required_changes = TextField(
        label=_("修改要求"),
        multiline=True,
        limit=5000,
        required=False,
        help_text=_("结论为修改后批准、修改后再审的填写。"),
    )


class MeetingDecisionForm(_OutcomeForm):
    field_order = (
        "decided_on",
        "members",
        "present",
        "recused",
        "outcome",
        "yes",
        "no",
        "abstain",
        "document_no",
        "required_changes",
        "reasons",
        "follow_up_months",
        "file",
    )
    members = heads(_("全体委员人数"))
    present = heads(_("到会委员人数"), help_text=_("回避前到会的委员，不含顾问和列席人员。"))
    recused = heads(_("其中回避人数"), help_text=_("回避的委员不计入法定人数和表决基数。"))
    yes = heads(_("赞成票"), help_text=_("赞成上面这项结论的票数。"))
    no = heads(_("反对票"))
    abstain = heads(_("弃权票"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        numbers = [given.pop(name, None) for name in ("members", "present", "yes", "no", "abstain", "recused")]
        given["tally"] = None if None in numbers else Tally(*(int(one) for one in numbers))  # type: ignore[arg-type]
        return given


class SimpleDecisionForm(_OutcomeForm):
    field_order = (
        "decided_on",
        "reviewers",
        "all_positive",
        "outcome",
        "document_no",
        "required_changes",
        "reasons",
        "follow_up_months",
        "file",
    )
    reviewers = SeveralField(label=_("审查委员"), limit=400, help_text=_("写姓名，用顿号隔开。"))
    all_positive = forms.BooleanField(
        label=_("审查委员全部同意"),
        error_messages={"required": _("有委员不同意或者有疑义的，应当转为会议审查，请按会议登记。")},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given.pop("all_positive", None)
        return given


class WithdrawForm(forms.Form):
    reason = TextField(label=_("撤回原因"), limit=300)
