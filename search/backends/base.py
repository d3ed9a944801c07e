"""What every search engine must do, and the values that go in and out. Nothing here knows an engine.

Views build no filter and pass no engine syntax: they hand over a Query and a Reader.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from casework.audience import Audience
from search.queries import Query

TOKEN = re.compile(r"[a-z][a-z0-9]*")
INDEXES = (Audience.INTERNAL, Audience.PARTNER, Audience.PUBLIC)


class SearchUnavailable(Exception):
    """The engine did not answer in time or cannot be reached."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who finds a row: principals in, principals out, and the secrecy of its dossier (0-3)."""

    acl: frozenset[str]
    deny: frozenset[str] = frozenset()
    secrecy: int = 0

    def __post_init__(self) -> None:
        # `dept:12` would fall into two terms, and a reader of d1 would then meet d12 (S6).
        bad = [token for token in self.acl | self.deny if not TOKEN.fullmatch(token)]
        if bad:
            raise ValueError(f"principal is not letters and digits: {sorted(bad)!r}")
        if self.secrecy not in range(4):
            raise ValueError(f"secrecy out of range: {self.secrecy!r}")


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One record as an index holds it: terms, never readable text, beside key, filters, filing day and hashes."""

    kind: str
    record_pk: str
    dossier_id: int | None
    title: tuple[str, ...]
    body: tuple[str, ...]
    access: Access
    day: dt.date
    is_partial: bool
    content_hash: str
    access_hash: str
    order: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One row as the database index holds it: its terms in order, joined by blanks. `day` as a number: 20260917."""

    order: int
    version: int
    texts: tuple[str, ...]
    acl: tuple[str, ...]
    deny: tuple[str, ...]
    secrecy: int
    kind: str
    day: int
    content_hash: str
    access_hash: str


@dataclass(frozen=True, slots=True)
class Generation:
    """One index of one audience in one shape. `schema` is the hash over fields, audiences and analysis; `name` is what
    the engine calls it, empty on the database, which has one table per audience."""

    audience: Audience
    schema: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks. Without a principal the answer is empty before any engine is asked.

    `waiting` holds order numbers of rows whose stored access is older than a grant that began or ended since.
    """

    audience: Audience
    principals: frozenset[str]
    clearance: int
    deny_token: str
    day: dt.date
    waiting: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.audience not in INDEXES:
            raise ValueError(f"no index for audience {self.audience!r}")
        tokens = self.principals | ({self.deny_token} if self.deny_token else set())
        bad = [token for token in tokens if not TOKEN.fullmatch(token)]
        if bad:
            raise ValueError(f"principal is not letters and digits: {sorted(bad)!r}")


@dataclass(frozen=True, slots=True)
class RawPage:
    """Order numbers newest first, one more than asked when there is a next page. Not yet read again."""

    orders: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts under the reader's own filter. Above the cap `is_capped` is set and single kinds and years are left out."""

    count: int = 0
    is_capped: bool = False
    by_kind: Mapping[str, int] = field(default_factory=dict)
    by_year: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the engine says it holds: compared with the database by the checker. `held` is the engine's own version of the
    row, where it keeps one."""

    order: int
    version: int
    content_hash: str
    access_hash: str
    held: int = 0


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What became of the rows of one write, by order number."""

    done: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()
    retry: tuple[int, ...] = ()
    poison: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the engine answers, and its name and version for the operator."""

    is_available: bool
    product: str


class Backend(Protocol):
    """One engine. `remove` takes order numbers of rows that must not be there any more, `tidy` forgets their terms."""

    name: str

    def write(self, target: Generation, rows: Sequence[IndexRow]) -> WriteReport: ...

    def remove(self, target: Generation, orders: Sequence[int]) -> WriteReport: ...

    def tidy(self, target: Generation) -> None: ...

    def search(self, query: Query, reader: Reader) -> RawPage: ...

    def totals(self, query: Query, reader: Reader) -> Totals: ...

    def stamps(self, target: Generation) -> Iterator[Stamp]: ...

    def health(self) -> Health: ...
