"""The shipped rule sets: complete where the law is known, empty where it is not, every sentence fillable."""

import string
from datetime import date
from pathlib import Path

import pytest

from casework.rulebook import MARKS_WITHOUT_ARTICLE, RuleBook, in_force, read_rulebook
from integrity.rules import make_finding

FOLDER = Path(__file__).resolve().parents[3] / "integrity" / "rulesets"
BOOKS = {path.stem: read_rulebook(path) for path in sorted(FOLDER.glob("*.toml"))}
UNCONFIRMED = {"most19", "most24", "nhc2026", "sc2020rec", "sc2023", "xzcf"}
BANDS = {
    "minor": None,
    "heavier": (0, 36, False, False, False),
    "serious": (36, 60, True, True, False),
    "grave": (60, None, False, False, True),
}
MAJOR = [2, 4, 5, 6, 7, 8, 9, 10, 12, 13]


def placeholders(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_all_rule_sets_of_the_regulations_document_are_there_and_named_like_their_file():
    assert set(BOOKS) == {"r221_2022", "r323_2019", *UNCONFIRMED}
    assert all(book.code == name and book.version == 1 for name, book in BOOKS.items())


def test_only_confirmed_scales_suggest():
    assert {name for name, book in BOOKS.items() if not book.suggest} == UNCONFIRMED


@pytest.mark.parametrize("name", sorted(UNCONFIRMED))
def test_an_unconfirmed_rule_set_holds_no_invented_band(name):
    assert BOOKS[name].of_kind("tier") == ()
    assert BOOKS[name].has("gap", "tier")
    assert not any("floor" in clause.numbers for clause in BOOKS[name].of_kind("category"))


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        (date(2019, 9, 24), set()),
        (date(2019, 9, 25), {"r323_2019"}),
        (date(2022, 8, 24), {"r323_2019", "most19", "sc2020rec", "xzcf"}),
        # The document of 2019 counts that day as its last; a decision of that day goes by the newer rules.
        (date(2022, 8, 25), {"r323_2019", "r221_2022", "most19", "sc2020rec", "xzcf"}),
        (date(2022, 8, 26), {"r221_2022", "most19", "sc2020rec", "xzcf"}),
        (date(2026, 3, 19), {"r221_2022", "most19", "sc2020rec", "xzcf", "sc2023", "nhc2026"}),
        (date(2026, 3, 20), {"r221_2022", "most24", "sc2020rec", "xzcf", "sc2023", "nhc2026"}),
    ],
)
def test_the_dates_in_force(on, codes):
    assert {book.code for book in in_force(BOOKS.values(), on)} == codes


def test_221_has_eight_categories_with_the_floor_for_the_first_five():
    categories = BOOKS["r221_2022"].of_kind("category")

    assert [clause.numbers["n"] for clause in categories] == list(range(1, 9))
    assert [clause.numbers["floor"] for clause in categories] == ["heavier"] * 5 + ["minor"] * 3
    assert all(clause.mark == "V" and clause.article == f"221-2({clause.numbers['n']})" for clause in categories)


def test_221_has_fourteen_measures_and_four_of_them_force_the_database_entry():
    measures = BOOKS["r221_2022"].of_kind("measure")

    assert [clause.numbers["item"] for clause in measures] == list(range(1, 15))
    assert [clause.numbers["item"] for clause in measures if clause.numbers.get("db")] == [5, 7, 9, 10]
    assert [clause.numbers["item"] for clause in measures if clause.numbers.get("period")] == [5, 7, 9, 10]
    assert [clause.key for clause in measures if clause.numbers.get("db_entry")] == ["serious_db_entry"]


@pytest.mark.parametrize("name", ["r221_2022", "r323_2019"])
def test_bands_state_both_ends_and_whether_they_count(name):
    for rank, tier in enumerate(BOOKS[name].of_kind("tier"), start=1):
        band = tier.numbers.get("band")
        found = band and (band["lo"], band.get("hi"), band["lo_incl"], band["hi_incl"], band["lifetime"])

        assert found == BANDS[tier.key]
        assert tier.numbers["items"] == ([1, 3, 11] if tier.key == "minor" else MAJOR)
        assert tier.numbers["rank"] == rank


