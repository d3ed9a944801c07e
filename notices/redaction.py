"""Finding and masking what must not reach the public. Plain values in, plain values out: no records, no clock.

A text is read as an eye would read it: full-width, spaced, zero-width and Han digits are digits. What is found comes
back as positions in the text as it was given.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from stdnum.cn import uscc

from notices.enums import MaskReason, MaskStyle

# One width for every masked place: the length of what stood there is not told (B18).
TOKEN = "〔略〕"
# Shown to reviewers instead of a number nobody needs to read.
BLOCK = "■■■■■■"

Parts = list[tuple[str, str]]

HAN_DIGITS = dict(zip("〇零○一壹幺二贰三叁四肆五伍六陆七柒八捌九玖", "0001112233445566778899", strict=True))
DASHES = re.compile("[\u2010-\u2015\u2212]")
SEPARATOR = r"[\s\-_.·・,、/]{0,3}"
IDENTITY = re.compile(rf"(?<![0-9])(?:[0-9]{SEPARATOR}){{17}}[0-9Xx](?![0-9])")
BIRTH = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
# Bank cards, old identity cards, receipts, ORCID, or several numbers written without a gap.
LONG_RUN = re.compile(r"[0-9](?:[ \-]?[0-9]){14,}[Xx]?")
PARTLY_HIDDEN = re.compile(r"[0-9]{3,6}[*×●■]{4,}[0-9Xx]{2,4}")
LABELLED_NUMBER = re.compile(
    r"(?:居民|公民)?(?:身份证|证件|护照|通行证|居住证|军官证|社保卡|银行卡|学号|工号)件?(?:号码|编号|号)?(?:为|是|[:\s])*"
    r"[A-Z0-9][A-Z0-9*\-]{3,}",
    re.IGNORECASE,
)
GAP = r"[\s\-.·]{0,2}"
MOBILE = re.compile(rf"(?<![0-9])(?:(?:\+|00)?86{GAP})?1{GAP}[3-9](?:{GAP}[0-9]){{9}}(?![0-9])")
LANDLINE = re.compile(
    r"(?<![0-9A-Za-z./\-])(?:\(0[0-9]{2,3}\)|0[0-9]{2,3}[\s\-]{1,3})[\s\-]{0,3}[0-9]{7,8}(?![0-9])(?:\s?[转\-]\s?[0-9]{1,6})?"
)
LABELLED_PHONE = re.compile(
    r"(?:联系电话|电话|手机|联系方式|传真|座机|\bTel|\bPhone|\bMobile)(?:号码|号)?(?:为|是|[:.\s])*\+?[0-9][0-9\-\s()]{5,20}[0-9]",
    re.IGNORECASE,
)
MAIL = re.compile(
    r"[A-Za-z0-9._%+\-]{1,64}\s?(?:@|\(at\)|\[at\]|#)\s?[A-Za-z0-9\-]{1,63}"
    r"(?:\s?(?:\.|\(dot\)|\[dot\])\s?[A-Za-z0-9\-]{2,63})+",
    re.IGNORECASE,
)
CHAT = re.compile(r"(?:QQ|微信|WeChat)(?:号码|号)?(?:为|是|[:\s])*[A-Za-z0-9_\-]{5,20}", re.IGNORECASE)
ADDRESS = re.compile(r"(?:家庭住址|住址|家住|现住|户籍(?:所在)?地|通讯地址|联系地址)(?:为|是|[:\s])*[^,。;\n()]{3,60}")
# Numbers that look long but name a paper or a day.
DOI = re.compile(r"10\.[0-9]{4,9}/[!-~]+")
DAY = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])")

CLAUSE = re.compile(r"[^,。!?;\n]+")
REPORTER_WORDS = re.compile(r"举报|投诉人|检举|信访|反映人|爆料|来信")
WITNESS_WORDS = re.compile(r"证人|知情人|知情者|证言")
ONLY_A_DAY = re.compile(
    r"\s*[于在]?\s*[0-9]{4}\s*年\s*[0-9十]{1,3}\s*月(?:\s*[0-9十]{1,3}\s*日)?\s*(?:前后|左右|上午|下午|晚)?\s*"
)
SUB_UNIT = re.compile(
    r"(?<=医院|大学|学院|中心|公司|究所|究院)[\u4e00-\u9fff]{1,12}?(?:教研室|课题组|实验室|研究室|病区|科|系)(?![学技研员统])"
)
LATIN_WORDS = re.compile(r"[A-Za-z][A-Za-z'\-]*")


@dataclass(frozen=True, order=True)
class Span:
    """Characters `start` to `end` (not included) of a text are masked. `replacement` only with the style REPLACE."""

    start: int
    end: int
    reason: str
    style: str = MaskStyle.TOKEN
    replacement: str = ""

    @property
    def public(self) -> str:
        """What the public reads in this place."""
        if self.style == MaskStyle.DELETE:
            return ""
        return self.replacement if self.style == MaskStyle.REPLACE else TOKEN


@dataclass(frozen=True)
class Party:
    """Somebody whose name may stand in the text. `keys`: lower-case romanised spellings (casework.names.name_keys)."""

    name: str
    reason: str
    replacement: str
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _View:
    """The text as the eye reads it. `plain` and `digits` have one length; `origin` leads back, with the end of the text."""

    plain: str
    digits: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int, reason: str, style: str = MaskStyle.TOKEN, replacement: str = "") -> Span:
        # Marks without shape behind the last character go with it.
        behind = max(self.origin[end - 1] + 1, self.origin[end])
        return Span(self.origin[start], behind, reason, style, replacement)


def scan(text: str) -> list[Span]:
    """What may stand in no public text whatever anybody decides: identity numbers, telephone, mail, chat."""
    return _merged(_forbidden(_view(text)))


def find(
    text: str, *, parties: Iterable[Party] = (), dates: Iterable[dt.date] = (), small_units: bool = False
) -> list[Span]:
    """Spans a publisher should mask, in order; those of one reason do not overlap. People decide, except on `scan`'s.

    `dates`: days on which reports came in. `small_units`: also propose the department inside a unit.
    """
    view = _view(text)
    found = list(_forbidden(view))
    found += [view.span(*hit.span(), MaskReason.CONTACT) for hit in ADDRESS.finditer(view.plain)]
    found += _clauses(view)
    found += [span for day in dates for span in _day(view, day)]
    found += [span for party in parties for span in _names(view, party)]
    if small_units:
        found += [
            view.span(*hit.span(), MaskReason.SMALL_UNIT, MaskStyle.DELETE) for hit in SUB_UNIT.finditer(view.plain)
        ]
    # One reason at a time: taking back one mask must not bare what another reason covers.
    reasons = dict.fromkeys(span.reason for span in found)
    return sorted(span for reason in reasons for span in _merged(one for one in found if one.reason == reason))


def places_of(text: str, words: str) -> list[tuple[int, int]]:
    """Where these words stand in the text, read as the eye reads them; blanks between them do not matter."""
    view, wanted = _view(text), _view(words).plain.split()
    if not wanted:
        return []
    pattern = r"\s*".join(re.escape(character) for character in "".join(wanted))
    return [(span.start, span.end) for span in (view.span(*hit.span(), "") for hit in re.finditer(pattern, view.plain))]


def apply(text: str, spans: Iterable[Span]) -> str:
    """The public text. Raises ValueError for a span that does not lie in this text: it was made for another one."""
    return "".join(public for _source, public, _span in _pieces(text, spans))


def compare(text: str, spans: Iterable[Span]) -> tuple[Parts, Parts]:
    """Source and public text as parts (text, mark) for two columns; mark is del, ins or ""."""
    left: Parts = []
    right: Parts = []
    for source, public, span in _pieces(text, spans):
        if span is None:
            left.append((source, ""))
            right.append((public, ""))
            continue
        left.append((_blocked(source), "del"))
        if public:
            right.append((public, "ins"))
    return left, right


def _blocked(text: str) -> str:
    """The text with numbers and contacts replaced: reviewers need not read them either."""
    for span in reversed(scan(text)):
        text = text[: span.start] + BLOCK + text[span.end :]
    return text


def _pieces(text: str, spans: Iterable[Span]) -> Iterator[tuple[str, str, Span | None]]:
    """The text cut at the spans: (source, public, span or None for what stays)."""
    position = 0
    for span in _merged(spans):
        if not 0 <= span.start < span.end <= len(text):
            raise ValueError(f"span {span.start}-{span.end} lies outside a text of {len(text)} characters")
        if span.start > position:
            yield text[position : span.start], text[position : span.start], None
        yield text[span.start : span.end], span.public, span
        position = span.end
    if position < len(text):
        yield text[position:], text[position:], None


def _merged(spans: Iterable[Span]) -> list[Span]:
    """In order and without overlap: every masked character stays masked, under the span that began first."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if result and span.start < result[-1].end:
            result[-1] = replace(result[-1], end=max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def _view(text: str) -> _View:
    plain: list[str] = []
    digits: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        # Marks without shape and marks put on a character hide a number from a search, not from a reader.
        if unicodedata.category(character) in {"Cf", "Mn", "Me"}:
            continue
        for piece in unicodedata.normalize("NFKC", character):
            plain.append(piece)
            digits.append(_as_digit(piece))
            origin.append(position)
    return _View("".join(plain), "".join(digits), (*origin, len(text)))


def _as_digit(character: str) -> str:
    if character in HAN_DIGITS:
        return HAN_DIGITS[character]
    if DASHES.match(character):
        return "-"
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)


