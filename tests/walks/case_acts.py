"""What can be tried with cases and the people in them, up to the draft of a decision."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils import timezone

from accounts.models import User
from integrity.actions import cases, decisions, hearings
from integrity.drafting import DecisionContent
from integrity.enums import Finding
from integrity.models import Allegation, Case, Respondent
from tests.factories.cases import respondent_of
from tests.factories.decisions import content, serious_content
from tests.factories.people import subject_person
from tests.walks.twins import FALLEN, MAY, CaseTwin, DecisionTwin, RespondentTwin
from tests.walks.world import WHY, Act, World

KINDS = ("heavier", "serious", "cleared", "unfinished")
MOST_RESPONDENTS, MOST_HANDOVERS = 2, 2


def text_of(kind: str, number: int) -> DecisionContent:
    """The content of a decision of this kind; `number` makes it differ from an earlier one."""
    facts = f"图 3 与图 5 为同一组影像（第 {number} 稿）。"
    if kind == "serious":
        return serious_content(facts=facts)
    if kind == "cleared":
        return content(outcome="not_established", categories=(), tier="", factors=(), measures=(), facts=facts)
    return content(facts="" if kind == "unfinished" else facts, basis=f"第三十一条（{number}）")


def case_row(twin: CaseTwin) -> Case:
    return Case.objects.select_related("dossier__handler", "rule_set").get(pk=twin.pk)


def on_case(world: World, twin: CaseTwin, name: str, by: User) -> Iterator[Act]:
    row = partial(case_row, twin)
    mine = twin.is_handled_by(name)
    heard = all(one.told and one.answered for one in twin.respondents)
    unserved = any(one.status == "issued" for one in world.decisions_on(twin))
    steps = (
        ("begin investigation", cases.begin_investigation, "opened", twin.is_charged, "investigating"),
        ("begin deliberation", cases.begin_deliberation, "hearing_respondent", heard, "deliberation"),
        ("close case", cases.close_case, "decided", not unserved, "closed"),
    )
    for step, action, source, ready, target in steps:
        yield Act(
            step,
            name,
            mine and twin.status == source and ready,
            lambda action=action: action(case=row(), by=by),
            lambda _, target=target: twin.become(status=target),
        )
    yield Act(
        "record report",
        name,
        mine and (twin.status == "report_ready" or (twin.status == "investigating" and twin.is_charged)),
        lambda: _report(row(), by),
        lambda _: twin.become(status="report_ready"),
    )

    def reopened(result: Any) -> None:
        twin.become(status="investigating")
        for one in twin.respondents:
            one.become(answered=False)

    yield Act(
        "reopen",
        name,
        name in MAY["assign"] and twin.status == "closed",
        lambda: cases.reopen(case=row(), reason=WHY, by=by),
        reopened,
    )
    for handler in ("officer", "officer2", "every", "legal"):
        if twin.handovers >= MOST_HANDOVERS:
            break
        fits = handler in MAY["handle"] and handler != twin.handler and twin.status != "closed"
        yield Act(
            f"assign to {handler}",
            name,
            name in MAY["assign"] and fits,
            lambda handler=handler: cases.assign_handler(case=row(), handler=world.people[handler], reason=WHY, by=by),
            lambda _, handler=handler: twin.become(handler=handler, handovers=twin.handovers + 1),
        )
    yield from on_naming(twin, name)


def on_naming(twin: CaseTwin, name: str) -> Iterator[Act]:
    """The handler names respondents while there is no report."""
    may = twin.is_handled_by(name) and twin.status in {"opened", "investigating"}
    if not may or len(twin.respondents) >= MOST_RESPONDENTS:
        return
    for act, categories in (("name respondent", ("fabrication_falsification",)), ("name respondent only", ())):
        yield Act(
            act,
            name,
            True,
            lambda categories=categories: respondent_of(
                case_row(twin), subject_person(f"贺南星{len(twin.respondents)}"), categories=categories
            ),
            lambda made, categories=categories: twin.respondents.append(
                RespondentTwin(made.pk, charged=bool(categories))
            ),
        )


def _report(case: Case, by: User) -> Any:
    rows = Allegation.objects.filter(respondent__case=case)
    return hearings.record_report(
        case=case,
        text="经查阅原始记录并谈话核实。",
        conclusions={row.pk: Finding.ESTABLISHED for row in rows},
        made_on=timezone.localdate(),
        reason=WHY,
        by=by,
    )


def on_respondent(world: World, case: CaseTwin, twin: RespondentTwin, name: str, by: User) -> Iterator[Act]:
    row = partial(Respondent.objects.select_related("case__dossier__handler", "case__rule_set").get, pk=twin.pk)
    mine = case.is_handled_by(name)
    today = timezone.localdate()

    def told(result: Any) -> None:
        twin.become(told=True)
        case.become(status="hearing_respondent")

    yield Act(
        "serve prenotice",
        name,
        mine and case.status in {"report_ready", "hearing_respondent"} and not twin.answered,
        lambda: hearings.serve_prenotice(
            respondent=row(), intended="拟给予项目限制。", served_on=today, method="direct", by=by
        ),
        told,
    )
    for kind in ("given", "waived", "silent"):
        ready = case.status == "hearing_respondent" and twin.told and not twin.answered
        yield Act(
            f"record statement: {kind}",
            name,
            # Nobody is written down as silent while the time to answer runs.
            mine and ready and kind != "silent",
            lambda kind=kind: hearings.record_statement(
                respondent=row(), kind=kind, text="并非有意。" if kind == "given" else "", by=by
            ),
            lambda _: twin.become(answered=True),
        )
    free = all(one.status in FALLEN for one in world.decisions if one.respondent is twin)
    for kind in KINDS:
        yield Act(
            f"draft decision: {kind}",
            name,
            mine and free and case.status not in {"opened", "investigating"},
            lambda kind=kind: decisions.draft(respondent=row(), content=text_of(kind, 0), by=by),
            lambda made, kind=kind: world.decisions.append(DecisionTwin(made.pk, case, twin, kind, {name})),
        )
