"""The whole suite, as `make test` and CI run it: SQLite, PostgreSQL, browser; then coverage and what was left out.

`python -m tests.run [sqlite] [postgres] [journeys] [-- PYTEST ARGUMENTS]`. A part whose tools are missing is left out
and named at the end with the command that brings it; with CHENGYAN_REQUIRE_ALL=1 anything left out is a failure.
One Elasticsearch node serves all parts; without it the tests that need one are such a part.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from xml.etree import ElementTree

from tests import engine, migrated, postgres

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
BROWSER = "apt-get install chromium fonts-noto-cjk, or name one in CHROMIUM"
WORKERS = os.environ.get("CHENGYAN_TEST_WORKERS", "2")
MARKS = {
    "sqlite": "not journey",
    # The journeys once more where there is a browser: people use PostgreSQL.
    "postgres": "journey or not journey" if CHROMIUM.exists() else "not journey",
    "journeys": "journey",
}
# What decides cases and what keeps secrets: every branch. The rest together: 95 of 100.
EVERY_BRANCH = [
    "*access.py",
    "*/rules.py",
    "*workflow.py",
    "casework/calendars.py",
    "casework/cipher.py",
    "ethics/composition.py",
    "ethics/quorum.py",
    "ethics/reminders.py",
    "ethics/terms.py",
    "ethics/triage.py",
    "ethics/voting.py",
    "notices/redaction.py",
]
FLOOR_OF_THE_REST = 95.0


@dataclass
class Part:
    """One run of pytest: what came of it, or why it did not take place and what would bring it."""

    name: str
    left_out: str = ""
    status: int = 0
    passed: int = 0
    failed: int = 0
    skips: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        return self.status == 0 and not self.failed

    def line(self) -> str:
        if self.left_out:
            return f"{self.name:10} left out: {self.left_out}"
        word = "good" if self.is_good else f"FAILED (pytest status {self.status})"
        counts = f"{self.passed} passed, {self.failed} failed, {len(self.skips)} skipped"
        return f"{self.name:10} {word}: {counts}, {self.seconds:.0f} s"


def main(arguments: list[str]) -> int:
    wanted, extra = _read(arguments)
    required = os.environ.get("CHENGYAN_REQUIRE_ALL") == "1"
    with tempfile.TemporaryDirectory(prefix="chengyan-run-") as folder:
        with _engine() as why_not:
            parts = [_run_part(name, Path(folder), extra) for name in wanted]
        if why_not:
            parts.append(_without_engine(parts, why_not))
        complete = set(wanted) == set(MARKS) and not extra
        faults = _coverage_faults(Path(folder), parts) if complete else []
    return _report(parts, faults, required=required)


def _read(arguments: list[str]) -> tuple[list[str], list[str]]:
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    wanted = arguments[:cut] or list(MARKS)
    unknown = set(wanted) - set(MARKS)
    if unknown:
        sys.exit(f"unknown part {', '.join(sorted(unknown))}: choose from {', '.join(MARKS)}")
    return wanted, arguments[cut + 1 :]


@contextlib.contextmanager
def _engine() -> Iterator[str]:
    """One node for all parts, named to them by the environment; or the reason why there is none."""
    with contextlib.ExitStack() as until_the_end:
        why_not = ""
        try:
            address = until_the_end.enter_context(engine.running())
        except RuntimeError as failure:
            why_not = str(failure)
        else:
            print(f"{engine.describe(address)} on {address}", flush=True)
            os.environ[engine.URL_VARIABLE] = address
        yield why_not


def _without_engine(parts: Iterable[Part], why_not: str) -> Part:
    """What the parts had to skip for want of an engine, taken together: each test once, whatever it would have run on."""
    missed: set[str] = set()
    for part in parts:
        mine = [skip for skip in part.skips if skip.endswith(engine.NOT_NAMED)]
        part.skips = [skip for skip in part.skips if skip not in mine]
        missed |= {skip.removesuffix(f": {engine.NOT_NAMED}") for skip in mine}
    names = "".join(f"\n           {name}" for name in sorted(missed))
    return Part("elasticsearch", left_out=f"{why_not}; {len(missed)} tests:{names}")


def _run_part(name: str, folder: Path, extra: list[str]) -> Part:
    if name == "postgres":
        return _run_on_postgres(folder, extra)
    if name == "journeys" and not CHROMIUM.exists():
        return Part(
            name, left_out=f"no browser at {CHROMIUM}: apt-get install chromium fonts-noto-cjk, or set CHROMIUM"
        )
    return _run_pytest(name, folder, extra, {})


def _run_on_postgres(folder: Path, extra: list[str]) -> Part:
    if not postgres.is_available():
        return Part("postgres", left_out=f"no PostgreSQL here: {postgres.ENABLE}")
    with postgres.database_url() as address:
        changes = {"DATABASE_URL": address}
        if not os.environ.get("CHENGYAN_TEST_DATABASE_URL"):
            # The database of our own server becomes the template that each worker's test database is copied from.
            migrated.migrate(changes | {"CHENGYAN_DATA_DIR": str(folder / "template-data")})
            changes["CHENGYAN_TEST_TEMPLATE"] = "chengyan"
        return _run_pytest("postgres", folder, extra, changes)


def _run_pytest(name: str, folder: Path, extra: list[str], changes: dict[str, str]) -> Part:
    print(f"\n== {name} ==", flush=True)
    results = folder / f"{name}.xml"
    # Whatever this shell carries must not decide which database or which keys the tests use.
    dropped = {"DATABASE_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS"}
    environment = {key: value for key, value in os.environ.items() if key not in dropped}
    environment |= {"CHENGYAN_DATA_DIR": str(folder / f"{name}-data"), "COVERAGE_FILE": str(folder / "coverage")}
    command = [sys.executable, "-m", "pytest", "-q", "-n", WORKERS, "-m", MARKS[name], f"--junitxml={results}"]
    if name == "sqlite":
        # Counting lines costs half the speed again; what runs on PostgreSQL alone is a handful of lines.
        command += ["--cov", "--cov-append", "--cov-config=pyproject.toml", "--cov-report="]
    started = time.monotonic()
    ended = subprocess.run([*command, *extra], cwd=ROOT, env=environment | changes, stdin=subprocess.DEVNULL)
    part = Part(name, status=ended.returncode, seconds=time.monotonic() - started)
    _count(part, results)
    return part


def _count(part: Part, results: Path) -> None:
    if not results.exists():
        part.failed = 1
        return
    for case in ElementTree.parse(results).getroot().iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            part.failed += 1
        elif skipped is not None:
            where = f"{case.get('classname')}::{case.get('name')}"
            part.skips.append(f"{where}: {skipped.get('message')}")
        else:
            part.passed += 1


def _coverage_faults(folder: Path, parts: Iterable[Part]) -> list[str]:
    """Files below their floor. That of the rest holds only if no part was left out: some lines are PostgreSQL's."""
    report = folder / "coverage.json"
    environment = os.environ | {"COVERAGE_FILE": str(folder / "coverage")}
    command = [sys.executable, "-m", "coverage", "json", "--rcfile=pyproject.toml", "-q", "-o", str(report)]
    if subprocess.run(command, cwd=ROOT, env=environment).returncode:
        return ["coverage: no figures"]
    files = json.loads(report.read_text())["files"]
    strict = {path for path in files if any(fnmatch(path, pattern) for pattern in EVERY_BRANCH)}
    faults = [
        f"{path}: {_share([entry]):.1f} % of its lines and branches, must be 100 (lines {_gaps(entry)})"
        for path, entry in sorted(files.items())
        if path in strict and _share([entry]) < 100
    ]
    rest = [entry for path, entry in files.items() if path not in strict]
    share = _share(rest)
    print(f"\n== coverage ==\n{len(strict)} files that must be complete, {len(rest)} others at {share:.1f} %")
    lowest = sorted((_share([entry]), path) for path, entry in files.items() if path not in strict)[:10]
    for percent, path in lowest:
        if percent < FLOOR_OF_THE_REST:
            print(f"  {percent:5.1f} %  {path} (lines {_gaps(files[path])})")
    if share < FLOOR_OF_THE_REST and not any(part.left_out for part in parts):
        faults.append(f"all other files together: {share:.1f} %, must be {FLOOR_OF_THE_REST:.0f}")
    return faults


