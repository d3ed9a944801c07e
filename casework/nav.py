"""The rail's registry: each app adds its entry; the context processor shows those the person has a right to."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.permissions import Permission


@dataclass(frozen=True)
class NavEntry:
    """`rights`: any one of them shows the entry; empty: everybody signed in. `order` sorts, `group` draws a line between."""

    label: str | Promise
    url_name: str
    rights: frozenset[Permission]
    order: int
    group: int = 0
    prefixes: tuple[str, ...] = ()


ENTRIES: list[NavEntry] = []


def register_nav(*entries: NavEntry) -> None:
    """Add entries to the rail; called when an app starts."""
    ENTRIES.extend(entries)
    ENTRIES.sort(key=lambda entry: (entry.group, entry.order))
