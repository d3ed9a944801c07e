"""Import of decisions other bodies published: all or nothing, nothing lost, the same record again changes nothing.

Each record becomes a closed historical case with its respondents and one decision each, in force since its date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department, User
from casework import names
from casework.actions import dossiers
from casework.actors import Actor
from casework.enums import ClauseKind, DossierKind
from casework.events import record_event
from casework.models import Clause, Organization, Person, Subject
from casework.saving import save_record
from integrity import access
from integrity.actions import credit
from integrity.drafting import rule_set_of
from integrity.enums import CaseStatus, DecisionOrigin, DecisionStatus, Finding, MeasureStatus, Outcome
from integrity.import_files import ImportLine, RowError
from integrity.import_rows import (
    ImportMeasure,
    ImportPerson,
    ImportRecord,
    examine,
    organization_kind,
    organization_name,
)
from integrity.models import Allegation, Case, Decision, Measure, Respondent
from integrity.rule_books import book_of, current_books
from integrity.rules import choose_rule_set, regime_for

FINDINGS = {
    Outcome.ESTABLISHED: Finding.ESTABLISHED,
    Outcome.NOT_ESTABLISHED: Finding.NOT_ESTABLISHED,
    Outcome.INSUFFICIENT: Finding.INSUFFICIENT,
}
REASON = "导入历史决定"
DATABASE_ENTRY = "serious_db_entry"


@dataclass
class ImportReport:
    """`made`: (id, case number) of what was imported; in a dry run of what would be, without a number, because the one
    drawn is given back. `skipped`: ids imported before."""

    made: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    is_dry_run: bool = False


@transaction.atomic
def import_decisions(
    *, lines: Sequence[ImportLine], by: Actor, errors: Sequence[RowError] = (), dry_run: bool = False
) -> ImportReport:
    """Import every line or none. `errors` of the file itself count too. A dry run does everything and keeps nothing.

    A record whose id is known is skipped when it is the same, and an error when it says something else.
    """
    if isinstance(by, User):
        access.check_can_import_decisions(by)

    report = ImportReport(errors=list(errors), is_dry_run=dry_run)
    records = _examined(lines, report)
    if not report.errors:
        with transaction.atomic():
            for record in records:
                reference = _import_one(record, by=by).dossier.reference
                report.made.append((record.key, "" if dry_run else reference))
            transaction.set_rollback(dry_run)
    return report


def _examined(lines: Sequence[ImportLine], report: ImportReport) -> list[ImportRecord]:
    """The records still to import; faults and what is there already go into the report."""
    records: list[ImportRecord] = []
    seen: dict[str, int] = {}
    known = dict(Case.objects.exclude(import_key=None).values_list("import_key", "import_facts"))
    for line in lines:
        record, faults = examine(line)
        report.errors += faults
        if record is None:
            continue
        if record.published.day > timezone.localdate():
            report.errors.append(RowError(record.line, record.key, "published", _("公布日期晚于今天。")))
        if record.key in seen:
            reason = _("标识与第 %(line)s 行重复。") % {"line": seen[record.key]}
            report.errors.append(RowError(record.line, record.key, "id", reason))
        elif record.key in known and known[record.key] != record.facts:
            reason = _("这个标识已经导入过，但内容不同。历史决定不能改写，请核对，或者换一个标识。")
            report.errors.append(RowError(record.line, record.key, "id", reason))
        elif record.key in known:
            report.skipped.append(record.key)
        else:
            records.append(record)
        seen.setdefault(record.key, record.line)
    report.errors.sort(key=lambda error: error.line)
    return records


def _import_one(record: ImportRecord, *, by: Actor) -> Case:
    books = current_books()
    regime = regime_for(books, record.categories.ids)
    book, _findings = choose_rule_set(books, conduct_on=None, decided_on=record.published.day, regime=regime)
    dossier = dossiers.open_dossier(
        kind=DossierKind.CASE,
        numbering="case",
        by=by,
        handler=by if isinstance(by, User) else None,
        department=Department.objects.filter(code=settings.CHENGYAN_OFFICE_CODE).first(),
    )
    case = Case(
        dossier=dossier,
        title=(record.categories.text or record.conduct or record.issuing_body)[:200],
        regime=regime,
        rule_set=rule_set_of(book),
        responsible_unit=_organization(record.units[0], by=by) if len(record.units) == 1 else None,
        accepted_on=record.published.day,
        status=CaseStatus.CLOSED,
        is_imported=True,
        import_key=record.key,
        import_facts=dict(record.facts),
    )
    save_record(case, by=by, reason=REASON)
    record_event(dossier=dossier, type="case_imported", by=by, subject=case, data={"persons": len(record.persons)})
    for person in record.persons:
        _decide(record, person, _respondent(case, record, person, by=by), by=by)
    dossiers.close_dossier(dossier=dossier, by=by)
    return case


def _respondent(case: Case, record: ImportRecord, person: ImportPerson, *, by: Actor) -> Respondent:
    respondent = Respondent(
        case=case,
        subject=_subject(person, by=by),
        name_then=person.name,
        affiliation_then=person.unit,
        role=person.role,
        responsibility=person.responsibility,
        note=person.note,
    )
    save_record(respondent, by=by, reason=REASON)
    categories = Clause.objects.filter(rule_set=case.rule_set, kind=ClauseKind.CATEGORY, key__in=record.categories.ids)
    for category in categories:
        allegation = Allegation(
            respondent=respondent,
            category=category,
            text=record.conduct or record.categories.text,
            finding=FINDINGS[person.outcome],
        )
        save_record(allegation, by=by, reason=REASON)
    return respondent


def _decide(record: ImportRecord, person: ImportPerson, respondent: Respondent, *, by: Actor) -> Decision:
    """The decision as published, in force; its record where a window is known, settled by today's date."""
    case, today = respondent.case, timezone.localdate()
    now = timezone.now()
    decision = Decision(
        case=case,
        respondent=respondent,
        rule_set=case.rule_set,
        outcome=person.outcome,
        categories=list(record.categories.ids) if person.outcome == Outcome.ESTABLISHED else [],
        category_text=record.categories.text[:300],
        facts=record.conduct,
        basis=record.legal_basis,
        decided_on=record.published.day,
        date_precision=record.published.precision,
        issuing_body=person.decided_by or record.issuing_body,
        source_document_no=record.document_no,
        origin=DecisionOrigin.IMPORTED,
        status=DecisionStatus.EFFECTIVE,
        issued_at=now,
        issued_by_label=(person.decided_by or record.issuing_body)[:60],
    )
    save_record(decision, by=by, reason=REASON)
    measures = [_measure(decision, order, given, today, by=by) for order, given in enumerate(person.measures)]
    decision.content_hash = decision.compute_hash()
    save_record(decision, by=by, reason=REASON, fields=["content_hash"])
    record_event(
        dossier=case.dossier,
        type="decision_imported",
        by=by,
        subject=decision,
        data={"respondent": respondent.pk, "measures": len(measures), "published": str(record.published)},
    )
    if any(measure.ends_on or (measure.is_lifetime and measure.starts_on) for measure in measures):
        book = book_of(case.rule_set)
        credit.make_record(decision=decision, measures=measures, book=book, on=today, by=by)
    return decision


