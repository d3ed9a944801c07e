"""Who acts: a person with an account, or one of the two that have none: the reporter behind a receipt, and the system."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True)
class StandIn:
    """An acting party without an account. `key` goes into the event, `label` onto the timeline."""

    key: str
    label: str

    def __str__(self) -> str:
        return self.label


REPORTER = StandIn("reporter", "举报人")
SYSTEM = StandIn("system", "系统")

Actor = User | StandIn
