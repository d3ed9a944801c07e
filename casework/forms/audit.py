"""Filters of the audit pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import ChoiceField
from casework.forms.fields import TextField


class AuditFilterForm(forms.Form):
    """Parsed from the address; what is not in the lists finds nothing rather than everything."""

    kind = ChoiceField(label=_("事项"), required=False)
    reference = TextField(label=_("编号"), required=False, limit=80)

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("全部")), *kinds]
