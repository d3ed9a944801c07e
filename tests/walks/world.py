"""The world of the walk: the people, every record beside its row in the database, and what an act is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import User
from integrity.models import Case, Decision, Lead
from notices.models import Notice, PublicNotice
from tests.walks.twins import CaseTwin, DecisionTwin, LeadTwin, NoticeTwin

WHY = "核对后的理由。"


@dataclass(frozen=True)
class Act:
    """Something `who` may try. `legal` is what the model says; `do` calls the action, `then` tells the model."""

    name: str
    who: str
    legal: bool
    do: Callable[[], Any]
    then: Callable[[Any], object] = lambda result: None

    def __repr__(self) -> str:
        return f"{self.who}: {self.name}"


@dataclass
class World:
    """Twins in the order in which their rows were made."""

    people: dict[str, User]
    leads: list[LeadTwin] = field(default_factory=list)
    cases: list[CaseTwin] = field(default_factory=list)
    decisions: list[DecisionTwin] = field(default_factory=list)
    notices: list[NoticeTwin] = field(default_factory=list)

    def decisions_on(self, case: CaseTwin) -> list[DecisionTwin]:
        return [one for one in self.decisions if one.case is case]

    def expected(self) -> dict[str, dict[int, str]]:
        """Status of every row as the model has it."""
        twins = {"lead": self.leads, "case": self.cases, "decision": self.decisions, "notice": self.notices}
        return {noun: {one.pk: one.status for one in rows} for noun, rows in twins.items()}

    def stored(self) -> dict[str, dict[int, str]]:
        """The same as the database has it."""
        models = {"lead": Lead, "case": Case, "decision": Decision, "notice": Notice}
        return {noun: dict(model.objects.values_list("pk", "status")) for noun, model in models.items()}

    def expected_on_show(self) -> int:
        return sum(one.on_show for one in self.notices)

    def stored_on_show(self) -> int:
        return PublicNotice.objects.on_show(timezone.localdate()).count()
