"""What `check_committees` and `count_vote` read and answer, as JSON. No database, no clock.

Unknown fields are refused: a misspelt one would silently change the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from casework.findings import Finding
from casework.json_input import InputFault, parse_json
from casework.plain_days import read_day
from casework.rulebook import RuleBook, RulebookError
from ethics.composition import (
    BOTH_SEXES,
    EXTERNAL,
    Break,
    Committee,
    Member,
    Term,
    break_ahead,
    check_committee,
    next_break,
)
from ethics.rules import RuleRefused, applicable, first_with
from ethics.voting import Count, Tally, count

SHOWN = ("code", "level", "article", "mark", "zh", "en")
UNREADABLE = "E_INPUT"
LONGEST = 20_000_000
YEARS = range(1900, 2201)
DEFAULT_REGIMES = ("ST2023", "SC")  # the committees of a city of Sichuan
COMMITTEE_FIELDS = ("id", "name", "regimes", "minzu_area", "members")
MEMBER_FIELDS = (
    "name", "office", "sex", "external", "categories", "term_from", "term_to", "terms", "resigned_on", "signed",
    "has_credit_record",
)  # fmt: skip
OFFICES = {"chair": "chair", "vice_chair": "vice_chair", "member": "member"}
OFFICES |= {"主任委员": "chair", "副主任委员": "vice_chair", "委员": "member"}
SEXES = {"female": "female", "male": "male", "女": "female", "男": "male", "": ""}
TALLY_FIELDS = ("members", "present", "recused", "yes", "no", "abstain")
OPTIONAL = ("recused", "no", "abstain")
POLICIES = ("recused_counted", "abstention_in_base", "failed_motion", "casting_vote")


def answer_committees(text: str, books: Collection[RuleBook], on: dt.date) -> Any:
    """The answers in the form of the question: an object for one committee, an array for many, `committees` for
    `committees`. What cannot be read is answered by a finding that names it."""
    try:
        if len(text) > LONGEST:
            raise InputFault("内容过长。", "The input is too long.")
        data = parse_json(text)
    except InputFault as fault:
        return _unreadable(None, fault)
    if isinstance(data, list):
        return [_answer_committee(one, books, on) for one in data]
    if isinstance(data, dict) and isinstance(data.get("committees"), list) and len(data) == 1:
        return {"committees": [_answer_committee(one, books, on) for one in data["committees"]]}
    return _answer_committee(data, books, on)


def answer_vote(text: str, books: Collection[RuleBook]) -> dict[str, Any]:
    """The vote of one JSON object, counted; or one finding that names what cannot be counted."""
    known_id: Any = None
    try:
        if len(text) > LONGEST:
            raise InputFault("内容过长。", "The input is too long.")
        data = _object(parse_json(text))
        known_id = data.get("id")
        return {"id": known_id, **_answer_vote(data, books)}
    except (InputFault, RuleRefused, RulebookError) as fault:
        return {"id": known_id, "rule": None, "carried": None, **_fault(fault)}


def is_unreadable(answer: Any) -> bool:
    """Whether anything in the answer could not be read, so that it was not checked."""
    if isinstance(answer, list):
        return any(is_unreadable(one) for one in answer)
    if "committees" in answer:
        return is_unreadable(answer["committees"])
    return any(finding["code"] == UNREADABLE for finding in answer["findings"])


def read_committee(data: Mapping[str, Any], books: Collection[RuleBook]) -> Committee:
    """The committee of one JSON object. InputFault naming the first field that is not what it should be."""
    _only(data, COMMITTEE_FIELDS, "")
    members = _list(data, "members", "")
    categories, papers = _names(books, "member_category"), _names(books, "member_paper")
    return Committee(
        members=tuple(_member(one, f"members.{n}", categories, papers) for n, one in enumerate(members)),
        in_minzu_area=_flag(data, "minzu_area", ""),
    )


def _answer_committee(data: Any, books: Collection[RuleBook], on: dt.date) -> dict[str, Any]:
    known_id: Any = None
    try:
        data = _object(data)
        known_id = data.get("id")
        committee = read_committee(data, books)
        return answer_stated(known_id, committee, _texts(data, "regimes", "") or DEFAULT_REGIMES, books, on)
    except (InputFault, RulebookError) as fault:
        return _unreadable(known_id, fault)


def answer_stated(
    known_id: Any, committee: Committee, regimes: Iterable[str], books: Collection[RuleBook], on: dt.date
) -> dict[str, Any]:
    """The answer for one committee that has been read, from JSON or from the register. RulebookError: see `applicable`."""
    chosen = applicable(books, regimes, on)
    coming = next_break(chosen.books, committee, on) if chosen.books else None
    findings = [_no_rules(regime, on) for regime in chosen.without]
    findings += [*check_committee(chosen.books, committee, on), *break_ahead(chosen.books, coming, on)]
    return {
        "id": known_id,
        "on": on.isoformat(),
        "rule_sets": [book.code for book in chosen.books],
        "members": len(committee.serving(on)),
        "findings": [_shown(finding) for finding in findings],
        "next_break": _break(coming),
    }


def _answer_vote(data: Mapping[str, Any], books: Collection[RuleBook]) -> dict[str, Any]:
    _only(data, ("id", "rule", *TALLY_FIELDS), "")
    rules = {rule.key: book for book in sorted(books, key=_age) for rule in book.of_kind("vote_rule")}
    key = data.get("rule")
    if not isinstance(key, str) or key not in rules:
        known = "、".join(rules)
        raise InputFault(f"rule 应为 {known} 之一。", f"rule must be one of {', '.join(rules)}.")
    numbers = dict.fromkeys(OPTIONAL, 0) | {name: data[name] for name in TALLY_FIELDS if name in data}
    if (
        "present" not in numbers
        and "members" in numbers
        and rules[key].clause("vote_rule", key).numbers["base"] == "all"
    ):
        numbers["present"] = numbers["members"]
    for name in TALLY_FIELDS:
        if name not in numbers:
            raise InputFault(f"请填写 {name}。", f"Please state {name}.")
    counted = count(rules[key], key, Tally(**numbers))
    return {"rule": key, **_counted(rules[key], counted)}


def _counted(book: RuleBook, counted: Count) -> dict[str, Any]:
    settings = [first_with([book], "setting", key).clause("setting", key) for key in POLICIES]
    return {
        "carried": counted.is_carried,
        "outcome": counted.outcome,
        "base": counted.base,
        "needed": counted.needed,
        "rule_set": book.code,
        "article": counted.rule.article,
        "mark": counted.rule.mark,
        "findings": [_shown(counted.finding)],
        "settings": [
            {"key": one.key, "value": one.numbers["value"], "mark": one.mark, "zh": one.zh, "en": one.en}
            for one in settings
        ],
    }


def _member(raw: Any, path: str, categories: Mapping[str, str], papers: Mapping[str, str]) -> Member:
    data = _object(raw, path)
    _only(data, MEMBER_FIELDS, path)
    name = _text(data, "name", path)
    if not name.strip():
        raise InputFault(f"请填写 {path}.name。", f"Please state {path}.name.")
    named = [_choice(one, categories, f"{path}.categories") for one in _texts(data, "categories", path)]
    return Member(
        name=name,
        terms=_terms(data, path),
        office=_choice(_text(data, "office", path) or "member", OFFICES, f"{path}.office"),
        sex=_choice(_text(data, "sex", path), SEXES, f"{path}.sex"),
        is_external=_flag(data, "external", path) or EXTERNAL in named,
        categories=frozenset(named) - {EXTERNAL},
        papers=frozenset(_choice(one, papers, f"{path}.signed") for one in _texts(data, "signed", path)),
        has_credit_record=_flag(data, "has_credit_record", path),
    )


def _terms(data: Mapping[str, Any], path: str) -> tuple[Term, ...]:
    """One term as term_from and term_to, or several as `terms`; who resigned serves to that day."""
    if "terms" in data:
        if "term_from" in data or "term_to" in data:
            raise InputFault(
                f"{path}：terms 与 term_from、term_to 只能填写一种。",
                f"{path}: state either terms or term_from and term_to.",
            )
        parts = []
        for place, raw in enumerate(_list(data, "terms", path)):
            one, where = _object(raw, f"{path}.terms.{place}"), f"{path}.terms.{place}"
            _only(one, ("from", "to"), where)
            parts.append((_day(one, "from", where), _day(one, "to", where), where))
    else:
        parts = [(_day(data, "term_from", path), _day(data, "term_to", path), path)]
    left = _day(data, "resigned_on", path)
    terms = []
    for first, last, where in parts:
        if first is None:
            raise InputFault(f"请填写 {where} 的任期起始日。", f"Please state the first day of the term in {where}.")
        if last is not None and last < first:
            raise InputFault(f"{where} 的任期届满日早于起始日。", f"The term in {where} ends before it begins.")
        if left is None or first <= left:
            terms.append(Term(first, min(day for day in (last, left) if day) if last or left else None))
    return tuple(terms)


def _names(books: Collection[RuleBook], kind: str) -> dict[str, str]:
    """Key and Chinese name → key, over all rule sets; what only a whole committee can have is no member's category."""
    found = {}
    for book in books:
        for clause in book.of_kind(kind):
            if clause.key != BOTH_SEXES:
                found[clause.key] = found[clause.zh] = clause.key
    return found


