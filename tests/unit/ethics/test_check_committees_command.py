"""manage.py check_committees: committees as JSON in, findings as JSON out, never a traceback."""

import json

import pytest
from django.utils import timezone

from tests.factories.ethics import committee_of, ethics_officer, supervised_unit
from tests.unit.ethics.commands import Shell, Terminal, codes

pytestmark = pytest.mark.django_db

PAPERS = ["confidentiality", "利益冲突声明"]
PEOPLE = [
    {"name": "甲", "office": "主任委员", "sex": "男", "categories": ["peer_science"]},
    {"name": "乙", "office": "vice_chair", "sex": "female", "categories": ["ethics"]},
    {"name": "丙", "sex": "male", "categories": ["法律专家"]},
    {"name": "丁", "sex": "male", "external": True},
    {"name": "戊", "sex": "male", "categories": ["external", "peer_science"]},
    {"name": "己", "sex": "female", "categories": []},
    {"name": "庚", "office": "member"},
]
MEMBERS = [{**one, "term_from": "2024-01-01", "term_to": "2028-12-31", "signed": PAPERS} for one in PEOPLE]
SOUND = {"id": "c1", "name": "某大学科技伦理委员会", "members": MEMBERS}


def ask(shell: Shell, given: object, on: str = "2026-11-25"):
    text = given if isinstance(given, bytes) else json.dumps(given).encode()
    return json.loads(shell.run("check_committees", text, "--on", on, "--json"))


def with_member(place: int, **changes: object) -> dict:
    members = [{**one, **changes} if n == place else one for n, one in enumerate(MEMBERS)]
    return {**SOUND, "members": members}


def test_a_sound_committee_has_no_findings_and_its_first_break_ahead(shell):
    answer = ask(shell, SOUND)

    assert shell.exit_code == 0
    assert (answer["id"], answer["on"], answer["rule_sets"]) == ("c1", "2026-11-25", ["st2023", "sc"])
    assert (answer["members"], answer["findings"]) == (7, [])
    assert answer["next_break"]["on"] == "2029-01-01"
    assert answer["next_break"]["reasons"][0] == {
        "zh": "甲的任期于 2028-12-31 届满",
        "en": "the term of 甲 ends on 2028-12-31",
    }
    assert {one["code"] for one in answer["next_break"]["findings"]} == {"CM1", "CM2", "CM3", "CM4", "CM6"}


def test_findings_have_code_level_article_mark_and_both_languages(shell):
    answer = ask(shell, {**SOUND, "members": MEMBERS[:6]})
    assert [(one["code"], one["level"], one["article"], one["mark"]) for one in answer["findings"]] == [
        ("CM1", "error", "ST 7", "V"), ("CM2", "error", "SC 7–8", "V"),
    ]  # fmt: skip
    assert all(set(one) == {"code", "level", "article", "mark", "zh", "en"} for one in answer["findings"])
    assert "6" in answer["findings"][0]["zh"] and "6" in answer["findings"][0]["en"]


ST_ONLY = {"CM1", "CM3", "CM6"}  # the rules of Sichuan are not in force yet
EVERY = {"CM1", "CM2", "CM3", "CM4", "CM6"}


@pytest.mark.parametrize(
    ("on", "level", "found"),
    [
        ("2023-12-31", "error", ST_ONLY),
        ("2024-01-01", "error", set()),
        ("2028-11-01", "warn", set()),
        ("2028-11-02", "warn", EVERY),
        ("2028-12-31", "warn", EVERY),
        ("2029-01-01", "error", EVERY),
    ],
)
def test_both_days_of_a_term_count_and_its_end_is_warned_of_60_days_ahead(shell, on, level, found):
    findings = [one for one in ask(shell, SOUND, on=on)["findings"] if one["code"] != "W_RULESET"]
    assert {one["code"] for one in findings} == found
    assert {one["level"] for one in findings} <= {level}


def test_who_resigned_serves_to_that_day(shell):
    committee = with_member(6, resigned_on="2026-11-25")
    # The break is one day ahead: a warning on the last day served, an error on the next.
    assert {(one["code"], one["level"]) for one in ask(shell, committee)["findings"]} == {
        ("CM1", "warn"),
        ("CM2", "warn"),
    }
    assert {(one["code"], one["level"]) for one in ask(shell, committee, on="2026-11-26")["findings"]} == {
        ("CM1", "error"), ("CM2", "error"),
    }  # fmt: skip
    assert "CM1" in codes(ask(shell, with_member(6, resigned_on="2023-01-01")))


def test_several_terms_papers_and_records(shell):
    terms = [{"from": "2020-01-01", "to": "2024-12-31"}, {"from": "2025-01-01", "to": "2028-12-31"}]
    renewed = {name: value for name, value in MEMBERS[6].items() if not name.startswith("term_")} | {"terms": terms}
    assert codes(ask(shell, {**SOUND, "members": [*MEMBERS[:6], renewed]})) == []
    assert codes(ask(shell, with_member(6, has_credit_record=True))) == ["CM10"]
    assert codes(ask(shell, with_member(6, signed=[]))) == ["CM9", "CM9"]
    assert codes(ask(shell, with_member(6, term_to=None))) == ["CM5", "CM5"]


