"""F5: what somebody may not see any more is neither shown nor counted, from the very moment, whatever the workers do."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from casework.audience import Audience
from search.queries import parse
from tests.factories.visits import signed_in
from tests.figures.flips import COMMON, FLIPS, Trial
from tests.figures.outputs import found_by

BATCH = 28


@dataclass
class Outcome:
    """Trials, and what went wrong in them. `withheld`: answers whose totals were held back because reading again dropped
    a hit. `seconds`: the longest that a batch of `rows` took to converge, comparison included."""

    trials: int = 0
    shown: list[str] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    withheld: int = 0
    seconds: float = 0.0
    rows: int = 0


def run_trials(count: int, *, follow: Callable[[], Any], converge: Callable[[], list[Any]], first: int = 0) -> Outcome:
    """`follow` indexes what was made before the flip; `converge` drains afterwards and returns what still differs."""
    outcome = Outcome()
    for begin in range(first, first + count, BATCH):
        numbers = range(begin, min(first + count, begin + BATCH))
        trials = [(FLIPS[number % len(FLIPS)].__name__, FLIPS[number % len(FLIPS)](number)) for number in numbers]
        follow()
        before = [_seen(trial, timezone.localdate()) for _label, trial in trials]
        for (label, trial), counts in zip(trials, before, strict=True):
            if counts[:2] != (1, 1):
                raise AssertionError(f"{label}: not found before the flip: {counts}")
            trial.flip()
            _look(label, trial, counts, outcome)
        _converge(trials, outcome, converge)
        outcome.trials += len(trials)
    return outcome


def _converge(trials: list[tuple[str, Trial]], outcome: Outcome, converge: Callable[[], list[Any]]) -> None:
    """The worker may work again; a day is over for those trials that waited for one."""
    started = time.monotonic()
    outcome.behind += [str(one) for one in converge()]
    outcome.seconds = max(outcome.seconds, time.monotonic() - started)
    outcome.rows = max(outcome.rows, len(trials))
    for label, trial in trials:
        _look(label, trial, None, outcome)


def _look(label: str, trial: Trial, before: tuple[int, int | None, int | None] | None, outcome: Outcome) -> None:
    """Hits, totals, the page, the record itself and the feed, right after the flip."""
    with time_machine.travel(timezone.now() + dt.timedelta(days=trial.days), tick=False):
        on = timezone.localdate()
        hits, total, common = _seen(trial, on)
        outcome.withheld += total is None
        if hits or _is_on_a_page(trial):
            outcome.shown.append(label)
        is_counted = bool(total) or (before and common is not None and before[2] is not None and common >= before[2])
        # A day that begins hides every row that a grant ended for, so a lower count is right there as well.
        if is_counted:
            outcome.counted.append(label)


def _seen(trial: Trial, on: dt.date) -> tuple[int, int | None, int | None]:
    """Hits of the record's own text, how many are counted, and how many of the word all records share."""
    reader = User.objects.get(pk=trial.reader.pk)  # somebody who comes anew: nothing is known of them
    page = found_by(parse(trial.text), reader, trial.audience, on)
    shared = found_by(parse(COMMON), reader, trial.audience, on)
    return (
        len(page.hits),
        page.totals.count if page.totals else None,
        shared.totals.count if shared.totals else None,
    )


def _is_on_a_page(trial: Trial) -> bool:
    """Does any page of this reader still say it: search, the record, list or feed?"""
    if trial.audience == Audience.PUBLIC:
        visitor = Client()
        pages = [_body(visitor, "/notices/", q=trial.text), _body(visitor, "/notices/feed.json")]
        return any(trial.words in page for page in pages)
    visitor = signed_in(User.objects.get(pk=trial.reader.pk))
    record = visitor.get(trial.url)
    return record.status_code == 200 or trial.words in _body(visitor, "/search/", q=trial.text)


def _body(visitor: Client, address: str, **values: Any) -> str:
    """The page without marks, and without the question that stands in its form."""
    content = visitor.get(address, values).content.decode()
    return re.sub(r'</?mark>|value="[^"]*"', "", content)
