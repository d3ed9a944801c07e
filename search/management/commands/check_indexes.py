"""Compare the search index with the records and say what differs. Changes nothing but the note of the run."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from search.checking import compare_and_note


class Command(BaseCommand):
    help = "Compare the search index with the records, both ways. Ends with an error when something differs."

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = compare_and_note(on=timezone.localdate())
        for found in outcome.drift:
            self.stdout.write(f"{found.problem}: {found.kind} {found.record_pk}")
        if outcome.faults:
            counts = Counter(found.problem.value for found in outcome.faults)
            summary = ", ".join(f"{number} {problem}" for problem, number in sorted(counts.items()))
            raise CommandError(f"{outcome.checked} records, differences: {summary}. Run rebuild_index.")
        self.stdout.write(self.style.SUCCESS(f"{outcome.checked} records, no differences"))
