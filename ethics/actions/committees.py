"""Enter, edit and dissolve committees; keep their charter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions import files
from casework.enums import AttachmentKind
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import required_text
from ethics import stored_rules
from ethics.access import check_can_keep
from ethics.actions import compositions, filings, reports
from ethics.enums import COMMITTEE_REGIMES
from ethics.models import Committee, Registration, ReviewUnit
from ethics.plain_days import check_happened, check_order
from ethics.review_access import check_can_run_committee

FileContent = tuple[str, bytes]


@transaction.atomic
def enter(
    *,
    unit: ReviewUnit,
    name: str,
    set_up_on: dt.date,
    regimes: Sequence[str],
    by: User,
    is_service_centre: bool = False,
    charter: FileContent | None = None,
) -> Committee:
    """A committee of the unit. Its registration becomes due, and the report of last year if it existed then."""
    check_can_keep(by, unit)

    name = _name(name)
    _check_regimes(regimes)
    check_happened(set_up_on, field="set_up_on", label=_("设立日期"))
    committee = Committee(
        unit=unit,
        name=name,
        set_up_on=set_up_on,
        regimes=_sorted(regimes),
        is_service_centre=is_service_centre,
    )
    _attach(committee, charter, by)
    _save(committee, by, "登记委员会")
    registration = Registration(
        unit=unit,
        committee=committee,
        due_on=stored_rules.committee_registration_due(set_up_on),
        known_on=timezone.localdate(),
    )
    save_record(registration, by=by, reason="登记委员会")
    filings.follow_regimes(committee=committee, by=by)
    record_event(
        dossier=unit.dossier,
        type="committee_entered",
        by=by,
        subject=committee,
        data={"committee": committee.pk, "set_up_on": set_up_on.isoformat(), "regimes": committee.regimes},
    )
    reports.make_due(committee=committee, on=timezone.localdate(), by=by)
    compositions.note(committee=committee, on=timezone.localdate(), by=by)
    return committee


@transaction.atomic
def edit(
    *,
    committee: Committee,
    name: str,
    regimes: Sequence[str],
    by: User,
    is_service_centre: bool = False,
    charter: FileContent | None = None,
) -> Committee:
    """Change what is said about the committee; the day it was set up stays. The same content writes nothing."""
    check_can_keep(by, committee.unit)

    _check_regimes(regimes)
    committee.name = _name(name)
    committee.regimes = _sorted(regimes)
    committee.is_service_centre = is_service_centre
    _attach(committee, charter, by)
    changed = _save(committee, by, "修改委员会登记")
    if changed:
        data = {"committee": committee.pk, "fields": sorted(changed)}
        record_event(dossier=committee.dossier, type="committee_edited", by=by, subject=committee, data=data)
        filings.follow_regimes(committee=committee, by=by)
        compositions.note(committee=committee, on=timezone.localdate(), by=by)
    return committee


@transaction.atomic
def let_run_here(*, committee: Committee, runs_here: bool, has_video_rules: bool, by: User) -> Committee:
    """Whether the committee reviews in this system, and has its own rules on video meetings (办法 第14条).

    Only ethics supervision says so: the committees that run here can be chosen by applicants.
    """
    check_can_run_committee(by, committee)

    committee.runs_here, committee.has_video_rules = runs_here, has_video_rules
    changed = save_record(committee, by=by, reason="审查方式", fields=["runs_here", "has_video_rules"])
    if changed:
        data = {"committee": committee.pk, "fields": sorted(changed)}
        record_event(dossier=committee.dossier, type="committee_edited", by=by, subject=committee, data=data)
    return committee


@transaction.atomic
def dissolve(*, committee: Committee, dissolved_on: dt.date, by: User) -> Committee:
    """The last day of the committee. What was due before stays due."""
    check_can_keep(by, committee.unit)

    if committee.dissolved_on is not None:
        raise MoveRefused(_("这个委员会已经登记撤销。"))
    check_happened(dissolved_on, field="dissolved_on", label=_("撤销日期"))
    check_order(
        committee.set_up_on,
        dissolved_on,
        field="dissolved_on",
        first_label=_("设立日期"),
        label=_("撤销日期"),
    )
    committee.dissolved_on = dissolved_on
    save_record(committee, by=by, reason="登记委员会撤销", fields=["dissolved_on"])
    data = {"committee": committee.pk, "dissolved_on": dissolved_on.isoformat()}
    record_event(dossier=committee.dossier, type="committee_dissolved", by=by, subject=committee, data=data)
    compositions.note(committee=committee, on=timezone.localdate(), by=by)
    return committee


def _save(committee: Committee, by: User, reason: str) -> list[str]:
    """The names written. A name the unit has already is refused, also when two people type it in the same moment."""
    try:
        with transaction.atomic():
            return save_record(committee, by=by, reason=reason)
    except IntegrityError as error:
        raise InputRefused(_("这个单位已经有同名的委员会。"), field="name") from error


def _attach(committee: Committee, charter: FileContent | None, by: User) -> None:
    if charter is not None:
        name, content = charter
        committee.charter = files.attach(
            dossier=committee.dossier, name=name, content=content, kind=AttachmentKind.OTHER, by=by
        )


def _name(name: str) -> str:
    return required_text(name, limit=200, field="name", field_label=_("委员会名称"), multiline=False)


def _check_regimes(regimes: Sequence[str]) -> None:
    if not regimes or not set(regimes) <= set(COMMITTEE_REGIMES):
        raise InputRefused(_("请至少选择一项适用规则。"), field="regimes")


def _sorted(regimes: Sequence[str]) -> list[str]:
    return [regime.value for regime in COMMITTEE_REGIMES if regime in set(regimes)]
