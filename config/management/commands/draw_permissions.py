"""Write who may do what into docs/permissions.md. With --check: fail when the file is not current.

The table of pages is the one the tests walk, so this runs in a checkout, not in the production image.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.permissions import Permission
from accounts.roles import EXCLUSIVE_ROLES, ROLES, roles_with

TABLE, WORDS = "tests.architecture.permission_table", "tests.architecture.permission_words"
HEAD = """# Who may do what

Drawn by `manage.py draw_permissions` from `accounts/roles.py` and `tests/architecture/permission_table.py`; a test walks
every cell. A role gives rights; a grant opens one dossier; an exclusion closes it whatever else holds. What somebody may
not see answers like what was never there.
"""


class Command(BaseCommand):
    help = "Draw roles, rights and pages into docs/permissions.md."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "permissions.md"
        with translation.override("zh-hans"):
            wanted = "\n".join([HEAD, *_roles(), *_rights(), *_pages()]) + "\n"
        if not options["check"]:
            path.write_text(wanted, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != wanted:
            raise CommandError("docs/permissions.md is not current; run manage.py draw_permissions")


def _roles() -> Iterator[str]:
    yield "## Roles"
    yield ""
    yield "| Role | 名称 | What for | Second factor |"
    yield "|---|---|---|---|"
    for name, sheet in ROLES.items():
        yield f"| `{name}` | {sheet.role.label} | {sheet.prose} | {'required' if sheet.second_factor else 'possible'} |"
    yield ""
    names = ", ".join(f"`{name}`" for name in sorted(EXCLUSIVE_ROLES))
    yield f"{names} exclude each other and every other role; `custodian` goes with no other role."
    yield ""


def _rights() -> Iterator[str]:
    yield "## Rights"
    yield ""
    yield "| Right | Roles |"
    yield "|---|---|"
    for right in Permission:
        holders = roles_with(right)
        yield f"| `{right}` | {', '.join(name for name in ROLES if name in holders)} |"
    yield ""


def _pages() -> Iterator[str]:
    table, words = _part(TABLE), _part(WORDS)
    yield "## Visitors"
    yield ""
    yield from (f"- `{name}`: {who}" for name, who in words.VISITORS.items())
    yield ""
    yield "## Pages"
    yield ""
    yield "`405`: the address does not answer to the method; such cells are left out. Anonymous visitors are asked to sign in"
    yield "unless the table lets them in."
    for title, pages in table.SECTIONS.items():
        yield ""
        yield f"### {title}"
        yield ""
        yield "| Page | Method | Let in | Refused (403) | Does not exist (404) | Led elsewhere |"
        yield "|---|---|---|---|---|---|"
        for page in pages:
            for method, rule in _merged(page.rules):
                cells = [_names(rule, words, outcome) for outcome in ("ok", "403", "404", "moved")]
                yield f"| `{page.id}` | {method} | {' | '.join(cells)} |"


def _part(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        raise CommandError(f"{name} is part of a checkout and not of the production image") from missing


def _merged(rules: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Methods under the same rule share a line."""
    seen: list[Mapping[str, str]] = []
    for rule in rules.values():
        if rule not in seen:
            seen.append(rule)
            yield ", ".join(method for method, other in rules.items() if other == rule), rule


def _names(rule: Mapping[str, str], words: Any, outcome: str) -> str:
    names = [visitor for visitor in words.VISITORS if rule[visitor] == outcome]
    if len(names) == len(words.VISITORS):
        return "everybody"
    signed_in = [visitor for visitor in words.VISITORS if visitor != words.ANONYMOUS]
    if names == signed_in:
        return "everybody signed in"
    others = [visitor for visitor in signed_in if visitor not in names]
    if len(others) <= 4 and set(names) <= set(signed_in):
        return f"all but {', '.join(others)}"
    return ", ".join(names)
