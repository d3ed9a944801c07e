"""Where the words of a query stand in a text the reader may read: cuts of about forty characters to each side.

Pure, and the same for every engine. Returns parts, never HTML: the template escapes them and sets the marks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.analysis import Run, runs
from search.queries import Phrase

CONTEXT = 40
MOST_CUTS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text, to be marked or not."""

    text: str
    is_hit: bool


def found_at(text: str, phrases: Iterable[Phrase]) -> list[tuple[int, int]]:
    """Places of all phrases in the text, from and up to, overlapping ones merged, in order."""
    wanted = [way for phrase in phrases for way in phrase.ways]
    places = sorted(place for run in runs(text) for phrase in wanted for place in _places(run, phrase))
    return _merged(places, gap=0)


def mark(text: str, phrases: Iterable[Phrase]) -> list[Part]:
    """The whole text in parts."""
    return _parts(text, 0, len(text), found_at(text, phrases))


def cuts(text: str, phrases: Iterable[Phrase], *, most: int = MOST_CUTS) -> list[list[Part]]:
    """The first few places of the phrases, each with what stands around it. Empty when nothing is found."""
    places = found_at(text, phrases)
    windows = _merged([(max(0, start - CONTEXT), min(len(text), end + CONTEXT)) for start, end in places], gap=1)
    return [_parts(text, start, end, places, ellipsis=True) for start, end in windows[:most]]


def _places(run: Run, phrase: Phrase) -> list[tuple[int, int]]:
    if phrase.is_han != run.is_han:
        return []
    if not run.is_han:
        return [(run.origins[0], run.origins[-1] + 1)] if run.text == phrase.text else []
    found = []
    at = run.text.find(phrase.text)
    while at >= 0:
        found.append((run.origins[at], run.origins[at + len(phrase.text) - 1] + 1))
        at = run.text.find(phrase.text, at + 1)
    return found


def _merged(places: Sequence[tuple[int, int]], *, gap: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in places:
        if merged and start <= merged[-1][1] + gap:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _parts(text: str, start: int, end: int, places: Sequence[tuple[int, int]], *, ellipsis: bool = False) -> list[Part]:
    parts: list[Part] = []
    at = start
    for first, last in places:
        if first >= start and last <= end:
            parts += [Part(text[at:first], False), Part(text[first:last], True)]
            at = last
    parts.append(Part(text[at:end], False))
    if ellipsis:
        parts.insert(0, Part("…" if start > 0 else "", False))
        parts.append(Part("…" if end < len(text) else "", False))
    return [part for part in parts if part.text]
