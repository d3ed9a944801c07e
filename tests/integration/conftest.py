"""People and records that the tests of several pages begin with."""

from __future__ import annotations

import pytest

from accounts.models import User
from integrity.models import Respondent
from tests.factories.cases import case_at
from tests.factories.people import person
from tests.review_fixtures import committee as committee
from tests.review_fixtures import item as item
from tests.review_fixtures import secretary as secretary


@pytest.fixture
def publisher(db: None) -> User:
    """Whoever drafts and publishes notices."""
    return person("publisher", name="何静")


@pytest.fixture
def respondent(db: None) -> Respondent:
    """The one respondent of a case in deliberation."""
    return case_at("deliberation").respondents.select_related("case__dossier__handler").get()
