"""Credit checks: what hits, what asks a person to look, what is kept of the question; prior records."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from casework.actions import directory
from casework.enums import AccessKind, IdentifierType
from casework.models import AccessEvent, Event, Subject
from casework.refusals import AccessDenied, InputRefused
from integrity.actions import cases, credit, expiry, imports, issuing
from integrity.drafting import MeasureEntry
from integrity.enums import CreditAnswer, CreditStatus, RespondentRole
from integrity.import_files import ImportLine
from integrity.models import CreditCheck, CreditRecord
from tests.factories.cases import case_at, case_opened, hear, report, respondent_of, serve
from tests.factories.decisions import content, decision_at
from tests.factories.dossiers import exclude
from tests.factories.people import person, subject_organization, subject_person

pytestmark = pytest.mark.django_db

CARD = "11010519491231002X"
OTHER_CARD = "110105194912310046"
USCC = "91350100M000100Y43"


def numbered(subject, kind=IdentifierType.ID_CARD, value=CARD):
    directory.add_identifier(subject=subject, kind=kind, value=value, by=person("officer"))
    return subject


def decided(subject, **changes):
    """An issued decision on this subject: banned for 24 months from today."""
    case = case_at("deliberation", subjects=[subject])
    return decision_at("issued", case=case, what=content(**changes))


def decided_unit(subject):
    """The same on an organisation, which stands in a case as a unit only."""
    case = case_opened()
    respondent = respondent_of(case, subject, role=RespondentRole.UNIT)
    officer = case.dossier.handler
    cases.begin_investigation(case=case, by=officer)
    report(case)
    serve(respondent)
    hear(respondent)
    case.refresh_from_db()
    cases.begin_deliberation(case=case, by=officer)
    return decision_at("issued", respondent=respondent)


def ask(by=None, **changes) -> CreditCheck:
    question = {"purpose": "application", "basis": "2026 年申报通知", "name": "周砚清", "as_of": timezone.localdate()}
    return credit.check_credit(**{**question, **changes}, by=by or person("officer"))


@pytest.fixture
def listed():
    """周砚清, known by ID card, with a record in force."""
    subject = numbered(subject_person())
    decided(subject)
    return subject


def test_a_number_hits_and_the_question_is_kept_without_the_number(listed):
    asker = person("member", dept="edu")
    check = ask(by=asker, identifier="1101051949 1231 002x")
    record = CreditRecord.objects.get(subject=listed)
    assert check.answer == CreditAnswer.HIT and check.records == [record.pk] and check.is_strong
    assert check.reference.startswith("诚信核查〔") and check.department.code == "edu"
    assert check.asked_identifier_hash and CARD not in str(check.__dict__)
    event = Event.objects.get(type="credit_checked")
    assert event.data["answer"] == "hit" and CARD not in str(event.data)
    seen = AccessEvent.objects.get(kind=AccessKind.CHECK)
    assert seen.user == asker and seen.what == check.reference and seen.purpose == "2026 年申报通知"
    assert check.history.get().history_user == asker


def test_a_name_alone_never_hits(listed):
    check = ask()
    assert check.answer == CreditAnswer.OBSERVE and not check.is_strong
    assert check.candidates == [listed.pk]


def test_a_common_name_is_counted_and_still_never_hits(listed):
    for _n in range(4):
        subject_person()
    check = ask()
    assert (check.answer, check.same_name, check.candidates) == (CreditAnswer.OBSERVE, 5, [listed.pk])


def test_a_namesake_known_only_from_a_hidden_case_is_counted_for_nobody_kept_out_of_it(listed):
    """B5: a count must not tell that somebody of this name is under investigation; the verdict may."""
    subject_person()
    investigated = subject_person()
    case = case_at("opened", subjects=[investigated])
    asker = person("officer")
    exclude(asker, case.dossier)

    assert (ask().same_name, ask(by=asker).same_name) == (3, 2)
    exclude(asker, CreditRecord.objects.get(subject=listed).dossier)
    check = ask(by=asker)
    assert (check.answer, check.candidates, check.same_name) == (CreditAnswer.OBSERVE, [listed.pk], 2)


def test_a_namesake_with_another_number_is_somebody_else(listed):
    assert ask(identifier=OTHER_CARD).answer == CreditAnswer.CLEAR


def test_a_namesake_without_a_number_has_to_be_looked_at(listed):
    unnumbered = subject_person()
    decided(unnumbered)
    assert ask(identifier=OTHER_CARD).candidates == [unnumbered.pk]


def test_a_chosen_subject_hits(listed):
    assert ask(subject=listed).answer == CreditAnswer.HIT


def test_a_number_that_belongs_to_another_name_asks_a_person(listed):
    check = ask(name="贺南星", identifier=CARD)
    assert check.answer == CreditAnswer.OBSERVE and check.is_strong


def test_nobody_of_that_name_is_clear():
    assert ask(name="无此人").answer == CreditAnswer.CLEAR


@pytest.mark.parametrize("name", ["Yanqing Zhou", "ZHOU Yanqing"])
def test_a_romanised_name_finds_the_namesakes(name):
    officer = person("officer")
    subject = directory.add_person(name="周砚清", by=officer)
    decided(subject)
    assert ask(name=name).answer == CreditAnswer.OBSERVE


def test_an_organisation_is_found_by_code_and_by_former_name():
    officer = person("officer")
    unit = directory.add_organization(
        name="蜀道农业研究所", kind="institute", former_names="蜀道农科站；蜀道试验场", uscc=USCC, by=officer
    )
    decided_unit(unit)
    assert ask(name="蜀道农业研究所", identifier=USCC).answer == CreditAnswer.HIT
    assert ask(name="蜀道农科站", identifier=USCC.lower(), identifier_type="uscc").answer == CreditAnswer.HIT
    assert ask(name="蜀道试验场").answer == CreditAnswer.OBSERVE
    assert ask(name="蜀道农业研究所", identifier="91350100M000100Y43", identifier_type="uscc").is_strong


def test_a_code_held_on_the_unit_alone_is_found():
    subject = subject_organization()
    unit = subject.organization
    unit.uscc = USCC
    unit.save()
    decided_unit(subject)
    assert ask(name=unit.name, identifier=USCC).answer == CreditAnswer.HIT
    assert ask(name=unit.name, identifier="91110000600037341L", identifier_type="uscc").answer == CreditAnswer.CLEAR


@time_machine.travel("2026-11-23 09:00+08:00", tick=False)
def test_the_answer_is_as_of_a_day():
    decided(numbered(subject_person()))
    answers = {}
    with time_machine.travel("2029-01-10 09:00+08:00", tick=False):
        for day in (dt.date(2026, 11, 22), dt.date(2026, 11, 23), dt.date(2028, 11, 22), dt.date(2028, 11, 23)):
            answers[day.isoformat()] = str(ask(identifier=CARD, as_of=day).answer)
    assert answers == {"2026-11-22": "clear", "2026-11-23": "hit", "2028-11-22": "hit", "2028-11-23": "clear"}


@time_machine.travel("2026-11-23 09:00+08:00", tick=False)
def test_an_expired_record_never_hits_whether_the_job_ran_or_not():
    decided(numbered(subject_person()))
    with time_machine.travel("2029-01-10 09:00+08:00", tick=False):
        assert CreditRecord.objects.get().status == CreditStatus.ACTIVE
        assert ask(identifier=CARD).answer == CreditAnswer.CLEAR
        expiry.settle_all(on=timezone.localdate(), by=person("officer"))
        assert ask(identifier=CARD).answer == CreditAnswer.CLEAR


def test_a_revoked_record_never_hits():
    subject = numbered(subject_person())
    decision = decided(subject)
    issuing.revoke(decision=decision, reason="认定有误", by=person("bureau"))
    assert ask(identifier=CARD).answer == CreditAnswer.CLEAR


def test_a_record_without_a_period_blocks_nothing():
    subject = numbered(subject_person())
    decided(subject, categories=("authorship_violation",), tier="minor", measures=(MeasureEntry("admonition_talk"),))
    assert ask(identifier=CARD).answer == CreditAnswer.CLEAR


def test_a_permanent_ban_hits_for_ever():
    subject = numbered(subject_person())
    decided(
        subject, tier="grave", measures=(MeasureEntry("ban_projects", lifetime=True), MeasureEntry("serious_db_entry"))
    )
    with time_machine.travel(timezone.now() + dt.timedelta(days=20_000)):
        assert ask(identifier=CARD).answer == CreditAnswer.HIT


def test_a_published_ban_of_unknown_days_asks_a_person():
    ban = {"kind": "禁止承担或参与", "scope": "科研项目", "duration": {"value": 3, "unit": "year"}}
    who = {"label": "P1", "name": "周砚清", "role": "作者", "unit": "剑门医学院"}
    facts = {"id": "i", "issuing_body": "云岭科学基金会", "published": "2024"}
    line = ImportLine(1, {**facts, "persons": [{**who, "sanctions": [ban]}]})
    imports.import_decisions(lines=[line], by=person("officer"))
    check = ask()
    assert check.answer == CreditAnswer.OBSERVE and check.records == []
    chosen = Subject.objects.get(pk=check.candidates[0])
    assert ask(subject=chosen).answer == CreditAnswer.OBSERVE


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "curiosity"}, "purpose"),
        ({"basis": " "}, "basis"),
        ({"name": ""}, "name"),
        ({"as_of": dt.date(2999, 1, 1)}, "as_of"),
        ({"identifier": "不是号码"}, "identifier"),
        ({"identifier": "12345", "identifier_type": "id_card"}, "identifier"),
        ({"identifier": CARD, "identifier_type": "nonsense"}, "identifier_type"),
    ],
)
def test_a_question_that_cannot_be_kept_is_refused(changes, field):
    with pytest.raises(InputRefused) as refused:
        ask(**changes)
    assert refused.value.field == field and not CreditCheck.objects.exists()


def test_a_staff_number_needs_its_type_named():
    subject = numbered(subject_person(), IdentifierType.STAFF_NO, "KJ-017")
    decided(subject)
    assert ask(identifier="kj017", identifier_type="staff_no").answer == CreditAnswer.HIT


def test_only_people_with_the_right_ask():
    with pytest.raises(AccessDenied):
        ask(by=person("publisher"))


def test_an_answer_that_leaves_no_trace_is_not_given(listed, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(credit, "record_event", broken)
    with pytest.raises(RuntimeError):
        ask(identifier=CARD)
    assert not CreditCheck.objects.exists()
