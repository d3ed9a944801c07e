"""Begin and end measures and credit records by date; close appeal terms that have passed. Safe to repeat, catches up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from casework.actors import SYSTEM
from integrity.actions import expiry


class Command(BaseCommand):
    help = "Begin and end measures and credit records by date. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=dt.date.fromisoformat, help="the day to settle for (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        moved = expiry.settle_all(on=options["on"] or timezone.localdate(), by=SYSTEM)
        self.stdout.write(f"measures: {moved.measures}, credit records: {moved.records}, appeal terms: {moved.terms}")
