"""Forms of cases: they parse what was typed; whether it may be so is for the actions to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from casework.enums import AttachmentKind, IdentifierType, OrganizationKind
from casework.forms.choices import ChoiceField, MultipleChoiceField
from casework.forms.fields import DayField, FilesField, TextField, UnitField
from casework.models import Clause, Organization
from casework.templatetags.casework import article
from integrity.enums import CaseStatus, Finding, Regime, RespondentRole, ServiceMethod, StatementKind
from integrity.models import Allegation, Lead

NEW_PERSON, NEW_ORGANIZATION = "person", "organization"
REASON_LIMIT = 300


def clause_choices(clauses: Iterable[Clause], *, empty: Any = None) -> list[tuple[Any, Any]]:
    """Choices of clauses by key: the text first, the article on the second line."""
    rows: list[tuple[Any, Any]] = [
        (clause.key, f"{clause.text}\n{article(clause.article)}".strip()) for clause in clauses
    ]
    return [("", empty), *rows] if empty is not None else rows


class CaseListForm(forms.Form):
    """Filters of the list; nonsense in the address means no filter."""

    hides_optional = True
    status = ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), ("live", _("未结案")), *CaseStatus.choices]
    )
    mine = forms.BooleanField(label=_("只看我承办的"), required=False)


class OpenCaseForm(forms.Form):
    """A case from the leads given to this officer, or on own motion with a source."""

    title = TextField(label=_("案由"), limit=200, help_text=_("一句话写明事由，不写举报人。例如：论文图片重复使用。"))
    leads = MultipleChoiceField(
        label=_("依据的线索"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只列出已受理并交给您办理的线索，可以选几条。"),
    )
    source = ChoiceField(label=_("主动受理来源"), required=False, help_text=_("没有线索、依职权立案时选择。"))
    accepted_on = DayField(
        label=_("受理日期"), required=False, help_text=_("只在依职权立案时填写；有线索的，以线索受理日为准。")
    )
    regime = ChoiceField(label=_("适用规则"), choices=Regime.choices, widget=forms.RadioSelect)
    unit = UnitField(label=_("责任单位"))
    conduct_from = DayField(label=_("行为开始日期"), required=False)
    conduct_to = DayField(label=_("行为结束日期"), required=False)

    def __init__(
        self,
        *args: Any,
        leads: Sequence[Lead],
        sources: Iterable[Clause],
        units: QuerySet[Organization],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_reference = {lead.dossier.reference: lead for lead in leads}
        self.by_key = {clause.key: clause for clause in sources}
        lead_choices = [(reference, f"{reference}\n{lead.summary}") for reference, lead in self.by_reference.items()]
        self.fields["leads"].choices = lead_choices
        source_choices = [
            (key, f"{clause.text} {article(clause.article)}".strip()) for key, clause in self.by_key.items()
        ]
        self.fields["source"].choices = [("", _("不是依职权立案")), *source_choices]
        self.fields["unit"].among = units  # type: ignore[attr-defined]
        if not lead_choices:
            del self.fields["leads"]

    def values(self) -> dict[str, Any]:
        """Arguments of the action."""
        typed = self.cleaned_data
        return {
            "title": typed["title"],
            "leads": [self.by_reference[reference] for reference in typed.get("leads", [])],
            "source": self.by_key.get(typed["source"]),
            "accepted_on": typed["accepted_on"],
            "regime": typed["regime"],
            "responsible_unit": typed["unit"],
            "conduct_from": typed["conduct_from"],
            "conduct_to": typed["conduct_to"],
        }


class AttachLeadForm(forms.Form):
    lead = ChoiceField(label=_("线索"), widget=forms.RadioSelect)
    reason = TextField(label=_("理由"), limit=REASON_LIMIT, required=False)

    def __init__(self, *args: Any, leads: Sequence[Lead], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_reference = {lead.dossier.reference: lead for lead in leads}
        self.fields["lead"].choices = [
            (reference, f"{reference}\n{lead.summary}") for reference, lead in self.by_reference.items()
        ]


class AllegationForm(forms.Form):
    """One behaviour in one period."""

    category = ChoiceField(label=_("行为类别"), widget=forms.RadioSelect)
    text = TextField(label=_("指控内容"), multiline=True, help_text=_("写明时间、对象和情形，不写举报人。"))
    conduct_from = DayField(label=_("行为开始日期"), required=False)
    conduct_to = DayField(label=_("行为结束日期"), required=False)

    def __init__(self, *args: Any, categories: Sequence[Clause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {clause.key: clause for clause in categories}
        self.fields["category"].choices = clause_choices(categories)

    def allegation(self) -> dict[str, Any]:
        """Arguments of the action that adds an allegation."""
        names = ("text", "conduct_from", "conduct_to")
        return {name: self.cleaned_data[name] for name in names} | {
            "category": self.by_key[self.cleaned_data["category"]]
        }


class RespondentForm(AllegationForm):
    """Pick somebody from the directory, or enter a new person or organisation, with role and first allegation."""

    subject = ChoiceField(label=_("是谁"), widget=forms.RadioSelect)
    name = TextField(label=_("新登记的姓名或单位名称"), limit=200, required=False, help_text=_("只在新登记时填写。"))
    kind = ChoiceField(label=_("单位类别"), required=False, choices=[("", "—"), *OrganizationKind.choices])
    identifier_type = ChoiceField(label=_("标识类型"), required=False, choices=[("", "—"), *IdentifierType.choices])
    identifier = TextField(
        label=_("标识号码"), limit=60, required=False, help_text=_("加密保存，只显示末四位。同名的人靠它区分。")
    )
    is_another = forms.BooleanField(label=_("已核对：不是名录中同名的那一位"), required=False)
    affiliation_then = TextField(label=_("当时单位"), limit=200, required=False, help_text=_("行为发生时所在的单位。"))
    role = ChoiceField(label=_("身份"), choices=[("", "—"), *RespondentRole.choices])
    note = TextField(label=_("备注"), limit=REASON_LIMIT, required=False)
    field_order = (
        "subject",
        "name",
        "kind",
        "identifier_type",
        "identifier",
        "is_another",
        "affiliation_then",
        "role",
        "category",
        "text",
        "conduct_from",
        "conduct_to",
        "note",
    )

    def __init__(self, *args: Any, subjects: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [
            *((str(pk), label) for pk, label in subjects),
            (NEW_PERSON, _("新登记自然人\n名录中没有这个人")),
            (NEW_ORGANIZATION, _("新登记单位\n名录中没有这个单位")),
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("subject") in {NEW_PERSON, NEW_ORGANIZATION} and not values.get("name"):
            self.add_error("name", _("请填写姓名或单位名称。"))
        if values.get("subject") == NEW_ORGANIZATION and not values.get("kind"):
            self.add_error("kind", _("请选择单位类别。"))
        if values.get("identifier") and not values.get("identifier_type"):
            self.add_error("identifier_type", _("请选择标识类型。"))
        return values

    def respondent(self) -> dict[str, Any]:
        """Arguments of the action that adds the respondent, without the subject."""
        return {name: self.cleaned_data[name] for name in ("affiliation_then", "role", "note")}


class ReportForm(forms.Form):
    """The report, with one finding for each allegation: fields finding_<pk>."""

    made_on = DayField(label=_("报告日期"))
    text = TextField(label=_("报告正文"), multiline=True, help_text=_("查明的事实、证据和认定的理由。"))
    proposed_handling = TextField(label=_("处理建议"), multiline=True, required=False)
    reason = TextField(label=_("更换理由"), limit=REASON_LIMIT, required=False)

    def __init__(self, *args: Any, allegations: Sequence[Allegation], replacing: bool, **kwargs: Any) -> None:
        kwargs["initial"] = {"made_on": timezone.localdate()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.allegations = allegations
        choices = [choice for choice in Finding.choices if choice[0] != Finding.OPEN]
        for allegation in allegations:
            self.fields[self.name_of(allegation)] = ChoiceField(
                label=_("%(name)s：%(category)s")
                % {"name": allegation.respondent, "category": allegation.category.text},
                choices=choices,
                widget=forms.RadioSelect,
                help_text=f"{allegation.text[:200]} {article(allegation.category.article)}".strip(),
            )
        if replacing:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]

    @staticmethod
    def name_of(allegation: Allegation) -> str:
        return f"finding_{allegation.pk}"

    def conclusions(self) -> dict[int, str]:
        return {allegation.pk: self.cleaned_data[self.name_of(allegation)] for allegation in self.allegations}


class PrenoticeForm(forms.Form):
    intended = TextField(
        label=_("拟认定事实与拟处理意见"),
        multiline=True,
        help_text=_("告知书的主要内容：查明的事实、依据、拟作出的处理，以及可以陈述申辩的权利。"),
    )
    served_on = DayField(label=_("告知送达日"))
    method = ChoiceField(label=_("送达方式"), choices=[("", "—"), *ServiceMethod.choices])


class StatementForm(forms.Form):
    kind = ChoiceField(label=_("答复情况"), choices=StatementKind.choices, widget=forms.RadioSelect)
    text = TextField(
        label=_("陈述申辩内容"),
        multiline=True,
        required=False,
        help_text=_("写明主要理由和提交的材料；原件在“材料”中上传。"),
    )
    answered_on = DayField(label=_("答复日期"), required=False, help_text=_("逾期未陈述的不必填写。"))


class CaseReasonForm(forms.Form):
    reason = TextField(label=_("理由"), multiline=True, limit=REASON_LIMIT)


class CloseCaseForm(forms.Form):
    reason = TextField(label=_("结案说明"), multiline=True, limit=REASON_LIMIT, required=False)


class AssignForm(CaseReasonForm):
    handler = ChoiceField(label=_("承办人"))
    field_order = ("handler", "reason")

    def __init__(self, *args: Any, people: Mapping[User, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_pk = {str(user.pk): user for user in people}
        self.fields["handler"].choices = [(str(user.pk), label) for user, label in people.items()]


class CaseFilesForm(forms.Form):
    kind = ChoiceField(
        label=_("类别"),
        choices=[choice for choice in AttachmentKind.choices if choice[0] != AttachmentKind.REPORT],
    )
    files = FilesField(label=_("文件"), required=True)


class ViewersDayForm(forms.Form):
    """Which day 'who can see this' is asked for."""

    hides_optional = True
    on = DayField(label=_("日期"), required=False)


class SubjectSearchForm(forms.Form):
    hides_optional = True
    q = TextField(label=_("姓名、单位名称或标识号码"), limit=200, required=False)


class PersonForm(forms.Form):
    name = TextField(label=_("姓名"), limit=100)
    name_latin = TextField(label=_("外文姓名"), limit=160, required=False, help_text=_("例如 Yanqing Zhou。"))
    birth_year = forms.IntegerField(label=_("出生年份"), required=False)
    unit = UnitField(label=_("所在单位"))
    post = TextField(label=_("职务"), limit=100, required=False)
    identifier_type = ChoiceField(
        label=_("标识类型"),
        required=False,
        choices=[("", "—"), *(choice for choice in IdentifierType.choices if choice[0] != IdentifierType.USCC)],
    )
    identifier = TextField(label=_("标识号码"), limit=60, required=False, help_text=_("加密保存，只显示末四位。"))
    is_another = forms.BooleanField(label=_("已核对：不是名录中同名的那一位"), required=False)

    def __init__(self, *args: Any, units: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].among = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("identifier") and not values.get("identifier_type"):
            self.add_error("identifier_type", _("请选择标识类型。"))
        return values


class OrganizationForm(forms.Form):
    name = TextField(label=_("单位名称"), limit=200)
    kind = ChoiceField(label=_("单位类别"), choices=OrganizationKind.choices)
    uscc = TextField(label=_("统一社会信用代码"), limit=40, required=False)
    name_en = TextField(label=_("英文名称"), limit=300, required=False)
    former_names = TextField(label=_("曾用名"), limit=400, required=False)
    region_code = TextField(label=_("行政区划代码"), limit=6, required=False, help_text=_("6 位数字，例如 510802。"))
