"""Shortly after midnight: carry grants that begin or end today into the search index."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from search.indexing import sweep


class Command(BaseCommand):
    help = "Carry grants and shares that begin or end by date into the search index. Daily, safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = sweep(on=timezone.localdate())
        self.stdout.write(self.style.SUCCESS(f"{rows} rows looked at"))
