"""Check ethics committees as of a day: JSON in, JSON out, without a database; the register when nothing comes in.

Exit code 0 when every committee was checked, whatever was found; 1 when one could not be read or none was given.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from casework.plain_days import day_argument
from ethics.assessment import stored_answers
from ethics.check_input import answer_committees, is_unreadable
from ethics.rule_books import known_books

HELP = """Check the composition of ethics committees on a day (CM1 to CM10). Standard input holds one committee as a JSON object,
several as an array, or {"committees": [...]}; the answer has the same form. Without any input the committees of the
register that stand on that day are checked, and the answer is an array.

A committee: {"id": any, "name": text, "regimes": ["ST2023", "SC", "HS2023", "AI2026"], "minzu_area": false,
"members": [...]}. Without regimes ST2023 and SC are taken; AI2026 and SC bring ST2023 with them.

A member: {"name": text, "office": "chair" | "vice_chair" | "member", "sex": "female" | "male", "external": false,
"categories": ["peer_science", "ethics", "law", "lay_external", ...], "term_from": day, "term_to": day (or
"terms": [{"from": day, "to": day}]), "resigned_on": last day served, "signed": ["confidentiality",
"conflict_of_interest"], "has_credit_record": false}. Both days of a term count.

An answer: {"id", "on", "rule_sets", "members", "findings": [{"code", "level", "article", "mark", "zh", "en"}],
"next_break": null or {"on", "reasons", "findings"}}: the first later day on which a term ends or begins so that a
rule breaks. Exit code 1 when a committee cannot be read."""


class Command(BaseCommand):
    help = HELP
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day_argument, help="the day to check, such as 2026-11-23; today without it")
        parser.add_argument("--json", action="store_true", help="answer as JSON instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        on: dt.date = options["on"] or timezone.localdate()
        text, books = read_standard_input(), known_books()
        answer = answer_committees(text, books, on) if text.strip() else stored_answers(books, on)
        if answer == [] and not text.strip():
            raise CommandError(
                "标准输入没有内容，登记簿中也没有这一天存续的委员会：请以 JSON 给出委员会。 "
                "Standard input is empty and the register holds no committee of that day: hand in committees as JSON.",
                returncode=1,
            )
        lines = [json.dumps(answer, ensure_ascii=False)] if options["json"] else _sentences(answer)
        for line in lines:
            self.stdout.write(line)
        if is_unreadable(answer):
            raise CommandError("有委员会无法读取，未作核对。 A committee could not be read.", returncode=1)


def read_standard_input() -> str:
    """What was handed in; "" at a terminal, where nobody could know what to type. Bytes that are no UTF-8 are marked."""
    if sys.stdin.isatty():
        return ""
    return sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")


def _sentences(answer: Any) -> Iterator[str]:
    answers = answer if isinstance(answer, list) else answer.get("committees", [answer])
    for place, one in enumerate(answers, start=1):
        name = one["id"] if one["id"] is not None else place
        yield f"{name}:" if one["findings"] else f"{name}: 符合要求 complies"
        for finding in one["findings"]:
            rule = f"{finding['article']} [{finding['mark']}]".strip()
            yield f"  {finding['level']} {finding['code']} {rule} {finding['zh']} {finding['en']}"