def test_323_borrows_the_scale_and_says_so():
    book = BOOKS["r323_2019"]

    assert book.scale_from == "r221_2022"
    for clause in book.of_kind("tier") + book.of_kind("measure"):
        assert clause.numbers["borrowed_from"] == "r221_2022"
        assert clause.article.startswith("221-")
        # A tier rests on bands (VI) and on items and ends (R+): what is shown is the weaker.
        assert clause.mark == "R+"
    assert {clause.mark for clause in book.of_kind("category")} == {"R"}
    assert book.clause("definition", "scale_unchanged").mark == "V"


@pytest.mark.parametrize(
    ("key", "amount", "unit", "event", "article"),
    [
        ("accept", 15, "wd", "received", "221-16"),
        ("investigate", 6, "m", "accepted", "221-27"),
        ("inform_others", 15, "wd", "report_made", "221-26"),
        ("statement", 5, "wd", "prenotice_served", ""),
        ("hearing_request", 5, "wd", "prenotice_served", "处罚法64(1)"),
        ("serve_penalty", 7, "wd", "decided", "处罚法61"),
        ("penalty_total", 90, "d", "filed", "处罚法60"),
        ("report_province", 10, "wd", "effective", "221-37"),
        ("national_entry", 10, "wd", "province_received", "221-37"),
        ("appeal", 15, "wd", "decision_served", "221-41"),
        ("appeal_accept", 15, "wd", "appeal_received", "221-41"),
        ("appeal2_accept", 15, "wd", "appeal2_received", "221-42"),
        ("review", 90, "wd", "appeal_accepted", "221-43"),
        ("reconsideration", 60, "d", "known", "复议法20"),
        ("publish", 20, "wd", "formed", "信息公开条例26"),
        ("withdraw_notice", 3, "wd", "decision_changed", "处罚法48"),
    ],
)
def test_the_terms_of_221_and_beside_it(key, amount, unit, event, article):
    term = BOOKS["r221_2022"].deadline(key)

    assert (term.amount, term.unit, term.starts_from, term.clause.article) == (amount, unit, event, article)


def test_the_investigation_may_be_extended_by_six_months_and_the_hearing_notice_runs_backwards():
    book = BOOKS["r221_2022"]

    assert (book.deadline("investigate").extend_amount, book.deadline("investigate").extend_unit) == (6, "m")
    assert (book.deadline("hearing_notice").amount, book.deadline("hearing_notice").before) == (7, "hearing")


def test_the_personnel_list_of_most19_is_verified_and_one_violation_is_missing():
    categories = BOOKS["most19"].of_kind("category")
    sizes = [
        sum(clause.numbers["subject"] == subject.key for clause in categories)
        for subject in BOOKS["most19"].of_kind("subject")
    ]

    assert sizes == [10, 11, 12, 12, 10, 8]
    assert {clause.mark for clause in categories if clause.numbers["subject"] == "person"} == {"V"}


def test_the_three_sichuan_categories_belong_to_that_rule_set_only():
    own = {"sc_project_rule_breach", "sc_office_abuse", "sc_supervision_fraud"}

    assert {name for name, book in BOOKS.items() for key in own if book.has("category", key)} == {"sc2023"}
    assert len(BOOKS["sc2023"].of_kind("category")) == 11


def test_a_clause_without_article_is_marked_as_unknown_or_as_our_proposal():
    bare = [clause for book in BOOKS.values() for clause in book.clauses if not clause.article]

    assert {clause.mark for clause in bare} <= MARKS_WITHOUT_ARTICLE


@pytest.mark.parametrize("name", sorted(BOOKS))
def test_every_check_speaks_both_languages_with_the_same_blanks(name):
    for check in BOOKS[name].of_kind("check"):
        blanks = placeholders(check.zh)
        finding = make_finding(BOOKS[name], check.key, **dict.fromkeys(blanks, "某"))

        assert blanks == placeholders(check.en), check.key
        assert finding.level in {"error", "warn", "info"}
        assert "{" not in finding.zh + finding.en


def test_tiers_name_only_items_and_floors_only_tiers_the_rule_set_has():
    book: RuleBook = BOOKS["r221_2022"]
    items = {clause.numbers["item"] for clause in book.of_kind("measure")}

    assert all(set(tier.numbers["items"]) <= items for tier in book.of_kind("tier"))
    assert all(book.has("tier", clause.numbers["floor"]) for clause in book.of_kind("category"))
    assert all(
        book.has("factor", clause.numbers["factor"])
        for clause in book.of_kind("exempt_ground")
        if "factor" in clause.numbers
    )
