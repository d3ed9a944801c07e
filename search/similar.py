"""Records that may be about the same matter: they hold the same number, title or name, or nearly the same heading.

A proposal to look, never a finding. The index is asked under the reader's own filter and every row is read again
through the door of the lists; what two records share is worked out from these two alone, so that no order and no
percentage tells of a third (S9, I19).
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.http import Http404

from accounts.models import User
from casework.access import load_visible
from casework.audience import Audience
from casework.likeness import likeness
from search import registry
from search.analysis import runs
from search.documents.base import Document
from search.engines import Answering
from search.queries import MAX_CHARACTERS, Phrase, Query
from search.results import Hit, hit_of, reader_for, records_behind, write_again

MOST_SHOWN = 20
MOST_READ = 100  # so many of the newest rows that hold one of the texts are compared
MOST_TEXTS = 12
PIECE = 4  # Han characters that a heading must share with another to be compared
MOST_PIECES = 24
ALIKE = 0.6
_DOI = re.compile(r"10\.[0-9]{4,9}/[-._;()/:A-Za-z0-9]*[A-Za-z0-9]")
_TITLE = re.compile(r"《([^《》]{4,100})》")
_NUMBERED = re.compile(r"[0-9][0-9a-z]{2}|[a-z]+[0-9]")
_YEAR = re.compile(r"(19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Likeness:
    """One record beside the one asked about. `shared`: texts both hold. `percent`: how alike the headings are, 0 if not."""

    hit: Hit
    shared: tuple[str, ...]
    percent: int


@dataclass(frozen=True, slots=True)
class Compared:
    """The record asked about, the texts by which others were looked for, and what was found, most shared texts first."""

    own: Hit
    texts: tuple[str, ...]
    found: tuple[Likeness, ...]
    query: Query
    is_degraded: bool = False


def compare(kind: str, pk: int, *, user: User, audience: Audience, on: dt.date) -> Compared:
    """Records like this one. Raises Http404 for what this person cannot find, SearchUnavailable after two seconds."""
    document = registry.DOCUMENTS.get(kind)
    if document is None or document.telling is None or document.audience != audience:
        raise Http404
    record = load_visible(document.visible(user, on), pk=pk)
    if not document.is_live(record, on):
        raise Http404
    own = hit_of(document, record, ())
    texts = _telling_texts(document, record)
    reader, engine = reader_for(user, audience, on), Answering(audience)
    orders: set[int] = set()
    asked = Query(())
    for ways in (_handles(texts), _pieces(own.card.title)):
        if ways:
            asked = Query((*asked.phrases, replace(ways[0], alternatives=ways[1:])))
            one = Query(asked.phrases[-1:], limit=MOST_READ)
            orders |= set(engine.search(one, reader).orders[:MOST_READ])
    others = records_behind(sorted(orders, reverse=True), user, audience, on)
    write_again(orders - {item.order for item, _document, _record in others}, reader)
    found = [
        _beside(own, texts, other, there, item.order)
        for item, other, there in others
        if (other.kind, there.pk) != (kind, record.pk)
    ]
    near = sorted((one for one in found if one.shared or one.percent), key=_nearest_first)
    return Compared(own, tuple(texts), tuple(near[:MOST_SHOWN]), asked, engine.is_degraded)


def _telling_texts(document: Document, record: Any) -> list[str]:
    """Numbers, titles and names of the record, each once; what is too short or too common by its form is left out."""
    named = [text.strip() for text in document.telling(record) if text] if document.telling else []
    written = [text for long in document.texts(record) for text in (*_DOI.findall(long), *_TITLE.findall(long))]
    usable = (text for text in dict.fromkeys([*named, *written]) if _handle(text) is not None)
    return list(islice(usable, MOST_TEXTS))


def _handles(texts: Sequence[str]) -> tuple[Phrase, ...]:
    return tuple(dict.fromkeys(handle for text in texts if (handle := _handle(text)) is not None))


def _handle(text: str) -> Phrase | None:
    """The rarest run of a text, by its form: rows that may hold all of the text are found by it. None when all are common."""
    usable = [run for run in runs(text) if run.is_han or len(run.text) <= MAX_CHARACTERS]
    numbers = [run for run in usable if _NUMBERED.search(run.text) and not _YEAR.fullmatch(run.text)]
    words = [run for run in usable if len(run.text) >= (2 if run.is_han else PIECE) and not _YEAR.fullmatch(run.text)]
    # Of equally long ones the last: a number ends with what tells it from its neighbours.
    rarest = max(reversed(numbers or words), key=lambda run: len(run.text), default=None)
    return Phrase(rarest.text[:MAX_CHARACTERS], rarest.is_han) if rarest is not None else None


def _pieces(heading: str) -> tuple[Phrase, ...]:
    """Pieces of a heading, evenly over its length when it has many."""
    found = [
        Phrase(run.text[at : at + PIECE], True)
        for run in runs(heading)
        if run.is_han
        for at in range(len(run.text) - PIECE + 1)
    ]
    step = max(1, -(-len(found) // MOST_PIECES))
    return tuple(dict.fromkeys(found[::step]))


def _beside(own: Hit, texts: Sequence[str], document: Document, record: Any, order: int) -> Likeness:
    held = [_folded(text) for text in document.texts(record)]
    shared = tuple(text for text in texts if any(_holds(one, text) for one in held))
    phrases = tuple(Phrase(run.text, run.is_han) for text in shared for run in runs(text))
    heading = document.card(record).title
    alike = likeness(own.card.title, heading) if heading not in shared else 0.0
    hit = hit_of(document, record, phrases, order)
    told = replace(hit, cuts=[cut for cut in hit.cuts if len(cut) > 1])  # the bare text is among the shared ones
    return Likeness(told, shared, round(alike * 100) if alike >= ALIKE else 0)


def _holds(folded: str, text: str) -> bool:
    """Does the folded text hold this one: whole words, Han characters anywhere?"""
    wanted = runs(text)
    before, after = ("" if run.is_han else " " for run in (wanted[0], wanted[-1]))
    return f"{before}{_folded(text).strip()}{after}" in folded


def _folded(text: str) -> str:
    return f" {' '.join(run.text for run in runs(text))} "


def _nearest_first(one: Likeness) -> tuple[int, int, int]:
    return -len(one.shared), -one.percent, -one.hit.order
