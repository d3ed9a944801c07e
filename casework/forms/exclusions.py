"""Why somebody who was kept out should be let in again."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.forms.fields import TextField


class LiftForm(forms.Form):
    reason = TextField(
        label=_("解除的理由"),
        multiline=True,
        limit=300,
        help_text=_("例如查明并无关联。由另一位安全管理员确认，记入卷宗。"),
        error_messages={"required": _("请写明解除排除的理由。")},
    )
