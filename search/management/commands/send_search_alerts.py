"""Tell people that a search they saved has new results: a number each day, under what they may see that moment."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Q
from django.utils import timezone

from search.actions import saved
from search.backends.base import SearchUnavailable
from search.models import SavedSearch
from search.queries import QueryError


class Command(BaseCommand):
    help = "Count once a day what is new in saved searches with an alert. Safe to repeat; what failed is tried again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=dt.date.fromisoformat, help="as of this day instead of today")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or timezone.localdate()
        due = SavedSearch.objects.filter(Q(counted_on=None) | Q(counted_on__lt=on), has_alert=True).order_by("pk")
        told = failed = 0
        for search in due:
            try:
                told += bool(saved.send_alert(search=search, on=on))
            except (SearchUnavailable, QueryError):
                failed += 1
        self.stdout.write(f"told {told}, failed {failed}")
