"""Tell ethics which serving committee members stand in an active record of research dishonesty (CM10, ADR 0016).

The one place that knows both sides. Only the very same person of the directory counts, never a name. Safe to repeat.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Q
from django.utils import timezone

from ethics.actions import integrity_flags
from ethics.models import Committee, CommitteeMember, IntegrityFlag
from integrity.credit_matching import counting
from integrity.models import CreditRecord


class Command(BaseCommand):
    help = "Raise and clear the integrity flags of ethics committee members."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=dt.date.fromisoformat, help="as of this day instead of today")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or timezone.localdate()
        serving = _serving(on)
        flags = list(IntegrityFlag.objects.still_open().select_related("member"))
        people = {member.person_id for member in serving} | {flag.member.person_id for flag in flags}
        sanctioned = _sanctioned(people, on)
        raised = [
            integrity_flags.raise_flag(member=member, on=on) for member in serving if member.person_id in sanctioned
        ]
        cleared = [integrity_flags.clear(flag=flag, on=on) for flag in flags if flag.member.person_id not in sanctioned]
        self.stdout.write(f"flags raised {_count(raised)}, cleared {_count(cleared)}")


def _serving(on: dt.date) -> list[CommitteeMember]:
    """Members in office that day, both days of the term included, of committees that stand."""
    terms = CommitteeMember.objects.filter(committee__in=Committee.objects.standing_on(on), starts_on__lte=on)
    in_office = terms.filter(Q(left_on=None, ends_on__gte=on) | Q(left_on__gte=on))
    return list(in_office.select_related("committee__unit__dossier").order_by("pk"))


def _sanctioned(people: set[int], on: dt.date) -> set[int]:
    """Those of these people with a record that counts that day."""
    records = counting(CreditRecord.objects.filter(subject__person__in=people), on)
    return set(records.values_list("subject__person", flat=True))


def _count(done: list[IntegrityFlag | None]) -> int:
    return sum(one is not None for one in done)
