"""Forms of notices in work. They read what was typed; what is allowed the actions say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import ChoiceField, HiddenField, MultipleChoiceField
from casework.forms.fields import DayField, TextField
from integrity.models import Decision
from notices.actions.fields import NewMask
from notices.actions.notices import LONGEST_INTRO, Content
from notices.enums import MaskReason, MaskStyle, NameProfile, WithdrawalReason
from notices.models import MaskedSpan, Notice, NoticeField

EXCEPTION_HELP = _("申诉期满以前公布的必须填写，理由会记入经过；申诉期已满的不用填写。")
NAME_PROFILE_HELP = _("国家层面通报通行做法是公布全名；情节较轻的可以只留姓氏（本系统建议）。")


class PickInput(forms.CheckboxSelectMultiple):
    """Boxes the template draws itself, beside the rows they belong to."""


class WholeNumbersField(MultipleChoiceField):
    """Ticked rows as numbers."""

    def clean(self, value: Any) -> frozenset[int]:
        return frozenset(int(one) for one in super().clean(value))


class NoticeDraftForm(forms.Form):
    """Which decisions, under which heading."""

    decisions = WholeNumbersField(
        label=_("处理决定"),
        help_text=_("只列认定成立、已签发且尚未通报的决定，可以选择多份。"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一份处理决定。")},
    )
    title = TextField(label=_("标题"), limit=200)
    intro = TextField(
        label=_("正文"),
        limit=LONGEST_INTRO,
        multiline=True,
        required=False,
        help_text=_("写在各人处理结果之前，不写姓名、号码和举报情况。"),
    )
    name_profile = ChoiceField(
        label=_("姓名公开规格"), choices=NameProfile.choices, widget=forms.RadioSelect, help_text=NAME_PROFILE_HELP
    )

    def __init__(self, *args: Any, decisions: Iterable[Decision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decisions = {decision.pk: decision for decision in decisions}
        self.fields["decisions"].choices = [
            # Not the title of the case: a publisher reads the result, not what the house called the matter.
            (pk, f"{decision.respondent.name_then}\n{decision}")
            for pk, decision in self.decisions.items()
        ]

    def chosen(self) -> list[Decision]:
        """The decisions ticked, in the order of the list."""
        return [one for pk, one in self.decisions.items() if pk in self.cleaned_data["decisions"]]


class NoticeEditForm(forms.Form):
    """Heading, term, what is printed, which masks stay, and one new mask."""

    seen_hash = HiddenField(required=False)
    title = TextField(label=_("标题"), limit=200)
    intro = TextField(label=_("正文"), limit=LONGEST_INTRO, multiline=True, required=False)
    name_profile = ChoiceField(
        label=_("姓名公开规格"), choices=NameProfile.choices, widget=forms.RadioSelect, help_text=NAME_PROFILE_HELP
    )
    until = DayField(
        label=_("公布至"), required=False, help_text=_("默认取处理措施最晚的届满日。留空表示不设截止日，直到撤下。")
    )
    allow_indexing = forms.BooleanField(
        label=_("允许搜索引擎收录"), required=False, help_text=_("不勾选时，页面会请搜索引擎不要收录。")
    )
    included = WholeNumbersField(label=_("公开项目"), required=False, widget=PickInput)
    kept = WholeNumbersField(label=_("遮蔽处"), required=False, widget=PickInput)
    mask_field = ChoiceField(label=_("遮蔽哪一项"), required=False)
    mask_words = TextField(
        label=_("要遮蔽的文字"), limit=500, required=False, help_text=_("照原文填写，所选项目里每一处都会遮蔽。")
    )
    mask_reason = ChoiceField(label=_("缘由"), required=False, choices=[("", "—"), *MaskReason.choices])
    mask_style = ChoiceField(label=_("方式"), required=False, choices=MaskStyle.choices)
    mask_replacement = TextField(label=_("改为"), limit=60, required=False, help_text=_("方式为“改写”时填写。"))

    # Drawn by the template in places of their own.
    HEADING = ("title", "intro", "name_profile", "until", "allow_indexing")
    MASKING = ("mask_field", "mask_words", "mask_reason", "mask_style", "mask_replacement")

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        fields: list[NoticeField] = list(notice.fields.all())
        spans: list[MaskedSpan] = [span for field in fields for span in field.spans.all()]
        kwargs.setdefault("initial", {}).update(
            seen_hash=notice.content_hash,
            title=notice.title,
            intro=notice.intro,
            name_profile=notice.name_profile,
            until=notice.until,
            allow_indexing=notice.allow_indexing,
        )
        super().__init__(*args, **kwargs)
        self.fields["included"].choices = [(field.pk, field.key) for field in fields]
        self.fields["kept"].choices = [(span.pk, span.reason) for span in spans]
        names = {field.decision_id: field.decision.respondent.name_then for field in fields}
        for name in self.MASKING:
            # One sentence above them says when they are filled in.
            self.fields[name].hides_optional = True
        self.fields["mask_field"].choices = [("", "—")] + [
            (field.pk, f"{names[field.decision_id]} · {field.get_key_display()}") for field in fields
        ]

    def heading(self) -> list[forms.BoundField]:
        return [self[name] for name in self.HEADING]

    def masking(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MASKING]

    def ticked(self, name: str) -> frozenset[int] | None:
        """What was ticked on a form that is shown again; None when nothing was sent yet."""
        if not self.is_bound:
            return None
        return frozenset(int(one) for one in self.data.getlist(name) if one.isascii() and one.isdecimal())

    def content(self) -> Content:
        """The content as the action takes it."""
        value = self.cleaned_data
        masks = []
        if value["mask_words"] or value["mask_field"]:
            masks.append(
                NewMask(
                    int(value["mask_field"] or 0),
                    value["mask_words"],
                    value["mask_reason"],
                    value["mask_style"],
                    value["mask_replacement"],
                )
            )
        return Content(
            title=value["title"],
            intro=value["intro"],
            name_profile=value["name_profile"],
            until=value["until"],
            allow_indexing=value["allow_indexing"],
            included=value["included"],
            kept=value["kept"],
            masks=masks,
        )


class SecrecyForm(forms.Form):
    """The statement of 保密法 第35条."""

    seen_hash = HiddenField()
    confirmed = forms.BooleanField(
        label=_("已逐项核对，公开内容不含国家秘密、工作秘密、商业秘密和不应公开的个人隐私"),
        error_messages={"required": _("请核对后勾选。有疑问的，先修改内容。")},
    )
    note = TextField(label=_("审查说明"), limit=300, multiline=True, required=False)


class ReviewForm(forms.Form):
    """One opinion; the two buttons carry the verdict."""

    hides_optional = True

    seen_hash = HiddenField(required=False)
    verdict = HiddenField(required=False)
    comment = TextField(
        label=_("审核意见"),
        limit=2000,
        multiline=True,
        required=False,
        help_text=_("同意的可以不写；退回须写明位置和理由。"),
    )


class PublishForm(forms.Form):
    hides_optional = True

    exception_reason = TextField(
        label=_("提前公布理由"),
        limit=300,
        multiline=True,
        required=False,
        help_text=EXCEPTION_HELP,
    )


class ScheduleForm(PublishForm):
    day = DayField(label=_("公布日"), error_messages={"required": _("请填写公布日。")})
    field_order = ("day", "exception_reason")


class CorrectForm(forms.Form):
    note = TextField(
        label=_("更正说明"),
        limit=300,
        multiline=True,
        help_text=_("会与更正后的通报一起公开。原通报在更正公布前保持不变。"),
    )


class WithdrawForm(forms.Form):
    reason = ChoiceField(
        label=_("撤下原因"),
        choices=WithdrawalReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择撤下原因。")},
    )
    text = TextField(
        label=_("撤下说明"),
        limit=300,
        multiline=True,
        help_text=_("公布过的通报撤下后，原地址只显示这段说明。"),
    )

    def __init__(self, *args: Any, was_public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not was_public:
            self.fields["reason"].label = _("作废原因")
            self.fields["text"].label = _("作废说明")
            self.fields["text"].help_text = _("记入经过，不公开。")