def _measure(decision: Decision, order: int, given: ImportMeasure, today: dt.date, *, by: Actor) -> Measure:
    plan = given.plan
    measure = Measure(
        decision=decision,
        order=order,
        kind=given.kind,
        months=plan.months,
        is_lifetime=plan.lifetime,
        days=plan.days,
        count=plan.count,
        until_text=plan.until[:200],
        scope=plan.scope[:300],
        amount=given.amount,
        text=given.note[:300],
        source_label=plan.label[:120],
        is_parallel=given.is_parallel,
        planned_start=plan.start,
        starts_on=given.starts_on,
        ends_on=given.ends_on,
        as_published=given.as_published,
        status=_status(given, today),
    )
    save_record(measure, by=by, reason=REASON)
    return measure


def _status(given: ImportMeasure, today: dt.date) -> MeasureStatus:
    """Where the measure stands today. One that takes no time was done once; one of unknown end still counts."""
    plan = given.plan
    takes_time = plan.months or plan.days or plan.count or plan.lifetime or plan.until or given.kind == DATABASE_ENTRY
    if not takes_time or (given.ends_on and given.ends_on < today):
        return MeasureStatus.ENDED
    if given.starts_on and given.starts_on > today:
        return MeasureStatus.PLANNED
    return MeasureStatus.IN_FORCE


def _subject(person: ImportPerson, *, by: Actor) -> Subject:
    """A new subject: two records of one name are never taken for one person. An organisation is found by its name."""
    if person.is_organization:
        return _unit_subject(_organization(person.name, by=by), by=by)
    keys = names.pinyin_keys(person.name) if person.is_named else ""
    human = Person(name=person.name[:100], pinyin_keys=keys)
    save_record(human, by=by, reason=REASON)
    subject = Subject(person=human)
    save_record(subject, by=by, reason=REASON)
    return subject


def _unit_subject(unit: Organization, *, by: Actor) -> Subject:
    known = Subject.objects.filter(organization=unit).first()
    if known is not None:
        return known
    subject = Subject(organization=unit)
    save_record(subject, by=by, reason=REASON)
    return subject


def _organization(unit: str, *, by: Actor) -> Organization:
    name = organization_name(unit)
    known = Organization.objects.filter(name=name).order_by("pk").first()
    if known is not None:
        return known
    made = Organization(name=name, kind=organization_kind(name))
    save_record(made, by=by, reason=REASON)
    _unit_subject(made, by=by)
    return made