def _choice(value: str, known: Mapping[str, str], path: str) -> str:
    if value not in known:
        words = ", ".join(dict.fromkeys(key for key in known.values() if key))
        raise InputFault(f"{path}“{value}”不在清单内：{words}。", f"{path} “{value}” is none of: {words}.")
    return known[value]


def _only(data: Mapping[str, Any], known: Collection[str], path: str) -> None:
    for name in data:
        if name not in known:
            field = f"{path}.{name}" if path else name
            raise InputFault(f"不认识的字段 {field}。", f"The field {field} is not known.")


def _object(raw: Any, path: str = "") -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        zh, en = (f"{path} ", f"{path} ") if path else ("输入", "The input ")
        raise InputFault(f"{zh}应是一个 JSON 对象。", f"{en}must be a JSON object.")
    return raw


def _value(data: Mapping[str, Any], name: str, path: str, kind: type, empty: Any, zh: str, en: str) -> Any:
    value = data.get(name)
    if value is None:
        return empty
    if not isinstance(value, kind):
        field = f"{path}.{name}" if path else name
        raise InputFault(f"{field} 应为{zh}。", f"{field} must be {en}.")
    return value


def _text(data: Mapping[str, Any], name: str, path: str) -> str:
    return _value(data, name, path, str, "", "文字", "a text")


