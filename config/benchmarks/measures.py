"""The three questions of the first release: a page under access, a governed write, a search under access."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user

from accounts.models import User
from accounts.people import forget_standing
from casework.actors import SYSTEM
from casework.events import record_event
from casework.models import Dossier
from casework.saving import save_record
from config.benchmarks.timing import Timing, compare
from integrity.models import Case

SIZE = 50


def _page(queryset: Any) -> list[str]:
    return [
        case.dossier.reference + case.title for case in queryset.select_related("dossier").order_by("-pk")[: SIZE + 1]
    ]


def page_under_access(officer: User, *, runs: int) -> dict[str, Timing]:
    """50 newest visible cases: ours, without any filter, guardian's generic tables. The person is loaded anew each time."""
    today = timezone.localdate()

    def ours() -> list[str]:
        forget_standing(officer)
        return _page(Case.objects.visible_to(officer, today))

    def unfiltered() -> list[str]:
        return _page(Case.objects.all())

    def generic() -> list[str]:
        return _page(
            get_objects_for_user(officer, "integrity.view_case", Case.objects.all(), accept_global_perms=False)
        )

    return compare({"ours": ours, "unfiltered": unfiltered, "guardian generic": generic}, runs=runs)


def governed_write(*, runs: int) -> dict[str, Timing]:
    """Row + history + event in the chain + index row, against a save with simple-history alone."""
    cases = list(Case.objects.select_related("dossier").order_by("-pk")[: 2 * runs + 10])
    counter = iter(range(10**9))

    def governed() -> None:
        n = next(counter)
        case = cases[n % len(cases)]
        with transaction.atomic():
            Dossier.objects.select_for_update().get(pk=case.dossier_id)
            case.title = f"governed {n}"
            save_record(case, by=SYSTEM, reason="bench", fields=["title"])
            record_event(dossier=case.dossier, type="respondent_added", by=SYSTEM, subject=case)

    def history_only() -> None:
        n = next(counter)
        case = cases[n % len(cases)]
        with transaction.atomic():
            case.title = f"history {n}"
            case.save(update_fields=["title"])

    return compare({"governed write": governed, "history only": history_only}, runs=runs)


def search_under_access(
    filtered: Callable[[], object], unfiltered: Callable[[], object], *, runs: int
) -> dict[str, Timing]:
    """Top 20 of the newest hits, with the access filter and without any."""
    return compare({"with access": filtered, "without access": unfiltered}, runs=runs)


def database_label() -> str:
    if connection.vendor == "postgresql":
        return f"PostgreSQL {connection.pg_version // 10000}"  # type: ignore[attr-defined]
    return "SQLite " + connection.Database.sqlite_version  # type: ignore[attr-defined]
