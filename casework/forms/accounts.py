"""Sign-in, password, second factor, and what the administrators fill in."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.enums import Clearance, Role
from accounts.models import Department
from casework.forms.choices import ChoiceField, ModelChoiceField, TypedChoiceField
from casework.forms.fields import DayField, SecretField, TextField
from casework.texts import clean_digits

ACCOUNT = RegexValidator(r"\A[a-z0-9._-]+\Z", _("账号只能用小写字母、数字、点、下划线和短横线。"))
CHOOSE = {"required": _("请从列表中选择。")}


class SignInForm(AuthenticationForm):
    """Name and password. Wrong name and wrong password get the same sentence."""

    error_messages = {
        "invalid_login": _("账号或密码不正确。"),
        "inactive": _("账号或密码不正确。"),
    }

    username = TextField(
        label=_("账号"),
        limit=150,
        widget=forms.TextInput(attrs={"autofocus": True, "autocapitalize": "none", "autocomplete": "username"}),
    )
    password = SecretField(label=_("密码"), autocomplete="current-password")

    def clean_username(self) -> str:
        """Full-width letters are the plain ones, as when the account was opened."""
        return unicodedata.normalize("NFKC", self.cleaned_data["username"])


class CodeForm(forms.Form):
    code = TextField(
        label=_("动态口令"),
        limit=12,
        help_text=_("验证器上显示的六位数字。"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """Digits however they were typed: full-width, with a blank in the middle."""
        return clean_digits(self.cleaned_data["code"])


class PasswordForm(forms.Form):
    old_password = SecretField(label=_("现在的密码"), autocomplete="current-password")
    new_password = SecretField(
        label=_("新密码"),
        autocomplete="new-password",
        help_text=_("至少 10 个字符，不要用姓名、账号或常见密码。"),
    )
    repeat_password = SecretField(label=_("再输一次新密码"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("new_password") and values.get("new_password") != values.get("repeat_password"):
            self.add_error("repeat_password", _("两次输入的新密码不一样。"))
        return values


class AccountForm(forms.Form):
    username = TextField(
        label=_("账号"),
        limit=40,
        help_text=_("小写字母、数字和下划线，用于登录，例如“lishuming”。"),
    )
    name = TextField(label=_("姓名"), limit=60)

    def clean_username(self) -> str:
        """Full-width letters are the plain ones, as at the door."""
        username = unicodedata.normalize("NFKC", self.cleaned_data["username"])
        ACCOUNT(username)
        return username


class ReasonForm(forms.Form):
    reason = TextField(
        label=_("理由"), limit=200, help_text=_("记入变更记录。"), error_messages={"required": _("请写明理由。")}
    )


class ClearanceForm(ReasonForm):
    clearance = TypedChoiceField(label=_("知悉级别"), choices=Clearance.choices, coerce=int)
    field_order = ("clearance", "reason")


class MembershipForm(forms.Form):
    department = ModelChoiceField(
        label=_("部门"), queryset=Department.objects.all(), empty_label=_("请选择"), error_messages=CHOOSE
    )
    role = ChoiceField(label=_("角色"), choices=[("", _("请选择")), *Role.choices], error_messages=CHOOSE)
    valid_from = DayField(label=_("起"))
    valid_to = DayField(label=_("止"), required=False, help_text=_("不填表示长期。"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("valid_from"), values.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("截止日期不能早于起始日期。"))
        return values
