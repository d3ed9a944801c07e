"""What time brings to the ethics register: annual reports fall due, terms end, reminders are recorded. Safe to repeat."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from casework.actors import SYSTEM
from casework.rulebook import RuleBook
from ethics.actions import compositions, filings, reminders, reports
from ethics.assessment import assess
from ethics.enums import Regime
from ethics.models import AnnualReport, Committee, CommitteeMember, Filing, FollowUp, Registration, SpotCheck
from ethics.stored_rules import committee_books, reminder_days

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
        reported, books = reports.reported_on(on.year - 1), committee_books()
        made = broken = reminded = 0
        for unit in sorted(committees.keys() | duties.keys()):
            # One transaction a unit: what follows a change of its dossier happens once, not after each reminder.
            with transaction.atomic():
                for committee in committees.get(unit, ()):
                    fresh = _fresh_duties(committee, on, reported)
                    made += len(fresh)
                    duties.setdefault(unit, []).extend(fresh)
                    broken += _is_broken(_noted(committee, on, books), on)
                for duty in duties.get(unit, ()):
                    reminded += reminders.remind(duty=duty, on=on, thresholds=thresholds)
        self.stdout.write(f"reports due {made}, committees not complying {broken}, reminded {reminded}")


def _committees(on: dt.date) -> dict[int, list[Committee]]:
    """Unit → its committees that stand that day, with their members."""
    found: dict[int, list[Committee]] = defaultdict(list)
    members = CommitteeMember.objects.select_related("person").prefetch_related("undertakings").order_by("pk")
    standing = Committee.objects.standing_on(on).select_related("unit__dossier", "filing")
    for committee in standing.prefetch_related(Prefetch("members", members)).order_by("pk"):
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


def _fresh_duties(committee: Committee, on: dt.date, reported: Collection[int]) -> list[reminders.Duty]:
    """Last year's report, and the filing of a committee the register knew before it knew of filings."""
    report = None if committee.pk in reported else reports.make_due(committee=committee, on=on)
    lacks_filing = Regime.HS2023 in committee.regimes and not hasattr(committee, "filing")
    filing = filings.follow_regimes(committee=committee, by=SYSTEM) if lacks_filing else None
    return [duty for duty in (report, filing) if duty is not None]


def _noted(committee: Committee, on: dt.date, books: Sequence[RuleBook]) -> Committee:
    """The committee with its composition as of today; written only where it changed."""
    breaks_on = assess(committee, on, members=committee.members.all(), books=books).breaks_on
    if not compositions.is_news(committee, breaks_on, on):
        return committee
    return compositions.note(committee=committee, on=on)


def _is_broken(committee: Committee, on: dt.date) -> bool:
    return committee.composition_breaks_on is not None and committee.composition_breaks_on <= on
