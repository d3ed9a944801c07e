"""Index what waits: what a process that died left behind, and what could not be indexed before."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from search.indexing import drain
from search.models import PendingIndex


class Command(BaseCommand):
    help = "Index what waits. Every change is indexed right after its commit; this is for what was left behind."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="run until stopped")
        parser.add_argument("--every", type=int, default=10, metavar="SECONDS", help="pause between two rounds")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            done = drain()
            left = PendingIndex.objects.count()
            if done or left or not options["loop"]:
                self.stdout.write(f"{done} dossiers indexed, {left} waiting")
            if not options["loop"]:
                return
            close_old_connections()
            time.sleep(options["every"])