def test_the_regimes_asked_for_apply_from_their_first_day(shell):
    assert codes(ask(shell, {**SOUND, "regimes": ["AI2026"]})) == ["CM7", "CM7"]
    assert set(codes(ask(shell, {**SOUND, "regimes": ["HS2023"]}))) == {"CM8"}
    early = ask(shell, SOUND, on="2025-03-31")
    assert (early["rule_sets"], codes(early)) == (["st2023"], ["W_RULESET"])
    none = ask(shell, SOUND, on="2022-01-01")
    assert (none["rule_sets"], codes(none), none["next_break"]) == ([], ["W_RULESET", "W_RULESET"], None)
    assert [one["code"] for one in ask(shell, {**SOUND, "minzu_area": True})["findings"]] == ["CM6", "CM6"]


def test_the_answer_has_the_form_of_the_question(shell):
    assert [one["id"] for one in ask(shell, [SOUND, {**SOUND, "id": 2}])] == ["c1", 2]
    assert ask(shell, []) == []
    answers = ask(shell, {"committees": [SOUND, {"id": "bad", "members": 5}]})
    assert shell.exit_code == 1
    assert [codes(one) for one in answers["committees"]] == [[], ["E_INPUT"]]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (b"{not json", "JSON"),
        (b"4", "JSON"),
        (b"\xff", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"1" * 20_000_001, "过长"),
        ({"committees": {}}, "committees"),
        ({"members": {}}, "members"),
        ({"members": ["甲"]}, "members.0"),
        ({"members": [], "regimes": "ST2023"}, "regimes"),
        ({"members": [], "regimes": [1]}, "regimes"),
        ({"members": [], "regimes": ["XX"]}, "XX"),
        ({"members": [], "minzu_area": "no"}, "minzu_area"),
        ({"members": [], "colour": 1}, "colour"),
        (with_member(1, name=" "), "members.1.name"),
        (with_member(1, name=5), "members.1.name"),
        (with_member(1, office="king"), "members.1.office"),
        (with_member(1, sex="x"), "members.1.sex"),
        (with_member(1, categories=["lawyer"]), "members.1.categories"),
        (with_member(1, categories=["both_sexes"]), "members.1.categories"),
        (with_member(1, categories=[["law"]]), "members.1.categories"),
        (with_member(1, signed=["something"]), "members.1.signed"),
        (with_member(1, external="yes"), "members.1.external"),
        (with_member(1, term_from="20240101"), "members.1.term_from"),
        (with_member(1, term_from="2023-02-29"), "members.1.term_from"),
        (with_member(1, term_from="9999-01-01"), "members.1.term_from"),
        (with_member(1, term_from=None), "members.1"),
        (with_member(1, term_to="2023-12-31"), "members.1"),
        (with_member(1, terms=[]), "members.1"),
        (with_member(1, categoires=[]), "members.1.categoires"),
        ({"members": [{"name": "甲", "terms": [{"from": "2024-01-01", "until": 1}]}]}, "members.0.terms.0.until"),
    ],
)
def test_what_cannot_be_read_is_refused_by_a_sentence_that_names_it(shell, given, named):
    answer = ask(shell, given)
    assert shell.exit_code == 1 and "无法读取" in shell.said
    assert codes(answer) == ["E_INPUT"]
    assert named in answer["findings"][0]["zh"] and answer["findings"][0]["en"]


def test_empty_input_says_where_committees_come_from(shell, monkeypatch):
    assert shell.run("check_committees", b"", "--on", "2026-11-25", "--json") == ""
    assert shell.exit_code == 1 and "标准输入没有内容" in shell.said and "Standard input is empty" in shell.said
    monkeypatch.setattr("tests.unit.ethics.commands.io.TextIOWrapper", lambda _bytes: Terminal())
    shell.run("check_committees", b"", "--json")
    assert "标准输入没有内容" in shell.said


def test_without_input_the_committees_of_the_register_are_checked(shell):
    by = ethics_officer()
    committee = committee_of(supervised_unit(by=by), by=by, seats=6)
    today = timezone.localdate().isoformat()
    (answer,) = json.loads(shell.run("check_committees", b"", "--on", today, "--json"))
    assert answer["id"] == f"{committee.unit} · {committee}"
    assert {"CM1", "CM2"} <= set(codes(answer)) and answer["members"] == 6
    shell.run("check_committees", b"", "--on", "2001-01-01", "--json")
    assert shell.exit_code == 1 and "登记簿中也没有" in shell.said


def test_a_day_that_is_none_is_refused(shell):
    shell.run("check_committees", b"{}", "--on", "2026-02-30", "--json")
    assert shell.exit_code == 1 and "2026-02-30" in shell.said


def test_without_json_sentences_are_the_answer(shell):
    text = json.dumps([SOUND, {**SOUND, "id": None, "members": MEMBERS[:6]}]).encode()
    said = shell.run("check_committees", text, "--on", "2026-11-25").splitlines()
    assert said[0] == "c1: 符合要求 complies"
    assert said[1] == "2:" and said[2].startswith("  error CM1 ST 7 [V] 委员 6 人")
    said = shell.run("check_committees", json.dumps({"committees": [SOUND]}).encode(), "--on", "2026-11-25")
    assert said == "c1: 符合要求 complies\n"
    assert shell.run("check_committees", json.dumps(SOUND).encode(), "--on", "2026-11-25") == "c1: 符合要求 complies\n"
