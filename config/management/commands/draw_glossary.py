"""Write the closed lists of all apps into docs/glossary.md. With --check: fail when the file is not current."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models.enums import Choices
from django.utils import translation

from config.messages import APPS, catalogue_path

BEGIN, END = "<!-- drawn: begin -->", "<!-- drawn: end -->"


class Command(BaseCommand):
    help = "Draw the closed lists into docs/glossary.md."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "glossary.md"
        text = path.read_text(encoding="utf-8")
        wanted = _redrawn(text)
        if not options["check"]:
            path.write_text(wanted, encoding="utf-8")
        elif wanted != text:
            raise CommandError("docs/glossary.md is not current; run manage.py draw_glossary")


def closed_lists() -> Iterator[tuple[str, type[Choices]]]:
    """(module, class) of every list of choices the apps define, app by app in the order of the layers."""
    for app in APPS:
        name = f"{app}.enums"
        if not (settings.BASE_DIR / app / "enums.py").exists():
            continue
        module = importlib.import_module(name)
        for kind in vars(module).values():
            if inspect.isclass(kind) and issubclass(kind, Choices) and kind.__module__ == name:
                yield name, kind


def _redrawn(text: str) -> str:
    """The file with a fresh drawn part; the part written by hand stays as it is."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise CommandError(f"docs/glossary.md needs the marks {BEGIN} and {END} once each")
    head, rest = text.split(BEGIN)
    _old, tail = rest.split(END)
    with translation.override("zh-hans"):
        drawn = "\n".join(_lines(_english(catalogue_path())))
    return f"{head}{BEGIN}\n{drawn}\n{END}{tail}"


def _english(path: Path) -> dict[str, str]:
    """Chinese → English from the catalogue; empty where nobody has translated yet."""
    if not path.exists():
        return {}
    # A text with a context is another word that happens to look alike: 日 of the week is not the day.
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if not entry.msgctxt}


def _lines(english: dict[str, str]) -> Iterator[str]:
    for module, kind in closed_lists():
        yield f"### `{module}.{kind.__name__}`"
        yield ""
        # A class without its own docstring shows the one of `str` or of the enum machinery.
        if own := vars(kind).get("__doc__"):
            yield inspect.cleandoc(own).replace("\n", " ")
            yield ""
        yield "| 用语 | Identifier | Value | English |"
        yield "|---|---|---|---|"
        for member in kind:
            label = str(member.label)
            yield f"| {label} | `{member.name}` | `{member.value}` | {english.get(label, '')} |"
        yield ""
