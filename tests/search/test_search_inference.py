"""F4 in small: no answer, page, feed or list tells of a hidden record (S9, S24). `make figures` asks 5,000 pairs and more."""

import pytest

from search.indexing import drain
from tests.figures.inference import AUDIENCES, Plan, compare_worlds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]


@pytest.mark.parametrize("name", AUDIENCES)
def test_s09_s24_what_is_hidden_changes_nothing(name):
    outcome = compare_worlds(name, Plan(questions=24, every=12, control=10, size=21, hidden=2), drain)
    assert outcome.found == [], outcome.found[:5]
    assert outcome.pairs >= 72
    assert outcome.pages >= 6
    assert outcome.naive > 0, "a broken filter must show"
    if name != "public":
        assert outcome.insider > 0, "who may see must see a difference"
