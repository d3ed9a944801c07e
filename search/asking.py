"""From what a person typed and chose to a query: dates become a filter, words of one meaning are added. Pure."""

from dataclasses import dataclass

from search.periods import NoSuchDate, Period, TwoDates, read_period
from search.queries import MAX_TEXT, Query, QueryError, Refusal, parse
from search.synonyms import widened


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was understood. `words` is the text without the date in it, `typed_period` that date.

    `is_exact`: no words of the same meaning were added, because the reader did not want them.
    """

    text: str
    words: str
    typed_period: Period | None
    query: Query
    is_exact: bool = False

    @property
    def period(self) -> Period | None:
        """The period in force, typed or chosen."""
        query = self.query
        return None if query.year is None else Period(query.year, query.month, query.day)


def understand(text: str, *, kind: str = "", year: int | None = None, is_exact: bool = False) -> Asked:
    """Read what a person typed and chose. Raises QueryError."""
    text = text.strip()
    if len(text) > MAX_TEXT:
        raise QueryError(Refusal.TEXT_TOO_LONG)
    typed, words = _date_in(text)
    if typed and year is not None and typed.year != year:
        raise QueryError(Refusal.OTHER_YEAR)
    period = typed or (Period(year) if year is not None else None)
    if period is None:
        query = parse(words, kind=kind)
    elif words:
        query = parse(words, kind=kind, year=period.year, month=period.month, day=period.day)
    else:
        query = Query((), kind, period.year, period.month, period.day)
    return Asked(text, words, typed, query if is_exact else widened(query), is_exact)


def _date_in(text: str) -> tuple[Period | None, str]:
    try:
        return read_period(text)
    except NoSuchDate as problem:
        raise QueryError(Refusal.NO_SUCH_DATE, problem.text) from problem
    except TwoDates as problem:
        raise QueryError(Refusal.TWO_DATES) from problem
