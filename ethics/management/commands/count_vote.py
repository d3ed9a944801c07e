"""Count one vote of an ethics committee or panel: a JSON object in, JSON out. Works without a database.

Exit code 0 when it was counted, whatever the result; 1 when the numbers cannot be.
"""

from __future__ import annotations

import json
from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ethics.check_input import answer_vote, is_unreadable
from ethics.management.commands.check_committees import read_standard_input
from ethics.rule_books import known_books

HELP = """Count a vote. Standard input holds one JSON object:
{"rule": "present_2_3" | "all_panel_2_3" | "all_over_half", "members": n, "present": n, "recused": n, "yes": n,
"no": n, "abstain": n}, and "id" if you like.

members: all of the committee or panel. present: those who attend before anybody is recused. recused: those of them
who leave for this item. recused, no and abstain are 0 without a word; present may be left out where all count.

The answer: {"id", "rule", "carried", "outcome": "carried" | "not_carried" | "no_decision", "base", "needed", "rule_set",
"article", "mark", "findings", "settings"}. By the settings a recused member counts neither for the quorum nor in the
base, an abstention counts in the base, nobody has a casting vote. Without votes, or without the quorum the rule needs
(5 members present, 5 experts), the outcome is no_decision. Not carried never means rejected.
Impossible numbers: one finding E_INPUT that names the field, "carried": null, exit code 1."""


class Command(BaseCommand):
    help = HELP
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer as JSON instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        text = read_standard_input()
        if not text.strip():
            raise CommandError(
                "标准输入没有内容：请以 JSON 给出一次表决。 Standard input is empty: hand in one vote as JSON.",
                returncode=1,
            )
        answer = answer_vote(text, known_books())
        (finding,) = answer["findings"]
        self.stdout.write(
            json.dumps(answer, ensure_ascii=False) if options["json"] else f"{finding['zh']} {finding['en']}"
        )
        if is_unreadable(answer):
            raise CommandError(f"{finding['zh']} {finding['en']}", returncode=1)
