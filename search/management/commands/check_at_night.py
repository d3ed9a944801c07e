"""Once a night, while few people work: compare the search indexes with the records and throw away retired ones."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from search.engines import is_configured
from search.generations import forget_retired
from search.models import ReconcileRun

HOURS = range(1, 5)


class Command(BaseCommand):
    help = "Between one and five in the morning, once: check_indexes, and forget indexes retired a day ago."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.localtime()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if now.hour not in HOURS or ReconcileRun.objects.filter(started__gte=midnight).exists():
            return
        if is_configured():
            forget_retired(now=now)
        call_command("check_indexes", stdout=self.stdout, stderr=self.stderr)
