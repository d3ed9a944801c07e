"""`make bench` on a handful of rows: the questions it asks, on a database of its own. The figures are no test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.sqlite
def test_the_measurements_answer_every_question_and_leave_nothing_behind(tmp_path: Path) -> None:
    environment = {**os.environ, "CHENGYAN_DATA_DIR": str(tmp_path), "TMPDIR": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    sizes = ["--cases", "60", "--documents", "60", "--departments", "8", "--units", "9"]
    sizes += ["--follow-ups", "60", "--runs", "3", "--json"]

    done = subprocess.run(
        [sys.executable, "manage.py", "bench", *sizes], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["database"].startswith("SQLite")
    assert {row["question"] for row in told["ratios"]} == {
        "page of 50 newest visible cases",
        "one governed write",
        "search top 20 with totals",
        "search top 20, rare words",
        "search top 20, frequent words",
        "supervision ledger, first page",
        "supervision ledger, its rows",
    }
    assert all(row["ratio"] > 0 and min(row["ms"]) > 0 for row in told["ratios"])
    assert told["limits"][0]["found"] <= told["limits"][0]["target"]
    assert [limit["target"] for limit in told["limits"]] == [12, 60]
    assert not list(tmp_path.glob("chengyan-bench-*"))
