"""Fail when a Chinese text has no English, a placeholder differs, or the compiled catalogue is older than the text."""

from typing import Any

import polib
from django.core.management.base import BaseCommand, CommandError

from config.messages import catalogue_path, english_of, untranslated


class Command(BaseCommand):
    help = "Check that every text has its English."

    def handle(self, *args: Any, **options: Any) -> None:
        problems = untranslated()
        for problem in problems[:40]:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problems; manage.py update_translations adds the missing texts")
        path = catalogue_path()
        compiled = english_of(polib.mofile(str(path.with_suffix(".mo"))))
        if compiled != english_of(polib.pofile(str(path))):
            raise CommandError("the compiled catalogue is not current; run manage.py update_translations")
