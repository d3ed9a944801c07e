"""Sign-in, password, second factor, and what the administrators fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts.enums import Clearance, Role
from accounts.models import Department


class SignInForm(AuthenticationForm):
    """Name and password. Wrong name and wrong password get the same sentence."""

    error_messages = {
        "invalid_login": _("账号或密码不正确。"),
        "inactive": _("账号或密码不正确。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("账号")
        self.fields["password"].label = _("密码")


class CodeForm(forms.Form):
    code = forms.CharField(label=_("动态口令"), max_length=8, help_text=_("验证器上显示的六位数字。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update({"autocomplete": "one-time-code", "inputmode": "numeric"})


class PasswordForm(forms.Form):
    old_password = forms.CharField(label=_("现在的密码"), widget=forms.PasswordInput)
    new_password = forms.CharField(
        label=_("新密码"), widget=forms.PasswordInput, help_text=_("至少 10 个字符，不要用姓名、账号或常见密码。")
    )
    repeat_password = forms.CharField(label=_("再输一次新密码"), widget=forms.PasswordInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("new_password") and values.get("new_password") != values.get("repeat_password"):
            self.add_error("repeat_password", _("两次输入的新密码不一样。"))
        return values


class AccountForm(forms.Form):
    username = forms.CharField(label=_("账号"), max_length=40, help_text=_("小写字母和数字，用于登录。"))
    name = forms.CharField(label=_("姓名"), max_length=60)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=200)


class ClearanceForm(ReasonForm):
    clearance = forms.TypedChoiceField(label=_("知悉级别"), choices=Clearance.choices, coerce=int)
    field_order = ("clearance", "reason")


class MembershipForm(forms.Form):
    department = forms.ModelChoiceField(label=_("部门"), queryset=Department.objects.all(), empty_label=_("请选择"))
    role = forms.ChoiceField(label=_("角色"), choices=[("", _("请选择")), *Role.choices])
    valid_from = forms.DateField(label=_("起"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    valid_to = forms.DateField(
        label=_("止"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("不填表示长期。"),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("valid_from"), values.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("截止日期不能早于起始日期。"))
        return values
