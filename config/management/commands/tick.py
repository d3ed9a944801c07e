"""Everything that happens because time passes: records that begin or end, notices that come out or go, shares that end."""

from __future__ import annotations

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

# In this order: a record that ends today makes a duty, which the notice that ends with it settles.
STEPS = (
    "index_pending",
    "sweep_grants",
    "expire_records",
    "flag_sanctioned_members",
    "publish_due",
    "expire_shares",
    "remind_followups",
    "send_search_alerts",
    "forget_slips",
    "sweep_sealed",
    "check_at_night",
)
PAUSE = 300


class Command(BaseCommand):
    help = "Run every job of the clock once, or again and again with --loop. Each job is safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="run until stopped")
        parser.add_argument("--every", type=int, default=PAUSE, metavar="SECONDS", help="pause between two rounds")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            failed = [name for name in STEPS if not self._run(name)]
            if not options["loop"]:
                if failed:
                    raise SystemExit(1)
                return
            close_old_connections()
            time.sleep(options["every"])

    def _run(self, name: str) -> bool:
        """One job; its failure is reported and must not keep the others from running."""
        try:
            call_command(name, stdout=self.stdout, stderr=self.stderr)
        except Exception as error:
            self.stderr.write(f"{name}: {type(error).__name__}: {error}")
            return False
        return True
