"""Fixtures of the figures: the clock and the engine of the search tests, and a place to note what was found.

`python -m tests.figures` runs the files figure_*.py; no other run of pytest collects them.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.figures import LENGTH, NOTES
from tests.search.conftest import _clock, engine

__all__ = ["_clock", "engine"]


@pytest.fixture(scope="session")
def is_short() -> bool:
    return os.environ.get(LENGTH, "short") == "short"


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`note(figure, part, **values)`: one line of the result, with database and engine."""

    def note_one(figure: str, part: str, **values: Any) -> None:
        uses_engine = request.node.get_closest_marker("elasticsearch") is not None
        line = {"figure": figure, "part": part, "database": connection.vendor, "is_engine": uses_engine, **values}
        with Path(os.environ[NOTES]).open("a") as notes:
            notes.write(json.dumps(line, ensure_ascii=False) + "\n")

    return note_one


@pytest.fixture(params=["database", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def asked(request: pytest.FixtureRequest, db: None) -> Any:
    """The engine under test: None for the database alone, else a hand that builds and drains."""
    return request.getfixturevalue("engine") if request.param == "elasticsearch" else None
