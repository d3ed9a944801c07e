"""Write the diagrams of all move tables into docs/workflows/. With --check: fail when a file is not current."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from casework.workflow import WORKFLOWS, draw


class Command(BaseCommand):
    help = "Draw the workflows into docs/workflows/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "docs" / "workflows"
        folder.mkdir(parents=True, exist_ok=True)
        with translation.override("zh-hans"):
            wanted = {f"{name}.md": draw(workflow) for name, workflow in sorted(WORKFLOWS.items())}
        stale = [name for name, text in wanted.items() if not _same(folder / name, text)]
        stale += [path.name for path in folder.glob("*.md") if path.name not in wanted]
        if options["check"]:
            if stale:
                raise CommandError(f"not current: {', '.join(stale)}; run manage.py draw_workflows")
            return
        for name, text in wanted.items():
            (folder / name).write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(wanted)} diagrams")


def _same(path: Any, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
