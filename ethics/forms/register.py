"""What is typed into the register. Parsing only; whether it may be so is for the actions to say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.enums import DepartmentKind
from accounts.models import Department, User
from casework.enums import IdentifierType, OrganizationKind
from casework.forms.choices import ChoiceField, ModelChoiceField, MultipleChoiceField
from casework.forms.fields import DayField, TextField
from casework.models import Person
from ethics.enums import (
    COMMITTEE_REGIMES,
    CommitteeBasis,
    ExpertOutcome,
    FollowUpOutcome,
    ListItem,
    MemberCategory,
    Office,
    SensitiveField,
    Sex,
    UndertakingKind,
    ViolationKind,
)
from ethics.models import Activity, Committee

CHOOSE = ("", _("请选择"))


def boxes(choices: Iterable[tuple[str, Any]], **kwargs: Any) -> MultipleChoiceField:
    """Several of a closed list, as check boxes."""
    return MultipleChoiceField(choices=list(choices), widget=forms.CheckboxSelectMultiple, **kwargs)


def one_of(choices: Iterable[tuple[str, Any]], **kwargs: Any) -> ChoiceField:
    """One of a closed list; nothing is chosen beforehand."""
    return ChoiceField(choices=[CHOOSE, *choices], **kwargs)


class OptionalFile(forms.FileField):
    """One file or none, as (name, content)."""

    def clean(self, data: Any, initial: Any = None) -> tuple[str, bytes] | None:
        file = super().clean(data, initial)
        return (file.name or "", file.read()) if isinstance(file, UploadedFile) else None


class LedgerForm(forms.Form):
    """Filters of the ledger; nonsense in the address means no filter."""

    hides_optional = True
    region = ChoiceField(label=_("县区"), required=False)
    overdue = forms.BooleanField(label=_("只看有逾期或者组成不合规的"), required=False)

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", _("全部县区")), *regions]  # type: ignore[attr-defined]


class DayForm(forms.Form):
    """The day the composition of the committees is asked about."""

    on = DayField(label=_("按这一天核对委员会组成"), required=False)


class _AboutUnit(forms.Form):
    sensitive_fields = boxes(
        SensitiveField.choices,
        label=_("敏感领域"),
        required=False,
        help_text=_("研究内容涉及这些领域的科技伦理敏感领域时勾选。"),
    )
    required_basis = ChoiceField(
        label=_("应当设立委员会"),
        required=False,
        choices=[("", _("没有规定应当设立，可以自行设立")), *CommitteeBasis.choices],
    )
    note = TextField(label=_("备注"), limit=300, required=False)


class UnitForm(_AboutUnit):
    field_order = ("name", "kind", "uscc", "region_code", "sensitive_fields", "required_basis", "note")
    name = TextField(label=_("单位名称"), limit=200, help_text=_("写全称。名录中有同名单位的，使用名录中的单位。"))
    kind = one_of(OrganizationKind.choices, label=_("单位类别"))
    uscc = TextField(label=_("统一社会信用代码"), limit=40, required=False)
    region_code = one_of((), label=_("所属县区"))

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region_code"].choices = [CHOOSE, *regions]  # type: ignore[attr-defined]


class UnitEditForm(_AboutUnit):
    pass


class RelocateForm(forms.Form):
    region_code = one_of((), label=_("所属县区"))
    reason = TextField(label=_("理由"), limit=200)

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region_code"].choices = [CHOOSE, *regions]  # type: ignore[attr-defined]


class OpenForm(forms.Form):
    department = ModelChoiceField(label=_("部门"), queryset=Department.objects.none(), empty_label=_("请选择"))
    basis = TextField(label=_("依据"), limit=200, help_text=_("写明这个部门为什么需要查看，例如行业主管。"))
    valid_to = DayField(label=_("开放至"), required=False, help_text=_("含当天；不填为长期。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [DepartmentKind.MEMBER, DepartmentKind.PARTNER]
        departments = Department.objects.filter(kind__in=kinds).order_by("pk")
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = TextField(label=_("理由"), limit=200)


class CommitteeEditForm(forms.Form):
    name = TextField(label=_("委员会名称"), limit=200)
    regimes = boxes(
        [(regime.value, regime.label) for regime in COMMITTEE_REGIMES],
        label=_("适用规则"),
        error_messages={"required": _("请至少选择一项适用规则。")},
        help_text=_("委员会的组成按所选规则逐项核对。"),
    )
    is_service_centre = forms.BooleanField(
        label=_("是审查与服务中心"), required=False, help_text=_("中心不能对同一活动既审查又复核。")
    )
    charter = OptionalFile(label=_("章程"), required=False)


class CommitteeForm(CommitteeEditForm):
    field_order = ("name", "set_up_on", "regimes", "is_service_centre", "charter")
    set_up_on = DayField(label=_("设立日期"), help_text=_("登记期限从这一天起算。"))


class DissolveForm(forms.Form):
    dissolved_on = DayField(label=_("撤销日期"), help_text=_("委员会存续的最后一天。"))


class MemberForm(forms.Form):
    person = ModelChoiceField(
        label=_("委员"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("新登记一人"),
        help_text=_("续任或者在本单位其他委员会任职的，从这里选。"),
    )
    name = TextField(label=_("姓名"), limit=100, required=False, help_text=_("新登记的填写。"))
    identifier_type = ChoiceField(
        label=_("标识类型"),
        required=False,
        choices=[("", "—"), *(choice for choice in IdentifierType.choices if choice[0] != IdentifierType.USCC)],
    )
    identifier = TextField(
        label=_("标识号码"),
        limit=60,
        required=False,
        help_text=_("有标识才能认定与名录中的人是同一人，加密保存。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    categories = boxes(MemberCategory.choices, label=_("委员类别"), required=False)
    sex = one_of(Sex.choices, label=_("性别"))
    is_external = forms.BooleanField(label=_("外单位委员"), required=False)
    office = one_of(Office.choices, label=_("职务"))
    starts_on = DayField(label=_("任期起"), help_text=_("首日和末日都算在任。"))
    ends_on = DayField(label=_("任期止"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    left_on = DayField(label=_("提前离任日"), help_text=_("在任的最后一天。"))
    reason = TextField(label=_("离任原因"), limit=200)


class SignForm(forms.Form):
    kind = one_of(UndertakingKind.choices, label=_("文书"))
    signed_on = DayField(label=_("签署日期"))
    file = OptionalFile(label=_("扫描件"), required=False)


class TrainForm(forms.Form):
    topic = TextField(label=_("培训内容"), limit=200)
    trained_on = DayField(label=_("培训日期"))
    organiser = TextField(label=_("举办单位"), limit=120, required=False)


class RegistrationForm(forms.Form):
    registered_on = DayField(label=_("登记日期"))
    platform_no = TextField(label=_("平台登记编号"), limit=60, required=False)


class FilingForm(forms.Form):
    filed_on = DayField(label=_("备案日期"))
    filing_no = TextField(label=_("备案编号"), limit=60, required=False)


class CheckNoteForm(forms.Form):
    clean_check_no = TextField(
        label=_("诚信核查回执"), limit=60, help_text=_("诚信核查后得到的编号，例如“诚信核查〔2026〕00001号”。")
    )
    clean_checked_on = DayField(label=_("诚信核查日期"))


class RunForm(forms.Form):
    runs_here = forms.BooleanField(
        label=_("在本系统开展审查"), required=False, help_text=_("勾选后，申请人可以选择这个委员会。")
    )
    has_video_rules = forms.BooleanField(
        label=_("有视频会议制度"), required=False, help_text=_("委员会有自己的视频会议制度，才能登记视频参会。")
    )


class AccountForm(forms.Form):
    user = ModelChoiceField(
        label=_("账号"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("不关联账号"),
        help_text=_("列出今天角色为“伦理审查委员”的账号。没有的，请先请系统管理员开通。"),
    )

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = accounts  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    submitted_on = DayField(label=_("报送日期"))


class SpotCheckForm(forms.Form):
    checked_on = DayField(label=_("检查日期"))
    findings = TextField(label=_("检查情况"), multiline=True, limit=5000)
    due_on = DayField(label=_("整改期限"), required=False, help_text=_("需要整改的填写。"))


class RectifyForm(forms.Form):
    rectified_on = DayField(label=_("整改完成日期"))
    rectification = TextField(label=_("整改情况"), multiline=True, limit=1000)


class ActivityForm(forms.Form):
    title = TextField(label=_("活动名称"), limit=200)
    list_item = one_of([(item.value, f"{item.value} {item.label}") for item in ListItem], label=_("清单事项"))
    committee = ModelChoiceField(
        label=_("审查委员会"), queryset=Committee.objects.none(), required=False, empty_label=_("委托其他委员会")
    )
    leader_name = TextField(label=_("负责人"), limit=100, required=False)

    def __init__(self, *args: Any, committees: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["committee"].queryset = committees  # type: ignore[attr-defined]


class ExpertForm(forms.Form):
    outcome = ChoiceField(label=_("专家复核结果"), choices=ExpertOutcome.choices, widget=forms.RadioSelect)
    expert_on = DayField(label=_("复核日期"), help_text=_("有豁免记录的，写记录日期。"))
    basis = TextField(label=_("复核意见文号或者豁免依据"), limit=200)


class ApproveForm(forms.Form):
    approved_on = DayField(label=_("批准日期"), help_text=_("平台登记和首次跟踪审查的期限从这一天起算。"))
    follow_up_months = forms.IntegerField(
        label=_("跟踪审查间隔（月）"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_("委员会要求更频繁跟踪的填写；不填按规则的最长间隔。"),
    )


class EndForm(forms.Form):
    ended_on = DayField(label=_("结束日期"))
    reason = TextField(label=_("结束说明"), limit=300, required=False)


class TerminateForm(forms.Form):
    ended_on = DayField(label=_("终止日期"))
    reason = TextField(label=_("终止原因"), limit=300)


class FollowUpForm(forms.Form):
    done_on = DayField(label=_("跟踪日期"))
    outcome = ChoiceField(label=_("跟踪结论"), choices=FollowUpOutcome.choices, widget=forms.RadioSelect)
    note = TextField(label=_("跟踪情况"), multiline=True, limit=1000)
    next_due_on = DayField(
        label=_("下一次跟踪期限"), required=False, help_text=_("风险较高的可以提前；不填按规则的最长期限。")
    )


class ViolationForm(forms.Form):
    kind = one_of([(kind.value, f"{kind.value} {kind.label}") for kind in ViolationKind], label=_("违规类别"))
    found_on = DayField(label=_("发现日期"))
    concerned = TextField(label=_("涉及的人或者单位"), limit=200)
    activity = ModelChoiceField(
        label=_("清单活动"), queryset=Activity.objects.none(), required=False, empty_label=_("不涉及清单活动")
    )
    facts = TextField(
        label=_("事实"), multiline=True, limit=5000, help_text=_("写查明的事实和依据的材料。登记后不能修改。")
    )

    def __init__(self, *args: Any, activities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"].queryset = activities  # type: ignore[attr-defined]


class ImportForm(forms.Form):
    file = forms.FileField(label=_("Excel 文件"), error_messages={"required": _("请选择文件。")})
    confirm = forms.BooleanField(
        label=_("核对无误，正式导入"), required=False, help_text=_("不勾选只检查，不写入任何内容。")
    )
