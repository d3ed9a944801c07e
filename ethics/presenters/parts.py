"""What the page of an application is put together from: cards and next steps, each from the module that knows its subject.

Registered when the app starts (ethics/apps.py). A part checks access itself and uses a constant number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from accounts.models import User
from casework.extension import Panel
from ethics.models import Application

PanelSource = Callable[[Application, User], Panel | None]
StepSource = Callable[[Application, User], Iterable[dict[str, Any]]]

_PANELS: list[PanelSource] = []
_STEPS: list[StepSource] = []


def register_panel(source: PanelSource) -> PanelSource:
    """Add a card (decorator); None shows nothing."""
    _PANELS.append(source)
    return source


def register_steps(source: StepSource) -> StepSource:
    """Add next steps (decorator): rows as _components/next_steps.html takes them."""
    _STEPS.append(source)
    return source


def panels_of(application: Application, user: User) -> list[Panel]:
    """The cards, in the order of registration."""
    return [panel for source in _PANELS if (panel := source(application, user)) is not None]


def steps_of(application: Application, user: User) -> list[dict[str, Any]]:
    """The next steps, in the order of registration; then what can always be done, at last what takes something away."""
    rows = [step for source in _STEPS for step in source(application, user)]
    return sorted(rows, key=lambda row: (bool(row.get("danger")), bool(row.get("aside"))))
