"""One line of `check_decision`: a decision as JSON, read into a draft, and the answer as JSON. No database, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from casework.json_input import InputFault, parse_json
from casework.plain_days import read_day
from casework.rulebook import RuleBook, RulebookError
from integrity.findings import DecisionDraft, Finding
from integrity.measure_rules import follow_longest_ban
from integrity.periods import MeasurePlan, window_of
from integrity.rules import assess, regime_for

SHOWN = ("code", "level", "article", "mark", "zh", "en")
NUMBERS = ("months", "days", "count")
WORDS = ("until", "scope", "label", "text")
LONGEST_LINE = 1_000_000
UNREADABLE = "E_INPUT"


def answer_line(line: str, books: Collection[RuleBook], number: int) -> dict[str, Any]:
    """The answer to the line of this number; one that cannot be read is answered by one finding that names it, never by
    an exception."""
    known_id: Any = None
    try:
        data = _parse(line)
        known_id = data.get("id")
        return {"id": known_id, **_answer(read_draft(data), books, data.get("regime"))}
    except (InputFault, RulebookError) as fault:
        zh, en = f"第 {number} 行：{fault.zh}", f"Line {number}: {fault.en}"
    finding = {"code": UNREADABLE, "level": "error", "article": "", "mark": "PROPOSAL", "zh": zh, "en": en}
    return {"id": known_id, "rule_set": None, "findings": [finding], "measures": []}


def is_unreadable(answer: Mapping[str, Any]) -> bool:
    """Whether the line stated no decision, so that nothing was checked."""
    return any(finding["code"] == UNREADABLE for finding in answer["findings"])


def read_draft(data: Mapping[str, Any]) -> DecisionDraft:
    """The draft of one JSON object. Raises InputFault naming the first field that is not what it should be."""
    return DecisionDraft(
        conduct_date=_day(data, "conduct_date"),
        decision_date=_day(data, "decision_date"),
        respondent_kind=_text(data, "respondent_kind") or "person",
        categories=_texts(data, "categories"),
        tier=_text(data, "tier"),
        factors=_texts(data, "factors"),
        measures=tuple(_plan(raw, number) for number, raw in enumerate(_list(data, "measures"))),
        outcome=_text(data, "outcome") if "outcome" in data else "established",
        category_text=_text(data, "category_text"),
        exempt_ground=_text(data, "exempt_ground"),
        exempt_text=_text(data, "exempt_text"),
        has_prior_record=_flag(data, "has_prior_record"),
        is_imported=_flag(data, "is_imported"),
    )


def _parse(line: str) -> Mapping[str, Any]:
    if len(line) > LONGEST_LINE:
        raise InputFault("这一行过长。", "The line is too long.")
    data = parse_json(line)
    if not isinstance(data, dict):
        raise InputFault("这一行应是一个 JSON 对象。", "The line must be a JSON object.")
    return data


def _answer(draft: DecisionDraft, books: Collection[RuleBook], regime: object) -> dict[str, Any]:
    wanted = str(regime) if regime else regime_for(books, draft.categories)
    book, findings = assess(books, draft, regime=wanted)
    return {
        "rule_set": book.code,
        "findings": [_shown(finding) for finding in findings],
        "measures": windows(draft, book),
    }


def windows(draft: DecisionDraft, book: RuleBook) -> list[dict[str, Any]]:
    """First and last day of each measure, both included; the entry in the database lasts as long as the longest ban."""
    found = [_window(plan, draft.decision_date) for plan in draft.measures]
    ends = follow_longest_ban(book, draft.measures, [end for _start, end in found])
    return [
        {"kind": plan.kind, "start": _iso(start), "end": _iso(end)}
        for plan, (start, _end), end in zip(draft.measures, found, ends, strict=True)
    ]


def _window(plan: MeasurePlan, on: dt.date | None) -> tuple[dt.date | None, dt.date | None]:
    try:
        return window_of(plan, on)
    except ValueError:
        return plan.start or on, None


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _shown(finding: Finding) -> dict[str, str]:
    values = asdict(finding)
    return {name: values[name] for name in SHOWN}


def _plan(raw: object, number: int) -> MeasurePlan:
    """One measure; a fault names its place in the list, counted from 1."""
    try:
        return _measure(raw)
    except InputFault as fault:
        raise InputFault(
            f"measures 的第 {number + 1} 项：{fault.zh}", f"Item {number + 1} of measures: {fault.en}"
        ) from fault


def _measure(raw: object) -> MeasurePlan:
    if not isinstance(raw, dict):
        raise InputFault("应是一个 JSON 对象。", "It must be a JSON object.")
    kind = _text(raw, "kind")
    if not kind:
        raise InputFault("没有 kind。", "It has no kind.")
    words = {name: _text(raw, name) for name in WORDS}
    return MeasurePlan(
        kind=kind,
        **{name: _number(raw, name) for name in NUMBERS},
        lifetime=_flag(raw, "lifetime"),
        until=words["until"],
        start=_day(raw, "start"),
        scope=words["scope"],
        label=words["label"] or words["text"],
    )


def _wrong(name: str, zh: str, en: str) -> InputFault:
    return InputFault(f"{name} {zh}。", f"{name} {en}.")


def _day(data: Mapping[str, Any], name: str) -> dt.date | None:
    value = data.get(name)
    if value is None or value == "":
        return None
    try:
        return read_day(value)
    except ValueError as error:
        raise _wrong(name, "应是“2026-11-23”形式的日期", "must be a date such as 2026-11-23") from error


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(name, "应是文字", "must be text")
    return value


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong(name, "应是列表", "must be a list")
    return value


def _texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = _list(data, name)
    if not all(isinstance(value, str) for value in values):
        raise _wrong(name, "的各项应是文字", "must hold text only")
    return tuple(values)


def _number(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(name, "应是整数", "must be a whole number")
    return value


def _flag(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise _wrong(name, "应是 true 或 false", "must be true or false")
    return value
