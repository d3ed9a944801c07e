"""Forget the receipts that rode under seal in the addresses forms led to. Their browsers have shown them by now."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from casework.idempotency import forget_queries


class Command(BaseCommand):
    help = "Forget receipts on their way to the page that shows them, ten minutes after the form was sent."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"forgotten {forget_queries(timezone.now())}")
