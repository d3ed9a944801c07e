"""Applications from the first draft to acceptance, and back to the applicant where something is missing (办法 第9-13条).

Papers and people are in materials.py and investigators.py; what a round decides in review_decisions.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Clearance, Role
from accounts.models import User
from accounts.people import main_department
from casework.actions import grants
from casework.actions.dossiers import close_dossier, open_dossier
from casework.enums import DossierKind, ExclusionSource, GrantBasis, GrantPermission
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import check_move, lock, move
from ethics.access import check_can_keep
from ethics.actions import closing, renewals, versions
from ethics.actions.units import county_of
from ethics.completeness import missing
from ethics.enums import ApplicationKind, ApplicationStatus, ListItem, Regime, ReviewMode, ScopeClass
from ethics.models import Activity, Application, Committee, Investigator, ReviewUnit
from ethics.review_access import check_can_record, check_is_applicant, check_may_apply
from ethics.review_workflow import APPLICATION

OPEN_TO_THE_APPLICANT = (
    ApplicationStatus.DRAFT,
    ApplicationStatus.RETURNED,
    ApplicationStatus.AWAITING_REVISION,
    ApplicationStatus.AWAITING_RESUBMISSION,
)
TEXT_LIMIT = 8000
# The name of a paper holds it (Material.key).
COUNTRY_LIMIT = 60
AS_IT_IS: Any = object()


@transaction.atomic
def begin(*, title: str, by: User, activity: Activity | None = None) -> Application:
    """A new application of this applicant. `activity`: the own approved one an amendment changes (E6), or the one that
    has to be reviewed again (第20条); either begins with what was asked before."""
    check_may_apply(by)

    title = required_text(title, limit=200, field="title", field_label=_("活动名称"), multiline=False)
    kind, secrecy = ApplicationKind.INITIAL, int(Clearance.INTERNAL)
    if activity is not None:
        renewals.check_is_own(activity, by)
        kind = renewals.kind_about(activity)
        renewals.check_none_open(activity)
        secrecy = renewals.secrecy_behind(activity)
    dossier = open_dossier(kind=DossierKind.REVIEW, numbering="review", by=by, secrecy=secrecy)
    application = Application(
        dossier=dossier, mode=ReviewMode.RUN, kind=kind, title=title, applicant=by, activity=activity
    )
    last = renewals.copy_facts(application)
    save_record(application, by=by, reason="填写申请")
    if last is not None and application.renews:
        _copy_people(application, last, by)
    record_event(dossier=dossier, type="application_begun", by=by, subject=application, data={"kind": kind})
    return application


@transaction.atomic
def record(
    *,
    unit: ReviewUnit,
    committee: Committee,
    title: str,
    by: User,
    leader_name: str = "",
    scope_classes: Sequence[str] = (),
    regimes: Sequence[str] = (),
    list_item: str = "",
    circumstances: Sequence[str] = (),
    simple_grounds: Sequence[str] = (),
    partner_countries: Sequence[str] = (),
    start_on: dt.date | None = None,
    activity: Activity | None = None,
) -> Application:
    """A review held by the unit's committee elsewhere, entered by whoever keeps the unit. It counts as submitted."""
    check_can_record(by)
    check_can_keep(by, unit)

    secrecy = renewals.secrecy_behind(activity) if activity is not None else int(Clearance.INTERNAL)
    department = main_department(by)
    application = Application(
        dossier=open_dossier(
            kind=DossierKind.REVIEW, numbering="review", by=by, department=department, secrecy=secrecy
        ),
        mode=ReviewMode.RECORDED,
        kind=renewals.kind_about(activity) if activity is not None else ApplicationKind.INITIAL,
        unit=unit,
        unit_name=unit.organization.name,
        committee=committee,
        activity=activity,
        title=required_text(title, limit=200, field="title", field_label=_("活动名称"), multiline=False),
        leader_name=clean_text(leader_name, limit=100, field="leader_name", field_label=_("负责人"), multiline=False),
        start_on=start_on,
        **_closed_lists(scope_classes, regimes, list_item, circumstances, simple_grounds, partner_countries),
    )
    _check_same_item(application)
    save_record(application, by=by, reason="登记外部审查的申请")
    _open_to_staff(application, by)
    record_event(dossier=application.dossier, type="application_recorded", by=by, subject=application)
    move(APPLICATION, application, "submit", by=by, data={"version": application.version})
    return application


