"""Who gets what at the addresses of ethics review: expert re-review, recorded reviews and letters."""

from __future__ import annotations

from tests.architecture.permission_words import Page

PAGES: list[Page] = []
