"""Convention 3: one shape for everything that writes, an event for each, and a test that names both."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.events import EVENT_TYPES
from casework.workflow import WORKFLOWS
from tests.architecture.code import APPS, ROOT, called, name_of, python_files, tree_of

# "module.function" → why it records nothing of its own
WITHOUT_EVENT = {
    "ethics.versions.freeze": "part of submitting, whose event covers it",
    "integrity.measures.write": "part of drafting and editing a decision, whose event covers it",
    "notices.fields.fill": "part of drafting a notice, whose event covers it",
    "notices.fields.refresh": "part of drafting and editing a notice, whose event covers it",
    "notices.fields.include": "part of editing a notice, whose event covers it",
    "notices.fields.keep": "part of editing a notice, whose event covers it",
    "notices.fields.mask": "part of editing a notice, whose event covers it",
}
# "module.function" → why no person acts in it
WITHOUT_BY: dict[str, str] = {}


def _steps(app: str) -> dict[str, str]:
    """Move → event type, of the workflows of this app."""
    mine = [one for one in WORKFLOWS.values() if one.statuses.__module__.split(".")[0] == app]
    return {step.name: step.event for workflow in mine for step in workflow.moves}


def _modules() -> list[Path]:
    return [path for path in python_files(within="**/actions/*.py") if path.name != "__init__.py"]


def _functions(path: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)}


def _actions() -> list[tuple[Path, ast.FunctionDef]]:
    return [(path, node) for path in _modules() for name, node in _functions(path).items() if not name.startswith("_")]


def _decorators(node: ast.FunctionDef) -> set[str]:
    return {ast.unparse(one) for one in node.decorator_list}


def _is_atomic(node: ast.FunctionDef) -> bool:
    """The whole function is one transaction, or a loop of them (jobs that catch up row by row)."""
    inside = any(isinstance(one, ast.Call) and called(one) == "transaction.atomic" for one in ast.walk(node))
    return inside or "transaction.atomic" in _decorators(node)


def _public() -> list[tuple[Path, ast.FunctionDef]]:
    """What views and commands call: the atomic ones. Helpers without a transaction are parts of an action."""
    return [(path, node) for path, node in _actions() if _is_atomic(node)]


def _known_as(path: Path, node: ast.FunctionDef) -> str:
    return f"{path.parts[len(ROOT.parts)]}.{path.stem}.{node.name}"


def _names(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id


@functools.cache
def _imported(path: Path) -> dict[str, Path]:
    """Local name → file, for modules of ours this file imports."""
    found = {}
    for node in tree_of(path).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in APPS:
            for alias in node.names:
                local = alias.asname or alias.name
                for candidate in (f"{node.module}.{alias.name}", node.module):
                    target = ROOT / f"{candidate.replace('.', '/')}.py"
                    if target.exists():
                        found[local] = target
                        break
    return found


def _texts(path: Path, name: str, seen: set[tuple[Path, str]]) -> set[str]:
    """Every string a function can reach: its own, those of module constants, of helpers, of actions it calls."""
    if (path, name) in seen:
        return set()
    seen.add((path, name))
    body = {**_functions(path), **_constants(path)}.get(name)
    if body is None:
        return set()
    texts = {one.value for one in ast.walk(body) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    for local in set(_names(body)):
        texts |= _texts(path, local, seen)
        if local in _imported(path):
            texts |= _texts(_imported(path)[local], local, seen)
    for call in (one for one in ast.walk(body) if isinstance(one, ast.Call)):
        module, _dot, function = called(call).rpartition(".")
        if module in _imported(path):
            texts |= _texts(_imported(path)[module], function, seen)
    return texts


@functools.cache
def _constants(path: Path) -> dict[str, ast.AST]:
    return {
        target.id: node
        for node in tree_of(path).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _event_types(path: Path, node: ast.FunctionDef) -> set[str]:
    texts, steps = _texts(path, node.name, set()), _steps(path.relative_to(ROOT).parts[0])
    return (texts & set(EVENT_TYPES)) | {steps[text] for text in texts & set(steps)}


def _spoken(node: ast.AST) -> set[str]:
    """Every name and dotted name in a piece of code."""
    return {ast.unparse(one) for one in ast.walk(node) if isinstance(one, ast.Attribute | ast.Name)}


@functools.cache
def _bodies() -> list[tuple[str, str, set[str]]]:
    """(module, function, what it speaks of) of every action and of every factory of the tests."""
    files = [*_modules(), *python_files(within="factories/*.py", tests=True)]
    return [(path.stem, name, _spoken(node)) for path in files for name, node in _functions(path).items()]


def _ways_to(module: str, function: str) -> set[str]:
    """How a test may speak of an action: by its name, or by an action or factory that takes it."""
    ways = {f"{module}.{function}", f"{module}_actions.{function}", f"{module.rstrip('s')}_actions.{function}"}
    before: set[str] = set()
    while ways != before:
        before = set(ways)
        for other, name, spoken in _bodies():
            if ways & spoken or (other == module and function in spoken):
                ways |= {f"{other}.{name}", name}
    return ways | {function}


@functools.cache
def _named_in_tests() -> dict[Path, tuple[set[str], set[str]]]:
    """Test file → (what it speaks of, every string in it)."""
    found = {}
    for path in python_files(tests=True):
        if path.name.startswith("test_") and "architecture" not in path.parts:
            constants = (one.value for one in ast.walk(tree_of(path)) if isinstance(one, ast.Constant))
            found[path] = (_spoken(tree_of(path)), {one for one in constants if isinstance(one, str)})
    return found


CASES = [pytest.param(path, node, id=_known_as(path, node)) for path, node in _public()]


def test_there_are_actions_to_look_at():
    assert len(CASES) > 60


@pytest.mark.parametrize(("path", "node"), CASES)
def test_an_action_takes_names_only_and_the_person_who_acts(path, node):
    positional = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
    named = [argument.arg for argument in node.args.kwonlyargs]
    assert positional == [], f"{name_of(path)}: {node.name} takes {positional} by place"
    assert "by" in named or _known_as(path, node) in WITHOUT_BY
    assert node.returns is not None, f"{name_of(path)}: {node.name} does not say what it returns"
    assert node.args.vararg is None and node.args.kwarg is None


@pytest.mark.parametrize(("path", "node"), CASES)
def test_an_action_records_what_happened(path, node):
    types = _event_types(path, node)
    if _known_as(path, node) in WITHOUT_EVENT:
        assert types == set()
    else:
        assert types != set(), f"{_known_as(path, node)} reaches no event type"


def test_every_action_is_tested_together_with_its_event():
    """Some test file takes the action, by itself or through a page (send), and names one of its event types."""
    untested = []
    for path, node in _public():
        types = _event_types(path, node)
        ways = _ways_to(path.stem, node.name) | {"send"}
        if types and not any(ways & spoken and types & texts for spoken, texts in _named_in_tests().values()):
            untested.append(f"{_known_as(path, node)} with {' or '.join(sorted(types))}")
    assert untested == [], "\n".join(untested)


def test_everything_that_writes_in_an_action_module_is_inside_a_transaction():
    """A public function without the decorator must be a reader: it may not call what writes."""
    writers = {"save_record", "record_event", "move"}
    outside = [
        _known_as(path, node)
        for path, node in _actions()
        if not _is_atomic(node) and any(called(one) in writers for one in ast.walk(node) if isinstance(one, ast.Call))
    ]
    assert outside == []


def test_every_event_type_is_recorded_by_somebody():
    spoken = {
        one.value
        for path in python_files()
        if path.name != "event_types.py"
        for one in ast.walk(tree_of(path))
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }
    assert sorted(set(EVENT_TYPES) - spoken) == []
