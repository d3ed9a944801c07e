"""Write every row of the search index again from the records, while everybody goes on working."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from search.indexing import rebuild


class Command(BaseCommand):
    help = "Write every row of the search index again from the records. Safe to repeat and to interrupt."

    def handle(self, *args: Any, **options: Any) -> None:
        verbose = options["verbosity"] > 1
        changed = rebuild(on=timezone.localdate(), report=self._report if verbose else lambda done: None)
        self.stdout.write(self.style.SUCCESS(f"search index rebuilt, {changed} rows changed"))

    def _report(self, done: int) -> None:
        self.stdout.write(f"{done} records")
