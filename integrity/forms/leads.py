"""Forms of leads and of the identity vault."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import people_with
from accounts.permissions import Permission
from casework.forms.choices import ChoiceField, ModelChoiceField, MultipleChoiceField
from casework.forms.fields import DayField, FilesField, SecretField, TextField
from casework.rulebook import Clause, RuleBook
from casework.templatetags.casework import article, in_language
from integrity.enums import NOT_ENTERED_BY_HAND, REPORTER_CHANNELS, LeadChannel, ReportMode, UnlockPurpose
from integrity.questionnaire import LONGEST_TEXT

MODE_SENTENCES = {
    ReportMode.REAL_NAME: _("实名\n书面告知您结果。身份加密封存，开封须另外两人同意，每一次开封您都能看到。"),
    ReportMode.CONFIDENTIAL: _("保密\n留下联系方式，只用于核实。办理人员看不到您是谁，开封的条件与实名相同。"),
    ReportMode.ANONYMOUS: _("匿名\n不留身份。凭回执查看进展、补充材料，以后也可以补留姓名。"),
}


class AnswersForm(forms.Form):
    """The matter reported and who reports it: the part the public form and the officer's form share."""

    target = TextField(
        label=_("被举报的人或单位"), limit=200, help_text=_("写全称。是人的，写姓名；是单位的，写单位名称。")
    )
    unit = TextField(label=_("被举报人所在单位"), limit=200, required=False)
    facts = TextField(
        label=_("具体事实"),
        multiline=True,
        limit=LONGEST_TEXT,
        help_text=_("什么时间、哪篇论文或哪个项目、怎样发现的。写您知道的，不必下结论。"),
    )
    period_from = DayField(label=_("行为开始日期"), required=False)
    period_to = DayField(label=_("行为结束日期"), required=False)
    works = TextField(
        label=_("涉及的论文、项目或奖励"),
        multiline=True,
        limit=4000,
        required=False,
        help_text=_("每行一项。有 DOI、项目编号的请写上。"),
    )
    evidence = TextField(
        label=_("证据或者可以查证的线索"),
        multiline=True,
        limit=10_000,
        required=False,
        help_text=_("在哪里可以查到，谁可以证明。"),
    )
    elsewhere = TextField(label=_("是否向其他单位举报过"), multiline=True, limit=1000, required=False)
    name = TextField(label=_("您的姓名"), limit=200, required=False, help_text=_("实名举报必填。"))
    contact = TextField(label=_("联系方式"), limit=200, required=False, help_text=_("手机号码、电子邮箱或者通信地址。"))
    note = TextField(label=_("联系说明"), limit=200, required=False, help_text=_("例如方便接听的时间。"))
    files = FilesField(  # type: ignore[assignment]
        label=_("材料"),
        help_text=_("最多 10 个，每个不超过 50 MB。文件属性里可能带有作者姓名，不愿透露的请先清除。"),
    )

    ANSWERS = ("target", "unit", "facts", "period_from", "period_to", "works", "evidence", "elsewhere")
    IDENTITY = ("name", "contact", "note")

    def answers(self) -> dict[str, Any]:
        return {key: self.cleaned_data.get(key) for key in self.ANSWERS}

    def identity(self) -> dict[str, str]:
        return {key: self.cleaned_data.get(key) or "" for key in self.IDENTITY}


