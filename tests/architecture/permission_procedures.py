"""Who gets what at the addresses of ethics review: simple procedure, waiver, revision, extension, appeal."""

from __future__ import annotations

from tests.architecture.permission_words import Page

PAGES: list[Page] = []
