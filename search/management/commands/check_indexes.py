"""Compare the search indexes with the records and say what differs. What differs on the engine is written again."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from search.backends.base import SearchUnavailable
from search.checking import Comparison, compare_and_note
from search.engine_checking import check_engine
from search.engines import is_configured


class Command(BaseCommand):
    help = "Compare the search indexes with the records, both ways. Ends with an error when something differs."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = [self._tell("records", compare_and_note(on=timezone.localdate()), "Run rebuild_index.")]
        if is_configured():
            try:
                found = check_engine(report=self._report)
            except SearchUnavailable as problem:
                raise CommandError(f"The engine cannot be compared: {problem}.") from problem
            faults += [self._tell(name, outcome, "They are written again.") for name, outcome in found]
        if any(faults):
            raise CommandError(" ".join(fault for fault in faults if fault))

    def _tell(self, what: str, outcome: Comparison, advice: str) -> str:
        for found in outcome.drift:
            self.stdout.write(f"{found.problem}: {found.kind} {found.record_pk}")
        if not outcome.faults:
            self.stdout.write(self.style.SUCCESS(f"{outcome.checked} {what}, no differences"))
            return ""
        counts = Counter(found.problem.value for found in outcome.faults)
        summary = ", ".join(f"{number} {problem}" for problem, number in sorted(counts.items()))
        return f"{outcome.checked} {what}, differences: {summary}. {advice}"

    def _report(self, done: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{done} rows compared", ending="")
            self.stdout.flush()
