"""Cases in any status, reached by walking the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from accounts.models import User
from casework.enums import ClauseKind
from casework.models import Clause, Subject
from integrity.actions import cases, hearings, respondents
from integrity.enums import CaseStatus, Finding, RespondentRole, ServiceMethod, StatementKind
from integrity.models import Case, Lead, Respondent
from integrity.rule_books import current_rule_set
from tests.factories.people import person, subject_person

STAGES = [
    CaseStatus.OPENED,
    CaseStatus.INVESTIGATING,
    CaseStatus.REPORT_READY,
    CaseStatus.HEARING_RESPONDENT,
    CaseStatus.DELIBERATION,
]
NAMES = ("周砚清", "贺南星", "唐若川", "沈知微")
CATEGORY = "fabrication_falsification"


def category(case: Case, key: str = CATEGORY) -> Clause:
    """A behaviour category of the rule set the case runs on."""
    return Clause.objects.get(rule_set=case.rule_set, kind=ClauseKind.CATEGORY, key=key)


def own_motion() -> Clause:
    """The source of a case without a lead."""
    return Clause.objects.get(rule_set=current_rule_set("r221_2022"), kind=ClauseKind.SOURCE, key="management_finding")


def case_opened(
    officer: User | None = None,
    *,
    title: str = "论文数据造假",
    leads: Sequence[Lead] = (),
    accepted_on: dt.date | None = None,
) -> Case:
    """A case just opened, without respondents. Own motion unless leads are given; its handler is `officer`."""
    officer = officer or person("officer")
    source = None if leads else own_motion()
    return cases.open_case(title=title, leads=leads, accepted_on=accepted_on, source=source, by=officer)


def respondent_of(
    case: Case,
    subject: Subject | None = None,
    *,
    role: RespondentRole = RespondentRole.CORRESPONDING_AUTHOR,
    unit: str = "剑门医学院",
    categories: Sequence[str] = (CATEGORY,),
    conduct: dt.date = dt.date(2024, 5, 6),
) -> Respondent:
    """A respondent with one allegation per category, entered by the handler."""
    officer = case.dossier.handler
    subject = subject or subject_person(NAMES[case.respondents.count() % len(NAMES)])
    added = respondents.add_respondent(case=case, subject=subject, role=role, affiliation_then=unit, by=officer)
    for key in categories:
        respondents.add_allegation(
            respondent=added,
            category=category(case, key),
            text="论文图 3 的蛋白条带与 2021 年另一篇论文相同。",
            conduct_from=conduct,
            by=officer,
        )
    return added


def report(case: Case, finding: str = Finding.ESTABLISHED) -> None:
    """The report with the same finding for every allegation."""
    allegations = [row for respondent in case.respondents.all() for row in respondent.allegations.all()]
    hearings.record_report(
        case=case,
        text="经查阅原始记录并谈话核实，指控的事实清楚。",
        conclusions={allegation.pk: finding for allegation in allegations},
        made_on=timezone.localdate(),
        by=case.dossier.handler,
    )


def serve(respondent: Respondent) -> None:
    """The prenotice, served today in person."""
    respondent.case.refresh_from_db()
    hearings.serve_prenotice(
        respondent=respondent,
        intended="拟认定伪造数据，拟给予三年内禁止承担财政性资金支持的科技活动。",
        served_on=timezone.localdate(),
        method=ServiceMethod.DIRECT,
        by=respondent.case.dossier.handler,
    )


def hear(respondent: Respondent) -> None:
    """A statement, given today."""
    hearings.record_statement(
        respondent=respondent,
        kind=StatementKind.GIVEN,
        text="本人承认图片使用有误，但并非有意。",
        by=respondent.case.dossier.handler,
    )


def case_at(
    status: CaseStatus | str = CaseStatus.OPENED,
    *,
    officer: User | None = None,
    respondents: int = 1,
    subjects: Sequence[Subject] = (),
    title: str = "论文数据造假",
    leads: Sequence[Lead] = (),
    accepted_on: dt.date | None = None,
) -> Case:
    """A case up to deliberation with this many respondents (or one for each of `subjects`), handled by `officer`.

    Decided and closed cases come from the factory of decisions. The result is read anew from the database.
    """
    goal = STAGES.index(CaseStatus(status))
    case = case_opened(officer, title=title, leads=leads, accepted_on=accepted_on)
    for subject in subjects or [None] * respondents:
        respondent_of(case, subject)
    if goal >= 1:
        cases.begin_investigation(case=case, by=case.dossier.handler)
    if goal >= 2:
        report(case)
    if goal >= 3:
        for respondent in case.respondents.order_by("pk"):
            serve(respondent)
    if goal >= 4:
        for respondent in case.respondents.order_by("pk"):
            hear(respondent)
        case.refresh_from_db()
        cases.begin_deliberation(case=case, by=case.dossier.handler)
    return Case.objects.select_related("dossier__handler", "rule_set").get(pk=case.pk)