def _forbidden(view: _View) -> Iterator[Span]:
    for start, end in _numbers(view.digits):
        yield view.span(start, end, MaskReason.IDENTITY_NUMBER)
    for pattern in (MOBILE, LANDLINE, LABELLED_PHONE):
        for hit in pattern.finditer(view.digits):
            yield view.span(*hit.span(), MaskReason.CONTACT)
    for pattern in (MAIL, CHAT):
        for hit in pattern.finditer(view.plain):
            yield view.span(*hit.span(), MaskReason.CONTACT)


def _numbers(digits: str) -> Iterator[tuple[int, int]]:
    for hit in IDENTITY.finditer(digits):
        compact = re.sub(r"[^0-9Xx]", "", hit.group())
        if BIRTH.fullmatch(compact[6:14]):
            yield hit.span()
    blanked = DAY.sub(_blank, DOI.sub(_blank, digits))
    for hit in LONG_RUN.finditer(blanked):
        if not uscc.is_valid(hit.group()):
            yield hit.span()
    for pattern in (PARTLY_HIDDEN, LABELLED_NUMBER):
        for hit in pattern.finditer(digits):
            yield hit.span()


def _blank(hit: re.Match[str]) -> str:
    return "\0" * len(hit.group())


def _clauses(view: _View) -> Iterator[Span]:
    """Clauses that speak of who reported or testified, with the day in front of them."""
    before: re.Match[str] | None = None
    for clause in CLAUSE.finditer(view.plain):
        if REPORTER_WORDS.search(clause.group()):
            start, end = _trimmed(view.plain, *clause.span())
            if before is not None and ONLY_A_DAY.fullmatch(view.digits[before.start() : before.end()]):
                start = _trimmed(view.plain, *before.span())[0]
            yield view.span(start, end, MaskReason.REPORTER)
        elif WITNESS_WORDS.search(clause.group()):
            yield view.span(*_trimmed(view.plain, *clause.span()), MaskReason.WITNESS)
        before = clause


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The same place without blanks at its ends; it holds at least one other character."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _day(view: _View, day: dt.date) -> Iterator[Span]:
    written = rf"(?<![0-9]){day.year}\s*[年./\-]\s*0?{day.month}\s*[月./\-]\s*0?{day.day}(?![0-9])\s*日?"
    for hit in re.finditer(written, view.digits):
        yield view.span(*_trimmed(view.digits, *hit.span()), MaskReason.REPORTER)


def _names(view: _View, party: Party) -> Iterator[Span]:
    letters = "".join(_view(party.name).plain.split())
    if letters:
        edge = r"(?<![A-Za-z])" if letters[0].isascii() else ""
        pattern = edge + r"[\s·]*".join(re.escape(character) for character in letters)
        for hit in re.finditer(pattern, view.plain, re.IGNORECASE):
            yield view.span(*hit.span(), party.reason, MaskStyle.REPLACE, party.replacement)
    if party.keys:
        yield from _romanised(view, party, [hit.span() for hit in LATIN_WORDS.finditer(view.plain)])


def _romanised(view: _View, party: Party, words: Sequence[tuple[int, int]]) -> Iterator[Span]:
    for first in range(len(words)):
        for last in range(first, min(first + 3, len(words))):
            start, end = words[first][0], words[last][1]
            if end - start > 60:
                break
            if re.sub(r"[^a-z]", "", view.plain[start:end].lower()) in party.keys:
                yield view.span(start, end, party.reason, MaskStyle.REPLACE, party.replacement)
