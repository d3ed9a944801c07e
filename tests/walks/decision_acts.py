"""What can be tried with decisions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils import timezone

from accounts.models import User
from integrity.actions import decisions, issuing
from integrity.models import Decision
from tests.walks.case_acts import KINDS, text_of
from tests.walks.twins import IN_FORCE, MAKING, MAY, STEPS, DecisionTwin
from tests.walks.world import WHY, Act, World

STALE = "0" * 64
MOST_EDITS = 3


def decision_row(twin: DecisionTwin) -> Decision:
    found = Decision.objects.select_related("case__dossier__handler", "respondent__subject", "rule_set", "supersedes")
    return found.get(pk=twin.pk)


def on_decision(world: World, twin: DecisionTwin, name: str, by: User) -> Iterator[Act]:
    row = partial(decision_row, twin)
    mine = twin.case.is_handled_by(name)
    complete = twin.kind != "unfinished" and twin.respondent.answered
    sendable = complete and twin.case.status in {"deliberation", "decided", "closed"}
    yield Act(
        "send decision",
        name,
        mine and twin.status == "draft" and sendable,
        lambda: decisions.send(decision=row(), by=by),
        lambda _: twin.become(status="section_review"),
    )
    yield from on_edit(twin, name, by)
    yield from on_review(twin, name, by)
    old_stands = twin.replaces is None or twin.replaces.status in IN_FORCE
    yield Act(
        "issue decision",
        name,
        mine and twin.status == "approved" and twin.respondent.answered and old_stands,
        lambda: issuing.issue(decision=row(), by=by),
        lambda _: _issued(world, twin),
    )
    yield Act(
        "serve decision",
        name,
        mine and twin.status == "issued",
        lambda: issuing.serve(decision=row(), served_on=timezone.localdate(), method="direct", by=by),
        lambda _: twin.become(status="effective"),
    )
    own = name in twin.writers or name == twin.case.handler
    yield Act(
        "revoke decision",
        name,
        name in MAY["bureau"] and twin.status in IN_FORCE and not own,
        lambda: issuing.revoke(decision=row(), reason=WHY, by=by),
        lambda _: twin.become(status="revoked"),
    )
    replaced = any(one.replaces is twin for one in world.decisions)
    yield Act(
        "supersede decision",
        name,
        mine and twin.status in IN_FORCE and not replaced,
        lambda: _supersede(row(), by),
        lambda made: world.decisions.append(
            DecisionTwin(made.pk, twin.case, twin.respondent, "heavier", {name}, replaces=twin)
        ),
    )


def on_edit(twin: DecisionTwin, name: str, by: User) -> Iterator[Act]:
    """An edit takes the text back to draft and voids every approval; a form from before the last edit is refused."""
    number = twin.text + 1
    may = twin.case.is_handled_by(name) and twin.status in MAKING
    if may and twin.text >= MOST_EDITS:
        return

    def edited(kind: str) -> None:
        twin.become(status="draft", agreed=set(), text=number, kind=kind, writers={*twin.writers, name})

    for kind in KINDS:
        yield Act(
            f"edit decision: {kind}",
            name,
            may,
            lambda kind=kind: _edit(decision_row(twin), text_of(kind, number), by),
            lambda _, kind=kind: edited(kind),
        )
    yield Act(
        "edit decision from a stale page",
        name,
        False,
        lambda: decisions.edit(decision=decision_row(twin), content=text_of("heavier", 900), seen_hash=STALE, by=by),
    )


def on_review(twin: DecisionTwin, name: str, by: User) -> Iterator[Act]:
    now = STEPS.get(twin.status, "section")
    for step in dict.fromkeys((now, "bureau", "second")):
        may = STEPS.get(twin.status) == step and twin.may_review(name, step)
        yield Act(
            f"approve decision: {step}",
            name,
            # A case may have been taken up again meanwhile: then the respondent must be heard anew first.
            may and twin.respondent.answered,
            lambda step=step: _review(decision_row(twin), step, "approve", by),
            lambda _, step=step: twin.become(status=twin.after(step), agreed={*twin.agreed, name}),
        )
        yield Act(
            f"return decision: {step}",
            name,
            may,
            lambda step=step: _review(decision_row(twin), step, "return", by),
            lambda _: twin.become(status="draft", agreed=set()),
        )
    yield Act(
        "approve a decision as it was before",
        name,
        False,
        lambda: decisions.review(decision=decision_row(twin), step=now, verdict="approve", seen_hash=STALE, by=by),
    )


def _edit(decision: Decision, new: Any, by: User) -> Decision:
    return decisions.edit(decision=decision, content=new, seen_hash=decision.content_hash, by=by)


def _review(decision: Decision, step: str, verdict: str, by: User) -> Decision:
    return decisions.review(
        decision=decision, step=step, verdict=verdict, seen_hash=decision.content_hash, reason=WHY, by=by
    )


def _supersede(old: Decision, by: User) -> Decision:
    return decisions.draft(respondent=old.respondent, content=text_of("heavier", 500), by=by, supersedes=old)


def _issued(world: World, twin: DecisionTwin) -> None:
    twin.status = "issued"
    if twin.replaces is not None:
        twin.replaces.status = "superseded"
    case = twin.case
    decided = [one.respondent for one in world.decisions_on(case) if one.status in IN_FORCE]
    if case.status == "deliberation" and all(one in decided for one in case.respondents):
        case.status = "decided"
