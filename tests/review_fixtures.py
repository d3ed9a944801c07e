"""Where most tests of ethics review begin. The conftest.py of a folder names those that its tests ask for."""

from __future__ import annotations

import pytest

from accounts.models import User
from ethics.models import AgendaItem, Committee
from tests.factories.ethics import ethics_officer
from tests.factories.meetings import at_the_table
from tests.factories.reviews import working_committee


@pytest.fixture
def secretary(db: None) -> User:
    """The ethics officer, who is secretary of every committee."""
    return ethics_officer()


@pytest.fixture
def committee(secretary: User) -> Committee:
    """A committee of seven that works in this system."""
    return working_committee(by=secretary)


@pytest.fixture
def item(committee: Committee, secretary: User) -> AgendaItem:
    """An application on the table of a meeting under way; everybody is there and has declared."""
    return at_the_table(committee, secretary=secretary)
