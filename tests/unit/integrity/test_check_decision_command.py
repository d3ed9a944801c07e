"""manage.py check_decision: JSON lines in, JSON lines out, never a traceback, also without a database."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from integrity.management.commands import check_decision as command
from integrity.rule_books import shipped_books

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[3]
KEYS = {"code", "level", "article", "mark", "zh", "en"}
SOUND = {
    "id": "d1",
    "conduct_date": "2023-05-06",
    "decision_date": "2023-12-26",
    "respondent_kind": "person",
    "categories": ["fabrication_falsification"],
    "tier": "serious",
    "factors": [],
    "measures": [
        {"kind": "ban_projects", "months": 36},
        {"kind": "ban_nominator_reviewer", "months": 60},
        {"kind": "serious_db_entry"},
    ],
}


def ask(tmp_path: Path, *lines: object) -> list[dict]:
    file = tmp_path / "in.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts), encoding="utf-8")
    out = StringIO()
    try:
        call_command("check_decision", str(file), stdout=out)
    except CommandError as failed:
        assert failed.returncode == 1 and "E_INPUT" in out.getvalue()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def codes(answer: dict) -> set[str]:
    return {finding["code"] for finding in answer["findings"]}


def test_a_sound_decision_has_no_findings_and_its_golden_windows(tmp_path):
    (answer,) = ask(tmp_path, SOUND)
    assert set(answer) == {"id", "rule_set", "findings", "measures"}
    assert (answer["id"], answer["rule_set"], answer["findings"]) == ("d1", "r221_2022", [])
    assert answer["measures"] == [
        {"kind": "ban_projects", "start": "2023-12-26", "end": "2026-12-25"},
        {"kind": "ban_nominator_reviewer", "start": "2023-12-26", "end": "2028-12-25"},
        {"kind": "serious_db_entry", "start": "2023-12-26", "end": "2028-12-25"},
    ]


@pytest.mark.parametrize(
    ("changes", "code", "level"),
    [
        ({"tier": "minor"}, "E_FLOOR", "error"),
        ({"tier": "heavier"}, "E_BAND", "error"),
        ({"measures": [{"kind": "ban_projects", "months": 36}]}, "E_DB13", "error"),
        ({"conduct_date": "2021-01-01"}, "W_RULESET", "warn"),
        ({"conduct_date": "2024-01-01"}, "E_DATES", "error"),
        ({"categories": ["nonsense"]}, "E_UNKNOWN", "error"),
        ({"measures": [{"kind": "admonition_talk"}]}, "W_ITEM_TIER", "warn"),
        ({"outcome": ""}, "E_MISSING", "error"),
        ({"tier": ""}, "E_MISSING", "error"),
        ({"has_prior_record": True}, "W_REPEAT", "warn"),
        (
            {"measures": [{"kind": "ban_projects", "until": "整改完成"}, {"kind": "serious_db_entry"}]},
            "W_PERIOD_TEXT",
            "warn",
        ),
    ],
)
def test_what_departs_from_the_rules_is_found_in_both_languages(tmp_path, changes, code, level):
    (answer,) = ask(tmp_path, {**SOUND, **changes})
    found = [finding for finding in answer["findings"] if finding["code"] == code]
    assert found and found[0]["level"] == level
    assert set(found[0]) == KEYS and found[0]["zh"] and found[0]["en"]


@pytest.mark.parametrize(
    ("measure", "start", "end"),
    [
        ({"kind": "ban_projects", "months": 12, "start": "2024-02-29"}, "2024-02-29", "2025-02-28"),
        ({"kind": "ban_projects", "lifetime": True}, "2023-12-26", None),
        ({"kind": "ban_projects", "days": 30}, "2023-12-26", "2024-01-24"),
        ({"kind": "ban_projects", "count": 1}, "2023-12-26", None),
        ({"kind": "ban_projects", "months": -3}, "2023-12-26", None),
        ({"kind": "ban_projects", "months": 99_999_999}, "2023-12-26", None),
        ({"kind": "other", "text": "书面检查"}, "2023-12-26", None),
    ],
)
def test_windows_count_both_days_and_are_open_where_none_can_be_counted(tmp_path, measure, start, end):
    (answer,) = ask(tmp_path, {**SOUND, "measures": [measure]})
    assert answer["measures"] == [{"kind": measure["kind"], "start": start, "end": end}]


@pytest.mark.parametrize(
    ("others", "end"),
    [
        # A term to withdraw or to correct is no ban: the entry follows the ban alone.
        ([{"kind": "other", "text": "限期撤稿", "months": 120}], "2026-12-25"),
        ([{"kind": "other", "text": "终身不得担任", "lifetime": True}], "2026-12-25"),
        ([{"kind": "ban_nominator_reviewer", "months": 48}], "2027-12-25"),
        ([{"kind": "ban_nominator_reviewer", "lifetime": True}], None),
    ],
)
def test_the_entry_lasts_as_long_as_the_longest_ban_and_nothing_else(tmp_path, others, end):
    measures = [{"kind": "ban_projects", "months": 36}, *others, {"kind": "serious_db_entry"}]
    (answer,) = ask(tmp_path, {**SOUND, "measures": measures})
    assert answer["measures"][-1] == {"kind": "serious_db_entry", "start": "2023-12-26", "end": end}


def test_a_lifetime_ban_leaves_the_entry_open(tmp_path):
    measures = [{"kind": "ban_projects", "lifetime": True}, {"kind": "serious_db_entry"}]
    (answer,) = ask(tmp_path, {**SOUND, "tier": "grave", "measures": measures})
    assert answer["measures"][1]["end"] is None


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{not json", "JSON"),
        ("[]", "JSON"),
        ("1e999999", "JSON"),
        ("[" * 100_000, "JSON"),
        ('"' + "x" * 1_000_001 + '"', "过长"),
        ({"id": 5, "conduct_date": "2023-02-30"}, "conduct_date"),
        ({"id": 5, "decision_date": 7}, "decision_date"),
        ({"id": 5, "decision_date": "20231226"}, "decision_date"),
        ({"id": 5, "decision_date": "2023-W52-2"}, "decision_date"),
        ('{"id": NaN}', "NaN"),
        ('{"id": 1e999}', "Infinity"),
        ('{"id": "\\ud800"}', "半个字符"),
        ('{"id": 5, "measures": [', "第 24 个字符"),
        ({"id": 5, "tier": ["serious"]}, "tier"),
        ({"id": 5, "categories": "plagiarism"}, "categories"),
        ({"id": 5, "factors": [1]}, "factors"),
        ({"id": 5, "measures": {}}, "measures"),
        ({"id": 5, "measures": ["ban"]}, "measures"),
        ({"id": 5, "measures": [{}]}, "kind"),
        ({"id": 5, "measures": [{"kind": "other"}, {"kind": "ban_projects", "months": "36"}]}, "第 2 项：months"),
        ({"id": 5, "measures": [{"kind": "ban_projects", "months": True}]}, "months"),
        ({"id": 5, "measures": [{"kind": "ban_projects", "lifetime": 1}]}, "lifetime"),
        ({"id": 5, "regime": "nonsense"}, "nonsense"),
    ],
)
def test_a_line_that_states_no_decision_is_answered_by_a_finding(tmp_path, line, named):
    answers = ask(tmp_path, line, SOUND)
    assert codes(answers[0]) == {"E_INPUT"} and named in answers[0]["findings"][0]["zh"]
    assert answers[0]["findings"][0]["zh"].startswith("第 1 行：")
    assert answers[0]["findings"][0]["en"].startswith("Line 1: ")
    assert answers[0]["rule_set"] is None and answers[0]["measures"] == []
    assert answers[0]["id"] == (5 if isinstance(line, dict) else None)
    assert answers[1]["findings"] == []


def test_empty_lines_are_passed_over_and_broken_bytes_spoil_one_line_only(tmp_path):
    file = tmp_path / "in.jsonl"
    file.write_bytes(b"\n\xff\xfe\n" + json.dumps(SOUND).encode() + b"\n")
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 2 lines") as failed:
        call_command("check_decision", str(file), stdout=out)
    assert failed.value.returncode == 1
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [codes(answer) for answer in answers] == [{"E_INPUT"}, set()]
    assert answers[0]["findings"][0]["en"].startswith("Line 2: ")


def test_a_mark_at_the_start_of_the_file_is_no_part_of_the_first_line(tmp_path):
    file = tmp_path / "in.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(SOUND).encode() + b"\r\n")
    out = StringIO()
    call_command("check_decision", str(file), stdout=out)
    assert json.loads(out.getvalue())["findings"] == []


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_a_file_without_lines_is_named(tmp_path, content):
    file = tmp_path / "in.jsonl"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=r"in\.jsonl: 文件里没有内容") as failed:
        call_command("check_decision", str(file), stdout=StringIO())
    assert failed.value.returncode == 1


def test_a_dash_reads_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(SOUND).encode())))
    out = StringIO()
    call_command("check_decision", "-", stdout=out)
    assert json.loads(out.getvalue())["id"] == "d1"


def test_a_missing_file_is_named_with_exit_code_two(tmp_path):
    with pytest.raises(CommandError, match=r"away\.jsonl") as failed:
        call_command("check_decision", str(tmp_path / "away.jsonl"))
    assert failed.value.returncode == 2


def test_without_stored_rule_sets_those_of_the_release_answer(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "current_books", list)
    assert codes(ask(tmp_path, SOUND)[0]) == set()

    def no_database():
        raise DatabaseError("no such table")

    monkeypatch.setattr(command, "current_books", no_database)
    assert ask(tmp_path, SOUND)[0]["rule_set"] == "r221_2022"
    assert {book.code for book in shipped_books()} >= {"r221_2022", "r323_2019"}


def test_it_runs_on_a_machine_that_was_never_migrated(tmp_path):
    environment = {**os.environ, "CHENGYAN_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "check_decision", "-"],
        cwd=ROOT,
        env=environment,
        input=json.dumps(SOUND),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["findings"] == []
