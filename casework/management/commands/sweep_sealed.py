"""Remove sealed files that no row names: an upload of several files of which one was refused leaves the others behind."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from casework.models import Attachment
from casework.storage import default_store

KEPT_FOR = dt.timedelta(days=1)


class Command(BaseCommand):
    help = "Remove sealed files older than a day that no row names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="also when more files would go than stay")

    def handle(self, *args: Any, **options: Any) -> None:
        store, before = default_store(), timezone.now() - KEPT_FOR
        store.remove_drafts(put_before=before)
        old = store.put_before(before)
        # Read after the files: a row of this moment names a file put today.
        orphans = old - set(Attachment.objects.values_list("sha256", flat=True))
        if len(orphans) > len(old) - len(orphans) and not options["all"]:
            # A store beside another database, or one restored from an older copy, must not be emptied by a clock.
            self.stderr.write(
                f"removed 0: {len(orphans)} of {len(old)} files have no row. Is this the right database? Then --all."
            )
            return
        removed = sum(store.remove(sha256, put_before=before) for sha256 in sorted(orphans))
        self.stdout.write(f"removed {removed}")