@transaction.atomic
def edit(
    *,
    application: Application,
    by: User,
    title: Any = AS_IT_IS,
    unit_name: Any = AS_IT_IS,
    committee: Any = AS_IT_IS,
    project_no: Any = AS_IT_IS,
    leader_name: Any = AS_IT_IS,
    scope_classes: Any = AS_IT_IS,
    regimes: Any = AS_IT_IS,
    list_item: Any = AS_IT_IS,
    circumstances: Any = AS_IT_IS,
    simple_grounds: Any = AS_IT_IS,
    waiver: Any = AS_IT_IS,
    partner_countries: Any = AS_IT_IS,
    expertise: Any = AS_IT_IS,
    start_on: Any = AS_IT_IS,
    end_on: Any = AS_IT_IS,
    answers: Any = AS_IT_IS,
) -> Application:
    """Change what the applicant wrote, while it lies with the applicant. A submitted application is not edited (faults).

    Texts are cleaned, closed lists checked; what is not named stays. Unchanged values write nothing (E20).
    """
    given = {name: value for name, value in locals().items() if name not in {"application", "by"}}
    values = {name: value for name, value in given.items() if value is not AS_IT_IS}
    check_is_applicant(by, application)
    check_open_to_applicant(application)
    lock(application, APPLICATION)

    for name, value in _cleaned(values).items():
        setattr(application, name, value)
    if "list_item" in values:
        _check_same_item(application)
    if application.start_on and application.end_on and application.end_on < application.start_on:
        raise InputRefused(_("计划结束日期不能早于计划开始日期。"), field="end_on")
    changed = save_record(application, by=by, reason="修改申请内容")
    if changed:
        record_event(
            dossier=application.dossier,
            type="application_edited",
            by=by,
            subject=application,
            data={"fields": sorted(changed), "version": application.version},
        )
    return application


@transaction.atomic
def submit(*, application: Application, by: User) -> Application:
    """Hand it in, whole: everything missing is told in one sentence, and nothing goes in until nothing is (第10条).

    Freezes the version (I16), and opens the dossier to the secretariat. A revised version becomes the next number.
    """
    check_is_applicant(by, application)
    name = {
        ApplicationStatus.AWAITING_REVISION: "submit_revision",
        ApplicationStatus.AWAITING_RESUBMISSION: "resubmit",
    }.get(ApplicationStatus(application.status), "submit")
    check_move(APPLICATION, application, name)
    lock(application, APPLICATION)

    left = missing(application, timezone.localdate())
    if left:
        raise InputRefused(_("还缺少：%(items)s。") % {"items": "、".join(one.label for one in left)})
    first = not application.versions.exists()
    if not first:
        application.version += 1
    if name != "submit":
        application.named_missing, application.returned_on = [], None
    versions.freeze(application=application, by=by)
    if first:
        _open_to_staff(application, by)
        _keep_applicant_out(application, by)
    move(APPLICATION, application, name, by=by, article="ST 9", data={"version": application.version})
    return application


@transaction.atomic
def withdraw(*, application: Application, reason: str, by: User) -> Application:
    """The applicant takes it back before anything was decided. The dossier is kept and closed."""
    check_is_applicant(by, application)
    check_move(APPLICATION, application, "withdraw")

    reason = required_text(reason, limit=300, field="reason", field_label=_("撤回原因"))
    review = application.reviews.running().first()
    if review is not None:
        review.ended_on = timezone.localdate()
        save_record(review, by=by, reason="申请人撤回", fields=["ended_on"])
    move(APPLICATION, application, "withdraw", by=by, reason=reason)
    close_dossier(dossier=application.dossier, by=by)
    closing.end_reviewers_access(application=application, by=by)
    return application


def check_open_to_applicant(application: Application) -> None:
    """Raise unless the application lies with the applicant."""
    if application.status not in OPEN_TO_THE_APPLICANT:
        raise MoveRefused(_("申请已经提交，审查期间不能修改。需要修改的，请等待补正或者修改通知。"))


