"""Collect the texts of templates and code into the English catalogue and compile it, without gettext tools."""

from typing import Any

from django.core.management.base import BaseCommand

from config.messages import update_catalogue


class Command(BaseCommand):
    help = "Collect and compile translations."

    def handle(self, *args: Any, **options: Any) -> None:
        texts, empty = update_catalogue()
        self.stdout.write(f"{texts} texts, {empty} without English")
