"""What a person typed, as a query: words and fixed filters, nothing else. Pure: no ORM, request or clock.

No wildcard, no field name and no operator is ever read from the text. Quotation marks are punctuation like any other,
because every run is matched as an exact phrase anyway.
"""

import calendar
import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum

from search.analysis import bigrams, runs

MAX_WORDS = 8
MAX_CHARACTERS = 40
MAX_RUNS = 24
MAX_TEXT = 200
PAGE_SIZE = 20
TOTAL_CAP = 1000

_QUOTES = str.maketrans(dict.fromkeys("\"'“”‘’「」『』《》", " "))


class Refusal(StrEnum):
    """Why a text is no query."""

    NOTHING = "nothing"
    NO_WORD = "no_word"
    TOO_MANY_WORDS = "too_many_words"
    WORD_TOO_LONG = "word_too_long"
    TEXT_TOO_LONG = "text_too_long"
    NO_SUCH_DATE = "no_such_date"
    TWO_DATES = "two_dates"
    OTHER_YEAR = "other_year"


class QueryError(ValueError):
    """The text cannot be searched. The form turns the reason into a sentence; `text` is the part that is to blame."""

    def __init__(self, refusal: Refusal, text: str = "") -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.text = text


@dataclass(frozen=True, slots=True)
class Phrase:
    """One run of the query: Han characters found anywhere inside a run, or exactly one word.

    `alternatives`: words of the same meaning, any one of which is as good (search.synonyms).
    """

    text: str
    is_han: bool
    alternatives: "tuple[Phrase, ...]" = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms that must follow one another. A single Han character is the beginning of a term, see is_prefix."""
        return tuple(bigrams(self.text)) if self.is_han and len(self.text) > 1 else (self.text,)

    @property
    def is_prefix(self) -> bool:
        return self.is_han and len(self.text) == 1

    @property
    def ways(self) -> "tuple[Phrase, ...]":
        """Itself alone and each alternative: one of them must be found."""
        return (replace(self, alternatives=()), *self.alternatives) if self.alternatives else (self,)


@dataclass(frozen=True, slots=True)
class Query:
    """A query of one reader for one page. `after` is the order number of the last row shown, None for page one.

    `year`, `month` and `day` narrow the filing day, a month only with its year and a day only with its month. Without
    any phrase the query lists whatever the filters leave.
    """

    phrases: tuple[Phrase, ...]
    kind: str = ""
    year: int | None = None
    month: int | None = None
    day: int | None = None
    after: int | None = None
    limit: int = PAGE_SIZE

    def __post_init__(self) -> None:
        if (self.month is not None and self.year is None) or (self.day is not None and self.month is None):
            raise ValueError("a month needs its year, a day needs its month")
        _ = self.period

    @property
    def period(self) -> tuple[dt.date, dt.date] | None:
        """First and last filing day, both included, or None when the day does not matter."""
        if self.year is None:
            return None
        if self.month is None:
            return dt.date(self.year, 1, 1), dt.date(self.year, 12, 31)
        if self.day is None:
            last = calendar.monthrange(self.year, self.month)[1]
            return dt.date(self.year, self.month, 1), dt.date(self.year, self.month, last)
        only = dt.date(self.year, self.month, self.day)
        return only, only

    def from_order(self, after: int | None, limit: int | None = None) -> "Query":
        return replace(self, after=after, limit=limit or self.limit)

    @property
    def fingerprint(self) -> str:
        """Hash of words and filters, the page left out. Goes into the access log and the cursor, never the words."""
        words = " ".join(sorted("|".join(way.text for way in phrase.ways) for phrase in self.phrases))
        period = "-".join(str(part) for part in (self.year, self.month, self.day) if part is not None)
        return hashlib.sha256(f"{words}\n{self.kind}\n{period}".encode()).hexdigest()[:32]


def parse(
    text: str, *, kind: str = "", year: int | None = None, month: int | None = None, day: int | None = None
) -> Query:
    """Read what a person typed. Raises QueryError."""
    if len(text) > MAX_TEXT:
        raise QueryError(Refusal.TEXT_TOO_LONG)
    words = text.translate(_QUOTES).split()
    if not words:
        raise QueryError(Refusal.NOTHING)
    found = tuple(dict.fromkeys(Phrase(run.text, run.is_han) for word in words for run in runs(word)))
    if not found:
        raise QueryError(Refusal.NO_WORD)
    if len(words) > MAX_WORDS or len(found) > MAX_RUNS:
        raise QueryError(Refusal.TOO_MANY_WORDS)
    if any(len(phrase.text) > MAX_CHARACTERS for phrase in found):
        raise QueryError(Refusal.WORD_TOO_LONG)
    return Query(found, kind, year, month, day)


def matches(query: Query, texts: tuple[str, ...]) -> bool:
    """Would these texts be found? The definition by which every engine is measured; too slow for more than a page."""
    held = [run for text in texts for run in runs(text)]
    return all(
        any(_meets(way, run.text, run.is_han) for way in phrase.ways for run in held) for phrase in query.phrases
    )


def _meets(phrase: Phrase, text: str, is_han: bool) -> bool:
    return phrase.is_han == is_han and (phrase.text in text if is_han else phrase.text == text)
