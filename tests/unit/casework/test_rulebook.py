"""Rule sets as data: what is read, what is refused and with which sentence, and the way through stored rows."""

import json
from datetime import date
from pathlib import Path

import pytest

from casework.rulebook import MARKS, Clause, RuleBook, RulebookError, in_force, read_rulebook, weaker_mark

HEADER = """
[rule_set]
code = "demo"
version = 1
zh = "示例规则"
en = "Sample rules"
document_no = "示例〔2024〕1号"
in_force_from = 2024-01-01
in_force_to = 2025-12-31
status = "in_force"
regime = "sample"
suggest = true
"""
ENTRY = """
[[measures]]
key = "talk"
article = "示例-1"
mark = "V"
zh = "谈话"
en = "talk"
item = 1
"""
TERM = """
[[deadlines]]
key = "reply"
article = "示例-2"
mark = "R+"
zh = "答复"
en = "reply"
amount = 15
unit = "wd"
from = "received"
extend_max = { amount = 1, unit = "m" }
"""


def read(text: str, base: Path | None = None) -> RuleBook:
    return read_rulebook(text.encode(), base=base)


def test_a_rule_set_is_read_with_header_clauses_and_numbers():
    book = read(HEADER + ENTRY + ENTRY.replace("measures", "categories").replace('"talk"', '"kind"'))

    assert (book.code, book.version, book.in_force_from, book.in_force_to) == (
        "demo",
        1,
        date(2024, 1, 1),
        date(2025, 12, 31),
    )
    assert (book.regime, book.suggest, book.from_precision, book.scale_from) == ("sample", True, "day", "")
    assert book.clause("measure", "talk") == Clause("measure", "talk", "示例-1", "V", "谈话", "talk", {"item": 1})
    assert [clause.key for clause in book.of_kind("category")] == ["kind"]
    assert book.has("measure", "talk") and not book.has("measure", "none")


def test_a_missing_clause_is_an_error_that_names_it():
    with pytest.raises(RulebookError, match="规则集 demo 中没有 measure“none”") as caught:
        read(HEADER + ENTRY).clause("measure", "none")

    assert caught.value.en == "The rule set demo has no measure “none”."


def test_a_deadline_gives_amount_unit_event_and_extension():
    term = read(HEADER + TERM).deadline("reply")

    assert (term.amount, term.unit, term.starts_from, term.before) == (15, "wd", "received", "")
    assert (term.extend_amount, term.extend_unit, term.clause.mark) == (1, "m", "R+")


def test_a_deadline_without_extension_cannot_be_extended():
    text = TERM.replace('extend_max = { amount = 1, unit = "m" }', "").replace(
        'from = "received"', 'before = "hearing"'
    )
    term = read(HEADER + text).deadline("reply")

    assert (term.extend_amount, term.extend_unit, term.starts_from, term.before) == (0, "wd", "", "hearing")


def test_an_unknown_term_may_be_listed_but_not_used():
    text = '[[deadlines]]\nkey = "reply"\nmark = "U"\nzh = "答复"\nen = "reply"\n'
    book = read(HEADER + text)

    with pytest.raises(RulebookError, match="期限“reply”尚未确定天数"):
        book.deadline("reply")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[rule_set", "不是有效的 TOML"),
        (ENTRY, r"缺少 \[rule_set\] 部分"),
        ("rule_set = 3", r"缺少 \[rule_set\] 部分"),
        (HEADER.replace('regime = "sample"', ""), r"\[rule_set\] 缺少 regime"),
        (HEADER.replace("suggest = true", 'suggest = "false"'), "suggest 应为 true 或 false"),
        (HEADER.replace("version = 1", 'version = "1"'), "version 应为整数"),
        (HEADER.replace('"in_force"', '"current"'), "status“current”不在清单内"),
        (HEADER.replace("2024-01-01", '"2024-13-01"'), "日期“2024-13-01”无法识别"),
        (HEADER.replace("2025-12-31", "2023-12-31"), "失效日早于施行日"),
        ("measure = 1\n" + HEADER, r"“measure”应写成 \[\[measure\]\]"),
        ("measures = [1]\n" + HEADER, r"“measures”应写成 \[\[measures\]\]"),
        (HEADER + ENTRY.replace('key = "talk"', ""), "有一条 measure 没有 key"),
        (HEADER + ENTRY.replace('key = "talk"', 'key = ""'), "有一条 measure 没有 key"),
        (HEADER + ENTRY.replace('zh = "谈话"', ""), "measure“talk”缺少 zh 文字"),
        (HEADER + ENTRY.replace('en = "talk"', 'en = " "'), "measure“talk”缺少 en 文字"),
        (HEADER + ENTRY.replace('"V"', '"sure"'), "measure“talk”的可信标记“sure”不在清单内"),
        (HEADER + ENTRY.replace("示例-1", ""), "measure“talk”没有条款出处"),
        (HEADER + ENTRY.replace("item = 1", "day = 2024-01-01"), "measure“talk”的“day”不是可存储的值"),
        (HEADER + ENTRY.replace("item = 1", "n = { a = [2024-01-01] }"), "measure“talk”的“n”不是可存储的值"),
        (HEADER + ENTRY + ENTRY, "measure“talk”重复出现"),
        (HEADER + TERM.replace("amount = 15", "amount = 0"), "deadline“reply”缺少正确的 amount 和 unit"),
        (HEADER + TERM.replace("amount = 15", ""), "deadline“reply”缺少正确的 amount 和 unit"),
        (HEADER + TERM.replace('"wd"', '"year"'), "deadline“reply”缺少正确的 amount 和 unit"),
        (HEADER + TERM.replace('unit = "m"', 'unit = "q"'), "deadline“reply”缺少正确的 amount 和 unit"),
        (HEADER + 'include = [{ file = "part.toml" }]', "引用了 part.toml，但没有给出文件夹"),
    ],
)
def test_a_faulty_rule_set_is_refused_by_a_sentence_that_names_the_entry(text, sentence):
    with pytest.raises(RulebookError, match=sentence) as caught:
        read(text)

    assert caught.value.en.startswith("TOML: ")


