"""What an applicant types. Nothing but the title must be filled in to save a page: what is missing is told in one list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.forms.choices import ChoiceField, ModelChoiceField
from casework.forms.fields import DayField, TextField
from casework.rulebook import RuleBook
from ethics.application_choices import choices_of, has_waiver
from ethics.enums import Regime, ScopeClass
from ethics.forms.register import OptionalFile, boxes
from ethics.models import Application, Committee

ANSWER_LIMIT = 8000
_BETWEEN = re.compile(r"[、,，;；\n]+")


class CommitteeField(ModelChoiceField):
    """A committee with the unit it belongs to: many bear the same name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.unit.organization.name} · {obj.name}"


class BeginForm(forms.Form):
    title = TextField(label=_("活动名称"), limit=200, help_text=_("写科技活动或者项目的全称。以后还可以修改。"))


class BasicsForm(forms.Form):
    title = TextField(label=_("活动名称"), limit=200)
    unit_name = TextField(label=_("申请单位"), limit=200, required=False, help_text=_("承担这项活动的单位全称。"))
    committee = CommitteeField(
        label=_("受理的委员会"),
        queryset=Committee.objects.none(),
        required=False,
        empty_label=_("请选择"),
        help_text=_("本单位没有委员会的，选择受委托审查的委员会，并在材料中附书面委托文件。"),
    )
    leader_name = TextField(label=_("负责人"), limit=100, required=False)
    project_no = TextField(label=_("项目编号"), limit=60, required=False, help_text=_("没有立项编号的可以不填。"))
    scope_classes = boxes(ScopeClass.choices, label=_("审查范围"), required=False)
    regimes = boxes(
        [(one.value, one.label) for one in Regime if one != Regime.ST2023],
        label=_("还适用的规则"),
        required=False,
        help_text=_("科技伦理审查办法适用于全部申请，不用勾选。勾选后，材料清单会加上这些规则要求的材料。"),
    )
    start_on = DayField(
        label=_("计划开始日期"), required=False, help_text=_("批准之前不得开始；已经开始的活动不能事后补批。")
    )
    end_on = DayField(label=_("计划结束日期"), required=False)
    overview = TextField(
        label=_("活动概况"),
        multiline=True,
        limit=ANSWER_LIMIT,
        required=False,
        help_text=_("目的、意义、必要性，以往的伦理审查情况。"),
    )
    risks = TextField(label=_("可能的风险和防控措施"), multiline=True, limit=ANSWER_LIMIT, required=False)
    hides_optional = True

    def __init__(self, *args: Any, committees: QuerySet[Committee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["committee"].queryset = committees  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(application: Application) -> dict[str, Any]:
        names = ("title", "unit_name", "committee", "leader_name", "project_no", "scope_classes", "regimes")
        values = {name: getattr(application, name) for name in (*names, "start_on", "end_on")}
        return {
            **values,
            "overview": application.answers.get("overview", ""),
            "risks": application.answers.get("risks", ""),
        }

    def values(self) -> dict[str, Any]:
        """What the action takes: the two texts are answers by key."""
        given = dict(self.cleaned_data)
        answers = {name: given.pop(name) for name in ("overview", "risks")}
        return {**given, "answers": answers}


class CircumstancesForm(forms.Form):
    """Boxes of the rule sets that apply; the waiver is asked about only where one of them knows it."""

    hides_optional = True
    circumstances = boxes((), label=_("有下列情形吗"), required=False)
    partner_countries = TextField(
        label=_("合作方所在国家或者地区"),
        limit=300,
        required=False,
        help_text=_("国际合作的填写，几个之间用顿号隔开。每个国家或者地区都要有审查批准文件。"),
    )
    expertise = TextField(
        label=_("所属专业领域"), limit=60, required=False, help_text=_("紧急情况的填写，应急审查须有该领域专家参加。")
    )
    list_item = ChoiceField(
        label=_("是清单事项吗"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("清单内的活动，初步审查通过后还须专家复核。"),
    )
    simple_grounds = boxes(
        (), label=_("申请简易程序的理由"), required=False, help_text=_("符合的勾选；是否适用由委员会决定。")
    )
    claims_waiver = forms.BooleanField(
        label=_("申请免除伦理审查"), required=False, help_text=_("免除审查不等于免除知情同意。")
    )
    conditions = boxes((), label=_("免除审查的条件（全部符合才可以）"), required=False)
    cases = boxes((), label=_("属于哪一种情形"), required=False)
    involved = boxes((), label=_("涉及下列内容吗"), required=False)

    def __init__(self, *args: Any, books: Sequence[RuleBook], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = {
            "circumstances": "triage_reason",
            "simple_grounds": "simple_ground",
            "conditions": "waiver_condition",
            "cases": "waiver_case",
            "involved": "waiver_exclusion",
        }
        for name, kind in kinds.items():
            self.fields[name].choices = choices_of(books, kind)  # type: ignore[attr-defined]
        items = [("", _("不是清单事项")), *choices_of(books, "review_item")]
        self.fields["list_item"].choices = items  # type: ignore[attr-defined]
        if not has_waiver(books):
            for name in ("claims_waiver", "conditions", "cases", "involved"):
                del self.fields[name]

    @staticmethod
    def initial_of(application: Application) -> dict[str, Any]:
        claim = application.waiver or {}
        return {
            "circumstances": application.circumstances,
            "partner_countries": "、".join(application.partner_countries),
            "expertise": application.expertise,
            "list_item": application.list_item,
            "simple_grounds": application.simple_grounds,
            "claims_waiver": bool(claim.get("claimed")),
            **{name: claim.get(name, []) for name in ("conditions", "cases", "involved")},
        }

    def values(self) -> dict[str, Any]:
        """What the action takes: countries as a list, the claim of a waiver as one value, empty when none is claimed."""
        given = self.cleaned_data
        claim: dict[str, Any] = {}
        if given.get("claims_waiver"):
            claim = {"claimed": True, **{name: given[name] for name in ("conditions", "cases", "involved")}}
        return {
            "circumstances": given["circumstances"],
            "partner_countries": [one.strip() for one in _BETWEEN.split(given["partner_countries"]) if one.strip()],
            "expertise": given["expertise"],
            "list_item": given["list_item"],
            "simple_grounds": given["simple_grounds"],
            "waiver": claim,
        }


class InvestigatorForm(forms.Form):
    name = TextField(label=_("姓名"), limit=100)
    organization_name = TextField(label=_("所在单位"), limit=200, required=False)
    duty = TextField(label=_("承担的工作"), limit=200, required=False)
    has_training = forms.BooleanField(label=_("接受过科技伦理培训"), required=False)


class MaterialForm(forms.Form):
    """One paper; which one the page says."""

    file = OptionalFile(label=_("文件"), error_messages={"required": _("请选择文件。")})


class ReplaceForm(forms.Form):
    file = OptionalFile(label=_("新的文件"), error_messages={"required": _("请选择文件。")})
    reason = TextField(label=_("更换原因"), limit=300)


class WithdrawForm(forms.Form):
    reason = TextField(label=_("撤回原因"), limit=300, help_text=_("撤回后不能恢复，需要审查的请重新申请。"))


class SubmitForm(forms.Form):
    """Nothing to type: the press of the button is the statement."""
