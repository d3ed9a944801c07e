"""Committees as of a day: every rule at its edge, terms with both their days, the first break ahead, an oracle."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethics.composition import (
    Committee,
    Member,
    Term,
    break_ahead,
    check_committee,
    last_day_of_term,
    missing_categories,
    next_break,
)
from tests.unit.ethics.test_rulesets import BOOKS

SICHUAN = (BOOKS["st2023"], BOOKS["sc"])
ON = dt.date(2026, 11, 25)
TERM = Term(dt.date(2024, 1, 1), dt.date(2028, 12, 31))
PAPERS = frozenset({"confidentiality", "conflict_of_interest"})


def member(name: str, *categories: str, **changes: object) -> Member:
    values = {"terms": (TERM,), "sex": "male", "papers": PAPERS, "categories": frozenset(categories), **changes}
    return Member(name, **values)


SOUND = Committee(
    (
        member("甲", "peer_science", office="chair"),
        member("乙", "ethics", office="vice_chair", sex="female"),
        member("丙", "law"),
        member("丁", is_external=True),
        member("戊", "peer_science"),
        member("己", "peer_science"),
        member("庚", "peer_science", sex="female"),
    )
)


def changed(place: int, **changes: object) -> Committee:
    members = list(SOUND.members)
    members[place] = replace(members[place], **changes)
    return Committee(tuple(members))


def codes(committee: Committee, books=SICHUAN, on=ON) -> list[tuple[str, str]]:
    return [(one.code, one.article) for one in check_committee(books, committee, on)]


def more(*members: Member) -> Committee:
    return Committee(SOUND.members + members)


def test_a_sound_committee_has_no_findings():
    assert codes(SOUND) == []


def test_who_resigns_leaves_six_and_an_even_number():
    last = dt.date(2026, 11, 25)
    committee = changed(6, terms=(Term(TERM.first, last),))

    assert codes(committee, on=last) == []
    assert codes(committee, on=last + dt.timedelta(days=1)) == [("CM1", "ST 7"), ("CM2", "SC 7–8")]


@pytest.mark.parametrize(
    ("extra", "found"),
    [(0, []), (1, [("CM2", "SC 7–8")]), (2, []), (3, [("CM2", "SC 7–8")])],
)
def test_sichuan_wants_an_odd_number_and_the_nation_does_not(extra, found):
    committee = more(*(member(f"委员{n}") for n in range(extra)))
    assert codes(committee) == found
    assert codes(committee, books=(BOOKS["st2023"],)) == []


@pytest.mark.parametrize(("vice", "found"), [(0, [("CM4", "SC 7–8")]), (1, []), (2, []), (3, [("CM4", "SC 7–8")])])
def test_sichuan_wants_one_or_two_vice_chairs(vice, found):
    offices = ["chair", *["vice_chair"] * vice, *["member"] * (6 - vice)]
    committee = Committee(
        tuple(replace(one, office=office) for one, office in zip(SOUND.members, offices, strict=True))
    )
    assert codes(committee) == found


@pytest.mark.parametrize("chairs", [0, 2])
def test_there_is_one_chair(chairs):
    committee = changed(0, office="member") if not chairs else changed(6, office="chair")
    assert codes(committee) == [("CM3", "ST 7")]


@pytest.mark.parametrize(
    ("place", "changes", "category"),
    [
        (1, {"categories": frozenset()}, "ethics"),
        (2, {"categories": frozenset()}, "law"),
        (3, {"is_external": False}, "external"),
    ],
)
def test_a_category_nobody_covers_is_named_under_each_rule_set(place, changes, category):
    findings = check_committee(SICHUAN, changed(place, **changes), ON)
    name = BOOKS["st2023"].clause("member_category", category)

    assert [(one.code, one.article, one.mark) for one in findings] == [("CM6", "ST 7", "VI"), ("CM6", "SC 7–8", "V")]
    assert all(name.zh in one.zh and name.en in one.en for one in findings)


def test_both_sexes_and_local_knowledge_where_it_is_asked_for():
    men = Committee(tuple(replace(one, sex="male") for one in SOUND.members))
    assert {one.field for one in check_committee(SICHUAN, men, ON)} == {"categories.both_sexes"}

    local = replace(SOUND, in_minzu_area=True)
    assert {one.field for one in check_committee(SICHUAN, local, ON)} == {"categories.local_knowledge"}


def test_the_other_regimes_ask_for_their_own_categories():
    found = {one.field for one in check_committee((BOOKS["ai2026"],), SOUND, ON)}
    assert found == {"categories.ai_technology", "categories.ai_application"}

    found = {one.field for one in check_committee((BOOKS["hs2023"],), SOUND, ON)}
    assert found == {f"categories.{name}" for name in ("life_science", "medicine", "bioethics", "lay_external")}
    lay = member("辛", "lay_external", is_external=True)
    assert missing_categories([lay], ["lay_external", "external"]) == ()
    assert missing_categories([replace(lay, is_external=False)], ["lay_external"]) == ("lay_external",)


def test_papers_and_integrity_are_asked_of_those_who_serve():
    assert codes(changed(4, papers=frozenset({"confidentiality"}))) == [("CM9", "SC 7–8")]
    assert codes(changed(4, has_credit_record=True)) == [("CM10", "ST 8")]

    gone = member(
        "辛", papers=frozenset(), has_credit_record=True, terms=(Term(dt.date(2020, 1, 1), dt.date(2023, 12, 31)),)
    )
    assert codes(more(gone)) == []


@pytest.mark.parametrize(
    ("on", "serves"),
    [("2023-12-31", False), ("2024-01-01", True), ("2028-12-31", True), ("2029-01-01", False)],
)
def test_both_days_of_a_term_count(on, serves):
    """E9."""
    assert member("甲").serves_on(dt.date.fromisoformat(on)) is serves


def test_adjoining_terms_leave_no_gap():
    second = Term(TERM.last + dt.timedelta(days=1), None)
    renewed = member("甲", terms=(TERM, second))
    days = [TERM.last + dt.timedelta(days=n) for n in (-1, 0, 1, 2)]
    assert all(renewed.serves_on(day) for day in days)


@pytest.mark.parametrize(
    ("first", "limit"),
    [
        ("2021-03-01", "2026-02-28"),
        ("2024-01-01", "2028-12-31"),
        ("2024-02-29", "2029-02-28"),
        ("2023-03-01", "2028-02-29"),
    ],
)
def test_a_term_of_five_years_may_last_to_the_day_and_no_longer(first, limit):
    start, last = dt.date.fromisoformat(first), dt.date.fromisoformat(limit)
    assert last_day_of_term(start, 5) == last

    assert codes(changed(4, terms=(Term(start, last),)), on=start.replace(year=2025, day=1)) == []
    longer = changed(4, terms=(Term(start, last + dt.timedelta(days=1)),))
    assert codes(longer, on=start.replace(year=2025, day=1)) == [("CM5", "ST 7"), ("CM5", "SC 7–8")]


def test_a_term_without_a_last_day_is_a_warning():
    findings = check_committee(SICHUAN, changed(4, terms=(Term(TERM.first),)), ON)
    assert [(one.code, one.level, one.mark) for one in findings] == [("CM5", "warn", "R"), ("CM5", "warn", "V")]
    assert "2028-12-31" in findings[0].zh and "2028-12-31" in findings[0].en


def test_the_first_break_ahead_is_told_with_day_and_reason():
    last = dt.date(2027, 1, 20)
    committee = changed(2, terms=(Term(TERM.first, last),))
    coming = next_break(SICHUAN, committee, ON)

    assert coming is not None
    assert coming.on == dt.date(2027, 1, 21)
    assert [reason.zh for reason in coming.reasons] == ["丙的任期于 2027-01-20 届满"]
    assert [(one.code, one.field) for one in coming.findings] == [
        ("CM1", "members"), ("CM6", "categories.law"), ("CM2", "members"), ("CM6", "categories.law"),
    ]  # fmt: skip
    # The setting warns 60 days ahead: on the day itself and not the day before.
    first_warned = coming.on - dt.timedelta(days=60)
    assert break_ahead(SICHUAN, coming, first_warned - dt.timedelta(days=1)) == ()
    warned = break_ahead(SICHUAN, coming, first_warned)
    assert {one.level for one in warned} == {"warn"}
    assert "2027-01-21" in warned[0].zh and "丙" in warned[0].zh and "委员 6 人" in warned[0].zh


def test_what_is_wrong_already_is_no_break_to_come_and_a_term_that_begins_can_be_one():
    later = member("辛", terms=(Term(dt.date(2027, 5, 1), None),))
    coming = next_break(SICHUAN, more(later), ON)
    assert coming is not None and coming.on == dt.date(2027, 5, 1)
    assert [reason.en for reason in coming.reasons] == ["the term of 辛 begins on 2027-05-01"]
    assert [one.code for one in coming.findings] == ["CM2"]

    forever = Committee(tuple(replace(one, terms=(Term(TERM.first, dt.date.max),)) for one in SOUND.members[:6]))
    assert next_break(SICHUAN, forever, ON) is None
    assert break_ahead(SICHUAN, None, ON) == ()


def test_a_renewed_term_is_no_reason():
    day = dt.date(2027, 1, 1)
    renewed = replace(SOUND.members[3], terms=(Term(TERM.first, day - dt.timedelta(days=1)), Term(day, TERM.last)))
    leaving = replace(SOUND.members[2], terms=(Term(TERM.first, day - dt.timedelta(days=1)),))
    coming = next_break(SICHUAN, Committee((*SOUND.members[:2], leaving, renewed, *SOUND.members[4:])), ON)
    assert coming is not None and [reason.zh for reason in coming.reasons] == ["丙的任期于 2026-12-31 届满"]


START = dt.date(2026, 1, 1)
DAYS = st.integers(0, 60).map(lambda days: START + dt.timedelta(days=days))


@st.composite
def people(draw: st.DrawFn) -> Member:
    first, length = draw(DAYS), draw(st.integers(0, 60))
    return Member(
        name="某",
        terms=(Term(first, first + dt.timedelta(days=length)),),
        office=draw(st.sampled_from(["chair", "vice_chair", "member", "member"])),
        sex=draw(st.sampled_from(["female", "male"])),
        is_external=draw(st.booleans()),
        categories=frozenset(draw(st.sets(st.sampled_from(["peer_science", "ethics", "law"])))),
        papers=PAPERS,
    )


def oracle(committee: Committee, on: dt.date) -> set[str]:
    """The rules in plain words, written without the engine: what is broken on the day."""
    there = [one for one in committee.members if one.terms[0].first <= on <= one.terms[0].last]
    broken = set()
    if len(there) < 7:
        broken.add("CM1")
    if len(there) in range(0, 100, 2):
        broken.add("CM2")
    if [one.office for one in there].count("chair") != 1:
        broken.add("CM3")
    if [one.office for one in there].count("vice_chair") not in (1, 2):
        broken.add("CM4")
    for wanted in ("peer_science", "ethics", "law"):
        if not [one for one in there if wanted in one.categories]:
            broken.add(wanted)
    if not [one for one in there if one.is_external]:
        broken.add("external")
    if len({one.sex for one in there}) < 2:
        broken.add("both_sexes")
    return broken


def found(committee: Committee, on: dt.date) -> set[str]:
    findings = check_committee(SICHUAN, committee, on)
    return {one.field.removeprefix("categories.") if one.code == "CM6" else one.code for one in findings}


@given(members=st.lists(people(), max_size=12), on=DAYS)
def test_an_oracle_in_plain_words_agrees_on_the_day_and_on_the_first_break(members, on):
    committee = Committee(tuple(members))
    assert found(committee, on) == oracle(committee, on)

    # Day by day, as somebody with a calendar would look for it.
    now = oracle(committee, on)
    days = [on + dt.timedelta(days=ahead) for ahead in range(1, 130)]
    broken = next((day for day in days if oracle(committee, day) - now), None)
    coming = next_break(SICHUAN, committee, on)
    assert (coming.on if coming else None) == broken
    assert coming is None or coming.reasons
