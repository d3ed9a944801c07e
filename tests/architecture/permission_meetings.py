"""Who gets what at the addresses of ethics review: meetings, declarations and votes."""

from __future__ import annotations

from tests.architecture.permission_words import Page

PAGES: list[Page] = []
