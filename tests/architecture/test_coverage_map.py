"""docs/ethics-coverage.md names, for every lesson and every feature of ethics review, tests that exist."""

from __future__ import annotations

import ast
import functools
import re

import pytest

from tests.architecture.code import ROOT

PAGE = ROOT / "docs" / "ethics-coverage.md"
WANTED = [*(f"E{n}" for n in range(1, 25)), *(f"R{n}" for n in range(1, 28)), "71", "I21"]
ROW = re.compile(r"^\| (\S+) \| [^|]+ \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
TESTS_OF = dict(ROW.findall(PAGE.read_text(encoding="utf-8")))


@functools.cache
def _functions(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.exists():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("number", WANTED)
def test_every_lesson_and_feature_points_to_tests_that_exist(number: str) -> None:
    named = NAMED.findall(TESTS_OF.get(number, ""))
    assert named, f"{number} points to no test"
    assert [f"{path}::{name}" for path, name in named if name not in _functions(path)] == []
