"""Decisions in any status, reached by walking the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone

from accounts.models import User
from casework.models import Event
from integrity.actions import decisions, issuing
from integrity.decision_gate import needs_second
from integrity.drafting import DecisionContent, MeasureEntry
from integrity.enums import ApprovalStep, CaseStatus, DecisionStatus, Outcome, ServiceMethod, Verdict
from integrity.models import Case, Decision, Respondent
from tests.factories.cases import case_at
from tests.factories.people import person

S = DecisionStatus
REVIEWS = [S.SECTION_REVIEW, S.LEGAL_REVIEW, S.BUREAU_APPROVAL, S.SECOND_APPROVAL]
ROAD = [S.DRAFT, *REVIEWS, S.APPROVED, S.ISSUED, S.EFFECTIVE]


def content(**changes: object) -> DecisionContent:
    """A complete decision of the tier 情节较重 that keeps to every rule: 24 months of project ban, with the entry."""
    sound = DecisionContent(
        outcome=Outcome.ESTABLISHED,
        categories=("fabrication_falsification",),
        tier="heavier",
        factors=("admits_and_pledges",),
        facts="周砚清在论文图 3、图 5 中重复使用同一组影像并改写标注，原始记录与论文不符。",
        basis="《科研失信行为调查处理规则》第二条第二项、第三十一条。",
        statement_reply="所称并非有意，与原始记录和谈话记录不符，不予采纳。",
        conduct_on=dt.date(2024, 5, 6),
        decided_on=timezone.localdate(),
        measures=(
            MeasureEntry("public_notice", scope="全市科研单位"),
            MeasureEntry("ban_projects", months=24),
            MeasureEntry("serious_db_entry"),
        ),
    )
    return replace(sound, **changes)


def serious_content(**changes: object) -> DecisionContent:
    """The same as a serious finding (48 months): it needs a second head of the bureau."""
    measures = (MeasureEntry("ban_projects", months=48), MeasureEntry("serious_db_entry"))
    return content(**{"tier": "serious", "measures": measures, **changes})


def decision_at(
    status: DecisionStatus | str = DecisionStatus.DRAFT,
    *,
    case: Case | None = None,
    respondent: Respondent | None = None,
    officer: User | None = None,
    what: DecisionContent | None = None,
    supersedes: Decision | None = None,
    served_on: dt.date | None = None,
) -> Decision:
    """A decision in this status, read anew. `superseded` and `revoked` walk on from an effective one.

    Without a case one in deliberation is made; `second_approval` uses a serious finding unless `what` is given.
    """
    goal = S(status)
    if goal in {S.SUPERSEDED, S.REVOKED}:
        return _fallen(goal, case=case, respondent=respondent, officer=officer, what=what, served_on=served_on)
    if respondent is None:
        case = case or case_at(CaseStatus.DELIBERATION, officer=officer)
        respondent = case.respondents.select_related("case__dossier__handler", "subject").order_by("pk").first()
    officer = respondent.case.dossier.handler
    text = what or (serious_content() if goal == S.SECOND_APPROVAL else content())
    made = decisions.draft(respondent=respondent, content=text, by=officer, supersedes=supersedes)
    walk(made, goal, served_on=served_on)
    return fresh(made)


def walk(decision: Decision, goal: DecisionStatus | str, *, served_on: dt.date | None = None) -> Decision:
    """Take a draft along the road of approval up to this status, each step by a person who may."""
    officer = decision.case.dossier.handler
    far = ROAD.index(S(goal))
    if far >= ROAD.index(S.SECTION_REVIEW):
        decisions.send(decision=decision, by=officer)
    steps = [(S.LEGAL_REVIEW, ApprovalStep.SECTION, "head"), (S.BUREAU_APPROVAL, ApprovalStep.LEGAL, "legal")]
    steps += [(S.SECOND_APPROVAL, ApprovalStep.BUREAU, "bureau"), (S.APPROVED, ApprovalStep.SECOND, "bureau")]
    for reached, step, role in steps:
        is_skipped = step == ApprovalStep.SECOND and not needs_second(decision)
        if far >= ROAD.index(reached) and not is_skipped:
            approve(decision, step, person(role))
    if far >= ROAD.index(S.ISSUED):
        issuing.issue(decision=decision, by=officer)
    if far >= ROAD.index(S.EFFECTIVE):
        day = served_on or timezone.localdate()
        issuing.serve(decision=decision, served_on=day, method=ServiceMethod.DIRECT, by=officer)
    return decision


def approve(decision: Decision, step: ApprovalStep | str, by: User) -> Decision:
    """One approval of the content as it stands."""
    return decisions.review(
        decision=decision, step=step, verdict=Verdict.APPROVE, seen_hash=decision.content_hash, by=by
    )


def decide_all(case: Case, contents: Sequence[DecisionContent] = ()) -> list[Decision]:
    """Effective decisions for every respondent of a case in deliberation; the case is decided with the last one."""
    texts = list(contents) or [content()] * case.respondents.count()
    people = case.respondents.select_related("case__dossier__handler", "subject").order_by("pk")
    pairs = zip(people, texts, strict=True)
    return [decision_at(S.EFFECTIVE, respondent=respondent, what=text) for respondent, text in pairs]


def fresh(decision: Decision) -> Decision:
    """The decision as the database holds it, with what pages need."""
    found = Decision.objects.select_related("case__dossier__handler", "respondent__subject", "rule_set", "supersedes")
    return found.get(pk=decision.pk)


def events_of(decision: Decision) -> list[str]:
    """The types of all events in the dossier of its case, oldest first."""
    return list(Event.objects.filter(dossier=decision.case.dossier).order_by("seq").values_list("type", flat=True))


def _fallen(goal: DecisionStatus, **wanted: object) -> Decision:
    old = decision_at(S.EFFECTIVE, **wanted)
    if goal == S.REVOKED:
        issuing.revoke(decision=old, reason="新证据表明认定有误。", by=person("bureau"))
    else:
        text = content(facts="复核后查明，仅图 3 不实。")
        decision_at(S.ISSUED, respondent=old.respondent, supersedes=old, what=text)
    return fresh(old)
