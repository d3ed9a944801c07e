"""Which engine answers: the one configured while it can, the database otherwise, and at once."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.utils import timezone

from casework.audience import Audience
from search import registry
from search.backends.base import Health, RawPage, Reader, SearchUnavailable, Totals
from search.generations import is_current
from search.models import EngineWrite
from search.queries import Query
from search.syncing import ENGINE

LONGEST_LAG = dt.timedelta(seconds=60)
_SHORTEST = 0.05  # seconds; less than that is no wait worth beginning
_log = logging.getLogger("search")


class Breaker:
    """After `failures` in a row nobody asks for `pause` seconds, then one may try; whoever succeeds closes it again."""

    def __init__(self, failures: int = 3, pause: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.pause, self.clock = failures, pause, clock
        self._lock = threading.Lock()
        self._failed = 0
        self._closed_until = 0.0

    def lets_through(self) -> bool:
        """May one ask now? While it is open, True once per pause."""
        with self._lock:
            if self._failed < self.most:
                return True
            now = self.clock()
            if now < self._closed_until:
                return False
            self._closed_until = now + self.pause
            return True

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            self._closed_until = self.clock() + self.pause

    def succeeded(self) -> None:
        with self._lock:
            self._failed = 0

    @property
    def is_open(self) -> bool:
        return self._failed >= self.most


BREAKER = Breaker()


class Answering:
    """One answer's engine. Falls back to the database for the rest of this answer at the first fault, and when all its
    questions together have taken as long as a single one may. `is_counted`: totals will be asked too, and the engine is
    only trusted again when it has given them."""

    def __init__(self, audience: Audience, *, is_counted: bool = False) -> None:
        self._is_counted = is_counted
        wants_engine = is_configured()
        self._uses_engine = wants_engine and is_usable(audience) and BREAKER.lets_through()
        self.is_degraded = wants_engine and not self._uses_engine
        self._until = time.monotonic() + settings.SEARCH_ENGINE_SECONDS

    def search(self, query: Query, reader: Reader) -> RawPage:
        """Raises SearchUnavailable when the database stops the question too."""
        if self._uses_engine:
            try:
                page = ENGINE.search(query, reader, self._left())
            except SearchUnavailable as problem:
                self._give_up(problem)
            else:
                if not self._is_counted:
                    BREAKER.succeeded()
                return page
        return registry.BACKEND.search(query, reader)

    def totals(self, query: Query, reader: Reader) -> Totals:
        """Raises SearchUnavailable when the database stops the question too."""
        if self._uses_engine:
            try:
                totals = ENGINE.totals(query, reader, self._left())
            except SearchUnavailable as problem:
                self._give_up(problem)
            else:
                BREAKER.succeeded()
                return totals
        return registry.BACKEND.totals(query, reader)

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left < _SHORTEST:
            raise SearchUnavailable("no time left")
        return left

    def _give_up(self, problem: SearchUnavailable) -> None:
        _log.warning("search: the engine did not answer (%s), the database does", problem)
        BREAKER.failed()
        self._uses_engine, self.is_degraded = False, True


def is_configured() -> bool:
    return settings.SEARCH_ENGINE == "elasticsearch"


def is_usable(audience: Audience) -> bool:
    """Has the engine an index of today's shape that is not far behind? Asks the database only."""
    late = EngineWrite.objects.filter(audience=audience, is_parked=False, since__lt=timezone.now() - LONGEST_LAG)
    return is_current(audience) and not late.exists()


def health() -> Health:
    """The configured engine, for people who keep it. Never raises."""
    return ENGINE.health() if is_configured() else registry.BACKEND.health()
