"""Rule sets as data: a regulation read from TOML, or rebuilt from stored rows, into plain immutable values.

Knows the form of a rule set (header, clauses, articles, confidence marks, deadlines) and nothing of what the rules say.
Judging a case by a rule set belongs in the `rules.py` of the app that owns the case. No Django here.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

# From "checked against the text itself" down to "unknown"; PROPOSAL is a default of this system without a legal source.
MARKS = ("V", "VI", "R+", "R", "R-", "U", "PROPOSAL")
MARKS_WITHOUT_ARTICLE = frozenset({"U", "PROPOSAL"})
STATUSES = ("draft", "in_force", "repealed")
UNITS = ("wd", "m", "d")

_OWN_KEYS = ("key", "article", "mark", "zh", "en")
_REQUIRED_HEADER = ("code", "version", "zh", "en", "document_no", "in_force_from", "status", "regime", "suggest")


class RulebookError(ValueError):
    """A rule set that cannot be used. `zh` and `en` are sentences for the person who maintains the rules."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class Clause:
    """One entry of a rule set. `numbers` holds every value the rule computes with, in JSON types only."""

    kind: str
    key: str
    article: str
    mark: str
    zh: str
    en: str
    numbers: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class DeadlineRule:
    """A term: `amount` working days (wd), months (m) or calendar days (d) after the event `starts_from`.

    The start day is not counted (民法典 201). For a term that runs backwards, `before` names the event instead.
    """

    key: str
    amount: int
    unit: str
    starts_from: str
    before: str
    extend_amount: int
    extend_unit: str
    clause: Clause


