"""What is typed about meetings, declarations and votes. Parsing only; whether it may be so is for the actions to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import ChoiceField, ModelChoiceField, ModelMultipleChoiceField, TypedChoiceField
from casework.forms.fields import DayField, TextField
from ethics.enums import AttendanceRole, ConflictAnswer, VoteChoice
from ethics.models import CommitteeMember

CHOOSE = ("", _("请选择"))


class ConflictForm(forms.Form):
    answer = ChoiceField(label=_("您与这项申请"), choices=ConflictAnswer.choices, widget=forms.RadioSelect)
    text = TextField(
        label=_("说明"),
        multiline=True,
        limit=500,
        required=False,
        help_text=_("有利益冲突的，写明是什么关系。系统发现了关联而您认为没有冲突的，写明理由。"),
    )


class MeetingForm(forms.Form):
    held_on = DayField(label=_("会议日期"))
    begins = TextField(label=_("开始时间"), limit=10, help_text=_("例如 09:30。"))
    place = TextField(label=_("地点"), limit=120)
    chair = ModelChoiceField(
        label=_("主持人"),
        queryset=CommitteeMember.objects.none(),
        empty_label=_("请选择"),
        help_text=_("主任委员，或者由其指定的副主任委员。"),
    )
    is_video = forms.BooleanField(label=_("视频会议"), required=False, help_text=_("委员会有视频会议制度才能召开。"))
    is_emergency = forms.BooleanField(label=_("应急审查会议"), required=False)

    def __init__(self, *args: Any, chairs: QuerySet[CommitteeMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"].queryset = chairs  # type: ignore[attr-defined]


class CancelForm(forms.Form):
    reason = TextField(label=_("取消原因"), limit=300)


class AttendanceForm(forms.Form):
    present = ModelMultipleChoiceField(
        label=_("到会的委员"),
        queryset=CommitteeMember.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("列出会议当天在任、还没有登记到会的委员。"),
    )
    remote = ModelMultipleChoiceField(
        label=_("视频参会的委员"),
        queryset=CommitteeMember.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, members: QuerySet[CommitteeMember], is_video: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].queryset = members  # type: ignore[attr-defined]
        self.fields["remote"].queryset = members  # type: ignore[attr-defined]
        if not is_video:
            del self.fields["remote"]


class GuestForm(forms.Form):
    role = ChoiceField(
        label=_("身份"),
        choices=[choice for choice in AttendanceRole.choices if choice[0] != AttendanceRole.MEMBER],
        widget=forms.RadioSelect,
    )
    name = TextField(label=_("姓名"), limit=100)
    expertise = TextField(
        label=_("专业领域"), limit=120, required=False, help_text=_("顾问专家填写，几个领域之间用顿号分开。")
    )
    has_interest = forms.BooleanField(
        label=_("与所审查的活动有直接利益关系"), required=False, help_text=_("有直接利益关系的顾问专家不提供咨询。")
    )
    is_remote = forms.BooleanField(label=_("视频参会"), required=False)


class LeaveMeetingForm(forms.Form):
    """Offers the items the reader sees, numbered as the page numbers them: a gap would tell of another one."""

    position = TypedChoiceField(label=_("在哪一项议题前离会"), coerce=int)

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._positions = [position for position, _title in places]
        offered = [(number, f"{number} {title}") for number, (_position, title) in enumerate(places, start=1)]
        self.fields["position"].choices = [CHOOSE, *offered]  # type: ignore[attr-defined]

    def clean_position(self) -> int:
        return self._positions[self.cleaned_data["position"] - 1]


class _WithLead(forms.Form):
    lead_reviewer = ModelChoiceField(
        label=_("主审委员"), queryset=CommitteeMember.objects.none(), required=False, empty_label=_("不指定")
    )

    def __init__(self, *args: Any, members: QuerySet[CommitteeMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_reviewer"].queryset = members  # type: ignore[attr-defined]


class ItemForm(_WithLead):
    field_order = ("subject", "title", "lead_reviewer")
    subject = ChoiceField(label=_("议题"))
    title = TextField(label=_("其他事项的名称"), limit=200, required=False, help_text=_("选“其他事项”的填写。"))

    def __init__(self, *args: Any, subjects: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [CHOOSE, *subjects]  # type: ignore[attr-defined]


class PlaceForm(_WithLead):
    field_order = ("meeting", "lead_reviewer")
    meeting = TypedChoiceField(label=_("审查会议"), coerce=int)

    def __init__(self, *args: Any, meetings: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].choices = [CHOOSE, *meetings]  # type: ignore[attr-defined]


class NoteForm(_WithLead):
    field_order = ("discussion", "lead_reviewer")
    discussion = TextField(label=_("讨论摘要"), multiline=True, limit=10_000, required=False)


class MotionForm(forms.Form):
    decision = ChoiceField(
        label=_("付表决的结论"), widget=forms.RadioSelect, help_text=_("一次只表决一个结论；没有通过的，再提另一个。")
    )
    text = TextField(label=_("动议内容"), multiline=True, limit=2000, required=False)

    def __init__(self, *args: Any, decisions: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = list(decisions)  # type: ignore[attr-defined]


class VoteForm(forms.Form):
    choice = ChoiceField(label=_("表决意见"), choices=VoteChoice.choices, widget=forms.RadioSelect)
    dissent = TextField(
        label=_("不同意见"),
        multiline=True,
        limit=2000,
        required=False,
        help_text=_("反对的可以写明理由，原文记入会议记录。"),
    )


class CorrectVoteForm(VoteForm):
    reason = TextField(label=_("更正原因"), limit=200, help_text=_("原来的表决保留在记录中。"))


class ConcludeForm(forms.Form):
    """`wants_changes`, `wants_months`: what the conclusion that was carried asks for; the rest is not asked."""

    required_changes = TextField(label=_("修改要求"), multiline=True, limit=5000, help_text=_("写进决定书，一次写全。"))
    reasons = TextField(label=_("理由"), multiline=True, limit=5000, required=False)
    follow_up_months = forms.IntegerField(
        label=_("跟踪审查间隔（月）"),
        required=False,
        min_value=1,
        max_value=60,
        help_text=_("不填按规则的最长间隔。"),
        error_messages={
            "invalid": _("请填写整数。"),
            "min_value": _("至少 1 个月。"),
            "max_value": _("间隔太长，请核对。"),
        },
    )

    def __init__(self, *args: Any, wants_changes: bool, wants_months: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not wants_changes:
            del self.fields["required_changes"]
        if not wants_months:
            del self.fields["follow_up_months"]


class AdjournForm(forms.Form):
    reason = TextField(label=_("延期原因"), limit=200)


class SettleForm(forms.Form):
    result = TextField(label=_("结果"), limit=300)


class MinutesForm(forms.Form):
    text = TextField(
        label=_("会议记录"),
        multiline=True,
        limit=60_000,
        help_text=_("每项议题的标题行（【第 1 项】……）请保留，其余都可以修改。"),
    )
