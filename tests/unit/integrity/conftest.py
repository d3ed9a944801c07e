"""Shared by the tests of cases and decisions."""

from __future__ import annotations

import pytest

from accounts.models import User
from integrity.models import Respondent
from tests.factories.cases import case_at
from tests.factories.people import person


@pytest.fixture
def officer(db: None) -> User:
    """Whoever works on the case."""
    return person("officer", name="李明")


@pytest.fixture
def respondent(db: None) -> Respondent:
    """The one respondent of a case in deliberation, with everything a draft of the decision asks for."""
    return case_at("deliberation").respondents.select_related("case__dossier__handler", "subject").get()
