"""Everything a search tells one reader, in a form that can be compared: ids, keys and moments replaced by ordinals."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from casework.audience import Audience
from search.cursors import make as make_cursor
from search.queries import Query, QueryError, parse
from search.results import Found, Hit, find, find_exact, find_public

MOST_PAGES = 3
_TOKENS = (
    (re.compile(r'(csrfmiddlewaretoken" value|nonce|idempotency_key" value)="[^"]*"'), r'\1="-"'),
    (re.compile(r"(after|cursor)=[^\"&]+"), r"\1=-"),
    (re.compile(r'(name="(?:after|cursor|search)" value)="[^"]*"'), r'\1="-"'),
    (re.compile(r"urn:uuid:[0-9a-f-]{36}"), "urn:uuid:-"),
    (re.compile(r"<updated>[^<]*</updated>"), "<updated>-</updated>"),
)
_ID = re.compile(
    r'((?:href|value|action)="[^"]*?/|"(?:id|pk|url)": ?"?(?:/[a-z/-]*)?|"(?:case|decision|handler)": ?)(\d+)(?=[/"?,}])'
)


@dataclass(frozen=True)
class Asked:
    """One thing somebody types: text and fixed filters."""

    text: str
    filters: tuple[tuple[str, Any], ...] = ()


def normal(html: str) -> str:
    """The page without what is new in every answer; ids of rows by the order in which they appear."""
    for pattern, instead in _TOKENS:
        html = pattern.sub(instead, html)
    known: dict[str, str] = {}
    return _ID.sub(lambda found: found[1] + known.setdefault(found[0], f"#{len(known)}"), html)


def answer(user: User, asked: Asked, audience: Audience, on: dt.date, *, is_exact: bool = True) -> Any:
    """Hits of the first pages, exact ones, totals, whether there is more. None for a text that is no query."""
    try:
        query = parse(asked.text, **dict(asked.filters))
    except QueryError as problem:
        return problem.refusal.value
    exact = find_exact(asked.text, user=user, audience=audience, on=on) if is_exact else ()
    told: list[Any] = [[_told(hit) for hit in exact]]
    for _page in range(MOST_PAGES):
        found = found_by(query, user, audience, on)
        if found.is_degraded:
            raise AssertionError("the engine under test did not answer")
        told.append(([_told(hit) for hit in found.hits], _counted(found.totals), found.last_order is not None))
        if found.last_order is None:
            break
        make_cursor(query, user_pk=user.pk, audience=audience, last_order=found.last_order)
        query = query.from_order(found.last_order)
    return told


def found_by(query: Query, user: User, audience: Audience, on: dt.date) -> Found:
    """What this person finds; the public index is asked as anybody would."""
    if audience == Audience.PUBLIC:
        return find_public(query, on=on)
    return find(query, user=user, audience=audience, on=on)


def shown(client: Client, address: str, **values: Any) -> str:
    """The page, or the cells of the table, as the reader gets it."""
    response = client.get(address, values)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if "spreadsheet" in response.headers.get("Content-Type", ""):
        sheets = load_workbook(BytesIO(content), read_only=True)
        return str([list(sheet.iter_rows(values_only=True)) for sheet in sheets])
    return f"{response.status_code} {normal(content.decode())}"


def questions(secrets: Sequence[str], open_texts: Sequence[str], count: int, seed: int) -> list[Asked]:
    """Cut from the texts of hidden records (whole, 2-6 characters, single ones, pinyin), mixed with harmless ones."""
    drawn = random.Random(seed)
    texts, others = sorted(set(secrets)), sorted(set(open_texts))
    kinds: tuple[Callable[[], str], ...] = (
        lambda: drawn.choice(texts),
        lambda: _piece(drawn, drawn.choice(texts), drawn.randint(2, 6)),
        lambda: _piece(drawn, drawn.choice(texts), drawn.randint(2, 6)),
        lambda: _piece(drawn, drawn.choice(texts), 1),
        lambda: drawn.choice(drawn.choice(texts).split()),
        lambda: f"{_piece(drawn, drawn.choice(texts), 2)} {_piece(drawn, drawn.choice(others), 2)}",
        lambda: _piece(drawn, drawn.choice(others), drawn.randint(1, 4)),
        lambda: drawn.choice(("数据", "造假", "2026", "号", "没有这样的词", "zhou", "）", "论文 记录", "*", "acl:u1")),
    )
    found: dict[Asked, None] = {}
    while len(found) < count:
        text = kinds[len(found) % len(kinds)]()
        narrowed = drawn.random()
        filters: tuple[tuple[str, Any], ...] = ()
        if narrowed < 0.1:
            filters = (("year", timezone.localdate().year),)
        elif narrowed < 0.15:
            filters = (("year", timezone.localdate().year - 1),)
        elif narrowed < 0.25:
            filters = (("kind", drawn.choice(("lead", "case", "decision", "notice", "share", "credit"))),)
        # Twice the same question is no further pair; a short text may be used up.
        found.setdefault(
            Asked(text if Asked(text, filters) not in found else f"{text} {drawn.choice(others)[:2]}", filters)
        )
    return list(found)


def _piece(drawn: random.Random, text: str, length: int) -> str:
    start = drawn.randrange(max(1, len(text) - length + 1))
    return text[start : start + length]


def _told(hit: Hit) -> tuple[Any, ...]:
    card = hit.card
    parts = [[(part.text, part.is_hit) for part in cut] for cut in hit.cuts]
    title = [(part.text, part.is_hit) for part in hit.title]
    return (hit.kind, card.reference, card.title, card.status, title, parts, hit.day, hit.is_partial)


def _counted(totals: Any) -> Any:
    if totals is None:
        return "withheld"
    by_year = getattr(totals, "by_year", {})
    return (totals.count, totals.is_capped, sorted(totals.by_kind.items()), sorted(by_year.items()))


def differences(first: Sequence[Any], second: Sequence[Any]) -> Iterator[int]:
    """Places at which two lists of answers are not the same."""
    yield from (place for place, (one, other) in enumerate(zip(first, second, strict=True)) if one != other)
