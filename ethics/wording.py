"""Sentences that rules give in both languages, in the language of the reader."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import get_language, gettext, gettext_noop

# Results of items that are no decision; decisions have their labels.
FIXED_RESULTS = (gettext_noop("初步审查通过，报请专家复核"), gettext_noop("会议取消，延期再议"))


class TwoTongued(Protocol):
    """A clause, a finding, a refusal of a rule."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def say(what: TwoTongued) -> str:
    """The English on English pages, else the Chinese."""
    return what.en if (get_language() or "").startswith("en") else what.zh


def said_result(result: str) -> str:
    """A result of an item, Chinese as the minutes keep it, in the language of the reader; a reason after it stays as typed."""
    head, colon, reason = result.partition("：")
    said = gettext(head) if head else ""
    return f"{said}{gettext('：') if colon else ''}{reason}"
