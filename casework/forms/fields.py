"""Form fields every form of ours reads typed values with: cleaned text, days, several files."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.models import Organization
from casework.refusals import InputRefused
from casework.texts import CONTROLS, LONGEST_TEXT, clean_text

# Nothing in this house lies outside; a year mistyped as 0206 or 9206 would be counted with in earnest.
FIRST_YEAR, LAST_YEAR = 1900, 2999
LONGEST_SECRET = 1000
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


class TextField(forms.CharField):
    """Text through casework.texts: refused with a sentence for hidden characters and excess length, never cut."""

    def __init__(self, *, limit: int = LONGEST_TEXT, multiline: bool = False, **kwargs: Any) -> None:
        if multiline:
            # As tall as the answer is likely to be: a form of empty halls tires the person who fills it in.
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4 if limit <= 10_000 else 8}))
        super().__init__(strip=False, **_when_empty(kwargs, gettext_lazy("请填写这一栏。")))
        self.limit, self.multiline = limit, multiline
        # Django's own check for NUL speaks of "null characters"; clean_text says what to do.
        self.validators = []

    def to_python(self, value: Any) -> str:
        try:
            text = clean_text(
                str(value or ""), field_label=str(self.label or ""), limit=self.limit, multiline=self.multiline
            )
        except InputRefused as refusal:
            raise ValidationError(refusal.reason) from refusal
        return text


class SecretField(forms.CharField):
    """A password or passphrase: taken exactly as typed, never shown again."""

    def __init__(self, *, autocomplete: str = "off", **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(strip=False, widget=widget, **_when_empty(kwargs, gettext_lazy("请填写这一栏。")))
        self.validators = []

    def to_python(self, value: Any) -> str:
        typed = str(value or "")
        if CONTROLS.search(typed):
            raise ValidationError(_("含有无法输入的控制字符。请改用键盘输入。"))
        if len(typed) > LONGEST_SECRET:
            raise ValidationError(_("最多 %(limit)s 个字符。") % {"limit": LONGEST_SECRET})
        return typed


class UnitField(TextField):
    """The full name of an organisation, or nothing; cleaned to the organisation or None.

    `among`: the organisations this person may name. The form sets it; one outside reads like an unknown one.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("填写主体名录中的单位全称，可以留空。"))
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": "organizations"}))
        super().__init__(limit=200, required=False, **kwargs)
        self.among: QuerySet[Organization] = Organization.objects.none()

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        unit = self.among.filter(name=name).order_by("pk").first() if name else None
        if name and unit is None:
            raise ValidationError(_("主体名录中没有这个单位，请先登记，或者先留空。"))
        return unit


class DayField(forms.DateField):
    """A day as 2026-11-23, 2026年11月23日, 2026/11/23 or in full-width digits; an impossible one is named as such."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**_when_empty(kwargs, gettext_lazy("请填写日期。")))

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.date):
            return value
        typed = unicodedata.normalize("NFKC", str(value)).replace(" ", "")
        match = _DAY.fullmatch(typed)
        if match is None:
            raise ValidationError(_("请按“2026-11-23”的格式填写日期。"))
        try:
            day = dt.date(*(int(part) for part in match.groups()))
        except ValueError as error:
            raise ValidationError(_("没有这一天，请核对日期。")) from error
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            years = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise ValidationError(_("年份应在 %(first)s 至 %(last)s 之间，请核对日期。") % years)
        return day


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Any number of files up to CHENGYAN_MAX_FILES_PER_REPORT; cleaned to a list. What is in them the action checks."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ManyFilesInput())
        kwargs.setdefault("required", False)
        super().__init__(allow_empty_file=True, **_when_empty(kwargs, gettext_lazy("请选择要提交的文件。")))

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if not given:
            super().clean(None, initial)
            return []
        if len(given) > settings.CHENGYAN_MAX_FILES_PER_REPORT:
            limit = settings.CHENGYAN_MAX_FILES_PER_REPORT
            raise ValidationError(_("一次最多上传 %(limit)s 个文件。") % {"limit": limit})
        for file in given:
            if (file.size or 0) > settings.CHENGYAN_MAX_UPLOAD_MB * 1024 * 1024:
                values = {"name": file.name, "limit": settings.CHENGYAN_MAX_UPLOAD_MB}
                raise ValidationError(_("“%(name)s”超过 %(limit)s MB，请压缩或者拆分后上传。") % values)
        return given


def contents(files: list[UploadedFile]) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each file, read one at a time so that ten large files never lie in memory together."""
    return ((file.name or "", file.read()) for file in files)


def _when_empty(kwargs: dict[str, Any], sentence: Any) -> dict[str, Any]:
    """The arguments of a field, with this sentence for a field left empty unless the form has a better one."""
    return {**kwargs, "error_messages": {"required": sentence, **kwargs.get("error_messages", {})}}
