"""Allowed moves as a table. Knows when a step is possible, never who may take it (that is access.py).

A Workflow is one entity's table; `move` is the only place that changes a status. Diagrams are drawn from the tables.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from casework.actors import Actor
from casework.events import record_event
from casework.models import Event
from casework.records import Record
from casework.refusals import MoveRefused
from casework.saving import save_record


@dataclass(frozen=True)
class Blocker:
    """Why a guard refuses: one sentence and, where the rules demand it, the article."""

    reason: str
    article: str = ""


Guard = Callable[[Any], Blocker | None]


@dataclass(frozen=True)
class Move:
    """From any of `sources` to `target`; `event` is the event type, `owner` the group whose turn it is (for the diagram)."""

    name: str
    sources: tuple[str, ...]
    target: str
    event: str
    label: str | Promise
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True)
class Workflow:
    """One status field of one model. `owners` puts every status in exactly one group: who must act next."""

    name: str
    title: str | Promise
    statuses: type[models.TextChoices]
    initial: str
    owners: Mapping[str, Collection[str]]
    moves: tuple[Move, ...]
    field: str = "status"
    _by_name: dict[str, Move] = dataclasses.field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for step in self.moves:
            if step.name in self._by_name:
                raise ValueError(f"{self.name}: move {step.name} stands twice")
            self._by_name[step.name] = step

    def step(self, name: str) -> Move:
        """The move of this name; KeyError when the table has none."""
        return self._by_name[name]

    def status_of(self, record: models.Model) -> str:
        return str(getattr(record, self.field))

    def label_of(self, status: str) -> str:
        return str(self.statuses(status).label)

    def owner_of(self, status: str) -> str:
        """The group whose turn it is in this status; raises KeyError when a status has no owner."""
        for group, statuses in self.owners.items():
            if status in statuses:
                return group
        raise KeyError(status)


WORKFLOWS: dict[str, Workflow] = {}


def register_workflow(workflow: Workflow) -> Workflow:
    """Make a workflow known to the drawing command and the tests; a name may be used once."""
    if workflow.name in WORKFLOWS:
        raise ValueError(f"workflow {workflow.name} exists already")
    WORKFLOWS[workflow.name] = workflow
    return workflow


def blocker(workflow: Workflow, record: Record, name: str) -> Blocker | None:
    """Why this move is not possible now, or None."""
    step = workflow.step(name)
    status = workflow.status_of(record)
    if status not in step.sources:
        return Blocker(
            _("现在是“%(status)s”，不能%(label)s。") % {"status": workflow.label_of(status), "label": step.label}
        )
    for guard in step.guards:
        refusal = guard(record)
        if refusal is not None:
            return refusal
    return None


def check_move(workflow: Workflow, record: Record, name: str) -> Move:
    """Return the move, or raise MoveRefused with the sentence of whatever stands against it."""
    refusal = blocker(workflow, record, name)
    if refusal is not None:
        raise MoveRefused(refusal.reason, article=refusal.article)
    return workflow.step(name)


def move(
    workflow: Workflow,
    record: Any,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    article: str = "",
    data: Mapping[str, Any] | None = None,
    access_changed: bool = False,
) -> Event:
    """Take the step: lock the row, check again, save status and every other changed field, record the event.

    The record must have a `dossier`. Raises MoveRefused when somebody else was faster.
    """
    lock(record, workflow)
    step = check_move(workflow, record, name)
    before = workflow.status_of(record)
    setattr(record, workflow.field, step.target)
    save_record(record, by=by, reason=reason or str(step.label))
    return record_event(
        dossier=record.dossier,
        type=step.event,
        by=by,
        subject=record,
        reason=reason,
        article=article,
        data={"from": before, "to": step.target, **(data or {})},
        access_changed=access_changed,
    )


def lock(record: Any, workflow: Workflow) -> None:
    """Lock the row and refuse when it is no longer the one this request read: somebody wrote to it in between.

    Not the status alone: two people who edit the same draft would otherwise leave a mixture of both texts.
    """
    stored = type(record)._default_manager.select_for_update().filter(pk=record.pk).first()
    is_current = stored is not None and workflow.status_of(stored) == workflow.status_of(record)
    if not is_current or record.differs_from(stored):
        raise MoveRefused(_("这条记录刚被他人处理，请刷新后再看。"))


def draw(workflow: Workflow) -> str:
    """The Mermaid state diagram of a workflow, with a table of moves under it, in the order of the table."""
    lines = [
        f"# {workflow.title} ({workflow.name})",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {workflow.initial}",
    ]
    for step in workflow.moves:
        lines += [f"    {source} --> {step.target}: {step.name}" for source in step.sources]
    lines += ["```", "", "| 步骤 | 名称 | 从 | 到 | 事件 |", "|---|---|---|---|---|"]
    for step in workflow.moves:
        lines.append(f"| {step.name} | {step.label} | {', '.join(step.sources)} | {step.target} | {step.event} |")
    lines += ["", "| 状态 | 名称 | 该谁办 |", "|---|---|---|"]
    for status in workflow.statuses:
        lines.append(f"| {status.value} | {status.label} | {workflow.owner_of(status.value)} |")
    return "\n".join(lines) + "\n"