@dataclass(frozen=True)
class RuleBook:
    """A version of a regulation. `suggest` is False while its scale is unverified: then nothing may be recommended.

    `in_force_from` and `in_force_to` both count as days in force; `from_precision` says whether the day itself is
    known (day or month). `scale_from` names the rule set whose scale this one borrows.
    """

    code: str
    version: int
    zh: str
    en: str
    document_no: str
    in_force_from: date
    in_force_to: date | None
    suggest: bool
    status: str
    clauses: tuple[Clause, ...]
    regime: str = ""
    from_precision: str = "day"
    scale_from: str = ""
    _index: Mapping[tuple[str, str], Clause] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {(clause.kind, clause.key): clause for clause in self.clauses})

    @classmethod
    def from_rows(cls, header: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> RuleBook:
        """Rebuild a rule set from stored rows (kind, key, article, mark, zh, en, numbers), checked like a file."""
        place = f"{header.get('code', '?')} v{header.get('version', '?')}"
        return _build(header, [_clause(row["kind"], {**row["numbers"], **_texts(row)}, place) for row in rows], place)

    def header(self) -> dict[str, Any]:
        """The header in JSON types, as `from_rows` takes it back."""
        return {
            "code": self.code,
            "version": self.version,
            "zh": self.zh,
            "en": self.en,
            "document_no": self.document_no,
            "in_force_from": self.in_force_from.isoformat(),
            "in_force_to": self.in_force_to.isoformat() if self.in_force_to else None,
            "suggest": self.suggest,
            "status": self.status,
            "regime": self.regime,
            "from_precision": self.from_precision,
            "scale_from": self.scale_from,
        }

    def has(self, kind: str, key: str) -> bool:
        return (kind, key) in self._index

    def clause(self, kind: str, key: str) -> Clause:
        """The entry, or RulebookError: asking for a rule that is not there is never answered with a default."""
        if not self.has(kind, key):
            raise RulebookError(
                f"规则集 {self.code} 中没有 {kind}“{key}”。", f"The rule set {self.code} has no {kind} “{key}”."
            )
        return self._index[kind, key]

    def of_kind(self, kind: str) -> tuple[Clause, ...]:
        """All entries of the kind, in the order of the regulation."""
        return tuple(clause for clause in self.clauses if clause.kind == kind)

    def deadline(self, key: str) -> DeadlineRule:
        clause = self.clause("deadline", key)
        if "amount" not in clause.numbers:
            raise RulebookError(
                f"规则集 {self.code} 的期限“{key}”尚未确定天数。",
                f"The term “{key}” of the rule set {self.code} has no confirmed length.",
            )
        extension = clause.numbers.get("extend_max", {})
        return DeadlineRule(
            key=key,
            amount=clause.numbers["amount"],
            unit=clause.numbers["unit"],
            starts_from=clause.numbers.get("from", ""),
            before=clause.numbers.get("before", ""),
            extend_amount=extension.get("amount", 0),
            extend_unit=extension.get("unit", clause.numbers["unit"]),
            clause=clause,
        )


def read_rulebook(source: Path | str | bytes, *, base: Path | None = None) -> RuleBook:
    """Read a rule set from a TOML file, or from its bytes with `base` as the folder of included files.

    `include` in the header takes over entries of other files: `kinds` limits them, `mark` lowers their confidence,
    `drop` leaves out numbers that are not known to hold here. Own entries win over included ones. Included files are
    not followed further.
    """
    if isinstance(source, bytes):
        place, content = "TOML", source
    else:
        path = Path(source)
        place, content, base = path.name, _file_bytes(path), path.parent
    tables = _tables(content, place)
    header = tables.pop("rule_set", None)
    if not isinstance(header, dict):
        raise _error(place, "缺少 [rule_set] 部分", "the part [rule_set] is missing")

    clauses = _own_clauses(tables, place)
    known = {(clause.kind, clause.key) for clause in clauses}
    for part in header.get("include", ()):
        for clause in _included(part, base, place):
            if (clause.kind, clause.key) not in known:
                known.add((clause.kind, clause.key))
                clauses.append(clause)
    return _build(header, clauses, place)


def in_force(books: Iterable[RuleBook], on: date) -> list[RuleBook]:
    """The rule sets in force on the day, first and last day included. Drafts never are."""
    return [
        book
        for book in books
        if book.status != "draft" and book.in_force_from <= on and (book.in_force_to is None or on <= book.in_force_to)
    ]


def weaker_mark(one: str, other: str) -> str:
    """The less certain of two marks."""
    return max(one, other, key=MARKS.index)


def _error(place: str, zh: str, en: str) -> RulebookError:
    return RulebookError(f"{place}：{zh}。", f"{place}: {en}.")


def _file_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _error(path.name, "无法读取文件", "the file cannot be read") from error


def _tables(content: bytes, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _error(place, f"不是有效的 TOML（{error}）", f"not valid TOML ({error})") from error


def _own_clauses(tables: Mapping[str, Any], place: str) -> list[Clause]:
    clauses = []
    for name, entries in tables.items():
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise _error(place, f"“{name}”应写成 [[{name}]]", f"“{name}” must be written as [[{name}]]")
        clauses += [_clause(_singular(name), entry, place) for entry in entries]
    return clauses


def _singular(name: str) -> str:
    return name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")


def _included(part: Mapping[str, Any], base: Path | None, place: str) -> list[Clause]:
    if base is None:
        raise _error(place, f"引用了 {part['file']}，但没有给出文件夹", f"{part['file']} is included without a folder")
    path = base / part["file"]
    tables = _tables(_file_bytes(path), path.name)
    lender = tables.pop("rule_set", {}).get("code")
    taken = []
    for clause in _own_clauses(tables, path.name):
        if clause.kind not in part.get("kinds", (clause.kind,)):
            continue
        numbers = {name: value for name, value in clause.numbers.items() if name not in part.get("drop", ())}
        if lender:
            numbers["borrowed_from"] = lender
        mark = weaker_mark(clause.mark, part.get("mark", clause.mark))
        taken.append(Clause(clause.kind, clause.key, clause.article, mark, clause.zh, clause.en, numbers))
    return taken


def _texts(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _OWN_KEYS}


def _clause(kind: str, entry: Mapping[str, Any], place: str) -> Clause:
    key = entry.get("key")
    if not isinstance(key, str) or not key:
        raise _error(place, f"有一条 {kind} 没有 key", f"an entry of {kind} has no key")
    name = f"{kind}“{key}”"
    for text in ("zh", "en"):
        if not isinstance(entry.get(text), str) or not entry[text].strip():
            raise _error(place, f"{name}缺少 {text} 文字", f"{name} has no {text} text")
    mark, article = entry.get("mark"), entry.get("article", "")
    if mark not in MARKS:
        raise _error(place, f"{name}的可信标记“{mark}”不在清单内", f"{name} has the unknown mark “{mark}”")
    if not article and mark not in MARKS_WITHOUT_ARTICLE:
        raise _error(place, f"{name}没有条款出处", f"{name} names no article")
    numbers = {field_name: value for field_name, value in entry.items() if field_name not in _OWN_KEYS}
    for field_name, value in numbers.items():
        if not _is_json(value):
            raise _error(place, f"{name}的“{field_name}”不是可存储的值", f"“{field_name}” of {name} cannot be stored")
    if kind == "deadline" and mark != "U":
        _check_deadline(name, numbers, place)
    return Clause(kind, key, article, mark, entry["zh"], entry["en"], numbers)


def _check_deadline(name: str, numbers: Mapping[str, Any], place: str) -> None:
    terms = [numbers, numbers["extend_max"]] if "extend_max" in numbers else [numbers]
    for term in terms:
        if not isinstance(term.get("amount"), int) or term["amount"] < 1 or term.get("unit") not in UNITS:
            raise _error(place, f"{name}缺少正确的 amount 和 unit", f"{name} lacks a proper amount and unit")


def _is_json(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_json(item) for item in value.values())
    if isinstance(value, list):
        return all(_is_json(item) for item in value)
    return isinstance(value, str | int | float | bool)


def _build(header: Mapping[str, Any], clauses: list[Clause], place: str) -> RuleBook:
    missing = [name for name in _REQUIRED_HEADER if header.get(name) is None]
    if missing:
        raise _error(place, f"[rule_set] 缺少 {'、'.join(missing)}", f"[rule_set] lacks {', '.join(missing)}")
    if not isinstance(header["suggest"], bool) or not isinstance(header["version"], int):
        raise _error(
            place, "suggest 应为 true 或 false，version 应为整数", "suggest must be true or false, version whole"
        )
    if header["status"] not in STATUSES:
        raise _error(place, f"status“{header['status']}”不在清单内", f"the status “{header['status']}” is unknown")
    for pair, times in Counter((clause.kind, clause.key) for clause in clauses).items():
        if times > 1:
            raise _error(place, f"{pair[0]}“{pair[1]}”重复出现", f"{pair[0]} “{pair[1]}” appears more than once")
    first, last = _day(header["in_force_from"], place), header.get("in_force_to")
    book = RuleBook(
        code=header["code"],
        version=header["version"],
        zh=header["zh"],
        en=header["en"],
        document_no=header["document_no"],
        in_force_from=first,
        in_force_to=_day(last, place) if last else None,
        suggest=header["suggest"],
        status=header["status"],
        clauses=tuple(clauses),
        regime=header["regime"],
        from_precision=header.get("from_precision") or "day",
        scale_from=header.get("scale_from") or "",
    )
    if book.in_force_to and book.in_force_to < first:
        raise _error(place, "失效日早于施行日", "the last day in force is before the first")
    return book


def _day(value: object, place: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise _error(place, f"日期“{value}”无法识别", f"the date “{value}” is not understood") from error
