"""The code base as these tests read it: files, syntax trees, calls, models of ours. No database, no opinions."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "casework", "integrity", "ethics", "notices", "sharing", "search", "config")
DEMO = ("config/demo/", "config/benchmarks/")


def python_files(*, within: str = "**/*.py", tests: bool = False) -> list[Path]:
    """Our modules without migrations, in a fixed order; with `tests` those of the test folder instead."""
    tops = ("tests",) if tests else APPS
    found = [path for top in tops for path in (ROOT / top).glob(within)]
    return sorted(path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts)


def name_of(path: Path) -> str:
    """The path as the reader of a failure wants it: from the top of the checkout."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def called(node: ast.Call) -> str:
    """The dotted name of what is called, as far as it is plain: `objects.filter`, `print`, `leads.submit`."""
    return dotted(node.func)


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    return ""


def calls(path: Path) -> Iterator[tuple[int, str, ast.Call]]:
    """(line, dotted name, node) of every call in a file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, called(node), node


def our_models() -> list[type[models.Model]]:
    """Models our apps define, without the history tables."""
    found = [model for app in APPS if app != "config" for model in apps.get_app_config(app).get_models()]
    return [model for model in found if not model.__name__.startswith("Historical")]


def lines_with(path: Path, *words: str) -> Iterator[tuple[int, str]]:
    """(line number, line) of every line that holds one of the words."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if any(word in line for word in words):
            yield number, line
