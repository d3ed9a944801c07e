"""Import past decisions from JSON lines or from the Excel template; also writes the template.

Exit code 0 when all came in or were there already; 1 when a line is at fault and nothing came in; 2 without a usable file.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.refusals import Refusal
from integrity.actions import imports
from integrity.import_files import MAX_BYTES, read_file, template_xlsx


class Command(BaseCommand):
    help = "Import past decisions from a .jsonl or .xlsx file. One fault and nothing is imported."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help=".jsonl or .xlsx")
        parser.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--template", type=Path, metavar="FILE.xlsx", help="write the empty Excel template")
        parser.add_argument("--by", metavar="ACCOUNT", help="the officer who imports and will handle the cases")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["template"] or options["file"]
        if path is None:
            raise CommandError("Name a .jsonl or .xlsx file, or --template FILE.xlsx.", returncode=2)
        try:
            if options["template"]:
                path.write_bytes(template_xlsx())
                self.stdout.write(f"{path}")
                return
            report = self._import(path, by=self._actor(options["by"]), dry_run=options["dry_run"])
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        except Refusal as refusal:
            raise CommandError(f"{path}: {refusal.reason}", returncode=2) from refusal
        self._print(report, as_json=options["json"])
        if report.errors:
            raise CommandError(f"{len(report.errors)} error(s), nothing imported.", returncode=1)

    def _import(self, path: Path, *, by: Actor, dry_run: bool) -> imports.ImportReport:
        with path.open("rb") as file:
            # One byte more than allowed is enough to be refused; the rest of a huge file is never read.
            content = file.read(MAX_BYTES + 1)
        lines, errors = read_file(path.name, content)
        return imports.import_decisions(lines=lines, errors=errors, by=by, dry_run=dry_run)

    def _actor(self, account: str | None) -> Actor:
        if not account:
            return SYSTEM
        user = User.objects.filter(username=account, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account {account}.", returncode=2)
        return user

    def _print(self, report: imports.ImportReport, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
            return
        for error in report.errors:
            place = " ".join(part for part in (f"line {error.line}", error.key, error.field) if part)
            self.stderr.write(f"{place}: {error.reason}")
        for key, reference in report.made:
            self.stdout.write(f"{key}: would be imported" if report.is_dry_run else f"{key}: {reference} imported")
        for key in report.skipped:
            self.stdout.write(f"{key}: imported before, skipped")
