"""F4: differences a hidden record makes in what a search tells. Target 0, over 5,000 pairs of reader and question."""

from typing import Any

import pytest

from search.backends.base import INDEXES
from search.indexing import drain
from tests.figures.inference import AUDIENCES, Plan, compare_worlds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
SHORT, LONG = Plan(questions=80, every=16, exact_every=8), Plan(questions=300, every=5, exact_every=2)


@pytest.mark.parametrize("name", AUDIENCES)
def test_f4(name: str, asked: Any, is_short: bool, note: Any) -> None:
    def follow() -> None:
        drain()
        if asked is not None:
            asked.build(*INDEXES)

    plan = SHORT if is_short else LONG
    outcome = compare_worlds(name, plan, follow)
    note(
        "F4",
        name,
        pairs=outcome.pairs,
        pages=outcome.pages,
        differences=len(outcome.found),
        insider=outcome.insider if name != "public" else None,
        naive=outcome.naive,
        control=plan.control,
        seed=plan.seed,
    )
    assert outcome.found == []
    assert outcome.naive > 0
