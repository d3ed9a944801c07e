"""Begin and end measures and credit records by date; close appeal terms that have passed. Safe to repeat, catches up."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from casework.actors import SYSTEM
from casework.plain_days import day_argument
from integrity.actions import expiry


class Command(BaseCommand):
    help = "Begin and end measures and credit records by date. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day_argument, help="the day to settle for (default: today, never later)")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        on = options["on"] or today
        # A record once expired does not come back: a slip of the year would end bans that still run.
        if on > today:
            raise CommandError(f"--on {on} is later than today ({today})", returncode=2)
        moved = expiry.settle_all(on=on, by=SYSTEM)
        self.stdout.write(f"measures: {moved.measures}, credit records: {moved.records}, appeal terms: {moved.terms}")
