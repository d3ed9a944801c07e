"""Opening, moving, giving away, closing and reopening a case."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from django.http import Http404
from django.utils import timezone

from accounts.enums import Clearance
from casework.actions import grants
from casework.enums import AttachmentKind, ClauseKind, ClockStatus, ExclusionSource
from casework.models import Clause, Deadline, Event, Exclusion
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from integrity import access
from integrity.actions import cases, hearings
from integrity.enums import CaseStatus, LeadLinkKind, LeadStatus, Regime
from integrity.models import Case
from tests.factories import person
from tests.factories.cases import case_at, case_opened, own_motion, respondent_of
from tests.factories.decisions import decide_all
from tests.factories.leads import lead_at

pytestmark = pytest.mark.django_db


def types_of(case: Case) -> list[str]:
    return list(case.dossier.events.order_by("seq").values_list("type", flat=True))


def test_a_case_from_leads_takes_their_day_links_them_and_starts_the_investigation_clock(officer):
    leads = [lead_at("accepted", handler=officer), lead_at("accepted", handler=officer)]
    case = cases.open_case(title="论文图片重复使用", leads=leads, by=officer)

    assert case.accepted_on == timezone.localdate(leads[0].decided_at)
    assert (case.dossier.handler, case.status, case.rule_set.code) == (officer, CaseStatus.OPENED, "r221_2022")
    assert case.history.get().history_user == officer
    links = case.lead_links.order_by("pk")
    assert [link.kind for link in links] == [LeadLinkKind.PRIMARY, LeadLinkKind.RELATED]
    assert {link.lead.status for link in links} == {LeadStatus.LINKED}
    clock = Deadline.objects.get(dossier=case.dossier)
    assert (clock.key, clock.amount, clock.unit, clock.started_on) == ("investigate", 6, "m", case.accepted_on)
    assert types_of(case) == ["dossier_opened", "grant_given", "case_opened", "clock_started"]
    opened = case.dossier.events.get(type="case_opened")
    assert opened.data == {"leads": [lead.pk for lead in leads], "rule_set": "r221_2022", "motion": ""}


def test_intake_learns_nothing_of_the_case_opened_from_its_lead(officer):
    intake = person("intake")
    case = case_opened(officer, leads=[lead_at("accepted", handler=officer, by=intake)])
    assert not Case.objects.visible_to(intake).exists()
    with pytest.raises(Http404):
        access.get_case_for(intake, str(case))


def test_whoever_is_excluded_from_a_lead_is_excluded_from_its_case(officer):
    named = person("legal")
    lead = lead_at("accepted", handler=officer)
    grants.exclude(dossier=lead.dossier, user=named, source=ExclusionSource.NAMED, reason="被点名", by=officer)
    case = case_opened(officer, leads=[lead])
    assert Exclusion.objects.get(dossier=case.dossier).user == named
    assert not Case.objects.visible_to(named).exists()

    later = lead_at("accepted", handler=officer)
    other = person("bureau")
    grants.exclude(dossier=later.dossier, user=other, source=ExclusionSource.NAMED, reason="被点名", by=officer)
    cases.attach_lead(case=case, lead=later, reason="同一篇论文", by=officer)
    assert not Case.objects.visible_to(other).exists()


def test_a_case_is_as_secret_as_its_most_secret_lead():
    officer = person("officer", clearance=Clearance.SEALED)
    lead = lead_at("accepted", handler=officer)
    lead.dossier.secrecy = Clearance.SEALED
    assert case_opened(officer, leads=[lead]).dossier.secrecy == Clearance.SEALED


def test_a_case_on_own_motion_names_its_source_and_its_article(officer):
    case = case_opened(officer, accepted_on=dt.date(2026, 9, 17))
    event = case.dossier.events.get(type="case_opened")
    assert (event.article, event.data["motion"]) == ("221-17", "management_finding")
    assert Deadline.objects.get(dossier=case.dossier).due_on == dt.date(2027, 3, 17)


def not_a_source():
    return Clause.objects.filter(kind=ClauseKind.CATEGORY).first()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " \u200b "}, "title"),
        ({"title": "字" * 201}, "title"),
        ({"source": None}, "source"),
        ({"source": not_a_source}, "source"),
        ({"accepted_on": dt.date(2100, 1, 1)}, "accepted_on"),
        ({"conduct_from": dt.date(2100, 1, 1)}, "conduct_from"),
        ({"conduct_to": dt.date(1900, 1, 1)}, "conduct_to"),
        ({"conduct_from": dt.date(2024, 2, 1), "conduct_to": dt.date(2024, 1, 1)}, "conduct_to"),
        ({"regime": "ethics"}, "regime"),
        ({"accepted_on": dt.date(2001, 1, 1)}, "regime"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(officer, changes, field):
    values = {"title": "案由", "source": own_motion, **changes}
    values = {key: value() if callable(value) else value for key, value in values.items()}
    with pytest.raises(InputRefused) as refusal:
        cases.open_case(by=officer, **values)
    assert refusal.value.field == field and refusal.value.reason
    assert not Case.objects.exists()


def test_the_other_regime_runs_on_its_own_rules_with_the_terms_of_221(officer):
    case = cases.open_case(title="评审违规", regime=Regime.ST_VIOLATION, source=own_motion(), by=officer)
    assert case.rule_set.code == "most24"
    assert Deadline.objects.get(dossier=case.dossier).clause.rule_set.code == "r221_2022"


def test_only_the_officer_who_was_given_the_lead_opens_a_case_from_it(officer):
    lead = lead_at("accepted", handler=officer)
    with pytest.raises(Http404):
        cases.open_case(title="x", leads=[lead], by=person("officer"))
    with pytest.raises(AccessDenied):
        cases.open_case(title="x", leads=[lead], by=person("intake"))
    grants.give(dossier=lead.dossier, user=(reader := person("officer")), permission="view", basis="order", by=officer)
    with pytest.raises(AccessDenied, match="不是承办人"):
        cases.open_case(title="x", leads=[lead], by=reader)


def test_a_lead_opens_one_case_only(officer):
    lead = lead_at("accepted", handler=officer)
    case_opened(officer, leads=[lead])
    with pytest.raises(MoveRefused):
        case_opened(officer, leads=[lead])
    assert Case.objects.count() == 1


def test_attaching_a_lead_is_recorded_on_both_sides_and_refused_once_closed(officer):
    case = closed_case(officer)
    lead = lead_at("accepted", handler=officer)
    with pytest.raises(MoveRefused, match="已经结案"):
        cases.attach_lead(case=case, lead=lead, reason="", by=officer)
    live = case_opened(officer)
    cases.attach_lead(case=live, lead=lead, reason="同一篇论文", by=officer)
    event = live.dossier.events.get(type="case_lead_attached")
    assert (event.data, event.reason) == ({"lead": lead.pk}, "同一篇论文")
    assert lead.dossier.events.filter(type="lead_linked", data__case=live.pk).count() == 1


def closed_case(officer) -> Case:
    case = case_at("deliberation", officer=officer)
    decide_all(case)
    case.refresh_from_db()
    cases.close_case(case=case, by=officer, reason="全部送达")
    return case


GUARDS = [
    ("opened", 0, "请先登记被调查人。"),
    ("opened", 1, None),
]


@pytest.mark.parametrize(("status", "respondents", "sentence"), GUARDS)
def test_an_investigation_begins_only_with_allegations_against_somebody(officer, status, respondents, sentence):
    case = case_opened(officer)
    for _n in range(respondents):
        respondent_of(case)
    if sentence:
        with pytest.raises(MoveRefused, match=sentence) as refusal:
            cases.begin_investigation(case=case, by=officer)
        assert refusal.value.article == "221-14"
    else:
        cases.begin_investigation(case=case, by=officer)
        assert Case.objects.get().status == CaseStatus.INVESTIGATING


def test_a_respondent_without_allegation_holds_the_investigation_back(officer):
    case = case_opened(officer)
    respondent_of(case, categories=())
    with pytest.raises(MoveRefused, match="周砚清 还没有指控"):
        cases.begin_investigation(case=case, by=officer)


def test_deliberation_waits_until_everybody_was_heard(officer):
    case = case_at("hearing_respondent", officer=officer, respondents=2)
    with pytest.raises(MoveRefused, match="尚未记录 周砚清 的陈述申辩情况") as refusal:
        cases.begin_deliberation(case=case, by=officer)
    assert refusal.value.article == "221-29"


def test_the_last_decision_finishes_the_case_and_meets_its_clock(officer):
    case = case_at("deliberation", officer=officer, respondents=2)
    assert cases.finish_if_all_decided(case=case, by=officer) is False
    decide_all(case)
    case.refresh_from_db()
    assert case.status == CaseStatus.DECIDED
    assert Deadline.objects.get(dossier=case.dossier, key="investigate").status == ClockStatus.MET
    assert cases.finish_if_all_decided(case=case, by=officer) is False
    assert types_of(case).count("case_decided") == 1


def test_a_closed_case_stays_readable_and_takes_no_files(officer):
    case = closed_case(officer)
    assert (case.status, case.dossier.is_open) == (CaseStatus.CLOSED, False)
    assert "dossier_closed" in types_of(case)
    assert access.get_case_for(officer, str(case)) == case
    with pytest.raises(MoveRefused, match="已经结案"):
        cases.add_file(case=case, name="a.txt", content=b"a", kind=AttachmentKind.EVIDENCE, by=officer)


def test_reopening_asks_everybody_anew_and_keeps_what_was_said(officer):
    case, head = closed_case(officer), person("head")
    with pytest.raises(AccessDenied):
        cases.reopen(case=case, reason="新证据", by=officer)
    with pytest.raises(InputRefused, match="请写明理由"):
        cases.reopen(case=case, reason=" ", by=head)
    cases.reopen(case=case, reason="新证据", by=head)

    assert (case.status, case.dossier.is_open) == (CaseStatus.INVESTIGATING, True)
    notice = case.respondents.get().statement_request
    assert notice.answer_kind == ""
    assert "本人承认" in notice.history.exclude(answer="").latest().answer
    assert case.dossier.events.get(type="case_reopened").reason == "新证据"


def test_a_reopened_case_walks_to_deliberation_again(officer):
    case = closed_case(officer)
    cases.reopen(case=case, reason="新证据", by=person("head"))
    respondent = case.respondents.get()
    hearings.record_report(
        case=case,
        text="复查报告",
        conclusions={respondent.allegations.get().pk: "insufficient"},
        made_on=timezone.localdate(),
        by=officer,
    )
    assert [row.version for row in case.reports.order_by("version")] == [1, 2]
    respondent.refresh_from_db()
    hearings.serve_prenotice(
        respondent=respondent, intended="拟撤销", served_on=timezone.localdate(), method="direct", by=officer
    )
    hearings.record_statement(respondent=respondent, kind="waived", by=officer)
    case = Case.objects.get(pk=case.pk)
    cases.begin_deliberation(case=case, by=officer)
    assert case.status == CaseStatus.DELIBERATION


def test_a_case_and_its_leads_go_to_the_next_officer(officer):
    lead = lead_at("accepted", handler=officer)
    case = case_opened(officer, leads=[lead])
    other, head = person("officer", name="王悦"), person("head")
    cases.assign_handler(case=case, handler=other, reason="李明外出学习", by=head)

    assert case.dossier.handler == other
    lead.dossier.refresh_from_db()
    assert lead.dossier.handler == other
    assert not Case.objects.visible_to(officer).exists()
    assert Case.objects.visible_to(other).get() == case
    event = case.dossier.events.get(type="dossier_assigned")
    assert event.data == {"handler": other.pk, "previous": officer.pk}


def excluded_officer(case):
    user = person("officer")
    grants.exclude(dossier=case.dossier, user=user, source=ExclusionSource.DECLARED, reason="亲属", by=user)
    return user


@pytest.mark.parametrize(
    ("candidate", "sentence"),
    [
        (lambda case: case.dossier.handler, "已经是承办人"),
        (lambda case: person("intake"), "没有办理这类案件的权限"),
        (lambda case: person("officer", clearance=0), "没有办理这类案件的权限"),
        (excluded_officer, "须回避本案"),
    ],
)
def test_a_case_is_not_given_to_the_wrong_person(officer, candidate, sentence):
    case = case_opened(officer)
    with pytest.raises(InputRefused, match=sentence) as refusal:
        cases.assign_handler(case=case, handler=candidate(case), reason="改派", by=person("head"))
    assert refusal.value.field == "handler"


def test_giving_a_case_away_needs_a_head_who_sees_it_and_a_case_that_is_open(officer):
    case = case_opened(officer)
    with pytest.raises(AccessDenied):
        cases.assign_handler(case=case, handler=person("officer"), reason="x", by=officer)
    head = person("head")
    grants.exclude(dossier=case.dossier, user=head, source=ExclusionSource.DECLARED, reason="亲属", by=officer)
    with pytest.raises(Http404):
        cases.assign_handler(case=case, handler=person("officer"), reason="x", by=head)
    with pytest.raises(MoveRefused, match="已经结案"):
        cases.assign_handler(
            case=closed_case(officer), handler=person("officer"), reason="x", by=person("head", name="另一位")
        )


def test_evidence_is_added_by_the_handler_only(officer):
    case = case_opened(officer)
    kept = cases.add_file(case=case, name="记录.txt", content="原始记录".encode(), kind="evidence", by=officer)
    assert kept.dossier == case.dossier and "attachment_added" in types_of(case)
    with pytest.raises(AccessDenied):
        cases.add_file(case=case, name="a.txt", content=b"a", kind="evidence", by=person("legal"))


def step_of_a_case(name: str, officer):
    """The action, ready to be called, with all it needs in place."""
    if name == "open_case":
        return partial(cases.open_case, title="x", source=own_motion(), by=officer)
    if name == "attach_lead":
        lead = lead_at("accepted", handler=officer)
        return partial(cases.attach_lead, case=case_opened(officer), lead=lead, reason="", by=officer)
    if name == "begin_investigation":
        return partial(cases.begin_investigation, case=begun(officer), by=officer)
    other, head = person("officer"), person("head")
    return partial(cases.assign_handler, case=case_opened(officer), handler=other, reason="改派", by=head)


def begun(officer) -> Case:
    case = case_opened(officer)
    respondent_of(case)
    return case


@pytest.mark.parametrize("name", ["open_case", "attach_lead", "begin_investigation", "assign_handler"])
def test_an_event_that_cannot_be_written_undoes_the_step(officer, monkeypatch, name):
    step = step_of_a_case(name, officer)
    before = [(case.pk, case.status, case.dossier.handler_id) for case in Case.objects.order_by("pk")]
    events = Event.objects.count()

    def fail(**kwargs):
        raise RuntimeError("no event")

    for module in ("integrity.actions.cases", "casework.workflow", "casework.actions.dossiers"):
        monkeypatch.setattr(f"{module}.record_event", fail)
    with pytest.raises(RuntimeError):
        step()
    assert [(case.pk, case.status, case.dossier.handler_id) for case in Case.objects.order_by("pk")] == before
    assert Event.objects.count() == events
