"""Import of committees with their members: all or nothing; what is there already is skipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.models import Person
from casework.refusals import MoveRefused, Refusal
from ethics.access import check_may_enter
from ethics.actions import committees, members, registrations
from ethics.import_files import NAMES, CommitteeLines, MemberLine, RowError
from ethics.models import Committee, ReviewUnit


@dataclass
class ImportReport:
    """`made`: members entered, or that would be in a dry run; `skipped`: members that were there already."""

    committees: int = 0
    made: int = 0
    skipped: int = 0
    errors: list[RowError] = field(default_factory=list)
    is_dry_run: bool = False


@transaction.atomic
def import_committees(
    *, lines: Sequence[CommitteeLines], by: User, errors: Sequence[RowError] = (), dry_run: bool = False
) -> ImportReport:
    """Enter every committee and member of the file, or none. `errors` of the file itself count too.

    The units must stand in the register and be kept by this person. A committee is known by its unit and name, a member
    by name and first day of the term; whoever sat in a committee of the unit before is taken for the same person.
    """
    check_may_enter(by)

    report = ImportReport(errors=list(errors), is_dry_run=dry_run)
    with transaction.atomic():
        for one in lines:
            _enter(one, report, by)
        if report.errors or dry_run:
            transaction.set_rollback(True)
    report.errors.sort(key=lambda error: error.line)
    return report


def _enter(lines: CommitteeLines, report: ImportReport, by: User) -> None:
    named = ReviewUnit.objects.kept_by(by).filter(organization__name=lines.unit)
    unit = named.select_related("dossier", "organization").first()
    if unit is None:
        reason = _("监管台账中没有由您办理的这个单位，请先登记单位。")
        report.errors.append(RowError(lines.line, NAMES["unit"], reason))
        return
    try:
        with transaction.atomic():
            committee = _committee(unit, lines, report, by)
    except Refusal as refusal:
        report.errors.append(RowError(lines.line, NAMES["committee"], refusal.reason))
        return
    for line in lines.members:
        try:
            with transaction.atomic():
                _member(committee, line, report, by)
        except Refusal as refusal:
            column = NAMES.get(getattr(refusal, "field", ""), NAMES["name"])
            report.errors.append(RowError(line.line, column, refusal.reason))


def _committee(unit: ReviewUnit, lines: CommitteeLines, report: ImportReport, by: User) -> Committee:
    facts = lines.facts
    known = unit.committees.filter(name=lines.name).first()
    if known is not None:
        if known.set_up_on != facts["set_up_on"]:
            raise MoveRefused(_("这个委员会已经登记，设立日期是 %(day)s，与文件不同。") % {"day": known.set_up_on})
        return known
    committee = committees.enter(
        unit=unit, name=lines.name, set_up_on=facts["set_up_on"], regimes=facts["regimes"], by=by
    )
    if facts["registered_on"]:
        registrations.record(
            registration=committee.registration,
            registered_on=facts["registered_on"],
            platform_no=facts["platform_no"],
            by=by,
        )
    report.committees += 1
    return committee


def _member(committee: Committee, line: MemberLine, report: ImportReport, by: User) -> None:
    if committee.members.filter(person__name=line.name, starts_on=line.starts_on).exists():
        report.skipped += 1
        return
    known = Person.objects.filter(name=line.name, committee_terms__committee__unit=committee.unit).distinct()
    if len(known) > 1:
        raise MoveRefused(_("本单位有几名同名的委员，不能判断是哪一人。请在页面上登记。"))
    member = members.enter(
        committee=committee,
        person=known[0] if known else None,
        name=line.name,
        categories=line.categories,
        sex=line.sex,
        is_external=line.is_external,
        office=line.office,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        by=by,
    )
    for kind, day in line.signed.items():
        members.sign(member=member, kind=kind, signed_on=day, by=by)
    report.made += 1
