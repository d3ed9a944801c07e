"""Measure the ratios we promise, on a database of its own that is thrown away. SQLite always; PostgreSQL when told where.

CHENGYAN_BENCH_DATABASE_URL names a server where a database may be made and dropped. `bench --engine` measures the search
engine of SEARCH_ENGINE_URL instead, on indexes of its own.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from config.benchmarks import engine, ethics, measures, searching
from config.benchmarks.population import populate
from config.benchmarks.timing import Timing
from search.syncing import ENGINE

MARK = "CHENGYAN_BENCH_DATABASE"
# question → (ours, the side it is divided by, target)
RATIOS = (
    ("page of 50 newest visible cases", "ours", "unfiltered", 2.0),
    ("page of 50 newest visible cases", "guardian generic", "ours", None),
    ("one governed write", "governed write", "history only", 2.0),
    ("one governed write", "with its index", "history only", None),
    ("search top 20 with totals", "with access", "without access", 1.5),
    ("search top 20, rare words", "with access", "without access", 1.5),
    ("search top 20, frequent words", "with access", "without access", 1.5),
    ("supervision ledger, first page", "filtered", "unfiltered", 2.0),
    ("supervision ledger, its rows", "with access", "without access", 2.0),
)


class Command(BaseCommand):
    help = "Measure pages, writes and searches under access on a throw-away database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=100_000)
        parser.add_argument("--documents", type=int, default=100_000)
        parser.add_argument("--departments", type=int, default=200)
        parser.add_argument("--units", type=int, default=2_000)
        parser.add_argument("--follow-ups", type=int, default=50_000)
        parser.add_argument("--runs", type=int, default=31)
        parser.add_argument("--substrings", type=int, default=500)
        parser.add_argument("--engine", action="store_true", help="the search engine, and only that")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get(MARK) != connection.settings_dict["NAME"].__str__():
            self._in_own_database()
            return
        settings.DEBUG = False
        call_command("migrate", verbosity=0)
        self.stderr.write(f"{measures.database_label()}: {options['cases']} cases, {options['documents']} documents …")
        officer = populate(options["cases"], options["departments"])
        if options["engine"]:
            engine.fill(officer)
            self._tell_of_engine(
                engine.measure(officer, runs=options["runs"], substrings=options["substrings"]), as_json=options["json"]
            )
            return
        searching.fill(options["documents"], options["departments"])
        ethics.fill(options["units"], options["follow_ups"], after=options["cases"])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        runs = options["runs"]
        found: dict[str, dict[str, Timing]] = {
            "page of 50 newest visible cases": measures.page_under_access(officer, runs=runs),
            "one governed write": measures.governed_write(runs=runs),
            **measures.search_under_access(runs=runs * 5),
            **ethics.ledger_pages(officer, runs=runs),
        }
        self._tell(found, ethics.limits(officer), as_json=options["json"])

    def _in_own_database(self) -> None:
        """Start over in a process of its own, with a database nobody else uses."""
        with tempfile.TemporaryDirectory(prefix="chengyan-bench-") as folder:
            path = f"{folder}/bench.sqlite3"
            environment = {**os.environ, "CHENGYAN_DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{path}", MARK: path}
            environment |= {"SEARCH_ENGINE_PREFIX": f"chengyan-bench-{secrets.token_hex(4)}"}
            given = os.environ.get("CHENGYAN_BENCH_DATABASE_URL")
            if given:
                environment |= {"DATABASE_URL": given, MARK: given.rsplit("/", 1)[-1].split("?")[0]}
            subprocess.run([sys.executable, *sys.argv], env=environment, check=True)

    def _tell_of_engine(self, found: list[engine.Measured], *, as_json: bool) -> None:
        product = ENGINE.health().product
        if as_json:
            rows = [asdict(one) | {"ratio": one.ratio} for one in found]
            told = {"database": measures.database_label(), "engine": product, "ratios": rows}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write(f"\n{product} beside {measures.database_label()}\n")
        self.stdout.write("| question | sides | figures | ratio | target | |\n|---|---|---|---|---|---|")
        for one in found:
            figures = f"{one.ours:.2f} : {one.other:.2f} {one.unit}"
            line = f"| {one.question} | {one.sides} | {figures} | **{one.ratio}** | {one.target} | {one.note} |"
            self.stdout.write(line)

    def _tell(self, found: dict[str, dict[str, Timing]], limits: list[dict[str, object]], *, as_json: bool) -> None:
        ratios: list[dict[str, Any]] = []
        for question, ours, other, target in RATIOS:
            one, two = found[question][ours], found[question][other]
            ratios.append(
                {
                    "question": question,
                    "sides": f"{ours} ÷ {other}",
                    "ms": [round(one.median, 2), round(two.median, 2)],
                    "ratio": round(one.median / two.median, 2),
                    "p95": [round(one.p95, 2), round(two.p95, 2)],
                    "target": target,
                    "runs": one.runs,
                }
            )
        if as_json:
            told = {"database": measures.database_label(), "ratios": ratios, "limits": limits}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write(
            f"\n{measures.database_label()}\n\n| question | sides | median ms | p95 ms | ratio | target |"
        )
        self.stdout.write("|---|---|---|---|---|---|")
        for row in ratios:
            medians, p95 = (f"{row[name][0]} : {row[name][1]}" for name in ("ms", "p95"))
            wanted = f"≤ {row['target']}" if row["target"] else "—"
            line = f"| {row['question']} | {row['sides']} | {medians} | {p95} | **{row['ratio']}** | {wanted} |"
            self.stdout.write(line)
        self.stdout.write("\n| question | found | target |\n|---|---|---|")
        for limit in limits:
            self.stdout.write(f"| {limit['question']} | **{limit['found']}** | ≤ {limit['target']} |")
