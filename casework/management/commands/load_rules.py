"""Load the rule books of every app of this release into the database. Runs after every migrate; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from casework.actions import rulesets
from casework.actors import SYSTEM
from casework.rule_books import shipped_paths


class Command(BaseCommand):
    help = "Load the rule books of this release into the database."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in shipped_paths():
            rule_set = rulesets.publish(path=path, by=SYSTEM)
            self.stdout.write(f"{rule_set.code} v{rule_set.version}")
