"""Exactly the fields of the profile reach a recipient, in words, with one look at the rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.enums import Role
from casework.audience import Audience
from casework.models import Clause
from integrity.drafting import MeasureEntry
from integrity.models import Measure
from sharing import case_page, presenters
from sharing.actions import shares
from sharing.enums import FieldProfile
from sharing.presenters import PROFILES, SHARED_FIELDS, measure_line, next_steps, share_rows, shared_facts
from tests.factories import person
from tests.factories.decisions import content, decision_at
from tests.factories.shares import share_at

pytestmark = pytest.mark.django_db

SUMMARY_LABELS = ["姓名或名称", "单位", "身份", "认定结论", "行为类别", "情节", "处理措施", "决定文号", "决定日期"]


@pytest.mark.parametrize(
    ("profile", "labels"),
    [(FieldProfile.SUMMARY, SUMMARY_LABELS), (FieldProfile.FINDINGS, [*SUMMARY_LABELS, "认定的事实", "处理依据"])],
)
def test_a_profile_shows_these_fields_and_no_others(
    profile: str, labels: list[str], django_assert_num_queries: Any
) -> None:
    share = share_at(profile=profile)

    with django_assert_num_queries(2):
        facts = shared_facts(share)

    assert [label for label, _value in facts] == labels
    assert all(value for _label, value in facts)


def test_every_shared_field_is_for_partners_and_in_a_profile() -> None:
    assert {field.audience for field in SHARED_FIELDS.values()} == {Audience.PARTNER}
    assert {key for keys in PROFILES.values() for key in keys} == set(SHARED_FIELDS)


def test_the_values_are_those_of_the_decision_in_the_words_of_the_rules() -> None:
    decision = decision_at("effective")
    facts = dict(shared_facts(share_at(decision=decision)))
    ban = decision.measures.get(kind="ban_projects")

    assert facts["姓名或名称"] == decision.respondent.name_then
    assert facts["单位"] == "剑门医学院"
    assert facts["认定结论"] == decision.get_outcome_display()
    assert Clause.objects.get(rule_set=decision.rule_set, kind="tier", key="heavier").zh == facts["情节"]
    assert facts["决定文号"] == decision.reference
    assert f"{ban.starts_on} 至 {ban.ends_on}" in facts["处理措施"]
    assert "（全市科研单位）" in facts["处理措施"]


def test_recalled_parallel_and_deleted_measures_are_left_out() -> None:
    # a second measure of each kind that must not appear, put past the rules of drafting
    decision = decision_at("effective")
    share = share_at(decision=decision)
    canaries = {"withdrawn": {"withdrawn": True}, "parallel": {"is_parallel": True}, "recalled": {"status": "recalled"}}
    for name, state in canaries.items():
        Measure(decision=decision, kind="warning", source_label=f"CANARY-{name}", **state).save()

    assert "CANARY" not in str(shared_facts(share))


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"is_lifetime": True}, "终身"),
        ({"until_text": "至整改完成"}, "至整改完成"),
        ({}, ""),
    ],
)
def test_a_measure_without_two_days_says_how_long_otherwise(fields: dict[str, Any], line: str) -> None:
    measure = Measure(kind="unheard_of", source_label="责令整改", **fields)

    assert measure_line(measure, {}) == ("责令整改：" + line if line else "责令整改")
    assert measure_line(Measure(kind="unheard_of"), {}) == "unheard_of"


def test_a_tier_or_category_unknown_to_the_rules_is_shown_as_it_stands() -> None:
    share = share_at(decision=decision_at("effective", what=content(category_text="其他不端", factors=())))
    share.decision.tier, share.decision.categories = "special", ["unknown"]

    facts = dict(shared_facts(share))

    assert (facts["情节"], facts["行为类别"]) == ("special", "其他不端")


def test_the_reader_gets_the_words_in_their_language() -> None:
    share = share_at()
    with translation.override("en"):
        english = dict(shared_facts(share))
    chinese = dict(shared_facts(share))

    assert set(english.values()) != set(chinese.values())


def test_recall_is_offered_to_those_who_may_and_says_why_not() -> None:
    share = share_at()
    assert [(row["enabled"], row["danger"]) for row in next_steps(share.shared_by, share)] == [(True, True)]
    assert next_steps(person(Role.MEMBER, dept="jyj"), share) == []
    assert "本案承办人可以收回" in next_steps(person(Role.OFFICER), share)[0]["reason"]
    shares.recall(share=share, reason="有误", by=share.shared_by)
    assert next_steps(share.shared_by, share)[0]["reason"] == "现在是“已收回”，不能收回。"


def test_a_share_past_its_day_reads_as_expired_before_the_job_has_run() -> None:
    share = share_at(days=0)
    today = timezone.localdate()
    tomorrow = today + timezone.timedelta(days=1)

    assert [row["status"] for row in share_rows([share], today)] == ["shared"]
    assert [row["status_label"] for row in share_rows([share], tomorrow)] == ["已到期"]
    assert (presenters.days_left(share, today), presenters.days_left(share, tomorrow)) == (0, None)


def test_the_case_page_gets_a_step_per_decision_in_force_and_the_shares_given() -> None:
    decision = decision_at(
        "effective", what=content(measures=(MeasureEntry("ban_projects", months=24), MeasureEntry("serious_db_entry")))
    )
    case, officer, head = decision.case, decision.case.dossier.handler, person(Role.HEAD)

    steps = list(case_page.steps(case, officer))
    assert [(step["enabled"], step["url"]) for step in steps] == [(True, f"/sharing/give/{decision.pk}/")]
    assert list(case_page.steps(case, head)) == []
    assert list(case_page.steps(object(), officer)) == []
    assert case_page.panel(case, officer) is None
    assert case_page.panel(object(), officer) is None

    share = share_at(decision=decision)

    for reader in (officer, head):
        panel = case_page.panel(case, reader)
        assert panel is not None
        assert [row["reference"] for row in panel.context["rows"]] == [share.dossier.reference]
    assert case_page.panel(case, person(Role.OFFICER)) is None
