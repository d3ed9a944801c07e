"""Enter a holiday notice from a table with the columns date, is_workday, label."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from casework.actions.calendar import enter_notice
from casework.actors import SYSTEM, Actor
from casework.holiday_notices import days_of_csv
from casework.refusals import Refusal


class Command(BaseCommand):
    help = "Enter the holiday notice of a year; prints the deadlines whose due day moved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--notice", required=True, help="document number of the notice")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--confirmed", action="store_true", help="compared with the official text day by day")
        parser.add_argument("--by", default="", help="account of who enters it; the system when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            days = days_of_csv(options["file"].read_text(encoding="utf-8"))
            moved = enter_notice(
                year=options["year"],
                notice_no=options["notice"],
                days=days,
                confirmed=options["confirmed"],
                by=actor(options["by"]),
            )
        except (Refusal, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        for deadline, before, after in moved:
            self.stdout.write(f"{deadline.dossier.reference} {deadline.label}: {before} → {after}")
        self.stdout.write(f"{len(days)} days entered, {len(moved)} deadlines moved")


def actor(username: str) -> Actor:
    """The person of this account name, or the system."""
    if not username:
        return SYSTEM
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"no account {username}")
    return user
