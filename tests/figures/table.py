"""The figures as tables of docs/figures.md, between two marks; the rest of the page is written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

BEGIN, END = "<!-- make figures: begin -->", "<!-- make figures: end -->"
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def with_table(page: str, table: str) -> str:
    """The page with this table in place of the earlier one, or at its end."""
    block = f"{BEGIN}\n{table}\n{END}"
    if BEGIN in page:
        return re.sub(f"{BEGIN}.*?{END}", lambda _found: block, page, flags=re.DOTALL)
    return f"{page.rstrip()}\n\n{block}\n"


def table_of(figures: dict[str, Any]) -> str:
    """All that is known, newest run of each figure."""
    sections = ["## Search: what hidden records tell, and the engine away (`make figures`)"]
    for name, rows in (("F4", _f4), ("F5", _f5), ("F10", _f10)):
        if name in figures:
            sections.append(_section(name, figures[name], rows(figures[name]["parts"])))
    return "\n\n".join(sections)


def _section(name: str, figure: dict[str, Any], rows: Iterable[str]) -> str:
    versions = ", ".join(
        f"{value}" if key != "python" else f"Python {value}" for key, value in figure["versions"].items()
    )
    left_out = f" Left out: {'; '.join(figure['left_out'])}." if figure["left_out"] else ""
    told = f"{figure['form']} form, commit {figure['commit']}, {figure['hardware']}, {versions}.{left_out}"
    return "\n".join([f"### {name}", "", told[0].upper() + told[1:], "", *rows])


def _where(part: dict[str, Any]) -> str:
    database = DATABASES[part["database"]]
    return f"Elasticsearch beside {database}" if part["is_engine"] else database


def _f4(parts: list[dict[str, Any]]) -> list[str]:
    rows = [
        "Two databases that differ only in hidden records are asked the same questions, cut from the text of the"
        " hidden records. Whole pages: search, suggestions, files, records like this one, lists, feeds.",
        "",
        "| engine | readers | pairs | whole pages | differences | who may see finds | broken filter gives |",
        "|---|---|---|---|---|---|---|",
    ]
    for part in parts:
        control = part["control"] if part["part"] != "public" else 12
        insider = "—" if part["insider"] is None else f"{part['insider']} of {part['control']}"
        rows.append(
            f"| {_where(part)} | {part['part']} | {part['pairs']:,} | {part['pages']:,} | **{part['differences']}** |"
            f" {insider} | {part['naive']} of {control} |"
        )
    pairs, found = sum(part["pairs"] for part in parts), sum(part["differences"] for part in parts)
    return [*rows, "", f"Together {pairs:,} pairs of reader and question, **{found}** differences (target 0 of 5,000)."]


def _f5(parts: list[dict[str, Any]]) -> list[str]:
    rows = [
        "A record is found, then the reader loses sight of it while no worker works: shown and counted right after,"
        " and once more after the workers caught up.",
        "",
        "| engine | trials | routes | shown | counted | still behind afterwards | caught up in | naive: shown, counted or withheld |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for part in parts:
        rows.append(
            f"| {_where(part)} | {part['trials']} | {part['routes']} | **{part['shown']}** | **{part['counted']}** |"
            f" {part['behind']} | {part['seconds']} s for {part['rows']} changes | {part['naive']} |"
        )
    return [
        *rows,
        "",
        f"Together {sum(part['trials'] for part in parts)} trials (target 0 in 500, caught up within 5 s).",
    ]


def _f10(parts: list[dict[str, Any]]) -> list[str]:
    rows = [
        "A fault proxy stands before a live node; case work goes on beside a worker that tries to deliver.",
        "",
        "| beside | faults × seconds | steps of case work, failed | p95 with fault ÷ without | slowest search |"
        " told of the engine away | caught up within | parked | differences |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for part in parts:
        ratio = part["p95_fault"] / part["p95_pass"]
        rows.append(
            f"| {DATABASES[part['database']]} | {part['faults']} × {part['seconds_each']} | {part['writes']:,}, **{part['failed']}** |"
            f" {part['p95_fault']} : {part['p95_pass']} ms = **{ratio:.2f}** | {part['slowest_search']} s |"
            f" {part['told']} of {part['searches']} | {part['slowest_converged']} s | {part['parked']} of 1 | **{part['differences']}** |"
        )
    told = "Targets: none failed, ≤ 1.10, ≤ 2.5 s, 60 s, the one planted row parked, 0."
    return [*rows, "", f"{told} An engine that only refuses writes still answers."]
