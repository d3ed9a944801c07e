"""Which rule sets apply on a day."""

import datetime as dt
from dataclasses import replace

import pytest

from casework.rulebook import RulebookError
from ethics.rules import applicable, first_with
from tests.unit.ethics.test_rulesets import BOOKS

ALL = list(BOOKS.values())


@pytest.mark.parametrize(
    ("regimes", "on", "codes", "without"),
    [
        (["ST2023"], "2023-11-30", [], ["ST2023"]),
        (["ST2023"], "2023-12-01", ["st2023"], []),
        (["ST2023", "SC"], "2025-03-31", ["st2023"], ["SC"]),
        (["ST2023", "SC"], "2025-04-01", ["st2023", "sc"], []),
        (["SC"], "2026-01-01", ["st2023", "sc"], []),
        (["AI2026"], "2026-03-19", [], ["AI2026"]),
        (["AI2026"], "2026-03-20", ["st2023", "ai2026"], []),
        (["AI2026", "SC", "ST2023", "HS2023"], "2026-03-20", ["st2023", "ai2026", "sc", "hs2023"], []),
        (["HS2023"], "2023-02-18", ["hs2023"], []),
        (["BT2026"], "2026-04-30", [], ["BT2026"]),
        ([], "2026-05-01", [], []),
    ],
)
def test_the_rule_sets_of_a_day_come_with_what_they_stand_on(regimes, on, codes, without):
    found = applicable(ALL, regimes, dt.date.fromisoformat(on))
    assert ([book.code for book in found.books], list(found.without)) == (codes, without)


def test_of_two_versions_the_later_in_force_is_taken():
    later = replace(BOOKS["st2023"], code="st2028", in_force_from=dt.date(2028, 1, 1))
    books = [later, *ALL]
    assert applicable(books, ["ST2023"], dt.date(2027, 12, 31)).books == (BOOKS["st2023"],)
    assert applicable(books, ["ST2023"], dt.date(2028, 1, 1)).books == (later,)


def test_what_is_not_there_is_never_answered_with_a_default():
    with pytest.raises(RulebookError, match="XX2099"):
        applicable(ALL, ["XX2099"], dt.date(2026, 1, 1))
    with pytest.raises(RulebookError, match="present_1_2"):
        first_with(ALL, "vote_rule", "present_1_2")
    assert first_with(ALL, "vote_rule", "all_over_half") is BOOKS["hs2023"]
