"""Check the hash chain of every dossier's events. A nightly job; also after a restore."""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.chain import ChainRow, verify
from casework.events import event_payload
from casework.models import Dossier, Event

Anchors = dict[str, list[tuple[int, str]]]


class Command(BaseCommand):
    help = "Check the hash chain of all events; exit 1 and name the first bad dossier and number."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--heads", action="store_true", help="print the last number and hash of each dossier")
        parser.add_argument(
            "--anchors", type=Path, help="a file that --heads wrote earlier: what it names must still stand"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        anchors = read_anchors(options["anchors"]) if options["anchors"] else {}
        events = Event.objects.select_related("dossier").order_by("dossier_id", "seq").iterator(chunk_size=2000)
        chains = links = 0
        for reference, rows in groupby(events, key=lambda event: event.dossier.reference):
            chain = [ChainRow(row.seq, row.prev_hash, row.hash, event_payload(row)) for row in rows]
            bad = verify(chain, anchors=anchors.pop(reference, []))
            if bad is not None:
                raise CommandError(f"{reference}: the chain breaks at number {bad}")
            if options["heads"]:
                self.stdout.write(f"{chain[-1].seq} {chain[-1].hash} {reference}")
            chains, links = chains + 1, links + len(chain)
        # Every dossier begins with an event: one without any lost them all, anchors or not.
        silent = Dossier.objects.filter(events=None).order_by("pk").values_list("reference", flat=True)
        for reference in [*silent[:1], *anchors]:
            raise CommandError(f"{reference}: the whole chain is gone")
        if not options["heads"]:
            self.stdout.write(f"{links} events of {chains} dossiers: every link holds")


def read_anchors(path: Path) -> Anchors:
    """Dossier → (number, hash) pairs, from lines of `--heads`. Raises CommandError for a line of another form."""
    anchors: Anchors = {}
    for line in path.read_text().splitlines():
        number, _blank, rest = line.partition(" ")
        digest, _blank, reference = rest.partition(" ")
        if not number.isdecimal() or not reference:
            raise CommandError(f"not a line of --heads: {line}")
        anchors.setdefault(reference, []).append((int(number), digest))
    return anchors