def _flag(data: Mapping[str, Any], name: str, path: str) -> bool:
    return _value(data, name, path, bool, False, " true 或 false", "true or false")


def _list(data: Mapping[str, Any], name: str, path: str) -> list[Any]:
    return _value(data, name, path, list, [], "数组", "an array")


def _texts(data: Mapping[str, Any], name: str, path: str) -> list[str]:
    found = _list(data, name, path)
    if not all(isinstance(one, str) for one in found):
        field = f"{path}.{name}" if path else name
        raise InputFault(f"{field} 应为文字数组。", f"{field} must be an array of texts.")
    return found


def _day(data: Mapping[str, Any], name: str, path: str) -> dt.date | None:
    if data.get(name) is None:
        return None
    try:
        day = read_day(data[name])
        if day.year not in YEARS:
            raise ValueError(f"a year out of reach: {day.year}")
    except ValueError as error:
        field = f"{path}.{name}" if path else name
        raise InputFault(
            f"{field} 应为 2026-11-23 这样的日期。", f"{field} must be a date such as 2026-11-23."
        ) from error
    return day


def _no_rules(regime: str, on: dt.date) -> Finding:
    zh = f"{on} 没有生效的“{regime}”规则集，未按其核对。"
    en = f"No rule set of “{regime}” is in force on {on}; it was not checked."
    return Finding("W_RULESET", "warn", "", "PROPOSAL", zh, en, "regimes")


def _break(coming: Break | None) -> dict[str, Any] | None:
    if coming is None:
        return None
    return {
        "on": coming.on.isoformat(),
        "reasons": [asdict(reason) for reason in coming.reasons],
        "findings": [_shown(finding) for finding in coming.findings],
    }


def _unreadable(known_id: Any, fault: InputFault | RulebookError) -> dict[str, Any]:
    return {"id": known_id, "on": None, "rule_sets": [], "members": None, **_fault(fault), "next_break": None}


def _fault(fault: InputFault | RuleRefused | RulebookError) -> dict[str, Any]:
    finding = Finding(UNREADABLE, "error", "", "PROPOSAL", fault.zh, fault.en, "")
    return {"findings": [_shown(finding)]}


def _shown(finding: Finding) -> dict[str, str]:
    return {name: getattr(finding, name) for name in SHOWN}


def _age(book: RuleBook) -> tuple[dt.date, int]:
    return book.in_force_from, book.version
