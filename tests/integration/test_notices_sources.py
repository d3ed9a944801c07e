"""What a decision says about each public fact, in words a reader of the notice understands."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from integrity.enums import RespondentRole
from integrity.models import Decision, Measure
from notices.enums import NameProfile, NoticeKey
from notices.models import PublicNotice
from notices.sources import parties_of, report_days, sources_for, sources_of
from tests.factories.cases import case_at, respondent_of
from tests.factories.decisions import decision_at
from tests.factories.leads import lead_at
from tests.factories.people import person, subject_organization

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 3, 2), dt.date(2029, 3, 1)


def with_measures(decision: Decision, *measures: Measure) -> Decision:
    decision._prefetched_objects_cache = {"measures": list(measures)}
    return decision


@pytest.fixture(scope="module")
def bans():
    return "一定期限禁止承担或参与财政性资金支持的科技活动"


def test_measures_are_told_with_scope_length_and_amount(bans):
    decision = with_measures(
        decision_at("draft"),
        Measure(order=1, kind="ban_projects", months=36, scope="市级项目", starts_on=FIRST, ends_on=LAST),
        Measure(order=2, kind="ban_projects", months=18),
        Measure(order=3, kind="ban_projects", is_lifetime=True, starts_on=FIRST),
        Measure(order=4, kind="ban_projects", days=30),
        Measure(order=5, kind="ban_projects", count=2),
        Measure(order=6, kind="ban_projects", until_text="至课题结题"),
        Measure(order=7, kind="elsewhere", source_label="取消评优资格", amount=Decimal("5000.00")),
        Measure(order=8, kind="elsewhere", text="另有说明"),
        Measure(order=9, kind="elsewhere", starts_on=FIRST),
        Measure(order=10, kind="elsewhere", source_label="删去的", withdrawn=True),
        Measure(order=11, kind="elsewhere", source_label="收回的", status="recalled"),
    )

    texts = sources_of(decision)

    assert texts[NoticeKey.MEASURES].split("\n") == [
        f"{bans}（市级项目，3年）",
        f"{bans}（18个月）",
        f"{bans}（永久）",
        f"{bans}（30日）",
        f"{bans}（2次）",
        f"{bans}（至课题结题）",
        "取消评优资格（5000.00元）",
        "另有说明",
        "elsewhere",
    ]
    assert texts[NoticeKey.PERIODS].split("\n") == [
        f"{bans}：2026年3月2日至2029年3月1日",
        f"{bans}：2026年3月2日至永久",
    ]


@pytest.mark.parametrize(
    ("precision", "written"), [("day", "2026年3月2日"), ("month", "2026年3月"), ("year", "2026年")]
)
def test_days_are_told_as_exactly_as_they_are_known(precision, written):
    decision = decision_at("draft")
    decision.decided_on, decision.date_precision = FIRST, precision

    assert sources_of(decision)[NoticeKey.DECIDED_ON] == written


def test_facts_a_decision_does_not_state_are_left_out():
    decision = with_measures(decision_at("draft"))
    decision.decided_on = None
    decision.respondent.affiliation_then = " "

    missing = {NoticeKey.UNIT, NoticeKey.MEASURES, NoticeKey.PERIODS, NoticeKey.DECIDED_ON, NoticeKey.DOCUMENT_NO}
    assert not missing & set(sources_of(decision))


def test_a_notice_is_written_in_chinese_whoever_drafts_it():
    decision = decision_at("draft")

    with translation.override("en"):
        assert sources_of(decision)[NoticeKey.ROLE] == "通讯作者"


def test_free_words_stand_in_for_a_category_the_rules_do_not_know():
    decision = decision_at("draft")
    decision.categories, decision.category_text = ["unheard_of"], "其他情形"

    assert sources_of(decision)[NoticeKey.CATEGORIES] == "其他情形"


def test_decisions_of_one_rule_set_read_it_once(django_assert_max_num_queries):
    decisions = [decision_at("draft"), decision_at("draft")]
    found = list(Decision.objects.select_related("rule_set", "respondent").prefetch_related("measures"))

    with django_assert_max_num_queries(1):
        texts = sources_for(found)

    assert set(texts) == {decision.pk for decision in decisions}


def test_organisations_are_named_in_full_but_masked_as_third_persons():
    case = case_at("opened")
    unit = respondent_of(case, subject_organization(), role=RespondentRole.UNIT)
    first = case.respondents.order_by("pk").first()
    decision = Decision(case=case, respondent=unit)

    assert parties_of(decision, profile=NameProfile.SURNAME, published=[unit.pk, first.pk])[1:] == []
    hidden = parties_of(decision, profile=NameProfile.FULL, published=[first.pk])
    assert [(party.name, party.replacement) for party in hidden] == [(unit.name_then, "某单位")]


def test_the_days_of_the_reports_behind_a_case_are_known_to_the_masking():
    officer = person("officer")
    lead = lead_at("accepted", handler=officer)
    case = case_at("deliberation", officer=officer, leads=[lead])

    assert report_days(decision_at("draft", case=case)) == [lead.received_on]


def test_public_notices_are_asked_for_by_day():
    with pytest.raises(ValueError, match="which day"):
        PublicNotice.objects.visible_to(None)
    assert not PublicNotice.objects.visible_to(None, timezone.localdate()).exists()
