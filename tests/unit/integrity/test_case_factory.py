"""The case factory reaches every status it names, by real actions only."""

import pytest

from tests.factories.cases import STAGES, case_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", STAGES)
def test_a_case_can_be_built_in_every_status_up_to_deliberation(status):
    case = case_at(status, respondents=2)
    assert (case.status, case.respondents.count()) == (status, 2)
