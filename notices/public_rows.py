"""What the public reads of a notice: built from PublicNotice rows and nothing else (I3, I4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from notices.enums import NoticeKey
from notices.models import PublicNotice
from notices.rules import search_form, search_words

LATEST = 5


@dataclass(frozen=True)
class Question:
    """What somebody asked the list for. Everything that cannot be read is left out rather than refused."""

    text: str = ""
    year: int | None = None
    category: str = ""

    @property
    def is_asked(self) -> bool:
        return bool(self.text or self.year or self.category)


def question_of(parameters: Any) -> Question:
    """The question in the parameters of an address."""
    year = str(parameters.get("year", ""))
    is_year = year.isascii() and year.isdecimal() and len(year) == 4 and year != "0000"
    return Question(
        str(parameters.get("q", ""))[:200].strip(),
        int(year) if is_year else None,
        str(parameters.get("category", ""))[:100],
    )


def answers(question: Question, on: dt.date) -> Any:
    """Notices on show that day which answer the question."""
    shown = PublicNotice.objects.on_show(on).of_year(question.year).in_category(question.category)
    words = search_words(question.text)
    return shown.matching(words, question.text.replace("\0", "")) if words else shown


def choices(on: dt.date) -> dict[str, list[Any]]:
    """Years and categories that occur among the notices on show: a choice never leads to an empty page. One query."""
    rows = list(PublicNotice.objects.on_show(on).values_list("published_on", "category_labels"))
    labels = {search_form(label): label for _day, found in rows for label in found}
    return {"years": sorted({day.year for day, _found in rows}, reverse=True), "categories": sorted(labels.values())}


def latest(on: dt.date) -> list[PublicNotice]:
    return list(PublicNotice.objects.on_show(on).order_by("-pk")[:LATEST])


def entry_groups(notice: PublicNotice) -> list[dict[str, Any]]:
    """What a published notice says, one group per respondent; values as published."""
    return [public_group([(entry["key"], entry["value"]) for entry in group]) for group in notice.entries]


def public_group(rows: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Facts about one respondent: the name as heading, the others with labels in the reader's language."""
    named = dict(rows)
    others = [(str(NoticeKey(key).label), value) for key, value in rows if key != NoticeKey.NAME]
    return {"heading": named.get(NoticeKey.NAME, ""), "rows": others}


@dataclass(frozen=True)
class Found:
    """What stands under a number: `notice` when on show, else `gone` when something was published under it once."""

    notice: PublicNotice | None
    gone: PublicNotice | None


def find(number: str, on: dt.date) -> Found:
    """Both None: this number never existed. A notice past its last day is gone even before the job ran."""
    newest = PublicNotice.objects.filter(number=number).order_by("-version").first()
    if newest is None:
        return Found(None, None)
    shown = PublicNotice.objects.on_show(on).filter(pk=newest.pk).exists()
    return Found(newest, None) if shown else Found(None, newest)
