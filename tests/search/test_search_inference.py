"""F4 in small: no answer, page, feed or list tells of a hidden record (S9, S24). `make figures` asks 5,000 pairs and more."""

import pytest

from search.backends.base import INDEXES
from search.indexing import drain
from tests.figures.inference import AUDIENCES, Plan, compare_worlds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
SMALL = Plan(questions=24, every=12, control=16, size=21, hidden=1)


def holds(name, follow):
    outcome = compare_worlds(name, SMALL, follow)
    assert outcome.found == [], outcome.found[:5]
    assert outcome.pairs >= 72
    assert outcome.pages >= 6
    assert outcome.naive > 0, "a broken filter must show"
    if name != "public":
        assert outcome.insider > 0, "who may see must see a difference"


@pytest.mark.parametrize("name", AUDIENCES)
def test_s09_s24_what_is_hidden_changes_nothing(name):
    holds(name, drain)


@pytest.mark.elasticsearch
@pytest.mark.parametrize("name", ["house", "partner"])
def test_s09_s24_what_is_hidden_changes_nothing_on_the_engine(name, engine):
    def follow():
        drain()
        engine.build(*INDEXES)

    holds(name, follow)
