"""What the secretary types on receiving an application, and the filters of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import ChoiceField
from casework.forms.fields import TextField
from ethics.enums import ApplicationStatus, Procedure
from ethics.forms.applications import CommitteeField
from ethics.forms.register import CHOOSE, boxes
from ethics.models import ApplicationVersion, Committee, ReviewUnit


class ApplicationListForm(forms.Form):
    """Filters of the list; nonsense in the address means no filter."""

    hides_optional = True
    NOTHING: ClassVar[dict[str, Any]] = {"status": "", "committee": "", "mine": False, "overdue": False}
    status = ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *ApplicationStatus.choices])
    committee = ChoiceField(label=_("委员会"), required=False)
    mine = forms.BooleanField(label=_("只看等我办理的"), required=False)
    overdue = forms.BooleanField(label=_("只看超过期限的"), required=False)

    def __init__(self, *args: Any, committees: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["committee"].choices = [("", _("全部")), *committees]  # type: ignore[attr-defined]


class ReturnForm(forms.Form):
    """Everything that is missing, in one notice: boxes for what is known, one line each for the rest."""

    items = boxes((), label=_("需要补正的内容"), required=False, help_text=_("系统核对出缺少的已经勾选。"))
    further = TextField(
        label=_("其他需要补正的内容"),
        multiline=True,
        limit=4000,
        required=False,
        help_text=_("一行一项，写明要补什么。"),
    )
    note = TextField(label=_("说明"), multiline=True, limit=1000, required=False)

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = dict(offered)
        self.fields["items"].choices = list(offered)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the action takes: (key, words) of every item, free lines after the known ones."""
        given = self.cleaned_data
        lines = [line.strip() for line in given["further"].splitlines() if line.strip()]
        free = [(f"further:{number}", line) for number, line in enumerate(lines, start=1)]
        return {
            "items": [*((key, self.offered[key].partition("\n")[0]) for key in given["items"]), *free],
            "note": given["note"],
        }


class AcceptForm(forms.Form):
    unit = TextField(
        label=_("申请单位（监管台账中的全称）"), limit=200, help_text=_("台账中还没有的，先到监管台账登记单位。")
    )
    committee = CommitteeField(label=_("受理的委员会"), queryset=Committee.objects.none(), empty_label=_("请选择"))
    procedure = ChoiceField(label=_("审查程序"), choices=Procedure.choices, widget=forms.RadioSelect)
    departs_reason = TextField(
        label=_("改变程序的理由"),
        limit=300,
        required=False,
        help_text=_("与建议的程序不同时必须填写，写入卷宗。"),
    )

    def __init__(self, *args: Any, units: QuerySet[ReviewUnit], committees: QuerySet[Committee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        self.fields["committee"].queryset = committees  # type: ignore[attr-defined]

    def clean_unit(self) -> ReviewUnit:
        name = self.cleaned_data["unit"]
        unit = self.units.filter(organization__name=name).order_by("pk").first()
        if unit is None:
            raise ValidationError(_now("监管台账中没有这个单位，请核对全称，或者先登记单位。"))
        return unit


class CompareForm(forms.Form):
    """Which two versions to lay beside each other."""

    hides_optional = True
    before = ChoiceField(label=_("原来"), required=False)
    after = ChoiceField(label=_("现在"), required=False)

    def __init__(self, *args: Any, versions: Sequence[ApplicationVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [CHOOSE, *((str(one.pk), version_words(one)) for one in versions)]
        self.fields["before"].choices = choices  # type: ignore[attr-defined]
        self.fields["after"].choices = choices  # type: ignore[attr-defined]


def version_words(version: ApplicationVersion) -> str:
    """第 2 版 2026-02-09, with the number of the application."""
    return _now("%(reference)s 第 %(n)s 版") % {
        "reference": version.application.dossier.reference,
        "n": version.number,
    }
