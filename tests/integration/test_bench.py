"""`make bench` on a handful of rows: the questions it asks, on a database of its own. The figures are no test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import engine

ROOT = Path(__file__).resolve().parents[2]


def bench(folder: Path, *options: str, **changes: str) -> Any:
    environment = {**os.environ, "CHENGYAN_DATA_DIR": str(folder), "TMPDIR": str(folder)} | changes
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "bench", "--json", "--runs", "3", *options]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.sqlite
def test_the_measurements_answer_every_question_and_leave_nothing_behind(tmp_path: Path) -> None:
    sizes = ["--cases", "60", "--documents", "60", "--departments", "8", "--units", "9", "--follow-ups", "60"]

    told = bench(tmp_path, *sizes)

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


@pytest.mark.sqlite
@pytest.mark.elasticsearch
def test_the_engine_is_measured_on_indexes_of_its_own(tmp_path: Path, engine_url: str) -> None:
    address = {"SEARCH_ENGINE": "elasticsearch", "SEARCH_ENGINE_URL": engine_url}

    told = bench(tmp_path, "--engine", "--cases", "60", "--departments", "8", "--substrings", "20", **address)

    assert told["engine"].startswith("Elasticsearch 8")
    asked = {(row["question"], row["sides"].split(" ")[0]): row for row in told["ratios"]}
    assert len(asked) == 11
    assert all(row["ratio"] > 0 for row in told["ratios"])
    assert "0 wrong answers" in asked["search during a rebuild, p95", "during"]["note"]
    right = [row["ratio"] for row in told["ratios"] if row["target"] == "1.0"]
    assert right == [1.0, 1.0, 1.0, 1.0]
    assert engine.index_names(engine_url, "chengyan-bench-") == []
