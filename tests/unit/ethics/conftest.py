"""Shared by the tests of the ethics register and of ethics reviews."""

from __future__ import annotations

import pytest

from accounts.models import User
from ethics.models import Committee, ReviewUnit
from tests.factories.ethics import ethics_officer
from tests.factories.experts import recording_unit
from tests.review_fixtures import committee as committee
from tests.review_fixtures import item as item
from tests.review_fixtures import secretary as secretary
from tests.unit.ethics.commands import Shell
from tests.unit.ethics.register_desk import Desk, desk_of_an_officer


@pytest.fixture
def desk(db: None) -> Desk:
    """An ethics officer with one unit, its committee without members, and a listed activity."""
    return desk_of_an_officer()


@pytest.fixture
def keeper(db: None) -> User:
    """The ethics officer who records what a committee elsewhere decided."""
    return ethics_officer()


@pytest.fixture
def place(keeper: User) -> tuple[ReviewUnit, Committee]:
    """A unit whose own committee reviews in its house, and that committee."""
    return recording_unit(by=keeper)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Runs the commands that read their standard input."""
    return Shell(monkeypatch)
