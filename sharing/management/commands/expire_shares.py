"""Close shares whose last day has passed. Readers are shut out by the date already; this tidies up."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sharing.actions import shares
from sharing.enums import ShareStatus
from sharing.models import SharePackage


class Command(BaseCommand):
    help = "Close shares whose last day has passed."

    def handle(self, *args: Any, **options: Any) -> None:
        over = SharePackage.objects.filter(status=ShareStatus.SHARED, expires_on__lt=timezone.localdate())
        count = 0
        for share in over.select_related("dossier"):
            shares.expire(share=share)
            count += 1
        self.stdout.write(f"expired {count}")
