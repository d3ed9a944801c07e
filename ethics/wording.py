"""Sentences that rules give in both languages, in the language of the reader."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import get_language


class TwoTongued(Protocol):
    """A clause, a finding, a refusal of a rule."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def say(what: TwoTongued) -> str:
    """The English on English pages, else the Chinese."""
    return what.en if (get_language() or "").startswith("en") else what.zh
