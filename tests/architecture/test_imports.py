"""Convention 10: who may import whom, as pyproject.toml says it, and that what it says still names what exists."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.code import APPS, ROOT, python_files

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def test_import_contracts_hold():
    program = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


def test_contracts_name_every_app():
    assert set(CONTRACTS["root_packages"]) == set(APPS)
    layers = next(one for one in CONTRACTS["contracts"] if one["type"] == "layers")["layers"]
    assert {name.strip() for layer in layers for name in layer.split("|")} == set(APPS)


def test_every_app_stands_in_one_of_the_known_module_names():
    """No grab-bag: a thing without a home is a thing not yet understood."""
    forbidden = {"core", "common", "utils", "util", "misc", "helpers", "base2", "managers"}
    assert [str(path.relative_to(ROOT)) for path in python_files() if path.stem in forbidden] == []


def test_every_module_says_what_belongs_in_it_and_stays_below_500_lines():
    silent, long = [], []
    for path in [*python_files(), *python_files(tests=True)]:
        text = path.read_text(encoding="utf-8")
        if text.strip() and not text.lstrip().startswith('"""'):
            silent.append(str(path.relative_to(ROOT)))
        if text.count("\n") > 500 and "tests" not in path.parts:
            long.append(str(path.relative_to(ROOT)))
    assert (silent, long) == ([], [])
