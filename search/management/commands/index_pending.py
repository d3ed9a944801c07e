"""Index what waits: what a process that died left behind, what could not be indexed before, and what the engine lacks."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from search.backends.base import INDEXES, SearchUnavailable
from search.backends.client import MissingIndex
from search.engines import is_configured
from search.generations import GenerationRefused, build, drop_abandoned, drop_lost, has_begun
from search.indexing import drain
from search.models import EngineWrite, PendingIndex
from search.syncing import drain_engine, try_parked_again

LONGEST_PAUSE = 30.0


class Command(BaseCommand):
    help = "Index what waits, in the database and on the engine if there is one. With --loop: until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="run until stopped")
        parser.add_argument("--every", type=float, default=0.5, metavar="SECONDS", help="pause between two rounds")
        parser.add_argument("--retry-parked", action="store_true", help="first let parked rows be tried once more")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["retry_parked"]:
            self.stdout.write(f"{try_parked_again()} parked rows are tried again")
        pause = options["every"]
        while True:
            self._database(is_loop=options["loop"])
            is_well = self._engine() if is_configured() else True
            if not options["loop"]:
                return
            # An engine that is away is asked less and less often; it is found again within half a minute.
            pause = options["every"] if is_well else min(LONGEST_PAUSE, max(pause, 0.5) * 2)
            close_old_connections()
            time.sleep(pause)

    def _database(self, *, is_loop: bool) -> None:
        done = drain()
        left = PendingIndex.objects.count()
        if done or left or not is_loop:
            self.stdout.write(f"{done} dossiers indexed, {left} waiting")

    def _engine(self) -> bool:
        """One round on the engine, the very first index included. False when it is away."""
        try:
            if gone := drop_abandoned(now=timezone.now()):
                self.stdout.write(f"engine: {gone} unfinished indexes removed")
            for audience in INDEXES:
                if not has_begun(audience):
                    self.stdout.write(f"engine: {build(audience).name} built")
            done = drain_engine()
        except MissingIndex:
            self.stderr.write(f"engine: {drop_lost()} indexes are gone and will be built again")
            return False
        except GenerationRefused as problem:
            self.stderr.write(f"engine: {problem}")
            return False
        except SearchUnavailable as problem:
            self.stderr.write(f"engine: not available ({problem}), {EngineWrite.objects.count()} rows wait")
            return False
        if done:
            self.stdout.write(f"engine: {done} rows")
        return True