class ReportForm(AnswersForm):
    """The public form. Which contact fields count depends on the mode; the action tells."""

    mode = ChoiceField(
        label=_("您希望怎样举报"),
        choices=[(mode, MODE_SENTENCES[mode]) for mode in ReportMode],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择实名、保密或者匿名。")},
    )
    # The order of the page, which the list of problems follows.
    field_order = ("mode", *AnswersForm.ANSWERS, "files", *AnswersForm.IDENTITY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("实名举报必填，保密的可以不填。")
        self.fields["contact"].help_text = _("实名和保密举报必填：手机号码、电子邮箱或者通信地址。")
        for name in ("name", "contact"):
            # Needed or not, as the mode says: the word "optional" beside them would be half a lie.
            self.fields[name].hides_optional = True  # type: ignore[attr-defined]


class EnterLeadForm(AnswersForm):
    """A clue an officer writes down. Fields that do not fit the channel stay empty; the action tells which are needed."""

    channel = ChoiceField(
        label=_("线索来源"),
        choices=[("", "—")] + [choice for choice in LeadChannel.choices if choice[0] not in NOT_ENTERED_BY_HAND],
    )
    received_on = DayField(label=_("收到日期"), help_text=_("15 个工作日的受理期限从这一天起算，当天不计。"))
    summary = TextField(
        label=_("事由摘要"), limit=200, required=False, help_text=_("用于列表和检索的中性说法，不写举报人。")
    )
    source_body = TextField(
        label=_("来文单位"), limit=120, required=False, help_text=_("移送、交办、披露的单位；举报人来电来信的不填。")
    )
    source_document_no = TextField(label=_("来文编号"), limit=80, required=False)
    mode = ChoiceField(
        label=_("举报方式"),
        choices=[("", _("不适用（单位移送或者主动发现）")), *ReportMode.choices],
        required=False,
    )
    with_receipt = forms.BooleanField(
        label=_("给举报人一个回执"),
        required=False,
        help_text=_("来电、来信、来访和热线可以选。举报人凭 16 位数字查看进展，回执只显示一次。"),
    )
    field_order = (
        "channel", "received_on", "source_body", "source_document_no", "summary",
        *AnswersForm.ANSWERS, "files", "mode", *AnswersForm.IDENTITY, "with_receipt",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facts"].help_text = _(
            "什么时间、哪篇论文或哪个项目、怎样发现的。照来人来文记录，不下结论，不写举报人。"
        )
        self.fields["files"].help_text = _("最多 10 个，每个不超过 50 MB。文件名和文件属性里不能有举报人的姓名。")
        self.fields["name"].label = _("举报人姓名")
        self.fields["name"].help_text = _("与联系方式一起立即加密封存，提交后本页和卷宗里都看不到。")

    def source(self) -> dict[str, Any]:
        keys = ("channel", "received_on", "summary", "source_body", "source_document_no", "mode", "with_receipt")
        values = {key: self.cleaned_data[key] for key in keys}
        if values["channel"] not in REPORTER_CHANNELS:
            values["mode"] = ""
        return values


class SummaryForm(forms.Form):
    summary = TextField(label=_("事由摘要"), limit=200, help_text=_("用于列表和检索的中性说法，不写举报人，不下结论。"))


class ReasonForm(forms.Form):
    reason = TextField(label=_("理由"), multiline=True, limit=500)


class MessageForm(forms.Form):
    body = TextField(label=_("内容"), multiline=True, limit=10_000)


class AcceptForm(forms.Form):
    """The conditions of article 14 as boxes, each with its article, and the officer who gets the lead."""

    ticks = MultipleChoiceField(
        label=_("受理条件"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("四项都具备才能受理。"),
        error_messages={"required": _("四项受理条件都具备才能受理。")},
    )
    handler = ModelChoiceField(
        label=_("交给谁办理"),
        queryset=User.objects.none(),
        required=False,
        empty_label="—",
        help_text=_("由这位同事立案。可以以后再分派。"),
    )

    def __init__(self, book: RuleBook, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticks"].choices = [(c.key, _spelt(c)) for c in book.of_kind("accept_condition")]  # type: ignore[attr-defined]
        self.fields["handler"].queryset = _officers()  # type: ignore[attr-defined]


class AssignLeadForm(forms.Form):
    """Which officer gets an accepted lead, and why."""

    handler = ModelChoiceField(label=_("交给谁办理"), queryset=User.objects.none(), empty_label="—")
    reason = TextField(label=_("理由"), multiline=True, limit=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = _officers()  # type: ignore[attr-defined]


class RefusalForm(forms.Form):
    """One ground of article 15 and the reason in words."""

    ground = ChoiceField(
        label=_("不予受理情形"), widget=forms.RadioSelect, error_messages={"required": _("请选择第15条列明的情形。")}
    )
    reason = TextField(label=_("说明"), multiline=True, limit=2000)

    def __init__(self, book: RuleBook, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [(c.key, _spelt(c)) for c in book.of_kind("refuse_reason")]  # type: ignore[attr-defined]


class TransferForm(forms.Form):
    unit = TextField(label=_("转送单位"), limit=120)
    reason = TextField(label=_("理由"), multiline=True, limit=500)


class DuplicateForm(forms.Form):
    original = TextField(label=_("主线索编号"), limit=60, help_text=_("例如“线索〔2020〕0012号”。"))
    reason = TextField(label=_("理由"), multiline=True, limit=300)


class UnlockForm(forms.Form):
    purpose = ChoiceField(
        label=_("用途"),
        choices=[("", "—"), *UnlockPurpose.choices],
        help_text=_("举报人返回查看时会看到开封日期和这项用途。"),
    )
    reason = TextField(label=_("理由"), multiline=True, limit=500, help_text=_("写给两位身份保管人看。"))


class PassphraseForm(forms.Form):
    passphrase = SecretField(label=_("您的保管口令"))


class NewKeyForm(forms.Form):
    passphrase = SecretField(
        label=_("保管口令"),
        autocomplete="new-password",
        help_text=_("至少 10 个字符。系统不保存口令，忘记后封存给您的身份再也打不开。"),
    )
    again = SecretField(label=_("再输一次"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("passphrase") and values.get("passphrase") != values.get("again"):
            self.add_error("again", _("两次输入的口令不一样。"))
        return values


class ChangeKeyForm(NewKeyForm):
    old = SecretField(label=_("现在的口令"), autocomplete="current-password")
    field_order = ("old", "passphrase", "again")


def _officers() -> QuerySet[User]:
    """Everybody who may open a case today."""
    return User.objects.filter(
        pk__in=[officer.pk for officer in people_with(Permission.OPEN_CASES, timezone.localdate())]
    )


def _spelt(clause: Clause) -> str:
    """The text in bold, the article under it: a choice label of field.html."""
    return f"{in_language(clause)}\n{article(clause.article)}"
