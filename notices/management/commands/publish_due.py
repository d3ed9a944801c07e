"""Put out the notices scheduled up to today and take down those past their last day. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from casework.actors import SYSTEM
from notices.actions import publication


class Command(BaseCommand):
    help = "Publish scheduled notices, take down expired ones; a second run does nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        on = timezone.localdate()
        expired = publication.expire_due(by=SYSTEM, on=on)
        published, refused = publication.publish_due(by=SYSTEM, on=on)
        for notice, reason in refused:
            self.stderr.write(f"{notice.dossier.reference}: {reason}")
        self.stdout.write(f"published {len(published)}, refused {len(refused)}, expired {len(expired)}")