def _check_same_item(application: Application) -> None:
    """Whatever is asked about an activity neither takes it off the list nor puts it on: re-review by experts, follow-up and
    registration hang on that (第25、33、44条)."""
    activity = application.activity
    if activity is not None and activity.list_item != application.list_item:
        raise InputRefused(
            _("清单事项应与原活动一致；改变后属于或者不再属于清单事项的，请作为新的活动申请。"),
            field="list_item",
            article="ST 33",
        )


def _open_to_staff(application: Application, by: User) -> None:
    """The secretariat handles it; of a review recorded here also the county that keeps the unit."""
    handle, duty = GrantPermission.HANDLE, GrantBasis.DUTY
    grants.give(dossier=application.dossier, role=Role.ETHICS, permission=handle, basis=duty, by=by)
    if application.mode == ReviewMode.RECORDED and application.unit is not None:
        county = county_of(application.unit.region_code)
        if county is not None:
            grants.give(dossier=application.dossier, department=county, permission=handle, basis=duty, by=by)


def _keep_applicant_out(application: Application, by: User) -> None:
    """Nobody reviews their own application: the account is kept out of the dossier, and reads it on its own pages."""
    grants.exclude(
        dossier=application.dossier,
        user=by,
        source=ExclusionSource.COMPUTED,
        reason="申请人本人不参加对本人申请的审查",
        by=by,
    )


def _copy_people(application: Application, last: Application, by: User) -> None:
    """Who works on it, as told last."""
    for one in last.investigators.filter(left_out_on=None).order_by("pk"):
        person = Investigator(
            application=application,
            name=one.name,
            organization_name=one.organization_name,
            duty=one.duty,
            has_training=one.has_training,
        )
        save_record(person, by=by, reason="重新审查沿用研究人员")


LINES = {
    "title": (200, gettext_lazy("活动名称")),
    "unit_name": (200, gettext_lazy("申请单位")),
    "project_no": (60, gettext_lazy("项目编号")),
    "leader_name": (100, gettext_lazy("负责人")),
    "expertise": (60, gettext_lazy("所属专业领域")),
}
LISTS = ("scope_classes", "regimes", "circumstances", "simple_grounds", "partner_countries")


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    """The values of an edit, each by its kind."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name in LINES:
            limit, label = LINES[name]
            check = required_text if name == "title" else clean_text
            found[name] = check(value, limit=limit, field=name, field_label=str(label), multiline=False)
        elif name in LISTS:
            found[name] = sorted({str(one).strip() for one in value if str(one).strip()})
            if name == "partner_countries" and any(len(one) > COUNTRY_LIMIT for one in found[name]):
                raise InputRefused(
                    _("每个国家或者地区的名称最多 %(n)s 字，几个之间用顿号隔开。") % {"n": COUNTRY_LIMIT}, field=name
                )
        elif name == "answers":
            found[name] = {
                key: clean_text(text, limit=TEXT_LIMIT, field=key, field_label=key) for key, text in value.items()
            }
        else:
            found[name] = value
    _check_lists(found)
    return found


def _check_lists(found: dict[str, Any]) -> None:
    closed: tuple[tuple[str, Iterable[str], str], ...] = (
        ("scope_classes", ScopeClass.values, _("请从列表中选择审查范围。")),
        ("regimes", Regime.values, _("请从列表中选择适用规则。")),
    )
    for name, known, said in closed:
        if not set(found.get(name, ())) <= set(known):
            raise InputRefused(said, field=name)
    if found.get("list_item") and found["list_item"] not in ListItem.values:
        raise InputRefused(_("请选择清单事项。"), field="list_item")


def _closed_lists(
    scope_classes: Sequence[str],
    regimes: Sequence[str],
    list_item: str,
    circumstances: Sequence[str],
    simple_grounds: Sequence[str],
    partner_countries: Sequence[str],
) -> dict[str, Any]:
    return _cleaned(
        {
            "scope_classes": scope_classes,
            "regimes": regimes,
            "list_item": list_item,
            "circumstances": circumstances,
            "simple_grounds": simple_grounds,
            "partner_countries": partner_countries,
        }
    )