def test_bytes_that_are_not_utf8_are_refused():
    with pytest.raises(RulebookError, match="不是有效的 TOML"):
        read_rulebook("[rule_set]\nzh = '规则'".encode("gb18030"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RulebookError, match="absent.toml：无法读取文件"):
        read_rulebook(tmp_path / "absent.toml")


def test_included_entries_are_limited_weakened_and_marked_and_own_entries_win(tmp_path):
    floor = ENTRY.replace("measures", "categories").replace("talk", "plagiarism") + 'floor = "heavier"\n'
    lent = ENTRY.replace("item = 1", "item = 7") + ENTRY.replace("talk", "notice").replace('"V"', '"R"')
    (tmp_path / "lender.toml").write_text(HEADER.replace('"demo"', '"lender"') + lent + floor + TERM, encoding="utf-8")
    (tmp_path / "part.toml").write_text(ENTRY.replace("talk", "other"), encoding="utf-8")
    include = (
        'include = [{ file = "lender.toml", kinds = ["measure", "category"], mark = "VI", drop = ["floor"] },'
        ' { file = "part.toml" }]\n'
    )
    path = tmp_path / "demo.toml"
    path.write_text(HEADER + include + ENTRY, encoding="utf-8")

    book = read_rulebook(str(path))

    assert book.clause("measure", "talk").numbers == {"item": 1}
    assert (book.clause("measure", "notice").mark, book.clause("measure", "notice").numbers["borrowed_from"]) == (
        "R",
        "lender",
    )
    assert book.clause("category", "plagiarism").mark == "VI"
    assert "floor" not in book.clause("category", "plagiarism").numbers
    assert book.clause("measure", "other").numbers == {"item": 1}
    assert not book.has("deadline", "reply")
    assert read(HEADER + include + ENTRY, base=tmp_path) == book


def test_a_rule_set_survives_the_way_through_stored_rows():
    book = read(HEADER + ENTRY + TERM)
    rows = [
        {name: getattr(clause, name) for name in ("kind", "key", "article", "mark", "zh", "en", "numbers")}
        for clause in book.clauses
    ]
    header = json.loads(json.dumps(book.header()))

    rebuilt = RuleBook.from_rows(header, json.loads(json.dumps(rows)))

    assert rebuilt == book
    assert rebuilt.clause("measure", "talk").zh == "谈话"


def test_stored_rows_are_checked_like_a_file():
    row = {"kind": "measure", "key": "talk", "article": "", "mark": "V", "zh": "谈话", "en": "talk", "numbers": {}}
    header = read(HEADER).header() | {"in_force_to": None}

    with pytest.raises(RulebookError, match="demo v1：measure“talk”没有条款出处"):
        RuleBook.from_rows(header, [row])
    assert RuleBook.from_rows(header, []).header() == header


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2023, 12, 31), []),
        (date(2024, 1, 1), ["demo"]),
        (date(2025, 12, 31), ["demo"]),
        (date(2026, 1, 1), ["open"]),
    ],
)
def test_first_and_last_day_are_in_force_and_drafts_never_are(on, expected):
    later = (
        HEADER.replace('"demo"', '"open"').replace("2024-01-01", "2026-01-01").replace("in_force_to = 2025-12-31", "")
    )
    draft = HEADER.replace('"demo"', '"draft"').replace('"in_force"', '"draft"')

    assert [book.code for book in in_force([read(HEADER), read(later), read(draft)], on)] == expected


@pytest.mark.parametrize(("one", "other"), [(one, other) for one in MARKS for other in MARKS])
def test_the_weaker_of_two_marks_is_the_later_in_the_list(one, other):
    assert weaker_mark(one, other) == MARKS[max(MARKS.index(one), MARKS.index(other))]
