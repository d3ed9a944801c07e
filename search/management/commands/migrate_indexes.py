"""Give every audience an index of today's shape on the engine, while everybody goes on working and searching."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from casework.audience import Audience
from search.backends.base import INDEXES, SearchUnavailable
from search.engines import is_configured
from search.generations import GenerationRefused, build, forget_retired, is_current, roll_back

AUDIENCES = {audience.name.lower(): audience for audience in INDEXES}


class Command(BaseCommand):
    help = "Build the indexes of the search engine that are missing or of another shape. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--audience", choices=AUDIENCES, action="append", help="only this one; may be repeated")
        parser.add_argument("--force", action="store_true", help="also those that have today's shape")
        parser.add_argument(
            "--roll-back", action="store_true", help="bring the last retired index of today's shape back"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_configured():
            raise CommandError("SEARCH_ENGINE is not elasticsearch: the database index needs no command.")
        wanted = [AUDIENCES[name] for name in options["audience"] or AUDIENCES]
        try:
            for audience in wanted:
                self._one(audience, force=options["force"], back=options["roll_back"])
            gone = forget_retired(now=timezone.now())
        except GenerationRefused as problem:
            raise CommandError(str(problem)) from problem
        except SearchUnavailable as problem:
            raise CommandError(f"The engine did not do it: {problem}. Nothing was changed for readers.") from problem
        if gone:
            self.stdout.write(f"{gone} retired indexes deleted")

    def _one(self, audience: Audience, *, force: bool, back: bool) -> None:
        label = audience.name.lower()
        if back:
            self.stdout.write(self.style.SUCCESS(f"{label}: back to {roll_back(audience).name}"))
        elif force or not is_current(audience):
            built = build(audience, report=lambda done, wanted: self._report(label, done, wanted))
            self.stdout.write(self.style.SUCCESS(f"{label}: {built.name}, {built.written} rows"))
        else:
            self.stdout.write(f"{label}: up to date")

    def _report(self, label: str, done: int, wanted: int) -> None:
        if self.stdout.isatty():
            share = min(20, 20 * done // max(wanted, 1))
            bar = "#" * share + "." * (20 - share)
            self.stdout.write(f"\r{label} [{bar}] {done}/{wanted}", ending="\n" if done >= wanted else "")
            self.stdout.flush()
