"""Check decisions against the rules in force: JSON lines in, JSON lines out. Works without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from casework.rulebook import RuleBook
from integrity.check_input import answer_line
from integrity.rule_books import current_books, shipped_books


class Command(BaseCommand):
    help = "Check decisions (JSON lines, FILE or - for standard input) against the rules in force."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a file of JSON lines, or -")

    def handle(self, *args: Any, **options: Any) -> None:
        books = _books()
        for line in self._text(options["file"]).split("\n"):
            if line.strip():
                self.stdout.write(json.dumps(answer_line(line, books), ensure_ascii=False))

    def _text(self, name: str) -> str:
        try:
            content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            raise CommandError(f"{name}: {error.strerror}", returncode=2) from error
        # A byte that is no UTF-8 spoils its own line only.
        return content.decode("utf-8-sig", errors="replace")


def _books() -> list[RuleBook]:
    """The stored rule sets; those of the release where there is no database yet."""
    try:
        return current_books() or shipped_books()
    except DatabaseError:
        return shipped_books()
