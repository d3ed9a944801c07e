"""Shared by the tests of the ethics register."""

from __future__ import annotations

import pytest

from tests.unit.ethics.register_desk import Desk, desk_of_an_officer


@pytest.fixture
def desk(db: None) -> Desk:
    """An ethics officer with one unit, its committee without members, and a listed activity."""
    return desk_of_an_officer()
