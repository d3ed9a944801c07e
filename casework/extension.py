"""How apps above add to the page of a case without the page knowing them: panels in the column, steps in the bar.

Registered in AppConfig.ready of the app above; called with (case, user) each time the page is shown. `case` is any
record with a `dossier`. A panel uses a constant number of queries and checks access itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User


@dataclass(frozen=True)
class Panel:
    """One card on the page: `template` is included with `panel` (this object's `context`) and nothing else."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


PanelSource = Callable[[Any, User], Panel | None]
StepSource = Callable[[Any, User], Iterable[dict[str, Any]]]

_PANELS: list[PanelSource] = []
_STEPS: list[StepSource] = []


def register_case_panel(source: PanelSource) -> PanelSource:
    """Add a card (decorator); None shows nothing."""
    _PANELS.append(source)
    return source


def register_case_steps(source: StepSource) -> StepSource:
    """Add next steps (decorator): rows as _components/next_steps.html takes them."""
    _STEPS.append(source)
    return source


def case_panels(case: Any, user: User) -> list[Panel]:
    """The cards of the apps above, in the order of registration."""
    return [panel for source in _PANELS if (panel := source(case, user)) is not None]


def case_steps(case: Any, user: User) -> list[dict[str, Any]]:
    """The steps of the apps above, in the order of registration."""
    return [step for source in _STEPS for step in source(case, user)]
