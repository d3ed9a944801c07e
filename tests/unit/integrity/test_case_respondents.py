"""Respondents and allegations of a case."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.enums import ClauseKind
from casework.models import Clause
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from integrity.actions import respondents
from integrity.models import Allegation, Respondent
from tests.factories import person, subject_organization, subject_person
from tests.factories.cases import case_at, case_opened, category, respondent_of

pytestmark = pytest.mark.django_db


def test_a_respondent_keeps_name_and_unit_as_they_were(officer):
    case, subject = case_opened(officer), subject_person("周砚清")
    added = respondents.add_respondent(
        case=case,
        subject=subject,
        role="first_author",
        name_then=" 周 砚清（曾用名） ",
        affiliation_then="剑门医学院",
        by=officer,
    )
    assert (added.name_then, added.affiliation_then) == ("周 砚清（曾用名）", "剑门医学院")
    assert added.history.get().history_user == officer
    event = case.dossier.events.get(type="respondent_added")
    assert event.data == {"subject": subject.pk, "respondent": added.pk, "respondent_role": "first_author"}


def test_a_subject_is_respondent_once(officer):
    case, subject = case_opened(officer), subject_person("周砚清")
    respondent_of(case, subject)
    with pytest.raises(InputRefused, match="周砚清 已经是本案的被调查人") as refusal:
        respondents.add_respondent(case=case, subject=subject, role="co_author", by=officer)
    assert refusal.value.field == "subject" and Respondent.objects.count() == 1


@pytest.mark.parametrize(
    ("subject", "role", "allowed"),
    [
        (subject_person, "project_lead", True),
        (subject_person, "other", True),
        (subject_person, "unit", False),
        (subject_person, "agency", False),
        (subject_person, "king", False),
        (subject_organization, "unit", True),
        (subject_organization, "agency", True),
        (subject_organization, "first_author", False),
    ],
)
def test_people_and_organisations_have_their_own_roles(officer, subject, role, allowed):
    case, whom = case_opened(officer), subject()
    if allowed:
        assert respondents.add_respondent(case=case, subject=whom, role=role, by=officer).role == role
    else:
        with pytest.raises(InputRefused) as refusal:
            respondents.add_respondent(case=case, subject=whom, role=role, by=officer)
        assert refusal.value.field == "role"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "\u200b"}, "text"),
        ({"text": "字" * 60_001}, "text"),
        ({"text": "反转\u202e文字"}, "text"),
        ({"conduct_from": dt.date(2099, 1, 1)}, "conduct_from"),
        ({"conduct_from": dt.date(1948, 1, 1)}, "conduct_from"),
        ({"conduct_from": dt.date(2024, 2, 1), "conduct_to": dt.date(2024, 1, 31)}, "conduct_to"),
    ],
)
def test_an_impossible_allegation_is_refused(officer, changes, field):
    respondent = respondent_of(case_opened(officer), categories=())
    values = {"category": category(respondent.case), "text": "论文造假", **changes}
    with pytest.raises(InputRefused) as refusal:
        respondents.add_allegation(respondent=respondent, by=officer, **values)
    assert refusal.value.field == field and not Allegation.objects.exists()


def test_nobody_acts_before_birth(officer):
    subject = subject_person("周砚清")
    subject.person.birth_year = 1990
    respondent = respondent_of(case_opened(officer), subject, categories=())
    for day, is_possible in ((dt.date(1990, 6, 1), False), (dt.date(1991, 1, 1), True)):
        act = {"category": category(respondent.case), "text": "论文造假", "conduct_from": day}
        if is_possible:
            assert respondents.add_allegation(respondent=respondent, by=officer, **act).conduct_from == day
        else:
            with pytest.raises(InputRefused, match="早于被调查人的出生年份"):
                respondents.add_allegation(respondent=respondent, by=officer, **act)


def test_a_category_comes_from_the_rules_of_the_case(officer):
    respondent = respondent_of(case_opened(officer), categories=())
    foreign = Clause.objects.filter(kind=ClauseKind.CATEGORY).exclude(rule_set=respondent.case.rule_set).first()
    with pytest.raises(InputRefused, match="请从本案适用的规则中选择"):
        respondents.add_allegation(respondent=respondent, category=foreign, text="x", by=officer)
    added = respondents.add_allegation(respondent=respondent, category=category(respondent.case), text="x", by=officer)
    event = respondent.case.dossier.events.get(type="allegation_added")
    assert (event.article, event.data["category"]) == (added.category.article, added.category.key)


def test_after_the_report_nothing_is_added_any_more(officer):
    case = case_at("report_ready", officer=officer)
    respondent = case.respondents.get()
    with pytest.raises(MoveRefused, match="现在是“调查报告已出”，不能再增加"):
        respondents.add_respondent(case=case, subject=subject_person("新"), role="member", by=officer)
    with pytest.raises(MoveRefused):
        respondents.add_allegation(respondent=respondent, category=category(case), text="x", by=officer)


def test_a_new_subject_met_in_a_case_is_entered_with_its_number(officer):
    subject = respondents.register_subject(
        name="唐若川", identifier_kind="orcid", identifier="0000-0002-1825-0097", by=officer
    )
    unit = respondents.register_subject(name="嘉陵检测公司", organization_kind="company", by=officer)
    assert subject.identifiers.get().hint == "0097" and unit.organization.kind == "company"
    with pytest.raises(InputRefused, match="同名主体"):
        respondents.register_subject(name="唐若川", by=officer)
    with pytest.raises(AccessDenied):
        respondents.register_subject(name="别人", by=person("reviewer"))
