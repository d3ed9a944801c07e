"""Rows of credit records and the answer of a credit check, with no more than the reader may know. No writing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import is_visible
from casework.models import Affiliation, Subject, SubjectIdentifier
from integrity.drafting import clause_of, say
from integrity.enums import CreditAnswer, CreditStatus
from integrity.models import CreditCheck, CreditRecord
from integrity.rule_books import book_of
from integrity.subjects import visible_subjects

Row = dict[str, Any]
ANSWER_KINDS = {CreditAnswer.CLEAR: "ok", CreditAnswer.OBSERVE: "warn", CreditAnswer.HIT: "stop"}
STATUS_KINDS = {CreditStatus.PENDING: "soon", CreditStatus.ACTIVE: "go", CreditStatus.REVOKED: "late"}


def with_places(records: QuerySet[CreditRecord]) -> QuerySet[CreditRecord]:
    """The records with all a row needs, in one query."""
    return records.select_related(
        "subject__person", "subject__organization", "decision__rule_set", "decision__respondent"
    )


def record_row(record: CreditRecord) -> Row:
    """One record as the list and the answer of a check show it. No query after `with_places`."""
    decision = record.decision
    book = book_of(decision.rule_set)
    tier = clause_of(book, "tier", record.tier)
    categories = [clause_of(book, "category", key) for key in record.categories]
    return {
        "pk": record.pk,
        "url": record.get_absolute_url(),
        "subject": record.subject.name,
        "unit": decision.respondent.affiliation_then,
        "categories": [say(clause) for clause in categories if clause],
        "tier": say(tier) if tier else "",
        "issuing_body": decision.issuing_body,
        "reference": decision.reference or decision.source_document_no,
        "decision_url": decision.get_absolute_url(),
        "window": record_window(record),
        "serious": record.in_serious_database,
        "status_label": record.get_status_display(),
        "status_kind": STATUS_KINDS.get(CreditStatus(record.status), ""),
    }


def record_window(record: CreditRecord) -> str:
    """From when until when the record counts, in words."""
    if record.is_lifetime:
        return _("自 %(start)s 起，永久") % {"start": record.starts_on}
    if record.ends_on is None:
        return _("自 %(start)s 起，没有禁止期限") % {"start": record.starts_on}
    return _("%(start)s 至 %(end)s") % {"start": record.starts_on, "end": record.ends_on}


def detail_context(record: CreditRecord, user: User) -> Row:
    """The record with the fields 沪科规〔2024〕12号 names: subject, behaviour, result, body, basis, effective day, end."""
    row = record_row(record)
    decision = record.decision
    facts = [
        (_("主体"), row["subject"]),
        (_("当时单位"), row["unit"]),
        (_("失信行为"), "\n".join(row["categories"])),
        (_("情节"), row["tier"]),
        (_("作出单位"), row["issuing_body"]),
        (_("文号"), row["reference"]),
        (_("处理依据"), decision.basis),
        (_("期限"), row["window"]),
        (_("严重失信行为数据库"), _("已记入") if record.in_serious_database else _("未记入")),
    ]
    sees_decision = is_visible(user, decision.case.dossier)
    return {"row": row, "facts": facts, "sees_decision": sees_decision}


def answer_context(check: CreditCheck, user: User) -> Row:
    """The answer of a check. Records are told only on a hit; candidates only to those who may see credit records.

    The number of a decision stands there only for a reader who may see the record: it is the number of a case file.
    """
    is_hit = check.answer == CreditAnswer.HIT
    may_see = may(user, Permission.SEE_CREDIT_RECORDS)
    behind = CreditRecord.objects.filter(pk__in=check.records if is_hit else [])
    visible = set(CreditRecord.objects.visible_to(user).filter(pk__in=behind).values_list("pk", flat=True))
    subjects = visible_subjects(user).filter(pk__in=check.candidates if may_see and not is_hit else [])
    rows = [
        record_row(record) if record.pk in visible else {**record_row(record), "url": "", "reference": ""}
        for record in with_places(behind).order_by("-pk")
    ]
    return {
        "check": check,
        "kind": ANSWER_KINDS[CreditAnswer(check.answer)],
        "answer": check.get_answer_display(),
        "sentence": _sentence(check),
        "records": rows,
        "candidates": candidate_rows(subjects.order_by("pk"), user),
        "again": {
            "name": check.asked_name,
            "purpose": check.purpose,
            "basis": check.basis,
            "as_of": check.as_of.isoformat(),
        },
    }


def candidate_rows(subjects: Iterable[Subject], user: User) -> list[Row]:
    """Subjects to choose from: name, units, last characters of numbers. Three queries whatever their number."""
    subjects = list(subjects)
    people = {subject.person_id: subject.pk for subject in subjects if subject.person_id}
    units: dict[int, list[str]] = {}
    posts = Affiliation.objects.filter(person__in=people).select_related("organization").order_by("pk")
    for post in posts:
        units.setdefault(people[post.person_id], []).append(post.organization.name)
    then = (
        CreditRecord.objects.visible_to(user)
        .filter(subject__in=subjects)
        .select_related("decision__respondent")
        .order_by("pk")
    )
    for record in then:
        units.setdefault(record.subject_id, []).append(record.decision.respondent.affiliation_then)
    hints: dict[int, list[str]] = {}
    for number in SubjectIdentifier.objects.filter(subject__in=subjects).order_by("pk"):
        hints.setdefault(number.subject_id, []).append(str(number))
    return [
        {
            "pk": subject.pk,
            "name": subject.name,
            "units": _("、").join(dict.fromkeys(unit for unit in units.get(subject.pk, []) if unit)),
            "numbers": _("，").join(hints.get(subject.pk, [])),
        }
        for subject in subjects
    ]


def _sentence(check: CreditCheck) -> str:
    answer = check.answer
    if answer == CreditAnswer.HIT:
        return _("该主体在截至日期有在期限内的失信行为记录。")
    if answer == CreditAnswer.CLEAR:
        return _("截至该日，没有查到在期限内的失信行为记录。")
    if check.is_strong:
        return _("证件号码与姓名不一致，或者有期限未写明的处理措施。请人工核实后再作判断。")
    return _("有同名主体存在失信行为记录，但只凭姓名不能认定为同一人。请补充证件号码，或者人工核实。")
