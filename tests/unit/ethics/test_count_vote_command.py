"""manage.py count_vote: one JSON object in, one out, never a traceback, also without a database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import load_command_class
from django.db import DatabaseError

from casework import rule_books
from tests.unit.ethics.commands import Shell, Terminal, codes

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[3]
SOUND = {"rule": "present_2_3", "members": 9, "present": 5, "recused": 0, "yes": 4, "no": 1, "abstain": 0}
SHOWN = {"code", "level", "article", "mark", "zh", "en"}


def ask(shell: Shell, given: object) -> dict:
    text = given if isinstance(given, bytes) else json.dumps(given).encode()
    return json.loads(shell.run("count_vote", text, "--json"))


def test_a_vote_is_counted_with_base_need_article_and_the_settings_used(shell):
    answer = ask(shell, {**SOUND, "id": "v1"})

    assert shell.exit_code == 0
    assert {name: answer[name] for name in ("id", "rule", "carried", "outcome", "base", "needed", "rule_set")} == {
        "id": "v1", "rule": "present_2_3", "carried": True, "outcome": "carried", "base": 5, "needed": 4, "rule_set": "st2023",
    }  # fmt: skip
    assert (answer["article"], answer["mark"]) == ("ST 16", "V")
    assert set(answer["findings"][0]) == SHOWN
    assert {one["key"]: one["value"] for one in answer["settings"]} == {
        "recused_counted": False, "abstention_in_base": True, "failed_motion": "adjourn", "casting_vote": False,
    }  # fmt: skip
    assert {one["mark"] for one in answer["settings"]} == {"PROPOSAL"}


@pytest.mark.parametrize(
    ("changes", "carried", "outcome", "base", "needed", "article"),
    [
        ({"yes": 3, "no": 2}, False, "not_carried", 5, 4, "ST 16"),
        ({"rule": "all_over_half"}, False, "not_carried", 9, 5, "HS 22"),
        ({"rule": "all_panel_2_3", "members": 5}, True, "carried", 5, 4, "ST 30"),
        ({"recused": 1, "no": 0}, False, "no_decision", 4, 3, "ST 16"),
        ({"yes": 0, "no": 0}, False, "no_decision", 5, 4, "ST 16"),
    ],
)
def test_what_does_not_carry_is_counted_too_with_exit_code_zero(
    shell, changes, carried, outcome, base, needed, article
):
    answer = ask(shell, {**SOUND, **changes})
    assert [answer[name] for name in ("carried", "outcome", "base", "needed", "article")] == [
        carried, outcome, base, needed, article,
    ]  # fmt: skip
    assert shell.exit_code == 0


def test_numbers_that_go_without_saying_may_be_left_out(shell):
    assert ask(shell, {"rule": "present_2_3", "members": 7, "present": 6, "yes": 4})["carried"] is True
    assert ask(shell, {"rule": "all_panel_2_3", "members": 5, "yes": 4})["base"] == 5
    assert codes(ask(shell, {"rule": "present_2_3", "members": 7, "yes": 4})) == ["E_INPUT"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({**SOUND, "present": 10}, "present"),
        ({**SOUND, "yes": 6}, "yes"),
        ({**SOUND, "abstain": 1}, "abstain"),
        ({**SOUND, "recused": 6}, "recused"),
        ({**SOUND, "no": -1}, "no "),
        ({**SOUND, "members": 9.0}, "members"),
        ({**SOUND, "members": "9"}, "members"),
        ({**SOUND, "yes": True}, "yes"),
        ({**SOUND, "abstain": None}, "abstain"),
        ({**SOUND, "yes": [4]}, "yes"),
        ({**SOUND, "recusd": 1}, "recusd"),
        ({**SOUND, "rule": "half"}, "rule"),
        ({**SOUND, "rule": ["present_2_3"]}, "rule"),
        ({"rule": "present_2_3", "members": 9, "present": 5}, "yes"),
        ({}, "rule"),
        ([SOUND], "JSON"),
        (b"4", "JSON"),
        (b"null", "JSON"),
        (b"{not json", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b'{"rule": NaN}', "NaN"),
        (b'{"id": "\\ud800"}', "\u534a\u4e2a\u5b57\u7b26"),
        (b"\xff\xfe", "JSON"),
        (b"1" * 20_000_001, "\u8fc7\u957f"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_a_sentence_that_names_it(shell, given, named):
    answer = ask(shell, given)

    assert shell.exit_code == 1
    assert (answer["carried"], codes(answer)) == (None, ["E_INPUT"])
    (finding,) = answer["findings"]
    assert named in finding["zh"] and finding["en"]
    assert finding["zh"] in shell.said
    assert answer["id"] is None


def test_the_id_comes_back_with_a_refusal(shell):
    assert ask(shell, {**SOUND, "id": 7, "yes": -1})["id"] == 7


def test_without_json_two_sentences_are_the_answer(shell):
    said = shell.run("count_vote", json.dumps(SOUND).encode())
    assert said.startswith("赞成 4 票，基数 5") and "carried" in said


@pytest.mark.parametrize("given", [b"", b" \n", b"\xef\xbb\xbf"])
def test_empty_input_is_named(shell, given):
    assert shell.run("count_vote", given, "--json") == ""
    assert shell.exit_code == 1 and "标准输入没有内容" in shell.said


def test_a_terminal_is_not_waited_for(shell, monkeypatch):
    monkeypatch.setattr("tests.unit.ethics.commands.io.TextIOWrapper", lambda _bytes: Terminal())
    shell.run("count_vote", b"", "--json")
    assert shell.exit_code == 1


def test_without_a_database_the_rule_sets_of_the_release_answer(shell, monkeypatch):
    monkeypatch.setattr(rule_books, "current_books", list)
    assert ask(shell, SOUND)["carried"] is True

    def no_database():
        raise DatabaseError("no such table")

    monkeypatch.setattr(rule_books, "current_books", no_database)
    assert ask(shell, SOUND)["carried"] is True


@pytest.mark.parametrize(
    ("command", "given", "shown"),
    [
        (["count_vote", "--json"], SOUND, "carried"),
        (["check_committees", "--on", "2026-11-25", "--json"], {"members": []}, "CM1"),
    ],
)
def test_it_runs_on_a_machine_that_was_never_migrated(tmp_path, command, given, shown):
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**os.environ, "CHENGYAN_DATA_DIR": str(tmp_path)},
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    assert isinstance(json.loads(done.stdout), dict) and shown in done.stdout


@pytest.mark.parametrize(("name", "word"), [("count_vote", "all_over_half"), ("check_committees", "minzu_area")])
def test_the_help_states_the_form_of_question_and_answer(name, word):
    text = load_command_class("ethics", name).create_parser("manage.py", name).format_help()
    assert word in text and '"findings"' in text and "xit code 1" in text
