"""Quorum and categories of an item after its recusals (E8), panels for re-review, who never votes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethics.quorum import Attendee, Item, item_findings, panel_findings, voters, why_no_vote
from tests.unit.ethics.test_rulesets import BOOKS
from tests.unit.ethics.test_voting import with_setting

ST, AI, HS = BOOKS["st2023"], BOOKS["ai2026"], BOOKS["hs2023"]


def attendee(name: str, *categories: str, **changes: object) -> Attendee:
    return Attendee(name, categories=frozenset(categories), **{"sex": "male", **changes})


FIVE = (
    attendee("甲", "peer_science"),
    attendee("乙", "ethics", sex="female"),
    attendee("丙", "law"),
    attendee("丁", is_external=True),
    attendee("戊", "peer_science", sex="female"),
)
SIX = (*FIVE, attendee("己", "peer_science"))


def codes(attendees, books=(ST,), procedure="general", **item) -> list[tuple[str, str]]:
    return [(one.code, one.field) for one in item_findings(books, Item(tuple(attendees), **item), procedure)]


def changed(attendees, place: int, **changes) -> list[Attendee]:
    return [replace(one, **changes) if n == place else one for n, one in enumerate(attendees)]


def test_five_members_with_all_categories_may_vote():
    assert codes(FIVE) == []


def test_one_recused_of_five_breaks_the_quorum():
    findings = item_findings((ST,), Item(tuple(changed(FIVE, 0, is_recused=True))))
    assert [(one.code, one.article, one.mark) for one in findings] == [("Q_MIN", "ST 14", "V")]
    assert "4 人" in findings[0].zh


@pytest.mark.parametrize("gone", [{"is_recused": True}, {"has_left": True}])
def test_the_jurist_recused_or_gone_is_an_error_that_names_the_category(gone):
    findings = item_findings((ST,), Item(tuple(changed(SIX, 2, **gone))))
    # As certain as the weaker rule: that categories must be present is V, which they are is VI.
    assert [(one.code, one.article, one.mark) for one in findings] == [("Q_CATEGORIES", "ST 14", "VI")]
    assert "法律专家" in findings[0].zh and "expert in law" in findings[0].en


def test_consultants_secretaries_and_observers_neither_count_nor_vote():
    for role in ("consultant", "secretary", "observer"):
        people = [*FIVE[:4], replace(FIVE[4], role=role)]
        assert ("Q_MIN", "attendees") in codes(people)
        assert len(voters(people)) == 4
        clause = why_no_vote((ST,), people[4])
        assert clause is not None and clause.key == role
    recused = why_no_vote((HS, ST), replace(FIVE[0], is_recused=True))
    assert recused is not None and recused.key == "recused"
    assert why_no_vote((ST,), FIVE[0]) is None


def test_by_another_setting_a_recused_member_counts_and_still_does_not_vote():
    people = changed(FIVE, 0, is_recused=True)
    assert codes(people, books=(with_setting(ST, "recused_counted", True),)) == []
    assert len(voters(people)) == 4


def test_every_regime_that_applies_asks_for_its_own():
    assert codes(FIVE, books=(ST, AI)) == [
        ("Q_CATEGORIES", "categories.ai_technology"), ("Q_CATEGORIES", "categories.ai_application"),
    ]  # fmt: skip
    assert codes(FIVE, books=(ST, HS)) == []
    assert codes(FIVE, in_minzu_area=True) == [("Q_CATEGORIES", "categories.local_knowledge")]


def test_an_emergency_needs_somebody_of_the_field_as_member_or_consultant():
    expert = attendee("顾", "virology", role="consultant")
    for people, found in [
        (FIVE, [("Q_FIELD", "attendees")]),
        ([*FIVE, expert], []),
        ([*FIVE, replace(expert, is_recused=True)], [("Q_FIELD", "attendees")]),
        ([*FIVE, replace(expert, has_left=True)], [("Q_FIELD", "attendees")]),
        ([*FIVE, replace(expert, role="observer")], [("Q_FIELD", "attendees")]),
        ([*SIX, attendee("辛", "virology")], []),
    ]:
        # HS2023 names no such procedure and adds nothing.
        assert codes(people, books=(ST, HS), procedure="emergency", expertise="virology") == found


def test_a_panel_has_five_experts_of_three_kinds_and_nobody_of_the_committee():
    panel = [
        attendee("一", "peer_science"),
        attendee("二", "ethics"),
        attendee("三", "law"),
        attendee("四"),
        attendee("五"),
    ]
    assert panel_findings(ST, panel, {"甲", "乙"}) == ()
    found = panel_findings(ST, panel[:2] + panel[3:], {"甲", "五"})
    assert [(one.code, one.article, one.field) for one in found] == [
        ("P_MIN", "ST 28", "panel"), ("P_CATEGORIES", "ST 28", "categories.law"), ("P_INDEPENDENT", "ST 28", "panel.3"),
    ]  # fmt: skip


CATEGORIES = ["peer_science", "ethics", "law"]


@given(
    st.lists(
        st.builds(
            Attendee,
            name=st.just("某"),
            role=st.sampled_from(["member", "member", "member", "consultant", "secretary"]),
            sex=st.sampled_from(["female", "male"]),
            is_external=st.booleans(),
            categories=st.frozensets(st.sampled_from(CATEGORIES)),
            is_recused=st.booleans(),
            has_left=st.booleans(),
        ),
        max_size=12,
    )
)
def test_an_oracle_in_plain_words_agrees(people):
    left = [one for one in people if one.role == "member"]
    left = [one for one in left if not one.is_recused]
    left = [one for one in left if not one.has_left]
    expected = [("Q_MIN", "attendees")] if len(left) not in range(5, 99) else []
    for category in CATEGORIES:
        if sum(category in one.categories for one in left) == 0:
            expected.append(("Q_CATEGORIES", f"categories.{category}"))
    if sum(one.is_external for one in left) == 0:
        expected.append(("Q_CATEGORIES", "categories.external"))
    if len({one.sex for one in left}) != 2:
        expected.append(("Q_CATEGORIES", "categories.both_sexes"))
    assert codes(people) == expected
