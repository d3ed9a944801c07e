"""Check decisions against the rules in force: JSON lines in, JSON lines out. Works without a database.

Exit code 0 when every line was checked, whatever was found; 1 when a line states no decision; 2 without a file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from casework.rulebook import RuleBook
from integrity.check_input import answer_line, is_unreadable
from integrity.rule_books import current_books, shipped_books


class Command(BaseCommand):
    help = "Check decisions (JSON lines, FILE or - for standard input) against the rules in force."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a file of JSON lines, or -")

    def handle(self, *args: Any, **options: Any) -> None:
        name, books = options["file"], _books()
        asked, unreadable = 0, 0
        for number, line in enumerate(_lines(name), start=1):
            if not line.strip():
                continue
            answer = answer_line(line.rstrip(), books, number)
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            asked += 1
            unreadable += is_unreadable(answer)
        if not asked:
            raise CommandError(f"{name}: 文件里没有内容。 There is no line to check.", returncode=1)
        if unreadable:
            raise CommandError(
                f"{name}: {unreadable} 行无法读取，未作核对。 {unreadable} of {asked} lines state no decision.",
                returncode=1,
            )


def _lines(name: str) -> Iterator[str]:
    """The lines one by one. A byte that is no UTF-8 spoils its own line only."""
    try:
        with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as stream:
            for number, line in enumerate(stream):
                yield line.decode("utf-8-sig" if number == 0 else "utf-8", errors="replace")
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}", returncode=2) from error


def _books() -> list[RuleBook]:
    """The stored rule sets; those of the release where there is no database yet."""
    try:
        return current_books() or shipped_books()
    except DatabaseError:
        return shipped_books()
