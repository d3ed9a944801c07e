"""What the forms of a case offer to choose from, and rows beside them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from casework.enums import ClauseKind, ClockUnit
from casework.identifiers import mask_identifier
from casework.models import Affiliation, Clause, Subject, SubjectIdentifier
from integrity.case_terms import term_clause
from integrity.models import Allegation, Case, InvestigationReport, Respondent
from integrity.presenters.marks import article_mark
from integrity.rule_books import book_of, current_rule_set
from integrity.subjects import candidates, visible_units

MOST_UNITS = 300
SOURCE_RULE_SET = "r221_2022"


def sources() -> list[Clause]:
    """On which grounds the office may act without a report (221号 第17条)."""
    clauses = Clause.objects.filter(rule_set=current_rule_set(SOURCE_RULE_SET), kind=ClauseKind.SOURCE)
    return list(clauses.order_by("order"))


def term(rule_key: str, case: Case | None = None) -> dict[str, Any]:
    """A term as pages tell it: amount, unit, article and mark, from the rules of the case or of now."""
    if case is not None:
        clause = term_clause(case, rule_key)
    else:
        clause = Clause.objects.get(rule_set=current_rule_set(SOURCE_RULE_SET), kind=ClauseKind.DEADLINE, key=rule_key)
    unit = ClockUnit(clause.numbers["unit"]).label
    return {"amount": clause.numbers["amount"], "unit": unit, "article": clause.article, "mark": clause.mark}


def cite(case: Case, article: str) -> dict[str, str]:
    """An article a form of this case rests on, with its mark."""
    return {"article": article, "mark": article_mark(book_of(case.rule_set), article)}


def unit_names(user: User) -> list[str]:
    """Names offered to this person while a unit is typed; the newest, so that the list stays short."""
    return list(visible_units(user).order_by("-pk").values_list("name", flat=True)[:MOST_UNITS])


def categories(case: Case) -> list[Clause]:
    """Behaviour categories of the rule set the case runs on."""
    return list(Clause.objects.filter(rule_set_id=case.rule_set_id, kind=ClauseKind.CATEGORY).order_by("order"))


def subject_choices(user: User, text: str) -> list[tuple[int, str]]:
    """(pk, label) of candidates; the second line tells namesakes apart: unit, birth year, last digits of numbers."""
    found = candidates(user, text) if text.strip() else []
    return [(subject.pk, f"{subject.name}\n{hint}".strip()) for subject, hint in hints(user, found)]


def hints(user: User, subjects: list[Subject]) -> list[tuple[Subject, str]]:
    """Each subject with what tells it apart: posts, numbers, cases this person may see. Three queries for all."""
    people = [subject.person_id for subject in subjects if subject.person_id]
    units: dict[int, list[str]] = {}
    for post in Affiliation.objects.filter(person__in=people).select_related("organization").order_by("pk"):
        units.setdefault(post.person_id, []).append(str(post.organization))
    numbers: dict[int, list[str]] = {}
    for row in SubjectIdentifier.objects.filter(subject__in=subjects).order_by("pk"):
        numbers.setdefault(row.subject_id, []).append(identifier_words(row))
    involved: dict[int, list[str]] = {}
    visible = Respondent.objects.filter(subject__in=subjects, case__in=Case.objects.visible_to(user))
    for row in visible.select_related("case__dossier").order_by("pk"):
        involved.setdefault(row.subject_id, []).append(str(row.case))
    return [(subject, _hint(subject, units, numbers, involved)) for subject in subjects]


def identifier_words(identifier: SubjectIdentifier) -> str:
    """居民身份证号 ****1234; the number itself is never shown on a list."""
    shown = f"****{identifier.hint}" if identifier.hint else mask_identifier("")
    return f"{identifier.get_type_display()} {shown}"


def _hint(
    subject: Subject, units: dict[int, list[str]], numbers: dict[int, list[str]], involved: dict[int, list[str]]
) -> str:
    parts: list[str] = []
    if subject.person is not None:
        parts += dict.fromkeys(units.get(subject.person.pk, []))
        if subject.person.birth_year:
            parts.append(_("%(year)s 年出生") % {"year": subject.person.birth_year})
    elif subject.organization is not None:
        parts.append(str(subject.organization.get_kind_display()))
    parts += numbers.get(subject.pk) or [_("没有登记标识")]
    return _("，").join([*parts, *involved.get(subject.pk, [])])


def allegations(case: Case) -> list[Allegation]:
    """All allegations of the case in the order of its respondents."""
    found = Allegation.objects.filter(respondent__case=case).select_related("respondent", "category")
    return list(found.order_by("respondent", "pk"))


def report_rows(case: Case) -> list[dict[str, Any]]:
    """All versions of the report, newest first, each with its conclusions in words."""
    about = {str(row.pk): row for row in allegations(case)}
    reports = InvestigationReport.objects.filter(case=case).select_related("recorded_by").order_by("-version")
    return [
        {
            "version": report.version,
            "made_on": report.made_on,
            "recorded_at": report.recorded_at,
            "recorded_by": report.recorded_by,
            "text": report.text,
            "proposed_handling": report.proposed_handling,
            "conclusions": [
                {"about": about[pk], "finding": Allegation(finding=finding).get_finding_display()}
                for pk, finding in report.conclusions.items()
                if pk in about
            ],
        }
        for report in reports
    ]
