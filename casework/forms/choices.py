"""Fields of every form that take only what the page offered: what it did not offer is answered in our own words."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from casework.templatetags.casework import in_language

NOT_OFFERED = _("不在可选范围内，请重新选择。")


class _OwnWords:
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("请选择一项。"),
        "invalid_choice": NOT_OFFERED,
        "invalid_list": NOT_OFFERED,
        "invalid_pk_value": NOT_OFFERED,
    }


class ChoiceField(_OwnWords, forms.ChoiceField):
    pass


class TypedChoiceField(_OwnWords, forms.TypedChoiceField):
    pass


class MultipleChoiceField(_OwnWords, forms.MultipleChoiceField):
    pass


class ModelChoiceField(_OwnWords, forms.ModelChoiceField):
    """Departments are named in the language of the page."""

    def label_from_instance(self, obj: Any) -> str:
        return in_language(obj) if isinstance(obj, Department) else str(obj)


class ModelMultipleChoiceField(_OwnWords, forms.ModelMultipleChoiceField):
    """Departments are named in the language of the page."""

    def label_from_instance(self, obj: Any) -> str:
        return in_language(obj) if isinstance(obj, Department) else str(obj)


class HiddenField(forms.CharField):
    """A value the page carries along. Nobody typed it, so a missing one means that the page itself is no good."""

    default_error_messages: ClassVar[dict[str, Any]] = {"required": _("这一页不完整或者已经过期，请重新打开后再提交。")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **kwargs)
