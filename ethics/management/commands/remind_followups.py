"""What time brings to the ethics register: annual reports fall due, terms end, reminders are recorded. Safe to repeat."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from ethics.actions import compositions, reminders, reports
from ethics.models import AnnualReport, Committee, Filing, FollowUp, Registration, SpotCheck
from ethics.stored_rules import reminder_days

RELATED = {
    Registration: ("unit__dossier", "committee", "activity"),
    Filing: ("committee__unit__dossier",),
    AnnualReport: ("committee__unit__dossier",),
    FollowUp: ("activity__unit__dossier",),
    SpotCheck: ("unit__dossier",),
}


class Command(BaseCommand):
    help = "Record what falls due in the ethics register, and reminders of it; missed days are caught up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=dt.date.fromisoformat, help="as of this day instead of today")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or timezone.localdate()
        thresholds = reminder_days()
        committees, duties = _committees(on), _duties(on, thresholds)
        made = broken = reminded = 0
        for unit in sorted(committees.keys() | duties.keys()):
            # One transaction a unit: what follows a change of its dossier happens once, not after each reminder.
            with transaction.atomic():
                for committee in committees.get(unit, ()):
                    report = reports.make_due(committee=committee, on=on)
                    if report is not None:
                        made += 1
                        duties.setdefault(unit, []).append(report)
                    broken += _is_broken(compositions.note(committee=committee, on=on), on)
                for duty in duties.get(unit, ()):
                    reminded += reminders.remind(duty=duty, on=on, thresholds=thresholds)
        self.stdout.write(f"reports due {made}, committees not complying {broken}, reminded {reminded}")


def _committees(on: dt.date) -> dict[int, list[Committee]]:
    """Unit → its committees that stand that day."""
    found: dict[int, list[Committee]] = defaultdict(list)
    for committee in Committee.objects.standing_on(on).select_related("unit__dossier").order_by("pk"):
        found[committee.unit_id].append(committee)
    return found


def _duties(on: dt.date, thresholds: Sequence[int]) -> dict[int, list[reminders.Duty]]:
    """Unit → what is open and may need a reminder that day."""
    horizon = on + dt.timedelta(days=max(thresholds))
    found: dict[int, list[reminders.Duty]] = defaultdict(list)
    for model, related in RELATED.items():
        waiting = model._default_manager.due_until(horizon).exclude(reminded_on=on)  # type: ignore[attr-defined]
        for duty in waiting.select_related(*related).order_by("pk"):
            found[duty.unit.pk].append(duty)
    return found


def _is_broken(committee: Committee, on: dt.date) -> bool:
    return committee.composition_breaks_on is not None and committee.composition_breaks_on <= on