def _share(entries: Iterable[dict]) -> float:
    """Lines and branches that ran, of 100."""
    sums = [entry["summary"] for entry in entries]
    there = sum(one["num_statements"] + one["num_branches"] for one in sums)
    ran = sum(one["covered_lines"] + one["covered_branches"] for one in sums)
    return 100 * ran / there if there else 100.0


def _gaps(entry: dict) -> str:
    """Lines that did not run, then branches as from→to; shortened."""
    lines = [str(line) for line in entry["missing_lines"]]
    branches = [f"{start}→{end}" for start, end in entry["missing_branches"]]
    gaps = lines + branches
    return ", ".join(gaps[:12]) + (" …" if len(gaps) > 12 else "")


def _report(parts: list[Part], faults: list[str], *, required: bool) -> int:
    print("\n== result ==")
    for part in parts:
        print(part.line())
        for skip in part.skips:
            print(f"           skipped {skip}")
    for fault in faults:
        print(f"coverage   {fault}")
    is_partial = any(part.left_out or part.skips for part in parts)
    if is_partial and required:
        print("CHENGYAN_REQUIRE_ALL=1: nothing may be left out or skipped")
    good = all(part.is_good for part in parts) and not faults and not (required and is_partial)
    sums = sum(part.passed for part in parts), sum(part.failed for part in parts), sum(len(p.skips) for p in parts)
    print("{} passed, {} failed, {} skipped".format(*sums), flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    # So that a stopped run still ends the servers it began.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
