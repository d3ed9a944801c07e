"""Words of one meaning, added to a query when it is asked. Ours, so that every engine finds the same records.

The sets are data (synonyms.toml). A phrase is widened only when it is a member as a whole: 学术不端 inside a longer
phrase stays what was typed.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from search.analysis import runs
from search.queries import Phrase, Query

_FILE = Path(__file__).with_name("synonyms.toml")


def widened(query: Query) -> Query:
    """The query that also finds what is said in other words."""
    known = _by_member()
    return replace(query, phrases=tuple(_widen(phrase, known.get(phrase, ())) for phrase in query.phrases))


def used(query: Query) -> list[tuple[str, list[str]]]:
    """What was typed and the words that were added, for the page to say so."""
    return [
        (phrase.text, [other.text for other in phrase.alternatives]) for phrase in query.phrases if phrase.alternatives
    ]


def read_sets(sets: Iterable[Sequence[str]]) -> dict[Phrase, tuple[Phrase, ...]]:
    """Member → the other members of its set. Raises ValueError for a file that says something else than it means."""
    found: dict[Phrase, tuple[Phrase, ...]] = {}
    for members in sets:
        phrases = [_as_phrase(member) for member in members]
        if len(set(phrases)) < 2:
            raise ValueError(f"a set of synonyms needs two words: {members!r}")
        for phrase in phrases:
            if phrase in found:
                raise ValueError(f"in two sets of synonyms: {phrase.text!r}")
            found[phrase] = tuple(other for other in phrases if other != phrase)
    return found


@cache
def _by_member() -> dict[Phrase, tuple[Phrase, ...]]:
    return read_sets(tomllib.loads(_FILE.read_text(encoding="utf-8"))["sets"])


def _as_phrase(member: str) -> Phrase:
    found = [Phrase(run.text, run.is_han) for run in runs(member)]
    if len(found) != 1 or found[0].is_prefix:
        raise ValueError(f"a synonym is one stretch of Han characters or one word: {member!r}")
    return found[0]


def _widen(phrase: Phrase, others: tuple[Phrase, ...]) -> Phrase:
    return replace(phrase, alternatives=others) if others else phrase
