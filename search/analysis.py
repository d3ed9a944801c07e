"""The only segmentation of the system: how a text falls into runs, and a run into the terms of the index.

Python does it for every engine, so that one query finds the same records everywhere. Change anything here and raise
ANALYSIS_VERSION: rows written by another version are then named stale and rebuilt.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

ANALYSIS_VERSION = 1
TEXT_LIMIT = 12_000  # characters of one row; PostgreSQL loses phrases beyond position 16,383
WORD_LIMIT = 64  # characters of one word that are kept; PostgreSQL refuses a term over 2,046 bytes
REPEAT_LIMIT = 256  # positions PostgreSQL keeps for one term

_HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_HAN_SINGLES = "々〇"
# Text of nothing but these folds to itself in lower case: most of what is indexed, and ten times as fast.
_PLAIN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\\x00-\\x7f\u3000，。、；：？！“”‘’（）《》【】…—·]*")
_PLAIN_RUNS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+|[0-9a-z]+")
_HAN, _WORD, _MARK, _UNSEEN, _BREAK = "han", "word", "mark", "unseen", "break"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of Han characters, or one word of other letters and digits, folded to one form.

    `origins[i]` is the place in the original text of folded character i: a folded text may be longer than its origin.
    """

    text: str
    is_han: bool
    origins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the index holds of some texts, in order. `is_partial`: something was cut and cannot be found."""

    terms: tuple[str, ...]
    is_partial: bool


def runs(text: str) -> list[Run]:
    """The runs of a text, in order. Punctuation, blanks and line ends separate; characters nobody sees do not."""
    found: list[Run] = []
    characters: list[str] = []
    origins: list[int] = []
    current = ""

    def close() -> None:
        if characters:
            folded = "".join(characters)
            is_han = current == _HAN
            # A letter and its accent typed one after the other become the one letter everybody else types.
            composed = folded if is_han else unicodedata.normalize("NFC", folded)
            found.append(Run(composed, is_han, tuple(origins) if is_han else (origins[0], origins[-1])))
            characters.clear()
            origins.clear()

    for place, character in enumerate(text):
        for folded, sort in _fold(character):
            if sort == _UNSEEN:
                continue
            if sort == _MARK:
                if current != _WORD or not characters:
                    continue
            elif sort != current:
                close()
                current = sort
            if sort != _BREAK:
                characters.append(folded)
                origins.append(place)
    close()
    return found


def bigrams(run: str) -> list[str]:
    """Overlapping pairs of a Han run: 科研诚信 gives 科研, 研诚, 诚信. A single character gives nothing."""
    return [run[at : at + 2] for at in range(len(run) - 1)]


def index_terms(texts: Iterable[str], *, limit: int = TEXT_LIMIT) -> Terms:
    """Terms to write for these texts, at most `limit` folded characters of them.

    A Han run gives its bigrams and its last character, so that a single character is found at every place (S5) and
    the terms of two runs never form a phrase (S1).
    """
    terms: list[str] = []
    left = limit
    is_partial = False
    for run, is_han in (run for text in texts for run in _folded_runs(text)):
        if left <= 0:
            is_partial = True
            break
        kept = run[: left if is_han else WORD_LIMIT]
        is_partial = is_partial or kept != run
        left -= len(kept)
        terms.extend([*bigrams(kept), kept[-1]] if is_han else [kept])
    return Terms(tuple(terms), is_partial)


def repeats_too_often(terms: Iterable[str]) -> bool:
    """PostgreSQL forgets the places of a term after 256 of them, so a phrase behind that is not found (S10)."""
    return max(Counter(terms).values(), default=0) > REPEAT_LIMIT


def _folded_runs(text: str) -> list[tuple[str, bool]]:
    """Text and script of the runs, without their places: what `runs` says, for an index that needs no more."""
    if _PLAIN.fullmatch(text):
        return [(run, run[0] > "z") for run in _PLAIN_RUNS.findall(text.lower())]
    return [(run.text, run.is_han) for run in runs(text)]


@cache
def _fold(character: str) -> tuple[tuple[str, str], ...]:
    """NFKC and casefold of one character, each resulting character with its sort."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    return tuple((part, _sort(part)) for part in folded)


def _sort(character: str) -> str:
    code = ord(character)
    if character in _HAN_SINGLES or any(first <= code <= last for first, last in _HAN_BLOCKS):
        return _HAN
    category = unicodedata.category(character)
    if category == "Cf" or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return _UNSEEN
    if category[0] in "LN" or category == "Co":
        return _WORD
    return _MARK if category[0] == "M" else _BREAK
