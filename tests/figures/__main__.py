"""`python -m tests.figures [f4] [f5] [f10] [--long] [--sqlite]`: measure, and write docs/figures.json and its table.

Everything happens in throw-away databases and on an engine that lives as long as the run (or the one that is named by
the environment). Without PostgreSQL or without the engine their part is left out, and the result says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests import engine, migrated, postgres
from tests.figures import LENGTH, NOTES
from tests.figures.table import table_of, with_table

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = {"f4": "figure_f4.py", "f5": "figure_f5.py", "f10": "figure_f10.py"}
FIGURES, PAGE = ROOT / "docs" / "figures.json", ROOT / "docs" / "figures.md"


def main(arguments: list[str]) -> int:
    options = {argument for argument in arguments if argument.startswith("--")}
    wanted = [argument for argument in arguments if argument not in options] or list(FILES)
    if set(wanted) - set(FILES) or options - {"--short", "--long", "--sqlite"}:
        sys.exit("python -m tests.figures [f4] [f5] [f10] [--short | --long] [--sqlite]")
    length = "long" if "--long" in options else "short"
    with contextlib.ExitStack() as until_the_end, tempfile.TemporaryDirectory(prefix="chengyan-figures-") as folder:
        versions = {"python": platform.python_version()}
        left_out = []
        try:
            address = until_the_end.enter_context(engine.running())
            os.environ[engine.URL_VARIABLE] = address
            versions["engine"] = engine.describe(address)
        except RuntimeError as failure:
            left_out.append(f"engine: {failure}")
        notes = Path(folder) / "notes.jsonl"
        notes.touch()
        status = _run(wanted, length, notes, {})
        if "--sqlite" in options or not postgres.is_available():
            left_out.append("PostgreSQL")
        else:
            status |= _run_on_postgres(wanted, length, notes, Path(folder))
        lines = [json.loads(line) for line in notes.read_text().splitlines()]
    if status:
        print("a figure was missed; nothing is written down")
        return 1
    _write(wanted, length, lines, versions, left_out)
    return 0


def _run(wanted: list[str], length: str, notes: Path, changes: dict[str, str]) -> int:
    dropped = {"DATABASE_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS"}
    environment = {key: value for key, value in os.environ.items() if key not in dropped}
    environment |= {NOTES: str(notes), LENGTH: length} | changes
    files = [f"tests/figures/{FILES[name]}" for name in wanted]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *files]
    return subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode


def _run_on_postgres(wanted: list[str], length: str, notes: Path, folder: Path) -> int:
    with postgres.database_url() as address:
        changes = {"DATABASE_URL": address, "CHENGYAN_DATA_DIR": str(folder / "data")}
        if not os.environ.get("CHENGYAN_TEST_DATABASE_URL"):
            migrated.migrate(changes)
            changes["CHENGYAN_TEST_TEMPLATE"] = "chengyan"
        return _run(wanted, length, notes, changes)


def _write(wanted: list[str], length: str, lines: list[dict], versions: dict[str, str], left_out: list[str]) -> None:
    known: dict[str, Any] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    about = {
        "commit": _output("git", "rev-parse", "--short", "HEAD"),
        "form": length,
        "hardware": _hardware(),
        "versions": versions,
        "left_out": left_out,
    }
    for name in wanted:
        figure = name.upper()
        parts = [
            {key: value for key, value in line.items() if key != "figure"} for line in lines if line["figure"] == figure
        ]
        known[figure] = {**about, "parts": parts}
    FIGURES.write_text(json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(with_table(PAGE.read_text(), table_of(known)))


def _hardware() -> str:
    """The class of the machine: nothing that names it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    release = platform.freedesktop_os_release() if hasattr(platform, "freedesktop_os_release") else {}
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {release.get('PRETTY_NAME', platform.system())}"


def _output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    # So that a stopped run still ends the servers it began.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
