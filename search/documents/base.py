"""What a searchable entity declares, and how a record of it becomes a row of the index.

A Document is an allow-list: each field names its Audience, and a field above the audience of the index is refused at
start-up. Documents read records and build rows; they never write.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from casework.audience import Audience
from casework.models import Dossier
from search.analysis import ANALYSIS_VERSION, TEXT_LIMIT, index_terms, repeats_too_often
from search.backends.base import INDEXES, TOKEN, Access, Generation, IndexRow

TITLE_LIMIT = 1_000
ROW_VERSION = 2  # 2: the filing day, not its year alone; raise it when a row holds something else beside its terms
Texts = Callable[[Any], Iterable[str]]


@dataclass(frozen=True, slots=True)
class SearchField:
    """One group of texts of a record. `is_key`: found by, but no text anybody reads (pinyin), so never shown."""

    name: str
    audience: Audience
    read: Texts
    in_title: bool = False
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What a hit shows, made from the record as it is now. `status` is the code, `status_label` the official word."""

    reference: str
    title: str
    url: str
    status: str = ""
    status_label: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """One searchable entity.

    `records` all rows that may be indexed, `visible` those a person may see on a day: the same function every list
    uses. `is_live`: may the record be found that day at all? `changes_on`: the next day on which this answer changes
    by date alone, or None. `filing_fields`: paths to the record's day, for order and period; the first that is set
    counts. `exact`: the condition for records whose number is exactly this text. `dossiers`: paths to the dossiers
    whose grants and exclusions decide who finds the record. `telling`: names and numbers by which another record may
    turn out to be about the same matter (search.similar).
    """

    kind: str
    label: Any
    audience: Audience
    model: type[Model]
    dossier_kinds: frozenset[str]
    fields: tuple[SearchField, ...]
    access_filter: Callable[[Any, dt.date], Access]
    records: Callable[[], QuerySet]
    of_dossier: Callable[[Dossier], QuerySet]
    visible: Callable[[Any, dt.date], QuerySet]
    filing_fields: tuple[str, ...]
    card: Callable[[Any], Card]
    dossier_pk: Callable[[Any], int | None]
    is_live: Callable[[Any, dt.date], bool]
    exact: Callable[[str], Q]
    changes_on: Callable[[Any, dt.date], dt.date | None] = lambda record, on: None
    dossiers: tuple[str, ...] = ("dossier",)
    telling: Texts | None = None

    def check(self) -> None:
        """Raise ImproperlyConfigured when something is missing or a field does not belong into this index."""
        if not TOKEN.fullmatch(self.kind):
            raise ImproperlyConfigured(f"search document {self.kind!r}: the kind must be letters and digits")
        if self.audience not in INDEXES:
            raise ImproperlyConfigured(f"search document {self.kind}: there is no index for {self.audience!r}")
        if not callable(self.access_filter):
            raise ImproperlyConfigured(f"search document {self.kind}: an access_filter is required")
        if not self.fields:
            raise ImproperlyConfigured(f"search document {self.kind}: no field is declared")
        for field in self.fields:
            if not isinstance(field.audience, Audience):
                raise ImproperlyConfigured(f"search document {self.kind}: field {field.name} declares no audience")
            if field.audience > self.audience:
                raise ImproperlyConfigured(f"search document {self.kind}: field {field.name} is above its index")

    @cached_property
    def schema(self) -> str:
        """Hash over fields, audiences, analysis and what else a row holds: rows of another schema are rebuilt."""
        shape = [ROW_VERSION, ANALYSIS_VERSION, self.kind, int(self.audience)]
        shape += [[field.name, int(field.audience), field.in_title] for field in self.fields]
        return _digest(shape)[:8]

    @property
    def generation(self) -> Generation:
        return Generation(self.audience, self.schema)

    def filing_day(self, record: Any) -> dt.date:
        return _first_day(reduce(getattr, path.split("__"), record) for path in self.filing_fields)

    def filing_keys(self) -> list[tuple[dt.date, str, str]]:
        """Day, kind and key of every record: what a rebuild sorts to give order numbers in filing order."""
        found = self.records().order_by().values_list("pk", *self.filing_fields)
        return [(_first_day(days), self.kind, str(pk)) for pk, *days in found]

    def load(self, keys: Sequence[str]) -> list[Any]:
        """These records with what `from_record` asks for, the access of all in one question per path."""
        access = [f"{path}__{rows}" for path in self.dossiers for rows in ("grants", "exclusions")]
        return list(self.records().filter(pk__in=keys).prefetch_related(*access)) if keys else []

    def texts(self, record: Any) -> list[str]:
        """Every readable text of the record this index may hold, title first: what highlights are cut from."""
        fields = sorted((field for field in self.fields if not field.is_key), key=lambda field: not field.in_title)
        return [text for field in fields for text in field.read(record) if text]

    def from_record(self, record: Any, on: dt.date) -> IndexRow | None:
        """The row of this record on this day, or None when it must not be there."""
        if not self.is_live(record, on):
            return None
        access = self.access_filter(record, on)
        if not access.acl:
            return None
        title = index_terms(self._group(record, in_title=True), limit=TITLE_LIMIT)
        body = index_terms(self._group(record, in_title=False), limit=TEXT_LIMIT - TITLE_LIMIT)
        day = self.filing_day(record)
        return IndexRow(
            kind=self.kind,
            record_pk=str(record.pk),
            dossier_id=self.dossier_pk(record),
            title=title.terms,
            body=body.terms,
            access=access,
            day=day,
            is_partial=title.is_partial or body.is_partial or repeats_too_often([*title.terms, *body.terms]),
            content_hash=_digest([self.schema, title.terms, body.terms, day.isoformat()]),
            access_hash=_digest([sorted(access.acl), sorted(access.deny), access.secrecy]),
        )

    def _group(self, record: Any, *, in_title: bool) -> list[str]:
        return [text for field in self.fields if field.in_title == in_title for text in field.read(record) if text]


def _first_day(moments: Iterable[dt.date | dt.datetime | None]) -> dt.date:
    """The calendar day here of the first moment that is set; a record without any is filed before all others."""
    for moment in moments:
        if moment is not None:
            return timezone.localdate(moment) if isinstance(moment, dt.datetime) else moment
    return dt.date.min


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:32]
