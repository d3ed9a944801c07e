"""Whom to keep out of a lead or a case, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from casework.enums import STATED_SOURCES
from casework.forms.choices import ChoiceField, ModelChoiceField
from casework.forms.fields import TextField


class ColleagueField(ModelChoiceField):
    """Namesakes are told apart by their accounts: the wrong one must not be kept out."""

    def label_from_instance(self, user: Any) -> str:
        return f"{user.name}（{user.username}）"


class ExcludeForm(forms.Form):
    user = ColleagueField(
        label=_("须回避的同事"),
        queryset=User.objects.filter(is_active=True).order_by("name", "pk"),
        empty_label=_("请选择"),
        error_messages={"required": _("请从列表中选择。")},
    )
    source = ChoiceField(
        label=_("缘由"),
        choices=[("", _("请选择")), *((source.value, source.label) for source in STATED_SOURCES)],
        error_messages={"required": _("请选择排除的缘由。")},
    )
    reason = TextField(
        label=_("理由"),
        multiline=True,
        limit=300,
        help_text=_("例如近亲属、合作者、师生。安全管理员会看到，不写案情。"),
    )
