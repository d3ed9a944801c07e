"""Who gets what at the addresses of ethics review: life after approval, public list, statistics."""

from __future__ import annotations

from tests.architecture.permission_words import Page

PAGES: list[Page] = []
