"""The three questions of the first release: a page under access, a governed write, a search under access."""

from __future__ import annotations

import itertools
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user

from accounts.models import User
from accounts.people import standing
from casework.actors import SYSTEM
from casework.events import record_event
from casework.saving import save_record
from config.benchmarks import searching
from config.benchmarks.timing import Timing, compare
from integrity.models import Case

SIZE = 50


def _page(queryset: Any) -> list[str]:
    return [
        case.dossier.reference + case.title for case in queryset.select_related("dossier").order_by("-pk")[: SIZE + 1]
    ]


def page_under_access(officer: User, *, runs: int) -> dict[str, Timing]:
    """50 newest visible cases: ours, without any filter, guardian's generic tables.

    Every page of the house, filtered or not, knows the person's roles from the middleware, so they are known here too.
    The generic tables are asked apart: their answer throws everything else out of the database's cache.
    """
    today = timezone.localdate()
    standing(officer, today)

    def ours() -> list[str]:
        return _page(Case.objects.visible_to(officer, today))

    def unfiltered() -> list[str]:
        return _page(Case.objects.all())

    def generic() -> list[str]:
        return _page(
            get_objects_for_user(officer, "integrity.view_case", Case.objects.all(), accept_global_perms=False)
        )

    pages = compare({"ours": ours, "unfiltered": unfiltered}, runs=runs)
    return pages | compare({"guardian generic": generic}, runs=runs)


def governed_write(*, runs: int) -> dict[str, Timing]:
    """Row + history + link of the chain + note for the index, against a save with simple-history alone.

    "with its index" goes on until the row can be found, in a transaction of its own after the commit.
    """
    cases = list(Case.objects.select_related("dossier").order_by("-pk")[: 3 * runs + 10])
    counter = itertools.count()

    def indexed() -> None:
        n = next(counter)
        case = cases[n % len(cases)]
        with transaction.atomic():
            case.title = f"governed {n}"
            save_record(case, by=SYSTEM, reason="bench", fields=["title"])
            record_event(dossier=case.dossier, type="respondent_added", by=SYSTEM, subject=case)

    def governed() -> None:
        with patch("search.receivers.on_commit", lambda follow, robust: None):
            indexed()

    def history_only() -> None:
        n = next(counter)
        case = cases[n % len(cases)]
        with transaction.atomic():
            case.title = f"history {n}"
            case.save(update_fields=["title"])

    return compare({"governed write": governed, "with its index": indexed, "history only": history_only}, runs=runs)


def search_under_access(*, runs: int) -> dict[str, dict[str, Timing]]:
    """Question → both sides, for words that many documents hold and for words that few hold."""
    return {
        "search top 20 with totals": compare(
            {
                "with access": searching.with_access(searching.FREQUENT + searching.RARE),
                "without access": searching.without_access(searching.FREQUENT + searching.RARE),
            },
            runs=runs,
        ),
        "search top 20, rare words": _pages(searching.RARE, runs),
        "search top 20, frequent words": _pages(searching.FREQUENT, runs),
    }


def _pages(words: tuple[str, ...], runs: int) -> dict[str, Timing]:
    with_access, without = searching.page_with_access(words), searching.page_without_access(words)
    return compare({"with access": with_access, "without access": without}, runs=runs)


def database_label() -> str:
    if connection.vendor == "postgresql":
        return f"PostgreSQL {connection.pg_version // 10000}"  # type: ignore[attr-defined]
    return "SQLite " + connection.Database.sqlite_version  # type: ignore[attr-defined]
