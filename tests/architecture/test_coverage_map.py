"""The coverage pages name, for every lesson, feature and trap of ethics review and of search, tests that exist."""

from __future__ import annotations

import ast
import functools
import re

import pytest

from tests.architecture.code import ROOT

WANTED = {
    "ethics": [*(f"E{n}" for n in range(1, 25)), *(f"R{n}" for n in range(1, 28)), "71", "I21"],
    "search": ["66", "72", "73", "74", *(f"B{n}" for n in range(1, 6)), *(f"S{n}" for n in range(1, 34))],
}
ROW = re.compile(r"^\| (\S+) \| [^|]+ \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
TESTS_OF = {
    page: dict(ROW.findall((ROOT / "docs" / f"{page}-coverage.md").read_text(encoding="utf-8"))) for page in WANTED
}


@functools.cache
def _functions(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.exists():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("page", "number"), [(page, number) for page, numbers in WANTED.items() for number in numbers])
def test_every_lesson_and_feature_points_to_tests_that_exist(page: str, number: str) -> None:
    named = NAMED.findall(TESTS_OF[page].get(number, ""))
    assert named, f"{number} points to no test"
    assert [f"{path}::{name}" for path, name in named if name not in _functions(path)] == []
